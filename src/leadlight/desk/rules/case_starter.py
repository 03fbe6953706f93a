"""`test --begin`: a file of cases to start from, found by trying leads made up from a playbook's
own rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from leadlight.desk.rules.cases import PlaybookUnderTest, playbook_under_test, run_all
from leadlight.desk.session import Session
from leadlight.desk.wiring import db, output_files, trials
from leadlight.problems import CannotDo, NextStep
from leadlight.results.case_starter import LATER, LabelSketch, Sketch, main_scale, sketches, text_of
from leadlight.results.cases import StarterCases


@dataclass(frozen=True)
class BeginCasesRequest:
    """Write a first file of cases for a playbook file (null: that of the workspace). With `alone`
    no workspace is looked at.
    """

    now: datetime
    playbook: str | None = None
    alone: bool = False


def begin_cases(session: Session, request: BeginCasesRequest) -> StarterCases:
    """Write a file of cases beside a playbook. Raises `CannotDo` when there is one, or no scale to
    show.
    """
    tested = playbook_under_test(session, request.playbook, (), request.now, alone=request.alone)
    if tested.cases_file is None:
        raise CannotDo(
            "A preset is read only: make it your own, then begin its cases there.",
            field="playbook",
            step=NextStep("init", {"preset": request.playbook}),
        )
    if tested.cases_file.exists():
        raise CannotDo(
            f"{tested.cases_file} is there already, and is left as it is.", step=NextStep("test")
        )
    scale = main_scale(tested.book)
    if scale is None:
        raise CannotDo(
            f"{tested.file} has no scale, so there is no label to begin with. Add one under"
            " scales:."
        )
    reached = _reachable_labels(tested)
    text = text_of(tested.book, scale, reached)
    if reached:
        run = run_all(replace(tested, cases=((str(tested.cases_file), text),)))
        assert not run.failed, "a case to start from does not hold"
    output_files.write_text(tested.cases_file, text, "new")
    names = {r.label for r in reached}
    missing = tuple(la.name for la in scale.labels if la.name not in names)
    return StarterCases(tested.cases_file, len(reached), missing)


def _reachable_labels(tested: PlaybookUnderTest) -> list[LabelSketch]:
    """For each label of the main scale, best first, the plainest sketch that reaches it."""
    scale = main_scale(tested.book)
    assert scale is not None
    con = db.connect()
    runner = trials.case_runner(con, tested.book, tested.catalog)
    found: list[Sketch] = sketches(tested.book, tested.catalog)
    rows = runner.qualify([s.step() for s in found], watched=False)
    out: list[LabelSketch] = []
    for label in scale.labels:
        at = next((n for n, row in enumerate(rows) if row[scale.name] == label.name), None)
        if at is not None:
            out.append(LabelSketch(label.name, found[at], rows[at]["department"]))
    later = runner.qualify([r.sketch.step(LATER) for r in out[:1]], watched=False)
    con.close()
    return [replace(r, later=row[scale.name]) for r, row in zip(out, later, strict=False)] + out[
        len(later) :
    ]
