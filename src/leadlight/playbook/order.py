"""What depends on what: the names a playbook derives on the level of a lead, and the order in which
they can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from leadlight.playbook.conditions import Condition, parse
from leadlight.playbook.spec import (
    ModelScore,
    Playbook,
    Questions,
    Rank,
    RuleScore,
    Score,
    Signal,
    SignalScore,
    Value,
)


def conditions_of(book: Playbook) -> dict[str, tuple[Condition, ...]]:
    """For each derived name, the conditions it is made of. (Counts and points come from activities:
    they need no lead.)
    """
    out: dict[str, tuple[Condition, ...]] = {}
    for signal in book.signals:
        out |= dict.fromkeys(_lead_names(signal), _conditions_of_signal(signal))
    for score in book.scores:
        out[score.name] = _conditions_of_score(score)
    for scale in book.scales:
        out[scale.name] = tuple(label.when for label in scale.labels if label.when is not None)
    for segment in book.segments:
        out[segment.name] = (segment.when,)
    return out


def _lead_names(signal: Signal) -> tuple[str, ...]:
    """The names of a signal that is derived from the lead and not from its activities."""
    if isinstance(signal, Questions):
        return question_names(signal)
    return (signal.name,) if isinstance(signal, Value | Rank) else ()


def _conditions_of_signal(signal: Signal) -> tuple[Condition, ...]:
    if isinstance(signal, Value):
        return (signal.expression,)
    if isinstance(signal, Rank):
        return (signal.of,) if signal.among is None else (signal.of, signal.among)
    if isinstance(signal, Questions):
        return tuple(c for q in signal.questions for c in (q.yes, q.no) if c is not None)
    return ()


def _conditions_of_score(score: Score) -> tuple[Condition, ...]:
    if isinstance(score, ModelScore):
        return tuple(parse(name) for name in score.model.reads)
    return tuple(rule.when for rule in score.rules) if isinstance(score, RuleScore) else ()


def question_names(signal: Questions) -> tuple[str, ...]:
    """The names that a set of questions makes: bant, bant_known, bant_budget ..."""
    return (
        signal.name,
        f"{signal.name}_known",
        *(f"{signal.name}_{q.id}" for q in signal.questions),
    )


def needs(book: Playbook) -> dict[str, frozenset[str]]:
    """For each derived name, the derived names and signals it uses."""
    out = {
        name: frozenset(n for c in conditions for n in c.names)
        for name, conditions in conditions_of(book).items()
    }
    for score in book.scores:
        if isinstance(score, SignalScore):
            out[score.name] = frozenset({score.signal})
    return out


def inputs_of(book: Playbook, conditions: Iterable[Condition]) -> frozenset[str]:
    """Every name that conditions look at, with those that these are made of."""
    graph, named = needs(book), {n for c in conditions for n in c.names}
    made = _closure(named, graph)
    return frozenset(named.union(made, *(graph[name] for name in made)))


def circle(book: Playbook) -> tuple[str, ...] | None:
    """A circle of names that each need the next, or None when there is none."""
    graph = needs(book)
    sorter = TopologicalSorter({name: sorted(graph[name]) for name in graph})
    try:
        sorter.prepare()
    except CycleError as fault:
        # Each name of the sorter's circle is needed by the next; its first stands at its end too.
        way: list[str] = fault.args[1][:0:-1]
        places = {name: n for n, name in enumerate(graph)}
        first = way.index(min(way, key=lambda name: places[name]))
        return (*way[first:], *way[:first], way[first])
    return None


def levels(wanted: Iterable[str], graph: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """The wanted names, and all they need, in levels: each level uses only names of earlier
    levels.
    """
    needed = _closure(wanted, graph)
    sorter = TopologicalSorter({name: [n for n in graph[name] if n in graph] for name in needed})
    sorter.prepare()
    places = {name: n for n, name in enumerate(graph)}
    out: list[list[str]] = []
    while sorter.is_active():
        level = sorter.get_ready()
        sorter.done(*level)
        out.append(sorted(level, key=lambda name: places[name]))  # as the playbook writes them
    return out


def _closure(wanted: Iterable[str], graph: Mapping[str, frozenset[str]]) -> set[str]:
    """The wanted names that the graph has, and every name there that they need."""
    found: set[str] = set()
    waiting = [name for name in wanted if name in graph]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [n for n in graph[name] if n in graph]
    return found
