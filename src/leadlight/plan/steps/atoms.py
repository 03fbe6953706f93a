"""Which activities the rules of a playbook mean, each written once: an atom is one such meaning
with a small number.

An activity is mapped to the numbers of the atoms it belongs to.  Atoms that can never hold for the
same activity share a
*slot*, so that most activities carry one or two numbers however many rules there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlglot import exp

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
AGE = "_age"  # what a window demands is a range of the age, in seconds


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
    taken: dict[tuple[Match, int | None], dict[str, int]] = {}
    signals = [s for s in book.signals if wanted is None or s.name in wanted]
    for s in signals:
        if isinstance(s, Points):
            for rule in s.rules:
                uses = taken.setdefault((rule.match, rule.half_life), {})
                # Two rules of one signal that mean the same activities keep an atom each: their
                # caps may differ.
                free = next(
                    (n for n in uses.values() if (s.name, n) not in _used(out, s.name)), None
                )
                number = free or _add(out, rule.match, rule.half_life)
                uses[f"{s.name}.{rule.id}"] = number
                out.of_rule[s.name, rule.id] = number
    for s in signals:
        if isinstance(s, Count | DaysSince | Measure | Sleeping):
            out.of_signal[s.name] = _shared(out, s.match)
        elif isinstance(s, Woken):
            out.of_signal[s.name] = _shared(out, s.inside)
            out.of_silence[s.name] = _shared(out, s.outside)
    return out


def _shared(out: Atoms, match: Match) -> int:
    """Counting does not care how fast a sum fades, so it shares any atom that means the same
    activities.
    """
    return next((a.number for a in out.all if a.match == match), None) or _add(out, match, None)


def _used(out: Atoms, signal: str) -> set[tuple[str, int]]:
    return {(name, number) for (name, _), number in out.of_rule.items() if name == signal}


def _add(out: Atoms, match: Match, half_life: int | None) -> int:
    out.all.append(Atom(len(out.all) + 1, match, half_life))
    return len(out.all)


def slots(atoms: Iterable[Atom]) -> list[list[Atom]]:
    """The atoms in slots: within a slot no two can hold for the same activity."""
    out: list[list[Atom]] = []
    limits = {}
    for atom in atoms:
        limits[atom.number] = _limits(atom)
        for slot in out:
            if slot[0].match.once_per == atom.match.once_per and all(
                _apart(limits[a.number], limits[atom.number]) for a in slot
            ):
                slot.append(atom)
                break
        else:
            out.append([atom])
    return out


Limits = Mapping[str, tuple[frozenset[str], tuple[str, ...], Decimal | None, Decimal | None]]


def _limits(atom: Atom) -> Limits:
    """What an atom demands of each column: one of some values, one of some beginnings, a range
    [low, high).
    """
    values: dict[str, frozenset[str]] = {}
    beginnings: dict[str, tuple[str, ...]] = {}
    low: dict[str, Decimal] = {}
    high: dict[str, Decimal] = {}
    if atom.match.kinds:
        values["kind"] = frozenset(atom.match.kinds)
    for part in parts(atom.match.when.tree) if atom.match.when else ():
        column, kind, found = demand(part)
        if kind == "values":
            values[column] = values.get(column, frozenset(found)) & frozenset(found)
        elif kind == "beginning":
            beginnings[column] = found
        elif kind == "low":
            low[column] = max(low.get(column, Decimal(found[0])), Decimal(found[0]))
        elif kind == "high":
            high[column] = min(high.get(column, Decimal(found[0])), Decimal(found[0]))
    if atom.match.before is not None:
        low[AGE] = Decimal(atom.match.before)
    if atom.match.within is not None:
        high[AGE] = Decimal(atom.match.within)
    columns = {*values, *beginnings, *low, *high}
    return {
        c: (values.get(c, frozenset()), beginnings.get(c, ()), low.get(c), high.get(c))
        for c in columns
    }


def parts(tree: exp.Expr) -> Iterable[exp.Expr]:
    tree = tree.unnest()
    if type(tree) is exp.And:
        yield from parts(tree.left)
        yield from parts(tree.right)
    else:
        yield tree


def demand(part: exp.Expr) -> tuple[str, str, tuple[str, ...]]:
    nothing = ("", "", ())
    if function_name(part) == "starts_with":
        first, second = arguments(part)
        return (first.name, "beginning", (second.name,)) if type(first) is exp.Column else nothing
    if type(part.this) is not exp.Column:
        return nothing
    column, other = part.this.name, part.args.get("expression")
    if type(part) is exp.In and all(
        isinstance(e, exp.Literal) and e.is_string for e in part.expressions
    ):
        return column, "values", tuple(e.name for e in part.expressions)
    if not isinstance(other, exp.Literal):
        return nothing
    if type(part) is exp.EQ and other.is_string:
        return column, "values", (other.name,)
    if (
        type(part) is exp.Like
        and other.name.endswith("%")
        and not set(other.name[:-1]) & set("%_\\")
    ):
        return column, "beginning", (other.name[:-1],)
    if type(part) is exp.GTE and not other.is_string:
        return column, "low", (other.name,)
    if type(part) is exp.LT and not other.is_string:
        return column, "high", (other.name,)
    return nothing


def _apart(a: Limits, b: Limits) -> bool:
    """True when nothing can meet both demands."""
    for column in a.keys() & b.keys():
        values_a, begin_a, low_a, high_a = a[column]
        values_b, begin_b, low_b, high_b = b[column]
        if values_a and values_b and not values_a & values_b:
            return True
        if (
            begin_a
            and begin_b
            and not (begin_a[0].startswith(begin_b[0]) or begin_b[0].startswith(begin_a[0]))
        ):
            return True
        for values, begin in ((values_a, begin_b), (values_b, begin_a)):
            if values and begin and not any(v.startswith(begin[0]) for v in values):
                return True
        if (high_a is not None and low_b is not None and high_a <= low_b) or (
            high_b is not None and low_a is not None and high_b <= low_a
        ):
            return True
    return False
