"""Who stands where on a scale and who moved: counts of the moves between labels, and of the newest
states. One text for DuckDB and PostgreSQL.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.ledger.lead_states import current_states, make_moves
from leadlight.adapters.ledger.runs import as_column, column
from leadlight.adapters.ledger.tables import Tables, number
from leadlight.facts.cohort import Everyone
from leadlight.facts.ladder import (
    LabelNumbers,
    LadderBy,
    LadderCounts,
    MoveCount,
    ReasonOfFall,
    RunSpan,
    ScaleCounts,
)
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.texts import leads_text
from leadlight.results.summary import NO_SOURCE, UNLABELLED

#: So many reasons of a fall are told, of so many of the newest falls from a label to another.
REASONS, FALLS = 5, 200
_MOVES, _GROUPS = "_ladder_moves", "_ladder_groups"
_SOURCES = ("source", "utm_source")
_ONE = re.compile(r"(.+?) ([+-][0-9]+(?:\.[0-9]+)?)(?:, |$)")


def run_span(tables: Tables, since: datetime, until: datetime) -> RunSpan | None:
    """The runs of a period; None where none was stored by its end."""
    first, before, upto = tables.rows(
        "SELECT min(run_no), max(run_no) FILTER (WHERE as_of <= ?), max(run_no) FILTER (WHERE"
        " as_of <= ?) FROM runs",
        since,
        until,
    )[0]
    if first is None or upto is None:
        return None
    start = min(max(_whole(before), _whole(first)), _whole(upto))
    last = _whole(upto)
    runs, run_id, fingerprint = tables.rows(
        f"SELECT count(*) FILTER (WHERE run_no > {start} AND run_no <= {last}), max(run_id) FILTER"
        f" (WHERE run_no = {last}), max(fingerprint) FILTER (WHERE run_no = {last}) FROM runs"
    )[0]
    return RunSpan(_whole(first), start, last, _whole(runs), str(run_id), str(fingerprint))


def count_ladders(
    tables: Tables,
    holdings: Holdings,
    span: RunSpan,
    ladders: Mapping[str, Sequence[str]],
    split: LadderBy | None,
    now: datetime,
    engine: str = "duckdb",
) -> LadderCounts:
    """Count the leads and moves of a period. `ladders` has the scales with their steps, best
    first; `split` says by what the numbers are told.
    """
    if split is not None:
        tables.fresh(_GROUPS, _group_query(tables, holdings, split, now, engine))
    newest = number(tables, "SELECT max(run_no) FROM runs")
    scales = {
        scale: _Scale(tables, span, scale, steps, newest, grouped=split is not None).count()
        for scale, steps in ladders.items()
    }
    standing: Counter[str] = Counter()
    for (group, _), numbers in next(iter(scales.values()), ScaleCounts()).numbers.items():
        standing[group] += numbers.standing
    leads = {g: n for g, n in standing.items() if n}
    return LadderCounts(dict(sorted(leads.items(), key=lambda x: (-x[1], x[0]))), scales)


@dataclass(frozen=True)
class _Scale:
    """What is counted of one scale."""

    tables: Tables
    span: RunSpan
    scale: str
    steps: Sequence[str]
    newest: int
    grouped: bool

    def count(self) -> ScaleCounts:
        """All of it."""
        moves = make_moves(self.tables, self.scale, f"{_MOVES}_behind")
        within = f"m.run_no > {self.span.before} AND m.run_no <= {self.span.upto}"
        self.tables.fresh(
            _MOVES,
            f"SELECT m.*, {self._grp} AS grp FROM ({moves}) AS m {self._join('m')} WHERE {within}",
        )
        pairs = self._pairs()
        standing = self._standing(moves)
        ends = self._ends(pairs, standing)
        by_group: dict[str, list[MoveCount]] = defaultdict(list)
        for group, move in pairs:
            by_group[group].append(move)
        return ScaleCounts(ends, by_group, self._reasons())

    def _pairs(self) -> list[tuple[str, MoveCount]]:
        found = self.tables.rows(
            f"SELECT grp, was, label, count(*) AS n, count(DISTINCT CASE WHEN {self._falls()} THEN"
            f" lead_id END) FROM {_MOVES} GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC, 2, 3"
        )
        return [
            (str(group), MoveCount(_text(was), _text(label), _whole(moves), _whole(leads)))
            for group, was, label, moves, leads in found
        ]

    def _standing(self, moves: str) -> Counter[tuple[str, str]]:
        """Who stands where at the end of the period: who does now, without what came later."""
        label = f"coalesce(c.{as_column('label', self.scale)}, {text_literal(UNLABELLED)})"
        states = current_states(self.tables, self.newest, [column("label", self.scale)])
        found = self.tables.rows(
            f"SELECT {self._grp}, {label}, count(*) FROM ({states}) AS c {self._join('c')}"
            " GROUP BY 1, 2"
        )
        standing = Counter({(str(g), str(la)): _whole(n) for g, la, n in found})
        if self.newest > self.span.upto:
            for group, was, label_, n in self.tables.rows(
                f"SELECT {self._grp}, m.was, m.label, count(*) FROM ({moves}) AS m"
                f" {self._join('m')} WHERE m.run_no > {self.span.upto} GROUP BY 1, 2, 3"
            ):
                if was is not None:
                    standing[str(group), str(was)] += _whole(n)
                if label_ is not None:
                    standing[str(group), str(label_)] -= _whole(n)
        return standing

    def _ends(
        self, pairs: Sequence[tuple[str, MoveCount]], standing: Counter[tuple[str, str]]
    ) -> dict[tuple[str, str], LabelNumbers]:
        """What became of the leads on each label."""
        before = Counter(standing)
        for group, move in pairs:
            if move.after is not None:
                before[group, move.after] -= move.moves
            if move.before is not None:
                before[group, move.before] += move.moves
        left = self._departures()
        visitors = {
            (str(g), str(la)): _whole(n)
            for g, la, n in self.tables.rows(
                "SELECT grp, label, count(*) FROM (SELECT grp, lead_id, was AS label FROM"
                f" {_MOVES} UNION SELECT grp, lead_id, label FROM {_MOVES}) AS m WHERE label IS"
                " NOT NULL GROUP BY 1, 2"
            )
        }
        known = {*standing, *before, *left, *visitors}
        return {
            key: self._numbers(standing[key], before[key], visitors.get(key, 0), left.get(key))
            for key in sorted(known)
            if standing[key] or before[key] or key in left or key in visitors
        }

    def _numbers(
        self, standing: int, before: int, visitors: int, left: tuple[object, ...] | None
    ) -> LabelNumbers:
        if left is None:
            return LabelNumbers(standing, before, before + visitors)
        rose, fell, aside, gone, departures, censored, days, starters = left
        return LabelNumbers(
            standing=standing,
            standing_before=before,
            leads=before - _whole(starters) + visitors,
            rose=_whole(rose),
            fell=_whole(fell),
            aside=_whole(aside),
            gone=_whole(gone),
            departures=_whole(departures),
            censored=_whole(censored),
            days=None if days is None else float(str(days)),
        )

    def _departures(self) -> dict[tuple[str, str], tuple[object, ...]]:
        """Of each label how leads left it, and how many of them had it when the period began."""
        place, place_before = _rank("m.label", self.steps), _rank("m.was", self.steps)
        seconds = "(extract(epoch FROM r.as_of) - extract(epoch FROM b.as_of))"
        first = self.span.first
        found = self.tables.rows(
            "SELECT m.grp, m.was,"
            f" count(DISTINCT CASE WHEN {place} < {place_before} THEN m.lead_id END),"
            f" count(DISTINCT CASE WHEN {place} > {place_before} THEN m.lead_id END),"
            f" count(DISTINCT CASE WHEN m.label IS NOT NULL AND {place} IS NULL AND {place_before}"
            " IS NOT NULL THEN m.lead_id END),"
            " count(DISTINCT CASE WHEN m.label IS NULL THEN m.lead_id END), count(*),"
            f" count(*) FILTER (WHERE coalesce(m.began, {first}) = {first}),"
            f" percentile_cont(0.5) WITHIN GROUP (ORDER BY {seconds}) / 86400,"
            f" count(*) FILTER (WHERE coalesce(m.began, {first}) <= {self.span.before}) FROM"
            f" {_MOVES} AS m JOIN runs AS r ON r.run_no = m.run_no JOIN runs AS b ON b.run_no ="
            f" coalesce(m.began, {first}) WHERE m.was IS NOT NULL GROUP BY 1, 2"
        )
        return {(str(row[0]), str(row[1])): row[2:] for row in found}

    def _reasons(self) -> dict[str, list[ReasonOfFall]]:
        """Of each group, why leads fell: what is said of them after it, and what faded."""
        if not self.steps:
            return {}
        falls = (
            "SELECT * FROM (SELECT grp, lead_id, run_no, row_before, was, label, row_number() OVER"
            f" (PARTITION BY was, label ORDER BY run_no DESC, lead_id) AS place FROM {_MOVES} WHERE"
            f" {self._falls()}) AS falls WHERE place <= {FALLS}"
        )
        found = self.tables.rows(
            f"SELECT f.grp, f.was, f.label, a.reasons, b.reasons FROM ({falls}) AS f"
            " JOIN run_changes AS a ON a.lead_id = f.lead_id AND a.run_no = f.run_no JOIN"
            " run_changes AS b ON b.lead_id = f.lead_id AND b.run_no = f.row_before"
        )
        counts: Counter[tuple[str, str, str, bool, str]] = Counter()
        for group, was, label, after, before in found:
            now, then = _points(after), _points(before)
            key = str(group), str(was), str(label)
            counts.update((*key, False, reason) for reason in now)
            counts.update((*key, True, r) for r, p in then.items() if r not in now or now[r] < p)
        return _most_frequent(counts)

    def _falls(self) -> str:
        """SQL: whether a move is down the ladder or off it."""
        place, before = _rank("label", self.steps), _rank("was", self.steps)
        return (
            f"(label IS NOT NULL AND {before} IS NOT NULL AND ({place} IS NULL OR {place} >"
            f" {before}))"
        )

    @property
    def _grp(self) -> str:
        return "g.grp" if self.grouped else "''"

    def _join(self, of: str) -> str:
        return f"JOIN {_GROUPS} AS g ON g.lead_id = {of}.lead_id" if self.grouped else ""


def _most_frequent(
    counts: Mapping[tuple[str, str, str, bool, str], int],
) -> dict[str, list[ReasonOfFall]]:
    out: dict[str, list[ReasonOfFall]] = defaultdict(list)
    told: Counter[tuple[str, str, str, bool]] = Counter()
    for (group, was, label, fading, reason), n in sorted(
        counts.items(), key=lambda x: (*x[0][:4], -x[1], x[0][4])
    ):
        told[group, was, label, fading] += 1
        if told[group, was, label, fading] <= REASONS:
            out[group].append(ReasonOfFall(was, label, fading, reason, n))
    return out


def _points(reasons: object) -> dict[str, float]:
    """The points of each reason in a row, which is written as "Asked for a demo +38.87"."""
    return {name: float(points) for name, points in _ONE.findall(str(reasons or ""))}


def _group_query(
    tables: Tables, holdings: Holdings, by: LadderBy, now: datetime, engine: str
) -> str:
    """SQL: each lead with its group; the source is the one that was stated first."""
    everyone = "SELECT DISTINCT lead_id FROM run_changes"
    if by == "segment":
        upto = number(tables, "SELECT max(run_no) FROM runs")
        states = current_states(tables, upto, ["segments"])
        known = (
            f"SELECT e.lead_id, coalesce(s.segments, '') AS segments FROM ({everyone}) AS e LEFT"
            f" JOIN ({states}) AS s ON s.lead_id = e.lead_id"
        )
        return (
            "SELECT lead_id, unnest(regexp_split_to_array(CASE WHEN segments = '' THEN '(none)'"
            f" ELSE segments END, '; ')) AS grp FROM ({known}) AS known"
        )
    asked = ("owner",) if by == "owner" else _SOURCES
    names = [n for n in asked if n in holdings.attributes]
    if not names:
        return f"SELECT lead_id, {text_literal(NO_SOURCE)} AS grp FROM ({everyone}) AS e"
    known = leads_text(Everyone(now, "then"), holdings, names, engine)
    values = (f"nullif(trim(CAST({quoted(n)} AS VARCHAR)), '')" for n in names)
    value = f"coalesce({', '.join(values)})"
    # `Google` and `google ` are one, in the spelling that most leads have.
    return (
        f"WITH stated AS (SELECT lead_id, {value} AS said FROM ({known}) AS known), counts AS"
        " (SELECT lower(said) AS slug, said, count(*) AS n FROM stated WHERE said IS NOT NULL GROUP"
        " BY lower(said), said), names AS (SELECT slug, said AS name FROM (SELECT slug, said,"
        " row_number() OVER (PARTITION BY slug ORDER BY n DESC, said DESC) AS place FROM counts) AS"
        f" c WHERE place = 1) SELECT e.lead_id, coalesce(n.name, {text_literal(NO_SOURCE)}) AS grp"
        f" FROM ({everyone}) AS e LEFT JOIN stated AS s ON s.lead_id = e.lead_id LEFT JOIN names AS"
        " n ON n.slug = lower(s.said)"
    )


def _rank(name: str, steps: Sequence[str]) -> str:
    arms = "".join(f" WHEN {text_literal(step)} THEN {n}" for n, step in enumerate(steps))
    return f"CASE {name}{arms} END" if arms else "CAST(NULL AS INTEGER)"


def _whole(value: object) -> int:
    return 0 if value is None else int(str(value))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
