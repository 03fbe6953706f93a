"""A rehearsal as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.summary import label_text

if TYPE_CHECKING:
    from leadlight.predict.judge.metrics import Estimate, LabelQuality, VersionComparison
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
    yield f"{plural(len(r.differences), 'difference', 'differences')} (the verb diff lists them)."
    yield from ("", "WHO WOULD MOVE")
    for moves in r.moves:
        yield from _scale_move_lines(moves)
    if r.departments:
        yield from ("", "WHAT EACH DEPARTMENT WOULD GET", *_departments(r.departments))
    yield from ("", *_changed_lead_lines(r.changed, r.relabelled))
    yield from ("", "HOW BOTH WOULD HAVE RANKED WHAT CAME", *_judgement_lines(r.judged, r.of_files))


def _scale_move_lines(moves: ScaleMoves) -> Iterator[str]:
    title = presentable(label_text(moves.scale), 30)
    up, down = _ups_and_downs(moves)
    yield ""
    if not up + down:
        yield f"{title}: nobody moves."
        return
    total = sum(move.leads for move in moves.counts)
    yield f"{title}: {up + down:,} of {total:,} leads move, {up:,} up and {down:,} down."
    present = {label for move in moves.counts for label in (move.before, move.after)}
    if len(present) > _WIDEST or None in present:
        yield from _largest_moves(moves)
    else:
        yield from _matrix(moves, [label for label in moves.labels if label in present])


def _ups_and_downs(moves: ScaleMoves) -> tuple[int, int]:
    """How many leads climb, and how many fall; no label at all is below every one."""
    place = {label: n for n, label in enumerate(moves.labels)}
    up = down = 0
    for move in moves.counts:
        before, after = (place.get(x or "", len(place)) for x in (move.before, move.after))
        up += move.leads if after < before else 0
        down += move.leads if after > before else 0
    return up, down


def _matrix(moves: ScaleMoves, labels: Sequence[str]) -> list[str]:
    counts = moves.by_labels
    words = [presentable(label_text(x), 16) for x in labels]
    rows = [["old \\ new", *words]]
    for word, before in zip(words, labels, strict=True):
        rows.append([word, *(_count(counts.get((before, after), 0)) for after in labels)])
    return _table(rows)


def _largest_moves(moves: ScaleMoves) -> Iterator[str]:
    moved = [move for move in moves.counts if move.before != move.after]
    moved.sort(key=lambda move: (-move.leads, move.before or "", move.after or ""))
    for move in moved[:20]:
        yield f"  {move.leads:>9,}  {_label(move.before)} -> {_label(move.after)}"


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


def _changed_lead_lines(changed: Sequence[ChangedLead], relabelled: int) -> Iterator[str]:
    if not relabelled:
        yield "No lead would get another label or department."
        return
    yield (
        f"{plural(relabelled, 'lead', 'leads')} would get another label or department. Those that"
        " change most:"
    )
    for lead in changed:
        yield f"  {_name(lead.lead_id, 40)}  {presentable(_changes_of(lead), 200)}"
        for n, word in enumerate(("old", "new")):
            why = f"  {presentable(lead.reasons[n], 160)}" if lead.reasons[n] else ""
            yield f"    {word}  {presentable(_scores_of(lead, n), 80)}{why}"


def _changes_of(lead: ChangedLead) -> str:
    changes = [f"{label_text(s)} {_label(a)} -> {_label(b)}" for s, a, b in lead.labels]
    before, after = lead.departments
    if before != after:
        changes.append(f"{_label(before)} -> {_label(after)}")
    return ", ".join(changes)


def _scores_of(lead: ChangedLead, version: int) -> str:
    """Its scores by a version; those that it has none of are left out."""
    scores = ((name, values[version]) for name, *values in lead.scores)
    return "; ".join(f"{label_text(name)} {v:.0f}" for name, v in scores if v is not None)


def _judgement_lines(j: PastJudgement, of_files: bool) -> Iterator[str]:
    yield from _judgement_terms(j, of_files)
    if j.why_not:
        yield f"  {j.why_not}"
        return
    who = _winners(j)
    looks = "leads" if len(j.moments) == 1 else "looks at leads"
    yield (
        f"  {j.leads:,} {looks}, {j.winners:,} {who}. Left out: {j.had:,} that {_did(j)} before,"
        f" and {j.newcomers:,} that came in since."
    )
    if j.winners < FEW:
        yield (
            f"  Only {j.winners:,} {who}: too few to judge rules by, whatever the numbers look"
            " like. More moments bring more."
        )
    yield from _scales(j.scales)
    if j.scores:
        yield from ("", "  Scores, as an order", *_scores(j.scores))
    yield ""
    yield from (f"  {line}" for line in j.verdict)


def _judgement_terms(j: PastJudgement, of_files: bool) -> Iterator[str]:
    moments = ", ".join(f"{m:%Y-%m-%d}" for m in j.moments)
    yield (
        f"  Both looked at the leads of {moments} with what was known then, and at who {_did(j)}"
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


def _scales(scales: Sequence[ScaleJudgement]) -> Iterator[str]:
    """The first scale, and the others where the versions differ."""
    shown = [s for n, s in enumerate(scales) if n == 0 or not _alike(s)]
    for scale in shown:
        yield ""
        yield from _scale(scale)
    alike = [
        f"{presentable(label_text(s.scale), 30)} (AUC {_three(s.order.auc.each[0])})"
        for s in scales
        if s not in shown
    ]
    if alike:
        yield ""
        yield f"  The same by both versions: {', '.join(alike)}."


def _scores(scores: Sequence[ScoreJudgement]) -> list[str]:
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
    for score in scores:
        found, versions = score.quality, score.versions
        rows.append(
            [
                presentable(label_text(score.score), 24),
                *_both(found.auc, versions, _three),
                _difference(found.auc),
                *_both(found.gain, versions, _three),
                *_both(found.lift_at_tenth, versions, _one),
            ]
        )
    return _table(rows)


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
    scale = _deciding_scale(j.scales)
    if scale is None:
        yield "The two versions have no scale in common; only their scores can be compared."
        return
    who = _winners(j)
    if j.winners < FEW:
        yield f"There are too few {who} ({j.winners:,}) to say which rules are better."
        return
    best = next((la.quality for la in scale.labels if len(la.versions) == 2), None)
    if best is not None:
        yield from _label_verdict(best, who)
    yield _order_verdict(scale, who)
    for score in j.scores:
        yield from _score_verdict(score, scale.order.auc.better)


def _deciding_scale(scales: Sequence[ScaleJudgement]) -> ScaleJudgement | None:
    """The scale by which the versions are compared: the temperature, else the first in both."""
    both = [s for s in scales if len(s.versions) == 2]
    return next((s for s in both if s.scale == "temperature"), next(iter(both), None))


def _label_verdict(label: LabelQuality, who: str) -> Iterator[str]:
    old, new = (_share(e) for e in label.recall.each)
    yield (
        f"The new rules put {new} of {who} in *{label_text(label.label)}* against {old};"
        f" {_interval(label.recall, 'points')}."
    )
    if any(e.value is None for e in label.precision.each):
        return
    old, new = (_share(e) for e in label.precision.each)
    yield (
        f"Of the leads in *{label_text(label.label)}*, {new} became {who} against {old};"
        f" {_interval(label.precision, 'points')}."
    )


def _order_verdict(scale: ScaleJudgement, who: str) -> str:
    auc = scale.order.auc
    old, new = (_three(e) for e in auc.each)
    order = (
        f"as an order of leads, {label_text(scale.scale)} has an AUC of {new} against {old},"
        f" {_interval(auc)}"
    )
    if auc.better is None:
        return f"The past does not show that the new rules are better: {order}."
    if auc.better:
        return f"The new rules would have ranked {who} better: {order}."
    return f"The new rules are not better, they would have ranked {who} worse: {order}."


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
    low, high = (
        _fixed_digits(100 * v, 1) if unit else _fixed_digits(v, 3) for v in (d.low, d.high)
    )
    return f"interval of the difference {low} to {high}{f' {unit}' if unit else ''}"


def _both(c: VersionComparison, sides: Sequence[str], as_text: Any) -> list[str]:
    each = dict(zip(sides, c.each, strict=True))
    return [as_text(each[side]) if side in each else "-" for side in ("old", "new")]


def _points(c: VersionComparison) -> str:
    return _difference_text(c, 100, 1)


def _difference(c: VersionComparison) -> str:
    return _difference_text(c, 1, 3)


def _difference_text(c: VersionComparison, times: int, digits: int) -> str:
    """A difference with its interval; nothing where every resample has none."""
    d = c.difference
    if d is None or d.value is None or d.low is None or d.high is None:
        return ""
    if d.low == d.high == 0:
        return "none"
    sign = "+" if d.value > 0 else ""
    return (
        f"{sign}{_fixed_digits(times * d.value, digits)} ({_fixed_digits(times * d.low, digits)} to"
        f" {_fixed_digits(times * d.high, digits)})"
    )


def _fixed_digits(value: float, digits: int) -> str:
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
