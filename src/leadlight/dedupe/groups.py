"""Which leads are one person (or company): the connected leads of the made links, never a refused
pair together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from leadlight.dedupe.link import Link, State, pair

Rank = tuple[bool, bool, int, float]
"""How well a lead is known: has it a contact point, a name, how many attributes, and minus the
moment it came in.
"""

LEFT_OUT = "left out"
"""What the evidence of a link says that was not made, because a chain would contradict itself."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two leads that cannot be one, and why: `different street`."""

    lead_a: str
    lead_b: str
    why: str


UNKNOWN: Rank = (False, False, 0, float("-inf"))


@dataclass(frozen=True)
class Groups:
    """`of` says the group of every lead that a made link names; `dropped` are made links that had
    to give way, and `because` names for each of them the two leads that cannot be one.

    A lead that no link names is a group of its own, called by its own id.
    """

    of: Mapping[str, str]
    dropped: tuple[Link, ...] = ()
    because: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def group(self, lead_id: str) -> str:
        return self.of.get(lead_id, lead_id)

    @property
    def members(self) -> dict[str, list[str]]:
        """The leads of each group of two or more."""
        found: dict[str, list[str]] = {}
        for lead, group in self.of.items():
            found.setdefault(group, []).append(lead)
        return {group: sorted(leads) for group, leads in found.items() if len(leads) > 1}


def group(
    links: Iterable[Link],
    known: Mapping[str, Rank] | None = None,
    apart: Iterable[Contradiction] = (),
) -> Groups:
    """The groups that links make, whatever their order.

    The surest link comes first (a person's decision before any that was found, and the newest of
    them first), and a link that would bring a refused pair together is dropped: so a refused pair
    is parted where the way between the two is weakest. Leads that contradict each other are kept
    apart like a refused pair, unless persons said that they are one. A group is called by the id of
    its best known lead.
    """
    every = list(links)
    forest = Forest()
    for link in _in_state("refused", every):
        forest.refuse(link.lead_a, link.lead_b)
    made = sorted(_in_state("made", every), key=_surest_first)
    decided = [link for link in made if link.by]
    because = _join(forest, decided)
    for two in apart:
        forest.refuse(two.lead_a, two.lead_b)
    because |= _join(forest, made[len(decided) :])
    dropped = tuple(link for link in made if (link.lead_a, link.lead_b) in because)
    leads = sorted({link.lead_a for link in made} | {link.lead_b for link in made})
    best = _best_leads(leads, forest, known or {})
    return Groups({lead: best[forest.find(lead)] for lead in leads}, dropped, because)


def _join(forest: Forest, links: Iterable[Link]) -> dict[tuple[str, str], tuple[str, str]]:
    """Join what links join; for each link that cannot, the two leads that must not be together."""
    found = {}
    for link in links:
        between = forest.between(link.lead_a, link.lead_b)
        if between is None:
            forest.join(link.lead_a, link.lead_b)
        else:
            found[link.lead_a, link.lead_b] = between
    return found


def leave_out(links: Iterable[Link], apart: Iterable[Contradiction], most: float) -> list[Link]:
    """The links, of which those wait that would bring two leads together that contradict each
    other: at most as sure as `most`, and the evidence says between whom. A decided one stays.
    """
    every, why = list(links), {(x.lead_a, x.lead_b): x.why for x in apart}
    found = group(every, apart=[Contradiction(a, b, w) for (a, b), w in why.items()])
    out = []
    for link in every:
        two = found.because.get((link.lead_a, link.lead_b))
        if two is None or link.by or two not in why or link.state != "made":
            out.append(link)
            continue
        reason = f"{LEFT_OUT}, since {two[0]} and {two[1]} would be one: {why[two]}"
        evidence = f"{link.evidence}; {reason}"
        out.append(replace(link, state="waiting", weight=min(link.weight, most), evidence=evidence))
    return out


def _in_state(state: State, links: Iterable[Link]) -> list[Link]:
    return [link for link in links if link.state == state]


def _surest_first(link: Link) -> tuple[bool, int, float, str, str]:
    turn = -link.turn if link.by else 0
    return not link.by, turn, -link.weight, link.lead_a, link.lead_b


def _best_leads(leads: Iterable[str], forest: Forest, known: Mapping[str, Rank]) -> dict[str, str]:
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
        self._apart: dict[str, dict[str, str]] = {}  # root -> lead that must not join -> of whom

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
        """Keep two leads apart from now on; two that are together already stay so."""
        a, b = self.find(one), self.find(other)
        if a != b:
            self._apart.setdefault(a, {}).setdefault(other, one)
            self._apart.setdefault(b, {}).setdefault(one, other)

    def join(self, one: str, other: str) -> bool:
        """Join the groups of two leads; False when a refused pair forbids it."""
        a, b = self.find(one), self.find(other)
        if a == b:
            return True
        if self.between(a, b) is not None:
            return False
        if self._size.get(a, 1) < self._size.get(b, 1):
            a, b = b, a
        self._above[b] = a
        self._size[a] = self._size.get(a, 1) + self._size.get(b, 1)
        if b in self._apart:
            self._apart[a] = self._apart.pop(b) | self._apart.get(a, {})
        return True

    def between(self, one: str, other: str) -> tuple[str, str] | None:
        """The two leads that keep the groups of two leads apart, the smaller id first."""
        a, b = self.find(one), self.find(other)
        mine, theirs = self._apart.get(a, {}), self._apart.get(b, {})
        if len(mine) > len(theirs):
            mine, a, b = theirs, b, a
        found = [pair(lead, of) for lead, of in mine.items() if self.find(lead) == b]
        return min(found, default=None)
