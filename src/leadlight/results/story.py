"""One lead's story: when it was hot, how long it slept, how fast it climbed, and whether it is
improving. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from leadlight.playbook.spec import Playbook, Points, RuleScore, Scale, SignalScore, Sleeping, Woken

TrendWord = Literal["improving", "steady", "declining", "not enough facts"]
BACK = timedelta(days=30)  # a trend is what became of a score in so long
SHARE = 0.1  # of the score's range: less is steady
FEWEST = 2  # facts
HIGHEST = 100.0  # the range of a score without limits is at least this


@dataclass(frozen=True)
class Spell:
    """A stretch of time in which a lead had a label; `until` is None where it still has it."""

    scale: str
    label: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Stay:
    """All the time that a lead had a label: how often, how many days in all, and when."""

    scale: str
    label: str
    days: float
    spells: tuple[Spell, ...]


@dataclass(frozen=True)
class Climb:
    """A lead reached a better label than ever before: from which, when, and in how many days since
    it had reached that.
    """

    scale: str
    before: str
    after: str
    at: datetime
    days: float


@dataclass(frozen=True)
class Silence:
    """A silence at least as long as the playbook's signal of sleep asks; `until` is None where it
    still lasts.
    """

    since: datetime
    until: datetime | None
    days: float


@dataclass(frozen=True)
class Trend:
    """Where a score is going: now against thirty days before.

    improving or declining from a tenth of the score's range on (its limits, or 0 to 100, or its own
    highest value where that is more). With fewer than two facts in the score, or known for less
    than thirty days, there are not enough facts.
    """

    word: TrendWord
    score: str = ""
    before: float | None = None
    now: float | None = None


@dataclass(frozen=True)
class Recycling:
    """Sales gave the lead back: when, and why (None: it gave no reason)."""

    at: datetime
    reason: str | None


@dataclass(frozen=True)
class Story:
    """What became of one lead since a moment, up to another."""

    since: datetime
    until: datetime
    stays: tuple[Stay, ...]
    climbs: tuple[Climb, ...]
    silences: tuple[Silence, ...]
    recycled: tuple[Recycling, ...]
    trend: Trend

    @property
    def enough(self) -> bool:
        """Whether there is anything to tell: some label changed, it slept, came back or was given
        back.
        """
        return (
            any(len(s.spells) > 1 for s in self.stays)
            or len({s.scale for s in self.stays}) < len(self.stays)
            or bool(self.silences or self.recycled)
        )


def story(
    book: Playbook,
    spells: Iterable[Spell],
    acted: Sequence[datetime],
    recycled: Iterable[Recycling],
    trend: Trend,
    since: datetime,
    until: datetime,
) -> Story:
    """A lead's story. `acted` are the moments of what ends a silence, in any order (`ends_silence`
    says which).
    """
    told = sorted(spells, key=lambda s: (s.scale, s.since))
    stays = [stay for scale in book.scales for stay in _stays(scale, told, until)]
    ladder = ladder_of(book)
    climbs = _climbs(ladder, told) if ladder else []
    asked = ends_silence(book)
    silences = _silences(acted, asked.after, until) if asked else []
    back = sorted((r for r in recycled if r.at <= until), key=lambda r: r.at)
    begin = min((s.since for s in told), default=until)
    return Story(
        max(since, begin), until, tuple(stays), tuple(climbs), tuple(silences), tuple(back), trend
    )


def ends_silence(book: Playbook) -> Sleeping | Woken | None:
    """The signal that says what sleep is: the first `woken` of the playbook, else the first
    `sleeping`.
    """
    woken = next((s for s in book.signals if isinstance(s, Woken)), None)
    return woken or next((s for s in book.signals if isinstance(s, Sleeping)), None)


def ladder_of(book: Playbook) -> Scale | None:
    """The scale that is climbed: `stage`, else the one with the most steps when it has more than
    three.
    """
    named = book.scale("stage")
    most = max(book.scales, key=lambda s: len(s.labels), default=None)
    return named or (most if most is not None and len(most.labels) > 3 else None)


def score_of(book: Playbook) -> str | None:
    """The score whose trend is told: the first that is a points signal, else the first of all."""
    points = {s.name for s in book.signals if isinstance(s, Points)}
    found = [s.name for s in book.scores if isinstance(s, SignalScore) and s.signal in points]
    return next(iter([*found, *(s.name for s in book.scores)]), None)


def trend(
    book: Playbook,
    score: str | None,
    before: float | None,
    now: float | None,
    facts: int,
    known: timedelta,
) -> Trend:
    """Where a score is going, from its value thirty days before and now, how many facts are in it,
    and how long it is known.
    """
    if score is None or before is None or now is None or facts < FEWEST or known < BACK:
        return Trend("not enough facts", score or "", before, now)
    low, high = _limits(book, score)
    span = max(high, before, now) - low
    change = (now - before) / span
    word: TrendWord = (
        "improving" if change >= SHARE else ("declining" if change <= -SHARE else "steady")
    )
    return Trend(word, score, before, now)


def _limits(book: Playbook, score: str) -> tuple[float, float]:
    found = next(s for s in book.scores if s.name == score)
    of = book.signal(found.signal) if isinstance(found, SignalScore) else found
    if not isinstance(of, Points | RuleScore):
        return 0.0, HIGHEST
    low = float(of.at_least) if of.at_least is not None else 0.0
    return low, float(of.at_most) if of.at_most is not None else max(HIGHEST, low + 1)


def _stays(scale: Scale, told: Sequence[Spell], until: datetime) -> Iterable[Stay]:
    """The labels a lead had on a scale, the best first, and those that only another playbook knows
    last.
    """
    labels: dict[str, list[Spell]] = {la.name: [] for la in scale.labels}
    for spell in told:
        if spell.scale == scale.name:
            labels.setdefault(spell.label, []).append(spell)
    for label, spells in labels.items():
        days = sum(_days(s.since, s.until or until) for s in spells)
        if spells:
            yield Stay(scale.name, label, days, tuple(spells))


def _climbs(scale: Scale, told: Sequence[Spell]) -> list[Climb]:
    ladder = [la.name for la in scale.labels if not la.aside]
    out: list[Climb] = []
    best: Spell | None = None
    for spell in (s for s in told if s.scale == scale.name and s.label in ladder):
        if best is None:
            best = spell
        elif ladder.index(spell.label) < ladder.index(best.label):
            out.append(
                Climb(
                    scale.name, best.label, spell.label, spell.since, _days(best.since, spell.since)
                )
            )
            best = spell
    return out


def _silences(acted: Sequence[datetime], after: int, until: datetime) -> list[Silence]:
    moments = sorted(a for a in acted if a <= until)
    ends: list[datetime | None] = [*moments[1:], None]
    out = []
    for since, end in zip(moments, ends, strict=False):
        silent = (end or until) - since
        if silent >= timedelta(seconds=after):
            out.append(Silence(since, end, _days(since, end or until)))
    return out


def _days(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 86_400
