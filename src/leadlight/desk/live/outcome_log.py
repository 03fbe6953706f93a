"""`log-outcome`: what came of being in touch with a lead; and `undo-outcome`.

An outcome is facts: an activity, and what the lead said of its budget, authority, need and
timeline. The lead is qualified again at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isfinite
from typing import TypeVar

from leadlight.desk.live.requalify import Requalification
from leadlight.desk.live.rows import Row, append_rows, moment_of_append
from leadlight.desk.persons.lookup import leads_of_person
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.ledger import ImportLine
from leadlight.facts.sales_touches import (
    AUTHORITIES,
    KIND_OF_OUTCOME,
    NEXT_TOUCH,
    OUTCOMES,
    TIMELINES,
    Authority,
    Outcome,
    SalesTouch,
    Timeline,
)
from leadlight.facts.transitions import LabelMove
from leadlight.presentable import presentable
from leadlight.problems import CannotDo, NextStep, did_you_mean
from leadlight.results.intake import TakeResult
from leadlight.results.text.today import touch_sentence
from leadlight.results.today import OutcomeReceipt, UndoneOutcome

Word = TypeVar("Word", bound=str)
LONGEST_NOTE, LONGEST_NAME = 2_000, 120
_FURTHEST = timedelta(days=3 * 366)
_PREFIX, _RECENT = "outcome ", 200
#: Whoever logs an outcome waits for a whole run of so many leads at the most.
MOST_LEADS = 20_000
_OF_NOBODY = TakeResult(0, 0, 0, 0)


@dataclass(frozen=True)
class LogOutcomeRequest:
    """Log what came of being in touch with a lead, which is named by its id or its e-mail address.

    `not_now` needs `next_touch` (when to be in touch again); `not_a_fit` and `lost` need `because`.
    `budget`, `authority`, `need` and `timeline` are what the lead said, `amount` what a won deal is
    worth, `owner` who has the lead from now on. `seen` is the `version` that `today` showed: where
    somebody else logged something since, nothing is written.
    """

    lead: str
    outcome: Outcome
    now: datetime
    by: str
    because: str = ""
    next_touch: datetime | None = None
    owner: str | None = None
    note: str = ""
    budget: float | None = None
    authority: Authority | None = None
    need: str | None = None
    timeline: Timeline | None = None
    amount: float | None = None
    seen: str | None = None


@dataclass(frozen=True)
class UndoOutcomeRequest:
    """Take an outcome back, by the `outcome_id` of its receipt."""

    outcome_id: str
    now: datetime


def parse_outcome(text: str) -> Outcome:
    """An outcome as somebody types it. Raises `CannotDo` for another word."""
    return _one_of(text, tuple(OUTCOMES), "outcome")


def parse_authority(text: str | None) -> Authority | None:
    """What somebody may decide, as it is typed. Raises `CannotDo` for another word."""
    return None if text is None else _one_of(text, AUTHORITIES, "authority")


def parse_timeline(text: str | None) -> Timeline | None:
    """When somebody wants to buy, as it is typed. Raises `CannotDo` for another word."""
    return None if text is None else _one_of(text, TIMELINES, "timeline")


def log_outcome(session: Session, request: LogOutcomeRequest) -> OutcomeReceipt:
    """Log an outcome and qualify the lead again. Raises `CannotDo` where there is no such lead,
    something is missing, or somebody else logged something that was not seen.
    """
    _check(request)
    with session.write("log-outcome", request.now) as workspace:
        now = moment_of_append(workspace, request.now)
        at = replace(workspace, now=now)
        lead, last = _find(at, request.lead)
        _refuse_unseen(request, last)
        outcome_id = _id_of(lead, request, now)
        imports = _append(at, lead, request, outcome_id)
        done = Requalification(MOST_LEADS).qualify(at, _OF_NOBODY)
        return OutcomeReceipt(
            outcome_id=outcome_id,
            lead_id=lead,
            outcome=request.outcome,
            at=now,
            by=presentable(request.by, LONGEST_NAME),
            next_touch=request.next_touch,
            imports=imports,
            run_id=done.run_id,
            moves=_moves(at, lead, done.run_id) if done.changed else (),
            pending=done.pending,
        )


def undo_outcome(session: Session, request: UndoOutcomeRequest) -> UndoneOutcome:
    """Take an outcome back and qualify its lead again. Raises `CannotDo` where there is no such
    outcome, or it was taken back already.
    """
    with session.write("undo-outcome", request.now) as workspace:
        now = moment_of_append(workspace, request.now)
        at = replace(workspace, now=now)
        lines = _imports_of(at, request.outcome_id)
        standing = [line.import_id for line in lines if line.undone_at is None]
        if not standing:
            raise CannotDo("This outcome was taken back already.", field="outcome_id")
        for import_id in standing:
            workspace.ledger.undo(import_id, now=now)
        done = Requalification(MOST_LEADS).qualify(at, _OF_NOBODY)
        return UndoneOutcome(request.outcome_id, tuple(standing), now, done.run_id, done.pending)


def last_touch(session: Session, lead: str, now: datetime) -> SalesTouch:
    """How a lead was handled last; its `version` is what an outcome must carry. Raises `CannotDo`
    where there is no such lead.
    """
    with session.read("log-outcome", now) as workspace:
        return _find(workspace, lead)[1]


def _one_of(text: str, words: Sequence[Word], field: str) -> Word:
    """One of these words, however its parts are joined."""
    typed = text.strip().lower().replace("-", "_").replace(" ", "_")
    for word in words:
        if word == typed:
            return word
    hint = did_you_mean(typed, words) or f"It is one of {', '.join(words)}."
    raise CannotDo(f"No {field} is {presentable(text, 40)!r}. {hint}", field=field)


def _check(request: LogOutcomeRequest) -> None:
    if request.outcome == "not_now" and request.next_touch is None:
        raise CannotDo("Not now: when is a better time?", field="next_touch")
    if request.outcome in ("not_a_fit", "lost") and not request.because.strip():
        said = OUTCOMES[request.outcome].capitalize()
        raise CannotDo(f"{said}: why? A few words are enough.", field="because")
    touch = request.next_touch
    if touch is not None and not request.now <= touch <= request.now + _FURTHEST:
        raise CannotDo("The next touch is after now, and within three years.", field="next_touch")
    _check_numbers({"budget": request.budget, "amount": request.amount})
    _check_lengths(request)


def _check_numbers(numbers: Mapping[str, float | None]) -> None:
    for name, number in numbers.items():
        if number is not None and not (isfinite(number) and 0 <= number < 1e15):
            raise CannotDo(f"The {name} is a number from 0 on.", field=name)


def _check_lengths(request: LogOutcomeRequest) -> None:
    for name, text, longest in (
        ("note", request.note, LONGEST_NOTE),
        ("because", request.because, LONGEST_NOTE),
        ("need", request.need or "", LONGEST_NOTE),
        ("owner", request.owner or "", LONGEST_NAME),
    ):
        if len(text) > longest:
            raise CannotDo(f"The {name} has at most {longest:,} characters.", field=name)


def _find(workspace: Workspace, wanted: str) -> tuple[str, SalesTouch]:
    """The lead as runs know it (of a person with several leads, the one that stands for all), and
    its newest touch.
    """
    leads = leads_of_person(workspace, wanted)
    found = workspace.ledger.sales_touches(leads, None)
    known = [lead for lead in leads if found[lead].label_since is not None] or list(leads)
    return known[0], max(found.values(), key=lambda h: (h.at is not None, h.at or workspace.now))


def _refuse_unseen(request: LogOutcomeRequest, last: SalesTouch) -> None:
    if request.seen is not None and request.seen != last.version:
        raise CannotDo(
            f"{touch_sentence(last)} That was after you opened the page, so nothing was written."
            " Look at the lead again, and log yours if it still holds.",
            field="seen",
            step=NextStep("today"),
        )


def _id_of(lead: str, request: LogOutcomeRequest, now: datetime) -> str:
    """An id that says nothing of the lead."""
    text = "\n".join((lead, request.outcome, now.isoformat(), request.by))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]


def _append(
    workspace: Workspace, lead: str, request: LogOutcomeRequest, outcome_id: str
) -> tuple[str, ...]:
    """The facts of an outcome: what the lead said, then what was done."""
    name, now = _PREFIX + outcome_id, workspace.now
    own = {NEXT_TOUCH.name: NEXT_TOUCH}
    said, done = _statement(lead, request), _activity(lead, request, outcome_id, now)
    imports = []
    if len(said) > 1:
        imports.append(append_rows(workspace, "leads", [said], name, now, {}).import_id)
    imports.append(append_rows(workspace, "activities", [done], name, now, own).import_id)
    return tuple(imports)


def _statement(lead: str, request: LogOutcomeRequest) -> Row:
    row: Row = {
        "lead_id": lead,
        "budget": request.budget,
        "authority": request.authority,
        "need": _plain(request.need),
        "timeline": request.timeline,
        "owner": _plain(request.owner),
    }
    return _without_gaps(row)


def _activity(lead: str, request: LogOutcomeRequest, outcome_id: str, now: datetime) -> Row:
    row = outcome_row(
        lead,
        request.outcome,
        outcome_id,
        now,
        by=request.by,
        because=request.because,
        next_touch=request.next_touch,
    )
    row |= {
        "subject": _plain(request.note),
        "value": request.amount if request.outcome == "won" else None,
    }
    return _without_gaps(row)


def outcome_row(
    lead: str,
    outcome: Outcome,
    outcome_id: str,
    now: datetime,
    *,
    by: str,
    because: str = "",
    next_touch: datetime | None = None,
) -> Row:
    """The activity that an outcome is kept as."""
    row: Row = {
        "lead_id": lead,
        "occurred_at": now,
        "kind": KIND_OF_OUTCOME[outcome],
        "activity_id": f"outcome/{outcome_id}",
        "result": _plain(because) or OUTCOMES[outcome],
        "agent": _plain(by),
        NEXT_TOUCH.name: next_touch,
    }
    return _without_gaps(row)


def _without_gaps(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _plain(text: str | None) -> str | None:
    """A text without what no person types; None where nothing is left."""
    return presentable(text or "", LONGEST_NOTE) or None


def _moves(workspace: Workspace, lead: str, run_id: str | None) -> tuple[LabelMove, ...]:
    if run_id is None:
        return ()
    found = workspace.ledger.transitions_of([(int(run_id.removeprefix("r")), lead)])
    return found[0].moves if found else ()


def _imports_of(workspace: Workspace, outcome_id: str) -> Sequence[ImportLine]:
    """The imports of an outcome; most are taken back soon after they were made."""
    for newest in (_RECENT, None):
        lines = workspace.ledger.imports(newest)
        found = [line for line in lines if line.file == _PREFIX + outcome_id]
        if found:
            return found
    raise CannotDo(f"There is no outcome {presentable(outcome_id, 40)!r}.", field="outcome_id")
