"""`leadlight learn --check`: whether a model still fits, in lines; and its start moved on
request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from leadlight.cli.screen import say_json

if TYPE_CHECKING:
    from leadlight.desk.models.learn import OutcomeColumn
    from leadlight.desk.models.learn_check import Checked
    from leadlight.desk.models.tuning_rows import Asked as Looked
    from leadlight.predict.judge.drift import DriftLine

ALARM = 1
"""The exit code when something moved."""


def check(
    name: str,
    table: Path | None,
    label: OutcomeColumn | None,
    maps: Mapping[str, str],
    looked: Looked,
    move: bool,
    as_json: bool,
) -> None:
    """Check a model by a table or a workspace, tell how it stands, and end with 1 where something
    moved.
    """
    from leadlight.cli.progress import Bar
    from leadlight.desk import wiring
    from leadlight.desk.models.learn_check import check_table, move_start

    now = looked.until or wiring.now()
    with Bar() as bar:
        bar.step("Looking", lambda: None)
        if table is not None:
            found = check_table(table, label, name, now, maps)
        else:
            from leadlight.desk.models.learn_check_history import check_history

            found = check_history(looked, name)
    shift = None
    if move:
        found, shift = move_start(found, now.date())
    if as_json:
        say_json({**found.as_data(), "shift": shift}, str)
    else:
        from leadlight.presentable import presentable

        for line in told(found):
            text = line.lstrip(" ")
            typer.echo(" " * (len(line) - len(text)) + presentable(text, 400) if text else "")
        if shift is not None:
            typer.echo(_shifted(found, shift))
    if found.alarm and shift is None:
        raise typer.Exit(ALARM)


def told(found: Checked) -> Iterator[str]:
    """How the model stands, in lines."""
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
    cannot = [line for line in inputs if line.state == "cannot be told"]
    yield (
        f"Its {len(inputs)} inputs, against the leads that taught: {len(steady)} steady,"
        f" {len(moved)} moved at least a little."
    )
    width = max((min(len(line.what), 40) for line in moved), default=0)
    for line in moved:
        effect = float(line.figures["log_odds"])
        of = (
            f"; that alone adds {effect:+.2f} to the log-odds of an average lead"
            if abs(effect) >= 0.05
            else ""
        )
        yield f"  {line.what[:40]:<{width}}  {line.state:<14}  {line.said}{of}"
    if steady:
        more = f" and {len(steady) - 12} more" if len(steady) > 12 else ""
        yield f"  steady: {', '.join(steady[:12])}{more}"
    if cannot:
        yield f"  cannot be told: {', '.join(line.what for line in cannot[:8])}: {cannot[0].said}"


def _shifted(found: Checked, shift: float) -> str:
    """What was done, in words."""
    outcomes = found.outcomes
    assert outcomes is not None
    mean, share = sum(outcomes.said) / len(outcomes.said), outcomes.share.value
    way = "more" if shift > 0 else "less"
    return (
        f"\nIts start was moved by {shift:+.3f} log-odds: it said {mean:.1%} on average where"
        f" {share:.1%} came, and finds every lead that much {way} probable now. Their order is the"
        f" same. Written to {found.file}, with the day; a published playbook goes by it after"
        " `leadlight publish`."
    )
