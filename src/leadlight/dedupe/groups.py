"""Which leads are one person (or company): the connected leads of the made links, never a refused
pair together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leadlight.dedupe.link import Link, State

Rank = tuple[bool, bool, int, float]
"""How well a lead is known: has it a contact point, a name, how many attributes, and minus the
moment it came in.
"""

UNKNOWN: Rank = (False, False, 0, float("-inf"))


@dataclass(frozen=True)
class Groups:
    """`of` says the group of every lead that a made link names; `dropped` are made links that had
    to give way.

    A lead that no link names is a group of its own, called by its own id.
    """

    of: Mapping[str, str]
    dropped: tuple[Link, ...] = ()

    def group(self, lead_id: str) -> str:
        return self.of.get(lead_id, lead_id)

    @property
    def members(self) -> dict[str, list[str]]:
        """The leads of each group of two or more."""
        found: dict[str, list[str]] = {}
        for lead, group in self.of.items():
            found.setdefault(group, []).append(lead)
        return {group: sorted(leads) for group, leads in found.items() if len(leads) > 1}


def group(links: Iterable[Link], known: Mapping[str, Rank] | None = None) -> Groups:
    """The groups that links make, whatever their order.

    The surest link comes first (a person's decision before any that was found), and a link that
    would bring a refused pair together is dropped: so a refused pair is parted where the way
    between the two is weakest. A group is called by the id of its best known lead.
    """
    every = list(links)
    forest = Forest()
    for link in _in_state("refused", every):
        forest.refuse(link.lead_a, link.lead_b)
    made = sorted(_in_state("made", every), key=_surest_first)
    dropped = tuple(link for link in made if not forest.join(link.lead_a, link.lead_b))
    leads = sorted({link.lead_a for link in made} | {link.lead_b for link in made})
    best = _best_known(leads, forest, known or {})
    return Groups({lead: best[forest.find(lead)] for lead in leads}, dropped)


def _in_state(state: State, links: Iterable[Link]) -> list[Link]:
    return [link for link in links if link.state == state]


def _surest_first(link: Link) -> tuple[bool, float, str, str]:
    return not link.by, -link.weight, link.lead_a, link.lead_b


def _best_known(leads: Iterable[str], forest: Forest, known: Mapping[str, Rank]) -> dict[str, str]:
    """The best known lead of each group by the group's root; of equals the first."""
    best: dict[str, tuple[Rank, str]] = {}
    for lead in leads:
        root, rank = forest.find(lead), known.get(lead, UNKNOWN)
        if root not in best or rank > best[root][0]:
            best[root] = rank, lead
    return {root: lead for root, (_, lead) in best.items()}


class Forest:
    """Union-find with pairs that must stay apart (Tarjan 1975; by size, with path halving)."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._size: dict[str, int] = {}
        self._apart: dict[str, set[str]] = {}  # root -> leads that must not join it

    def find(self, lead: str) -> str:
        above = self._above
        if lead not in above:
            above[lead] = lead
            return lead
        while above[lead] != lead:
            above[lead] = above[above[lead]]
            lead = above[lead]
        return lead

    def refuse(self, one: str, other: str) -> None:
        """Keep two leads apart; to be said before any are joined."""
        self._apart.setdefault(one, set()).add(other)
        self._apart.setdefault(other, set()).add(one)

    def join(self, one: str, other: str) -> bool:
        """Join the groups of two leads; False when a refused pair forbids it."""
        a, b = self.find(one), self.find(other)
        if a == b:
            return True
        if self._forbidden(a, b):
            return False
        if self._size.get(a, 1) < self._size.get(b, 1):
            a, b = b, a
        self._above[b] = a
        self._size[a] = self._size.get(a, 1) + self._size.get(b, 1)
        if b in self._apart:
            self._apart.setdefault(a, set()).update(self._apart.pop(b))
        return True

    def _forbidden(self, a: str, b: str) -> bool:
        mine, theirs = self._apart.get(a, set()), self._apart.get(b, set())
        if len(mine) > len(theirs):
            return any(self.find(lead) == a for lead in theirs)
        return any(self.find(lead) == b for lead in mine)
