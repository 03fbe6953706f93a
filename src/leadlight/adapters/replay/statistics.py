"""A replay in numbers: how many leads had each label when, who went where and why, how long a label
lasted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from leadlight.adapters.db.columns import column_types
from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.adapters.destinations.atomic_file import replace_file
from leadlight.adapters.destinations.table import ExportColumn, Table
from leadlight.plan.timeline import SPELLS, STATES, TRANSITIONS
from leadlight.results.replay import (
    Flow,
    LabelChange,
    LabelDuration,
    ReplayStep,
    Velocity,
)
from leadlight.results.story import Spell

_STEPS = "replay_steps"
CAUSES = ("facts", "clock", "rules", "undo", "others")


class ReplayStatistics:
    """The numbers of the replay that was last made in a connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def score_at(self, lead_id: str, score: str, at: datetime) -> float | None:
        """A score of a lead when it was last looked at before a moment."""
        found = rows(
            self.con,
            f"SELECT {quoted(score)} FROM {STATES} WHERE lead_id = ? AND as_of <= ? ORDER BY as_of"
            " DESC LIMIT 1",
            [lead_id, at],
        )
        return None if not found or found[0][0] is None else float(str(found[0][0]))

    def steps(self, scale: str, moments: Sequence[datetime]) -> list[ReplayStep]:
        """The counts of a scale at these moments, which are in order."""
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_STEPS} AS SELECT unnest(?::TIMESTAMP[]) AS step",
            [list(moments)],
        )
        # Running sums of who came to a label and who left it: nothing is multiplied by the number
        # of steps.
        counted = rows(
            self.con,
            f"WITH edges AS (SELECT label, since AS t, 1 AS n FROM {SPELLS} WHERE scale = ? UNION"
            f" ALL SELECT label, until, -1 FROM {SPELLS} WHERE scale = ? AND until IS NOT NULL),"
            " sums AS (SELECT label, t, sum(sum(n)) OVER (PARTITION BY label ORDER BY t) AS n FROM"
            " edges GROUP BY label, t) SELECT step, l.label, coalesce((SELECT arg_max(n, t) FROM"
            f" sums x WHERE x.label = l.label AND x.t <= step), 0) FROM {_STEPS}, (SELECT DISTINCT"
            " label FROM edges) l ORDER BY step, l.label",
            [scale, scale],
        )
        moved = rows(
            self.con,
            f'SELECT step, (SELECT count(*) FROM {TRANSITIONS} WHERE scale = ? AND "at" <= step)'
            f" FROM {_STEPS} ORDER BY 1",
            [scale],
        )
        labels: dict[object, dict[str, int]] = {}
        for step, label, n in counted:
            labels.setdefault(step, {})[str(label)] = int(str(n))
        out, before = [], 0
        for step, n in moved:
            assert isinstance(step, datetime)
            out.append(ReplayStep(step, labels.get(step, {}), int(str(n)) - before))
            before = int(str(n))
        return out

    def flows(self) -> list[Flow]:
        """The matrix of each scale: from, to, how many, by what; the most frequent first."""
        found = rows(
            self.con,
            "SELECT scale, before, after, count(DISTINCT lead_id) AS leads, count(*) AS n, "
            + ", ".join(f"count(*) FILTER (WHERE cause = '{c}')" for c in CAUSES)
            + f" FROM {TRANSITIONS} GROUP BY ALL ORDER BY scale, n DESC, before, after",
        )
        return [
            Flow(
                str(r[0]),
                _label(r[1]),
                _label(r[2]),
                int(str(r[3])),
                int(str(r[4])),
                {c: int(str(n)) for c, n in zip(CAUSES, r[5:], strict=True) if n},
            )
            for r in found
        ]

    def changes(
        self,
        scale: str | None,
        before: str | None,
        after: str | None,
        most: int,
    ) -> tuple[list[LabelChange], int]:
        """The changes from one label to another (None: any), the newest first, at most so many;
        and how many there are.
        """
        tests = [
            (f"{n} = ?", v)
            for n, v in (("scale", scale), ("before", before), ("after", after))
            if v is not None
        ]
        where = " AND ".join(t for t, _ in tests) or "true"
        values: list[object] = [v for _, v in tests]
        found = rows(
            self.con,
            'SELECT lead_id, scale, before, after, "at", cause, what, count(*) OVER () FROM'
            f' {TRANSITIONS} WHERE {where} ORDER BY "at" DESC, lead_id, scale LIMIT {int(most)}',
            values,
        )
        listed = [
            LabelChange(
                str(r[0]),
                str(r[1]),
                _label(r[2]),
                _label(r[3]),
                r[4],  # type: ignore[arg-type]
                str(r[5]),
                str(r[6] or ""),
            )
            for r in found
        ]
        return listed, int(str(found[0][7])) if found else 0

    def durations(self, begin: datetime) -> list[LabelDuration]:
        """How long labels were kept; a spell that was there when the period began is not counted,
        for it began before.
        """
        days = (
            "median(date_diff('second', since, until) / 86400.0) FILTER (WHERE until IS NOT NULL"
            " AND since > ?)"
        )
        found = rows(
            self.con,
            f"SELECT scale, label, count(*) FILTER (WHERE until IS NOT NULL AND since > ?), {days},"
            f" count(*) FILTER (WHERE until IS NULL) FROM {SPELLS} GROUP BY ALL ORDER BY ALL",
            [begin, begin],
        )
        return [
            LabelDuration(
                str(s), str(la), int(str(n)), None if d is None else float(str(d)), int(str(k))
            )
            for s, la, n, d, k in found
        ]

    def velocity(self, scale: str, ladder: Sequence[str], begin: datetime) -> list[Velocity]:
        """Between the rungs of a ladder, the lowest first: from first coming to one to first coming
        to the next that leads reach.
        """
        found = rows(
            self.con,
            f"WITH firsts AS (SELECT lead_id, label, min(since) AS t FROM {SPELLS} WHERE scale = ?"
            " AND since > ? GROUP BY ALL) SELECT a.label, b.label, count(*),"
            " median(date_diff('second', a.t, b.t) / 86400.0) FROM firsts a JOIN firsts b ON"
            " b.lead_id = a.lead_id AND b.t > a.t GROUP BY ALL",
            [scale, begin],
        )
        place = {name: n for n, name in enumerate(ladder)}
        kept = [
            (str(a), str(b), int(str(n)), float(str(d)))
            for a, b, n, d in found
            if a in place and b in place
        ]
        up = sorted(
            (k for k in kept if place[k[1]] > place[k[0]]), key=lambda k: (place[k[0]], place[k[1]])
        )
        return [Velocity(scale, a, b, n, d) for a, b, n, d in up]

    def spells(self, lead_id: str) -> list[Spell]:
        """The labels of one lead: from when until when it had each."""
        found = rows(
            self.con,
            f"SELECT scale, label, since, until FROM {SPELLS} WHERE lead_id = ? AND label IS NOT"
            " NULL ORDER BY scale, since",
            [lead_id],
        )
        return [
            Spell(str(s), str(la), _moment(since), _end(until)) for s, la, since, until in found
        ]

    def write(self, relation: str, target: Path) -> int:
        """A relation of the replay as a file; how many rows."""
        from leadlight.adapters.destinations.export import format_of

        form = format_of(target)
        columns = tuple(
            ExportColumn(n, quoted(n), t) for n, t in column_types(self.con, relation).items()
        )
        order = 'lead_id, "at", scale' if relation == TRANSITIONS else "lead_id, as_of"
        with replace_file(target, "changes" if relation == TRANSITIONS else "looks") as part:
            return form.write(self.con, Table(columns, relation, order), part)


def _moment(value: object) -> datetime:
    assert isinstance(value, datetime)
    return value


def _end(value: object) -> datetime | None:
    return None if value is None else _moment(value)


def _label(value: object) -> str | None:
    return None if value is None else str(value)
