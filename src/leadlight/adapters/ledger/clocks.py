"""Clocks: what people, and the lead, did since an assignment, and what its clock has come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadlight.adapters.db.duckdb import text_literal
from leadlight.adapters.ledger.tables import Tables, columns_of, number
from leadlight.facts.assignments import Assignment, Clock, ClockFact, ClockStep, CurrentRoute
from leadlight.facts.catalog import KINDS, Type
from leadlight.facts.ledger import Holdings
from leadlight.facts.sales_touches import NEXT_TOUCH, TOUCH_KINDS


def _words(*names: str) -> tuple[str, ...]:
    """The words of a log for these kinds."""
    return tuple(word for name in names for word in (name, *KINDS[name].also))


_ATTEMPTS, _MAILS = _words("call_attempted"), _words("email_sent")
_OUTCOMES = _words("won", "lost")
#: A lead of which one of these is known since it was assigned is open no more.
CLOSING = _words("won", "lost", "sales_rejected")
_WON = _words("won")
_QUALIFIED = (
    *_words("sales_accepted", "meeting_booked", "meeting_held", "offer_sent"),
    *_WON,
)
#: The lead is to answer, from one of these on until it does anything.
WAITING = ("waiting_for_customer", "waiting_for_lead")
_OPEN = "_open_clocks"
_ROWS = 500


@dataclass(frozen=True)
class _Act:
    """Something that happened of a lead: whether a person did it, and when it was promised to be in
    touch again.
    """

    at: datetime
    kind: str
    by_person: bool
    next_touch: datetime | None

    @property
    def is_answer(self) -> bool:
        """Whether that is an answer of a person: a mail that nobody wrote, or a purchase in a shop,
        is none.
        """
        if self.kind in _MAILS or self.kind in _OUTCOMES:
            return self.by_person
        return self.kind in TOUCH_KINDS

    @property
    def is_contact(self) -> bool:
        """Whether the lead was spoken to."""
        return self.is_answer and self.kind not in (*_ATTEMPTS, *_MAILS)


def list_clocks(
    tables: Tables, holdings: Holdings, numbered: Sequence[tuple[int, Assignment]]
) -> list[Clock]:
    """The clocks of assignments, each by its number."""
    if not numbered:
        return []
    tables.fresh(
        _OPEN,
        "SELECT CAST(0 AS BIGINT) AS no, CAST('' AS VARCHAR) AS lead_id, CAST(NULL AS TIMESTAMP) AS"
        " began_at WHERE 1 = 0",
    )
    tables.run(
        f"INSERT INTO {_OPEN} SELECT unnest(CAST(? AS BIGINT[])), unnest(CAST(? AS VARCHAR[])),"
        " unnest(CAST(? AS TIMESTAMP[]))",
        [no for no, _ in numbered],
        [a.lead_id for _, a in numbered],
        [a.began_at for _, a in numbered],
    )
    acts, steps, routes = _acts(tables, holdings), _steps(tables), _routes(tables)
    return [
        _clock(
            no,
            made,
            acts.get(no, ()),
            steps.get(no, frozenset()),
            routes.get(made.lead_id),
        )
        for no, made in numbered
    ]


def _acts(tables: Tables, holdings: Holdings) -> Mapping[int, Sequence[_Act]]:
    """What happened of each lead since its clock began, by the number of the clock."""
    columns = holdings.activity_columns
    agent = "f.agent" if "agent" in columns else "NULL"
    own = columns.get(NEXT_TOUCH.name)
    touch = f"f.{NEXT_TOUCH.name}" if own is not None and own.type is Type.MOMENT else "NULL"
    found: dict[int, list[_Act]] = defaultdict(list)
    for no, at, kind, by_person, next_touch in tables.rows(
        f"SELECT o.no, f.occurred_at, f.kind, {agent} IS NOT NULL, {touch} FROM"
        f" activity_facts AS f JOIN {_OPEN} AS o ON o.lead_id = f.lead_id AND f.occurred_at >="
        " o.began_at WHERE f._import NOT IN (SELECT import_no FROM undos) ORDER BY o.no,"
        " f.occurred_at, f._import, f._row"
    ):
        assert isinstance(at, datetime)
        promise = next_touch if isinstance(next_touch, datetime) else None
        found[int(str(no))].append(_Act(at, str(kind), bool(by_person), promise))
    return found


def _steps(tables: Tables) -> Mapping[int, frozenset[ClockStep]]:
    found: dict[int, set[ClockStep]] = defaultdict(set)
    for no, step in tables.rows(
        "SELECT assignment_no, step FROM clock_facts WHERE lead_id IN (SELECT lead_id FROM"
        f" {_OPEN})"
    ):
        found[int(str(no))].add(str(step))  # type: ignore[arg-type]
    return {no: frozenset(steps) for no, steps in found.items()}


def _routes(tables: Tables) -> Mapping[str, CurrentRoute]:
    """Where the last run left these leads."""
    has = set(columns_of(tables, "run_changes"))
    names = ("label_temperature", "label_stage")
    labels = ", ".join(n if n in has else f"CAST(NULL AS VARCHAR) AS {n}" for n in names)
    found = tables.rows(
        f"SELECT lead_id, department, respond_within, next_step, {', '.join(names)} FROM (SELECT"
        f" lead_id, department, respond_within, next_step, gone, {labels}, row_number() OVER"
        " (PARTITION BY lead_id ORDER BY run_no DESC) AS back FROM run_changes WHERE lead_id IN"
        f" (SELECT lead_id FROM {_OPEN})) AS c WHERE back = 1 AND NOT gone"
    )
    return {
        str(lead): CurrentRoute(
            _text(department),
            None if within is None else timedelta(seconds=int(str(within))),
            _text(step),
            _text(temperature),
            _text(stage),
        )
        for lead, department, within, step, temperature, stage in found
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _clock(
    no: int,
    made: Assignment,
    acts: Sequence[_Act],
    steps: frozenset[ClockStep],
    route: CurrentRoute | None,
) -> Clock:
    answers = [act for act in acts if act.is_answer]
    reached = [act.at for act in answers if act.is_contact]
    return Clock(
        no=no,
        assignment=made,
        attempted_at=answers[0].at if answers else None,
        reached_at=reached[0] if reached else None,
        pauses=_pauses(acts),
        steps=steps,
        touches=len(answers),
        last_at=answers[-1].at if answers else None,
        next_touch=answers[-1].next_touch if answers else None,
        is_closed=any(a.kind in CLOSING for a in acts),
        is_qualified=any(a.kind in _QUALIFIED for a in acts),
        is_won=any(a.kind in _WON for a in acts),
        route=route,
    )


def _pauses(acts: Sequence[_Act]) -> tuple[tuple[datetime, datetime | None], ...]:
    """The stretches in which it was the lead's turn to answer."""
    pauses: list[tuple[datetime, datetime | None]] = []
    for act in acts:
        is_open = bool(pauses) and pauses[-1][1] is None
        if act.kind in WAITING and not is_open:
            pauses.append((act.at, None))
        elif is_open and act.kind not in WAITING and not act.by_person:
            pauses[-1] = (pauses[-1][0], act.at)
    return tuple(pauses)


def answers(holdings: Holdings) -> str:
    """SQL: what a person did to answer an assignment `a`."""
    plain = [kind for kind in TOUCH_KINDS if kind not in _OUTCOMES]
    is_answer = f"f.kind IN ({_literals(plain)})"
    if "agent" in holdings.activity_columns:
        by_person = _literals((*_MAILS, *_OUTCOMES))
        is_answer = f"({is_answer} OR (f.kind IN ({by_person}) AND f.agent IS NOT NULL))"
    return f"{_SINCE} AND {is_answer}"


def closings() -> str:
    """SQL: what decided the lead of an assignment `a`."""
    return f"{_SINCE} AND f.kind IN ({_literals(CLOSING)})"


_SINCE = (
    "SELECT 1 FROM activity_facts AS f WHERE f.lead_id = a.lead_id AND f.occurred_at >= a.began_at"
    " AND f._import NOT IN (SELECT import_no FROM undos)"
)


def _literals(words: Sequence[str]) -> str:
    return ", ".join(map(text_literal, words))


def write_steps(tables: Tables, steps: Sequence[ClockFact], now: datetime) -> None:
    """Add what clocks came to, each once, within the transaction that is open."""
    no = number(tables, "SELECT max(fact_no) FROM clock_facts")
    for start in range(0, len(steps), _ROWS):
        part = steps[start : start + _ROWS]
        marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(part))
        rows = [
            (no + start + n, s.lead_id, s.assignment_no, s.step, s.person, s.due_at, now)
            for n, s in enumerate(part, 1)
        ]
        tables.run(
            "INSERT INTO clock_facts (fact_no, lead_id, assignment_no, step, person, due_at,"
            f" recorded_at) VALUES {marks}",
            *(value for row in rows for value in row),
        )
