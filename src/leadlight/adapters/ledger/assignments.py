"""Assignments: rows are added, and of each lead the newest counts that was not taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from leadlight.adapters.db.duckdb import text_literal
from leadlight.adapters.ledger.clocks import (
    CLOSING,
    answers,
    closings,
    list_clocks,
    write_steps,
)
from leadlight.adapters.ledger.leads_in_routes import list_leads_in_routes
from leadlight.adapters.ledger.routing_events import write_events
from leadlight.adapters.ledger.tables import Tables, number
from leadlight.facts.assignments import (
    Assignment,
    Clock,
    ClockFact,
    RoutedLead,
    RouteQuery,
    Standing,
)
from leadlight.facts.ledger import Holdings
from leadlight.facts.transitions import RoutingEvent
from leadlight.problems import CannotDo

STANDS = "_import NOT IN (SELECT import_no FROM undos)"
_COLUMNS: Mapping[str, str] = {
    "lead_id": "VARCHAR",
    "place": "INTEGER",
    "kind": "VARCHAR",
    "person": "VARCHAR",
    "department": "VARCHAR",
    "company": "VARCHAR",
    "label": "VARCHAR",
    "began_at": "TIMESTAMP",
    "respond_within": "INTEGER",
    "warn_at": "TIMESTAMP",
    "due_at": "TIMESTAMP",
    "weight": "INTEGER",
    "turn": "BIGINT",
    "clock": "BIGINT",
    "because": "VARCHAR",
}
#: Nothing is done any more about a clock that ended longer ago.
OLDEST_BREACH = timedelta(days=7)
#: So many companies, or leads, are named in one query; of more all are read.
_MOST_NAMES = 2_000


class AssignmentTables:
    """The port `AssignmentLedger` over the tables of an engine."""

    def __init__(self, tables: Tables, holdings: Holdings, engine: str = "duckdb") -> None:
        self._tables, self._holdings, self._engine = tables, holdings, engine

    def standing(
        self,
        days: Mapping[str, tuple[str, datetime]],
        returns: Mapping[tuple[str, str], datetime],
        companies: Sequence[str],
        *,
        count_open: bool,
    ) -> Standing:
        """What the assignments that count come to."""
        rows = self._tables.rows
        found = Standing()
        for department, person, turn, clock in rows(
            f"SELECT department, person, max(turn), max(clock) FROM assignment_facts WHERE {STANDS}"
            " GROUP BY department, person"
        ):
            name = str(department)
            found.clocks[name] = max(found.clocks.get(name, 0), int(str(clock)))
            if person is not None:
                found.turns[name, str(person)] = int(str(turn))
        found.given.update(self._leads_today(days))
        for key, moment in returns.items():
            found.returns[key] = number(
                self._tables,
                "SELECT max(clock) FROM assignment_facts WHERE department = ? AND recorded_at <="
                f" CAST(? AS TIMESTAMP) AND {STANDS}",
                key[0],
                moment,
            )
        if count_open:
            found.open.update(self.open_leads())
        found.companies.update(self._companies(companies))
        return found

    def _leads_today(self, days: Mapping[str, tuple[str, datetime]]) -> dict[tuple[str, str], int]:
        """How many leads each person was given since its day began."""
        found: dict[tuple[str, str], int] = {}
        for begin in {begin for _, begin in days.values()}:
            of_day = {p: day for p, (day, at) in days.items() if at == begin}
            people = ", ".join(map(text_literal, of_day))
            for person, count in self._tables.rows(
                "SELECT person, count(*) FROM assignment_facts WHERE weight > 0 AND kind <> 'held'"
                f" AND recorded_at >= CAST(? AS TIMESTAMP) AND {STANDS} AND person IN ({people})"
                " GROUP BY person",
                begin,
            ):
                found[str(person), of_day[str(person)]] = int(str(count))
        return found

    def open_leads(self) -> dict[str, int]:
        """How many leads each person has that are not decided."""
        kinds = ", ".join(map(text_literal, CLOSING))
        found = self._tables.rows(
            f"SELECT a.person, count(*) FROM ({newest_rows()}) AS a WHERE a.person IS NOT NULL AND"
            " NOT EXISTS (SELECT 1 FROM activity_facts f WHERE f.lead_id = a.lead_id AND f.kind IN"
            f" ({kinds}) AND f.occurred_at >= a.began_at AND f.{STANDS}) GROUP BY a.person"
        )
        return {str(person): int(str(count)) for person, count in found}

    def _companies(self, companies: Sequence[str]) -> dict[str, str]:
        if not companies:
            return {}
        wanted = ""
        if len(companies) <= _MOST_NAMES:
            wanted = f" AND company IN ({', '.join(map(text_literal, companies))})"
        found = self._tables.rows(
            "SELECT company, person FROM (SELECT company, person, row_number() OVER (PARTITION BY"
            " company ORDER BY fact_no DESC) AS n FROM assignment_facts WHERE company IS NOT NULL"
            f" AND person IS NOT NULL AND {STANDS}{wanted}) AS c WHERE n = 1"
        )
        return {str(company): str(person) for company, person in found}

    def leads_in_routes(self, query: RouteQuery, now: datetime) -> Sequence[RoutedLead]:
        """The leads that need an assignment."""
        return list_leads_in_routes(
            self._tables, self._holdings, query, newest_rows, now, self._engine
        )

    def record(
        self,
        assignments: Sequence[Assignment],
        roster: tuple[str, str],
        by: str,
        name: str,
        now: datetime,
        events: Sequence[RoutingEvent] = (),
    ) -> str:
        """Add assignments as an import of that name, and tell of them; its id."""
        with self._tables.transaction():
            self._keep_roster(roster, now)
            self._refuse_news(assignments)
            no = number(self._tables, "SELECT max(import_no) FROM imports") + 1
            self._insert(assignments, roster[0], by, no, now)
            self._enter(no, name, len(assignments), now)
            write_events(self._tables, events, now)
        return f"i{no}"

    def _keep_roster(self, roster: tuple[str, str], now: datetime) -> None:
        fingerprint, text = roster
        if not self._tables.rows("SELECT 1 FROM rosters WHERE fingerprint = ?", fingerprint):
            self._tables.run("INSERT INTO rosters VALUES (?, ?, ?)", fingerprint, text, now)

    def _refuse_news(self, assignments: Sequence[Assignment]) -> None:
        """Nothing may have been assigned since the past was read."""
        self._tables.fresh(
            "_new_assignments",
            "SELECT CAST('' AS VARCHAR) AS lead_id, CAST(0 AS INTEGER) AS place WHERE 1 = 0",
        )
        self._tables.run(
            "INSERT INTO _new_assignments SELECT unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS"
            " INTEGER[]))",
            [a.lead_id for a in assignments],
            [a.place for a in assignments],
        )
        if number(
            self._tables,
            "SELECT count(*) FROM assignment_facts a JOIN _new_assignments n ON n.lead_id ="
            " a.lead_id AND n.place <= a.place",
        ):
            raise CannotDo("Somebody else assigned some of these leads meanwhile. Do it again.")

    def _insert(
        self, assignments: Sequence[Assignment], roster: str, by: str, no: int, now: datetime
    ) -> None:
        first = number(self._tables, "SELECT max(fact_no) FROM assignment_facts") + 1
        columns = [[_cell(a, name) for a in assignments] for name in _COLUMNS]
        values = ", ".join(f"unnest(CAST(? AS {kind}[])) AS {n}" for n, kind in _COLUMNS.items())
        self._tables.run(
            f'INSERT INTO assignment_facts (fact_no, {", ".join(_COLUMNS)}, roster, "by",'
            f" recorded_at, _import) SELECT n.fact_no, {', '.join(f'n.{c}' for c in _COLUMNS)},"
            " CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS TIMESTAMP), CAST(? AS INTEGER)"
            f" FROM (SELECT unnest(CAST(? AS BIGINT[])) AS fact_no, {values}) AS n",
            *(roster, by, now, no),
            list(range(first, first + len(assignments))),
            *columns,
        )

    def _enter(self, no: int, name: str, size: int, now: datetime) -> None:
        self._tables.run(
            "INSERT INTO imports (import_no, import_id, file, fingerprint, what, headers, mapping,"
            " said, recorded_at, backfill, read, imported, unchanged, rejected, newest) VALUES (?,"
            " ?, ?, ?, 'assignments', '[]', '{}', '{}', ?, FALSE, ?, ?, 0, 0, ?)",
            *(no, f"i{no}", name, f"{name}-{now.isoformat()}-{no}", now, size, size, now),
        )

    def newest(self, leads: Sequence[str]) -> dict[str, Assignment]:
        """The assignment of each of these leads that counts."""
        if not leads:
            return {}
        wanted = f"lead_id IN ({', '.join(map(text_literal, leads))})"
        found = self._tables.rows(f"SELECT {_names()} FROM ({newest_rows(wanted)}) AS a")
        return {str(row[0]): _assignment(row) for row in found}

    def first(self, leads: Sequence[str]) -> Sequence[tuple[Assignment, str]]:
        """The first assignment of each of these leads, with the fingerprint of its roster."""
        wanted = ", ".join(map(text_literal, leads)) or "NULL"
        rows = self._tables.rows(
            f"SELECT {_names()}, a.roster FROM (SELECT f.*, row_number() OVER (PARTITION BY lead_id"
            f" ORDER BY place) AS nth FROM assignment_facts AS f WHERE {STANDS} AND lead_id IN"
            f" ({wanted})) AS a WHERE nth = 1 ORDER BY a.lead_id"
        )
        return [(_assignment(row), str(row[-1])) for row in rows]

    def places(self, lead: str) -> int:
        """How many assignments a lead has had, with those that were taken back."""
        text = "SELECT max(place) FROM assignment_facts WHERE lead_id = ?"
        return number(self._tables, text, lead)

    def history(self, lead: str) -> tuple[Assignment, ...]:
        """The assignments of a lead that were not taken back, the oldest first."""
        found = self._tables.rows(
            f"SELECT {_names()} FROM assignment_facts a WHERE lead_id = ? AND {STANDS} ORDER BY"
            " place",
            lead,
        )
        return tuple(map(_assignment, found))

    def clocks(
        self, leads: Sequence[str] | None = None, warned_by: datetime | None = None
    ) -> Sequence[Clock]:
        """The clocks of these leads, or of all; of those alone that are warned by that moment."""
        wanted = "1 = 1"
        if leads is not None:
            wanted = f"lead_id IN ({', '.join(map(text_literal, leads)) or 'NULL'})"
        if warned_by is not None:
            # A later assignment may count instead, so who is meant is found first.
            wanted = (
                "lead_id IN (SELECT lead_id FROM assignment_facts WHERE warn_at <= CAST(? AS"
                " TIMESTAMP) AND due_at > CAST(? AS TIMESTAMP))"
            )
        late = "" if warned_by is None else " WHERE a.warn_at <= CAST(? AS TIMESTAMP)"
        rows = self._tables.rows(
            f"SELECT {_names()}, a.fact_no FROM ({newest_rows(wanted)}) AS a{late}",
            *([] if warned_by is None else [warned_by, warned_by - OLDEST_BREACH, warned_by]),
        )
        numbered = [(int(str(row[-1])), _assignment(row)) for row in rows]
        return list_clocks(self._tables, self._holdings, numbered)

    def clocks_of(self, assignments: Sequence[Assignment]) -> Sequence[Clock]:
        """The clocks that assignments would have which nobody wrote."""
        return list_clocks(self._tables, self._holdings, list(enumerate(assignments)))

    def record_steps(
        self, steps: Sequence[ClockFact], now: datetime, events: Sequence[RoutingEvent] = ()
    ) -> None:
        """Add what clocks came to, each once, and tell of it."""
        with self._tables.transaction():
            write_steps(self._tables, steps, now)
            write_events(self._tables, events, now)

    def open_clocks(self, person: str | None, limit: int) -> Sequence[Clock]:
        """The clocks that nobody has answered, the first to end first."""
        return self._clocks(
            f"a.due_at IS NOT NULL AND NOT EXISTS ({answers(self._holdings)})", person, limit
        )

    def answered_clocks(self, person: str | None, since: datetime) -> Sequence[Clock]:
        """The clocks that began since a moment, and that somebody has answered."""
        began = f"a.began_at >= CAST({text_literal(str(since))} AS TIMESTAMP)"
        return self._clocks(f"{began} AND EXISTS ({answers(self._holdings)})", person, None)

    def _clocks(self, condition: str, person: str | None, limit: int | None) -> Sequence[Clock]:
        of = "" if person is None else f" AND a.person = {text_literal(person)}"
        first = "" if limit is None else f" ORDER BY a.due_at, a.lead_id LIMIT {int(limit)}"
        rows = self._tables.rows(
            f"SELECT {_names()}, a.fact_no FROM ({newest_rows()}) AS a WHERE {condition}{of} AND"
            f" NOT EXISTS ({closings()}){first}"
        )
        numbered = [(int(str(row[-1])), _assignment(row)) for row in rows]
        return list_clocks(self._tables, self._holdings, numbered)

    def roster_text(self, fingerprint: str) -> str | None:
        """The text of a roster that somebody assigned by."""
        found = self._tables.rows("SELECT text FROM rosters WHERE fingerprint = ?", fingerprint)
        return str(found[0][0]) if found else None


def newest_rows(condition: str = "1 = 1") -> str:
    """SQL: the assignment of each lead that counts."""
    return (
        "SELECT * FROM (SELECT f.*, row_number() OVER (PARTITION BY lead_id ORDER BY place DESC) AS"
        f" back FROM assignment_facts AS f WHERE {STANDS} AND {condition}) AS rows_of_leads WHERE"
        " back = 1"
    )


def _cell(made: Assignment, name: str) -> object:
    if name == "weight":
        return made.weight if made.takes_turn else 0
    return getattr(made, name)


def _names() -> str:
    return ", ".join([*(f"a.{name}" for name in _COLUMNS), "a.recorded_at"])


def _assignment(row: Sequence[object]) -> Assignment:
    cells = dict(zip([*_COLUMNS, "at"], row, strict=False))
    made = Assignment(**cells)  # type: ignore[arg-type]
    return replace(made, takes_turn=made.weight > 0)
