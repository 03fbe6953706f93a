"""A roster as values: departments, their people, and when they work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Literal, TypeAlias, get_args

#: Stretches of a day in seconds since midnight, in their order, none overlapping another.
Spans: TypeAlias = tuple[tuple[int, int], ...]
#: How the next person of a department is chosen.
Order: TypeAlias = Literal["weight", "least_busy"]
ORDERS: tuple[Order, ...] = get_args(Order)
#: What is done when a lead was not answered in time.
BreachStep: TypeAlias = Literal["owner", "manager", "reassign"]
BREACH_STEPS: tuple[BreachStep, ...] = get_args(BreachStep)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL_DAY: Spans = ((0, 86_400),)


@dataclass(frozen=True)
class Calendar:
    """When somebody works: the hours of each weekday in a time zone, without the holidays of a
    country.

    `special` has the hours of single days (`12-24` in each year, or `2026-12-24`), which outdo
    weekdays and holidays. `away` are absences in local time, each from a moment until before
    another.
    """

    zone: str = "UTC"
    week: tuple[Spans, ...] = (ALL_DAY,) * 7
    country: str = ""
    special: tuple[tuple[str, Spans], ...] = ()
    away: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody ever works by it."""
        return not any(self.week) and not any(spans for _, spans in self.special)


@dataclass(frozen=True)
class Department:
    """Who of its people gets a lead (`order`), what happens when nobody can take it (`otherwise`:
    departments and people to be asked in turn; then it is held), and when it was not answered in
    time.

    With `only_at_work` nobody is given a lead outside their hours. `warn` is so many seconds before
    the end (None: a third of the response time); `breach` has the steps with the business seconds
    after it.
    """

    name: str
    calendar: Calendar
    order: Order = "weight"
    only_at_work: bool = False
    otherwise: tuple[str, ...] = ()
    manager: str | None = None
    warn: int | None = None
    breach: tuple[tuple[BreachStep, int], ...] = (("owner", 0), ("manager", 1_800))
    companies_together: bool = True


@dataclass(frozen=True)
class Person:
    """Somebody of the roster. Without skills, languages or territories it is nobody's limit:
    whoever has none takes every lead; one with `territories` takes leads of these countries only.

    `a_day` and `open` are how many leads are given to it in a day, and how many it has at once;
    None: no limit. `away` stands in the calendar. Who `left` works until that day.
    """

    id: str
    name: str
    departments: tuple[str, ...]
    calendar: Calendar
    email: str = ""
    also: tuple[str, ...] = ()
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()
    weight: int = 1
    a_day: int | None = None
    open: int | None = None
    is_on_duty: bool = True
    joined: date | None = None
    left: date | None = None
    manager: str | None = None
    hand_over: str | None = None


@dataclass(frozen=True)
class Experiment:
    """A `share` (0 to 0.5) of new leads, drawn by lot, is held back for `hold` seconds by the clock
    on the wall before anybody gets them; hot ones only `with_hot`.
    """

    share: float
    hold: int
    with_hot: bool = False


@dataclass(frozen=True)
class Roster:
    """Departments and people by name. The fingerprint stands for its content."""

    departments: Mapping[str, Department]
    people: Mapping[str, Person]
    fingerprint: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    experiment: Experiment | None = None

    def members(self, department: str) -> tuple[Person, ...]:
        """The people of a department, in the order of their ids."""
        found = (p for p in self.people.values() if department in p.departments)
        return tuple(sorted(found, key=lambda p: p.id))

    def department_of(self, to: str) -> Department | None:
        """The department that a route names: itself, or the nearest it is a part of."""
        name = to
        while name:
            if name in self.departments:
                return self.departments[name]
            name = name.rpartition("/")[0]
        return None

    def person_of(self, owner: str) -> Person | None:
        """Whom a CRM calls by that name, address or id."""
        return self._names.get(owner.strip().casefold())

    def manager_of(self, person: Person | None, department: Department) -> Person | None:
        """Who is told when that person, or the department, did not answer."""
        of_person = person.manager if person is not None else None
        name = of_person or department.manager
        return self.people.get(name) if name else None

    @cached_property
    def _names(self) -> Mapping[str, Person]:
        found: dict[str, Person] = {}
        for person in self.people.values():
            for name in (person.id, person.name, person.email, *person.also):
                if name:
                    found.setdefault(name.casefold(), person)
        return found
