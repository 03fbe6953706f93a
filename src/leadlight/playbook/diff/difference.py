"""The difference between two playbooks in words that a salesperson reads: what counts as hot,
points, routes, who signs.

Not a difference of texts: what means the same (`playbook/canonical.py`) is no difference, however
it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leadlight.playbook.canonical import WRITTEN, meaning, names_of, spelled
from leadlight.playbook.diff.conditions import Reworded, shown
from leadlight.playbook.diff.labels import of_scale, title
from leadlight.playbook.diff.points import (
    POINTS,
    WORDS,
    Rules,
    Told,
    described,
    listed,
    matched,
    number,
    other_fields,
    plain,
    word,
)
from leadlight.playbook.diff.routes import of_routes
from leadlight.playbook.diff.verification import resettled
from leadlight.playbook.durations import in_words
from leadlight.playbook.spec import (
    Count,
    DaysSince,
    Gained,
    Playbook,
    Points,
    Questions,
    RuleScore,
    Score,
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
CAPACITY, SIGNS, NAMES, REST = (
    "How many leads a department takes",
    "Who signs",
    "New names",
    "Besides",
)
_SECTIONS = frozenset({"signals", "scores", "scales", "segments", "routes", "sign_off", "capacity"})


@dataclass(frozen=True)
class Line:
    """One difference: what it is about, and a sentence."""

    about: str
    text: str


@dataclass(frozen=True)
class Difference:
    """What a new playbook says otherwise than an old one; no line: they say the same."""

    old: str
    new: str
    lines: tuple[Line, ...]

    @property
    def same(self) -> bool:
        return not self.lines

    def groups(self) -> dict[str, list[str]]:
        """The sentences by what they are about, in the order in which a reader wants them."""
        out: dict[str, list[str]] = {}
        for line in self.lines:
            out.setdefault(line.about, []).append(line.text)
        return out


def difference(old: Playbook, new: Playbook) -> Difference:
    """What `new` says otherwise than `old`."""
    lines: tuple[Line, ...] = ()
    if meaning(old) != meaning(new):
        told = list(dict.fromkeys(_Telling(old, new).all()))
        lines = tuple(Line(about, text) for about, text in told)
        lines = lines or (
            Line(
                REST,
                "They do not say the same, in a way that has no words here: compare the texts.",
            ),
        )
    return Difference(old.name, new.name, lines)


class _Telling:
    """Two playbooks, what each name of the new one was called before, and the sentences."""

    def __init__(self, old: Playbook, new: Playbook) -> None:
        self.old, self.new = old, new
        self.names = _renamed(old, new)
        in_points = {
            s.name
            for b in (old, new)
            for s in (*b.scores, *b.signals)
            if not isinstance(s, Value | Questions)
        }
        counted = {s.name for b in (old, new) for s in b.signals if not isinstance(s, Points)}
        self.reworded = Reworded(self.was, frozenset(in_points - counted))

    def was(self, name: str) -> str:
        return self.names.get(name, name)

    def all(self) -> Iterator[Told]:
        first = sorted(self.new.scales, key=lambda s: s.name != "temperature")
        gone = [
            s for s in self.old.scales if s.name not in {self.was(n.name) for n in self.new.scales}
        ]
        parts: list[Iterable[Told]] = [
            of_scale(self.old.scale(self.was(s.name)), s, self.reworded) for s in first[:1]
        ]
        parts += [
            self._signals(True),
            self._scores(),
            *(of_scale(self.old.scale(self.was(s.name)), s, self.reworded) for s in first[1:]),
        ]
        parts.append((title(s), f"No longer there: the scale *{s.name}*.") for s in gone)
        parts += [
            self._signals(False),
            self._segments(),
            of_routes(self.old.routes, self.new.routes, self.reworded),
            self._capacity(),
            self._signs(),
            self._new_names(),
        ]
        parts.append(
            (REST, line)
            for line in other_fields("The playbook", self.old, self.new, {*WRITTEN, *_SECTIONS})
        )
        told = [t for part in parts for t in part]
        yield from (t for t in told if t[0] != WORDS)
        yield from (t for t in told if t[0] == WORDS)

    def _pairs(
        self, old: Sequence[Any], new: Sequence[Any]
    ) -> tuple[list[tuple[Any, Any]], list[Any], list[Any]]:
        """Those of one name in both, those only in the old, those only in the new."""
        before = {o.name: o for o in old}
        kept = {self.was(n.name) for n in new}
        pairs = [(before[self.was(n.name)], n) for n in new if self.was(n.name) in before]
        return (
            pairs,
            [o for o in old if o.name not in kept],
            [n for n in new if self.was(n.name) not in before],
        )

    def _signals(self, points: bool) -> Iterator[Told]:
        pairs, gone, came = self._pairs(self.old.signals, self.new.signals)
        for old, new in pairs:
            if (isinstance(old, Points) or isinstance(new, Points)) == points:
                yield from self._signal(old, new)
        for s in came:
            if isinstance(s, Points) and points:
                yield POINTS, f"New points *{s.name}*: {'; '.join(described(r) for r in s.rules)}."
            elif isinstance(s, Points) == points:
                yield DERIVED, f"New: *{s.name}*{_made_of(s)}."
        yield from (
            (POINTS if points else DERIVED, f"No longer there: *{s.name}*{_made_of(s)}.")
            for s in gone
            if isinstance(s, Points) == points
        )

    def _signal(self, old: Any, new: Any) -> Iterator[Told]:
        subject = f"*{new.name}*"
        if type(old) is not type(new):
            yield (
                POINTS if isinstance(new, Points) else DERIVED,
                f"{subject} is now{_made_of(new, of='')} instead of{_made_of(old, of='')}.",
            )
        elif isinstance(new, Points):
            called = next(
                (
                    s.name
                    for s in self.new.scores
                    if isinstance(s, SignalScore) and s.signal == new.name
                ),
                new.name,
            )
            yield from Rules(called, self.reworded).lines(old.rules, new.rules)
            yield from _kept(f"*{called}*", old, new)
            yield from (
                (POINTS, t)
                for t in other_fields(subject, old, new, {"name", "rules", "at_least", "at_most"})
            )
        elif isinstance(new, Value):
            told = resettled(old.expression.text, new.expression.text)
            yield from ((CHECKED, line) for line in told or ())
            if told is None:
                yield from (
                    (DERIVED, line)
                    for line in self.reworded.lines(subject, old.expression, new.expression)
                )
        elif hasattr(new, "match"):
            yield from ((DERIVED, line) for line in matched(subject, old.match, new.match))
            for which in ("after", "within"):
                before, after = int(getattr(old, which, 0)), int(getattr(new, which, 0))
                if before != after:
                    yield (
                        DERIVED,
                        f"{subject}: {which} is {in_words(after)} instead of {in_words(before)}.",
                    )
            yield from (
                (DERIVED, t)
                for t in other_fields(subject, old, new, {"name", "match", "after", "within"})
            )
        elif isinstance(new, Questions):
            yield from self._questions(old, new)
        elif spelled(old, str) != spelled(new, self.was):
            yield from ((DERIVED, t) for t in other_fields(subject, old, new, {"name"}))

    def _questions(self, old: Questions, new: Questions) -> Iterator[Told]:
        before, after = {q.id: q for q in old.questions}, {q.id: q for q in new.questions}
        for id_, q in after.items():
            if id_ not in before:
                yield (
                    DERIVED,
                    (
                        f"*{new.name}* now asks {id_}: yes where"
                        f" {shown(q.yes)}{f', no where {shown(q.no)}' if q.no else ''}."
                    ),
                )
                continue
            for answer, a, b in (("yes", before[id_].yes, q.yes), ("no", before[id_].no, q.no)):
                subject = f"A {answer} to *{new.name} {id_}*"
                if (a is None) != (b is None):
                    said = f"is now told by {shown(b)}" if b else ""
                    if a:
                        said = f"is no longer told by {shown(a)}"
                    yield (DERIVED, f"{subject} {said}.")
                else:
                    yield from ((DERIVED, line) for line in self.reworded.lines(subject, a, b))
        yield from (
            (DERIVED, f"*{new.name}* no longer asks {id_}.") for id_ in before if id_ not in after
        )

    def _scores(self) -> Iterator[Told]:
        pairs, gone, came = self._pairs(self.old.scores, self.new.scores)
        for old, new in pairs:
            if isinstance(old, RuleScore) and isinstance(new, RuleScore):
                yield from Rules(new.name, self.reworded).lines(old.rules, new.rules)
                yield from _kept(f"*{new.name}*", old, new)
            elif spelled(old, str) != spelled(new, self.was):
                before, after = _score(old), _score(new)
                same = before == after
                is_now = f"another version of {after}" if same else f"{after} instead of {before}"
                yield (POINTS, f"*{new.name}* is now {is_now}.")
        yield from ((POINTS, f"New score *{s.name}*: {_score(s)}.") for s in came)
        yield from ((POINTS, f"No longer there: the score *{s.name}*, {_score(s)}.") for s in gone)

    def _segments(self) -> Iterator[Told]:
        pairs, gone, came = self._pairs(self.old.segments, self.new.segments)
        for old, new in pairs:
            yield from (
                (SEGMENTS, line)
                for line in self.reworded.lines(f"*{new.name}*", old.when, new.when)
            )
        yield from ((SEGMENTS, f"New segment *{s.name}*: {shown(s.when)}.") for s in came)
        yield from ((SEGMENTS, f"No longer a segment: *{s.name}* ({shown(s.when)}).") for s in gone)

    def _capacity(self) -> Iterator[Told]:
        old, new = (dict(getattr(b, "capacity", None) or {}) for b in (self.old, self.new))
        for name in dict.fromkeys([*new, *old]):
            if old.get(name) != new.get(name):
                yield (
                    CAPACITY,
                    f"{name} takes {_a_week(new.get(name))} instead of {_a_week(old.get(name))}.",
                )

    def _signs(self) -> Iterator[Told]:
        old, new = (tuple(getattr(b, "sign_off", None) or ()) for b in (self.old, self.new))
        yield from ((SIGNS, f"{role} must sign too.") for role in new if role not in old)
        yield from ((SIGNS, f"{role} need not sign any more.") for role in old if role not in new)

    def _new_names(self) -> Iterator[Told]:
        for what in ("scores", "scales", "segments"):
            for x in getattr(self.new, what):
                if self.was(x.name) != x.name:
                    yield NAMES, f"The {what[:-1]} *{self.was(x.name)}* is now called *{x.name}*."


def _renamed(old: Playbook, new: Playbook) -> Mapping[str, str]:
    """What names of the new playbook were called in the old one, where the same stands under
    another name.
    """

    def all_of(book: Playbook) -> dict[str, tuple[str, Any]]:
        listed_: list[tuple[str, Any]] = [("signal", s) for s in book.signals] + [
            ("score", s) for s in book.scores
        ]
        listed_ += [("scale", s) for s in book.scales] + [("segment", s) for s in book.segments]
        return {x.name: (what, x) for what, x in listed_}

    before, after = all_of(old), all_of(new)
    found: dict[str, str] = {}

    def was(name: str) -> str:
        return found.get(name, name)

    changed = True
    while changed:  # what is made of renamed things is told to be the same once they are
        changed = False
        missing = [
            (n, *of) for n, of in before.items() if n not in after and n not in found.values()
        ]
        left = {(what, spelled(x, str)): n for n, what, x in reversed(missing)}
        for name, (what, x) in after.items():
            twin = (
                left.pop((what, spelled(x, was)), None)
                if name not in before and name not in found
                else None
            )
            if twin is not None:
                names = (
                    zip(names_of(x), names_of(before[twin][1]), strict=True)
                    if what == "signal"
                    else [(name, twin)]
                )
                found.update(names)
                changed = True
    return found


def _kept(subject: str, old: Any, new: Any) -> Iterator[Told]:
    for which, sign in (("at_most", "above"), ("at_least", "below")):
        before: Decimal | None = getattr(old, which)
        after: Decimal | None = getattr(new, which)
        if before != after:
            said = [
                "has no limit" if v is None else f"never goes {sign} {number(v)}"
                for v in (after, before)
            ]
            yield (
                POINTS,
                (
                    f"{subject} now {said[0]}; before, it"
                    f" {said[1].replace('never goes', 'never went').replace('has', 'had')}."
                ),
            )


def _made_of(signal: Any, of: str = ", ") -> str:
    lead = of or " "
    if isinstance(signal, Value):
        return f"{lead}{shown(signal.expression)}"
    if isinstance(signal, Points):
        return f"{lead}points of {listed([word(r) for r in signal.rules])}"
    if isinstance(signal, Questions):
        return f"{lead}the questions {listed([q.id for q in signal.questions])}"
    if isinstance(signal, Gained):
        return f"{lead}what the positive rules of *{signal.of}* gave"
    kinds = listed(signal.match.kinds) or "any activity"
    where = f" where {shown(signal.match.when)}" if signal.match.when else ""
    since = signal.match.within
    within = f" of the last {in_words(since)}" if since else ""
    if isinstance(signal, Sleeping | Woken):
        how = "woken by" if isinstance(signal, Woken) else "without"
        return f"{lead}{how} {kinds}{where} after {in_words(signal.after)}"
    what = (
        "the number of"
        if isinstance(signal, Count)
        else (
            "days since"
            if isinstance(signal, DaysSince)
            else f"the {signal.how} {signal.column} of"
        )
    )
    return f"{lead}{what} {kinds}{where}{within}"


def _score(score: Score) -> str:
    if isinstance(score, SignalScore):
        return f"the points of *{score.signal}*"
    if isinstance(score, RuleScore):
        return (
            f"the points where {'; '.join(described(r) for r in score.rules)}"
            if score.rules
            else "no points"
        )
    return f"what the model *{score.model.name}* says"


def _a_week(leads: Any) -> str:
    return "any number of leads a week" if leads is None else f"{plain(leads)} leads a week"
