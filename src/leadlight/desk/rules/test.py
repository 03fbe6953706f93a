"""`test`: a playbook's own cases, and which of its pieces they touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from leadlight.desk import wiring
from leadlight.desk.playbooks import playbook_named, usable
from leadlight.desk.texts import text_of
from leadlight.desk.workspace.workspace import PLAYBOOK, Place, Workspace, find, here, named, opened
from leadlight.facts.catalog import Catalog
from leadlight.playbook.cases.cases import Case, Cases, catalog_of, read_cases
from leadlight.playbook.cases.expected_values import BECAUSE
from leadlight.playbook.pieces import Piece, pieces
from leadlight.playbook.presets import preset_cases, preset_names
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo, Problem
from leadlight.results.case_failures import CaseFailure, misses

ENDING = ".tests.yml"


@dataclass(frozen=True)
class Agreed:
    """The playbook to be tested, with the names that its facts may have, and the texts of its cases
    by their file's name.
    """

    book: Playbook
    file: str
    text: str
    catalog: Catalog
    cases: tuple[tuple[str, str], ...]
    beside: Path | None  # where its cases belong; None for a preset
    place: Place | None = None  # the workspace, when there is one


@dataclass(frozen=True)
class Tried:
    """What became of a playbook's cases, and the pieces of it that none of them touched."""

    agreed: Agreed
    cases: tuple[Case, ...]
    failed: tuple[CaseFailure, ...]
    doubts: tuple[Problem, ...]
    pieces: tuple[Piece, ...] = ()
    untouched: tuple[Piece, ...] = ()


def tried(agreed: Agreed, *, coverage: bool = False) -> Tried:
    """Run every case of a playbook in one plan. Raises `CannotDo` with all faults of the files of
    cases.
    """
    if not agreed.cases and not coverage:
        raise CannotDo(_none_yet(agreed))
    read, doubts = _read(agreed)
    cases = tuple(case for found in read for case in found.cases)
    steps = [step for case in cases for step in case.steps]
    watched = coverage or any(e.about == BECAUSE for step in steps for e in step.expect)
    con, catalog = wiring.connect(), read[-1].catalog if read else agreed.catalog
    runner = wiring.case_runner(con, agreed.book, catalog)
    rows = runner.qualify(steps, watched=watched)
    parts = pieces(agreed.book)
    rules = tuple(p for p in parts if p.what == "rule")
    failed: list[CaseFailure] = []
    n = 0
    for case in cases:
        for place, step in enumerate(case.steps, 1):
            row = rows[n]
            why = partial(runner.ledgers, n, row)
            missed = misses(agreed.book, step, row, rules, why)
            if missed:
                failed.append(CaseFailure(case.name, case.file, case.line, place, step.at, missed))
            n += 1
    con.close()
    untouched = (
        tuple(p for p in parts if not any(row[p.column] for row in rows)) if coverage else ()
    )
    return Tried(agreed, cases, tuple(failed), tuple(doubts), parts if coverage else (), untouched)


def agreed(playbook: str | None, files: Sequence[Path], workspace: str | None) -> Agreed:
    """The playbook that is meant and its cases: those named, else those in `playbook.tests.yml`
    beside it.
    """
    path = Path(playbook) if playbook is not None else None
    if playbook in preset_names() and not (path and path.exists()):
        assert playbook is not None
        text = preset_cases(playbook)
        told = _texts(files) or (((f"{playbook}{ENDING}", text),) if text else ())
        return _agreed(playbook, told, Catalog(), None, None)
    place = _place(path, workspace)
    if place is None:
        path = path or Path(PLAYBOOK)
        if playbook is None and not path.exists():
            raise CannotDo(
                "There is no playbook.yml here and no workspace. Name the playbook: leadlight test"
                f" playbook.yml; or a preset: {', '.join(preset_names())}."
            )
        return _agreed(str(path), _texts(files) or _beside(path), Catalog(), beside(path), None)
    with opened(place, "test", wiring.now()) as open_workspace:
        catalog = open_workspace.ledger.catalog()
        at = path or open_workspace.playbook
        told = _texts(files) or _beside(at)
        return _agreed(str(path) if path else open_workspace, told, catalog, beside(at), place)


def beside(playbook: Path) -> Path:
    """Where the cases of a playbook are looked for."""
    return playbook.with_name(playbook.stem + ENDING)


def _agreed(
    playbook: str | Workspace,
    told: tuple[tuple[str, str], ...],
    catalog: Catalog,
    where: Path | None,
    place: Place | None,
) -> Agreed:
    for file, text in told:
        catalog = catalog_of(text, file, catalog)
    if isinstance(playbook, str):
        name, text, _ = playbook_named(playbook, catalog)
    else:
        name, text = playbook.written()[:2]
    return Agreed(usable(text, name, catalog)[0], name, text, catalog, told, where, place)


def _read(agreed: Agreed) -> tuple[list[Cases], list[Problem]]:
    read: list[Cases] = []
    problems: list[Problem] = []
    for file, text in agreed.cases:
        found, told = read_cases(text, file, agreed.book, agreed.catalog)
        read.append(found)
        problems += told
    faults = [p for p in problems if p.level == "fault"]
    if faults:
        many = f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}"
        raise CannotDo(
            f"The cases cannot be run: {many} in {', '.join(file for file, _ in agreed.cases)}.",
            faults,
        )
    return read, problems


def _none_yet(agreed: Agreed) -> str:
    if agreed.beside is None:
        return (
            f"The preset {agreed.file} has no cases. Make it your own with `leadlight init`, or"
            " name cases with --cases FILE."
        )
    return (
        f"There are no cases for {agreed.file} yet: they belong into {agreed.beside}. "
        "`leadlight test --begin` writes some to start from."
    )


def _beside(playbook: Path) -> tuple[tuple[str, str], ...]:
    path = beside(playbook)
    return _texts([path]) if path.exists() else ()


def _texts(files: Sequence[Path]) -> tuple[tuple[str, str], ...]:
    return tuple((str(path), _text(path)) for path in files)


def _text(path: Path) -> str:
    try:
        return text_of(path)
    except FileNotFoundError:
        raise CannotDo(
            f"There is no file of cases {path}. `leadlight test --begin` writes one to start from."
        ) from None
    except IsADirectoryError:
        raise CannotDo(f"{path} is a folder. Name the file of cases in it.") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotDo(f"{path} cannot be read as a text in UTF-8: {fault}.") from None


def _place(playbook: Path | None, workspace: str | None) -> Place | None:
    """The workspace that is named, else the one that the playbook lies in, else the one of whoever
    asks.
    """
    if workspace is not None:
        return named(workspace)
    if playbook is None:
        return here()
    around = find(playbook.absolute().parent)
    return Place(around) if around else None
