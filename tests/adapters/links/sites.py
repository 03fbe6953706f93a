"""A thousand rows of shops, offices and firms as lists from several hands hold them, and which
place each row is.

Written from what such lists look like, not from how they are linked: chains with one head-office
number, branches, shopping centres, neighbours of like names, rows typed anew with slips, streets
shortened as each country does, parts left blank, and some that moved.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

Row = dict[str, str]


@dataclass(frozen=True)
class Country:
    """How addresses are written: streets as (full, shortened), and the order of a line."""

    name: str
    code: str
    streets: tuple[tuple[str, str], ...]
    cities: tuple[tuple[str, str, str], ...]  # name, another way to write it, postal codes
    line: Callable[[str, str], str]
    unit: str
    forms: tuple[str, ...]


def _behind(street: str, number: str) -> str:
    return f"{street} {number}"


def _comma(street: str, number: str) -> str:
    return f"{street}, {number}"


def _before(street: str, number: str) -> str:
    return f"{number} {street}"


COUNTRIES = (
    Country(
        "Germany", "+49",
        (("Hauptstraße", "Hauptstr."), ("Bahnhofstraße", "Bahnhofstr."), ("Lindenallee", "Linden-Allee"),
         ("Am Alten Markt", "Am alten Markt"), ("Goethestraße", "Goethestr"), ("Kirchgasse", "Kirchg."),
         ("Königsplatz", "Koenigspl."), ("Berliner Straße", "Berliner Str."), ("Mühlenweg", "Muehlenweg"),
         ("Straße des 17. Juni", "Str. des 17. Juni"), ("Schillerstraße", "Schiller Strasse")),
        (("München", "Muenchen", "80331"), ("Köln", "Koeln", "50667"), ("Kassel", "Kassel", "34117"),
         ("Frankfurt am Main", "Frankfurt", "60311")),
        _behind, "2. OG", ("GmbH", "KG", "e.K.", "AG"),
    ),
    Country(
        "France", "+33",
        (("rue de la République", "r. de la République"), ("avenue Victor Hugo", "av. Victor Hugo"),
         ("boulevard Haussmann", "bd Haussmann"), ("place du Marché", "pl. du Marché"),
         ("chemin des Vignes", "ch. des Vignes"), ("rue Pasteur", "R Pasteur"), ("rue Saint-Jacques", "rue St Jacques"),
         ("quai des Brumes", "quai des Brumes")),
        (("Lyon", "Lyon", "69002"), ("Saint-Étienne", "St Etienne", "42000"), ("Nantes", "Nantes", "44000")),
        _before, "bât. B", ("SARL", "SAS", "SA"),
    ),
    Country(
        "Spain", "+34",
        (("Calle Mayor", "C/ Mayor"), ("Avenida de la Constitución", "Avda. Constitución"), ("Plaza España", "Pza. España"),
         ("Calle de Alcalá", "C. Alcalá"), ("Paseo del Prado", "Pº del Prado"), ("Carretera de Toledo", "Ctra. Toledo")),
        (("Madrid", "Madrid", "28013"), ("Zaragoza", "Saragossa", "50003"), ("Sevilla", "Sevilla", "41001")),
        _comma, "3º izq.", ("S.L.", "S.A."),
    ),
    Country(
        "Italy", "+39",
        (("Via Garibaldi", "V. Garibaldi"), ("Corso Vittorio Emanuele", "C.so V. Emanuele"), ("Piazza del Duomo", "P.za Duomo"),
         ("Viale dei Mille", "V.le dei Mille"), ("Via XX Settembre", "Via XX Settembre"), ("Via Roma", "via Roma")),
        (("Milano", "Milan", "20121"), ("Torino", "Torino", "10121"), ("Bari", "Bari", "70121")),
        _comma, "scala B", ("S.r.l.", "S.p.A.", "snc"),
    ),
    Country(
        "Poland", "+48",
        (("ulica Marszałkowska", "ul. Marszałkowska"), ("aleja Niepodległości", "al. Niepodległości"),
         ("plac Wolności", "pl. Wolności"), ("ulica Długa", "Długa"), ("ulica Piotrkowska", "ul. Piotrkowska")),
        (("Warszawa", "Warsaw", "00-590"), ("Łódź", "Lodz", "90-001"), ("Poznań", "Poznan", "61-739")),
        _behind, "lok. 4", ("sp. z o.o.", "S.A."),
    ),
    Country(
        "United States", "+1",
        (("Main Street", "Main St."), ("North Washington Avenue", "N. Washington Ave"), ("Oak Drive", "Oak Dr."),
         ("Sunset Boulevard", "Sunset Blvd"), ("5th Avenue", "Fifth Ave."), ("Martin Luther King Drive", "MLK Drive"),
         ("West Lake Road", "W Lake Rd"), ("Elm Court", "Elm Ct"), ("Ridge Lane", "Ridge Ln.")),
        (("Springfield", "Springfield", "62701"), ("Saint Louis", "St. Louis", "63101"), ("Dayton", "Dayton", "45402"),
         ("Fort Worth", "Ft. Worth", "76102")),
        _before, "Suite 210", ("Inc.", "LLC", "Corp."),
    ),
    Country(
        "Netherlands", "+31",
        (("Dorpsstraat", "Dorpsstr."), ("Keizersgracht", "Keizersgr."), ("Stationsplein", "Stationsplein"),
         ("Laan van Meerdervoort", "Ln v Meerdervoort"), ("Molenweg", "Molenweg")),
        (("Den Haag", "'s-Gravenhage", "2513 AA"), ("Utrecht", "Utrecht", "3511 BK"), ("Breda", "Breda", "4811 EP")),
        _behind, "1e verd.", ("B.V.", "N.V."),
    ),
)  # fmt: skip

TRADES = (
    "Bakery", "Optik", "Café", "Bar", "Pharmacy", "Apotheke", "Moda", "Tools", "Garage", "Books", "Florist", "Dental",
    "Hotel", "Pizzeria", "Fitness", "Schuhe", "Ferretería", "Boulangerie", "Kwiaciarnia", "Fietsen", "Foto", "Bistro",
)  # fmt: skip
OWNERS = (
    "Adler", "Bianchi", "Castro", "Dubois", "Engel", "Fontaine", "García", "Huber", "Ibáñez", "Jansen", "Kowalski",
    "Lombardi", "Müller", "Nowak", "Olsen", "Petit", "Quirós", "Rossi", "Schröder", "Thompson", "Ulrich", "Visser",
    "Walker", "Ximénez", "Yilmaz", "Zieliński", "Blumen", "Central", "Golden Lion", "Blue Door", "Corner", "Alpha",
    "Sonnen", "La Perla", "El Toro", "Chez Marcel", "Da Gino", "Royal", "Nord", "Delta", "Old Mill", "Vista",
)  # fmt: skip
CHAINS = (
    "Brotzeit", "Vetro Optik", "Kaffeewerk", "QuickFit", "Casa Moda", "MediPlus", "Bike & Go", "Pane e Vino", "Foto Lux",
    "Hermanos Toolbox", "Sushi Kaze", "Green Basket",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One shop, office or firm as it is."""

    no: int
    name: str
    country: Country
    street: int
    number: str
    city: int
    postal: str
    phone: str
    site: str
    mail: str


class List:
    """Places, then the rows that several hands wrote of them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.places: list[Place] = []

    def phone(self, country: Country) -> str:
        return f"{country.code} {self.chance.randrange(200, 990)} {self.chance.randrange(10**5, 10**6)}"

    def place(self, name: str, country: Country, phone: str = "", site: str = "") -> Place:
        chance = self.chance
        city = chance.randrange(len(country.cities))
        postal = country.cities[city][2]
        if chance.random() < 0.5 and postal.isdigit():
            postal = str(int(postal) + chance.randrange(1, 60)).zfill(len(postal))
        number = str(chance.randrange(1, 160)) + (
            chance.choice("abc") if chance.random() < 0.08 else ""
        )
        made = Place(
            len(self.places),
            name,
            country,
            chance.randrange(len(country.streets)),
            number,
            city,
            postal,
            phone or self.phone(country),
            site,
            "",
        )
        self.places.append(made)
        return made

    def fill(self) -> None:
        """Chains, firms with branches, shops of one owner's name, and centres with one address."""
        chance = self.chance
        for name in CHAINS:
            country = chance.choice(COUNTRIES)
            head = self.phone(country) if chance.random() < 0.6 else ""
            for _ in range(chance.randrange(6, 22)):
                self.place(name, country, head, f"www.{_label(name)}.com")
        for _ in range(45):
            country = chance.choice(COUNTRIES)
            name = f"{chance.choice(OWNERS)} {chance.choice(TRADES)} {chance.choice(country.forms)}"
            head = self.phone(country) if chance.random() < 0.7 else ""
            for _ in range(chance.choice((1, 1, 2, 2, 3, 4))):
                self.place(
                    name, country, head, f"www.{_label(name)}.com" if chance.random() < 0.7 else ""
                )
        for _ in range(230):
            country = chance.choice(COUNTRIES)
            owner, trade = chance.choice(OWNERS), chance.choice(TRADES)
            name = chance.choice((f"{trade} {owner}", f"{owner} {trade}", f"{owner}'s {trade}"))
            site = (
                f"https://{_label(name)}.{country.name[:2].lower()}"
                if chance.random() < 0.5
                else ""
            )
            made = self.place(name, country, site=site)
            if chance.random() < 0.12:  # a neighbour in the same house, some behind the same desk
                other = self.place(f"{chance.choice(OWNERS)} {chance.choice(TRADES)}", country)
                self.places[-1] = replace(
                    other,
                    street=made.street,
                    number=made.number,
                    city=made.city,
                    postal=made.postal,
                    phone=made.phone if chance.random() < 0.3 else other.phone,
                )

    def rows(self, count: int) -> Iterator[tuple[Row, int]]:
        """So many rows: each place once, the others again until there are enough."""
        chance = self.chance
        order = list(self.places)
        again = [chance.choice(self.places) for _ in range(count - len(order))]
        written = [(self.write(p, anew=False), p.no) for p in order]
        written += [(self.write(p, anew=True), p.no) for p in again]
        chance.shuffle(written)
        for k, (row, no) in enumerate(written):
            yield {"lead_id": f"r{k:04}", **row}, no

    def write(self, place: Place, anew: bool) -> Row:
        """A row as somebody wrote it; typed anew, with what happens then."""
        chance, country = self.chance, place.country
        if anew and chance.random() < 0.03:  # moved since
            place = replace(
                place,
                street=(place.street + 1) % len(country.streets),
                number=str(chance.randrange(1, 160)),
            )
        full, short = country.streets[place.street]
        line = country.line(short if chance.random() < 0.45 else full, place.number)
        city, other, _ = country.cities[place.city]
        row = {
            "company": place.name,
            "street": line,
            "postal_code": place.postal,
            "city": other if chance.random() < 0.2 else city,
            "country": country.name,
            "phone": self.number(place.phone),
            "website": place.site,
        }
        if anew:
            row = self.hurried(row, place, full, city)
        return row

    def number(self, phone: str) -> str:
        """A number as one hand writes it."""
        code, area, rest = phone.split()
        return self.chance.choice(
            (
                phone,
                f"{code}{area}{rest}",
                f"0{area}/{rest}",
                f"0{area} {rest[:3]} {rest[3:]}",
                f"00{code[1:]} {area} {rest}",
            )
        )

    def hurried(self, row: Row, place: Place, street: str, city: str) -> Row:
        chance = self.chance
        row = dict(row)
        dice = chance.random()
        if dice < 0.2:
            row["company"] = slip(chance, row["company"])
        elif dice < 0.3:
            row["company"] = f"{row['company']} {city}"
        elif dice < 0.4:
            row["company"] = row["company"].upper()
        elif dice < 0.48 and not row["company"].endswith(place.country.forms):
            row["company"] = f"{row['company']} {place.country.forms[0]}"
        dice = chance.random()
        if dice < 0.06:
            row["street"] = ""
        elif dice < 0.1:
            row["street"] = street
        elif dice < 0.2:
            row["street"] = f"{row['street']}, {place.country.unit}"
        elif dice < 0.28:
            row["street"] = slip(chance, row["street"])
        elif dice < 0.34:
            row["street"] = row["street"].upper()
        for column, blank in (
            ("postal_code", 0.15),
            ("city", 0.06),
            ("country", 0.2),
            ("phone", 0.3),
            ("website", 0.4),
        ):
            if chance.random() < blank:
                row[column] = ""
        if row["phone"] and chance.random() < 0.12:
            row["phone"] = self.number(self.phone(place.country))
        return row


def slip(chance: random.Random, text: str) -> str:
    """One slip of the finger, never in a digit."""
    at = [k for k in range(1, len(text) - 1) if text[k].isalpha() and text[k + 1].isalpha()]
    if not at:
        return text
    k = chance.choice(at)
    return chance.choice(
        (
            text[:k] + text[k + 1 :],
            text[: k + 1] + text[k:],
            text[:k] + text[k + 1] + text[k] + text[k + 2 :],
            text[:k] + chance.choice("aeinrst") + text[k + 1 :],
        )
    )


def _label(name: str) -> str:
    return "".join(c for c in name.lower() if c.isascii() and c.isalnum())


def labelled(count: int = 1000, seed: int = 11) -> list[tuple[Row, int]]:
    """Rows, and the number of the place that each is."""
    made = List(seed)
    made.fill()
    return list(made.rows(count))
