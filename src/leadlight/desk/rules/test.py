"""`test`: a playbook's own cases, and which of its pieces they and the leads touch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.rules.cases import CaseRun, PlaybookUnderTest, playbook_under_test, run_all
from leadlight.desk.rules.coverage import count_by_file, count_by_workspace
from leadlight.desk.session import Session
from leadlight.desk.wiring import output_files, trials
from leadlight.problems import CannotDo
from leadlight.results.cases import CaseResults, Coverage
from leadlight.results.coverage import PieceCounts, of_cases, of_leads
from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class CasesRequest:
    """Run the test cases of a playbook: a file or a preset (null: that of the workspace).

    `cases` are their files (none: the one beside the playbook). With `coverage` also what of the
    playbook is in use is shown: by the cases, and as of a moment (null: now) by the leads of a file
    with its `activities`, or of the workspace. With `alone` no workspace is looked at. `junit` is
    a file to write the outcome to.
    """

    now: datetime
    playbook: str | None = None
    cases: tuple[Path, ...] = ()
    alone: bool = False
    coverage: bool = False
    leads: Path | None = None
    activities: tuple[Path, ...] = ()
    as_of: datetime | None = None
    junit: Path | None = None


def run_cases(
    session: Session, request: CasesRequest, progress: Progress = NullProgress()
) -> CaseResults:
    """Run every case of a playbook. Raises `CannotDo` with all faults of the files of cases."""
    tested = playbook_under_test(
        session, request.playbook, request.cases, request.now, alone=request.alone
    )
    reads = (
        request.playbook,
        tested.cases_file,
        *request.cases,
        request.leads,
        *request.activities,
    )
    with output_files.together(reads=reads, claims=((request.junit, "junit"),)):
        progress.step("Running the cases", lambda: None)
        run = run_all(tested, coverage=request.coverage)
        if request.junit is not None:
            trials.write_junit(run.cases, run.failed, tested.book.name, request.junit)
    coverage = None
    if request.coverage:
        progress.step("Looking at the leads", lambda: None)
        coverage = _coverage(tested, run, _counts(session, request, tested))
    return CaseResults(
        tested.file,
        tested.book.fingerprint,
        tuple(file for file, _ in tested.cases),
        len(run.cases),
        run.failed,
        run.doubts,
        coverage,
        (WrittenFile(request.junit),) if request.junit is not None else (),
        tuple(case.name for case in run.cases),
    )


def _counts(
    session: Session, request: CasesRequest, tested: PlaybookUnderTest
) -> PieceCounts | None:
    """What leads say of a playbook's pieces: those of a file, else those of the workspace; None
    where there is neither.
    """
    moment = request.as_of or request.now
    if request.leads is not None:
        return count_by_file(tested, request.leads, request.activities, moment)
    if request.activities:
        raise CannotDo("A log alone names no leads. Name the file of leads too.", field="leads")
    if not tested.in_workspace:
        return None
    return count_by_workspace(session, tested, request.now, moment)


def _coverage(tested: PlaybookUnderTest, run: CaseRun, counts: PieceCounts | None) -> Coverage:
    untouched = tuple(p.id for p in run.untouched)
    cases = tuple(of_cases(run.pieces, run.untouched)) if tested.cases else ()
    if counts is None:
        return Coverage(len(run.pieces), untouched, cases)
    return Coverage(
        len(run.pieces),
        untouched,
        cases,
        counts.as_of,
        counts.leads,
        counts.sample,
        {p.id: counts.held.get(p.column, 0) for p in run.pieces},
        tuple(of_leads(tested.book, run.pieces, counts)),
    )
