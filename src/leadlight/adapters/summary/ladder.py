"""Who stands where on a scale and who moved, out of the log of changes.

A lead without a row in the period did not move: of it only the newest row is looked at. The rows of
the others are folded into stays, one for each stretch on one label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows, text_literal
from leadlight.adapters.ledger.runs import as_column
from leadlight.facts.cohort import Everyone
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.texts import leads_text
from leadlight.results.ladder import LadderBy
from leadlight.results.summary import NO_SOURCE, UNLABELLED

_MOVERS, _LOG, _STILL = "_ladder_movers", "_ladder_log", "_ladder_still"
_EVENTS, _FALLS = "_ladder_events", "_ladder_falls"
#: Each lead with its group, and each of those who moved.
_GROUPS, _PLACES = "_ladder_groups", "_ladder_places"
_SOURCES = ("source", "utm_source")
#: So many reasons of a fall are told.
_REASONS = 5


@dataclass(frozen=True)
class RunSpan:
    """A period in numbers of runs: the `first` there is, the last one `before` the period, and the
    last one in it.
    """

    first: int
    before: int
    upto: int
    runs: int
    last_run: str
    fingerprint: str


@dataclass(frozen=True)
class LabelNumbers:
    """What became of the leads on a label in the period."""

    standing: int = 0
    standing_before: int = 0
    leads: int = 0
    rose: int = 0
    fell: int = 0
    aside: int = 0
    gone: int = 0
    departures: int = 0
    censored: int = 0
    days: float | None = None


@dataclass(frozen=True)
class MoveCount:
    """So many moves between two labels; None is outside the base."""

    before: str | None
    after: str | None
    moves: int
    leads: int


@dataclass(frozen=True)
class ReasonOfFall:
    """A reason of moves between two labels: `fading` when it lost points, or all of them."""

    before: str
    after: str
    fading: bool
    reason: str
    moves: int


def run_span(con: duckdb.DuckDBPyConnection, since: datetime, until: datetime) -> RunSpan | None:
    """The runs of a period; None where none was stored by its end."""
    found = rows(
        con,
        "SELECT min(run_no), max(run_no) FILTER (as_of <= ?), max(run_no) FILTER (as_of <= ?) FROM"
        " runs",
        [since, until],
    )
    first, before, upto = found[0]
    if first is None or upto is None:
        return None
    start = min(max(_whole(before), _whole(first)), _whole(upto))
    between = rows(
        con,
        "SELECT count(*) FILTER (run_no > ? AND run_no <= ?), max(run_id) FILTER (run_no = ?),"
        " max(fingerprint) FILTER (run_no = ?) FROM runs",
        [start, upto, upto, upto],
    )
    number, run_id, fingerprint = between[0]
    return RunSpan(
        _whole(first), start, _whole(upto), _whole(number), str(run_id), str(fingerprint)
    )


class LadderLog:
    """The moves of a period, counted in a connection that holds the log of changes. `ladders` has
    the scales with their steps, best first. `split` says by what the numbers are told.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        holdings: Holdings,
        span: RunSpan,
        ladders: Mapping[str, Sequence[str]],
        now: datetime,
    ) -> None:
        self._con, self._holdings, self._span, self._now = con, holdings, span, now
        self._scales = tuple(ladders)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_MOVERS} AS SELECT lead_id, row_number() OVER () AS id"
            " FROM (SELECT DISTINCT lead_id FROM run_changes WHERE run_no >"
            f" {span.before} AND run_no <= {span.upto})"
        )
        labels = "".join(f", {_label(scale)} AS {as_column('label', scale)}" for scale in ladders)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_LOG} AS SELECT m.id, c.run_no, r.as_of AS moment,"
            f" c.gone, c.reasons{labels} FROM run_changes c JOIN {_MOVERS} m ON m.lead_id ="
            f" c.lead_id JOIN runs r ON r.run_no = c.run_no WHERE c.run_no <= {span.upto}"
        )
        for scale, steps in ladders.items():
            self._fold(scale, steps)

    def split(self, by: LadderBy | None) -> None:
        """Tell the numbers of all leads (None), or by source, segment or owner."""
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {_GROUPS} AS {self._group_query(by)}")
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_PLACES} AS SELECT m.id, g.grp FROM {_MOVERS} m JOIN"
            f" {_GROUPS} g ON g.lead_id = m.lead_id"
        )
        self._make_still(grouped=by is not None)

    def leads(self) -> dict[str, int]:
        """How many leads each group has now."""
        moving = f"SELECT id FROM {_LOG} GROUP BY id HAVING NOT arg_max(gone, run_no)"
        found = rows(
            self._con,
            f"SELECT grp, sum(n) FROM (SELECT grp, sum(leads) AS n FROM {_STILL} GROUP BY grp UNION"
            f" ALL SELECT g.grp, count(*) FROM ({moving}) AS m JOIN {_PLACES} AS g USING (id)"
            " GROUP BY g.grp) GROUP BY grp ORDER BY sum(n) DESC, grp",
        )
        return {str(grp): _whole(n) for grp, n in found}

    def numbers(self, scale: str) -> dict[tuple[str, str], LabelNumbers]:
        """Of each group and label of a scale what became of its leads."""
        found = rows(self._con, _NUMBERS.format(**self._names(scale)))
        return {
            (str(grp), str(label)): replace(
                LabelNumbers(*(_whole(n) for n in cells[:9])),
                days=None if cells[9] is None else _real(cells[9]),
            )
            for grp, label, *cells in found
        }

    def moves(self, scale: str) -> dict[str, list[MoveCount]]:
        """Of each group the moves of the period on a scale, most first."""
        out: dict[str, list[MoveCount]] = {}
        for grp, was, label, moves, leads in rows(
            self._con,
            f"SELECT g.grp, e.was, e.label, count(*) AS n, count(DISTINCT e.id) FROM"
            f" {self._events(scale)} e JOIN {_PLACES} g USING (id) WHERE e.run_no >"
            f" {self._span.before} GROUP BY g.grp, e.was, e.label ORDER BY g.grp, n DESC, e.was,"
            " e.label",
        ):
            move = MoveCount(_text(was), _text(label), _whole(moves), _whole(leads))
            out.setdefault(str(grp), []).append(move)
        return out

    def reasons(self, scale: str) -> dict[str, list[ReasonOfFall]]:
        """Of each group, why leads fell: what is said of them after it, and what faded."""
        found = rows(self._con, _WHY.format(most=_REASONS, **self._names(scale)))
        out: dict[str, list[ReasonOfFall]] = {}
        for grp, was, label, fading, reason, moves in found:
            why = ReasonOfFall(str(was), str(label), bool(fading), str(reason), _whole(moves))
            out.setdefault(str(grp), []).append(why)
        return out

    def _fold(self, scale: str, steps: Sequence[str]) -> None:
        """Fold the rows of a scale into moves from stay to stay, and note the reasons of falls."""
        names = self._names(scale)
        self._con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE {self._events(scale)} AS
            WITH states AS (
              SELECT id, run_no, moment, CASE WHEN NOT gone THEN {names["column"]} END AS label
              FROM {_LOG}
            ), beside AS (
              SELECT *, lag(label) OVER w AS was, lag(run_no) OVER w AS row_before FROM states
              WINDOW w AS (PARTITION BY id ORDER BY run_no)
            ), changes AS (SELECT * FROM beside WHERE label IS DISTINCT FROM was)
            SELECT *, {_rank("label", steps)} AS place, {_rank("was", steps)} AS place_before,
                   lag(moment) OVER w AS began, lag(run_no) OVER w AS began_in,
                   lead(run_no) OVER w IS NULL AS is_last
            FROM changes WINDOW w AS (PARTITION BY id ORDER BY run_no)
            """
        )
        self._con.execute(_REASONS_OF_FALLS.format(one=_ONE, **names))

    def _names(self, scale: str) -> dict[str, object]:
        number = self._scales.index(scale)
        return {
            "events": f"{_EVENTS}_{number}",
            "falls": f"{_FALLS}_{number}",
            "log": _LOG,
            "groups": _PLACES,
            "still": _STILL,
            "before": self._span.before,
            "first": self._span.first,
            "column": as_column("label", scale),
        }

    def _events(self, scale: str) -> str:
        return str(self._names(scale)["events"])

    def _group_query(self, by: LadderBy | None) -> str:
        upto = self._span.upto
        everyone = f"SELECT DISTINCT lead_id FROM run_changes WHERE run_no <= {upto}"
        if by is None:
            # Those that did not move are counted without it.
            return f"SELECT lead_id, '' AS grp FROM {_MOVERS}"
        if by == "segment":
            return (
                "SELECT lead_id, unnest(CASE WHEN coalesce(s, '') = '' THEN ['(none)'] ELSE"
                " string_split(s, '; ') END) AS grp FROM (SELECT lead_id, coalesce(arg_max("
                "coalesce(segments, ''), run_no) FILTER (NOT gone), '') AS s FROM run_changes"
                f" WHERE run_no <= {upto} GROUP BY lead_id)"
            )
        asked = ("owner",) if by == "owner" else _SOURCES
        names = [n for n in asked if n in self._holdings.attributes]
        if not names:
            return f"SELECT lead_id, {text_literal(NO_SOURCE)} AS grp FROM ({everyone})"
        known = leads_text(Everyone(self._now, "then"), self._holdings, names)
        values = (f"nullif(trim(CAST({quoted(n)} AS VARCHAR)), '')" for n in names)
        value = f"coalesce({', '.join(values)})"
        # `Google` and `google ` are one, in the spelling that most leads have.
        return (
            f"WITH stated AS (SELECT lead_id, {value} AS said FROM ({known})), counts AS (SELECT"
            " lower(said) AS slug, said, count(*) AS n FROM stated WHERE said IS NOT NULL GROUP BY"
            " ALL), names AS (SELECT slug, arg_max(said, (n, said)) AS name FROM counts GROUP BY"
            f" slug) SELECT e.lead_id, coalesce(n.name, {text_literal(NO_SOURCE)}) AS grp FROM"
            f" ({everyone}) e LEFT JOIN stated s USING (lead_id) LEFT JOIN names n ON n.slug ="
            " lower(s.said)"
        )

    def _make_still(self, *, grouped: bool) -> None:
        """How many of the leads that did not move have which labels, by group."""
        span = self._span
        labels = "".join(
            f", {_label(scale)} AS {as_column('label', scale)}" for scale in self._scales
        )
        join = f"JOIN {_GROUPS} g ON g.lead_id = c.lead_id" if grouped else ""
        self._con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE {_STILL} AS
            WITH later AS (
              SELECT lead_id, max(run_no) AS newest FROM run_changes
              WHERE run_no > {span.first} AND run_no <= {span.before} GROUP BY lead_id
            ), standing AS (
              SELECT c.* FROM run_changes c LEFT JOIN later l ON l.lead_id = c.lead_id
              WHERE c.run_no <= {span.before} AND NOT c.gone
                AND (l.newest IS NULL OR l.newest = c.run_no)
                AND c.lead_id NOT IN (SELECT lead_id FROM {_MOVERS})
            )
            SELECT {"g.grp" if grouped else "''"} AS grp{labels}, count(*) AS leads
            FROM standing c {join} GROUP BY ALL
            """
        )


def _label(scale: str) -> str:
    """The label of a row `c` of the log."""
    return f"coalesce(c.{as_column('label', scale)}, {text_literal(UNLABELLED)})"


def _rank(column: str, steps: Sequence[str]) -> str:
    arms = "".join(f" WHEN {text_literal(step)} THEN {n}" for n, step in enumerate(steps))
    return f"CASE {column}{arms} END" if arms else "NULL::INTEGER"


def _whole(value: object) -> int:
    return 0 if value is None else int(str(value))


def _real(value: object) -> float:
    return float(str(value))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


# Of each label: who stands on it at the end and at the beginning, who stood on it, and how they
# left it.
_NUMBERS = """
WITH e AS MATERIALIZED (SELECT e.*, g.grp FROM {events} e JOIN {groups} g USING (id)),
still AS (SELECT grp, {column} AS label, sum(leads) AS n FROM {still} GROUP BY ALL),
started AS (
  SELECT grp, id, label FROM (SELECT *, row_number() OVER (PARTITION BY grp, id
  ORDER BY run_no DESC) AS place_back FROM e WHERE run_no <= {before})
  WHERE place_back = 1 AND label IS NOT NULL
),
ends AS (SELECT grp, label, count(*) AS n FROM e WHERE is_last AND label IS NOT NULL GROUP BY ALL),
starts AS (SELECT grp, label, count(*) AS n FROM started GROUP BY ALL),
stays AS (
  SELECT grp, label, count(DISTINCT id) AS n FROM (
    SELECT grp, id, label FROM started
    UNION ALL SELECT grp, id, label FROM e WHERE run_no > {before} AND label IS NOT NULL)
  GROUP BY ALL
),
departures AS (
  SELECT grp, was AS label, count(DISTINCT id) FILTER (place < place_before) AS rose,
    count(DISTINCT id) FILTER (place > place_before) AS fell,
    count(DISTINCT id) FILTER (label IS NOT NULL AND place IS NULL
      AND place_before IS NOT NULL) AS aside,
    count(DISTINCT id) FILTER (label IS NULL) AS gone, count(*) AS departures,
    count(*) FILTER (began_in = {first}) AS censored,
    median(epoch(moment) - epoch(began)) / 86400 AS days
  FROM e WHERE run_no > {before} AND was IS NOT NULL GROUP BY ALL
),
listed AS (
  SELECT grp, label FROM still UNION SELECT grp, label FROM ends UNION SELECT grp, label FROM starts
  UNION SELECT grp, label FROM stays UNION SELECT grp, label FROM departures
)
SELECT l.grp, l.label, coalesce(s.n, 0) + coalesce(z.n, 0), coalesce(s.n, 0) + coalesce(a.n, 0),
  coalesce(s.n, 0) + coalesce(t.n, 0), d.rose, d.fell, d.aside, d.gone, d.departures,
  d.censored, d.days
FROM listed l LEFT JOIN still s USING (grp, label) LEFT JOIN ends z USING (grp, label)
LEFT JOIN starts a USING (grp, label) LEFT JOIN stays t USING (grp, label)
LEFT JOIN departures d USING (grp, label)
ORDER BY l.grp, l.label
"""

# Of each fall the reasons in the later row, and those of the row before whose points are fewer in
# it, or gone. A reason is written as "Asked for a demo +38.87".
_REASONS_OF_FALLS = r"""
CREATE OR REPLACE TEMP TABLE {falls} AS
WITH falls AS (
  SELECT row_number() OVER () AS fall, e.id, e.was, e.label, a.reasons,
    b.reasons AS reasons_before
  FROM {events} e JOIN {log} a ON a.id = e.id AND a.run_no = e.run_no
  JOIN {log} b ON b.id = e.id AND b.run_no = e.row_before
  WHERE e.run_no > {before} AND e.label IS NOT NULL AND e.place_before IS NOT NULL
    AND (e.place IS NULL OR e.place > e.place_before)
), after AS (
  SELECT fall, unnest(regexp_extract_all(reasons, '{one}', 1)) AS reason,
    unnest(regexp_extract_all(reasons, '{one}', 2))::DOUBLE AS points FROM falls
), before AS (
  SELECT fall, unnest(regexp_extract_all(reasons_before, '{one}', 1)) AS reason,
    unnest(regexp_extract_all(reasons_before, '{one}', 2))::DOUBLE AS points FROM falls
), reasons AS (
  SELECT fall, FALSE AS fading, reason FROM after
  UNION SELECT b.fall, TRUE, b.reason FROM before b LEFT JOIN after a
  ON a.fall = b.fall AND a.reason = b.reason WHERE a.points IS NULL OR a.points < b.points
)
SELECT f.id, f.was, f.label, r.fading, r.reason FROM reasons r JOIN falls f USING (fall)
"""
_ONE = r"(.+?) ([+-][0-9]+(?:\.[0-9]+)?)(?:, |$)"
_WHY = """
SELECT g.grp, f.was, f.label, f.fading, f.reason, count(*) AS n
FROM {falls} f JOIN {groups} g USING (id)
GROUP BY g.grp, f.was, f.label, f.fading, f.reason
QUALIFY row_number() OVER (PARTITION BY g.grp, f.was, f.label, f.fading ORDER BY n DESC, f.reason)
  <= {most}
ORDER BY g.grp, f.was, f.label, f.fading, n DESC, f.reason
"""
