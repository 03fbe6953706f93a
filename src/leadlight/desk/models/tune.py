"""`tune`: half-lives, points and thresholds that would have ranked better, as an ordinary new
playbook to rehearse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from leadlight.desk.models.tuning_rows import Asked, Rows, Seen, rows_of, tuned_names
from leadlight.desk.playbooks import usable
from leadlight.playbook.amendments import Amendments, amend, move_thresholds, thresholds
from leadlight.playbook.durations import words
from leadlight.playbook.spec import Playbook
from leadlight.predict.libraries import TUNING, needs
from leadlight.predict.tune.periods import FEWEST
from leadlight.predict.tune.tunable_parts import Tunable, point_scores, tunable

if TYPE_CHECKING:
    from leadlight.predict.judge.metrics import Estimate

HEADED = "# Tuned by leadlight on "  # how a proposal begins
WORTH = 0.005  # of AUC: less is not worth talking about
TUNED, NOW, RECENCY, TREES = (
    "the tuned points",
    "the points as they are",
    "recency alone",
    "gradient-boosted trees",
)


@dataclass(frozen=True)
class Changed:
    """A number of the playbook that the proposal changes: of which rule, signal or condition, and
    what it is.
    """

    where: str
    what: str  # points, half-life, threshold
    before: str
    after: str


@dataclass(frozen=True)
class Tuning:
    """What the past says of a playbook's points.

    `areas` is the AUC of each ranking in the judged period, `better` by how much the tuned points
    rank better there. `tells` is whether the data can tell at all; `why_not` the reason when they
    cannot. `text` is the proposed playbook, where there is one.
    """

    playbook: str
    seen: Seen
    scores: tuple[str, ...]
    areas: dict[str, Estimate] = field(default_factory=dict)
    better: Estimate | None = None
    changed: tuple[Changed, ...] = ()
    untouched: tuple[str, ...] = ()
    unmoved: tuple[str, ...] = ()  # thresholds that stay because nobody, or everybody, meets them
    text: str | None = None
    why_not: str | None = None

    @property
    def tells(self) -> bool:
        return self.why_not is None


def tune(wanted: Asked) -> Tuning:
    """Look for better points. Raises `CannotDo` with a sentence when the question makes no sense
    for the base.
    """
    needs("Tuning", TUNING)
    with rows_of(wanted) as looked:
        book = looked.book
        scores = tuple(point_scores(book, wanted.scores))
        rules = tunable(book, scores)
        seen = looked.look(book, scores, rules)
        told = Tuning(book.name, seen, scores)
        few = _too_few(seen)
        if few:
            return replace(told, why_not=few)
        return _tuned(told, looked, rules)


def _too_few(seen: Seen) -> str | None:
    for rows, winners, when in (
        (seen.past, seen.past_winners, "past"),
        (seen.later, seen.later_winners, "judged period"),
    ):
        if winners < FEWEST:
            return (
                f"{winners} of the leads in the {when} had the outcome; from {FEWEST} on something"
                " can be told."
            )
        if rows == winners:
            return f"Every lead in the {when} had the outcome, so nothing sets winners apart."
    return None


def _tuned(told: Tuning, looked: Rows, rules: list[Tunable]) -> Tuning:
    from leadlight.predict.judge.auc_intervals import areas
    from leadlight.predict.tune.tuning import Past, RuleColumn, fit_trees, tune

    points, scores = looked.rule_points, told.scores
    past, later = (points.rows(looked.book, rules, scores, later=late) for late in (False, True))
    fair = ~past.vetoed
    rows = Past([m[fair] for m in past.sums], past.lead[fair], past.won[fair])
    free = [n for n, r in enumerate(rules) if not r.veto]
    found = tune(
        Past([m[:, free] for m in rows.sums], rows.lead, rows.won),
        [RuleColumn.of(rules[n]) for n in free],
    )
    amendments = _amendments(rules, found.points, found.chosen)
    text, changed = looked.text, tuple(_changes(rules, found.points, found.chosen))
    fitted = fit_trees(past.tree_inputs(rules), past.won, later.tree_inputs(rules))
    rankings = {NOW: later.score, TREES: fitted}
    if later.recency is not None and later.recency.min() < later.recency.max():
        rankings[RECENCY] = -later.recency
    unmoved: list[str] = []
    if amendments:
        text = amend(looked.text, amendments)
        looked.look_again(text, scores)
        rankings[TUNED] = points.repeated_scores(scores, later=True)
        text, moves, unmoved = _thresholds(text, looked, scores)
        changed += tuple(moves)
        _read_back(text, looked)
    judged = areas(rankings, later.won, later.lead)
    each = {name: judged.of(name) for name in (TUNED, NOW, RECENCY, TREES) if name in rankings}
    told = replace(
        told, areas=each, changed=changed, untouched=found.untouched, unmoved=tuple(unmoved)
    )
    if not amendments:
        return replace(told, why_not="No other points ranked the past better beyond chance.")
    better = judged.above(TUNED, NOW)
    told = replace(told, better=better, text=_headed(text, told, better))
    if better.low is None or better.low <= 0:
        return replace(
            told,
            why_not=(
                "In the judged period the tuned points rank no better than the present ones beyond"
                " chance."
            ),
        )
    if better.value is not None and better.value < WORTH:
        return replace(
            told,
            why_not=(
                "In the judged period the tuned points rank better, by so little that it is not"
                " worth a new agreement."
            ),
        )
    return told


def _amendments(
    rules: list[Tunable], points: Mapping[str, float], chosen: Mapping[str, int]
) -> Amendments:
    given, caps, lives = {}, {}, {}
    for r in rules:
        new = points.get(r.name)
        if new is not None and new != float(r.points):
            given[r.name] = number(new)
            if r.at_most is not None and r.points and new:
                caps[r.name] = number(_cap(new, r))
        n = chosen.get(r.part, 0) if r.half_lives else 0
        if n and r.half_lives[n] != r.half_lives[0] and r.half_lives[n] is not None:
            lives[r.name] = r.half_lives[n]
    for part in {r.part for r in rules if r.name in lives}:
        lives[part] = _usual([r for r in rules if r.part == part], chosen[part])
    return Amendments(given, caps, {k: v for k, v in lives.items() if v is not None})


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


def _changes(
    rules: list[Tunable], points: Mapping[str, float], chosen: Mapping[str, int]
) -> list[Changed]:
    out = []
    for part, n in chosen.items():
        mine = [r for r in rules if r.part == part]
        before, after = _usual(mine, 0), _usual(mine, n)
        if n and before != after and after is not None:
            out.append(
                Changed(part, "half-life", words(before) if before else "never fades", words(after))
            )
    for r in rules:
        new = points.get(r.name)
        if new is not None and new != float(r.points):
            out.append(Changed(r.name, "points", number(float(r.points)), number(new)))
    return out


def _thresholds(
    text: str, looked: Rows, scores: tuple[str, ...]
) -> tuple[str, list[Changed], list[str]]:
    """Thresholds on the tuned scores moved so that as many leads of the past meet them as
    before.
    """
    from leadlight.predict.tune.thresholds import nobody_meets, same_share

    names = tuned_names(looked.book, scores)
    sums: dict[tuple[str, ...], tuple[Any, Any]] = {}
    places, changes, unmoved = {}, [], []
    for t in thresholds(text, names):
        if t.names not in sums:
            sums[t.names] = looked.rule_points.before_and_after(t.names)
        new = number(same_share(*sums[t.names], t.sign, float(t.number)))
        said = f"{' + '.join(t.names)} {t.sign}"
        if float(new) != float(t.number):
            places[t] = new
            change = Changed(said, "threshold", t.number, new)
            changes += [change] if change not in changes else []
        elif nobody_meets(sums[t.names][0], t.sign, float(t.number)):
            unmoved.append(f"{said} {t.number}")
    return move_thresholds(text, places), changes, list(dict.fromkeys(unmoved))


def _read_back(text: str, looked: Rows) -> Playbook:
    return usable(text, "the tuned playbook", looked.catalog)[0]


def _headed(text: str, told: Tuning, better: Estimate) -> str:
    """The proposal with a comment at its top that says when, from what and with what figure."""
    s = told.seen
    now, tuned = (told.areas[n].value for n in (NOW, TUNED))
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
