"""Training rows: leads at past moments as the plan qualified them then, and whether the outcome
followed within the horizon.

Point-in-time correct by construction: each row is a qualification as of its moment, and only the
outcome looks ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leadlight.adapters.base.base import Base
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import count, quoted, rows, text_literal
from leadlight.facts.cohort import Everyone, Known, Moments
from leadlight.facts.decisions import ENDS, LOSSES, OURS
from leadlight.facts.ledger import Holdings
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.asof.texts import activities_text, leads_text
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook

ROWS = "training_rows"
AGAIN = "training_rows_again"  # the same leads and moments by other rules
OUTCOMES = "training_outcomes"
LOSSES_TABLE = "training_losses"
PAIRS = "training_pairs"


@dataclass(frozen=True)
class KnownOutcomes:
    """The outcomes of a base: how many, of how many leads, how many were not their lead's first,
    and from when to when.
    """

    found: int
    leads: int
    again: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class TrainingLook:
    """What one look at the leads added: rows, how many of them won in the horizon, and how many
    leads were left out because they had won before, or because they were lost and silent since.
    """

    sources: Sources
    cohort: Everyone | Moments
    rows: int
    won: int
    left_out: int
    lost: int = 0


class TrainingRows:
    """The training rows of a base, as temporary tables of its connection.

    First note the outcomes (`note_outcomes`, or `note_labels` of a table without a history), then
    add rows: every lead at a moment (`add_moment`, as often as wanted), or each lead once at a
    moment of its own (`make_entry_pairs`, `add_entries`).

    All rows go to the table `table`: lead_id (text), as_of, every column of the plan (scores,
    signals, `_f_<score>_<n>` in hundredths for rules on attributes, attributes that a rule looks
    at), and `_won`. `repeat` adds the same leads and moments by other rules to `table_again`.
    """

    table = ROWS
    table_again = AGAIN
    pairs = PAIRS  # lead_id and as_of of each lead that is looked at once

    def __init__(self, everything: Base) -> None:
        """`everything` is the base that sees all there is, whenever it became known."""
        self.everything = everything
        self.con = everything.con

    def note_outcomes(self, kinds: Sequence[str]) -> KnownOutcomes:
        """Note every outcome that is known by now: the activities of these kinds; and every loss,
        with when the lead did anything again.

        A lead that is linked with others by now counts under its own id of then and under the
        person's.
        """
        self._clear()
        base, con = self.everything, self.con
        if base.sources.activities is None:
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE {OUTCOMES} (lead_id VARCHAR, came TIMESTAMP, person"
                " VARCHAR)"
            )
            return KnownOutcomes(0, 0, 0, None, None)
        self._note_losses(kinds)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {OUTCOMES} AS WITH o AS (SELECT DISTINCT"
            " lead_id::VARCHAR AS person, occurred_at::TIMESTAMP AS came FROM"
            f" {base.sources.activities} WHERE kind IN ({self._among(kinds)})), m AS (SELECT * FROM"
            f" {self._members()}) SELECT person AS lead_id, came, person FROM o UNION SELECT"
            " m.lead_id::VARCHAR, o.came, o.person FROM o JOIN m ON m.group_id::VARCHAR = o.person"
        )
        every, leads, first, last = rows(
            con,
            "SELECT count(DISTINCT (person, came)), count(DISTINCT person), min(came), max(came)"
            f" FROM {OUTCOMES}",
        )[0]
        found, winners = int(str(every)), int(str(leads))
        return KnownOutcomes(found, winners, found - winners, _moment(first), _moment(last))

    def _note_losses(self, outcome: Sequence[str]) -> None:
        """Note when each lead was lost, and when it did anything by itself after that: between the
        two it is decided, and nobody would ask how probable its outcome is.
        """
        source = self.everything.sources.activities
        lost = self._among([k for k in LOSSES if k not in outcome])
        silent = self._among([*OURS, *ENDS, *outcome])
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {LOSSES_TABLE} AS WITH log AS (SELECT lead_id::VARCHAR"
            f" AS person, occurred_at::TIMESTAMP AS moment, kind FROM {source}), l AS (SELECT"
            f" DISTINCT person, moment FROM log WHERE kind IN ({lost})), own AS (SELECT person,"
            f" moment FROM log WHERE kind NOT IN ({silent})), o AS (SELECT l.person, l.moment AS"
            " gone, own.moment AS back FROM l ASOF LEFT JOIN own ON l.person = own.person AND"
            f" l.moment < own.moment), m AS (SELECT * FROM {self._members()}) SELECT person AS"
            " lead_id, gone, back FROM o UNION SELECT m.lead_id::VARCHAR, gone, back FROM o JOIN m"
            " ON m.group_id::VARCHAR = o.person"
        )

    def _among(self, kinds: Sequence[str]) -> str:
        """These kinds as the log calls them, for an IN; none is the empty text."""
        named = dict.fromkeys(k for kind in kinds for k in self.everything.sources.kinds((kind,)))
        return ", ".join(map(text_literal, named)) or "''"

    def _members(self) -> Relation:
        """Who is linked with whom by now."""
        people = self.everything.people
        nobody = Query("SELECT NULL::VARCHAR AS lead_id, NULL::VARCHAR AS group_id")
        return people.members if people else nobody

    def note_labels(self, won: str, as_of: datetime) -> KnownOutcomes:
        """Note the outcome that a table without a history states: who has it had it at the moment
        after `as_of`.

        `won` is a query of lead_id and won (true, or not).
        """
        self._clear()
        after = f"TIMESTAMP {_literal(as_of + timedelta(seconds=1))}"
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {OUTCOMES} AS SELECT DISTINCT lead_id::VARCHAR AS"
            f" lead_id, {after} AS came, lead_id::VARCHAR AS person FROM ({won}) WHERE won"
        )
        found = count(self.con, f"SELECT count(*) FROM {OUTCOMES}")
        return KnownOutcomes(found, found, 0, None, None)

    def add_moment(
        self,
        base: Base,
        book: Playbook,
        as_of: datetime,
        horizon: timedelta,
        *,
        again: bool = False,
        most: int | None = None,
    ) -> TrainingLook:
        """Add every lead that was there at a moment (at most about so many, drawn by their ids), as
        known then: `base` is as of the moment. `again`: also leads that had won before.
        """
        sources = base.sources_for(book)
        if most is not None:
            leads = count(base.con, f"SELECT count(*) FROM {base.sources.leads}")
            if leads > most:
                sources = replace(sources, leads=_sample(sources.leads, most / leads))
        return self._add(book, sources, Everyone(as_of), horizon, again, ROWS)

    def add_entries(
        self,
        book: Playbook,
        horizon: timedelta,
        *,
        leads: Relation,
        activities: Relation | None,
        at_moments: bool,
        again: bool = False,
    ) -> TrainingLook:
        """Add each lead of `pairs` once, at its own moment; `leads` and `activities` are as of
        then. `again`: also leads that had won before.
        """
        sources = replace(
            self.everything.sources,
            leads=leads,
            activities=activities,
            told_by=None,
            at_moments=at_moments,
        )
        return self._add(book, sources, Moments(TableName(PAIRS)), horizon, again, ROWS)

    def repeat(
        self, base: Base, book: Playbook, look: TrainingLook, horizon: timedelta
    ) -> TrainingLook:
        """Qualify the rows of a look by other rules, into `table_again`; `base` is as of the look's
        moment.
        """
        sources = look.sources if isinstance(look.cohort, Moments) else base.sources_for(book)
        return self._add(book, sources, look.cohort, horizon, True, AGAIN)

    def span(self) -> tuple[datetime | None, datetime | None]:
        """The first and the last moment at which a lead did anything."""
        activities = self.everything.sources.activities
        if activities is None:
            return None, None
        first, last = rows(
            self.con,
            f"SELECT min(occurred_at)::TIMESTAMP, max(occurred_at)::TIMESTAMP FROM {activities}",
        )[0]
        return _moment(first), _moment(last)

    def make_entry_pairs(
        self,
        after: timedelta,
        horizon: timedelta,
        newest: float,
        *,
        since: datetime | None,
        until: datetime,
        most: int,
    ) -> datetime | None:
        """Make `pairs`: each lead once, so long after it came in, where the horizon is over; the
        split, or None where no lead says when it came in.

        Leads whose horizon was not over at the split are in neither part, so that nothing judged
        was known when learning.
        """
        con, base = self.con, self.everything
        if "created_at" not in base.sources.catalog.present:
            return None
        seconds, over = int(after.total_seconds()), int(horizon.total_seconds())
        last = min(until, self.span()[1] or until)
        begin = f"AND created_at >= TIMESTAMP {_literal(since)}" if since else ""
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {PAIRS} AS SELECT lead_id, created_at + INTERVAL"
            f" '{seconds} seconds' AS as_of FROM {base.sources.leads} WHERE created_at IS"
            f" NOT NULL {begin} AND created_at + INTERVAL '{seconds + over} seconds' <= TIMESTAMP"
            f" {_literal(last)}"
        )
        split = rows(
            con,
            f"SELECT date_trunc('day', quantile_cont(as_of, {1 - newest}))::TIMESTAMP FROM {PAIRS}",
        )[0][0]
        if not isinstance(split, datetime):
            return None
        at = f"TIMESTAMP {_literal(split)}"
        con.execute(
            f"DELETE FROM {PAIRS} WHERE as_of < {at} AND as_of + INTERVAL '{over} seconds' > {at}"
        )
        many = count(con, f"SELECT count(*) FROM {PAIRS}")
        if many > 2 * most:
            con.execute(
                f"DELETE FROM {PAIRS} WHERE hash(lead_id::VARCHAR) % 1000000 >="
                f" {int(2 * most / many * 1_000_000)}"
            )
        return split

    def label_query(self, column: str, value: str | None, place: str, yes: Sequence[str]) -> str:
        """A query of lead_id, won and place (the order of the rows), from a column of a table; won
        where it says `value`, or one of the words `yes`.
        """
        source, name = self.everything.sources.leads, quoted(column)
        if value is not None:
            won = f"lower(trim({name}::VARCHAR)) = lower({text_literal(value)})"
        else:
            won = f"lower(trim({name}::VARCHAR)) IN ({', '.join(text_literal(y) for y in yes)})"
        has = column_names(self.con, source)
        where = quoted(place) if place in has else "row_number() OVER (ORDER BY lead_id)"
        return f"SELECT lead_id, coalesce({won}, false) AS won, {where} AS place FROM {source}"

    def newest_condition(self, won: str, share: float) -> str:
        """The condition by which a training row is among the newest share of a table's rows."""
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE training_newest AS SELECT lead_id::VARCHAR AS lead_id"
            " FROM (SELECT lead_id, percent_rank() OVER (ORDER BY place, lead_id) AS share FROM"
            f" ({won})) WHERE share >= {1 - share}"
        )
        return "lead_id IN (SELECT lead_id FROM training_newest)"

    def _clear(self) -> None:
        for table in (ROWS, AGAIN):
            self.con.execute(f"DROP TABLE IF EXISTS {table}")
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {LOSSES_TABLE} (lead_id VARCHAR, gone TIMESTAMP, back"
            " TIMESTAMP)"
        )

    def _add(
        self,
        book: Playbook,
        sources: Sources,
        cohort: Everyone | Moments,
        horizon: timedelta,
        again: bool,
        into: str,
    ) -> TrainingLook:
        con = self.con
        # Who objected to profiling is left out, and counted, by whoever reads the rows.
        whole = replace(sources, with_objectors=True)
        plan = statement(book, whole, cohort, reasons=False, signals=True, ledger=True)
        until = f"q.as_of + INTERVAL '{int(horizon.total_seconds())} seconds'"
        mine = f"FROM {OUTCOMES} o WHERE o.lead_id = q.lead_id::VARCHAR AND"
        con.execute(
            "CREATE OR REPLACE TEMP TABLE _looked AS SELECT * REPLACE (lead_id::VARCHAR AS lead_id,"
            f" as_of::TIMESTAMP AS as_of), EXISTS (SELECT 1 {mine} o.came > q.as_of AND o.came <="
            f" {until}) AS _won, EXISTS (SELECT 1 {mine} o.came <= q.as_of) AS _before, EXISTS"
            f" (SELECT 1 FROM {LOSSES_TABLE} l WHERE l.lead_id = q.lead_id::VARCHAR AND l.gone <="
            " q.as_of AND (l.back IS NULL OR l.back > q.as_of)) AS _lost FROM"
            f" ({plan}) q"
        )
        left_out = 0 if again else self._leave_out("_before")
        # Rows are repeated whole by other rules: those of the first look are sought among them.
        lost = self._leave_out("_lost") if into == ROWS else 0
        for column in ("_before", "_lost"):
            con.execute(f"ALTER TABLE _looked DROP {column}")
        con.execute(f"CREATE TEMP TABLE IF NOT EXISTS {into} AS SELECT * FROM _looked LIMIT 0")
        con.execute(f"INSERT INTO {into} BY NAME SELECT * FROM _looked")
        many, won = rows(con, "SELECT count(*), count(*) FILTER (_won) FROM _looked")[0]
        return TrainingLook(sources, cohort, int(str(many)), int(str(won)), left_out, lost)

    def _leave_out(self, column: str) -> int:
        """Drop the rows just looked at for which this holds; how many they were."""
        leads = count(self.con, f"SELECT count(*) FROM _looked WHERE {column}")
        self.con.execute(f"DELETE FROM _looked WHERE {column}")
        return leads


def facts_at(holdings: Holdings, pairs: str, known: Known) -> tuple[Relation, Relation]:
    """A ledger's leads and activities as of the moments of pairs, each with `as_of`."""
    cohort = Moments(TableName(pairs), known)
    return Query(leads_text(cohort, holdings)), Query(activities_text(cohort, holdings))


def _sample(leads: Relation, share: float) -> Query:
    """About this share of the leads, the same ones each time."""
    return Query(
        f"SELECT * FROM {leads} WHERE hash(lead_id::VARCHAR) % 1000000 < {int(share * 1_000_000)}"
    )


def _moment(cell: object) -> datetime | None:
    return cell if isinstance(cell, datetime) else None


def _literal(moment: datetime) -> str:
    return text_literal(moment.isoformat(sep=" "))
