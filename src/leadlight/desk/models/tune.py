"""`tune`: half-lives, points and thresholds that would have ranked better, as an ordinary new
playbook to rehearse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.models.labelled_table import LeadTable
from leadlight.desk.models.lead_history import (
    HistoryOptions,
    LeadFiles,
    LeadHistory,
    Source,
    open_history,
)
from leadlight.desk.playbooks import usable
from leadlight.desk.session import Session
from leadlight.desk.wiring import output_files
from leadlight.playbook.amendments import Amendments, amend, move_thresholds, thresholds
from leadlight.playbook.durations import words
from leadlight.playbook.spec import Playbook, SignalScore
from leadlight.predict.libraries import TUNING, needs
from leadlight.predict.tune.periods import FEWEST
from leadlight.predict.tune.tunable_parts import Tunable, point_scores, tunable
from leadlight.results.files import WrittenFile
from leadlight.results.tuning import (
    PRESENT,
    RECENCY,
    TREES,
    TUNED,
    NumberChange,
    TuneResult,
    TuningSample,
)

if TYPE_CHECKING:
    from leadlight.predict.arrays import Numbers
    from leadlight.predict.judge.auc_intervals import Areas
    from leadlight.predict.judge.metrics import Estimate
    from leadlight.predict.tune.tuning import PointsProposal, TuningRows

HEADED = "# Tuned by leadlight on "  # how a proposal begins
WORTH = 0.005  # of AUC: less is not worth talking about


@dataclass(frozen=True)
class TuneRequest:
    """Look for points, half-lives and thresholds that would have ranked better.

    `scores` are those to tune (none: all point scores); `source` are files or a table instead of
    the workspace. The proposal is written to `out` when it is better beyond chance, or `anyway`.
    """

    now: datetime
    out: Path | None = None
    options: HistoryOptions = field(default_factory=HistoryOptions)
    scores: tuple[str, ...] = ()
    source: Source | None = None
    anyway: bool = False


def tune(session: Session, request: TuneRequest) -> TuneResult:
    """Tune the points of a playbook by what happened. Raises `CannotDo` when the question makes no
    sense for the base.
    """
    needs("Tuning", TUNING)
    reads = (request.options.playbook, *_files_of(request.source))
    with output_files.together(reads=reads, claims=((request.out, "tuned"),)):
        result = _tuned_playbook(session, request)
        wanted = result.tells or request.anyway
        if request.out is None or result.text is None or not wanted:
            return result
        output_files.write_text(request.out, result.text, "tuned")
        return replace(result, file=WrittenFile(request.out))


def _files_of(source: Source | None) -> Iterator[Path]:
    if isinstance(source, LeadTable):
        yield source.file
    elif isinstance(source, LeadFiles):
        yield from (source.leads, *source.activities)


def _tuned_playbook(session: Session, request: TuneRequest) -> TuneResult:
    opened = open_history(session, "tune", request.options, request.now, request.source)
    with opened as history:
        scores = tuple(point_scores(history.book, request.scores))
        rules = tunable(history.book, scores)
        sample = history.sample(history.book, scores, rules)
        result = TuneResult(history.book.name, sample, scores)
        few = _too_few(sample)
        return replace(result, why_not=few) if few else _proposal(result, history, rules)


def _too_few(sample: TuningSample) -> str | None:
    """Why nothing can be said by so few outcomes, in a sentence; None when there are enough."""
    for rows, winners, when in (
        (sample.past, sample.past_winners, "past"),
        (sample.later, sample.later_winners, "judged period"),
    ):
        if winners < FEWEST:
            return (
                f"{winners} of the leads in the {when} had the outcome; from {FEWEST} on something"
                " can be told."
            )
        if rows == winners:
            return f"Every lead in the {when} had the outcome, so nothing sets winners apart."
    return None


def _proposal(result: TuneResult, history: LeadHistory, rules: list[Tunable]) -> TuneResult:
    """The result with better points, where the past names any, judged in the later period."""
    from leadlight.predict.judge.auc_intervals import areas
    from leadlight.predict.tune.tuning import fit_trees

    points, scores = history.rule_points, result.scores
    past, later = (points.rows(history.book, rules, scores, later=late) for late in (False, True))
    found = _fit(past, rules)
    amendments = _amendments(rules, found)
    trees = fit_trees(past.tree_inputs(rules), past.won, later.tree_inputs(rules))
    rankings = {PRESENT: later.score, TREES: trees}
    if later.recency is not None and later.recency.min() < later.recency.max():
        rankings[RECENCY] = -later.recency
    changed = _changes(rules, found)
    unmoved: tuple[str, ...] = ()
    text: str | None = None
    if amendments:
        text = amend(history.text, amendments)
        history.repeat_rows(text, scores)
        rankings[TUNED] = points.repeated_scores(scores, later=True)
        text, moves, unmoved = _with_thresholds(text, history, scores)
        changed += moves
        usable(text, "the tuned playbook", history.everything.sources.catalog)  # it reads back
    judged = areas(rankings, later.won, later.lead)
    result = replace(
        result,
        areas={n: judged.of(n) for n in (TUNED, PRESENT, RECENCY, TREES) if n in rankings},
        changed=changed,
        untouched=found.untouched,
        unmoved=unmoved,
    )
    if text is None:
        return replace(result, why_not="No other points ranked the past better beyond chance.")
    return _with_verdict(result, text, judged)


def _fit(past: TuningRows, rules: list[Tunable]) -> PointsProposal:
    """New points, by the rows of the past that no veto holds for."""
    from leadlight.predict.tune.tuning import Past, RuleColumn
    from leadlight.predict.tune.tuning import tune as fit

    fair = ~past.vetoed
    free = [n for n, r in enumerate(rules) if not r.veto]
    rows = Past([m[fair][:, free] for m in past.sums], past.lead[fair], past.won[fair])
    return fit(rows, [RuleColumn.of(rules[n]) for n in free])


def _with_verdict(result: TuneResult, text: str, judged: Areas) -> TuneResult:
    """The result with the proposed text, and why it is not worth it, where it is not."""
    better = judged.above(TUNED, PRESENT)
    result = replace(result, better=better, text=_with_header(text, result, better))
    if better.low is None or better.low <= 0:
        return replace(
            result,
            why_not=(
                "In the judged period the tuned points rank no better than the present ones beyond"
                " chance."
            ),
        )
    if better.value is not None and better.value < WORTH:
        return replace(
            result,
            why_not=(
                "In the judged period the tuned points rank better, by so little that it is not"
                " worth a new agreement."
            ),
        )
    return result


def _amendments(rules: list[Tunable], found: PointsProposal) -> Amendments:
    points, caps = {}, {}
    for r in rules:
        new = _new_points(r, found)
        if new is not None:
            points[r.name] = number(new)
            if r.at_most is not None and r.points and new:
                caps[r.name] = number(_cap(new, r))
    return Amendments(points, caps, _half_lives(rules, found))


def _half_lives(rules: list[Tunable], found: PointsProposal) -> dict[str, int]:
    """The new half-lives: of rules, and the usual one of each of their signals."""
    lives = {}
    for r in rules:
        life = _new_half_life(r, found)
        if life is not None:
            lives[r.name] = life
    for part in {r.part for r in rules if r.name in lives}:
        usual = _usual([r for r in rules if r.part == part], found.chosen[part])
        if usual is not None:
            lives[part] = usual
    return lives


def _new_points(rule: Tunable, found: PointsProposal) -> float | None:
    """What a rule is to give, where that is something else."""
    new = found.points.get(rule.name)
    return None if new is None or new == float(rule.points) else new


def _new_half_life(rule: Tunable, found: PointsProposal) -> int | None:
    """The half-life of a rule, where it is to be another one."""
    n = found.chosen.get(rule.part, 0) if rule.half_lives else 0
    return None if not n or rule.half_lives[n] == rule.half_lives[0] else rule.half_lives[n]


def _usual(rules: list[Tunable], n: int) -> int | None:
    """The half-life of most rules of a signal under a candidate."""
    lives = [r.half_lives[n] for r in rules if r.half_lives[n] is not None]
    return max(set(lives), key=lives.count) if lives else None


def _cap(points: float, rule: Tunable) -> float:
    """The cap that counts as many activities as before, and at least one."""
    from leadlight.predict.tune.tuning import round_points

    times = float(rule.at_most or 0) / abs(float(rule.points))
    return max(abs(points), round_points(abs(points) * times, highest=1000))


def number(value: float) -> str:
    """A number as a person writes it."""
    return f"{value:g}" if value != int(value) else str(int(value))


def _changes(rules: list[Tunable], found: PointsProposal) -> tuple[NumberChange, ...]:
    """The half-lives and the points that change."""
    out = []
    for part, n in found.chosen.items():
        mine = [r for r in rules if r.part == part]
        before, after = _usual(mine, 0), _usual(mine, n)
        if n and before != after and after is not None:
            was = words(before) if before else "never fades"
            out.append(NumberChange(part, "half-life", was, words(after)))
    for r in rules:
        new = _new_points(r, found)
        if new is not None:
            out.append(NumberChange(r.name, "points", number(float(r.points)), number(new)))
    return tuple(out)


def _with_thresholds(
    text: str, history: LeadHistory, scores: Sequence[str]
) -> tuple[str, tuple[NumberChange, ...], tuple[str, ...]]:
    """The text with thresholds on the tuned scores moved so that as many leads of the past meet
    them as before; what changed, and what stays because nobody met it.
    """
    from leadlight.predict.tune.thresholds import nobody_meets, same_share

    sums: dict[tuple[str, ...], tuple[Numbers, Numbers]] = {}
    places, changes, unmoved = {}, [], []
    for t in thresholds(text, tuned_names(history.book, scores)):
        if t.names not in sums:
            sums[t.names] = history.rule_points.before_and_after(t.names)
        before, after = sums[t.names]
        new = number(same_share(before, after, t.sign, float(t.number)))
        condition = f"{' + '.join(t.names)} {t.sign}"
        if float(new) != float(t.number):
            places[t] = new
            changes.append(NumberChange(condition, "threshold", t.number, new))
        elif nobody_meets(before, t.sign, float(t.number)):
            unmoved.append(f"{condition} {t.number}")
    return (
        move_thresholds(text, places),
        tuple(dict.fromkeys(changes)),
        tuple(dict.fromkeys(unmoved)),
    )


def tuned_names(book: Playbook, scores: Sequence[str]) -> set[str]:
    """The names whose values change with the points: the scores, and the signals they are."""
    return {
        *scores,
        *(s.signal for s in book.scores if isinstance(s, SignalScore) and s.name in scores),
    }


def _with_header(text: str, result: TuneResult, better: Estimate) -> str:
    """The proposal with a comment at its top that says when, from what and with what figure."""
    s = result.sample
    now, tuned = (result.areas[n].value for n in (PRESENT, TUNED))
    lines = [
        f"{HEADED[2:]}{s.made:%Y-%m-%d}. Outcome: {s.outcome}.",
        (
            f"Learnt from {s.past_winners:,} leads that had it; judged:"
            f" {s.split if not s.moments else 'from ' + s.split}."
        ),
        (
            f"Judged on {s.later_winners:,} later ones: AUC {now:.3f} before, {tuned:.3f} with"
            f" these points (difference {better.value:+.3f}, interval {better.low:+.3f} to"
            f" {better.high:+.3f})."
        ),
        "Rehearse it before you publish it: leadlight rehearse THIS-FILE",
    ]
    return "".join(f"# {line}\n" for line in lines) + "\n" + text
