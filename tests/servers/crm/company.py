"""A company's CRM for tests: people, companies, deals, calls."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from tests.servers.crm.store import Store

_TITLES = ("CEO", "Head of Sales", "Student", "Engineer", "Purchasing manager", "Owner")
_INDUSTRIES = ("software", "retail", "finance", "health")
_COUNTRIES = ("Germany", "France", "US", "Spain")


def fill_store(store: Store, people: int, activities: int, now: datetime, seed: int = 7) -> Store:
    """Invent a base: one in twenty asked to be left alone by mail, one in ten has a deal."""
    draw = random.Random(seed)
    for n in range(1, 6):
        store.add("owners", str(n), now - timedelta(days=400), name=f"rep{n}@acme.example")
    for n in range(1, max(people // 10, 1) + 1):
        store.add(
            "companies",
            str(n),
            now - timedelta(days=300),
            name=f"Company {n}",
            industry=draw.choice(_INDUSTRIES),
            employees=draw.randrange(5, 2000),
        )
    for n in range(1, people + 1):
        store.add(
            "people",
            str(n),
            now - timedelta(days=draw.randrange(1, 250), seconds=n % 86_400),
            email=f"person{n}@company{n % 97}.example",
            first_name=f"First{n}",
            last_name=f"Last{n}",
            job_title=draw.choice(_TITLES),
            country=draw.choice(_COUNTRIES),
            city="Berlin",
            owner=str(draw.randrange(1, 6)),
            company=str(draw.randrange(1, max(people // 10, 1) + 1)),
            opt_out=n % 20 == 0,
            phone=f"+4930{1_000_000 + n}",
        )
    for n in range(1, people // 10 + 1):
        is_closed, is_won = n % 2 == 0, n % 4 == 0
        at = now - timedelta(days=draw.randrange(1, 100))
        store.add(
            "deals",
            str(n),
            at,
            amount=draw.randrange(1, 90) * 1000,
            closed=is_closed,
            won=is_won,
            closed_at=at,
            reason=None if is_won or not is_closed else "price",
            owner="1",
            people=[str(draw.randrange(1, people + 1))],
        )
    for n in range(1, activities + 1):
        at = now - timedelta(minutes=draw.randrange(10, 200_000))
        who = [str(draw.randrange(1, people + 1))]
        if n % 3 == 0:
            store.add(
                "calls",
                str(n),
                at,
                at=at,
                status="COMPLETED" if n % 2 else "NO_ANSWER",
                owner="2",
                people=who,
            )
        elif n % 3 == 1:
            store.add(
                "emails",
                str(n),
                at,
                at=at,
                direction="EMAIL" if n % 2 else "INCOMING_EMAIL",
                owner="3",
                people=who,
            )
        else:
            store.add(
                "meetings",
                str(n),
                at,
                at=at,
                outcome="COMPLETED" if n % 2 else "NO_SHOW",
                owner="4",
                people=who,
            )
    return store
