"""`test --begin`: a file of cases to start from, found by trying leads made up from a playbook's
own rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from leadlight.desk import wiring
from leadlight.desk.rules.test import Agreed, tried
from leadlight.problems import CannotDo
from leadlight.results.case_starter import LATER, LabelSketch, Sketch, main_scale, sketches, text_of


@dataclass(frozen=True)
class Begun:
    """The file that was written, how many cases it has, and the labels for which no simple lead was
    found.
    """

    file: Path
    cases: int
    missing: tuple[str, ...]


def begin(agreed: Agreed) -> Begun:
    """Write a file of cases beside a playbook. Raises `CannotDo` when there is one, or no scale to
    show.
    """
    if agreed.beside is None:
        raise CannotDo(
            "A preset is read only: make it your own with `leadlight init`, then begin its cases"
            " there."
        )
    if agreed.beside.exists():
        raise CannotDo(
            f"{agreed.beside} is there already, and is left as it is. Run it with `leadlight test`."
        )
    scale = main_scale(agreed.book)
    if scale is None:
        raise CannotDo(
            f"{agreed.file} has no scale, so there is no label to begin with. Add one under"
            " scales:."
        )
    reached = _reached(agreed)
    text = text_of(agreed.book, scale, reached)
    held = tried(replace(agreed, cases=((str(agreed.beside), text),))) if reached else None
    assert held is None or not held.failed, "a case to start from does not hold"
    wiring.write_text(agreed.beside, text, "new")
    names = {r.label for r in reached}
    return Begun(
        agreed.beside, len(reached), tuple(la.name for la in scale.labels if la.name not in names)
    )


def _reached(agreed: Agreed) -> list[LabelSketch]:
    """For each label of the main scale, best first, the plainest sketch that reaches it."""
    scale = main_scale(agreed.book)
    assert scale is not None
    con = wiring.connect()
    runner = wiring.case_runner(con, agreed.book, agreed.catalog)
    found: list[Sketch] = sketches(agreed.book, agreed.catalog)
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
