"""A dry run: leads that came into routes over time are given to the people of a roster, as it would
have been done then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from leadlight.facts.assignments import Assignment, LeadInRoute, Standing
from leadlight.route.assign import Fold, order_of
from leadlight.route.business_time import hours_of
from leadlight.route.draft import Draft
from leadlight.route.presence import presence
from leadlight.route.response_times import instants, with_deadlines
from leadlight.route.roster.spec import Person, Roster

#: Who is held is looked at again so often.
_AGAIN = timedelta(minutes=15)


@dataclass
class DryRun:
    """A roster to which leads are given at the moments at which they came."""

    roster: Roster
    standing: Standing = field(default_factory=Standing)
    drafts: list[tuple[Draft, datetime]] = field(default_factory=list)
    _held: dict[str, LeadInRoute] = field(default_factory=dict)
    _people: dict[str, str] = field(default_factory=dict)
    _places: Counter[str] = field(default_factory=Counter)
    _looked: datetime = datetime(1970, 1, 1)

    def run(
        self,
        leads: Sequence[LeadInRoute],
        closings: Sequence[tuple[datetime, str]],
        until: datetime,
    ) -> list[Assignment]:
        """The assignments in the order of time; `closings` are the moments at which leads were
        decided, in their order. Who is held is looked at again until `until`.
        """
        fold = Fold(self.roster, self.standing)
        ended = 0
        for lead in sorted(leads, key=order_of):
            while ended < len(closings) and closings[ended][0] <= lead.began_at:
                self._close(fold, closings[ended][1])
                ended += 1
            self._try_again(fold, lead.began_at)
            self._give(fold, lead, lead.began_at)
        self._try_again(fold, until)
        made = with_deadlines(self.roster, [draft for draft, _ in self.drafts], until)
        return [replace(a, at=at) for a, (_, at) in zip(made, self.drafts, strict=True)]

    def _give(self, fold: Fold, lead: LeadInRoute, at: datetime) -> None:
        known = self._people.get(lead.lead_id)
        is_held = lead.lead_id in self._held
        now = replace(lead, person=known, places=self._places[lead.lead_id], is_held=is_held)
        draft = fold.assign(now, at)
        if draft is None:
            return
        self._places[lead.lead_id] += 1
        self.drafts.append((draft, at))
        if draft.person is None:
            self._held[lead.lead_id] = lead
        else:
            self._held.pop(lead.lead_id, None)
            self._people[lead.lead_id] = draft.person

    def _try_again(self, fold: Fold, at: datetime) -> None:
        """Give those who are held, once in a while, to whoever has come meanwhile."""
        while self._held and self._looked + _AGAIN <= at:
            self._looked = max(self._looked + _AGAIN, min(self._earliest(), at))
            self._try_each(fold, self._looked)
        if not self._held:
            self._looked = at

    def _try_each(self, fold: Fold, at: datetime) -> None:
        """Where nobody can take one lead, nobody can take another of its kind."""
        nobody = set()
        for lead in sorted(self._held.values(), key=order_of):
            kind = (lead.department, lead.skills, lead.country, lead.region, lead.language)
            if kind not in nobody:
                self._give(fold, lead, at)
                if lead.lead_id in self._held:
                    nobody.add(kind)

    def _earliest(self) -> datetime:
        return min(lead.began_at for lead in self._held.values())

    def _close(self, fold: Fold, lead_id: str) -> None:
        person = self._people.get(lead_id)
        if person is not None:
            fold.close(person)


@dataclass(frozen=True)
class Waits:
    """How long leads waited for somebody at work, in seconds, in the order of assignments: as they
    were given, and as if each had gone to whoever was at work first.
    """

    department: tuple[str, ...]
    seconds: NDArray[np.int64]
    least: NDArray[np.int64]
    held: NDArray[np.bool_]


def waits_of(roster: Roster, assignments: Sequence[Assignment]) -> Waits:
    """The waits of new leads that have a response time. Who has a lead already is not waited for
    anew.
    """
    made = [a for a in assignments if a.person is not None and a.respond_within is not None]
    made = [a for a in made if a.takes_turn]
    if not made:
        empty = np.zeros(0, dtype=np.int64)
        return Waits((), empty, empty, np.zeros(0, dtype=np.bool_))
    begins = instants([a.began_at for a in made])
    given = instants([a.at for a in made])
    openings = {p.id: _openings(p, given) for p in roster.people.values()}
    own = np.array([openings[str(a.person)][n] for n, a in enumerate(made)], dtype=np.int64)
    least = np.full(len(made), np.iinfo(np.int64).max)
    for department, places in _places(made).items():
        for person in roster.members(department):
            there = np.array([presence(person, made[n].at).is_there for n in places])
            value = np.where(there, openings[person.id][places], least[places])
            least[places] = np.minimum(least[places], value)
    least = np.minimum(least, own)
    held = given > begins
    return Waits(tuple(a.department for a in made), own - begins, least - begins, held)


@dataclass(frozen=True)
class WaitSummary:
    """The waits of a department: the median, what nine of ten do not exceed, and the median if each
    lead had gone to whoever was at work first; `held` leads waited for a person at all.
    """

    department: str
    leads: int
    held: int
    median: timedelta
    ninth: timedelta
    least_median: timedelta


def summaries(waits: Waits) -> Iterator[WaitSummary]:
    """The waits of each department."""
    names = np.array(waits.department)
    for department in dict.fromkeys(waits.department):
        of = names == department
        seconds, least = waits.seconds[of], waits.least[of]
        yield WaitSummary(
            department=department,
            leads=int(of.sum()),
            held=int(waits.held[of].sum()),
            median=_length(float(np.median(seconds))),
            ninth=_length(float(np.quantile(seconds, 0.9))),
            least_median=_length(float(np.median(least))),
        )


def price_of(waits: Waits) -> timedelta | None:
    """How much longer a lead waits on average because it goes to whose turn it is; None: there was
    none.
    """
    if not len(waits.seconds):
        return None
    return _length(float((waits.seconds - waits.least).mean()))


def _length(seconds: float) -> timedelta:
    return timedelta(seconds=round(seconds))


def _openings(person: Person, at: NDArray[np.int64]) -> NDArray[np.int64]:
    years = [datetime(1970, 1, 1) + timedelta(seconds=int(n)) for n in (at.min(), at.max())]
    hours = hours_of(person.calendar, years[0].year, years[1].year + 1)
    first = hours.first_open(at)
    return np.where(first < 0, np.iinfo(np.int64).max // 2, first)


def _places(made: Sequence[Assignment]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for n, one in enumerate(made):
        found[one.department].append(n)
    return found


def shares_of(
    roster: Roster, assignments: Sequence[Assignment]
) -> Iterator[tuple[str, Person, int, float, int]]:
    """For each department and person: how many leads it got, its share by weight of those that the
    department's people got, and the most on one day.
    """
    leads: Counter[tuple[str, str]] = Counter()
    days: Counter[tuple[str, str, str]] = Counter()
    for made in assignments:
        if made.person is not None and made.takes_turn:
            leads[made.department, made.person] += 1
            days[made.department, made.person, made.at.date().isoformat()] += 1
    for name in roster.departments:
        members = [p for p in roster.members(name) if p.is_on_duty]
        whole = sum(leads[name, p.id] for p in members)
        weights = sum(p.weight for p in members) or 1
        for person in members:
            busiest = max(
                (n for (d, p, _), n in days.items() if (d, p) == (name, person.id)), default=0
            )
            share = whole * person.weight / weights
            yield name, person, leads[name, person.id], share, busiest
