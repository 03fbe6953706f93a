"""Change leads: an attribute of one or of many, an outcome of many; and take that back.

A change is facts, said by somebody at a moment. The leads are qualified again at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import isfinite

from leadlight.desk.leads.lead_list import LeadsRequest, every_lead
from leadlight.desk.live.outcome_log import LONGEST_NOTE, outcome_row
from leadlight.desk.live.requalify import Requalification
from leadlight.desk.live.rows import Row, append_rows, moment_of_append
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.catalog import LEAD_ATTRIBUTES, Attribute, Type
from leadlight.facts.ledger import NOT_STATED, ImportLine
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.facts.sales_touches import NEXT_TOUCH, OUTCOMES, Outcome
from leadlight.presentable import presentable
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.intake import TakeResult
from leadlight.results.lead_change import LeadChange, UndoneChange

#: So many leads are changed at once, in imports of so many; a run of so many is waited for.
MOST, BATCH, MOST_LEADS = 100_000, 5_000, 20_000
_PREFIX, _RECENT = "change ", 500
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True)
class ChangeLeadsRequest:
    """Change these `leads`, or all of a `list`: state `values` (attribute -> what somebody typed),
    or log an `outcome`, which `because` explains; of `not_now` there is a `next_touch`.

    `seen` are the values of one lead that whoever changes it looked at (attribute -> value, empty:
    none): where one is another by now, nothing is written.
    """

    now: datetime
    by: str
    leads: tuple[str, ...] = ()
    list: LeadsRequest | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    outcome: Outcome | None = None
    because: str = ""
    next_touch: datetime | None = None


@dataclass(frozen=True)
class UndoChangeRequest:
    """Take a change back, by its `change_id`."""

    change_id: str
    now: datetime


class Conflict(CannotDo):
    """Somebody else changed what is to be changed; `standing` are the values that stand now."""

    def __init__(self, sentence: str, standing: Mapping[str, str]) -> None:
        super().__init__(sentence, field="seen")
        self.standing = standing


def changeable(workspace: Workspace) -> dict[str, Attribute]:
    """The attributes that people may state: those of the files, and the lead's owner."""
    held = workspace.ledger.holdings().attributes
    found = {n: a for n, a in held.items() if n not in NOT_STATED and n != OBJECTED and not a.gone}
    return {**found, "owner": held.get("owner", LEAD_ATTRIBUTES["owner"])}


def changeable_attributes(session: Session, now: datetime) -> tuple[str, ...]:
    """Their names."""
    with session.read("leads", now) as workspace:
        return tuple(changeable(workspace))


def change_leads(
    session: Session, request: ChangeLeadsRequest, progress: Progress | None = None
) -> LeadChange:
    """Change leads and qualify them again. Raises `CannotDo` for an attribute that nobody may
    state, a value that is none, and too many leads; `Conflict` where somebody was faster.
    """
    progress = progress or NullProgress()
    _check(request)
    leads = _leads(session, request)
    if not leads:
        raise CannotDo("Choose at least one lead.", field="leads")
    with session.write("change-leads", request.now) as workspace:
        now = moment_of_append(workspace, request.now)
        at = replace(workspace, now=now)
        stated = _row_of(at, request.values)
        _refuse_unseen(at, request, leads)
        change_id = secrets.token_hex(10)
        imports = []
        for n in range(0, len(leads), BATCH):
            share = 100 * n / len(leads)
            progress.step("Writing facts", lambda share=share: share)  # type: ignore[misc]
            part = leads[n : n + BATCH]
            imports.append(_append(at, request, part, stated, change_id, n))
        progress.step("Qualifying", lambda: None)
        done = Requalification(MOST_LEADS).qualify(at, TakeResult(0, 0, 0, 0))
        return LeadChange(
            change_id,
            len(leads),
            _what(request),
            now,
            presentable(request.by, 120),
            tuple(imports),
            done.run_id,
            done.pending,
        )


def undo_change(session: Session, request: UndoChangeRequest) -> UndoneChange:
    """Take a change back and qualify its leads again. Raises `CannotDo` where there is no such
    change, or it was taken back already.
    """
    with session.write("undo-change", request.now) as workspace:
        now = moment_of_append(workspace, request.now)
        standing = [
            line.import_id
            for line in _imports_of(workspace, request.change_id)
            if line.undone_at is None
        ]
        if not standing:
            raise CannotDo("This change was taken back already.", field="change_id")
        for import_id in standing:
            workspace.ledger.undo(import_id, now=now)
        at = replace(workspace, now=now)
        done = Requalification(MOST_LEADS).qualify(at, TakeResult(0, 0, 0, 0))
        return UndoneChange(request.change_id, tuple(standing), now, done.run_id, done.pending)


def _check(request: ChangeLeadsRequest) -> None:
    if bool(request.values) == bool(request.outcome):
        raise CannotDo("Say what is to be changed: an attribute, or an outcome.", field="values")
    if request.outcome in ("not_a_fit", "lost") and not request.because.strip():
        said = OUTCOMES[request.outcome].capitalize()
        raise CannotDo(f"{said}: why? A few words are enough.", field="because")
    if request.outcome == "not_now" and request.next_touch is None:
        raise CannotDo("Not now: when is a better time?", field="next_touch")
    if len(request.because) > LONGEST_NOTE:
        raise CannotDo(f"The reason has at most {LONGEST_NOTE:,} characters.", field="because")


def _leads(session: Session, request: ChangeLeadsRequest) -> Sequence[str]:
    if request.list is None:
        found = list(dict.fromkeys(request.leads))
    else:
        found = []
        for page in every_lead(session, replace(request.list, columns=())):
            found += [line.lead_id for line in page]
            if len(found) > MOST:
                break
    if len(found) > MOST:
        raise CannotDo(f"At most {MOST:,} leads are changed at once.", field="leads")
    return found


def _row_of(workspace: Workspace, values: Mapping[str, str]) -> Row:
    known = changeable(workspace)
    row: Row = {}
    for name, text in values.items():
        if name not in known:
            hint = did_you_mean(name, known) or "It is none of the files'."
            raise CannotDo(f"Nobody can state {presentable(name, 40)!r}. {hint}", field=name)
        row[name] = _value(name, known[name].type, text.strip())
    return row


def _value(name: str, kind: Type, text: str) -> object:
    if not text:
        raise CannotDo(
            f"What was said of {name} cannot be made unsaid: say what it is.", field=name
        )
    try:
        return _parse(kind, text)
    except (ValueError, KeyError):
        raise CannotDo(f"{presentable(text, 40)!r} is no {_KINDS[kind]}.", field=name) from None


_KINDS = {
    Type.WHOLE: "whole number",
    Type.NUMBER: "number",
    Type.YES_NO: "yes or no",
    Type.MOMENT: "date such as 2026-12-24",
    Type.TEXT: "text",
}


def _parse(kind: Type, text: str) -> object:
    match kind:
        case Type.WHOLE:
            return int(text.replace(",", "").replace(" ", ""))
        case Type.NUMBER:
            number = float(text.replace(",", "").replace(" ", ""))
            if not isfinite(number):
                raise ValueError
            return number
        case Type.YES_NO:
            return _YES[text.lower()]
        case Type.MOMENT:
            return datetime.fromisoformat(text).replace(tzinfo=None)
    return presentable(text, LONGEST_NOTE)


def _refuse_unseen(workspace: Workspace, request: ChangeLeadsRequest, leads: Sequence[str]) -> None:
    if not request.seen or len(leads) != 1:
        return
    known = workspace.ledger.attributes_of(leads[0], workspace.now)
    standing = {name: value_text(known.get(name)) for name in request.seen}
    if standing == dict(request.seen):
        return
    changed = [n for n in standing if standing[n] != request.seen[n]]
    raise Conflict(
        f"Somebody else changed {', '.join(changed)} after you opened the page, so nothing was"
        " written.",
        standing,
    )


def value_text(value: object) -> str:
    """A value as it stands in a field of a form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _append(
    workspace: Workspace,
    request: ChangeLeadsRequest,
    leads: Sequence[str],
    stated: Row,
    change_id: str,
    start: int,
) -> str:
    name = f"{_PREFIX}{change_id} by {presentable(request.by, 120)}"
    what, own = "leads", dict[str, Attribute]()
    rows = [{"lead_id": lead, **stated} for lead in leads]
    if request.outcome is not None:
        what, own = "activities", {NEXT_TOUCH.name: NEXT_TOUCH}
        rows = list(_outcomes(workspace.now, request, leads, change_id, start))
    part = f"{name} {start}" if start else name
    kind = "activities" if what == "activities" else "leads"
    receipt = append_rows(workspace, kind, rows, part, workspace.now, own)  # type: ignore[arg-type]
    return receipt.import_id


def _outcomes(
    now: datetime, request: ChangeLeadsRequest, leads: Sequence[str], change_id: str, start: int
) -> Iterator[Row]:
    assert request.outcome is not None
    for n, lead in enumerate(leads, start):
        yield outcome_row(
            lead,
            request.outcome,
            f"{change_id}/{n}",
            now,
            by=request.by,
            because=request.because,
            next_touch=request.next_touch,
        )


def _what(request: ChangeLeadsRequest) -> str:
    if request.outcome is not None:
        return OUTCOMES[request.outcome]
    return ", ".join(f"{n} = {presentable(v, 60)}" for n, v in request.values.items())


def _imports_of(workspace: Workspace, change_id: str) -> Sequence[ImportLine]:
    """The imports of a change; most are taken back soon after they were made."""
    prefix = f"{_PREFIX}{change_id} by "
    for newest in (_RECENT, None):
        found = [x for x in workspace.ledger.imports(newest) if x.file.startswith(prefix)]
        if found:
            return found
    raise CannotDo(f"There is no change {presentable(change_id, 40)!r}.", field="change_id")
