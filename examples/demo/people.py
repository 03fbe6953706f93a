"""Leads: a person at a company with an intent nobody sees, captured by some system on some day."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from demo.words import (
    CHANNELS,
    FREE_MAIL,
    HEADS,
    INDUSTRIES,
    LANDS,
    MIDDLES,
    NEEDS,
    OFFERS,
    PRODUCTS,
    TITLES,
    Channel,
    Industry,
    Land,
)

T = TypeVar("T")
END = datetime.fromisoformat("2026-11-01")
DAYS = 365
START = END - timedelta(days=DAYS)


@dataclass(frozen=True)
class Company:
    """A company that might buy: what is known of it and what its mail gateway does."""

    name: str
    domain: str
    land: Land
    city: tuple[str, str]
    industry: Industry
    employees: int
    revenue: int
    opens_links: bool  # its gateway opens every link of every mail


@dataclass
class Lead:
    """A lead: the row of the export in `row`, and what only the generator knows beside it."""

    id: str
    created: datetime
    channel: Channel
    company: Company
    first: str
    last: str
    title: str
    decides: float
    intent: float
    product: str
    row: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    twin_of: str = ""

    @property
    def fit(self) -> float:
        """How well it fits, in the truth that outcomes follow: industry, size and a say in the matter."""
        size = -0.5 + 0.5 * math.log10(max(self.company.employees, 1))
        return self.company.industry.fit + min(size, 0.9) + 0.6 * self.decides

    @property
    def real(self) -> bool:
        """Whether there is a person to sell to behind it."""
        return self.fault not in NOBODY


#: Faults behind which nobody stands: such leads do nothing and never buy.
NOBODY = ("keyboard_mash", "test_data", "scam_burst", "disposable_domain", "no_reply")


def weighted(rng: Random, items: Sequence[T], weights: Sequence[float]) -> T:
    """One of the items, as often as its weight says."""
    return rng.choices(items, weights)[0]


def ascii_of(text: str) -> str:
    for a, b in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("ł", "l"), ("Ł", "L")):
        text = text.replace(a, b)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def mail_name(first: str, last: str, rng: Random) -> str:
    """The part of an address before the @, as companies make it of a name."""
    one, two = ("".join(c for c in ascii_of(n).lower() if c.isalpha()) for n in (first, last))
    return weighted(
        rng,
        (f"{one}.{two}", f"{one[0]}.{two}", f"{one}{two}", one, f"{two}.{one[0]}"),
        (6, 2, 1, 1, 1),
    )


def companies(rng: Random, n: int) -> list[Company]:
    """A market of companies; sizes are heavy-tailed as companies are."""
    out, seen = [], set()
    while len(out) < n:
        industry = weighted(rng, INDUSTRIES, [i.share for i in INDUSTRIES])
        land = weighted(rng, LANDS, [la.share for la in LANDS])
        stem, tail = (
            rng.choice(HEADS) + rng.choice(MIDDLES) + rng.choice(("", "", "a", "o", "is")),
            rng.choice(industry.tail),
        )
        domain = f"{stem}-{tail}.{land.top_level}"
        if domain in seen:
            stem += rng.choice("aeiou") + rng.choice("nrstlm")
            domain = f"{stem}-{tail}.{land.top_level}"
            if domain in seen:
                continue
        seen.add(domain)
        employees = min(int(rng.lognormvariate(3.3, 1.4)) + 1, 40_000)
        revenue = int(employees * rng.lognormvariate(11.6, 0.5)) // 1000 * 1000
        ending = {
            "DE": " GmbH",
            "US": " Inc.",
            "GB": " Ltd",
            "FR": " SAS",
            "NL": " B.V.",
            "PL": " Sp. z o.o.",
        }.get(land.code, "")
        out.append(
            Company(
                f"{stem.capitalize()} {tail.capitalize()}{ending}",
                domain,
                land,
                rng.choice(land.cities),
                industry,
                employees,
                revenue,
                rng.random() < 0.06,
            )
        )
    return out


def moment(rng: Random) -> datetime:
    """When a lead comes in: more each month, on working days, in working hours, few at Christmas."""
    while True:
        day = START + timedelta(days=int(DAYS * (math.sqrt(1 + 3 * rng.random()) - 1)))
        if day.weekday() >= 5 and rng.random() < 0.7:
            continue
        if day.month == 12 and day.day > 22 and rng.random() < 0.8:
            continue
        return day + timedelta(
            minutes=int(min(max(rng.gauss(13 * 60, 200), 5 * 60), 23 * 60)),
            seconds=rng.randrange(60),
        )


def phone(rng: Random, land: Land, mobile: bool) -> str:
    """A number that the country's numbering plan knows, written as people write it."""
    pattern = rng.choice(land.mobile if mobile else land.landline)
    digits = "".join(str(rng.randrange(10)) if c == "#" else c for c in pattern)
    split = f"{digits[:3]} {digits[3:6]} {digits[6:]}".strip()
    return weighted(
        rng,
        (
            f"+{land.prefix}{digits}",
            f"+{land.prefix} {split}",
            f"00{land.prefix} {split}",
            f"{land.trunk}{split}",
            f"({land.trunk}{digits[:3]}) {digits[3:6]}-{digits[6:]}",
        ),
        (4, 4, 1, 2, 1),
    )


def lead(rng: Random, number: int, market: Sequence[Company]) -> Lead:
    """A lead without a fault."""
    channel = weighted(rng, CHANNELS, [c.share for c in CHANNELS])
    # Few companies send many leads: the market is read from its head.
    company = market[int(len(market) * rng.random() ** 1.6)]
    title, _, decides = weighted(rng, TITLES, [t[1] for t in TITLES])
    product = weighted(rng, list(PRODUCTS), (5, 3, 2))
    intent = rng.gauss(channel.intent, 1.0)
    created = moment(rng)
    one = Lead(
        f"A-{number:06d}",
        created,
        channel,
        company,
        rng.choice(company.land.first),
        rng.choice(company.land.last),
        title,
        decides,
        intent,
        product,
    )
    one.row = _row(rng, one)
    return one


def _row(rng: Random, one: Lead) -> dict[str, str]:
    """What the export says of it; the more serious a lead, the more it has told."""
    c, told = one.company, 1 / (1 + math.exp(-one.intent))
    own_mail = rng.random() < (0.12 if one.channel.name != "Facebook Ads" else 0.5)
    domain = rng.choice(FREE_MAIL) if own_mail else c.domain
    campaign = rng.choice(one.channel.campaigns)

    def maybe(value: object, chance: float) -> str:
        return str(value) if rng.random() < chance else ""

    authority = (
        "decision_maker" if one.decides >= 0.8 else "influencer" if one.decides >= 0.2 else "user"
    )
    later = weighted(
        rng,
        ("now", "this_quarter", "this_year", "later"),
        (1 + 4 * told, 3, 3, 5 * (1 - told) + 0.5),
    )
    return {
        "First name": one.first,
        "Last name": one.last,
        "E-mail": f"{mail_name(one.first, one.last, rng)}@{domain}",
        "Phone": maybe(phone(rng, c.land, False), 0.35),
        "Mobile": maybe(phone(rng, c.land, True), 0.45),
        "Company": c.name,
        "Website": maybe(f"https://www.{c.domain}", 0.5),
        "Industry": maybe(rng.choice(c.industry.spelled), 0.72),
        "Employees": maybe(c.employees, 0.66),
        "Annual revenue": maybe(c.revenue, 0.33),
        "Job title": maybe(one.title, 0.78),
        "City": maybe(c.city[0], 0.8),
        "State/Region": maybe(c.city[1], 0.6),
        "Country": maybe(rng.choice(c.land.called), 0.92),
        "Lead source": one.channel.name,
        "Campaign": campaign,
        "utm_medium": one.channel.medium,
        "Product of interest": maybe(one.product, 0.15 + 0.4 * told),
        "Offer taken": maybe(rng.choice(OFFERS), 0.3),
        "Referred by": maybe("a customer", 0.8) if one.channel.name == "Referral" else "",
        "Budget": maybe(
            int(c.employees * 100 * rng.lognormvariate(0, 0.6)) // 100 * 100, 0.3 * told
        ),
        "Authority": maybe(authority, 0.35 * told + 0.05),
        "Need": maybe(rng.choice(NEEDS), 0.35 * told),
        "Timeline": maybe(later, 0.3 * told + 0.05),
        "Consent": weighted(rng, ("yes", "no", ""), (80, 6, 14)),
        "Do not email": weighted(rng, ("", "no", "yes"), (60, 37, 3)),
        "System": one.channel.system,
    }
