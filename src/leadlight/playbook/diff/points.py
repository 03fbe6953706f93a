"""How rules that give points changed, in sentences: what they give, how fast it fades, how much it
may come to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, TypeVar

from leadlight.playbook.canonical import spell
from leadlight.playbook.diff.conditions import ConditionDiff, show
from leadlight.playbook.durations import in_words
from leadlight.playbook.spec import FitRule, Match, PointRule

R = TypeVar("R", PointRule, FitRule)
Likeness = Callable[[PointRule | FitRule], Hashable]
POINTS, FADING, WORDS = "Points", "How fast points fade", "What rules and labels are called"
Sentence = tuple[str, str]  # what it is about, and the sentence


@dataclass(frozen=True)
class Rules:
    """The rules of one score or points signal, called `name`, in two playbooks."""

    name: str
    conditions: ConditionDiff

    def lines(self, old: Sequence[R], new: Sequence[R]) -> Iterator[Sentence]:
        """What differs between the rules: those of one meaning first, then those of one id, then
        those of one sort of fact.
        """
        pairs, gone, came = self._pair_rules(old, new)
        for before, after in pairs:
            yield from self._one(before, after)
        if old and isinstance(old[0], PointRule):
            yield from self._common_changes(old, pairs)
        yield from ((POINTS, f"New in *{self.name}*: {describe(rule)}.") for rule in came)
        yield from (
            (POINTS, f"No longer counted in *{self.name}*: {describe(rule)}.") for rule in gone
        )

    def _pair_rules(
        self, old: Sequence[R], new: Sequence[R]
    ) -> tuple[list[tuple[R, R]], list[R], list[R]]:
        """Rules of the one and of the other that belong together, and those that are alone."""
        gone, came, pairs = list(old), list(new), []
        for of_old, of_new in self._likenesses():
            for rule in list(gone):
                other = _like(of_old(rule), came, of_new)
                if other is not None:
                    pairs.append((rule, other))
                    gone = [r for r in gone if r is not rule]
                    came = [r for r in came if r is not other]
        order = {id(r): n for n, r in enumerate(new)}
        return sorted(pairs, key=lambda p: order[id(p[1])]), gone, came

    def _likenesses(self) -> Iterator[tuple[Likeness, Likeness]]:
        """By what rules belong together, the strictest first: of the old one, of the new one."""
        numbered = re.compile(rf"{re.escape(self.name)}_\d+")  # ids that a list's places gave
        was = self.conditions.old_name
        yield lambda r: (r.id, spell(r, str)), lambda r: (r.id, spell(r, was))
        yield lambda r: spell(r, str), lambda r: spell(r, was)
        yield lambda r: r.id, lambda r: None if numbered.fullmatch(r.id) else r.id
        yield lambda r: self._on(r, str), lambda r: self._on(r, was)
        yield lambda r: r.say, lambda r: r.say

    def _on(self, rule: PointRule | FitRule, names: Callable[[str], str]) -> str:
        """What the rule is about."""
        if isinstance(rule, FitRule):
            return spell(rule.when, names)
        return spell(replace(rule.match, within=None, once_per=None), names)

    def _one(self, old: R, new: R) -> Iterator[Sentence]:
        called = word(new)
        yield from ((POINTS, line) for line in _other_points(called, _points(old), _points(new)))
        if isinstance(old, FitRule) and isinstance(new, FitRule):
            lines = self.conditions.lines(called, old.when, new.when)
            yield from ((POINTS, line) for line in lines)
        elif isinstance(old, PointRule) and isinstance(new, PointRule):
            yield from ((POINTS, line) for line in _activities_of_rule(called, old, new))
        if old.say != new.say:
            yield WORDS, f"{word(old)} is now called {word(new)}."
        known = {"id", "points", "add", "when", "match", "at_most", "half_life", "say"}
        yield from ((POINTS, line) for line in other_fields(called, old, new, known))

    def _common_changes(
        self, old: Sequence[Any], pairs: Sequence[tuple[Any, Any]]
    ) -> Iterator[Sentence]:
        """Half-lives and windows, which many rules mostly have in common: one sentence for all that
        changed alike.
        """
        kinds: tuple[tuple[str, Callable[[Any], Any], Callable[[str, Any, Any], str]], ...] = (
            (FADING, lambda r: r.half_life, _half_life),
            (POINTS, lambda r: r.match.within, _window),
        )
        for about, of, sentence in kinds:
            changed: dict[tuple[Any, Any], list[Any]] = {}
            for before, after in pairs:
                if of(before) != of(after):
                    changed.setdefault((of(before), of(after)), []).append(after)
            for (was, now), rules in changed.items():
                subject = self._subject(rules, was, [of(r) for r in old])
                yield about, sentence(subject, was, now)

    def _subject(self, rules: Sequence[Any], was: Any, before: Sequence[Any]) -> str:
        """What rules that changed alike are called: by their names, or where they are all that were
        so before, as points of the signal.
        """
        if len(rules) == 1 or len(rules) != before.count(was):
            return enumeration([word(r) for r in rules])
        if any(value not in (was, None) for value in before):
            return f"{len(rules)} rules of *{self.name}*"
        return f"Points of *{self.name}*"


def _other_points(called: str, before: Decimal, after: Decimal) -> Iterator[str]:
    """That a rule gives or takes other points."""
    if before != after and (before < 0) == (after < 0):
        verb = "takes" if after < 0 else "gives"
        yield f"{called} now {verb} {number(abs(after))} points instead of {number(abs(before))}."
    elif before != after:
        was = _gives(before).replace("gives", "gave").replace("takes", "took")
        yield f"{called} now {_gives(after)}; before, it {was}."


def _activities_of_rule(called: str, old: PointRule, new: PointRule) -> Iterator[str]:
    if old.at_most != new.at_most:
        yield f"{called} may come to {_at_most(new.at_most)}, before to {_at_most(old.at_most)}."
    yield from compare_matches(called, old.match, new.match, within=False)


def describe(rule: PointRule | FitRule) -> str:
    """A rule in words: what it is called, what it gives, and when."""
    if isinstance(rule, FitRule):
        return f"{word(rule)} {_gives(rule.add)} where {show(rule.when)}"
    parts = [enumeration(rule.match.kinds) or "any activity"]
    if rule.match.when:
        parts.append(f"where {show(rule.match.when)}")
    if rule.match.once_per:
        parts.append(f"once per {rule.match.once_per}")
    if rule.match.within:
        parts.append(f"of the last {in_words(rule.match.within)}")
    if rule.at_most is not None:
        parts.append(f"at most {number(rule.at_most)} in all")
    if rule.half_life:
        parts.append(f"half of it after {in_words(rule.half_life)}")
    return f"{word(rule)} {_gives(rule.points)} ({', '.join(parts)})"


def compare_matches(subject: str, old: Match, new: Match, *, within: bool = True) -> Iterator[str]:
    """Which activities are meant now, and were not, or the other way round."""
    yield from _kinds(subject, old.kinds, new.kinds)
    yield from of_activities(subject, old, new)
    if within and old.within != new.within:
        yield _window(subject, old.within, new.within)
    if old.once_per != new.once_per:
        yield f"{subject} counts {_how_often(new.once_per)} instead of {_how_often(old.once_per)}."
    yield from other_fields(subject, old, new, {"kinds", "when", "within", "once_per"})


def _like(key: Hashable, rules: Sequence[R], of: Likeness) -> R | None:
    """The first rule with that likeness; nothing is like a rule without one."""
    return None if key is None else next((r for r in rules if of(r) == key), None)


def _kinds(subject: str, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """The kinds of activities that are counted; none stands for all."""
    if old and new:
        came, gone = _missing_in(old, new), _missing_in(new, old)
        if came:
            yield f"{subject} now counts {enumeration(came)} too."
        if gone:
            yield f"{subject} no longer counts {enumeration(gone)}."
    elif old or new:
        now, before = (enumeration(kinds) or "any activity" for kinds in (new, old))
        yield f"{subject} now counts {now} instead of {before}."


def _missing_in(some: Sequence[str], of: Sequence[str]) -> list[str]:
    """Those of the second that the first lacks, in their order."""
    return [k for k in of if k not in some]


def of_activities(subject: str, old: Match, new: Match) -> Iterator[str]:
    """What is asked of an activity; its names are those of the log, which nobody renames."""
    plain = ConditionDiff(str)
    if old.when is None and new.when is not None:
        yield f"{subject} now counts only where {show(new.when)}."
    elif new.when is None and old.when is not None:
        yield f"{subject} no longer counts only where {show(old.when)}."
    else:
        yield from plain.lines(subject, old.when, new.when)


def other_fields(subject: str, old: Any, new: Any, known: set[str]) -> Iterator[str]:
    """What nobody wrote a sentence for."""
    for f in fields(new):
        before, after = getattr(old, f.name, None), getattr(new, f.name)
        if f.name not in known and spell(before, str) != spell(after, str):
            yield (
                f"{subject}: {f.name.replace('_', ' ')} is {plain(after)} instead of"
                f" {plain(before)}."
            )


def plain(value: Any) -> str:
    """A value of a playbook as a reader writes it."""
    if value is None:
        return "nothing"
    if isinstance(value, tuple | list):
        return enumeration([plain(v) for v in value]) or "nothing"
    if isinstance(value, Decimal):
        return number(value)
    return show(value) if hasattr(value, "tree") else str(value)


def word(rule: PointRule | FitRule) -> str:
    """What a rule is called where reasons are given, in quotes."""
    return f'"{rule.say or rule.id.replace("_", " ")}"'


def number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def enumeration(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _points(rule: PointRule | FitRule) -> Decimal:
    return rule.add if isinstance(rule, FitRule) else rule.points


def _gives(points: Decimal) -> str:
    return f"{'takes' if points < 0 else 'gives'} {number(abs(points))} points"


def _at_most(points: Decimal | None) -> str:
    return "any number of points" if points is None else f"at most {number(points)} points"


def _half_life(subject: str, was: int | None, now: int | None) -> str:
    if now is None:
        return (
            f"{subject} no longer fade{_s(subject)}; before, half was left after"
            f" {in_words(was or 0)}."
        )
    if was is None:
        return (
            f"{subject} now fade{_s(subject)} to half in {in_words(now)}; before,"
            f" {'they' if not _s(subject) else 'it'} did not fade."
        )
    return f"{subject} now fade{_s(subject)} to half in {in_words(now)} instead of {in_words(was)}."


def _window(subject: str, was: int | None, now: int | None) -> str:
    said = [f"of the last {in_words(w)}" if w else "of any age" for w in (now, was)]
    return f"{subject} now count{_s(subject)} activities {said[0]} instead of those {said[1]}."


def _s(subject: str) -> str:
    """The verb's ending after one rule; none after several, or after "Points of"."""
    return "s" if subject.startswith('"') and '" and "' not in subject else ""


def _how_often(per: str | None) -> str:
    return "each time" if per is None else "once a day" if per == "day" else f"once for each {per}"


def quote(text: str | None) -> str:
    """A text of the playbook in quotes, or the word nothing."""
    return f'"{text}"' if text else "nothing"
