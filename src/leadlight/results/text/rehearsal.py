"""A rehearsal as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
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
        ScoreJudgement,
    )

FEW = 20  # with fewer winners no number says much
_WIDEST = 12  # labels of a scale that a table still shows in columns


def render_rehearsal(r: Rehearsal) -> Iterator[str]:
    """The rehearsal, the important things first."""
    old, new = _name(r.old.name), _name(r.new.name)
    yield (
        f"If {new} took the place of {old}: {plural(r.leads, 'lead', 'leads')} as of"
        f" {r.at:%Y-%m-%d %H:%M} UTC"
        + (", by what we know now about then." if r.known == "now" else ".")
    )
    if not r.differences:
        yield f"{new} says the same as {old}: nobody would move."
        return
    yield f"{plural(len(r.differences), 'difference', 'differences')} (leadlight diff lists them)."
    yield from ("", "WHO WOULD MOVE")
    for moves in r.moves:
        yield from _moved(moves)
    if r.departments:
        yield from ("", "WHAT EACH DEPARTMENT WOULD GET", *_departments(r.departments))
    yield from ("", *_changed(r.changed, r.relabelled))
    yield from ("", "HOW BOTH WOULD HAVE RANKED WHAT CAME", *_judged(r.judged, r.of_files))


def _moved(moved: ScaleMoves) -> list[str]:
    counts = moved.by_labels
    total = sum(counts.values())
    place = {label: n for n, label in enumerate(moved.labels)}
    last = len(place)
    up = sum(
        n for (a, b), n in counts.items() if place.get(b or "", last) < place.get(a or "", last)
    )
    down = sum(
        n for (a, b), n in counts.items() if place.get(b or "", last) > place.get(a or "", last)
    )
    title = presentable(label_text(moved.scale), 30)
    if not up + down:
        return ["", f"{title}: nobody moves."]
    out = ["", f"{title}: {up + down:,} of {total:,} leads move, {up:,} up and {down:,} down."]
    used = [x for x in moved.labels if any(x in pair for pair in counts)]
    if len(used) > _WIDEST or any(a is None or b is None for a, b in counts):
        used = used[:0]
    if used:
        words = [presentable(label_text(x), 16) for x in used]
        out += _table(
            [["old \\ new", *words]]
            + [
                [words[i], *(_count(counts.get((a, b), 0)) for b in used)]
                for i, a in enumerate(used)
            ]
        )
        return out
    largest = sorted((-n, a or "", b or "") for (a, b), n in counts.items() if a != b)
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
        for judged in j.scores:
            found, sides = judged.quality, judged.versions
            rows.append(
                [
                    presentable(label_text(judged.score), 24),
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
    yield from (f"  {line}" for line in j.verdict)


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
    for label in scale.labels:
        sides, la = label.versions, label.quality
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
    old, new = _both(scale.order.auc, scale.versions, _three)
    yield (
        f"  As an order of leads: AUC {old} by the old rules, {new} by the"
        f" new{_beside(_difference(scale.order.auc))}."
    )


def _alike(scale: ScaleJudgement) -> bool:
    """Both versions have the scale, and put the same leads everywhere."""
    labels = [la.quality for la in scale.labels]
    differences = [
        scale.order.auc.difference,
        *(la.recall.difference for la in labels),
        *(la.share.difference for la in labels),
    ]
    return all(_is_zero(d) for d in differences)


def _is_zero(d: Estimate | None) -> bool:
    return d is not None and all(v in (0, None) for v in (d.value, d.low, d.high))


def verdict(j: PastJudgement) -> Iterator[str]:
    """What the past says, in sentences."""
    if j.why_not:
        return
    scale = next((s for s in j.scales if s.scale == "temperature" and len(s.versions) == 2), None)
    scale = scale or next((s for s in j.scales if len(s.versions) == 2), None)
    if scale is None:
        yield "The two versions have no scale in common; only their scores can be compared."
        return
    who = _winners(j)
    if j.winners < FEW:
        yield f"There are too few {who} ({j.winners:,}) to say which rules are better."
        return
    best = next((la.quality for la in scale.labels if len(la.versions) == 2), None)
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
    for score in j.scores:
        yield from _score_verdict(score, auc.better)


def _score_verdict(score: ScoreJudgement, ladder_is_better: bool | None) -> Iterator[str]:
    """What a score by itself says, where it says otherwise than the ladder."""
    auc = score.quality.auc
    if len(score.versions) < 2 or auc.better is None or auc.better == ladder_is_better:
        return
    old, new = (_three(e) for e in auc.each)
    word = "better" if auc.better else "worse"
    yield (
        f"The score {label_text(score.score)} by itself ranks them {word}: AUC {new} against {old},"
        f" {_interval(auc)}."
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
