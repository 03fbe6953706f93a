"""A stretch of time, replayed, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.replay import (
    ChangeList,
    Flow,
    LabelChange,
    LabelDuration,
    ReplayResult,
    ReplayStep,
)
from leadlight.results.summary import label_text
from leadlight.results.text.lines import Line, files_line

LINES = 15  # of the table by step
FLOWS = 12  # lines of a scale's matrix
#: What made a change.
CAUSES = {
    "facts": "facts",
    "clock": "time",
    "rules": "rules",
    "undo": "undo",
    "others": "others or time",
}


def render_replay(found: ReplayResult) -> Iterator[str]:
    """How many leads had each label when, who went where, how long labels lasted; or the changes
    that were asked for.
    """
    yield from _heading(found)
    if found.moved is not None:
        yield from _change_lines(found.moved)
    else:
        yield from _counts(found)
        yield from _flows(found)
        yield from _durations(found)
        yield from _velocity(found)
    yield from files_line(found.files)


def _heading(r: ReplayResult) -> Iterator[str]:
    now = "; with what is known now, not what was known then" if r.known == "now" else ""
    yield (
        f"{plural(r.leads, 'lead', 'leads')} from {r.since:%Y-%m-%d %H:%M} to"
        f" {r.until:%Y-%m-%d %H:%M} UTC{now}"
    )
    books = ", then ".join(presentable(name, 60) for name in r.playbooks)
    changes, looks = plural(r.changes, "change", "changes"), plural(r.looks, "look", "looks")
    yield f"by {books}: {changes}; {looks}"
    if r.by_day:
        yield (
            "The leads are compared with each other, so all were looked at once a day, at midnight"
            " UTC."
        )


def _counts(r: ReplayResult) -> Iterator[str]:
    """How many leads had each label: at most so many lines, the last one always."""
    labels = _seen_labels(r)
    fine = any(s.at.hour or s.at.minute for s in r.steps[:-1])
    width, heads = 16 if fine else 10, [_label(la) for la in labels]
    sizes = [max(len(h), 9) for h in heads]
    columns = "".join(f"  {h:>{n}}" for h, n in zip(heads, sizes, strict=True))
    yield ""
    yield f"{label_text(r.scale):<{width}}{columns}    changes"
    before = -1
    for n in _shown_steps(len(r.steps)):
        step, moves = r.steps[n], sum(s.moves for s in r.steps[before + 1 : n + 1])
        before = n
        at = f"{step.at:%Y-%m-%d %H:%M}" if fine else f"{step.at:%Y-%m-%d}"
        yield f"{at:<{width}}{_row(step, labels, sizes)}  {moves:>9,}"


def _seen_labels(r: ReplayResult) -> list[str]:
    """The labels that some lead had, those of the playbook in its order first."""
    had = {la for s in r.steps for la in s.labels if s.labels[la]}
    known = [la for la in r.labels.get(r.scale, ()) if la in had]
    return known + sorted(had - set(known))


def _shown_steps(steps: int) -> list[int]:
    """Which steps are shown: all, or every so many so that the last is among them."""
    apart = -(-(steps - 1) // (LINES - 1)) if steps > LINES else 1
    return [n for n in range(steps) if (steps - 1 - n) % apart == 0]


def _row(step: ReplayStep, labels: Sequence[str], sizes: Sequence[int]) -> str:
    pairs = zip(labels, sizes, strict=True)
    return "".join(f"  {step.labels.get(la, 0):>{size},}" for la, size in pairs)


def _flows(r: ReplayResult) -> Iterator[str]:
    """Who went where, a scale after the other."""
    if not r.flows:
        yield from ("", "Nothing changed.")
    for scale in dict.fromkeys([*r.scales, "department"]):
        flows = [f for f in r.flows if f.scale == scale]
        if not flows:
            continue
        yield from ("", f"{label_text(scale)}: from, to")
        for flow in flows[:FLOWS]:
            yield _flow_line(flow)
        if len(flows) > FLOWS:
            rest = flows[FLOWS:]
            yield f"  and {len(rest)} more ways, {sum(f.moves for f in rest):,} changes"


def _flow_line(f: Flow) -> str:
    by = ", ".join(f"{n:,} by {CAUSES[c]}" for c, n in f.causes.items())
    times = "" if f.leads == f.moves else f" of {f.leads:,} leads"
    return f"  {_before(f.before):<22}{_after(f.after):<22}{f.moves:>9,}{times}  ({by})"


def _durations(r: ReplayResult) -> Iterator[str]:
    """How long labels of the scale were kept."""
    ended = [d for d in r.durations if d.scale == r.scale and d.median_days is not None]
    if not ended:
        return
    order = list(r.labels.get(r.scale, ()))
    ended.sort(key=lambda d: order.index(d.label) if d.label in order else len(order))
    listed = ", ".join(_duration(d) for d in ended)
    yield ""
    yield (
        f"{label_text(r.scale)} kept for (median of what began and ended in this time): {listed}"
    )


def _duration(d: LabelDuration) -> str:
    return f"{_label(d.label)} {_days(d.median_days)} (of {d.ended:,})"


def _velocity(r: ReplayResult) -> Iterator[str]:
    """How fast leads climbed the stages, or the scale where there are none."""
    ladder = "stage" if "stage" in r.scales else r.scale
    speeds = [v for v in r.velocity if v.scale == ladder]
    if not speeds:
        return
    yield ""
    yield (
        f"{label_text(ladder)}: days from one to the next (median of the leads that came to both"
        " in this time)"
    )
    for v in speeds[:FLOWS]:
        days = _days(v.median_days)
        yield f"  {_label(v.slower):<22}{_label(v.faster):<22}{days:>9}  ({v.leads:,})"


def _change_lines(moved: ChangeList) -> Iterator[str]:
    yield ""
    if not moved.total:
        yield f"Nobody went {_way(moved)} in this time."
        return
    yield f"{plural(moved.total, 'change', 'changes')} {_way(moved)}, the newest first"
    for change in moved.changes:
        yield _change_line(change)
    if moved.total > len(moved.changes):
        earlier = moved.total - len(moved.changes)
        yield Line(f"  and {earlier:,} earlier ones", field="everything")


def _change_line(m: LabelChange) -> str:
    way = f"{_before(m.before)} to {_after(m.after)}"
    why = CAUSES[m.cause]
    if m.what != m.cause:
        why += f": {presentable(m.what.replace('_', ' '), 60)}"
    return f"  {m.at:%Y-%m-%d %H:%M}  {presentable(m.lead_id, 30):<24}  {way:<28}  by {why}"


def _way(moved: ChangeList) -> str:
    before = f"from {_label(moved.before)}" if moved.before else ""
    after = f"to {_label(moved.after)}" if moved.after else ""
    return f"{before} {after}".strip()


def _before(label: str | None) -> str:
    return "(came)" if label is None else _label(label)


def _after(label: str | None) -> str:
    return "(gone)" if label is None else _label(label)


def _label(label: str) -> str:
    return presentable(label_text(label), 24)


def _days(days: float | None) -> str:
    if days is None:
        return "-"
    if days * 24 < 1:
        return f"{days * 1440:.0f} min"
    return f"{days * 24:.1f} h" if days < 1 else f"{days:.1f} d"
