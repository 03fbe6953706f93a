"""The words the demo company's world is made of. Nobody and nothing here is real."""

from __future__ import annotations

from dataclasses import dataclass

PRODUCTS = {"invoicing": 90, "payroll": 160, "planning": 240}  # name: price a seat and year


@dataclass(frozen=True)
class Land:
    """A country: how people are called there, where they live, and how their telephone numbers look."""

    code: str
    called: tuple[str, ...]  # the ways in which forms and systems write the country
    share: int
    first: tuple[str, ...]
    last: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]
    top_level: str
    prefix: str
    mobile: tuple[str, ...]  # '#' is any digit, written after the prefix
    landline: tuple[str, ...]
    trunk: str = "0"


LANDS = (
    Land(
        "DE",
        ("DE", "Germany", "Deutschland"),
        26,
        (
            "Anna",
            "Jürgen",
            "Katrin",
            "Lukas",
            "Sabine",
            "Torsten",
            "Heike",
            "Matthias",
            "Birgit",
            "Florian",
            "Grit",
            "Uwe",
        ),
        (
            "Müller",
            "Schmidt",
            "Weiß",
            "Krüger",
            "Hoffmann",
            "Böhm",
            "Vogt",
            "Lindner",
            "Jäger",
            "Pohl",
            "Straube",
        ),
        (
            ("Berlin", "Berlin"),
            ("Hamburg", "Hamburg"),
            ("München", "Bayern"),
            ("Köln", "Nordrhein-Westfalen"),
        ),
        "de",
        "49",
        ("151########", "170#######"),
        ("30########", "89#######", "40#######"),
    ),
    Land(
        "US",
        ("US", "United States", "USA", "U.S."),
        24,
        (
            "Emily",
            "Michael",
            "Ashley",
            "Tyrone",
            "Megan",
            "Joshua",
            "Latoya",
            "Brian",
            "Stacy",
            "Carlos",
            "Wendy",
        ),
        (
            "Johnson",
            "Williams",
            "O'Brien",
            "Garcia",
            "Nguyen",
            "Carter",
            "Van Dyke",
            "Brooks",
            "Sullivan",
            "Reed",
        ),
        (
            ("New York", "NY"),
            ("Chicago", "IL"),
            ("San Francisco", "CA"),
            ("Boston", "MA"),
            ("Seattle", "WA"),
        ),
        "com",
        "1",
        ("917234####", "415346####", "312485####"),
        ("212736####", "617354####", "206448####"),
        "",
    ),
    Land(
        "GB",
        ("GB", "United Kingdom", "UK", "England"),
        12,
        ("Oliver", "Charlotte", "Harriet", "Imran", "Rhys", "Fiona", "Nigel", "Priya"),
        ("Smith", "Hughes", "Okafor", "Patel", "MacDonald", "Ward-Jones", "Pritchard", "Singh"),
        (
            ("London", "England"),
            ("Manchester", "England"),
            ("Cardiff", "Wales"),
            ("Glasgow", "Scotland"),
        ),
        "co.uk",
        "44",
        ("7400######", "7480######"),
        ("2079######", "1612######"),
    ),
    Land(
        "FR",
        ("FR", "France"),
        10,
        ("Élodie", "Benoît", "Chloé", "François", "Inès", "Mathieu", "Zoé"),
        ("Lefèvre", "Moreau", "Girard", "D'Alencourt", "Petit", "Rousseau", "Le Gall"),
        (
            ("Paris", "Île-de-France"),
            ("Lyon", "Auvergne-Rhône-Alpes"),
            ("Nantes", "Pays de la Loire"),
        ),
        "fr",
        "33",
        ("612######", "678######"),
        ("142######", "472######"),
    ),
    Land(
        "ES",
        ("ES", "Spain", "España"),
        8,
        ("Lucía", "Javier", "María José", "Íñigo", "Carmen", "Pablo"),
        ("García López", "Núñez", "Ortega", "Ibáñez", "Serrano"),
        (("Madrid", "Madrid"), ("Barcelona", "Cataluña"), ("Sevilla", "Andalucía")),
        "es",
        "34",
        ("612######", "655######"),
        ("912######", "932######"),
        "",
    ),
    Land(
        "PL",
        ("PL", "Poland", "Polska"),
        6,
        ("Agnieszka", "Paweł", "Małgorzata", "Krzysztof", "Zofia"),
        ("Kowalska", "Wiśniewski", "Zając", "Nowak", "Dąbrowska"),
        (("Warszawa", "Mazowieckie"), ("Kraków", "Małopolskie")),
        "pl",
        "48",
        ("501######", "602######"),
        ("226######",),
        "",
    ),
    Land(
        "NL",
        ("NL", "Netherlands", "Nederland"),
        6,
        ("Sanne", "Daan", "Femke", "Joost", "Marijke"),
        ("de Vries", "van den Berg", "Jansen", "Bakker", "ter Haar"),
        (("Amsterdam", "Noord-Holland"), ("Utrecht", "Utrecht")),
        "nl",
        "31",
        ("612######", "623######"),
        ("20623####",),
    ),
    Land(
        "IN",
        ("IN", "India"),
        5,
        ("Aarav", "Deepika", "Rohan", "Sneha", "Vikram"),
        ("Sharma", "Iyer", "Reddy", "Chatterjee", "Khan"),
        (("Bengaluru", "Karnataka"), ("Mumbai", "Maharashtra")),
        "in",
        "91",
        ("98########", "99########"),
        ("2226######",),
    ),
    Land(
        "BR",
        ("BR", "Brazil", "Brasil"),
        3,
        ("João", "Beatriz", "Thiago", "Letícia"),
        ("da Silva", "Gonçalves", "Araújo", "Souza"),
        (("São Paulo", "SP"), ("Curitiba", "PR")),
        "com.br",
        "55",
        ("119########",),
        ("1130######",),
    ),
)


@dataclass(frozen=True)
class Industry:
    """An industry: how forms spell it, how many leads come from it, and how well its companies fit."""

    name: str
    spelled: tuple[str, ...]
    share: int
    fit: float
    tail: tuple[str, ...]


INDUSTRIES = (
    Industry(
        "Software",
        ("Software", "software", "SaaS", "Computer Software"),
        20,
        0.9,
        ("soft", "labs", "cloud", "data"),
    ),
    Industry(
        "Professional services",
        ("Professional Services", "Consulting"),
        17,
        0.6,
        ("partners", "advisors", "consult"),
    ),
    Industry("Retail", ("Retail", "retail", "E-Commerce"), 13, 0.2, ("shop", "stores", "trading")),
    Industry(
        "Manufacturing", ("Manufacturing", "manufacturing"), 14, 0.3, ("works", "tools", "machines")
    ),
    Industry("Logistics", ("Logistics", "logistics"), 9, 0.4, ("logistics", "freight", "cargo")),
    Industry(
        "Financial services",
        ("Financial Services", "Banking", "Insurance"),
        8,
        0.5,
        ("capital", "finance", "insure"),
    ),
    Industry("Healthcare", ("Healthcare", "healthcare"), 7, -0.2, ("clinic", "care", "medical")),
    Industry("Education", ("Education", "education"), 7, -0.9, ("academy", "school", "college")),
    Industry("Agriculture", ("Agriculture",), 5, -1.1, ("farms", "seeds", "foods")),
)
HEADS = (
    "vel",
    "nor",
    "bri",
    "kan",
    "lum",
    "tor",
    "aster",
    "hel",
    "qui",
    "mar",
    "ori",
    "pel",
    "zan",
    "dro",
    "fen",
    "gal",
)
MIDDLES = (
    "qor",
    "vik",
    "den",
    "tis",
    "ran",
    "mond",
    "lex",
    "sta",
    "por",
    "wick",
    "nis",
    "gard",
    "tal",
    "berg",
    "lo",
    "dex",
)

TITLES = (  # title, how often, how far it may decide
    ("CEO", 5, 1.0),
    ("Founder", 4, 0.9),
    ("Owner", 4, 0.8),
    ("CFO", 6, 1.0),
    ("Head of Finance", 9, 0.9),
    ("Director of Operations", 7, 0.8),
    ("VP People", 4, 0.8),
    ("Finance Manager", 12, 0.3),
    ("HR Manager", 10, 0.3),
    ("Office Manager", 10, 0.0),
    ("Team Lead Accounting", 6, 0.2),
    ("Accountant", 13, -0.4),
    ("Payroll Specialist", 7, -0.2),
    ("Assistant", 6, -0.8),
    ("Student", 4, -3.0),
    ("Intern", 2, -3.0),
    ("Consultant", 5, -0.5),
)

NEEDS = (
    "invoices take days every month",
    "payroll errors",
    "replace spreadsheets",
    "one tool for all sites",
    "audit next year",
    "shift plans change daily",
    "reminders are sent too late",
)
OFFERS = (
    "Guide to e-invoicing",
    "Payroll calendar",
    "Planning template",
    "Free month",
    "Checklist year-end",
)
MISSING = ("", "", "", "N/A", "-", "Select", "n/a", "unknown", "None")
FREE_MAIL = (
    "gmail.com",
    "gmail.com",
    "outlook.com",
    "yahoo.com",
    "hotmail.com",
    "icloud.com",
    "gmx.de",
    "web.de",
)


@dataclass(frozen=True)
class Channel:
    """A source of leads: its share, its price a lead, how serious its leads are, how many are empty."""

    name: str
    share: int
    cost: float
    intent: float
    faulty: float
    medium: str
    campaigns: tuple[str, ...]
    system: str  # which system captured it, which decides how dates are written


CHANNELS = (
    Channel(
        "Google Ads",
        20,
        38,
        0.2,
        0.08,
        "cpc",
        ("brand-search", "payroll-search", "competitor-search"),
        "ads",
    ),
    Channel("Organic Search", 18, 0, 0.5, 0.05, "organic", ("",), "crm"),
    Channel(
        "LinkedIn", 12, 61, 0.1, 0.05, "paid_social", ("cfo-report", "year-end-webinar"), "ads"
    ),
    Channel(
        "Facebook Ads", 11, 14, -0.7, 0.24, "paid_social", ("free-month", "lookalike-1"), "ads"
    ),
    Channel("Direct", 9, 0, 0.4, 0.04, "", ("",), "crm"),
    Channel("Referral", 7, 4, 1.2, 0.02, "referral", ("customers-recommend",), "crm"),
    Channel(
        "Webinar", 8, 22, 0.3, 0.06, "email", ("year-end-webinar", "e-invoicing-live"), "webinar"
    ),
    Channel("Trade Fair", 6, 95, 0.0, 0.12, "event", ("office-expo", "hr-days"), "fair"),
    Channel("Partner", 4, 30, 0.8, 0.03, "referral", ("tax-advisers",), "crm"),
    Channel("Bought List", 5, 6, -1.3, 0.38, "list", ("list-spring", "list-autumn"), "fair"),
)
