"""A playbook with its cases: which is meant, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadlight.desk.playbooks import find_playbook, usable
from leadlight.desk.session import Session
from leadlight.desk.texts import text_of
from leadlight.desk.wiring import db, trials
from leadlight.desk.workspace.workspace import PLAYBOOK
from leadlight.facts.catalog import Catalog
from leadlight.playbook.cases.cases import Case, Cases, CaseStep, catalog_of, read_cases
from leadlight.playbook.cases.expected_values import BECAUSE
from leadlight.playbook.pieces import Piece, pieces
from leadlight.playbook.presets import preset_cases, preset_names
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo, NextStep, Problem
from leadlight.results.case_failures import CaseFailure, misses

if TYPE_CHECKING:
    from leadlight.desk.wiring.trials import CaseRunner

ENDING = ".tests.yml"


@dataclass(frozen=True)
class PlaybookUnderTest:
    """The playbook to be tested, with the names that its facts may have, and the texts of its cases
    by their file's name.
    """

    book: Playbook
    file: str
    text: str
    catalog: Catalog
    cases: tuple[tuple[str, str], ...]
    cases_file: Path | None  # where its cases belong; None for a preset
    in_workspace: bool = False


@dataclass(frozen=True)
class CaseRun:
    """What became of a playbook's cases, and the pieces of it that none of them touched."""

    cases: tuple[Case, ...]
    failed: tuple[CaseFailure, ...]
    doubts: tuple[Problem, ...]
    pieces: tuple[Piece, ...] = ()
    untouched: tuple[Piece, ...] = ()


def playbook_under_test(
    session: Session, playbook: str | None, cases: Sequence[Path], now: datetime, *, alone: bool
) -> PlaybookUnderTest:
    """The playbook that is named (a file, a preset; None: that of the workspace) and its cases:
    those named, else those in `playbook.tests.yml` beside it. With `alone` no workspace is looked
    at.
    """
    if playbook is not None and playbook in preset_names() and not Path(playbook).exists():
        return _preset_under_test(playbook, cases)
    path = Path(playbook) if playbook is not None else None
    if alone or not session.has_workspace:
        return _without_workspace(path, cases)
    with session.read("test", now) as workspace:
        catalog = workspace.ledger.catalog()
        at = path or workspace.playbook
        texts = _cases_of(at, cases)
        written = workspace.written_playbook() if path is None else None
    named = (written.name, written.text) if written else str(path)
    return _under_test(named, texts, catalog, cases_file(at), in_workspace=True)


def _preset_under_test(preset: str, cases: Sequence[Path]) -> PlaybookUnderTest:
    text = preset_cases(preset)
    beside = ((f"{preset}{ENDING}", text),) if text else ()
    return _under_test(preset, _texts(cases) or beside, Catalog(), None)


def _without_workspace(path: Path | None, cases: Sequence[Path]) -> PlaybookUnderTest:
    if path is None:
        path = Path(PLAYBOOK)
        if not path.exists():
            raise CannotDo(
                "There is no playbook.yml here and no workspace. Name the playbook: a file, or a"
                f" preset: {', '.join(preset_names())}.",
                field="playbook",
            )
    return _under_test(str(path), _cases_of(path, cases), Catalog(), cases_file(path))


def run_all(tested: PlaybookUnderTest, *, coverage: bool = False) -> CaseRun:
    """Run every case of a playbook in one plan. Raises `CannotDo` with all faults of the files of
    cases.
    """
    if not tested.cases and not coverage:
        raise _none_yet(tested)
    read, doubts = _read(tested)
    cases = tuple(case for found in read for case in found.cases)
    con, catalog = db.connect(), read[-1].catalog if read else tested.catalog
    runner = trials.case_runner(con, tested.book, catalog)
    steps = [step for case in cases for step in case.steps]
    rows = runner.qualify(steps, watched=coverage or _asks_why(steps))
    failed = tuple(_failures(tested.book, cases, rows, runner))
    con.close()
    if not coverage:
        return CaseRun(cases, failed, tuple(doubts))
    parts = pieces(tested.book)
    return CaseRun(cases, failed, tuple(doubts), parts, tuple(_untouched_pieces(parts, rows)))


def _untouched_pieces(parts: Iterable[Piece], rows: Sequence[Mapping[str, Any]]) -> Iterator[Piece]:
    """The pieces that hold in no row."""
    for piece in parts:
        if not any(row[piece.column] for row in rows):
            yield piece


def _asks_why(steps: Iterable[CaseStep]) -> bool:
    """Whether a case expects a rule to be among the reasons."""
    return any(e.about == BECAUSE for step in steps for e in step.expect)


def _failures(
    book: Playbook, cases: Sequence[Case], rows: Sequence[dict[str, Any]], runner: CaseRunner
) -> Iterator[CaseFailure]:
    """The steps that do not hold; each step of each case has a row."""
    rules = tuple(p for p in pieces(book) if p.what == "rule")
    steps = ((case, place, step) for case in cases for place, step in enumerate(case.steps, 1))
    for n, ((case, place, step), row) in enumerate(zip(steps, rows, strict=True)):
        missed = misses(book, step, row, rules, partial(runner.ledgers, n, row))
        if missed:
            yield CaseFailure(case.name, case.file, case.line, place, step.at, missed)


def cases_file(playbook: Path) -> Path:
    """Where the cases of a playbook are looked for."""
    return playbook.with_name(playbook.stem + ENDING)


def _under_test(
    playbook: str | tuple[str, str],
    cases: tuple[tuple[str, str], ...],
    catalog: Catalog,
    file: Path | None,
    *,
    in_workspace: bool = False,
) -> PlaybookUnderTest:
    for name, text in cases:
        catalog = catalog_of(text, name, catalog)
    if isinstance(playbook, str):
        playbook = find_playbook(playbook, catalog)[:2]
    name, text = playbook
    book, _ = usable(text, name, catalog)
    return PlaybookUnderTest(book, name, text, catalog, cases, file, in_workspace)


def _read(tested: PlaybookUnderTest) -> tuple[list[Cases], list[Problem]]:
    read: list[Cases] = []
    problems: list[Problem] = []
    for file, text in tested.cases:
        found, more = read_cases(text, file, tested.book, tested.catalog)
        read.append(found)
        problems += more
    faults = [p for p in problems if p.level == "fault"]
    if faults:
        many = f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}"
        raise CannotDo(
            f"The cases cannot be run: {many} in {', '.join(file for file, _ in tested.cases)}.",
            faults,
        )
    return read, problems


def _none_yet(tested: PlaybookUnderTest) -> CannotDo:
    if tested.cases_file is None:
        return CannotDo(
            f"The preset {tested.file} has no cases. Make it your own, or name cases.",
            field="cases",
            step=NextStep("init"),
        )
    return CannotDo(
        f"There are no cases for {tested.file} yet: they belong into {tested.cases_file}. Begin"
        " with some that are made from the playbook.",
        step=NextStep("test", {"begin": True}),
    )


def _cases_of(playbook: Path, named: Sequence[Path]) -> tuple[tuple[str, str], ...]:
    """The texts of the files of cases that are named, else of the one beside the playbook."""
    beside = cases_file(playbook)
    return _texts(named) or (_texts([beside]) if beside.exists() else ())


def _texts(files: Sequence[Path]) -> tuple[tuple[str, str], ...]:
    return tuple((str(path), _text(path)) for path in files)


def _text(path: Path) -> str:
    try:
        return text_of(path)
    except FileNotFoundError:
        raise CannotDo(
            f"There is no file of cases {path}.",
            field="cases",
            step=NextStep("test", {"begin": True}),
        ) from None
    except IsADirectoryError:
        raise CannotDo(
            f"{path} is a folder. Name the file of cases in it.", field="cases"
        ) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotDo(
            f"{path} cannot be read as a text in UTF-8: {fault}.", field="cases"
        ) from None
