"""Faults as real bases have them, planted under their names so that a checker can be held to them."""

from __future__ import annotations

import string
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from random import Random

from demo.people import Company, Lead, phone
from demo.words import LANDS, MISSING

Fault = Callable[[Random, Lead], None]
TYPOS = (
    "gmial.com",
    "gamil.com",
    "gmail.con",
    "hotmial.com",
    "outlok.com",
    "yaho.com",
    "gmail.co",
    "iclould.com",
    "gmx.d",
)
DISPOSABLE = (
    "mailinator.com",
    "guerrillamail.com",
    "yopmail.com",
    "10minutemail.com",
    "trashmail.com",
    "sharklasers.com",
)
ROLES = ("info", "office", "sales", "contact", "admin", "support", "hello", "webmaster")
MASHES = ("asdfgh", "qwertz", "sdfsdf", "lkjhgf", "qweqwe", "fghjkl", "asdasd", "xcvbnm")
PLACEHOLDERS = (
    "1234567890",
    "0000000000",
    "+1 555 0100",
    "555-0100",
    "1111111111",
    "+49 123456789",
    "9999999999",
    "0123456789",
)


def _no_phones(one: Lead) -> None:
    one.row["Phone"] = one.row["Mobile"] = ""


def missing_contact(rng: Random, one: Lead) -> None:
    _no_phones(one)
    one.row["E-mail"] = rng.choice(MISSING)


def malformed_email(rng: Random, one: Lead) -> None:
    name, domain = one.row["E-mail"].split("@")
    one.row["E-mail"] = rng.choice(
        (
            f"{name}{domain}",
            f"{name}@{domain.split('.')[0]}",
            f"{name}@@{domain}",
            f"{name} @ {domain}",
            f"{name}@{domain.replace('.', ',')}",
            f"{name}.@.{domain}",
            f"www.{domain}",
            f"@{domain}",
        )
    )
    if rng.random() < 0.6:
        _no_phones(one)


def typo_domain(rng: Random, one: Lead) -> None:
    one.row["E-mail"] = f"{one.row['E-mail'].split('@')[0]}@{rng.choice(TYPOS)}"


def disposable_domain(rng: Random, one: Lead) -> None:
    one.row["E-mail"] = (
        f"{''.join(rng.choices(string.ascii_lowercase, k=8))}{rng.randrange(99)}@{rng.choice(DISPOSABLE)}"
    )
    _no_phones(one)


def role_address(rng: Random, one: Lead) -> None:
    one.row["E-mail"] = f"{rng.choice(ROLES)}@{one.company.domain}"
    if rng.random() < 0.5:
        one.row["First name"] = one.row["Last name"] = ""


def no_reply(rng: Random, one: Lead) -> None:
    one.row["E-mail"] = (
        f"{rng.choice(('no-reply', 'noreply', 'newsletter', 'mailer-daemon'))}@{one.company.domain}"
    )
    one.row["First name"], one.row["Last name"] = one.company.name, ""
    _no_phones(one)


def keyboard_mash(rng: Random, one: Lead) -> None:
    mash = rng.choice(MASHES)
    one.row |= {
        "First name": rng.choice(MASHES),
        "Last name": mash[:4],
        "Company": rng.choice((mash, "xxx", "aaa")),
        "E-mail": f"{mash}@{rng.choice(MASHES)[:4]}.com",
        "Job title": rng.choice(("", "asd")),
        "Mobile": "",
        "Phone": rng.choice(("", "123123123", "99999")),
    }


def test_data(rng: Random, one: Lead) -> None:
    one.row |= {
        "First name": rng.choice(("Test", "test", "Max", "John")),
        "Last name": rng.choice(("Test", "Tester", "Mustermann", "Doe")),
        "Company": rng.choice(("Test GmbH", "test", "Demo company", "Example Inc.")),
        "E-mail": rng.choice(
            (
                "test@test.com",
                "test1@example.com",
                "demo@example.org",
                "max@mustermann.test",
                "test@test.de",
            )
        ),
        "Phone": rng.choice(("", "123456", "1234567890")),
        "Mobile": "",
    }


def placeholder_phone(rng: Random, one: Lead) -> None:
    one.row["Phone"], one.row["Mobile"] = rng.choice(PLACEHOLDERS), ""


def short_phone(rng: Random, one: Lead) -> None:
    one.row["Phone"], one.row["Mobile"] = (
        "".join(rng.choices(string.digits, k=rng.randint(3, 6))),
        "",
    )


def only_bad_phone(rng: Random, one: Lead) -> None:
    short_phone(rng, one)
    one.row["E-mail"] = rng.choice(MISSING)


def country_contradicts_phone(rng: Random, one: Lead) -> None:
    other = rng.choice([la for la in LANDS if la is not one.company.land])
    number = phone(rng, one.company.land, True)
    while not number.startswith("+"):
        number = phone(rng, one.company.land, True)
    one.row |= {
        "Mobile": number,
        "Country": other.called[0],
        "City": other.cities[0][0],
        "State/Region": other.cities[0][1],
    }


def name_contradicts_email(rng: Random, one: Lead) -> None:
    other = rng.choice(LANDS)
    one.row["First name"], one.row["Last name"] = rng.choice(other.first), rng.choice(other.last)


def placeholder_company(rng: Random, one: Lead) -> None:
    one.row["Company"] = rng.choice(("private", "n/a", "none", "no company", "self", "xx", "-"))
    one.row["Website"] = ""


def outdated(rng: Random, one: Lead) -> None:
    """The person left: its mails bounce (the behaviour shows it), and the number is gone."""
    _no_phones(one)


KINDS: dict[str, tuple[Fault, int]] = {
    f.__name__: (f, share)
    for f, share in (
        (missing_contact, 14),
        (malformed_email, 12),
        (typo_domain, 8),
        (disposable_domain, 8),
        (role_address, 8),
        (no_reply, 2),
        (keyboard_mash, 6),
        (test_data, 5),
        (placeholder_phone, 9),
        (short_phone, 4),
        (only_bad_phone, 4),
        (country_contradicts_phone, 4),
        (name_contradicts_email, 3),
        (placeholder_company, 5),
        (outdated, 14),
    )
}


def plant(rng: Random, one: Lead, market: list[Company]) -> None:
    """Gives a lead one fault, as often as its channel brings them."""
    if rng.random() >= one.channel.faulty:
        return
    if rng.random() < 0.03:
        one.fault, one.row["Company"] = "company_contradicts_domain", rng.choice(market).name
        return
    name = rng.choices(list(KINDS), [share for _, share in KINDS.values()])[0]
    one.fault = name
    KINDS[name][0](rng, one)


def plant_every(rng: Random, base: list[Lead]) -> None:
    """Makes sure that even a small base holds every kind of fault once, if it has enough leads."""
    clean = [o for o in base if not o.fault and not o.twin_of]
    for name in KINDS:
        if len(clean) > 3 * len(KINDS) and not any(o.fault == name for o in base):
            one = clean.pop(rng.randrange(len(clean)))
            one.fault = name
            KINDS[name][0](rng, one)


def missing_words(rng: Random, one: Lead) -> None:
    """Some systems write a word where there is nothing."""
    if one.channel.system in ("ads", "fair"):
        for column in (
            "Industry",
            "Job title",
            "City",
            "State/Region",
            "Timeline",
            "Authority",
            "Employees",
        ):
            if not one.row[column] and rng.random() < 0.4:
                one.row[column] = rng.choice(MISSING)


def burst(rng: Random, like: Lead, first_number: int, size: int) -> list[Lead]:
    """A scammer fills in a form many times within minutes: new names, one telephone number."""
    out, number = [], phone(rng, like.company.land, True)
    for n in range(size):
        one = deepcopy(like)
        one.id, one.fault = f"A-{first_number + n:06d}", "scam_burst"
        one.created = like.created + timedelta(seconds=n * rng.randint(4, 20))
        word = "".join(rng.choices("bcdfgklmnprst", k=3)) + "".join(
            rng.choices(string.ascii_lowercase, k=5)
        )
        one.row |= {
            "First name": word[:4].title(),
            "Last name": word[3:].title(),
            "Mobile": number,
            "Phone": "",
            "E-mail": (
                f"{word}{rng.randrange(1000)}@{rng.choice(('gmail.com', 'mail.ru', 'outlook.com'))}"
            ),
            "Company": word.upper(),
            "Offer taken": "Free month",
            "Need": "",
            "Budget": "",
            "Job title": "",
        }
        out.append(one)
    return out


def twin(rng: Random, one: Lead, number: int) -> Lead:
    """The same person once more, captured by another system and written a little differently."""
    other = deepcopy(one)
    other.id, other.twin_of, other.fault = f"A-{number:06d}", one.id, ""
    row = other.row
    for change in rng.sample(
        (_capitals, _plus, _bare_phone, _short_company, _initial, _less_told, _other_mail),
        rng.randint(1, 3),
    ):
        change(rng, row, one)
    return other


def _capitals(rng: Random, row: dict[str, str], one: Lead) -> None:
    row["E-mail"], row["Last name"] = row["E-mail"].title(), row["Last name"].upper()


def _plus(rng: Random, row: dict[str, str], one: Lead) -> None:
    row["E-mail"] = row["E-mail"].replace("@", "+demo@", 1)


def _bare_phone(rng: Random, row: dict[str, str], one: Lead) -> None:
    for column in ("Phone", "Mobile"):
        row[column] = "".join(c for c in row[column] if c in "+0123456789")


def _short_company(rng: Random, row: dict[str, str], one: Lead) -> None:
    row["Company"] = one.company.name.split()[0]


def _initial(rng: Random, row: dict[str, str], one: Lead) -> None:
    row["First name"] = f"{one.first[0]}."


def _less_told(rng: Random, row: dict[str, str], one: Lead) -> None:
    row |= dict.fromkeys(
        ("Industry", "Employees", "Annual revenue", "Budget", "Timeline", "Need"), ""
    )


def _other_mail(rng: Random, row: dict[str, str], one: Lead) -> None:
    row["E-mail"] = f"{row['E-mail'].split('@')[0]}@gmail.com"
