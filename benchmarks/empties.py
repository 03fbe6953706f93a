"""The empty class against what salespeople wrote down, on real bases: precision and recall, with what the columns can tell.

    python benchmarks/empties.py --shared ../shared

No rule knows a column of these files. Where a base holds no contact point at all, nothing can be told from it: that is said,
and not made up for by reading the salespeople's verdict as if it were a fact about the contact.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

import leadlight


@dataclass(frozen=True)
class Case:
    """A real base: its file, the salespeople's verdict as a condition on its own columns, and what it can tell."""

    name: str
    file: str
    truth: str
    can_tell: str


CASES = (
    Case(
        "x_education",
        "x_education/Leads.csv.gz",
        "\"Tags\" IN ('invalid number', 'wrong number given', 'number not provided') OR \"Last"
        " Activity\" = 'Email Bounced'",
        "no address, no number; only the last activity 'Email Bounced'",
    ),
    Case(
        "event_saas_crm",
        "event_saas_crm/leads.csv.gz",
        "\"Discarded/Nurturing Reason\" IN ('Unreachable', 'Wrong Data', 'Duplicate/Test')",
        "no contact column at all",
    ),
)


def judged(
    con: duckdb.DuckDBPyConnection, case: Case, file: Path, empty: Callable[[str], str]
) -> None:
    """Print what was found of one base."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "qualified.csv"
        found = leadlight.qualify(str(file))
        found.export(out, "all")
        truth, said = case.truth, empty("contact")
        rows = con.sql(
            f"SELECT count(*), count(*) FILTER ({truth}), count(*) FILTER ({said}), count(*) FILTER"
            f" (({truth}) AND {said}) FROM read_csv('{out}', all_varchar=true)"
        ).fetchall()[0]
        labels = con.sql(
            f"SELECT contact, count(*) FROM read_csv('{out}', all_varchar=true) GROUP BY 1"
        ).fetchall()
    leads, true, told, both = (int(n) for n in rows)
    precision = f"{both / told:.2f}" if told else "none called empty"
    print(
        f"{case.name:<16} {leads:,} leads, {true:,} unusable by the salespeople, {told:,} called"
        f" empty: precision {precision}, recall {both / true:.2f}"
    )
    print(
        f"{'':<16} its columns hold {case.can_tell}; labels:"
        f" {', '.join(f'{n:,} {label}' for label, n in labels)}"
    )


def main() -> None:
    said = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    said.add_argument("--shared", type=Path, default=Path("../shared"))
    shared = said.parse_args().shared
    for case in CASES:
        file = shared / "data" / case.file
        if not file.exists():
            raise SystemExit(f"There is no {file}. Say where the shared folder is: --shared DIR.")
        judged(duckdb.connect(), case, file, lambda column: f"{column} = 'empty'")


if __name__ == "__main__":
    main()
