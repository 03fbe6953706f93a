"""What depends on what: the names a playbook derives on the level of a lead, and the order in which
they can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from leadlight.playbook.conditions import Condition, parse
from leadlight.playbook.spec import ModelScore, Playbook, Questions, RuleScore, SignalScore, Value


def conditions_of(book: Playbook) -> dict[str, tuple[Condition, ...]]:
    """For each derived name, the conditions it is made of. (Counts and points come from activities:
    they need no lead.)
    """
    out: dict[str, tuple[Condition, ...]] = {}
    for s in book.signals:
        if isinstance(s, Value):
            out[s.name] = (s.expression,)
        elif isinstance(s, Questions):
            every = tuple(c for q in s.questions for c in (q.yes, q.no) if c is not None)
            for name in question_names(s):
                out[name] = every
    for score in book.scores:
        if isinstance(score, ModelScore):
            out[score.name] = tuple(parse(name) for name in score.model.reads)
            continue
        out[score.name] = (
            tuple(rule.when for rule in score.rules) if isinstance(score, RuleScore) else ()
        )
    for scale in book.scales:
        out[scale.name] = tuple(label.when for label in scale.labels if label.when is not None)
    for segment in book.segments:
        out[segment.name] = (segment.when,)
    return out


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


def circle(book: Playbook) -> tuple[str, ...] | None:
    """A circle of names that each need the next, or None when there is none."""
    graph = needs(book)
    done: set[str] = set()
    for first in graph:
        # The way from the first name to this one, and what is still to be seen of each.
        path: dict[str, Iterator[str]] = {}
        name: str | None = first
        while name is not None:
            if name in path:
                way = list(path)
                return (*way[way.index(name) :], name)
            if name not in done and name in graph:
                path[name] = iter(sorted(graph[name]))
            name = _next(path, done)
    return None


def _next(path: dict[str, Iterator[str]], done: set[str]) -> str | None:
    """The next name that is needed; those of which all is seen are done."""
    while path:
        last = next(reversed(path))
        found = next(path[last], None)
        if found is not None:
            return found
        done.add(last)
        del path[last]
    return None


def levels(wanted: Iterable[str], graph: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """The wanted names, and all they need, in levels: each level uses only names of earlier
    levels.
    """
    level: dict[str, int] = {}
    waiting = list(wanted)
    while waiting:
        name = waiting[-1]
        open_ = [n for n in graph[name] if n in graph and n not in level] if name in graph else []
        if name in graph and name not in level and not open_:
            level[name] = 1 + max((level.get(n, 0) for n in graph[name]), default=0)
        if not open_:
            waiting.pop()
        waiting += open_
    out: list[list[str]] = [[] for _ in range(max(level.values(), default=0))]
    for name in graph:  # the order of the playbook within a level
        if name in level:
            out[level[name] - 1].append(name)
    return out
