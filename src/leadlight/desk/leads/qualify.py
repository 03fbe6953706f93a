"""`qualify`: files or a workspace in, every lead's qualification out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.first_answer import FirstAnswerOptions
from leadlight.desk.leads.outcome_refresh import refresh_outcomes
from leadlight.desk.leads.qualifications import Qualifications, open_files
from leadlight.desk.leads.run import StoredRun, run
from leadlight.desk.leads.run_files import Columns, RunFiles
from leadlight.desk.session import Session
from leadlight.desk.wiring import charts, output_files
from leadlight.facts.cohort import Everyone, Known
from leadlight.facts.file_options import FileOptions
from leadlight.facts.ledger import TouchedLeads
from leadlight.problems import CannotDo, NextStep
from leadlight.results.files import WrittenFile
from leadlight.results.qualification import QualifyResult, TouchedCounts


@dataclass(frozen=True)
class QualifyRequest:
    """Qualify the leads of a workspace and store the run; or with `leads` those of that file.

    `activities` and `spend` are further files, `maps` is header -> attribute. `playbook` is a file
    or a preset; without one the workspace's own counts, or the preset that fits the columns.
    `as_of` is the moment (null: now). With `known` now also what was recorded since counts. With
    `touched` only leads whose result may have changed since the last run are evaluated. `out` is
    the file of leads to write, `columns` says which, `report` is the page to write. `reading` is
    what the files do not say of themselves. Without `learn` outcomes that a file holds do not
    correct a first answer, whose playbook is written to `save_playbook`, and those of a workspace
    are not learned from anew.
    """

    now: datetime
    leads: Path | None = None
    activities: tuple[Path, ...] = ()
    spend: tuple[Path, ...] = ()
    maps: Mapping[str, str] = field(default_factory=dict)
    playbook: str | None = None
    as_of: datetime | None = None
    known: Known = "then"
    touched: bool = False
    out: Path | None = None
    columns: Columns | None = None
    report: Path | None = None
    reading: FileOptions = field(default_factory=FileOptions)
    learn: bool = True
    save_playbook: Path | None = None

    @property
    def moment(self) -> datetime:
        """The moment of which the leads are qualified."""
        return self.now if self.as_of is None else self.as_of

    @property
    def files(self) -> RunFiles:
        """The files to write."""
        return RunFiles(self.out, self.report, self.columns)


def qualify(session: Session, request: QualifyRequest) -> QualifyResult:
    """Qualify files, or a workspace.

    Raises `CannotDo` for what cannot be read or written, and where there is no lead; then nothing
    is written and no run is stored.
    """
    if request.save_playbook is not None and (request.leads is None or request.playbook):
        raise CannotDo(
            "Only the playbook that is made for a file, where none is named, can be saved.",
            field="save_playbook",
        )
    if request.leads is not None:
        return _qualify_files(request.leads, request)
    if request.activities or request.spend or request.maps:
        raise CannotDo(
            "Logs, spend and mappings of columns go with a file of leads.",
            field="leads",
            step=NextStep("qualify", {"leads": "leads.csv", "activities": "log.csv"}),
        )
    return _qualify_workspace(session, request)


def _qualify_files(leads: Path, request: QualifyRequest) -> QualifyResult:
    logs, files = request.activities, request.files
    reads = (leads, *logs, *request.spend, request.playbook)
    claims = (*files.claims, (request.save_playbook, "new"))
    with output_files.together(reads, claims):
        if request.report:
            charts.start_chart_process()
        found = open_files(
            leads,
            logs,
            playbook=request.playbook,
            as_of=request.moment,
            maps=request.maps,
            more=request.spend,
            reading=request.reading,
            first_answer=FirstAnswerOptions(request.learn, request.as_of is None),
        )
        streamed = request.out if files.streams else None
        found.passes = found.base.qualify(found.playbook, Everyone(found.as_of), streamed)
        written = files.write(found, streamed=files.streams)
        if request.save_playbook is not None:
            output_files.write_text(request.save_playbook, found.playbook_text, "new")
            written = (*written, WrittenFile(request.save_playbook))
    result = _result_of(found, written)
    return replace(
        result,
        summary=found.summary,
        mappings=tuple(staged.mapping for staged in found.staged),
        doubts=(*found.base.problems, *found.doubts),
    )


def _qualify_workspace(session: Session, request: QualifyRequest) -> QualifyResult:
    """The files are written before the run is stored, and appear after it: where there is no room
    for them there is no run either, and the next one says what changed since the one before.
    """
    files = request.files.without_report() if request.touched else request.files
    with (
        output_files.together((request.playbook,), files.claims) as outputs,
        session.write("qualify", request.now) as workspace,
    ):
        if request.report and not request.touched:
            charts.start_chart_process()
        refresh = None
        if request.learn and request.playbook is None and request.as_of is None:
            refresh = refresh_outcomes(workspace, request.now)
        done = run(
            workspace,
            request.files,
            playbook=request.playbook,
            as_of=request.moment,
            known=request.known,
            touched=request.touched,
        )
        outputs.appear()
        return replace(_result_of_run(done), outcomes=refresh)


def _result_of_run(done: StoredRun) -> QualifyResult:
    result = _result_of(done.qualifications, done.files)
    return replace(
        result,
        summary=None if done.touched else done.qualifications.summary,
        receipt=done.receipt,
        touched=_numbers(done.touched),
        complete_because=done.complete_because,
    )


def _numbers(touched: TouchedLeads | None) -> TouchedCounts | None:
    if touched is None:
        return None
    return TouchedCounts(touched.leads, touched.by_facts, touched.by_clock)


def _result_of(found: Qualifications, files: tuple[WrittenFile, ...]) -> QualifyResult:
    """What is the same for files and a workspace."""
    return QualifyResult(
        found.as_of,
        found.playbook.name,
        found.playbook.fingerprint,
        found.standing,
        None,
        found.chosen,
        files,
        doubts=found.doubts,
        passes=found.passes,
        left_out=found.base.later,
        newest=found.base.newest,
    )
