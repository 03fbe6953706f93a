"""`list`: the leads that may be reached by a channel, as a file for the program that does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from leadlight.desk.leads.first_answer import FirstAnswerOptions
from leadlight.desk.leads.qualifications import Qualifications, open_files
from leadlight.desk.leads.run import open_base
from leadlight.desk.leads.segment_trial import LONGEST
from leadlight.desk.playbooks import usable
from leadlight.desk.session import Session
from leadlight.desk.wiring import nurture, output_files
from leadlight.facts.cohort import Everyone
from leadlight.facts.contact_channels import CHANNELS, Channel
from leadlight.nurture.permission import ALL_PURPOSES, REFUSALS
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.one_segment import only_segment, with_segment
from leadlight.playbook.spec import Playbook
from leadlight.presentable import presentable
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.contact_list import ContactListResult, Exclusion
from leadlight.results.files import WrittenFile

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base
    from leadlight.facts.relation import Relation

#: What the condition of a list is called while the plan runs.
_CONDITION = "wanted_for_a_list"


@dataclass(frozen=True)
class ContactListRequest:
    """Of the leads of a `segment` of the playbook, of those for which a condition `when` holds now,
    or of all: who may be reached by a channel (`google-ads`, `meta-ads`, `linkedin-ads`,
    `microsoft-ads`, `dialler`, `text`, `mail`, `post`). They are written to `out`, or with null
    only counted.

    `purpose` is for what they are reached (null: that of the channel, `advertising` or
    `marketing`); with `needs_consent` a call and a letter want a consent as mail does. `without`
    leaves out `customers`, and those `held-out` of a track as its control group.

    With `leads` it is a list of that file instead of a workspace, with `activities` as its logs
    and `playbook` as its rules.
    """

    channel: str
    now: datetime
    out: Path | None = None
    segment: str | None = None
    when: str | None = None
    purpose: str | None = None
    needs_consent: bool = False
    without: tuple[Literal["customers", "held-out"], ...] = ()
    leads: Path | None = None
    activities: tuple[Path, ...] = ()
    playbook: str | None = None


def contact_list(session: Session, request: ContactListRequest) -> ContactListResult:
    """Ask of each lead whether it may be reached, and write who may. Raises `CannotDo` for a
    channel, a purpose or a segment that there is not, and a condition that cannot be read.
    """
    channel = _channel(request.channel)
    purpose = _purpose(request.purpose or channel.purpose)
    if request.segment is not None and request.when is not None:
        raise CannotDo("Name a segment of the playbook or a condition, not both.", field="when")
    reads = (request.leads, *request.activities)
    with output_files.together(reads, claims=((request.out, "list"),)) as outputs:
        with _open(session, request) as (found, held_out):
            base = _verified_base(found, request)
            rows = nurture.contact_rows(base, channel, request.now)
            segment = _segment(request, found)
            if segment is None:
                rows.take_all()
            else:
                book, name = segment
                base.qualify(book, Everyone(request.now), reasons=False)
                rows.take_from_plan(name)
            rows.judge(
                purpose,
                needs_consent=request.needs_consent,
                without=request.without,
                held_out=held_out,
            )
            leads, listed, codes = rows.counts()
            file = None
            if request.out is not None:
                written = rows.write(request.out, found.playbook.limits)
                file = WrittenFile(request.out, written)
        outputs.appear()
    left_out = tuple(Exclusion(code, REFUSALS[code], n) for code, n in codes)
    return ContactListResult(
        channel.name, channel.about, purpose, request.now, leads, listed, left_out, file
    )


@contextmanager
def _open(
    session: Session, request: ContactListRequest
) -> Iterator[tuple[Qualifications, Relation | None]]:
    """The base, and who of it is held out of tracks."""
    if request.leads is not None:
        options = FirstAnswerOptions(choose_moment=False)
        yield (
            open_files(
                request.leads,
                request.activities,
                playbook=request.playbook,
                as_of=request.now,
                verify=False,
                first_answer=options,
            ),
            None,
        )
        return
    with session.read_often("list", request.now) as workspace:
        held_out = None
        if "held-out" in request.without:
            held_out = nurture.control_group(nurture.track_facts(workspace.con, workspace.ledger))
        yield open_base(workspace, request.playbook, request.now), held_out


def _verified_base(found: Qualifications, request: ContactListRequest) -> Base:
    """The base with a verdict for every contact; a playbook of a workspace that asks for verdicts
    has them already.
    """
    if request.leads is None and verifies(found.playbook):
        return found.base
    return found.base.with_checks(request.now)


def _segment(request: ContactListRequest, found: Qualifications) -> tuple[Playbook, str] | None:
    """The part of the playbook that says who is wanted, and the segment's name; None: everybody."""
    if request.segment is not None:
        names = [segment.name for segment in found.playbook.segments]
        if request.segment not in names:
            hint = did_you_mean(request.segment, names)
            hint = hint or f"The segments are {', '.join(names) or 'none'}."
            said = presentable(request.segment, 60)
            raise CannotDo(f"The playbook has no segment {said!r}. {hint}", field="segment")
        return only_segment(found.playbook, request.segment), request.segment
    when = " ".join((request.when or "").split())
    if not when:
        return None
    if len(when) > LONGEST:
        raise CannotDo(f"A condition has at most {LONGEST:,} characters.", field="when")
    text = with_segment(found.playbook_text, _CONDITION, when)
    try:
        book, _ = usable(text, "the playbook", found.base.sources.catalog)
    except CannotDo as fault:
        first = fault.problems[0] if fault.problems else None
        said = f"{first.message} {first.hint or ''}".strip() if first else str(fault)
        raise CannotDo(said, field="when") from None
    return only_segment(book, _CONDITION), _CONDITION


def _channel(name: str) -> Channel:
    found = CHANNELS.get(name)
    if found is None:
        hint = did_you_mean(name, CHANNELS) or f"The channels are {', '.join(CHANNELS)}."
        raise CannotDo(f"There is no channel {presentable(name, 60)!r}. {hint}", field="channel")
    return found


def _purpose(name: str) -> str:
    if name not in ALL_PURPOSES:
        hint = did_you_mean(name, ALL_PURPOSES) or f"It is one of {', '.join(ALL_PURPOSES)}."
        raise CannotDo(f"{presentable(name, 60)!r} is no purpose. {hint}", field="purpose")
    return name
