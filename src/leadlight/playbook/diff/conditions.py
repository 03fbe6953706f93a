"""How a condition changed, in sentences: which limit, what is needed besides, what no longer is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from leadlight.playbook.canonical import bare, canonical, terms
from leadlight.playbook.conditions import Condition, function_name

Pair = tuple[exp.Expr, exp.Expr]
_COMPARISONS = (
    exp.EQ,
    exp.NEQ,
    exp.LT,
    exp.LTE,
    exp.GT,
    exp.GTE,
    exp.In,
    exp.Between,
    exp.Like,
    exp.ILike,
)
_WORDS = re.compile(
    r"'(?:[^']|'')*'|\b(?:AND|OR|NOT|IN|BETWEEN|LIKE|ILIKE|IS|NULL|CASE|WHEN|THEN|ELSE|END"
    r"|TRUE|FALSE)\b"
)
_VERBS: Mapping[type[exp.Expr], tuple[str, str]] = {
    exp.And: ("now also needs", "no longer needs"),
    exp.Or: ("is now also where", "is no longer where"),
}
_MOST = 12  # changed limits in one condition; beyond, the whole condition is told


@dataclass(frozen=True)
class ConditionDiff:
    """Tells conditions apart. `old_name` says what a name of the new playbook was called before;
    `points` are the names (of both) that are counted in points.
    """

    old_name: Callable[[str], str]
    points: frozenset[str] = frozenset()

    def same(self, old: Condition | None, new: Condition | None) -> bool:
        if old is None or new is None:
            return old is new
        return self._old(old.tree) == self._new(new.tree)

    def lines(self, subject: str, old: Condition | None, new: Condition | None) -> Iterator[str]:
        """What of the condition differs; `subject` is what it is about, as the beginning of a
        sentence.
        """
        if self.same(old, new):
            return
        if old is None and new is not None:
            yield f"{subject} now needs {show(new)}; before, it was everyone else."
        elif new is None and old is not None:
            yield f"{subject} is now everyone else; before, it needed {show(old)}."
        elif old is not None and new is not None:
            yield from self._trees(subject, old.tree, new.tree)

    def _trees(self, subject: str, old: exp.Expr, new: exp.Expr) -> Iterator[str]:
        for chain in (exp.And, exp.Or):
            before, after = (terms(t) if type(bare(t)) is chain else [bare(t)] for t in (old, new))
            left, right = self._apart(before, after)
            if len(left) < len(before) or len(right) < len(after):  # something in common
                yield from self._chains(subject, chain, left, right)
                return
        limits = self._limits(old, new)
        if limits and len(limits) <= _MOST:
            yield from self._of_limits(subject, limits, new)
        else:
            yield f"{subject} is now {show(new)} instead of {show(old)}."

    def _chains(
        self, subject: str, chain: type[exp.Expr], left: list[exp.Expr], right: list[exp.Expr]
    ) -> Iterator[str]:
        """What differs between two chains of `and` or of `or`: the terms that only the old one has,
        and those that only the new one has.
        """
        came, gone = _VERBS[chain]
        inner = _inner(subject, chain)
        pairs = self._pair_limits(left, right)
        if len(left) == len(right) == 1 and type(left[0]) is type(right[0]) in (exp.And, exp.Or):
            pairs.append((left.pop(), right.pop()))
        for one, other in pairs:
            is_inner = chain is exp.Or or isinstance(other, exp.And | exp.Or)
            yield from self._trees(inner if is_inner else subject, one, other)
        yield from (f"{subject} {came} {show(t)}." for t in right)
        yield from (f"{subject} {gone} {show(t)}." for t in left)

    def _apart(
        self, old: Sequence[exp.Expr], new: Sequence[exp.Expr]
    ) -> tuple[list[exp.Expr], list[exp.Expr]]:
        """The terms that only one of the two has."""
        before, after = {self._old(t) for t in old}, {self._new(t) for t in new}
        return [t for t in old if self._old(t) not in after], [
            t for t in new if self._new(t) not in before
        ]

    def _pair_limits(self, left: list[exp.Expr], right: list[exp.Expr]) -> list[Pair]:
        """Terms that differ in a limit only, taken out of both lists."""
        out: list[Pair] = []
        for one in list(left):
            other = next((t for t in right if self._limits(one, t)), None)
            if other is not None:
                out.append((one, other))
                left[:] = [t for t in left if t is not one]
                right[:] = [t for t in right if t is not other]
        return out

    def _of_limits(self, subject: str, limits: Sequence[Pair], new: exp.Expr) -> Iterator[str]:
        needed = [id(t) for t in (terms(new) if not isinstance(bare(new), exp.Or) else [])]
        for one, other in limits:
            needs = id(other) in needed and isinstance(other, _COMPARISONS)
            yield (
                f"{subject}{' needs' if needs else ': now'} {self._phrase(other)} instead of"
                f" {self._phrase(one, other)}."
            )

    def _phrase(self, tree: exp.Expr, beside: exp.Expr | None = None) -> str:
        """`engagement >= 30` as "30 points of engagement" ("30" beside such a one); anything else
        as it is written.
        """
        if not self._in_points(tree):
            return show(tree)
        more = "more than " if type(tree) is exp.GT else ""
        of = (
            ""
            if beside is not None and type(beside) is type(tree)
            else f" points of {tree.this.name}"
        )
        return f"{more}{tree.expression.name}{of}"

    def _in_points(self, tree: exp.Expr) -> bool:
        return (
            isinstance(tree, exp.GTE | exp.GT)
            and isinstance(tree.this, exp.Column)
            and isinstance(tree.expression, exp.Literal)
            and tree.this.name in self.points
        )

    def _limits(self, old: exp.Expr, new: exp.Expr) -> list[Pair] | None:
        """The comparisons in which only a constant differs; None when something else does."""
        found: list[Pair] = []
        return found if self._walk(bare(old), bare(new), (old, new), found) else None

    def _walk(self, old: exp.Expr, new: exp.Expr, within: Pair, found: list[Pair]) -> bool:
        """Whether two trees differ in constants only; the comparisons in which they do are added to
        `found`.
        """
        old, new = bare(old), bare(new)
        if type(old) is not type(new) or function_name(old) != function_name(new):
            return False
        if isinstance(old, exp.Column):
            return old.name == self.old_name(new.name)
        if isinstance(old, exp.Literal):
            return _same_sort(old, new, within, found)
        if isinstance(old, _COMPARISONS):
            within = (old, new)
        if isinstance(old, exp.Boolean) and old.this != new.this:
            found.append(within)
        before, after = list(old.iter_expressions()), list(new.iter_expressions())
        return len(before) == len(after) and all(
            self._walk(a, b, within, found) for a, b in zip(before, after, strict=True)
        )

    def _old(self, tree: exp.Expr) -> str:
        return canonical(tree, str)

    def _new(self, tree: exp.Expr) -> str:
        return canonical(tree, self.old_name)


def _same_sort(old: exp.Literal, new: exp.Expr, within: Pair, found: list[Pair]) -> bool:
    """Whether two constants are both texts, or both numbers; where they differ, their comparison is
    added to `found`.
    """
    if old.is_string != new.is_string:
        return False
    is_new = not any(within[1] is other for _, other in found)
    if canonical(old, str) != canonical(new, str) and is_new:
        found.append(within)
    return True


def _inner(subject: str, chain: type[exp.Expr]) -> str:
    """What a part of a condition is called: a branch of an `or`, or a member of an `and`."""
    if chain is not exp.Or:
        return subject if subject.endswith(",") else f"{subject}, in one condition,"
    is_part = subject.startswith("One way to") or subject.endswith(",")
    return subject if is_part else f"One way to {subject}"


def show(what: Condition | exp.Expr) -> str:
    """A condition as one writes it, in the signs that mark a formula."""
    if isinstance(what, Condition):
        return f"`{' '.join(what.text.split())}`"
    text = what.sql(normalize_functions="lower")
    return f"`{_WORDS.sub(lambda m: m[0] if m[0].startswith(chr(39)) else m[0].lower(), text)}`"
