"""The leads of a segment, in a connection: those that a run put into it, or those of a plan that
was just run. They are counted, shown, and written to a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from leadlight.adapters.base.plan_run import RESULT
from leadlight.adapters.db.columns import column_types
from leadlight.adapters.db.duckdb import quoted, rows, text_literal
from leadlight.adapters.destinations.atomic_file import replace_file
from leadlight.adapters.destinations.export import format_of
from leadlight.adapters.destinations.table import ExportColumn, Table
from leadlight.adapters.ledger.runs import column
from leadlight.adapters.summary.newest_labels import has_label, newest_rows
from leadlight.facts.cohort import Some
from leadlight.facts.ledger import Holdings
from leadlight.facts.relation import TableName
from leadlight.plan.asof.texts import leads_text

_LEADS = TableName("leads_of_segment")
#: What a file of a segment says of a lead, after its id: as far as the base knows of it.
SHOWN = (
    "first_name",
    "last_name",
    "full_name",
    "email",
    "email_verdict",
    "phone",
    "phone_verdict",
    "mobile",
    "mobile_verdict",
    "company",
    "job_title",
    "industry",
    "city",
    "country",
    "language",
    "source",
    "owner",
    "consent",
    "do_not_email",
    "do_not_call",
)


class SegmentLeads:
    """The leads of one segment at a time."""

    def __init__(self, con: duckdb.DuckDBPyConnection, holdings: Holdings, now: datetime) -> None:
        self._con, self._holdings, self._now = con, holdings, now

    def take_from_run(self, upto: int, segment: str) -> None:
        """Take those whom the runs up to that number left in a segment."""
        inside = f"strpos('; ' || c.segments || '; ', {text_literal(f'; {segment}; ')}) > 0"
        newest = newest_rows(self._con, upto, ["segments"])
        self._make(f"SELECT c.lead_id, c.run_no FROM ({newest}) AS c WHERE {inside}")

    def take_from_plan(self, segment: str) -> int:
        """Take those whom the plan that was just run puts into a segment; how many were looked
        at.
        """
        inside = f"strpos('; ' || q.segments || '; ', {text_literal(f'; {segment}; ')}) > 0"
        run = "NULL::INTEGER AS run_no"
        self._make(
            f"SELECT CAST(q.lead_id AS VARCHAR) AS lead_id, {run} FROM {RESULT} q WHERE {inside}"
        )
        return int(str(rows(self._con, f"SELECT count(*) FROM {RESULT}")[0][0]))

    def count(self) -> int:
        """How many they are."""
        return int(str(rows(self._con, f"SELECT count(*) FROM {_LEADS}")[0][0]))

    def count_label(self, upto: int, scale: str, label: str) -> int:
        """How many of them a run left with a label."""
        if not has_label(self._con, scale):
            return 0
        stored = column("label", scale)
        newest = newest_rows(self._con, upto, [stored])
        found = rows(
            self._con,
            f"SELECT count(*) FROM ({newest}) AS n SEMI JOIN {_LEADS} s ON s.lead_id = n.lead_id"
            f" WHERE n.{quoted(stored)} = ?",
            [label],
        )
        return int(str(found[0][0]))

    def sample(self, limit: int) -> list[dict[str, object]]:
        """Some of them, with what they are known by."""
        names = ("first_name", "last_name", "full_name", "email", "company")
        few = "few_of_segment"
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {few} AS SELECT lead_id FROM {_LEADS} ORDER BY lead_id"
            f" LIMIT {int(limit)}"
        )
        known = self._attributes(names, few)
        listed = [n for n in self._holdings.attributes if n in names]
        columns = "".join(f", {quoted(n)}" for n in listed)
        found = rows(self._con, f"SELECT lead_id{columns} FROM ({known}) AS k ORDER BY lead_id")
        return [dict(zip(("lead_id", *listed), row, strict=True)) for row in found]

    def changes(self, limit: int) -> list[tuple[int, str]]:
        """The newest change of each of them: its run and the lead; at most so many."""
        found = rows(
            self._con,
            f"SELECT run_no, lead_id FROM {_LEADS} ORDER BY lead_id LIMIT {int(limit)}",
        )
        return [(int(str(run)), str(lead)) for run, lead in found]

    def write(self, segment: str, target: Path) -> int:
        """Write them to a file, by its ending; no cell can run as a formula. How many they are."""
        known = self._attributes(SHOWN, _LEADS.name)
        types = column_types(self._con, f"({known}) AS k")
        names = [n for n in ("lead_id", *SHOWN) if n in types]
        columns = [
            ExportColumn("lead_id", 'k."lead_id"', types["lead_id"]),
            ExportColumn("segment", text_literal(segment), "VARCHAR"),
            *(ExportColumn(n, f"k.{quoted(n)}", types[n]) for n in names if n != "lead_id"),
        ]
        form = format_of(target)
        with replace_file(target, "segment") as part:
            return form.write(self._con, Table(tuple(columns), f"({known}) AS k", "1"), part)

    def _attributes(self, names: Sequence[str], among: str) -> str:
        asked = [n for n in self._holdings.attributes if n in names]
        return leads_text(Some(self._now, among), self._holdings, asked)

    def _make(self, query: str) -> None:
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {_LEADS} AS {query}")
