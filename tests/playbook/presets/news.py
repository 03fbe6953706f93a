"""Random leads, each of them three times: as it is, after good news, after bad news."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from leadlight.facts.catalog import ACTIVITY_COLUMNS, KINDS, LEAD_ATTRIBUTES, Attribute, Type

AS_OF = datetime(2026, 11, 1, 12)
#: What speaks against a lead. Any other kind, also one that no playbook knows, is a step or says
#: nothing.
BAD_KINDS = (
    "careers_viewed",
    "email_bounced",
    "email_complained",
    "lost",
    "meeting_missed",
    "recycled",
    "returned",
    "sales_rejected",
    "subscription_cancelled",
    "unsubscribed",
)
GOOD_KINDS = (*(k for k in KINDS if k not in BAD_KINDS), "podcast_heard", "brochure_posted")
PRODUCTS = (None, None, "planning", "payroll")
AGES = (0, 0.1, 1, 3, 6, 8, 13, 20, 25, 29, 31, 40, 50, 62, 80, 100, 150, 200, 300, 400)
ARROW = {
    Type.TEXT: pa.string(),
    Type.WHOLE: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.YES_NO: pa.bool_(),
    Type.MOMENT: pa.timestamp("us"),
}

Attributes = dict[str, Any]
Activity = tuple[str, float, str | None]  # its kind, how many days ago, its product

#: What may be filled in where nothing stands: each value speaks for the lead, or says nothing.
GOOD_VALUES: Attributes = {
    "age": 30,
    "authority": "decision_maker",
    "budget": 20_000,
    "city": "Oslo",
    "company": "Acme",
    "consent": True,
    "employees": 300,
    "income": 90_000,
    "industry": "software",
    "interests": "kettles",
    "job_title": "CEO",
    "last_activity_at": AS_OF,
    "minutes_on_site": 15.0,
    "need": "replace spreadsheets",
    "offer_taken": "e-book",
    "pages_per_visit": 4.0,
    "postal_code": "0150",
    "product": "planning",
    "referred_by": "Bo",
    "revenue": 6e6,
    "source": "referral",
    "timeline": "now",
    "visits": 9,
}
#: What may come in the place of anything, and speaks against the lead.
BAD_VALUES: Attributes = {
    "authority": "none",
    "budget": 0,
    "consent": False,
    "do_not_call": True,
    "do_not_email": True,
    "dropped_reason": "not fit",
    "email_bounced": True,
    "need": "no",
    "tags": "competitor",
    "timeline": "later",
}
CONTACTS = {"email": "ana@acme.io", "phone": "+4930234567", "mobile": "+491701234567"}
VERDICTS = ("reachable", "reachable", "risky", "unknown", "unreachable")
#: What a random lead may have, and of how many in a hundred it is known.
USUAL: dict[str, tuple[int, tuple[Any, ...]]] = {
    "age": (40, (12, 20, 30, 70)),
    "authority": (40, ("decision_maker", "influencer", "none")),
    "budget": (50, (0, 500, 40_000)),
    "city": (30, ("Oslo",)),
    "company": (50, ("Acme",)),
    "consent": (30, (True, False)),
    "converted": (20, (True, False)),
    "do_not_call": (20, (True, False)),
    "do_not_email": (20, (True, False)),
    "dropped_reason": (8, ("not fit", "no answer")),
    "email_bounced": (10, (True, False)),
    "employees": (60, (2, 8, 60, 300)),
    "income": (30, (9_000, 40_000, 90_000)),
    "industry": (60, ("software", "retail", "education", "fishing")),
    "interests": (20, ("pans",)),
    "job_title": (50, ("CEO", "Team lead", "Clerk", "Student")),
    "minutes_on_site": (50, (1.0, 4.0, 12.0, 30.0)),
    "need": (50, ("a new till", "no")),
    "offer_taken": (20, ("e-book",)),
    "pages_per_visit": (40, (1.0, 3.5)),
    "postal_code": (20, ("0150",)),
    "product": (40, ("planning", "payroll")),
    "referred_by": (20, ("Bo",)),
    "revenue": (40, (50_000.0, 2e6, 9e6)),
    "source": (50, ("referral", "google", "direct")),
    "tags": (6, ("competitor", "vip")),
    "timeline": (60, ("now", "this_year", "later")),
    "visits": (50, (1, 5, 20)),
}


@dataclass(frozen=True)
class News:
    """A lead, and what is learned of it."""

    lead: str
    attributes: Attributes
    log: tuple[Activity, ...]
    good: Attributes | Activity
    bad: Attributes | Activity

    def variants(self) -> Iterator[tuple[str, Attributes, tuple[Activity, ...]]]:
        """The lead as it is, then with the good news, then with the bad."""
        yield f"{self.lead}/is", self.attributes, self.log
        for name, news in (("good", self.good), ("bad", self.bad)):
            if isinstance(news, dict):
                yield f"{self.lead}/{name}", {**self.attributes, **news}, self.log
            else:
                yield f"{self.lead}/{name}", self.attributes, (*self.log, news)


def random_news(seed: int, leads: int) -> list[News]:
    """So many leads of whom something is learned."""
    chance = Random(seed)
    return [_one(chance, f"L{n}") for n in range(leads)]


def _one(chance: Random, lead: str) -> News:
    known = [name for name, (share, _) in USUAL.items() if chance.random() * 100 < share]
    attributes: Attributes = {name: chance.choice(USUAL[name][1]) for name in known}
    for name, share in (("last_activity_at", 0.4), ("changed_at", 0.2), ("created_at", 0.6)):
        if chance.random() < share:
            attributes[name] = _before(_age(chance))
    for point, value in CONTACTS.items():
        if chance.random() < 0.5:
            attributes |= {point: value, f"{point}_verdict": chance.choice(VERDICTS)}
    kinds = [chance.choice((*GOOD_KINDS, *GOOD_KINDS, *BAD_KINDS)) for _ in range(_steps(chance))]
    log = tuple(_activity(chance, kind) for kind in kinds)
    return News(lead, attributes, log, _good(chance, attributes), _bad(chance, attributes))


def _steps(chance: Random) -> int:
    """How many: a third of the leads has no log yet, the others one of a few steps."""
    return chance.choice((0, 0, 1, 2, 4, 8))


def _age(chance: Random) -> float:
    return chance.choice(AGES) + chance.random() / 2


def _activity(chance: Random, kind: str) -> Activity:
    return kind, _age(chance) if chance.random() < 0.7 else 0.0, chance.choice(PRODUCTS)


def _good(chance: Random, attributes: Attributes) -> Attributes | Activity:
    if chance.random() < 0.6:
        return _activity(chance, chance.choice(GOOD_KINDS))
    better: list[Attributes] = [{n: v} for n, v in GOOD_VALUES.items() if n not in attributes]
    better += [{p: v, f"{p}_verdict": "reachable"} for p, v in CONTACTS.items()]
    better += [{"converted": True}, {"do_not_email": False}]
    better.append({"employees": attributes.get("employees", 5) * 10})
    return chance.choice(better)


def _bad(chance: Random, attributes: Attributes) -> Attributes | Activity:
    if chance.random() < 0.6:
        return _activity(chance, chance.choice(BAD_KINDS))
    worse: list[Attributes] = [{n: v} for n, v in BAD_VALUES.items()]
    worse += [{f"{p}_verdict": "unreachable"} for p in CONTACTS if p in attributes]
    return chance.choice(worse)


def fill(con: DuckDBPyConnection, news: list[News]) -> None:
    """The relations `leads` and `activities` of all of them, each three times."""
    variants = [v for one in news for v in one.variants()]
    rows = [{"lead_id": lead, **attributes} for lead, attributes, _ in variants]
    log = [
        {"lead_id": lead, "kind": kind, "occurred_at": _before(ago), "product": product}
        for lead, _, steps in variants
        for kind, ago, product in steps
    ]
    _table(con, "leads", rows, list(LEAD_ATTRIBUTES.values()))
    _table(con, "activities", log, list(ACTIVITY_COLUMNS.values()))


def _before(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


def _table(
    con: DuckDBPyConnection,
    name: str,
    rows: list[Attributes],
    columns: list[Attribute],
) -> None:
    arrays = {a.name: pa.array([r.get(a.name) for r in rows], ARROW[a.type]) for a in columns}
    con.register("_rows", pa.table(arrays))
    con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM _rows")
    con.unregister("_rows")
