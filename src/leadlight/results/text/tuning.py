"""What the past says of a playbook's points, as lines."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.predict.judge.metrics import Estimate
from leadlight.presentable import presentable
from leadlight.problems import NextStep
from leadlight.results.text.estimates import UNKNOWN
from leadlight.results.text.lines import Hint
from leadlight.results.tuning import RECENCY, TuneResult, TuningSample

SHOWN = 40  # changes that are listed


def render_text(result: TuneResult) -> Iterator[str | Hint]:
    """The sample, how well each set of points ranks, what would change; or why nothing can be
    said.
    """
    yield from _sample(result)
    yield from _rankings(result)
    yield from _changes(result)
    yield ""
    if result.why_not:
        yield f"The data cannot tell; keep your points. {result.why_not}"
    if result.file is not None:
        yield f"Written to {result.file.path}. It changes nothing until it is published."
        yield Hint("Compare it with yours:", NextStep("rehearse", {"new": result.file.path}))


def _sample(result: TuneResult) -> Iterator[str]:
    s = result.sample
    if s.known == "now":
        yield "By what we know now about then, which nobody knew then."
    yield (
        f"Tuning {presentable(result.playbook, 60)}: {', '.join(result.scores)}; the outcome is"
        f" {presentable(s.outcome, 60)}."
    )
    if s.moments:
        yield f"Leads were looked at on {', '.join(f'{m:%Y-%m-%d}' for m in s.moments)}."
    before, after = _periods(s)
    yield (f"Learned from {before}: {s.past:,} rows, {s.past_winners:,} leads with the outcome.")
    yield f"Judged on {after}: {s.later:,} rows, {s.later_winners:,} leads with the outcome."
    if s.left_out:
        yield f"Left out, because they had the outcome before: {s.left_out:,} rows."
    if s.lost:
        yield f"Left out, because they had been lost and done nothing since: {s.lost:,} rows."
    yield from s.notes


def _periods(s: TuningSample) -> tuple[str, str]:
    """What teaches and what judges, in words."""
    if s.split[:1].isdigit():
        return f"what was before {s.split}", "what came after"
    return "the older rows", s.split


def _rankings(result: TuneResult) -> Iterator[str]:
    if result.areas:
        yield ""
        yield (
            "How well each ranks the judged leads (AUC: 0.5 is chance, 1 perfect), and its 95 %"
            " interval"
        )
        yield from (f"  {name:<26} {_area(e)}" for name, e in result.areas.items())
        if RECENCY not in result.areas:
            yield f"  {RECENCY:<26} 0.500    nothing is known of what these leads did before"
    better = result.better
    if better is not None and better.value is not None:
        yield (
            f"  {'tuned above present':<26} {better.value:+.3f}   {better.low:+.3f} to"
            f" {better.high:+.3f}"
        )


def _area(e: Estimate) -> str:
    if e.value is None:
        return UNKNOWN
    return f"{e.value:.3f}" + (f"    {e.low:.3f} to {e.high:.3f}" if e.low is not None else "")


def _changes(result: TuneResult) -> Iterator[str]:
    if result.changed:
        yield ""
        yield "What would change"
        for c in result.changed[:SHOWN]:
            yield f"  {c.what:<10} {presentable(c.where, 44):<44} {c.before:>12} -> {c.after}"
        if len(result.changed) > SHOWN:
            yield f"  and {len(result.changed) - SHOWN} more"
    if result.untouched:
        rules = presentable(", ".join(result.untouched), 600)
        yield ""
        yield f"Kept, because next to no lead met them: {rules}."
    if result.unmoved:
        thresholds = presentable(", ".join(result.unmoved), 600)
        yield f"Kept, because nobody met them before either: {thresholds}."
