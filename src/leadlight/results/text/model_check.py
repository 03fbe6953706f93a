"""How a model stands, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadlight.predict.judge.drift import DriftLine
from leadlight.results.model_check import ModelCheck, Recalibration
from leadlight.results.text.lines import presentable_line

LISTED = 12
_LONGEST = 400


def render_text(found: ModelCheck) -> Iterator[str]:
    """The age, what moved and by how much, what to do; and how the start was moved."""
    for line in _check(found):
        yield presentable_line(line, _LONGEST)
    if found.start is not None:
        yield ""
        yield _recalibration(found, found.start)


def _check(found: ModelCheck) -> Iterator[str]:
    yield f"{found.age} Looked at: {found.base}, as of {found.as_of:%Y-%m-%d %H:%M}."
    yield from found.notes
    if found.lines:
        yield ""
        width = max(len(line.what) for line in found.lines)
        yield from (f"{line.what:<{width}}  {line.state:<14}  {line.said}" for line in found.lines)
    if found.inputs:
        yield ""
        yield from _inputs(found.inputs)
    yield ""
    yield found.advice


def _inputs(inputs: Sequence[DriftLine]) -> Iterator[str]:
    """Those that moved, each with where; those that did not by name."""
    moved = [line for line in inputs if line.state.startswith("moved")]
    steady = [line.what for line in inputs if line.state == "steady"]
    unknown = [line for line in inputs if line.state == "cannot be told"]
    unused = any(line.state == "moved, unused" for line in moved)
    words = " (moved, unused: far, but the model hardly uses it)" if unused else ""
    yield (
        f"Its {len(inputs)} inputs, against the leads that taught: {len(steady)} steady,"
        f" {len(moved)} moved at least a little{words}."
    )
    yield from _drift_lines(moved)
    if steady:
        yield f"  steady: {_name_list(steady)}"
    if unknown:
        names = ", ".join([line.what for line in unknown][:8])
        yield f"  cannot be told: {names}: {unknown[0].said}"


def _name_list(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def _drift_lines(lines: Sequence[DriftLine]) -> Iterator[str]:
    width = max((min(len(line.what), 40) for line in lines), default=0)
    for line in lines:
        yield f"  {line.what[:40]:<{width}}  {line.state:<14}  {line.said}{_effect(line)}"


def _effect(line: DriftLine) -> str:
    """What the move of an input alone changes, where that matters."""
    effect = float(line.figures["log_odds"])
    if abs(effect) < 0.05:
        return ""
    return f"; that alone adds {effect:+.2f} to the log-odds of an average lead"


def _recalibration(found: ModelCheck, start: Recalibration) -> str:
    way = "more" if start.shift > 0 else "less"
    return (
        f"Its start was moved by {start.shift:+.3f} log-odds: it predicted {start.predicted:.1%} on"
        f" average where {start.converted:.1%} had the outcome, and finds every lead that much"
        f" {way} probable now. Their order is the same. Written to {found.file}, with the day; a"
        " published playbook uses it once it is published again."
    )
