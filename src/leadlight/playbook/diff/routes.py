"""How routes changed, in sentences: who goes where, how soon they are answered, and which route is
tried first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from leadlight.playbook.canonical import spell
from leadlight.playbook.diff.conditions import ConditionDiff, show
from leadlight.playbook.diff.points import Sentence, other_fields, quote
from leadlight.playbook.durations import in_words
from leadlight.playbook.spec import Route

ROUTES = "Routes and response times"


def of_routes(
    old_routes: Sequence[Route], new_routes: Sequence[Route], conditions: ConditionDiff
) -> Iterator[Sentence]:
    """What differs between two lists of routes, of which the first that holds counts."""
    gone, came = list(enumerate(old_routes)), list(enumerate(new_routes))
    pairs: list[tuple[tuple[int, Route], tuple[int, Route]]] = []

    def pair(alike: Callable[[Route, Route], bool]) -> None:
        for one in list(gone):
            other = next((c for c in came if alike(one[1], c[1])), None)
            if other is not None:
                pairs.append((one, other))
                gone.remove(one)
                came.remove(other)

    pair(lambda a, b: spell(a, str) == spell(b, conditions.old_name))
    pair(lambda a, b: conditions.same(a.when, b.when))
    pair(lambda a, b: (a.to, a.within, a.next_step) == (b.to, b.within, b.next_step))
    pairs.sort(key=lambda p: p[1][0])
    for (_, old), (_, new) in pairs:
        yield from ((ROUTES, line) for line in _route(old, new, conditions))
    yield from (
        (ROUTES, f"New, {_before(new_routes, n)}: {whom(r.when)} {goes(r)}.") for n, r in came
    )
    yield from ((ROUTES, f"No longer: {whom(r.when)} {goes(r)}.") for _, r in gone)
    for ((was, _), (_, one)), ((then, _), (_, other)) in pairwise(pairs):
        if was > then:
            yield (
                ROUTES,
                (
                    f"Now {whom(one.when)} come before {whom(other.when)}, and who is both goes"
                    f" to {one.to}."
                ),
            )


def _route(old: Route, new: Route, conditions: ConditionDiff) -> Iterator[str]:
    yield from conditions.lines(f"Who goes to {new.to}", old.when, new.when)
    subject = f"{whom(new.when)[:1].upper()}{whom(new.when)[1:]}"
    if old.to != new.to:
        yield f"{subject} now go to {new.to} instead of {old.to}."
    if old.within != new.within:
        yield (
            f"{subject} ({new.to}) are now to be answered {_soon(new.within)} instead of"
            f" {_soon(old.within)}."
        )
    if old.next_step != new.next_step:
        yield (
            f"{subject} ({new.to}): next is now {quote(new.next_step)} instead of"
            f" {quote(old.next_step)}."
        )
    if old.by != new.by:
        yield f"{subject} ({new.to}) are now contacted {_way(new.by)} instead of {_way(old.by)}."
    yield from other_fields(subject, old, new, {"when", "to", "within", "next_step", "by"})


def whom(when: Any) -> str:
    """Whose route it is."""
    return "all others" if when is None else f"leads where {show(when)}"


def goes(route: Route) -> str:
    """Where a route sends leads, how soon they are answered, and what comes next."""
    soon = f", to be answered {_soon(route.within)}" if route.within else ""
    return f"go to {route.to}{soon}{f', next {quote(route.next_step)}' if route.next_step else ''}"


def _way(by: str | None) -> str:
    ways = {"call": "by a call", "mail": "by mail", "nothing": "by nobody"}
    return "in a way that is not said" if by is None else ways[by]


def _before(routes: Sequence[Route], n: int) -> str:
    return f"before {whom(routes[n + 1].when)}" if n + 1 < len(routes) else "as the last route"


def _soon(within: int | None) -> str:
    return "at any time" if within is None else f"within {in_words(within)}"
