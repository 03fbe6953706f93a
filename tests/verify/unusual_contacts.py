# ruff: noqa: SIM905 - words are read more easily in lines of text
"""Two thousand valid, unusual contacts. Numbers are libphonenumber's own examples of every country and type; names and addresses
were collected by hand from registries, standards and letterheads. None was made to fit a rule of ours.

Left out, each for its own reason: 555-0123 of the United States is reserved for fiction (ITU and NANPA say so).
"""

from __future__ import annotations

from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumberFormat as Form

RESERVED_FOR_FICTION = {"+12015550123"}

Lead = dict[str, str | None]

MAILBOXES = """
a x o 1 7 ng li bo o.k j.d anna.maria.de-la-cruz o'brien d'alencourt ana+fair ana+news+2026 a_b a-b a.b 007 2025 first.last.jr
x.ae null none test.pilot jennifer.null li.na na.na wu yu xu e e.e.cummings mc.donald van.der.berg von-und-zu smith_and_jones
ana=list #sales !here user%local {curly} ~tilde back`tick star*star $cash what?yes a|b up^down sl/ash ampers&and
""".split()

DOMAINS = """
acme.photography acme.museum acme.travel acme.xyz acme.ai acme.io acme.app acme.dev acme.berlin acme.london acme.nyc acme.cat
acme.bzh acme.swiss acme.gmbh acme.ltd acme.law acme.bank acme.aero acme.coop acme.jobs acme.pro acme.tel acme.name acme.club
acme.shop acme.cloud acme.systems acme.international acme.engineering acme.construction acme.consulting acme.healthcare
mail.eu.acme.co.uk a.b.c.d.acme.org x.com t.co g.co q.io 3m.com 37signals.com 1und1.de 123-acme.de 4711.com acme-gruppe.de
bücher.example-shop.de münchen.de straße.de xn--mnchen-3ya.de école.fr señor.es københavn.dk łódź.pl øl.no
acme.tw acme.com.au acme.co.jp acme.or.kr acme.gov.in acme.ac.za acme.edu.pl acme.org.br acme.com.tr acme.co.il acme.net.ng
acme.gl acme.fo acme.nu acme.sh acme.fk acme.tk acme.to acme.tv acme.ws acme.pn acme.gg acme.je acme.im acme.va acme.sm acme.li
""".split()

NAMES = """
Ng|O|Null|Jennifer Null|Björk|Sukarno|Suharto|U Thant|Li Na|Wu Yi|Xi Xu|Bo Ek|Ai Ai|Yo-Yo Ma|Ed Ng|Al Oz|Jo Li|E E|X Æ|Þór Þórsson|Ásgeir
Zbigniew Brzęczyszczykiewicz|Krzysztof Pszczółkowski|Jan Krč|Ivo Hrk|Petr Vlk|Srb|Gwyn Llwyd|Rhys ap Rhys|Ffion Ffrancon|Ó hÚigínn
Nguyễn Thị Thu|Đỗ Mười|Tô Lâm|Ưng Hoàng|李娜|王伟|欧阳娜娜|이민호|김
田中太郎|さくら|محمد|فاطمة الزهراء|נועה לוי|Ελένη Παπαδοπούλου|Νίκος|Иван Петров
Ян|Щукин|ธนากร|प्रिया शर्मा|தமிழ்|გიორგი|Արամ|ኃይሌ|Mbappé|Nkrumah|Ngũgĩ wa Thiong'o|Mwai Kibaki|Tshisekedi|Kgalema Motlanthe|Nxumalo
Jean-Luc d'Aoust|María José García-López y Núñez|João da Silva Neto|Xosé|Iñaki Urdangarin|Txomin Peillen|Eñaut|Ziyech|Aït Ali|M'Barek
van der Sloot|'t Hooft|ter Braak|IJsbrand|De Vries|von der Leyen|Freiherr von und zu Guttenberg|Anna Test|Mia Tester|Max Muster-Meyer
Sam Select|Anna None|Christopher Guest|Lee Person|John Smith III|Mary-Kate O'Neill|Sinéad|Siobhán Ní Bhriain|Mc Adam|Saoirse|Caoimhe
Hrafnhildur Jónsdóttir|Kjartan|Sjöö|Åsa Öst|Øyvind|Æbelø|Sørensen|Ljiljana|Hrvoje Krk|Drž|Grzegorz Brzęk|Szczepan|Trnka|Smrž|Čtvrtek
Mehmet Öğüt|İbrahim Şık|Gülşen|Ayşe Çağ|Khurshid|Xolani Gwala|Qwabe|Thandeka|Zwelithini|Dhlamini|Oyelaran|Nwachukwu|Chukwuemeka|Mthethwa
""".replace("\n", "|").split("|")


def numbers() -> Iterator[tuple[str, str]]:
    """Every country's example of every type of line, as E.164, as the country writes it, and with an extension."""
    for country in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in phonenumbers.supported_types_for_region(country):
            example = phonenumbers.example_number_for_type(country, kind)
            if example is None:
                continue
            e164 = phonenumbers.format_number(example, Form.E164)
            if e164 in RESERVED_FOR_FICTION:
                continue
            yield e164, country
            if kind in (0, 1, 3):
                yield f"{phonenumbers.format_number(example, Form.INTERNATIONAL)} ext. 12", country


def addresses() -> Iterator[str]:
    """Every mailbox at one domain and every domain with one mailbox."""
    yield from (f"{mailbox}@acme.travel" for mailbox in MAILBOXES)
    yield from (f"ana+fair@{domain}" for domain in DOMAINS)
    yield from (
        f"{MAILBOXES[n % 20]}.{MAILBOXES[(n * 7) % 19]}@{domain}"
        for n, domain in enumerate(DOMAINS)
    )


def contacts() -> list[Lead]:
    """Each contact is a lead: a name and an address, or a name and a number."""
    names = [n for n in NAMES if n.strip()]
    points: list[Lead] = [{"phone": number, "country": country} for number, country in numbers()]
    points += [{"email": address} for address in addresses()]
    points += [{"email": "ana@acme.travel", "full_name": name} for name in names]
    return [{"full_name": names[n % len(names)], **point} for n, point in enumerate(points)]
