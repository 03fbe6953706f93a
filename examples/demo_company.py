"""Writes the base of a demo company that sells invoicing, payroll and planning software; all invented.

    python examples/demo_company.py OUT [--leads 20000] [--seed 2026]

Twelve months of a company's life up to 2026-11-01: leads as its four systems captured them, faults and twins
included, what they did, talks with sales, wins and losses that follow fit and behaviour with luck in it,
subscriptions, and what each source cost. The same seed writes the same bytes. `planted.csv` names every
planted fault and twin: it is the key to check against, not a part of the base.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from random import Random

from demo import faults, people
from demo.behaviour import Act, mailings, trials, visits
from demo.people import END, START, Lead
from demo.sales import subscriptions, talks, verdict
from demo.words import CHANNELS

ACTIVITY = (
    "activity_id",
    "lead_id",
    "occurred_at",
    "kind",
    "url",
    "product",
    "channel",
    "campaign",
    "value",
    "result",
    "agent",
)
LEAD = (
    "Lead ID",
    "Created",
    "First name",
    "Last name",
    "E-mail",
    "Phone",
    "Mobile",
    "Company",
    "Website",
    "Industry",
    "Employees",
    "Annual revenue",
    "Job title",
    "City",
    "State/Region",
    "Country",
    "Lead source",
    "Campaign",
    "utm_medium",
    "Product of interest",
    "Offer taken",
    "Referred by",
    "Budget",
    "Authority",
    "Need",
    "Timeline",
    "Consent",
    "Do not email",
    "Discard reason",
    "System",
)
CONVERSATIONS = (
    "call_attempted",
    "call_held",
    "meeting_booked",
    "meeting_held",
    "meeting_missed",
    "sales_accepted",
    "sales_rejected",
    "recycled",
    "offer_sent",
    "offer_viewed",
)
OUTCOMES = ("won", "lost")
SUBSCRIPTIONS = (
    "subscription_started",
    "subscription_renewed",
    "subscription_cancelled",
    "service_requested",
)
FILES = {
    "conversations.csv": CONVERSATIONS,
    "outcomes.csv": OUTCOMES,
    "subscriptions.csv": SUBSCRIPTIONS,
}


def leads(seed: int, count: int) -> list[Lead]:
    """Every lead of the base, in the order in which they came in."""
    rng = Random(f"leads {seed}")
    market = people.companies(Random(f"companies {seed}"), max(60, count // 3))
    out: list[Lead] = []
    while len(out) < count:
        one = people.lead(rng, len(out) + 1, market)
        faults.plant(rng, one, market)
        faults.missing_words(rng, one)
        out.append(one)
        if rng.random() < 0.04 and not one.fault and len(out) < count:
            other = faults.twin(rng, one, len(out) + 1)
            other.created = min(one.created + (END - one.created) * rng.random(), END)
            out.append(other)
        if (
            one.channel.name == "Facebook Ads"
            and rng.random() < 40 / 20_000
            and len(out) + 20 <= count
        ):
            out += faults.burst(rng, one, len(out) + 1, rng.randint(12, 20))
    if count >= 200 and not any(
        o.fault == "scam_burst" for o in out
    ):  # a small base holds one burst too
        like = next(o for o in out if o.channel.name == "Facebook Ads")
        out[-12:] = faults.burst(rng, like, count - 11, 12)
    faults.plant_every(rng, out)
    return numbered(sorted(out, key=lambda o: (o.created, o.id)))


def numbered(base: list[Lead]) -> list[Lead]:
    """The leads with ids that grow with time, as a system gives them."""
    ids = {o.id: f"A-{n:06d}" for n, o in enumerate(base, 1)}
    for o in base:
        o.id, o.twin_of = ids[o.id], ids.get(o.twin_of, "")
    return base


def lived(seed: int, base: Sequence[Lead]) -> tuple[list[Act], dict[str, str]]:
    """Everything that happened until the end, in order, and what sales noted about each lead it dropped."""
    acts: list[Act] = []
    notes: dict[str, str] = {}
    for one in base:
        rng = Random(
            f"life {seed} {one.id}"
        )  # a lead's life does not depend on how many others there are
        own = [*visits(rng, one), *mailings(rng, one)]
        for a in [a for a in own if a.kind == "trial_started"]:
            own += trials(rng, a)
        sold = list(talks(rng, one, [a for a in own if a.at < END]))
        for won in [a for a in sold if a.kind == "won" and a.at < END]:
            sold += subscriptions(rng, won, won.columns["product"])
        notes[one.id] = verdict(sold, rng, one)
        acts += [a for a in own + sold if START <= a.at < END]
    acts.sort(key=lambda a: (a.at, a.lead, a.kind))
    return acts, notes


def written(at: datetime, system: str) -> str:
    """A moment as each of the company's systems writes it."""
    if system == "fair":
        return at.strftime("%d.%m.%Y %H:%M")
    if system == "ads":
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if system == "webinar":
        return at.strftime("%b %d, %Y %I:%M %p")
    return at.strftime("%Y-%m-%d %H:%M")


def spend(seed: int, base: Sequence[Lead]) -> list[dict[str, str]]:
    """What each campaign cost each month: about its price a lead, empty ones included."""
    rng = Random(f"spend {seed}")
    came = Counter(
        (o.channel.name, o.row["Campaign"], o.created.year, o.created.month) for o in base
    )
    out = []
    for n in range(12):
        year, month = 2025 + (10 + n) // 12, (10 + n) % 12 + 1
        for channel in CHANNELS:
            for campaign in channel.campaigns:
                leads_of_it = came[channel.name, campaign, year, month]
                if channel.cost and leads_of_it:
                    amount = leads_of_it * channel.cost * rng.uniform(0.8, 1.25)
                    out.append(
                        {
                            "month": f"{year}-{month:02d}-01",
                            "source": channel.name,
                            "campaign": campaign,
                            "amount": f"{amount:.2f}",
                            "currency": "EUR",
                        }
                    )
    return out


def write(path: Path, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def write_company(out: Path, count: int = 20_000, seed: int = 2026) -> None:
    """Writes the whole base into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    base = leads(seed, count)
    acts, notes = lived(seed, base)
    write(
        out / "leads.csv",
        LEAD,
        (
            {
                **o.row,
                "Lead ID": o.id,
                "Created": written(o.created, o.channel.system),
                "Discard reason": notes[o.id],
            }
            for o in base
        ),
    )
    rows = [
        {
            **a.columns,
            "activity_id": f"E{n:07d}",
            "lead_id": a.lead,
            "occurred_at": a.at.strftime("%Y-%m-%d %H:%M:%S"),
            "kind": a.kind,
        }
        for n, a in enumerate(acts, 1)
    ]
    apart = {kind for kinds in FILES.values() for kind in kinds}
    write(out / "activities.csv", ACTIVITY[:9], (r for r in rows if r["kind"] not in apart))
    for name, kinds in FILES.items():
        write(
            out / name,
            [c for c in ACTIVITY if c not in ("url", "campaign")],
            (r for r in rows if r["kind"] in kinds),
        )
    write(
        out / "spend.csv", ("month", "source", "campaign", "amount", "currency"), spend(seed, base)
    )
    write(
        out / "planted.csv",
        ("lead_id", "fault", "twin_of"),
        (
            {"lead_id": o.id, "fault": o.fault, "twin_of": o.twin_of}
            for o in base
            if o.fault or o.twin_of
        ),
    )


def main() -> None:
    said = argparse.ArgumentParser(description="Writes the base of a demo company.")
    said.add_argument("out", type=Path, help="the folder to write into")
    said.add_argument("--leads", type=int, default=20_000)
    said.add_argument("--seed", type=int, default=2026)
    args = said.parse_args()
    write_company(args.out, args.leads, args.seed)
    print(f"Wrote {', '.join(sorted(p.name for p in args.out.glob('*.csv')))} to {args.out}")


if __name__ == "__main__":
    main()
