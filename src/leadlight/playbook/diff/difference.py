"""The difference between two playbooks in words that a salesperson reads: what counts as hot,
points, routes, who signs.

Not a difference of texts: what means the same (`playbook/canonical.py`) is no difference, however
it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadlight.playbook.canonical import WRITTEN, meaning, names_of, spell
from leadlight.playbook.conditions import Condition
from leadlight.playbook.diff.conditions import ConditionDiff, show
from leadlight.playbook.diff.labels import of_scale, title
from leadlight.playbook.diff.points import (
    POINTS,
    WORDS,
    Rules,
    Sentence,
    compare_matches,
    describe,
    enumeration,
    number,
    other_fields,
    plain,
    word,
)
from leadlight.playbook.diff.routes import of_routes
from leadlight.playbook.diff.tracks import of_tracks
from leadlight.playbook.diff.verification import compare_verification
from leadlight.playbook.durations import in_words
from leadlight.playbook.spec import (
    Count,
    DaysSince,
    Gained,
    Match,
    Measure,
    Playbook,
    Points,
    Questions,
    Rank,
    RuleScore,
    Scale,
    Score,
    Signal,
    SignalScore,
    Sleeping,
    Value,
    Woken,
)

DERIVED, CHECKED, SEGMENTS, ROUTES = (
    "What is derived",
    "What verification means",
    "Segments",
    "Routes and response times",
)
OUTCOMES, CAPACITY, SIGNS, NAMES, REST = (
    "What is learned from outcomes",
    "How many leads a department takes",
    "Who signs",
    "New names",
    "Besides",
)
_SECTIONS = frozenset(
    {
        "signals",
        "scores",
        "scales",
        "segments",
        "routes",
        "sign_off",
        "capacity",
        "outcomes",
        "tracks",
        "limits",
    }
)


@dataclass(frozen=True)
class DifferenceLine:
    """One difference: what it is about, and a sentence."""

    about: str
    text: str


@dataclass(frozen=True)
class PlaybookDifference:
    """What a new playbook says otherwise than an old one; no line: they say the same."""

    old: str
    new: str
    lines: tuple[DifferenceLine, ...]

    @property
    def same(self) -> bool:
        return not self.lines

    def groups(self) -> dict[str, list[str]]:
        """The sentences by what they are about, in the order in which a reader wants them."""
        out: dict[str, list[str]] = {}
        for line in self.lines:
            out.setdefault(line.about, []).append(line.text)
        return out


def difference(old: Playbook, new: Playbook) -> PlaybookDifference:
    """What `new` says otherwise than `old`."""
    lines: tuple[DifferenceLine, ...] = ()
    if meaning(old) != meaning(new):
        told = list(dict.fromkeys(_Comparison(old, new).sentences()))
        lines = tuple(DifferenceLine(about, text) for about, text in told)
        lines = lines or (
            DifferenceLine(
                REST,
                "They do not say the same, in a way that has no words here: compare the texts.",
            ),
        )
    return PlaybookDifference(old.name, new.name, lines)


class _Comparison:
    """Two playbooks, what each name of the new one was called before, and the sentences."""

    def __init__(self, old: Playbook, new: Playbook) -> None:
        self.old, self.new = old, new
        self.names = _old_names(old, new)
        in_points = {
            s.name
            for b in (old, new)
            for s in (*b.scores, *b.signals)
            if not isinstance(s, Value | Questions)
        }
        counted = {s.name for b in (old, new) for s in b.signals if not isinstance(s, Points)}
        self.conditions = ConditionDiff(self.old_name, frozenset(in_points - counted))

    def old_name(self, name: str) -> str:
        return self.names.get(name, name)

    def sentences(self) -> Iterator[Sentence]:
        """All that differs, in the order in which a reader wants it: names of things come last."""
        found = [s for part in self._parts() for s in part]
        yield from (s for s in found if s[0] != WORDS)
        yield from (s for s in found if s[0] == WORDS)

    def _parts(self) -> Iterator[Iterable[Sentence]]:
        scales = sorted(self.new.scales, key=lambda s: s.name != "temperature")
        yield from (self._scale(s) for s in scales[:1])
        yield self._signals(True)
        yield self._scores()
        yield from (self._scale(s) for s in scales[1:])
        kept = {self.old_name(s.name) for s in self.new.scales}
        yield [
            (title(s), f"No longer there: the scale *{s.name}*.")
            for s in self.old.scales
            if s.name not in kept
        ]
        yield self._signals(False)
        yield self._segments()
        yield of_routes(self.old.routes, self.new.routes, self.conditions)
        yield of_tracks(self.old, self.new, self.conditions)
        yield self._outcomes()
        yield self._capacity()
        yield self._signs()
        yield self._new_names()
        known = {*WRITTEN, *_SECTIONS}
        yield ((REST, line) for line in other_fields("The playbook", self.old, self.new, known))

    def _scale(self, new: Scale) -> Iterable[Sentence]:
        return of_scale(self.old.scale(self.old_name(new.name)), new, self.conditions)

    def _pairs(
        self, old: Sequence[Any], new: Sequence[Any]
    ) -> tuple[list[tuple[Any, Any]], list[Any], list[Any]]:
        """Those of one name in both, those only in the old, those only in the new."""
        before = {o.name: o for o in old}
        kept = {self.old_name(n.name) for n in new}
        pairs = [(before[self.old_name(n.name)], n) for n in new if self.old_name(n.name) in before]
        return (
            pairs,
            [o for o in old if o.name not in kept],
            [n for n in new if self.old_name(n.name) not in before],
        )

    def _signals(self, points: bool) -> Iterator[Sentence]:
        """The signals that give points, or the others."""

        def is_wanted(*signals: Signal) -> bool:
            return any(isinstance(s, Points) for s in signals) == points

        pairs, gone, came = self._pairs(self.old.signals, self.new.signals)
        for old, new in pairs:
            if is_wanted(old, new):
                yield from self._signal(old, new)
        for s in filter(is_wanted, came):
            if isinstance(s, Points):
                yield POINTS, f"New points *{s.name}*: {'; '.join(describe(r) for r in s.rules)}."
            else:
                yield DERIVED, f"New: *{s.name}*{_describe_after(s)}."
        about = POINTS if points else DERIVED
        yield from (
            (about, f"No longer there: *{s.name}*{_describe_after(s)}.")
            for s in filter(is_wanted, gone)
        )

    def _signal(self, old: Any, new: Any) -> Iterator[Sentence]:
        subject = f"*{new.name}*"
        if type(old) is not type(new):
            about = POINTS if isinstance(new, Points) else DERIVED
            now, before = _describe_after(new, of=""), _describe_after(old, of="")
            yield about, f"{subject} is now{now} instead of{before}."
        elif isinstance(new, Points):
            yield from self._points(old, new)
        elif isinstance(new, Value):
            yield from self._value(old, new)
        elif hasattr(new, "match"):
            yield from ((DERIVED, line) for line in _match(subject, old, new))
        elif isinstance(new, Questions):
            yield from self._questions(old, new)
        elif spell(old, str) != spell(new, self.old_name):
            yield from ((DERIVED, t) for t in other_fields(subject, old, new, {"name"}))

    def _points(self, old: Points, new: Points) -> Iterator[Sentence]:
        scores = (
            s.name for s in self.new.scores if isinstance(s, SignalScore) and s.signal == new.name
        )
        called = next(scores, new.name)
        yield from Rules(called, self.conditions).lines(old.rules, new.rules)
        yield from _limits(f"*{called}*", old, new)
        known = {"name", "rules", "at_least", "at_most"}
        yield from ((POINTS, t) for t in other_fields(f"*{new.name}*", old, new, known))

    def _value(self, old: Value, new: Value) -> Iterator[Sentence]:
        rules = compare_verification(old.verification, new.verification)
        if rules is not None:
            yield from ((CHECKED, line) for line in rules)
            return
        lines = self.conditions.lines(f"*{new.name}*", old.expression, new.expression)
        yield from ((DERIVED, line) for line in lines)

    def _questions(self, old: Questions, new: Questions) -> Iterator[Sentence]:
        before, after = {q.id: q for q in old.questions}, {q.id: q for q in new.questions}
        for id_, question in after.items():
            if id_ not in before:
                no = f", no where {show(question.no)}" if question.no else ""
                yield DERIVED, f"*{new.name}* now asks {id_}: yes where {show(question.yes)}{no}."
                continue
            was = before[id_]
            for answer, a, b in (("yes", was.yes, question.yes), ("no", was.no, question.no)):
                lines = self._answer(f"A {answer} to *{new.name} {id_}*", a, b)
                yield from ((DERIVED, line) for line in lines)
        yield from (
            (DERIVED, f"*{new.name}* no longer asks {id_}.") for id_ in before if id_ not in after
        )

    def _answer(self, subject: str, old: Condition | None, new: Condition | None) -> Iterator[str]:
        if old is None and new is not None:
            yield f"{subject} is now told by {show(new)}."
        elif old is not None and new is None:
            yield f"{subject} is no longer told by {show(old)}."
        else:
            yield from self.conditions.lines(subject, old, new)

    def _scores(self) -> Iterator[Sentence]:
        pairs, gone, came = self._pairs(self.old.scores, self.new.scores)
        for old, new in pairs:
            if isinstance(old, RuleScore) and isinstance(new, RuleScore):
                yield from Rules(new.name, self.conditions).lines(old.rules, new.rules)
                yield from _limits(f"*{new.name}*", old, new)
            elif spell(old, str) != spell(new, self.old_name):
                before, after = _score(old), _score(new)
                same = before == after
                is_now = f"another version of {after}" if same else f"{after} instead of {before}"
                yield (POINTS, f"*{new.name}* is now {is_now}.")
        yield from ((POINTS, f"New score *{s.name}*: {_score(s)}.") for s in came)
        yield from ((POINTS, f"No longer there: the score *{s.name}*, {_score(s)}.") for s in gone)

    def _segments(self) -> Iterator[Sentence]:
        pairs, gone, came = self._pairs(self.old.segments, self.new.segments)
        for old, new in pairs:
            yield from (
                (SEGMENTS, line)
                for line in self.conditions.lines(f"*{new.name}*", old.when, new.when)
            )
        yield from ((SEGMENTS, f"New segment *{s.name}*: {show(s.when)}.") for s in came)
        yield from ((SEGMENTS, f"No longer a segment: *{s.name}* ({show(s.when)}).") for s in gone)

    def _outcomes(self) -> Iterator[Sentence]:
        """Who bought, and how often that is learned from anew."""
        old, new = self.old.outcomes, self.new.outcomes
        if old is None and new is not None:
            yield OUTCOMES, f"Won are leads with {show(new.won)}, lost those with {show(new.lost)}."
        if old is not None and new is None:
            yield OUTCOMES, "It does not say any more who was won and who was lost."
        if old is not None and new is not None:
            for what in ("won", "lost"):
                before, after = getattr(old, what), getattr(new, what)
                lines = self.conditions.lines(f"*{what}*", before, after)
                yield from ((OUTCOMES, line) for line in lines)
            if self.old_name(new.points) != old.points:
                yield OUTCOMES, f"They correct *{new.points}* instead of *{old.points}*."
        before, after = (o.refresh if o is not None else None for o in (old, new))
        if before != after:
            often = f"{_every(after)} instead of {_every(before)}"
            yield OUTCOMES, f"They are learned from anew {often}."

    def _capacity(self) -> Iterator[Sentence]:
        old, new = (dict(getattr(b, "capacity", None) or {}) for b in (self.old, self.new))
        for name in dict.fromkeys([*new, *old]):
            if old.get(name) != new.get(name):
                yield (
                    CAPACITY,
                    f"{name} takes {_a_week(new.get(name))} instead of {_a_week(old.get(name))}.",
                )

    def _signs(self) -> Iterator[Sentence]:
        old, new = (tuple(getattr(b, "sign_off", None) or ()) for b in (self.old, self.new))
        yield from ((SIGNS, f"{role} must sign too.") for role in new if role not in old)
        yield from ((SIGNS, f"{role} need not sign any more.") for role in old if role not in new)

    def _new_names(self) -> Iterator[Sentence]:
        for what in ("scores", "scales", "segments"):
            for x in getattr(self.new, what):
                if self.old_name(x.name) != x.name:
                    yield (
                        NAMES,
                        f"The {what[:-1]} *{self.old_name(x.name)}* is now called *{x.name}*.",
                    )


def _old_names(old: Playbook, new: Playbook) -> Mapping[str, str]:
    """What names of the new playbook were called in the old one, where the same stands under
    another name.
    """
    before, after = _parts_by_name(old), _parts_by_name(new)
    found: dict[str, str] = {}
    # What is made of renamed things is seen to be the same once they are.
    while more := _same_parts(before, after, found):
        found |= more
    return found


def _parts_by_name(book: Playbook) -> dict[str, tuple[str, Any]]:
    """Each part that has a name: of which sort it is, and the part."""
    sections = {
        "signal": book.signals,
        "score": book.scores,
        "scale": book.scales,
        "segment": book.segments,
    }
    return {x.name: (what, x) for what, section in sections.items() for x in section}


def _same_parts(
    before: Mapping[str, tuple[str, Any]],
    after: Mapping[str, tuple[str, Any]],
    known: Mapping[str, str],
) -> dict[str, str]:
    """Further names for which the old playbook has the same under a name that the new one lacks."""
    found: dict[str, str] = {}

    def was(name: str) -> str:
        return found.get(name, known.get(name, name))

    left = _missing_names(before, after, known)
    for name, (what, x) in after.items():
        if name in {*before, *known, *found}:
            continue
        old_name = left.pop((what, spell(x, was)), None)
        if old_name is not None and what == "signal":
            found |= zip(names_of(x), names_of(before[old_name][1]), strict=True)
        elif old_name is not None:
            found[name] = old_name
    return found


def _missing_names(
    before: Mapping[str, tuple[str, Any]],
    after: Mapping[str, tuple[str, Any]],
    known: Mapping[str, str],
) -> dict[tuple[str, str], str]:
    """The old names that nothing new is known to be, by what they stand for; of two that stand for
    the same the first.
    """
    taken = {*after, *known.values()}
    missing = [(name, *part) for name, part in before.items() if name not in taken]
    return {(what, spell(x, str)): name for name, what, x in reversed(missing)}


def _limits(subject: str, old: Points | RuleScore, new: Points | RuleScore) -> Iterator[Sentence]:
    """The limits between which points are kept."""
    limits = (("above", old.at_most, new.at_most), ("below", old.at_least, new.at_least))
    for sign, before, after in limits:
        if before != after:
            now = "has no limit" if after is None else f"never goes {sign} {number(after)}"
            was = "had no limit" if before is None else f"never went {sign} {number(before)}"
            yield POINTS, f"{subject} now {now}; before, it {was}."


def _match(subject: str, old: Any, new: Any) -> Iterator[str]:
    """A signal of activities: which it means, and for a silence how long it is."""
    yield from compare_matches(subject, old.match, new.match)
    for which in ("after", "within"):
        before, after = int(getattr(old, which, 0)), int(getattr(new, which, 0))
        if before != after:
            yield f"{subject}: {which} is {in_words(after)} instead of {in_words(before)}."
    yield from other_fields(subject, old, new, {"name", "match", "after", "within"})


def _describe_after(signal: Signal, of: str = ", ") -> str:
    return (of or " ") + describe_signal(signal)


def describe_signal(signal: Signal) -> str:
    """A signal in words: what it says of a lead."""
    if isinstance(signal, Value):
        return show(signal.expression)
    if isinstance(signal, Points):
        return f"points of {enumeration([word(r) for r in signal.rules])}"
    if isinstance(signal, Rank):
        among = f" of those where {show(signal.among)}" if signal.among else ""
        return f"before how many in a hundred{among} a lead stands by {show(signal.of)}"
    if isinstance(signal, Questions):
        return f"the questions {enumeration([q.id for q in signal.questions])}"
    if isinstance(signal, Gained):
        return f"what the positive rules of *{signal.of}* gave"
    if isinstance(signal, Sleeping | Woken):
        how = "woken by" if isinstance(signal, Woken) else "without"
        return f"{how} {_activities(signal.match)} after {in_words(signal.after)}"
    within = f" of the last {in_words(signal.match.within)}" if signal.match.within else ""
    return f"{_of_activities(signal)} {_activities(signal.match)}{within}"


def _of_activities(signal: Count | DaysSince | Measure) -> str:
    """What a signal says of the activities that it means."""
    if isinstance(signal, Measure):
        return f"the {signal.how} {signal.column} of"
    return "the number of" if isinstance(signal, Count) else "days since"


def _activities(match: Match) -> str:
    where = f" where {show(match.when)}" if match.when else ""
    return f"{enumeration(match.kinds) or 'any activity'}{where}"


def _score(score: Score) -> str:
    if isinstance(score, SignalScore):
        return f"the points of *{score.signal}*"
    if isinstance(score, RuleScore):
        return (
            f"the points where {'; '.join(describe(r) for r in score.rules)}"
            if score.rules
            else "no points"
        )
    return f"what the model *{score.model.name}* says"


def _every(seconds: int | None) -> str:
    return "never" if seconds is None else f"after {in_words(seconds)}"


def _a_week(leads: Any) -> str:
    return "any number of leads a week" if leads is None else f"{plain(leads)} leads a week"
