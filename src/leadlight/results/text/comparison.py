"""What became of a lead between two moments, in lines of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from leadlight.playbook.durations import words
from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.summary import label_text
from leadlight.results.text.lines import Line
from leadlight.results.text.points import PointsText, points_text, signed_points

if TYPE_CHECKING:
    from leadlight.results.difference import (
        ChangeLine,
        LabelDifference,
        LeadDifference,
        ScoreDifference,
    )

FACTS_SHOWN = 6
KNOWN_NOW = "By what is known now about that time, not by what was known then:"
_NOTHING = Decimal(0)
LISTED = ("came", "learned", "left", "gone")  # what is shown with its facts


def render_comparison(d: LeadDifference, every: bool = False, exact: bool = False) -> Iterator[str]:
    """The difference, best read from above: labels, then each score's ledger of changes, then what
    the lead is. With `every` all facts are listed, with `exact` each digit.
    """
    show = PointsText(exact)
    yield from _heading(d)
    if d.existed and not d.is_changed:
        yield "  Nothing is different."
        return
    blocks = [
        _labels_and_places(d),
        *(list(_score(score, d.existed, every, show)) for score in d.scores),
        list(_attributes(d)),
    ]
    for n, block in enumerate(block for block in blocks if block):
        if n:
            yield ""
        yield from block


def _heading(d: LeadDifference) -> Iterator[str]:
    if d.known == "now":
        yield KNOWN_NOW
    books = " -> ".join(f"{presentable(name, 60)} ({print_})" for name, print_ in d.playbooks)
    yield f"{presentable(d.lead_id, 60)}{'  ' + presentable(d.name, 60) if d.name else ''}"
    yield f"from {d.since:%Y-%m-%d %H:%M} to {d.as_of:%Y-%m-%d %H:%M} UTC by {books}"
    yield ""
    if not d.existed:
        yield f"  It was not there yet on {d.since:%Y-%m-%d %H:%M}: everything is new."
        yield ""


def _labels_and_places(d: LeadDifference) -> list[str]:
    """The labels, segments and route that changed."""
    render = _label if d.existed else _new
    lines = [line for label in d.labels for line in render(label)]
    for verb, segments in zip(("joined", "left"), d.segments, strict=True):
        if segments:
            lines.append(f"  {'segments':<14}{verb} {', '.join(label_text(s) for s in segments)}")
    if d.existed and d.route[0] != d.route[1]:
        before, after = (presentable(route or "nobody", 40) for route in d.route)
        lines.append(f"  {'route':<14}{before} -> {after}")
    return lines


def _attributes(d: LeadDifference) -> Iterator[str]:
    if d.attributes:
        yield "What it is" if not d.existed else "What is known of it"
    for name, was, now in d.attributes:
        before = f" {_plain(was)} ->" if d.existed else ""
        yield f"  {presentable(name, 24):<24}{before} {_plain(now)}"


def _new(label: LabelDifference) -> Iterable[str]:
    because = f"   because {_text(label.because)}" if label.because else ""
    yield f"  {label_text(label.scale):<14}{label_text(label.after):<24}{because}".rstrip()


def _label(label: LabelDifference) -> Iterable[str]:
    yield (
        f"  {label_text(label.scale):<14}{label_text(label.before) or 'nothing'} ->"
        f" {label_text(label.after) or 'nothing'}"
    )
    if label.by_rules:
        yield (
            f"  {'':<14}by the other playbook{': ' + _text(label.because) if label.because else ''}"
        )
    elif label.because:
        verb = "holds now" if label.holds else "holds no more"
        values = ", ".join(f"{n} {_plain(was)} -> {_plain(now)}" for n, was, now in label.values)
        yield (
            f"  {'':<14}{label_text(label.label)} {verb}:"
            f" {_text(label.because)}{' (' + values + ')' if values else ''}"
        )


def _score(score: ScoreDifference, existed: bool, every: bool, show: PointsText) -> Iterable[str]:
    ends = [None if v is None else show.total(v) for v in (score.before, score.after)]
    before, after = ("unknown" if v is None else points_text(v) for v in ends)
    if not score.lines:
        yield f"{label_text(score.name)}  " + (
            f"{after}, as before" if before == after and existed else after
        )
        return
    yield f"{label_text(score.name)}  " + (f"{before} -> {after}" if existed else after)
    change = score.change if show.exact else (ends[1] or _NOTHING) - (ends[0] or _NOTHING)
    lines = sorted(score.lines, key=lambda one: -abs(one.points))
    for line, points in zip(lines, show.parts([o.points for o in lines], change), strict=True):
        yield f"  {signed_points(points):>16}  {_cause(line, existed)}"
        yield from _facts(line, points, every, show)
    yield f"  {signed_points(change):>16}  in all"


def _cause(line: ChangeLine, existed: bool) -> str:
    rule = presentable(line.say, 60)
    if line.what in ("holds", "fails"):
        return _of_attributes(line, rule, existed)
    return rule + _CAUSES.get(line.what, "").format(
        facts=plural(len(line.given), "fact", "facts"),
        window=words(line.window) if line.window else "its rule",
        count="counts" if len(line.given) == 1 else "count",
    )


#: What happened to a rule, behind its name.
_CAUSES = {
    "came": ": came",
    "learned": ": had happened before, counts only now",
    "faded": ": {facts}, faded",
    "left": ": left the window of {window}",
    "gone": ": {count} no more (taken back, or only the newest counts)",
    "cap": ": what that takes",
    "limit": ": what that takes",
    "new_rule": ": a rule of the other playbook",
    "no_rule": ": the other playbook has no such rule, or it does not hold",
    "other_rule": ": counts otherwise by the other playbook",
}


def _of_attributes(line: ChangeLine, rule: str, existed: bool) -> str:
    """A rule on attributes that holds now, or holds no more; of a new lead the values alone."""
    if not existed:
        values = [f"{name} {_plain(now)}" for name, _, now in line.values if now is not None]
        return rule + _in_brackets(values)
    moved = [
        f"{name} {_plain(was)} -> {_plain(now)}" for name, was, now in line.values if was != now
    ]
    verb = "holds now" if line.what == "holds" else "holds no more"
    return f"{rule}: {verb}{_in_brackets(moved)}"


def _in_brackets(values: Sequence[str]) -> str:
    return f" ({', '.join(values)})" if values else ""


def _facts(line: ChangeLine, counted: Decimal, every: bool, show: PointsText) -> Iterable[str]:
    if line.what not in LISTED:
        return
    is_sum = sum((g.points for g in line.given), _NOTHING) == line.points
    points = (
        show.parts([g.points for g in line.given], counted)
        if is_sum
        else [show.total(g.points) for g in line.given]
    )
    listed = len(points) if every else FACTS_SHOWN
    for g, shown in zip(line.given[:listed], points[:listed], strict=True):
        detail = ", ".join(
            f"{k} {presentable(str(v), 40)}"
            for k, v in g.detail.items()
            if k not in ("props", "occurred_at")
        )
        yield (
            f"  {'':>16}    {g.occurred_at:%Y-%m-%d %H:%M}  {points_text(shown)} "
            f" {presentable(g.kind, 40)}{' ' + detail if detail else ''}"
        )
    if len(points) > listed:
        yield Line(f"  {'':>16}    and {len(points) - listed} older ones", field="everything")


def _text(condition: str) -> str:
    return presentable(" ".join(condition.split()), 160)


def _plain(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | Decimal):
        return f"{round(Decimal(str(value)), 2).normalize():f}"
    return presentable(str(value), 40)
