"""`make demo-real`: three real bases, each qualified by a playbook written for it. They are not part of the repository.

    python tools/demo_real.py FOLDER

FOLDER holds x_education, event_saas_crm and olist_funnel; the files are read where they are, results go to out/real.
"""

from __future__ import annotations

import csv
import gzip
import sys
from dataclasses import dataclass
from pathlib import Path

from shown import ROOT, leadlight, say

PLAYBOOKS = ROOT / "examples" / "real"
OUT = ROOT / "out" / "real"


@dataclass(frozen=True)
class Base:
    """A real base: where its leads lie, what it is, and what else is given to the command."""

    name: str
    leads: str
    about: str
    more: tuple[str | Path, ...] = ()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) == 2 else None
    if folder is None:
        print(
            "Name the folder with the real bases: python tools/demo_real.py FOLDER", file=sys.stderr
        )
        sys.exit(2)
    OUT.mkdir(parents=True, exist_ok=True)
    bases = (
        Base(
            "x_education",
            "x_education/Leads.csv.gz",
            "A seller of online courses: 9,240 leads of its CRM.",
        ),
        Base(
            "event_saas_crm",
            "event_saas_crm/leads.csv.gz",
            "A seller of event software: 33,073 leads with little more than the reason for which"
            " they were dropped.",
        ),
        Base(
            "olist_funnel",
            "olist_funnel/olist_marketing_qualified_leads_dataset.csv.gz",
            "A marketplace: 8,000 sellers who asked to join, and those who did, seen from 1 June"
            " 2018.",
            ("--activities", OUT / "olist_won.csv", "--as-of", "2018-06-01"),
        ),
    )
    missing = [str(folder / b.leads) for b in bases if not (folder / b.leads).is_file()]
    if missing:
        print(
            f"The real bases are not in {folder}: there is no {missing[0]}.\n"
            "They are not part of this repository; `make demo` needs nothing but it.",
            file=sys.stderr,
        )
        sys.exit(2)
    write_wins(folder / "olist_funnel" / "olist_closed_deals_dataset.csv.gz", OUT / "olist_won.csv")
    for base in bases:
        say(base.about)
        leadlight(
            "qualify",
            folder / base.leads,
            "--playbook",
            PLAYBOOKS / f"{base.name}.yml",
            *base.more,
            "--out",
            OUT / f"{base.name}.csv",
            "--report",
            OUT / f"{base.name}.html",
        )
    say("Look at:")
    for base in bases:
        say(f"  out/real/{base.name}.html")
    say("The playbooks are in examples/real: read what was agreed, change it, and run it again.")


def write_wins(deals: Path, target: Path) -> None:
    """Which sellers were won and when, as a log: all that the table of closed deals may tell a rule."""
    with (
        gzip.open(deals, "rt", encoding="utf-8", newline="") as file,
        target.open("w", newline="") as out,
    ):
        log = csv.writer(out)
        log.writerow(("lead_id", "occurred_at", "kind"))
        log.writerows((row["mql_id"], row["won_date"], "won") for row in csv.DictReader(file))


if __name__ == "__main__":
    main()
