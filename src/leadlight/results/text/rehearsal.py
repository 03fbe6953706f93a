"""A rehearsal in lines of plain text, and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.summary import label_text

if TYPE_CHECKING:
    from leadlight.predict.judge.metrics import Estimate, VersionComparison
    from leadlight.results.rehearsal import (
        ChangedLead,
        Department,
        PastJudgement,
        Rehearsal,
        ScaleJudgement,
        ScaleMoves,
    )

FEW = 20  # with fewer winners no number says much
_WIDEST = 12  # labels of a scale that a table still shows in columns


def told(r: Rehearsal) -> list[str]:
    """The rehearsal, the important things first."""
    old, new = _name(r.old.name), _name(r.new.name)
    out = [
        f"If {new} took the place of {old}: {plural(r.leads, 'lead', 'leads')} as of"
        f" {r.at:%Y-%m-%d %H:%M} UTC"
        + (", by what we know now about then." if r.known == "now" else ".")
    ]
    if r.difference.same:
        return [*out, f"{new} says the same as {old}: nobody would move."]
    n = len(r.difference.lines)
    out.append(f"It says {plural(n, 'thing', 'things')} otherwise (leadlight diff tells them).")
    out += ["", "WHO WOULD MOVE"]
    for moved in r.moved:
        out += _moved(moved)
    if r.departments:
        out += ["", "WHAT EACH DEPARTMENT WOULD GET", *_departments(r.departments)]
    out += ["", *_changed(r.changed, r.relabelled)]
    out += ["", "HOW BOTH WOULD HAVE RANKED WHAT CAME", *_judged(r.judged, r.of_files)]
    return out


def plain(r: Rehearsal) -> dict[str, Any]:
    """The rehearsal as data for JSON."""
    judged = asdict(r.judged) | {
        "horizon_days": r.judged.horizon.total_seconds() / 86_400,
        "verdict": [*_verdict(r.judged)],
    }
    del judged["horizon"]
    for scale, of in zip(judged["scales"], r.judged.scales, strict=True):
        scale["labels"] = [{"versions": s, **asdict(la)} for s, la in of.labels]
    judged["scores"] = [
        {"score": n, "versions": sides, **asdict(j)} for n, sides, j in r.judged.scores
    ]
    found = {
        "old": {"name": r.old.name, "fingerprint": r.old.fingerprint},
        "new": {"name": r.new.name, "fingerprint": r.new.fingerprint},
        "at": r.at,
        "known": r.known,
        "leads": r.leads,
        "differences": [asdict(line) for line in r.difference.lines],
        "moves": [
            {
                "scale": m.scale,
                "labels": m.labels,
                "counts": [{"before": a, "after": b, "leads": n} for (a, b), n in m.counts.items()],
            }
            for m in r.moved
        ],
        "departments": [asdict(d) for d in r.departments],
        "relabelled": r.relabelled,
        "changed": [asdict(c) for c in r.changed],
        "judged": judged,
    }
    return {k: _dated(v) for k, v in found.items()}


def _dated(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _dated(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_dated(v) for v in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _moved(moved: ScaleMoves) -> list[str]:
    total = sum(moved.counts.values())
    place = {label: n for n, label in enumerate(moved.labels)}
    last = len(place)
    up = sum(
        n
        for (a, b), n in moved.counts.items()
        if place.get(b or "", last) < place.get(a or "", last)
    )
    down = sum(
        n
        for (a, b), n in moved.counts.items()
        if place.get(b or "", last) > place.get(a or "", last)
    )
    title = presentable(label_text(moved.scale), 30)
    if not up + down:
        return ["", f"{title}: nobody moves."]
    out = ["", f"{title}: {up + down:,} of {total:,} leads move, {up:,} up and {down:,} down."]
    used = [x for x in moved.labels if any(x in pair for pair in moved.counts)]
    if len(used) > _WIDEST or any(a is None or b is None for a, b in moved.counts):
        used = used[:0]
    if used:
        words = [presentable(label_text(x), 16) for x in used]
        out += _table(
            [["old \\ new", *words]]
            + [
                [words[i], *(_count(moved.counts.get((a, b), 0)) for b in used)]
                for i, a in enumerate(used)
            ]
        )
        return out
    largest = sorted((-n, a or "", b or "") for (a, b), n in moved.counts.items() if a != b)
    return out + [f"  {-n:>9,}  {_label(a)} -> {_label(b)}" for n, a, b in largest[:20]]


def _departments(found: Sequence[Department]) -> list[str]:
    rows = [["", "leads: old", "new", "new a week: old", "new", "can take"]]
    over = []
    for d in found:
        takes = "" if d.capacity is None else f"{d.capacity:,}"
        name = _name(d.name, 30) + (", all of it" if d.whole else "")
        rows.append([name, *(f"{n:,}" for n in (*d.leads, *d.weekly)), takes])
        if d.capacity is not None and d.weekly[1] > d.capacity:
            over.append(
                f"  {_name(d.name)} would get {d.weekly[1]:,} new leads a week and can take"
                f" {d.capacity:,}: {d.weekly[1] - d.capacity:,} too many."
            )
    out = _table(rows) + over
    if not any(d.capacity is not None for d in found):
        out.append(
            "  No capacity is agreed (capacity: {sales: 40} in the playbook), so none is compared."
        )
    return out


def _changed(changed: Sequence[ChangedLead], relabelled: int) -> list[str]:
    if not relabelled:
        return ["No lead would get another label or department."]
    out = [
        f"{plural(relabelled, 'lead', 'leads')} would get another label or department. Those that"
        " change most:"
    ]
    for c in changed:
        labels = ", ".join(f"{label_text(s)} {_label(a)} -> {_label(b)}" for s, a, b in c.labels)
        if c.departments[0] != c.departments[1]:
            labels += (
                f"{', ' if labels else ''}{_label(c.departments[0])} -> {_label(c.departments[1])}"
            )
        out.append(f"  {_name(c.lead_id, 40)}  {presentable(labels, 200)}")
        scores = [
            "; ".join(
                f"{label_text(s)} {v:.0f}" for s, *both in c.scores if (v := both[n]) is not None
            )
            for n in (0, 1)
        ]
        for word, score, why in zip(("old", "new"), scores, c.reasons, strict=True):
            out.append(
                f"    {word}  {presentable(score, 80)}{'  ' + presentable(why, 160) if why else ''}"
            )
    return out


def _judged(j: PastJudgement, of_files: bool) -> Iterator[str]:
    who = _winners(j)
    listed = ", ".join(f"{m:%Y-%m-%d}" for m in j.moments)
    yield (
        f"  Both looked at the leads of {listed} with what was known then, and at who {_did(j)}"
        f" within {_days(j.horizon)}."
    )
    if j.newest is not None and j.asked - j.newest > timedelta(days=1):
        yield (
            f"  (The newest activity known is of {j.newest:%Y-%m-%d}: what came after nobody"
            " knows.)"
        )
    if of_files:
        yield (
            "  Columns of a file say what is so today, perhaps because of the outcome: only a"
            " workspace knows what was known then."
        )
    if j.why_not:
        yield f"  {j.why_not}"
        return
    looks = "leads" if len(j.moments) == 1 else "looks at leads"
    yield (
        f"  {j.leads:,} {looks}, {j.winners:,} {who}. Left out: {j.had:,} that {_did(j)} before,"
        f" and {j.newcomers:,} that came in since."
    )
    if j.winners < FEW:
        yield (
            f"  Only {j.winners:,} {who}: too few to judge rules by, whatever the numbers look"
            " like. More moments (--at) bring more."
        )
    told = [s for n, s in enumerate(j.scales) if n == 0 or not _alike(s)]
    for scale in told:
        yield ""
        yield from _scale(scale)
    alike = [
        f"{presentable(label_text(s.scale), 30)} (AUC {_three(s.order.auc.each[0])})"
        for s in j.scales
        if s not in told
    ]
    if alike:
        yield ""
        yield f"  The same by both versions: {', '.join(alike)}."
    if j.scores:
        rows = [
            [
                "",
                "AUC: old",
                "new",
                "difference",
                "gain: old",
                "new",
                "lift of the best tenth: old",
                "new",
            ]
        ]
        for name, sides, found in j.scores:
            rows.append(
                [
                    presentable(label_text(name), 24),
                    *_both(found.auc, sides, _three),
                    _difference(found.auc),
                    *_both(found.gain, sides, _three),
                    *_both(found.lift_at_tenth, sides, _one),
                ]
            )
        yield ""
        yield "  Scores, as an order"
        yield from _table(rows)
    yield ""
    yield from (f"  {line}" for line in _verdict(j))


def _scale(scale: ScaleJudgement) -> Iterator[str]:
    rows = [
        [
            presentable(label_text(scale.scale), 24),
            "has of them: old",
            "new",
            "difference",
            "of its leads: old",
            "new",
            "lift: old",
            "new",
        ]
    ]
    for sides, la in scale.labels:
        if not any(e.value for e in la.share.each):
            continue  # nobody had it
        rows.append(
            [
                presentable(label_text(la.label), 24),
                *_both(la.recall, sides, _share),
                _points(la.recall),
                *_both(la.precision, sides, _share),
                *_both(la.lift, sides, _one),
            ]
        )
    yield from _table(rows)
    old, new = _both(scale.order.auc, scale.sides, _three)
    yield (
        f"  As an order of leads: AUC {old} by the old rules, {new} by the"
        f" new{_beside(_difference(scale.order.auc))}."
    )


def _alike(scale: ScaleJudgement) -> bool:
    """Both versions have the scale, and put the same leads everywhere."""
    order, labels = scale.order.auc.difference, [la.recall.difference for _, la in scale.labels]
    found = [order, *labels, *(la.share.difference for _, la in scale.labels)]
    return all(
        d is not None and d.value in (0, None) and d.low in (0, None) and d.high in (0, None)
        for d in found
    )


def _verdict(j: PastJudgement) -> Iterator[str]:
    """What the past says, in sentences."""
    if j.why_not:
        return
    scale = next((s for s in j.scales if s.scale == "temperature" and len(s.sides) == 2), None)
    scale = scale or next((s for s in j.scales if len(s.sides) == 2), None)
    if scale is None:
        yield "The two versions have no scale in common; only their scores can be compared."
        return
    who = _winners(j)
    if j.winners < FEW:
        yield f"There are too few {who} ({j.winners:,}) to say which rules are better."
        return
    best = next((la for sides, la in scale.labels if len(sides) == 2), None)
    if best is not None:
        old, new = (_share(e) for e in best.recall.each)
        yield (
            f"The new rules put {new} of {who} in *{label_text(best.label)}* against {old};"
            f" {_interval(best.recall, 'points')}."
        )
        old, new = (_share(e) for e in best.precision.each)
        if best.precision.each[0].value is not None and best.precision.each[1].value is not None:
            yield (
                f"Of the leads in *{label_text(best.label)}*, {new} became {who} against {old};"
                f" {_interval(best.precision, 'points')}."
            )
    auc = scale.order.auc
    old, new = (_three(e) for e in auc.each)
    said = (
        f"as an order of leads, {label_text(scale.scale)} has an AUC of {new} against {old},"
        f" {_interval(auc)}"
    )
    if auc.better is None:
        yield f"The past does not show that the new rules are better: {said}."
    elif auc.better:
        yield f"The new rules would have ranked {who} better: {said}."
    else:
        yield f"The new rules are not better, they would have ranked {who} worse: {said}."
    for name, sides, found in j.scores:
        if len(sides) == 2 and found.auc.better is not None and found.auc.better != auc.better:
            old, new = (_three(e) for e in found.auc.each)
            word = "better" if found.auc.better else "worse"
            yield (
                f"The score {label_text(name)} by itself ranks them {word}: AUC {new} against"
                f" {old}, {_interval(found.auc)}."
            )


def _interval(c: VersionComparison, unit: str = "") -> str:
    d = c.difference
    if d is None or d.low is None or d.high is None:
        return "too few to say how sure the difference is"
    if d.low == d.high == 0:
        return "the same leads, so no difference"
    low, high = (_fixed(100 * v, 1) if unit else _fixed(v, 3) for v in (d.low, d.high))
    return f"interval of the difference {low} to {high}{f' {unit}' if unit else ''}"


def _both(c: VersionComparison, sides: Sequence[str], as_text: Any) -> list[str]:
    each = dict(zip(sides, c.each, strict=True))
    return [as_text(each[side]) if side in each else "-" for side in ("old", "new")]


def _points(c: VersionComparison) -> str:
    return _signed(c, 100, 1)


def _difference(c: VersionComparison) -> str:
    return _signed(c, 1, 3)


def _signed(c: VersionComparison, times: int, digits: int) -> str:
    """A difference with its interval; nothing where every resample has none."""
    d = c.difference
    if d is None or d.value is None or d.low is None or d.high is None:
        return ""
    if d.low == d.high == 0:
        return "none"
    sign = "+" if d.value > 0 else ""
    return (
        f"{sign}{_fixed(times * d.value, digits)} ({_fixed(times * d.low, digits)} to"
        f" {_fixed(times * d.high, digits)})"
    )


def _fixed(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _beside(difference: str) -> str:
    return f", difference {difference}" if difference else ""


def _share(e: Estimate) -> str:
    return (
        "-"
        if e.value is None
        else f"{100 * e.value:.0f} %"
        if e.value >= 0.1 or not e.value
        else f"{100 * e.value:.1f} %"
    )


def _one(e: Estimate) -> str:
    return "-" if e.value is None else f"{e.value:.1f}"


def _three(e: Estimate) -> str:
    return "-" if e.value is None else f"{e.value:.3f}"


def _winners(j: PastJudgement) -> str:
    return (
        ("later buyers" if j.winners != 1 else "later buyer")
        if j.outcome == "won"
        else f"leads with a later {presentable(j.outcome, 40)}"
    )


def _did(j: PastJudgement) -> str:
    return "bought" if j.outcome == "won" else f"had {presentable(j.outcome, 40)}"


def _days(length: timedelta) -> str:
    return (
        f"{length.days:,} days"
        if length >= timedelta(days=2)
        else f"{length.total_seconds() / 3_600:.0f} hours"
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    wide = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return [
        "  "
        + "  ".join(
            c.ljust(w) if n == 0 else c.rjust(w)
            for n, (c, w) in enumerate(zip(row, wide, strict=True))
        ).rstrip()
        for row in rows
    ]


def _count(n: int) -> str:
    return f"{n:,}" if n else "."


def _label(name: str | None) -> str:
    return presentable(label_text(name), 40) if name else "nothing"


def _name(text: str, longest: int = 120) -> str:
    return presentable(text, longest)
