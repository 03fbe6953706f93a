"""Two tables with an outcome, as somebody exports them to learn from: deals won and lost, and a mailing that left some out.

python examples/demo/deals.py     (writes deals.csv and mailing.csv into examples/acme/)

Planted in `deals.csv`: companies of 50 to 500 people in software or logistics buy often, bought lists hardly ever; the contract
number is filled in when a deal is won. In `mailing.csv` every second customer, drawn by lot, was written to; the mail
brings back those whose last order is more than a year ago, and nobody else.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

ACME = Path(__file__).resolve().parent.parent / "acme"
DEALS, MAILED = 600, 1_100
_INDUSTRIES = ("Software", "Logistics", "Retail", "Construction")
_SOURCES = ("Website", "Referral", "Trade fair", "Search ads", "Bought list")
_AUTHORITY = ("decision_maker", "influencer", "user")
_SOLD_BY = {
    "Website": 0.0,
    "Referral": 0.1,
    "Trade fair": 0.0,
    "Search ads": 0.0,
    "Bought list": -0.2,
}


def deals(seed: int = 7) -> Iterator[dict[str, object]]:
    """Deals of a year, the oldest first."""
    rng = Random(f"deals {seed}")
    for n in range(DEALS):
        industry, source = rng.choice(_INDUSTRIES), rng.choice(_SOURCES)
        employees = round(10 ** rng.uniform(1.2, 3))
        visits, authority = rng.randint(0, 12), rng.choice(_AUTHORITY)
        fits = 50 <= employees <= 500 and industry in ("Software", "Logistics")
        chance = (
            0.1
            + 0.6 * fits
            + _SOLD_BY[source]
            + 0.01 * visits
            + 0.05 * (authority == "decision_maker")
        )
        won = rng.random() < chance
        yield {
            "Deal ID": f"D-{n + 1:04d}",
            "Created": date(2025, 11, 1) + timedelta(days=n * 360 // DEALS),
            "Source": source,
            "Industry": industry,
            "Employees": employees if rng.random() < 0.9 else "",
            "Visits": visits,
            "Authority": authority,
            "Amount": round(employees**0.7 * rng.uniform(30, 90), -1) if won else "",
            "Contract number": f"C{rng.randint(10_000, 99_999)}" if won else "",
            "Outcome": "Won" if won else "Lost",
        }


def mailing(seed: int = 7) -> Iterator[dict[str, object]]:
    """Customers who were written to, or left out by lot, and whether they ordered in the month after."""
    rng = Random(f"mailing {seed}")
    for n in range(MAILED):
        months, orders = rng.randint(0, 24), rng.randint(1, 9)
        mailed = rng.random() < 0.5
        chance = (
            0.05
            + 0.01 * orders
            + (0.35 if months < 6 else 0)
            + (0.35 if mailed and months > 12 else 0)
        )
        yield {
            "Customer ID": f"K-{n + 1:04d}",
            "Months since last order": months,
            "Orders so far": orders,
            "Industry": rng.choice(_INDUSTRIES),
            "Mailing": "mail" if mailed else "no mail",
            "Ordered": "yes" if rng.random() < chance else "no",
        }


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


if __name__ == "__main__":
    write(ACME / "deals.csv", list(deals()))
    write(ACME / "mailing.csv", list(mailing()))
