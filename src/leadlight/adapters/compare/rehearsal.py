"""Two versions of the rules over the same leads: each is qualified once a moment, the rest is
counted in SQL. Only counts leave the engine, and the few leads that changed most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import duckdb

from leadlight.adapters.base.base import Base
from leadlight.adapters.base.plan_run import RESULT
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import count, quoted, rows, text_literal
from leadlight.playbook.spec import Playbook

OLD, NEW = "old", "new"
OUTCOMES, POOLED = "rehearsal_outcomes", "rehearsal_pooled"
DEPARTMENT, REASONS = "department", "reasons"
GROUPS = 200  # leads that are seen at several moments are drawn with all of them, in so many groups
_BINS = 100


class Rehearsals:
    """Two versions of the rules side by side, in temporary tables of a connection.

    Qualify a base by each version and `keep` what the plan made; `pair` both into a table of a row
    a lead: `old_<name>`, `new_<name>` of every score and scale. The other questions are asked of
    such tables.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def keep(self, book: Playbook, side: str, *, reasons: bool = False) -> None:
        """Put the qualifications of a version aside: scores, labels, the department, and the
        reasons if asked for.
        """
        names = [*(s.name for s in (*book.scores, *book.scales)), DEPARTMENT]
        if reasons:
            names.append(REASONS)
        picked = ", ".join(f"{quoted(n)} AS {_of(side, n)}" for n in names)
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE rehearsal_{side} AS SELECT lead_id::VARCHAR AS lead_id,"
            f" {picked} FROM {RESULT}"
        )

    def pair(self, table: str) -> int:
        """What was put aside of both versions as one table, a row a lead; how many rows."""
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM rehearsal_{OLD} FULL JOIN"
            f" rehearsal_{NEW} USING (lead_id)"
        )
        for side in (OLD, NEW):
            self.con.execute(f"DROP TABLE rehearsal_{side}")
        return count(self.con, f"SELECT count(*) FROM {table}")

    def moves(self, table: str, scale: str) -> dict[tuple[str | None, str | None], int]:
        """How many leads have which label by the old rules and which by the new ones."""
        before, after = _of(OLD, scale), _of(NEW, scale)
        found = rows(self.con, f"SELECT {before}, {after}, count(*) FROM {table} GROUP BY ALL")
        return {(_word(a), _word(b)): int(str(n)) for a, b, n in found}

    def departments(self, table: str, earlier: str | None, side: str) -> dict[str, tuple[int, int]]:
        """Of each department by a version: its leads now, and those it did not have at the earlier
        moment.
        """
        own = _of(side, DEPARTMENT)
        was = f"w.{own}" if earlier else "NULL"
        joined = f"LEFT JOIN {earlier} w ON w.lead_id = t.lead_id" if earlier else ""
        found = rows(
            self.con,
            f"SELECT t.{own}, count(*), count(*) FILTER ({was} IS DISTINCT FROM t.{own}) FROM"
            f" {table} t {joined} WHERE t.{own} IS NOT NULL GROUP BY 1",
        )
        return {str(name): (int(str(n)), int(str(came))) for name, n, came in found}

    def changed_leads(
        self, table: str, ladders: Mapping[str, Sequence[str]], scores: Sequence[str], most: int
    ) -> tuple[int, list[dict[str, object]]]:
        """How many leads have another label (of the scales that both versions have) or department,
        and those that changed most: by the steps on the ladders, then by the difference of scores.
        """
        steps = [
            f"abs({_place(_of(OLD, s), ladder)} - {_place(_of(NEW, s), ladder)})"
            for s, ladder in ladders.items()
        ]
        apart = [f"abs(coalesce({_of(NEW, s)}, 0) - coalesce({_of(OLD, s)}, 0))" for s in scores]
        differs = [f"{_of(OLD, n)} IS DISTINCT FROM {_of(NEW, n)}" for n in (*ladders, DEPARTMENT)]
        where = " OR ".join(differs)
        found = self.con.execute(
            f"SELECT *, {' + '.join(steps) or '0'} AS _steps, {' + '.join(apart) or '0'} AS _apart"
            f" FROM {table} WHERE {where} ORDER BY _steps DESC, _apart DESC, lead_id LIMIT"
            f" {int(most)}"
        )
        names = [str(d[0]) for d in found.description or []]
        listed = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        return count(self.con, f"SELECT count(*) FROM {table} WHERE {where}"), listed

    def note_outcomes(self, base: Base, kind: str) -> tuple[int, datetime | None]:
        """Note every outcome that a base knows of; how many, and when its newest activity was.

        A person's outcome is that of each lead that belongs to the person by now: at an earlier
        moment they may have stood alone.
        """
        con, kinds = self.con, base.sources.kinds((kind,))
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {OUTCOMES} (lead_id VARCHAR, happened_at TIMESTAMP)"
        )
        log = base.activities_of(kinds)
        if log is None:
            return 0, None
        among = ", ".join(text_literal(k) for k in kinds) or "NULL"
        con.execute(
            f"INSERT INTO {OUTCOMES} SELECT lead_id::VARCHAR, occurred_at::TIMESTAMP FROM {log}"
            f" WHERE kind IN ({among})"
        )
        if base.people:
            con.execute(
                f"INSERT INTO {OUTCOMES} SELECT m.lead_id, o.happened_at FROM {OUTCOMES} o JOIN"
                f" {base.people.members} m ON m.group_id = o.lead_id AND m.lead_id <> o.lead_id"
            )
        return count(con, f"SELECT count(*) FROM {OUTCOMES}"), base.with_newest().newest

    def pool(self, table: str, at: datetime, horizon: timedelta, *, first: bool) -> tuple[int, int]:
        """Add the leads of a moment with whether the outcome came in the horizon after; how many,
        and how many had it before and stay out.
        """
        con = self.con
        begin, end = (f"TIMESTAMP {text_literal(m.isoformat(sep=' '))}" for m in (at, at + horizon))
        texts = (f"{OLD}_{REASONS}", f"{NEW}_{REASONS}")
        names = ", ".join(f"t.{quoted(n)}" for n in column_names(con, table) if n not in texts)
        query = (
            f"SELECT {names}, hash(t.lead_id) % {GROUPS} AS _group, coalesce(o.got, FALSE) AS _won"
            f" FROM {table} t LEFT JOIN (SELECT lead_id, min(happened_at) <= {begin} AS had,"
            f" bool_or(happened_at > {begin} AND happened_at <= {end}) AS got FROM {OUTCOMES} GROUP"
            " BY 1) o ON o.lead_id = t.lead_id WHERE NOT coalesce(o.had, FALSE)"
        )
        earlier = 0 if first else count(con, f"SELECT count(*) FROM {POOLED}")
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {POOLED} AS {query}"
            if first
            else f"INSERT INTO {POOLED} BY NAME {query}"
        )
        kept = count(con, f"SELECT count(*) FROM {POOLED}") - earlier
        return kept, count(con, f"SELECT count(*) FROM {table}") - kept

    def winners(self) -> int:
        """How many of the pooled leads had the outcome."""
        return count(self.con, f"SELECT count(*) FROM {POOLED} WHERE _won")

    def newcomers(self, table: str, earlier: str) -> int:
        """Leads of a moment who were not there at the earlier one."""
        return count(
            self.con,
            f"SELECT count(*) FROM {table} t ANTI JOIN {earlier} e ON e.lead_id = t.lead_id",
        )

    def cells(
        self, name: str, sides: Sequence[str], *, score: bool, grouped: bool
    ) -> Iterator[tuple[tuple[str | int, ...], bool, int, int | None]]:
        """Of the pooled leads: where each version put them on a scale (or in which bin of a score),
        whether they won, how many, and which group they are drawn with.
        """
        places = [
            self._bin(_of(s, name)) if score else f"coalesce({_of(s, name)}, '')" for s in sides
        ]
        group = "_group" if grouped else "NULL"
        found = rows(
            self.con,
            f"SELECT {', '.join(places)}, _won, count(*), {group} FROM {POOLED} GROUP BY ALL ORDER"
            " BY ALL",
        )
        for *where, won, leads, own in found:
            at = tuple(p if isinstance(p, int) else str(p) for p in where)
            yield at, bool(won), int(str(leads)), None if own is None else int(str(own))

    def _bin(self, column: str) -> str:
        """The bin of a score: the number of its percentiles that are at most as high; an unknown
        score is the lowest.
        """
        shares = ", ".join(str(n / _BINS) for n in range(1, _BINS))
        found = rows(self.con, f"SELECT quantile_disc({column}, [{shares}]) FROM {POOLED}")[0][0]
        edges = sorted(set(found)) if isinstance(found, list) else []
        return f"CASE WHEN {column} IS NULL THEN -1 ELSE {_search(column, edges, 0)} END"


def _search(column: str, edges: Sequence[float], below: int) -> str:
    """How many edges a value reaches, by halves: seven comparisons for a hundred bins."""
    if not edges:
        return str(below)
    half = len(edges) // 2
    low = _search(column, edges[:half], below)
    high = _search(column, edges[half + 1 :], below + half + 1)
    return f"CASE WHEN {column} < {edges[half]!r} THEN {low} ELSE {high} END"


def _place(column: str, ladder: Sequence[str]) -> str:
    """The step of a label on a ladder; a lead without a label stands below all."""
    arms = " ".join(f"WHEN {text_literal(label)} THEN {n}" for n, label in enumerate(ladder))
    return f"CASE {column} {arms} ELSE {len(ladder)} END"


def _of(side: str, name: str) -> str:
    return quoted(f"{side}_{name}")


def _word(value: object) -> str | None:
    return None if value is None else str(value)
