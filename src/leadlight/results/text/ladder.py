"""The ladder of a workspace, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.predict.judge.metrics import Estimate
from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.ladder import (
    FEW,
    FallBack,
    LadderResult,
    LadderScale,
    LadderStep,
)
from leadlight.results.summary import label_text
from leadlight.results.text.estimates import share_text
from leadlight.results.text.lines import Line, Part

FALLS = 5  # of a scale
REASONS = 3  # of a fall


def render_ladder(found: LadderResult) -> Iterator[Part]:
    """The steps of each scale, who fell back and why, the largest leak; and the groups."""
    yield (
        f"{plural(found.leads, 'lead', 'leads')} from {found.since:%Y-%m-%d %H:%M} to"
        f" {found.until:%Y-%m-%d %H:%M} UTC by {presentable(found.playbook, 60)}:"
        f" {plural(found.runs, 'run', 'runs')} after {found.first_run}"
    )
    if not found.runs:
        yield "No run lies in the period, so nobody moved in it."
    for scale in found.scales:
        yield ""
        yield Line(_title(scale.scale), "bold")
        yield _table(scale)
        yield from sentences(scale)
    for group in found.groups:
        yield ""
        yield Line(f"{presentable(group.name, 60)}: {plural(group.leads, 'lead', 'leads')}", "bold")
        yield from map(_group_line, group.scales)
    if found.groups_left:
        yield f"{found.groups_left:,} more are not listed."


def sentences(scale: LadderScale) -> Iterator[str]:
    """What a manager should see first: where leads are lost, and why they fell."""
    if scale.leak is not None:
        share = share_with_interval(scale.leak.share)
        yield (
            f"Most is lost at {label_text(scale.leak.label)}: {scale.leak.losses:,} of"
            f" {scale.leak.leads:,} leads left it otherwise than upwards, {share}."
        )
    elif any(step.leads for step in scale.steps):
        yield f"Where most is lost cannot be told: no step with losses had {FEW} leads or more."
    steps = {step.label for step in scale.steps if step.is_step}
    for fall in scale.falls[:FALLS]:
        yield fall_sentence(fall, is_aside=fall.after not in steps)


def fall_sentence(fall: FallBack, *, is_aside: bool = False) -> str:
    """From where to where leads fell, and the reasons that faded; or that they left the ladder for
    a label that is no step (`is_aside`): who bought did not fall.
    """
    if is_aside:
        return (
            f"{plural(fall.leads, 'lead', 'leads')} left the ladder from"
            f" {label_text(fall.before)} as {label_text(fall.after)}."
        )
    said = (
        f"{plural(fall.leads, 'lead', 'leads')} fell from {label_text(fall.before)} to"
        f" {label_text(fall.after)}"
    )
    if not fall.fading:
        whose = "its own" if fall.leads == 1 else "theirs"
        return f"{said}; no reason of {whose} faded."
    reasons = ", ".join(f"{presentable(r.reason, 60)} ({r.moves:,})" for r in fall.fading[:REASONS])
    return f"{said}; what faded: {reasons}."


def share_with_interval(share: Estimate) -> str:
    """A share in percent with the interval it lies in: `12% (9% to 16%)`."""
    if share.value is None or share.low is None or share.high is None:
        return "unknown"
    low, high = share_text(share.low), share_text(share.high)
    return f"{share_text(share.value)} ({low} to {high})"


def days_text(step: LadderStep) -> str:
    """The median time on a step; `at least` where stays began before the first run."""
    if step.days is None:
        return ""
    return f"{'at least ' if step.censored else ''}{step.days:,.1f} d"


def conversion_text(step: LadderStep) -> str:
    """The share that rose; of few leads it says so."""
    if step.conversion.value is None:
        return ""
    said = share_with_interval(step.conversion)
    return said if step.leads >= FEW else f"{said}, few leads"


def _title(scale: str) -> str:
    said = label_text(scale)
    return said[:1].upper() + said[1:]


def _table(scale: LadderScale) -> Part:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("label")
    for head in ("now", "before", "came", "rose", "fell", "aside", "gone", "conversion", "median"):
        table.add_column(head, justify="right")
    for step in scale.steps:
        counts = (step.standing, step.standing_before, step.arrivals)
        losses = (step.rose, step.fell, step.aside, step.gone)
        table.add_row(
            presentable(label_text(step.label), 40),
            *(f"{n:,}" for n in (*counts, *losses)),
            conversion_text(step),
            days_text(step),
        )
    return table


def _group_line(scale: LadderScale) -> str:
    steps = ", ".join(
        f"{step.standing:,} {presentable(label_text(step.label), 40)}"
        + (f" ({step.rose:,} of {step.leads:,} rose)" if step.conversion.value is not None else "")
        for step in scale.steps
        if step.leads
    )
    return f"  {label_text(scale.scale)}: {steps or 'nobody'}"
