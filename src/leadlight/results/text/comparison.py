"""What became of a lead between two moments, in lines of plain text."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from leadlight.playbook.durations import words
from leadlight.presentable import presentable
from leadlight.results.summary import label_text

if TYPE_CHECKING:
    from leadlight.results.difference import (
        ChangeLine,
        LabelDifference,
        LeadDifference,
        ScoreDifference,
    )

FACTS_SHOWN = 6
KNOWN_NOW = "What we know now about then (--known now), not what was known then:"
LISTED = ("came", "learned", "left", "gone")  # what is shown with its facts


def told(d: LeadDifference, every: bool = False) -> list[str]:
    """The difference, best read from above: labels, then each score's ledger of changes, then what
    the lead is.
    """
    books = " -> ".join(f"{presentable(name, 60)} ({print_})" for name, print_ in d.playbooks)
    out = [
        f"{presentable(d.lead_id, 60)}{'  ' + presentable(d.name, 60) if d.name else ''}",
        f"from {d.since:%Y-%m-%d %H:%M} to {d.as_of:%Y-%m-%d %H:%M} UTC by {books}",
        "",
    ]
    if d.known == "now":
        out.insert(0, KNOWN_NOW)
    if not d.existed:
        out += [f"  It was not there yet on {d.since:%Y-%m-%d %H:%M}: everything is new.", ""]
    elif not d.changed:
        return [*out, "  Nothing is different."]
    out += [line for label in d.labels for line in (_label(label) if d.existed else _new(label))]
    out += [
        f"  {'segments':<14}{said} {', '.join(label_text(s) for s in found)}"
        for said, found in zip(("joined", "left"), d.segments, strict=True)
        if found
    ]
    if d.route[0] != d.route[1] and d.existed:
        out.append(
            f"  {'route':<14}{presentable(d.route[0] or 'nobody', 40)} ->"
            f" {presentable(d.route[1] or 'nobody', 40)}"
        )
    if out[-1]:
        out.append("")
    for score in d.scores:
        out += [*_score(score, d.existed, every), ""]
    if d.attributes:
        out.append("What it is" if not d.existed else "What is known of it")
        out += [
            (
                f"  {presentable(n, 24):<24} {_plain(was)} -> {_plain(now)}"
                if d.existed
                else f"  {presentable(n, 24):<24} {_plain(now)}"
            )
            for n, was, now in d.attributes
        ]
    return out if out[-1] else out[:-1]


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


def _score(score: ScoreDifference, existed: bool, every: bool) -> Iterable[str]:
    before, after = (
        _number(v) if v is not None else "unknown" for v in (score.before, score.after)
    )
    if not score.lines:
        yield f"{label_text(score.name)}  " + (
            f"{after}, as before" if before == after and existed else after
        )
        return
    yield f"{label_text(score.name)}  " + (f"{before} -> {after}" if existed else after)
    for line in sorted(score.lines, key=lambda one: -abs(one.points)):
        yield f"  {_signed(line.points):>16}  {_cause(line, existed)}"
        yield from _facts(line, every)
    yield f"  {_signed(score.change):>16}  in all"


def _cause(line: ChangeLine, existed: bool) -> str:
    rule = presentable(line.say, 60)
    n = len(line.given)
    facts = "1 fact" if n == 1 else f"{n} facts"
    if line.what in ("holds", "fails"):
        if not existed:
            values = ", ".join(
                f"{name} {_plain(now)}" for name, _, now in line.values if now is not None
            )
            return f"{rule}{' (' + values + ')' if values else ''}"
        values = ", ".join(
            f"{name} {_plain(was)} -> {_plain(now)}" for name, was, now in line.values if was != now
        )
        verb = "holds now" if line.what == "holds" else "holds no more"
        return f"{rule}: {verb}{' (' + values + ')' if values else ''}"
    return {
        "came": f"{rule}: came",
        "learned": f"{rule}: had happened before, counts only now",
        "faded": f"{rule}: {facts}, faded",
        "left": f"{rule}: left the window of {words(line.window) if line.window else 'its rule'}",
        "gone": (
            f"{rule}: {'counts' if n == 1 else 'count'} no more (taken back, or only the newest"
            " counts)"
        ),
        "cap": f"{rule}: what that takes",
        "limit": f"{rule}: what that takes",
        "new_rule": f"{rule}: a rule of the other playbook",
        "no_rule": f"{rule}: the other playbook has no such rule, or it does not hold",
        "other_rule": f"{rule}: counts otherwise by the other playbook",
    }.get(line.what, rule)


def _facts(line: ChangeLine, every: bool) -> Iterable[str]:
    if line.what not in LISTED:
        return
    listed = line.given if every else line.given[:FACTS_SHOWN]
    for g in listed:
        detail = ", ".join(
            f"{k} {presentable(str(v), 40)}"
            for k, v in g.detail.items()
            if k not in ("props", "occurred_at")
        )
        yield (
            f"  {'':>16}    {g.occurred_at:%Y-%m-%d %H:%M}  {_number(g.points)} "
            f" {presentable(g.kind, 40)}{' ' + detail if detail else ''}"
        )
    if len(line.given) > len(listed):
        yield f"  {'':>16}    and {len(line.given) - len(listed)} older ones  (--all shows them)"


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


def _signed(value: Decimal) -> str:
    return ("+" if value > 0 else "") + _number(value)


def _number(value: Decimal) -> str:
    """Every digit, so that the lines sum exactly to the difference."""
    whole, _, rest = f"{value.normalize():f}".partition(".")
    return f"{whole}.{rest.ljust(2, '0')}"
