"""`try-segment`: how many leads would be in a segment that no playbook has yet. `export-segment`:
the leads of one as a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.segment_members import check_segment, segment_leads
from leadlight.desk.leads.standing_run import standing_run
from leadlight.desk.playbooks import usable
from leadlight.desk.session import Session
from leadlight.desk.wiring import bases, output_files
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.cohort import Everyone
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.canonical import names_of
from leadlight.playbook.one_segment import only_segment, with_segment, with_track
from leadlight.playbook.reader import NAME
from leadlight.playbook.spec import Playbook
from leadlight.presentable import presentable
from leadlight.problems import CannotDo
from leadlight.results.files import WrittenFile
from leadlight.results.lead_list import lead_name
from leadlight.results.segments import (
    SegmentExport,
    SegmentMember,
    SegmentProposal,
    SegmentTrial,
)

#: What a segment is called until somebody names it.
UNNAMED = "new_segment"
#: So many leads are shown.
SAMPLE = 10
#: The longest condition.
LONGEST = 4_000


@dataclass(frozen=True)
class TrySegmentRequest:
    """How many leads a condition of the playbook's language holds for now: over attributes,
    signals, scores and scales of the workspace's playbook. `name` is what it would be called.
    """

    when: str
    now: datetime
    name: str = UNNAMED


@dataclass(frozen=True)
class AddSegmentRequest:
    """The text of a playbook (null: the one that the workspace goes by) with one more segment; or
    with a track for its leads, that begins with the content of the same name.
    """

    when: str
    name: str
    now: datetime
    text: str | None = None
    as_track: bool = False


@dataclass(frozen=True)
class ExportSegmentRequest:
    """Write the leads of a segment to `out` (CSV, XLSX, Parquet or JSON): of a `segment` of the
    playbook, as the last run left it; or of a condition `when`, as of now.
    """

    out: Path
    now: datetime
    segment: str | None = None
    when: str | None = None


def try_segment(session: Session, request: TrySegmentRequest) -> SegmentTrial:
    """Count whom a condition holds for. Raises `CannotDo` for a condition that cannot be read, and
    for a name that the playbook has already.
    """
    when = _check_condition(request.when)
    name = _check_name(request.name)
    with session.read_often("segments", request.now) as workspace:
        return session.memory.recall(
            workspace,
            ("try", when, name, _text(workspace)),
            request.now,
            lambda: _try(workspace, when, name, request.now),
        )


def add_segment(session: Session, request: AddSegmentRequest) -> SegmentProposal:
    """A playbook's text with one more segment; nothing is written. Raises `CannotDo` for a text
    that cannot be read.
    """
    when, name = _check_condition(request.when), _check_name(request.name)
    with session.read("segments", request.now) as workspace:
        text = request.text if request.text is not None else _text(workspace)
    add = with_track if request.as_track else with_segment
    try:
        return SegmentProposal(name, add(text, name, when))
    except ValueError:
        raise CannotDo(
            "The text of the playbook has a fault, so no segment can be added. Mend it first.",
            field="text",
        ) from None


def export_segment(session: Session, request: ExportSegmentRequest) -> SegmentExport:
    """Write the leads of a segment to a file; no cell of it can run as a formula. Raises `CannotDo`
    for a segment that the playbook does not have.
    """
    if (request.segment is None) == (request.when is None):
        raise CannotDo("Name a segment of the playbook, or a condition.", field="segment")
    with output_files.together(claims=((request.out, "segment"),)) as outputs:
        with session.read_often("segments", request.now) as workspace:
            leads = segment_leads(workspace, request.now)
            if request.segment is not None:
                name = check_segment(workspace, request.segment)
                leads.take_from_run(standing_run(workspace)[1], name)
            else:
                name = UNNAMED
                _plan(workspace, _check_condition(request.when or ""), name, request.now)
                leads.take_from_plan(name)
            written = leads.write(name, request.out)
        outputs.appear()
    return SegmentExport(name, written, WrittenFile(request.out, written))


def _try(workspace: Workspace, when: str, name: str, now: datetime) -> SegmentTrial:
    book = _plan(workspace, when, name, now)
    leads = segment_leads(workspace, now)
    every = leads.take_from_plan(name)
    runs = workspace.ledger.runs(1)
    number = int(runs[0].run_id.removeprefix("r")) if runs else 0
    members = tuple(
        SegmentMember(
            str(known["lead_id"]),
            lead_name(str(known["lead_id"]), known),
            str(known.get("company") or ""),
        )
        for known in leads.sample(SAMPLE)
    )
    hot = leads.count_label(number, "temperature", "hot") if number else 0
    lines = with_segment("", name, when).strip()
    signals = {n for signal in book.signals for n in names_of(signal)}
    uses_signals = bool(signals & book.segments[0].when.names)
    return SegmentTrial(
        name, when, now, every, leads.count(), hot, members, lines, uses_signals=uses_signals
    )


def _plan(workspace: Workspace, when: str, name: str, now: datetime) -> Playbook:
    """Run the plan of the one segment over all leads."""
    catalog = workspace.ledger.catalog()
    agreed = workspace.agreed_playbook(now)
    plain, _ = usable(agreed.text, agreed.name, catalog)
    if name in {s.name for s in plain.segments}:
        raise CannotDo(f"The playbook has a segment {name} already.", field="name")
    try:
        whole, _ = usable(with_segment(agreed.text, name, when), agreed.name, catalog)
    except CannotDo as fault:
        first = fault.problems[0] if fault.problems else None
        said = f"{first.message} {first.hint or ''}".strip() if first else str(fault)
        raise CannotDo(said, field="when") from None
    book = only_segment(whole, name)
    base = bases.base_of_ledger(workspace.con, workspace.ledger, Everyone(now))
    if verifies(book):
        base = base.with_checks(now)
    base.qualify(book, Everyone(now), reasons=False)
    return book


def _text(workspace: Workspace) -> str:
    """The text of the playbook that a segment is tried with."""
    return workspace.agreed_playbook().text


def _check_condition(text: str) -> str:
    when = " ".join(text.split())
    if not when:
        raise CannotDo("Write a condition, such as employees >= 500.", field="when")
    if len(when) > LONGEST:
        raise CannotDo(f"A condition has at most {LONGEST:,} characters.", field="when")
    return when


def _check_name(text: str) -> str:
    name = text.strip() or UNNAMED
    if not NAME.fullmatch(name):
        raise CannotDo(
            f"{presentable(name, 60)!r} cannot be the name of a segment. Use letters, digits and _,"
            " such as large_in_germany.",
            field="name",
        )
    return name
