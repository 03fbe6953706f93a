"""A replay: every lead looked at where something can change, and what became of it (decision 8).

First the occasions are looked at in one plan; then, as long as there are any, the moments at which
the clock alone may have changed a label before the lead's next look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from leadlight.adapters.db.duckdb import FEW_ROWS, count, quoted
from leadlight.adapters.db.work_tables import WorkTables
from leadlight.adapters.replay.causes import note_causes
from leadlight.adapters.replay.days import looks_by_day, make_days, spans_of_days
from leadlight.adapters.replay.facts import (
    CLOCK,
    END,
    IDS,
    KIN,
    KIN_PAIRS,
    LEADS,
    LOG,
    OCCASIONS,
    PAIRS,
    ReplayFacts,
    moment,
)
from leadlight.adapters.replay.preparation import prepare
from leadlight.facts.cohort import Moments
from leadlight.facts.relation import TableName
from leadlight.plan.compile import Statement, full_statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.lead import verifies
from leadlight.plan.steps.next_change import CHANGES_IN
from leadlight.plan.timeline import (
    DEPARTMENT,
    SPELLS,
    STATES,
    TRANSITIONS,
    ReplayPeriod,
    ReplayTables,
    reach,
    spells,
    transitions,
)

Tell = Callable[[str], None]
LOOKS, CHANGED = "replay_looks", "replay_changed"
_FRONT, _BUSY, _MOVES, _SPELLS = "replay_front", "replay_busy", "replay_moves", "replay_told"
AT_A_TIME = 300_000  # pairs in one plan
# occasions of a lead that are all looked at; of a lead with more, each day's last one first
FEW = 150
# rounds in which the clock is followed by what the plan says; then by steps that double, and by
# parts of what differs
PATIENT = 6
#: Minutes after a moment at which the clock may have changed something, and parts of a stretch in
#: which it has. Of one lead they are looked at together: a round is more work than its moments.
AHEAD, STRETCH = [0, *(4**n for n in range(11))], 16
A_DAY = 1440  # minutes: the longest step
PARTS = 12  # a day, two hours, ten minutes, a minute
BY_RULES = "rules"
_OF_FRONT = "the columns of the front"


def replay(
    facts: ReplayFacts,
    periods: Sequence[ReplayPeriod],
    tell: Tell | None = None,
    *,
    causes: bool = True,
) -> ReplayTables:
    """Replay the periods, one after the other, each by its own playbook; makes `replay_states` and
    what follows of it. Without `causes` nothing is said of what brought a change, and there may be
    more looks than it takes.
    """
    say = tell or (lambda _: None)
    con, tables = facts.con, _work_tables(facts, periods)
    con.execute("SET enable_progress_bar = false")
    scores = tuple(dict.fromkeys(s.name for p in periods for s in p.book.scores))
    scales = tuple(dict.fromkeys(s.name for p in periods for s in p.book.scales))
    columns = "".join(f", NULL::DOUBLE AS {quoted(s)}" for s in scores)
    columns += "".join(f", NULL::VARCHAR AS {quoted(s)}" for s in scales)
    tables.make(
        TableName(LOOKS),
        f"SELECT NULL::INTEGER AS _lead, NULL::TIMESTAMP AS as_of{columns}, NULL::VARCHAR AS"
        f" department, NULL::BIGINT AS {CHANGES_IN}, NULL::VARCHAR AS _cause, NULL::UBIGINT AS"
        " _same, NULL::INTEGER AS _period WHERE false",
    )
    rounds = 0
    for n, period in enumerate(periods):
        say(f"Replaying {period.since:%Y-%m-%d} to {period.until:%Y-%m-%d}")
        opening, last = BY_RULES if n else CLOCK, n == len(periods) - 1
        sources = prepare(facts, tables, period, opening, last)
        looks = _Rounds(facts, tables, period, sources, n, scores, scales, alone=not causes)
        if period.book.ranks:
            make_days(facts, period, last)
            rounds += looks.run_by_day(opening)
        else:
            rounds += looks.run()
        _note_changes(tables, n, scales)
        if causes:
            note_causes(con, CHANGED, period, sources)
    say("Putting it together")
    return _relations(facts, tables, periods, scales, scores, rounds)


def _work_tables(facts: ReplayFacts, periods: Sequence[ReplayPeriod]) -> WorkTables:
    """Those that last, for one playbook that asks for nothing but the plan: other versions, and
    verdicts, make tables of other columns.
    """
    if facts.tables is None or len(periods) > 1 or any(verifies(p.book) for p in periods):
        return WorkTables(facts.con)
    return facts.tables


@dataclass
class _Rounds:
    """The looks of one period.

    Where facts and moments are few, planning a round takes longer than the round: from then on the
    two statements of a round are prepared once, and between the rounds only rows are changed. To
    make a table is to have every prepared statement planned anew.
    """

    facts: ReplayFacts
    tables: WorkTables
    period: ReplayPeriod
    sources: Sources
    number: int
    scores: tuple[str, ...]
    scales: tuple[str, ...]
    alone: bool

    def run(self) -> int:
        """Look until nothing can have changed unseen; in how many rounds."""
        con = self.facts.con
        self.tables.make(
            TableName(_BUSY),
            f"SELECT lead FROM {OCCASIONS} WHERE cause <> '{CLOCK}' GROUP BY lead HAVING count(*) >"
            f" {FEW}",
        )
        # Windows that close on one day with nothing new in between are looked at together, and so
        # is a busy lead's day: the last moment first, and the others where that tells of a change.
        again = (
            f"following::DATE = as_of::DATE AND as_of > {moment(self.period.since)} AND (cause ="
            f" '{CLOCK}' AND then_by = '{CLOCK}' OR lead IN (SELECT lead FROM {_BUSY}))"
        )
        self._next(
            "SELECT lead, as_of, cause FROM (SELECT *, lead(as_of) OVER w AS following,"
            f" lead(cause) OVER w AS then_by FROM {OCCASIONS} WINDOW w AS (PARTITION BY lead ORDER"
            f" BY as_of)) WHERE NOT coalesce({again}, false)"
        )
        rounds = 0
        while True:
            pairs = count(con, f"SELECT count(*) FROM {_FRONT}")
            if self._rows(pairs) <= FEW_ROWS:
                return self._run_with_rows(rounds)
            if not pairs:
                return rounds
            self._look()
            rounds += 1
            self._next(self._front(rounds))

    def _run_with_rows(self, rounds: int) -> int:
        """Go on after so many rounds, with statements that are prepared; in how many rounds in
        all.
        """
        con, tables = self.facts.con, self.tables
        tables.make(TableName(PAIRS), f"SELECT * FROM {_FRONT}")
        pairs = count(con, f"SELECT count(*) FROM {PAIRS}")
        while pairs:
            with tables.plain_plan(self._rows(pairs)):
                tables.statements.execute(self._looks("TRUE", PAIRS))
            rounds += 1
            with tables.plain_plan():
                front = tables.statements.execute(_distinct(self._front(rounds, PAIRS)))
            tables.rows(f"DELETE FROM {PAIRS}")
            pairs = len(front)
            if front:
                con.execute(
                    f"INSERT INTO {PAIRS} SELECT unnest(?::INTEGER[]), unnest(?::TIMESTAMP[]),"
                    " unnest(?::VARCHAR[])",
                    [list(values) for values in zip(*front, strict=True)],
                )
        return rounds

    def run_by_day(self, opening: str) -> int:
        """Look at all leads on each day, together; in how many rounds."""
        self._next(looks_by_day(opening))
        spans = spans_of_days(self.facts, AT_A_TIME)
        for first, last in spans:
            self._look_at(f"p.as_of BETWEEN {first} AND {last}", AT_A_TIME)
        return len(spans)

    def _next(self, sql: str) -> None:
        """The pairs to look at next, in the order of leads."""
        self.tables.make(TableName(_FRONT), _distinct(sql))

    def _look(self) -> None:
        """Look at the front, some at a time."""
        con = self.facts.con
        parts = con.execute(
            "SELECT min(lead), max(lead), count(*) FROM (SELECT lead, (row_number() OVER (ORDER BY"
            f" lead) - 1) // {AT_A_TIME} AS part FROM {_FRONT}) GROUP BY part ORDER BY 1"
        ).fetchall()
        done, pairs = -1, sum(int(n) for _, _, n in parts)
        for _, upto, _ in parts:
            self._look_at(f"p.lead > {done} AND p.lead <= {upto}", pairs)
            done = upto

    def _look_at(self, which: str, pairs: int) -> None:
        """Look at a part of the front, which has about so many pairs."""
        con = self.facts.con
        self.tables.make(
            TableName(PAIRS), f"SELECT * FROM {_FRONT} p WHERE {which}", shape=_OF_FRONT
        )
        if self.facts.settled:
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE {KIN_PAIRS} AS SELECT i.lead_id, p.as_of FROM"
                f" {PAIRS} p JOIN {IDS} i ON i.lead = p.lead WHERE i.lead_id IN (SELECT lead_id"
                f" FROM {KIN} UNION ALL SELECT member FROM {KIN})"
            )
        with self.tables.plain_plan(self._rows(pairs)):
            con.execute(self._looks(which))

    def _looks(self, which: str, front: str = _FRONT) -> str:
        """What notes the looks at a part of the front."""
        mine = [s.name for s in self.period.book.scores], [s.name for s in self.period.book.scales]
        told = "".join(f", q.{quoted(n)}" for n in (*mine[0], *mine[1], DEPARTMENT, CHANGES_IN))
        labels = ", ".join(f"q.{quoted(n)}" if n in mine[1] else "NULL" for n in self.scales)
        return (
            f"INSERT INTO {LOOKS} BY NAME SELECT p.lead AS _lead, p.as_of, p.cause AS"
            f" _cause{told}, hash([{labels}, q.department]::VARCHAR[]) AS _same,"
            f" {self.number} AS _period FROM {front} p LEFT JOIN ({self._statement.sql}) q ON"
            f" q.lead_id = p.lead AND q.as_of = p.as_of WHERE {which}"
        )

    def _rows(self, pairs: int) -> int:
        """About how many rows the plan reads for so many pairs."""
        return pairs + self._facts_read

    @cached_property
    def _facts_read(self) -> int:
        if self.facts.settled:  # then it reads the ledger's own tables
            return FEW_ROWS + 1
        tables = [LEADS, *([LOG] if self.sources.activities is not None else [])]
        return sum(count(self.facts.con, f"SELECT count(*) FROM {t}") for t in tables)

    def _front(self, rounds: int, front: str = _FRONT) -> str:
        """Which moments to look at after these: of leads just looked at, when the clock can next
        have changed something, and of a day whose ends differ each moment in it.
        """
        end = f"(SELECT until FROM {END})"
        looks = (
            f"SELECT _lead AS lead, as_of, _same AS same, {CHANGES_IN} AS within, lead(as_of) OVER"
            " w AS following, lead(_same) OVER w AS becomes, coalesce(lead(_cause) OVER w, 'end')"
            f" <> '{CLOCK}' AS news FROM {LOOKS} WHERE _period = {self.number} AND _lead IN (SELECT"
            f" lead FROM {front}) WINDOW w AS (PARTITION BY _lead ORDER BY as_of)"
        )
        # Never the same minute again, so that it ends.
        due = (
            f"SELECT *, coalesce(following, {end} + to_microseconds(1)) AS bound, greatest("
            "date_trunc('minute', as_of + to_seconds(within) + to_microseconds(59999999)), "
            "date_trunc('minute', as_of) + to_minutes(1)) AS due "
            f"FROM ({looks}) WHERE within IS NOT NULL OR same <> becomes"
        )
        patient = self.is_bounded and rounds <= PATIENT
        step = min(A_DAY, 2 ** (rounds - PATIENT)) if self.is_bounded else A_DAY
        parts = [self._by_clock if patient else f"FROM ({self._by_parts(step)})"]
        parts.append(
            f"SELECT o.lead, o.as_of, o.cause FROM due d JOIN {OCCASIONS} o ON o.lead = d.lead AND"
            " o.as_of > d.as_of AND o.as_of < d.following WHERE d.same <> d.becomes"
        )
        return f"WITH due AS ({due}) {' UNION ALL '.join(parts)}"

    @property
    def is_bounded(self) -> bool:
        """Whether the plan tells when the clock changes something; what it cannot tell it says to
        be due at once.
        """
        told = reach(self.period.book, self.facts.base).bounded
        return told and not self._statement.due_at_once

    @cached_property
    def _statement(self) -> Statement:
        cohort = Moments(TableName(PAIRS))
        return full_statement(self.period.book, self.sources, cohort, reasons=False, due="fading")

    @property
    def _by_clock(self) -> str:
        """When the clock can have changed something; of one lead some moments after that too."""
        after = "0"
        if self.alone:
            parts = f"[n * date_diff('minute', due, bound) // {STRETCH} FOR n IN range({STRETCH})]"
            after = f"unnest(CASE WHEN following IS NULL OR news THEN {AHEAD} ELSE {parts} END)"
        return (
            f"SELECT lead, as_of, '{CLOCK}' AS cause FROM (SELECT lead, bound, due +"
            f" to_minutes({after}) AS as_of FROM due WHERE within IS NOT NULL AND due < bound)"
            " WHERE as_of < bound"
        )

    def _by_parts(self, step: int) -> str:
        """Where nothing differs, so many minutes on, and at last the minute before something new
        comes; where it does, in between, by twelfths, until it is known to the minute.
        """
        begun = "date_trunc('minute', as_of)"
        ahead = (
            f"SELECT lead, bound, greatest(due, {begun} + to_minutes({step})) AS as_of FROM same"
        )
        if step >= A_DAY:
            days = "unnest(range(1, 2 + date_diff('day', as_of, bound)))::INTEGER"
            ahead = f"SELECT lead, bound, {begun} + to_days({days}) AS as_of FROM same"
        return (
            "WITH open AS (SELECT * FROM due WHERE within IS NOT NULL AND due < bound), same AS"
            " (SELECT *, date_trunc('minute', bound - to_microseconds(1)) AS last FROM open WHERE"
            f" becomes IS NULL OR same = becomes) SELECT lead, as_of, '{CLOCK}' AS cause FROM"
            f" ({ahead}) WHERE as_of < bound UNION ALL SELECT lead, last, '{CLOCK}' FROM same WHERE"
            f" news AND last > as_of AND as_of + to_minutes({step}) >= last UNION ALL SELECT lead,"
            f" middle, '{CLOCK}' FROM (SELECT lead, bound, date_trunc('minute', as_of) +"
            f" to_minutes(unnest(range(1, {PARTS})) * greatest(1, CAST(ceil(date_diff('minute',"
            f" as_of, bound) / {PARTS}) AS BIGINT))) AS middle FROM open WHERE same <> becomes)"
            " WHERE middle < bound"
        )


def _distinct(sql: str) -> str:
    """Each pair once, with the last of its causes in the alphabet, in the order of leads."""
    return (
        f"SELECT lead, as_of, max(cause) AS cause FROM ({sql}) GROUP BY lead, as_of ORDER BY lead,"
        " as_of"
    )


def _note_changes(tables: WorkTables, period: int, scales: Sequence[str]) -> None:
    """The looks of a period at which something changed, and each lead's first."""
    listed = ", ".join(quoted(n) for n in ("_lead", "as_of", "_cause", *scales, DEPARTMENT))
    query = (
        f"SELECT {listed}, _same, _period, lag(_same) OVER w AS _was, lag(_period) OVER w AS _one"
        f" FROM {LOOKS} WINDOW w AS (PARTITION BY _lead ORDER BY as_of, _period)"
    )
    query = (
        f"SELECT {listed}, NULL::VARCHAR AS _what FROM ({query}) WHERE (_one IS NULL OR _was <>"
        f" _same) AND _period = {period}"
    )
    if period:
        tables.con.execute(f"INSERT INTO {CHANGED} {query}")
    else:
        tables.make(TableName(CHANGED), query)


def _relations(
    facts: ReplayFacts,
    tables: WorkTables,
    periods: Sequence[ReplayPeriod],
    scales: tuple[str, ...],
    scores: tuple[str, ...],
    rounds: int,
) -> ReplayTables:
    """The relations, with leads by their ids."""
    con, begin = facts.con, periods[0].since
    every = (*scales, DEPARTMENT)
    tables.make(TableName(_MOVES), transitions(CHANGED, every, begin))
    tables.make(TableName(_SPELLS), spells(CHANGED, every, _MOVES, begin))
    cause = "leadlight_cause" if "cause" in (*scores, *scales) else "cause"
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {STATES} AS SELECT i.lead_id::VARCHAR AS lead_id, t.* EXCLUDE"
        f" (_lead, _cause, _same, _period), t._cause AS {cause} FROM {LOOKS} t JOIN {IDS} i ON"
        " i.lead = t._lead"
    )
    for view, table in ((TRANSITIONS, _MOVES), (SPELLS, _SPELLS)):
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT i.lead_id::VARCHAR AS lead_id, t.*"
            f" EXCLUDE (lead) FROM {table} t JOIN {IDS} i ON i.lead = t.lead"
        )
    leads = count(con, f"SELECT count(DISTINCT lead) FROM {_SPELLS}")
    looks, moves = (
        count(con, f"SELECT count(*) FROM {LOOKS}"),
        count(con, f"SELECT count(*) FROM {_MOVES}"),
    )
    return ReplayTables(
        begin, periods[-1].until, facts.known, scales, scores, leads, looks, rounds, moves
    )
