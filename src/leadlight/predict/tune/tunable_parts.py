"""What of a playbook can be tuned: the points of its rules and their half-lives. Pure, and without
numeric libraries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain

from leadlight.playbook.order import needs, question_names
from leadlight.playbook.spec import (
    DaysSince,
    Gained,
    Match,
    Playbook,
    PointRule,
    Points,
    Questions,
    RuleScore,
    Score,
    Signal,
    SignalScore,
)
from leadlight.problems import CannotDo, did_you_mean

DAY = 86_400
#: Half-lives that people can read, in seconds.
READABLE = tuple(days * DAY for days in (3, 7, 14, 30, 60, 90, 180, 365))
#: A rule that takes so much is a veto (a student, a competitor): it says whom nobody wants, and is
#: not tuned.
VETO = -100
# before a score's name: its rules of no points, as if they gave one, so that it is seen whom they
# mean
NAUGHT = "naught_of_"
RECENCY = "days_since_anything"  # the signal behind "recency alone"


@dataclass(frozen=True)
class Tunable:
    """A rule whose points may be tuned. `half_lives` has the half-life (seconds; None: no fading)
    under each candidate of its signal, its own first; a rule on attributes has none.
    """

    part: str  # the signal or the score it stands in
    id: str
    points: Decimal
    at_most: Decimal | None = None
    half_lives: tuple[int | None, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.part}.{self.id}"

    @property
    def veto(self) -> bool:
        return self.points <= VETO


def point_scores(book: Playbook, wanted: Sequence[str] = ()) -> list[str]:
    """The scores that are made of points (those wanted of them): together they rank the leads."""
    made = [s.name for s in book.scores if _has_points(book, s)]
    for name in wanted:
        _demand(name, made)
    if not made:
        raise CannotDo(
            "This playbook has no score that is made of points, so there is nothing to tune."
        )
    return [name for name in made if name in (wanted or made)]


def _demand(name: str, made: Sequence[str]) -> None:
    if name not in made:
        hint = did_you_mean(name, made) or f"There are {', '.join(made) or 'none'}."
        raise CannotDo(f"{name!r} is no score of this playbook that is made of points. {hint}")


def _has_points(book: Playbook, score: Score) -> bool:
    if isinstance(score, SignalScore):
        return isinstance(book.signal(score.signal), Points)
    return isinstance(score, RuleScore)


def tunable(book: Playbook, scores: Iterable[str]) -> list[Tunable]:
    """Every rule behind these scores, each once, in the order of the playbook."""
    names = set(scores)
    wanted = [s for s in book.scores if s.name in names]
    signals = {s.signal for s in wanted if isinstance(s, SignalScore)}
    points = [s for s in book.signals if isinstance(s, Points) and s.name in signals]
    rules = [s for s in wanted if isinstance(s, RuleScore)]
    return [
        *chain.from_iterable(map(_rules_of_signal, points)),
        *chain.from_iterable(map(_rules_of_score, rules)),
    ]


def _rules_of_signal(signal: Points) -> list[Tunable]:
    """The rules of a signal, each with its half-life under every candidate."""
    usual, lives = usual_half_life(signal), candidates(signal)
    return [
        Tunable(
            signal.name,
            rule.id,
            rule.points,
            rule.at_most,
            tuple(half_life_of(rule, usual, life) for life in lives),
        )
        for rule in signal.rules
    ]


def _rules_of_score(score: RuleScore) -> list[Tunable]:
    return [Tunable(score.name, rule.id, rule.add) for rule in score.rules]


def usual_half_life(signal: Points) -> int | None:
    """The half-life that most rules of a signal have."""
    counted = Counter(rule.half_life for rule in signal.rules if rule.half_life is not None)
    return counted.most_common(1)[0][0] if counted else None


def candidates(signal: Points) -> tuple[int | None, ...]:
    """The half-lives that a signal is tried with, its own first."""
    own = usual_half_life(signal)
    return (own, *(life for life in READABLE if life != own))


def half_life_of(rule: PointRule, usual: int | None, tried: int | None) -> int | None:
    """A rule's half-life when its signal's is another: one that fades twice as fast as its signal
    goes on doing so.

    A rule that never fades, in a signal that does, goes on never fading.
    """
    if tried == usual or tried is None:
        return rule.half_life
    if usual is None:
        return tried
    if rule.half_life is None:
        return None
    if rule.half_life == usual:
        return tried
    wanted = tried * rule.half_life / usual
    return min((READABLE[0] // 3, *READABLE), key=lambda life: abs(_ratio(life, wanted)))


def _ratio(a: float, b: float) -> float:
    return max(a, b) / min(a, b) - 1


def trial(book: Playbook, rules: Sequence[Tunable]) -> Playbook:
    """A playbook only to look at activities with: for each candidate a points signal
    (`trial_<n>_<signal>`) whose rules have neither points nor caps of their own, so that each gives
    the plain sum of its faded activities.
    """
    signals: list[Signal] = []
    for signal in book.signals:
        mine = (
            {r.id: r for r in rules if r.part == signal.name} if isinstance(signal, Points) else {}
        )
        if not isinstance(signal, Points) or not mine:
            continue
        for n in range(len(candidates(signal))):
            each = tuple(
                replace(
                    rule, points=Decimal(1), at_most=None, half_life=mine[rule.id].half_lives[n]
                )
                for rule in signal.rules
            )
            signals.append(Points(f"trial_{n}_{signal.name}", each))
    return replace(
        book,
        signals=tuple(signals),
        scores=(),
        scales=(),
        segments=(),
        routes=(),
        fingerprint=_mark(book, "t"),
    )


def scores_only(book: Playbook, scores: Sequence[str]) -> Playbook:
    """The playbook with these scores and what they need, and how long ago a lead did anything: for
    training rows.
    """
    kept = {*_needs_of(book, scores), RECENCY}
    made = {s.name: s for s in book.signals} | {RECENCY: DaysSince(RECENCY, Match())}
    parts = tuple(s for s in book.scores if s.name in kept)
    return replace(
        book,
        signals=tuple(s for s in made.values() if not kept.isdisjoint(_names(s))),
        scores=(*parts, *_rules_of_no_points(parts)),
        scales=(),
        segments=(),
        routes=(),
        fingerprint=_mark(book, "s" + ",".join(scores)),
    )


def _needs_of(book: Playbook, scores: Sequence[str]) -> set[str]:
    """The names of these scores and of all that they are made of."""
    graph = needs(book)
    gained: dict[str, list[str]] = {}
    for signal in book.signals:
        if isinstance(signal, Gained):
            gained.setdefault(signal.name, []).append(signal.of)
    found, waiting = set[str](), list(scores)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [*graph.get(name, ()), *gained.get(name, ())]
    return found


def _rules_of_no_points(scores: Sequence[Score]) -> list[RuleScore]:
    """A score beside each, of its rules of no points as if they gave one."""
    found = []
    for score in scores:
        if isinstance(score, RuleScore):
            rules = tuple(replace(r, add=Decimal(1)) for r in score.rules if r.add == 0)
            found += [RuleScore(NAUGHT + score.name, rules)] if rules else []
    return found


def _names(signal: Signal) -> tuple[str, ...]:
    return question_names(signal) if isinstance(signal, Questions) else (signal.name,)


def _mark(book: Playbook, what: str) -> str:
    return f"{book.fingerprint}+{what}"
