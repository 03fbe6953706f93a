"""A department as leads are given out: who could take one now, who is next, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from zlib import crc32

import numpy as np

from leadlight.facts.assignments import LeadInRoute, Standing
from leadlight.problems import plural
from leadlight.route.presence import Presence, last_return, presence
from leadlight.route.roster.spec import Department, Person, Roster
from leadlight.route.turns import Mask, Turns, choose_least_busy

_MOST_NAMES = 3
_QUARTER = timedelta(minutes=15)


class Choice(NamedTuple):
    """Who gets a lead, and the sentence that says why."""

    person: Person
    because: str


@dataclass
class Desk:
    """A department with its people in the order of their ids, and where their turns stand.

    `standing` is shared by all departments: a person of two is full in both.
    """

    department: Department
    people: Sequence[Person]
    standing: Standing
    turns: Turns
    at: datetime
    _presences: list[Presence] = field(default_factory=list)
    _there: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    _able: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    _places: dict[str, int] = field(default_factory=dict)
    _weight: int = 0
    _matches: dict[tuple[object, ...], tuple[Mask, str]] = field(default_factory=dict)
    # Who could take a lead of a kind, and whether that is everybody, until somebody becomes full.
    _eligible: dict[int, tuple[Mask, bool]] = field(default_factory=dict)
    _until: datetime | None = None

    @staticmethod
    def of(roster: Roster, department: Department, standing: Standing, at: datetime) -> Desk:
        """The desk of a department as of a moment."""
        people, name = roster.members(department.name), department.name
        known = [standing.turns.get((name, p.id), 0) for p in people]
        turns = Turns.of([p.weight for p in people], known, standing.clocks.get(name, 0))
        desk = Desk(department, people, standing, turns, at)
        for place, person in enumerate(people):
            desk._places[person.id] = place
            turns.lift(place, standing.returns.get((name, person.id), 0))
        desk.look(at)
        return desk

    def look(self, at: datetime) -> None:
        """See who is there at a moment; hours and absences begin on a quarter of an hour, mostly,
        so that between two of them nobody is looked for again.
        """
        if self._until is not None and self.at <= at < self._until:
            return
        before = list(self._presences)
        self.at, self._until = at, at - (at - datetime(1970, 1, 1)) % _QUARTER + _QUARTER
        self._presences = [presence(p, at) for p in self.people]
        self._there = np.array([p.is_there for p in self._presences], dtype=np.bool_)
        pairs = zip(self.people, self._presences, strict=True)
        self._weight = sum(person.weight for person, now in pairs if now.is_there)
        self._able = self._there.copy()
        self._eligible.clear()
        for person in self.people:
            self.refresh(person)
        for place, (was, now) in enumerate(zip(before, self._presences, strict=False)):
            if now.is_there and not was.is_there:
                self.turns.lift(place, self.turns.clock)
        self.turns.look()

    def refresh(self, person: Person) -> None:
        """A person of the department was given a lead, here or in another one."""
        place = self._places[person.id]
        is_able = bool(self._there[place]) and not self._limit(place)
        if is_able != self._able[place]:
            self._able[place] = is_able
            self._eligible.clear()

    def choose(self, lead: LeadInRoute, without: str | None = None) -> Choice | str:
        """Who is next for a lead (not `without`); or why nobody can take it."""
        matches, note = self._matching_people(lead)
        able, is_whole = self._eligible_people(matches)
        if without in self._places:
            able, is_whole = able.copy(), False
            able[self._places[without]] = False
        draw = crc32(lead.lead_id.encode("utf-8", "surrogatepass"))
        if self.department.order == "least_busy":
            busy = np.array([self.standing.open.get(p.id, 0) for p in self.people], dtype=np.int64)
            place = choose_least_busy(able, busy, self.turns.steps, draw)
        else:
            place = self.turns.choose(able, draw, is_whole=is_whole)
        if place is None:
            return self._nobody(matches)
        person = self.people[place]
        because = self._reason(place)
        if not is_whole:
            note = f"{note}.{self._skipped_people(matches, able)}"
            return Choice(person, f"{person.name} {because}{note}")
        return Choice(person, f"{person.name} {because}{note}.")

    def _eligible_people(self, matches: Mask) -> tuple[Mask, bool]:
        """Who of these can take a lead now, and whether that is the whole department."""
        # A mask of `_matches` lives as long as the desk: its identity is that of the kind of lead.
        found = self._eligible.get(id(matches))
        if found is None:
            able = matches & self._able
            found = self._eligible[id(matches)] = able, bool(able.all())
        return found

    def _reason(self, place: int) -> str:
        if self.department.order == "weight":
            return f"is next of {self.department.name}"
        load = self.standing.open.get(self.people[place].id, 0)
        words = plural(load, "open lead", "open leads")
        return f"of {self.department.name} has least to do ({words})"

    def can_take(self, person: Person) -> str:
        """Empty where a person of the department can take a lead now; else why not."""
        place = self._places[person.id]
        if not self._there[place]:
            return self._presences[place].why
        return self._limit(place)

    def is_there(self, person: Person) -> bool:
        """Whether a person of the department is there at all."""
        return bool(self._there[self._places[person.id]])

    def place_of(self, person: Person) -> tuple[int, int]:
        """The turn of a person and that of the department, as they are."""
        return int(self.turns.turns[self._places[person.id]]), self.turns.clock

    def give(self, person: Person) -> tuple[int, int]:
        """The person has one lead more; its turn and that of the department after it."""
        place = self._places[person.id]
        turn = self.turns.take(place, self._weight)
        day = self._presences[place].day
        given, opened = self.standing.given, self.standing.open
        given[person.id, day] = given.get((person.id, day), 0) + 1
        opened[person.id] = opened.get(person.id, 0) + 1
        clock = self.turns.clock
        self.standing.turns[self.department.name, person.id] = turn
        self.standing.clocks[self.department.name] = clock
        return turn, clock

    def _limit(self, place: int) -> str:
        """Why somebody who is there takes no more now."""
        person, now = self.people[place], self._presences[place]
        if self.department.only_at_work and not now.is_at_work:
            return "at home"
        if person.a_day is not None:
            given = self.standing.given.get((person.id, now.day), 0)
            if given >= person.a_day:
                return f"has had {given} of {person.a_day} today"
        if person.open is not None:
            has = self.standing.open.get(person.id, 0)
            if has >= person.open:
                return f"has {has} of {person.open} open leads"
        return ""

    def _matching_people(self, lead: LeadInRoute) -> tuple[Mask, str]:
        """Who takes leads of such a skill, territory and language, and how the sentence says so."""
        key = (lead.skills, lead.country, lead.region, lead.language)
        if key not in self._matches:
            self._matches[key] = self._match(lead)
        return self._matches[key]

    def _match(self, lead: LeadInRoute) -> tuple[Mask, str]:
        skills = frozenset(s.casefold() for s in lead.skills)
        fits = [skills <= p.skills and _is_in_territory(p, lead) for p in self.people]
        notes = [f"for {', '.join(lead.skills)}"] if skills else []
        if any(p.territories for p in self.people) and lead.country:
            notes.append(f"for {lead.country}")
        language = (lead.language or "").casefold()
        speaks = [not p.languages or language in p.languages for p in self.people]
        both = [a and b for a, b in zip(fits, speaks, strict=True)]
        if language and any(p.languages for p in self.people):
            # A lead whose language nobody speaks is better answered in another than not at all.
            known = any(both)
            fits = both if known else fits
            notes.append(f"in {language}" if known else f"though nobody speaks {language}")
        return np.array(fits, dtype=np.bool_), f" {', '.join(notes)}" if notes else ""

    def _skipped_people(self, matches: Mask, able: Mask) -> str:
        places = np.flatnonzero(matches & ~able).tolist()
        if not places:
            return ""
        listed = [f"{self.people[n].name} ({self._why_not(n)})" for n in places[:_MOST_NAMES]]
        return f" Passed over: {_list(listed, len(places))}."

    def _nobody(self, matches: Mask) -> str:
        """Why nobody of the department takes a lead."""
        name, places = self.department.name, np.flatnonzero(matches).tolist()
        if not self.people:
            return f"{name} has no people"
        if not places:
            return f"nobody of {name} takes such leads"
        why = [f"{self.people[n].name} {with_verb(self._why_not(n))}" for n in places[:_MOST_NAMES]]
        return f"nobody of {name} can take it ({_list(why, len(places))})"

    def _why_not(self, place: int) -> str:
        return self._limit(place) if self._there[place] else self._presences[place].why


def with_verb(why: str) -> str:
    """`off duty` as it follows a name."""
    return why if why.startswith(("has ", "left ", "begins ")) else f"is {why}"


def _is_in_territory(person: Person, lead: LeadInRoute) -> bool:
    if not person.territories:
        return True
    country = (lead.country or "").casefold()
    region = f"{country}-{(lead.region or '').casefold()}"
    return country in person.territories or region in person.territories


def _list(parts: Sequence[str], count: int) -> str:
    rest = count - len(parts)
    listed = ", ".join(parts)
    return f"{listed} and {rest} more" if rest > 0 else listed


def returns_of(roster: Roster, at: datetime) -> dict[tuple[str, str], datetime]:
    """Department and person -> when it last came back from an absence or began there."""
    return {
        (department, person.id): moment
        for person in roster.people.values()
        if (moment := last_return(person, at)) is not None
        for department in person.departments
    }
