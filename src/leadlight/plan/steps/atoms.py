"""Which activities the rules of a playbook mean, each written once: an atom is one such meaning
with a small number.

An activity is mapped to the numbers of the atoms it belongs to.  Atoms that can never hold for the
same activity share a
*slot*, so that most activities carry one or two numbers however many rules there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlglot import exp

from leadlight.plan.columns import AGE
from leadlight.playbook.conditions import arguments, function_name
from leadlight.playbook.spec import (
    Count,
    DaysSince,
    Match,
    Measure,
    Playbook,
    PointRule,
    Points,
    Sleeping,
    Woken,
)

#: The age factor is counted in billionths, points in hundredths: a term is an integer of 1e-11
#: points.
FACTOR = 1_000_000_000
UNIT = FACTOR * 100


@dataclass(frozen=True)
class Atom:
    """A set of matching activities, numbered from 1, and how fast it fades (None: not at all, or
    not asked).
    """

    number: int
    match: Match
    half_life: int | None


@dataclass
class Atoms:
    """Every atom of a playbook, and for each signal and rule the number of its atom."""

    all: list[Atom] = field(default_factory=list)
    of_signal: dict[str, int] = field(default_factory=dict)
    of_rule: dict[tuple[str, str], int] = field(default_factory=dict)
    of_silence: dict[str, int] = field(
        default_factory=dict
    )  # of a woken signal: what lay before its window

    @property
    def half_lives(self) -> tuple[int | None, ...]:
        """The distinct half-lives, in order of first use."""
        return tuple(dict.fromkeys(a.half_life for a in self.all))

    def rules_of(self, signal: Points) -> Mapping[int, PointRule]:
        """The point rules of a signal by the number of their atom."""
        return {self.of_rule[signal.name, rule.id]: rule for rule in signal.rules}


def atoms_of(book: Playbook, only: Iterable[str] | None = None) -> Atoms:
    """The atoms of the signals named (of all by default). Point rules come first, in the order of
    the playbook.
    """
    wanted = None if only is None else set(only)
    out = Atoms()
    signals = [s for s in book.signals if wanted is None or s.name in wanted]
    _add_points(out, [s for s in signals if isinstance(s, Points)])
    for s in signals:
        if isinstance(s, Count | DaysSince | Measure | Sleeping):
            out.of_signal[s.name] = _shared_atom(out, s.match)
        elif isinstance(s, Woken):
            out.of_signal[s.name] = _shared_atom(out, s.inside)
            out.of_silence[s.name] = _shared_atom(out, s.outside)
    return out


def _add_points(out: Atoms, signals: Sequence[Points]) -> None:
    """An atom for each point rule; rules of several signals that mean the same share one."""
    atoms: dict[tuple[Match, int | None], list[int]] = {}
    for s in signals:
        own: set[int] = set()
        for rule in s.rules:
            alike = atoms.setdefault((rule.match, rule.half_life), [])
            # Two rules of one signal that mean the same activities keep an atom each: their
            # caps may differ.
            number = next((n for n in alike if n not in own), None)
            if number is None:
                number = _add(out, rule.match, rule.half_life)
                alike.append(number)
            own.add(number)
            out.of_rule[s.name, rule.id] = number


def _shared_atom(out: Atoms, match: Match) -> int:
    """Counting does not care how fast a sum fades, so it shares any atom that means the same
    activities.
    """
    return next((a.number for a in out.all if a.match == match), None) or _add(out, match, None)


def _add(out: Atoms, match: Match, half_life: int | None) -> int:
    out.all.append(Atom(len(out.all) + 1, match, half_life))
    return len(out.all)


def slots(atoms: Iterable[Atom]) -> list[list[Atom]]:
    """The atoms in slots: within a slot no two can hold for the same activity."""
    out: list[list[Atom]] = []
    demands = {}
    for atom in atoms:
        demands[atom.number] = _demands(atom)
        for slot in out:
            same_occasion = slot[0].match.once_per == atom.match.once_per
            if same_occasion and all(
                _exclude_each_other(demands[a.number], demands[atom.number]) for a in slot
            ):
                slot.append(atom)
                break
        else:
            out.append([atom])
    return out


@dataclass
class _Demand:
    """What an atom demands of a column: one of some values, a beginning, a range [low, high)."""

    values: frozenset[str] | None = None
    beginning: str = ""
    low: Decimal | None = None
    high: Decimal | None = None

    def excludes(self, other: _Demand) -> bool:
        """True when no value can meet both."""
        return (
            bool(self.values and other.values and not self.values & other.values)
            or self._begins_otherwise(other)
            or self._has_no_beginning(other)
            or other._has_no_beginning(self)
            or self._ends_before(other)
            or other._ends_before(self)
        )

    def _begins_otherwise(self, other: _Demand) -> bool:
        one, two = self.beginning, other.beginning
        return bool(one and two) and not (one.startswith(two) or two.startswith(one))

    def _has_no_beginning(self, other: _Demand) -> bool:
        """None of these values begins as the other demands."""
        if not self.values or not other.beginning:
            return False
        return not any(v.startswith(other.beginning) for v in self.values)

    def _ends_before(self, other: _Demand) -> bool:
        return self.high is not None and other.low is not None and self.high <= other.low


def _demands(atom: Atom) -> Mapping[str, _Demand]:
    """What an atom demands of each column."""
    out: defaultdict[str, _Demand] = defaultdict(_Demand)
    if atom.match.kinds:
        out["kind"].values = frozenset(atom.match.kinds)
    for part in parts(atom.match.when.tree) if atom.match.when else ():
        column, how, found = demand(part)
        if how:
            _add_demand(out[column], how, found)
    if atom.match.before is not None:  # what a window demands is a range of the age, in seconds
        out[AGE].low = Decimal(atom.match.before)
    if atom.match.within is not None:
        out[AGE].high = Decimal(atom.match.within)
    return out


def _add_demand(demand: _Demand, how: str, found: tuple[str, ...]) -> None:
    """One more part of a condition: what it asks for holds too."""
    if how == "values":
        values = frozenset(found)
        demand.values = values if demand.values is None else demand.values & values
    elif how == "beginning":
        demand.beginning = found[0]
    elif how == "low":
        bound = Decimal(found[0])
        demand.low = bound if demand.low is None else max(bound, demand.low)
    elif how == "high":
        bound = Decimal(found[0])
        demand.high = bound if demand.high is None else min(bound, demand.high)


def parts(tree: exp.Expr) -> Iterable[exp.Expr]:
    tree = tree.unnest()
    if type(tree) is exp.And:
        yield from parts(tree.left)
        yield from parts(tree.right)
    else:
        yield tree


def demand(part: exp.Expr) -> tuple[str, str, tuple[str, ...]]:
    """What a part of a condition demands of which column: (column, "values" | "beginning" | "low" |
    "high", constants); empty texts where it is none of these.
    """
    if function_name(part) == "starts_with":
        first, second = arguments(part)
        is_column = type(first) is exp.Column
        return (first.name, "beginning", (second.name,)) if is_column else _NO_DEMAND
    if type(part.this) is not exp.Column:
        return _NO_DEMAND
    column, other = part.this.name, part.args.get("expression")
    if type(part) is exp.In:
        return _values_of_list(part)
    if not isinstance(other, exp.Literal):
        return _NO_DEMAND
    how = _demand_by_comparison(type(part), other)
    found = other.name[:-1] if how == "beginning" else other.name
    return (column, how, (found,)) if how else _NO_DEMAND


_RANGE_ENDS: Mapping[type[exp.Expr], str] = {exp.GTE: "low", exp.LT: "high"}
_NO_DEMAND: tuple[str, str, tuple[str, ...]] = ("", "", ())


def _values_of_list(part: exp.In) -> tuple[str, str, tuple[str, ...]]:
    """`column in ('a', 'b')`"""
    if all(isinstance(e, exp.Literal) and e.is_string for e in part.expressions):
        return part.this.name, "values", tuple(e.name for e in part.expressions)
    return _NO_DEMAND


def _demand_by_comparison(kind: type[exp.Expr], constant: exp.Literal) -> str:
    if kind is exp.EQ and constant.is_string:
        return "values"
    if kind is exp.Like and _is_beginning(constant.name):
        return "beginning"
    if constant.is_string:
        return ""
    return _RANGE_ENDS.get(kind, "")


def _is_beginning(pattern: str) -> bool:
    """A pattern of LIKE that asks for a beginning only: `/pricing%`."""
    return pattern.endswith("%") and not set(pattern[:-1]) & set("%_\\")


def _exclude_each_other(a: Mapping[str, _Demand], b: Mapping[str, _Demand]) -> bool:
    """True when nothing can meet both demands."""
    return any(a[column].excludes(b[column]) for column in a.keys() & b.keys())
