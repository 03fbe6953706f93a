"""What a roster as a whole must be: names that are there, no circles, somebody on duty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from leadlight.playbook.reader import Reader
from leadlight.problems import Place, Problem, did_you_mean
from leadlight.route.roster.spec import Department, Person, Roster


def check(roster: Roster, r: Reader, today: date | None) -> Iterator[Problem]:
    """Every problem that only the whole shows."""
    yield from _unknown_names(roster, r)
    yield from _circles(r, "departments", "asks", _next_departments(roster))
    yield from _circles(r, "people", "is managed by", _managers(roster))
    yield from _circles(r, "people", "hands over to", _heirs(roster))
    yield from _double_names(roster, r)
    for department in roster.departments.values():
        yield from _nobody(roster, department, r, today)


def _unknown_names(roster: Roster, r: Reader) -> Iterator[Problem]:
    people, departments = roster.people, roster.departments
    for name, department in departments.items():
        at = r.at(f"departments.{name}")
        yield from _unknown_people(at, name, department.manager, people)
        for other in department.otherwise:
            yield from _unknown_departments(at, name, other, [*departments, *people])
    for name, person in people.items():
        at = r.at(f"people.{name}")
        if not person.departments:
            hint = "Add `departments: [sales]`, for example."
            yield Problem("missing-key", f"{name} is of no department.", at, hint)
        for of in person.departments:
            yield from _unknown_departments(at, name, of, departments)
        yield from _unknown_people(at, name, person.manager, people)
        if person.hand_over is not None:
            yield from _unknown_departments(at, name, person.hand_over, [*departments, *people])


def _unknown_people(
    at: Place, of: str, name: str | None, known: Iterable[str]
) -> Iterator[Problem]:
    if name is not None and name not in known:
        said = f"{of} names {name!r}, who is not of the people here."
        yield Problem("unknown-person", said, at, _hint(name, known))


def _unknown_departments(at: Place, of: str, name: str, known: Iterable[str]) -> Iterator[Problem]:
    if name not in known:
        said = f"{of} names {name!r}, which is not here."
        yield Problem("unknown-department", said, at, _hint(name, known))


def _hint(name: str, known: Iterable[str]) -> str:
    return did_you_mean(name, known) or f"Known here: {', '.join(sorted(known)) or 'none'}."


def _next_departments(roster: Roster) -> Mapping[str, tuple[str, ...]]:
    return {
        name: tuple(o for o in d.otherwise if o in roster.departments)
        for name, d in roster.departments.items()
    }


def _managers(roster: Roster) -> Mapping[str, tuple[str, ...]]:
    return {name: (p.manager,) if p.manager else () for name, p in roster.people.items()}


def _heirs(roster: Roster) -> Mapping[str, tuple[str, ...]]:
    heirs = {name: p.hand_over or "" for name, p in roster.people.items()}
    return {name: (heir,) if heir in roster.people else () for name, heir in heirs.items()}


def _circles(
    r: Reader, section: str, verb: str, following: Mapping[str, tuple[str, ...]]
) -> Iterator[Problem]:
    """Each circle once, at the first of its names in the file."""
    done: set[str] = set()
    for name in following:
        path = _circle(name, following)
        if path is None or done & set(path):
            continue
        done |= set(path)
        said = f" {verb} ".join((*path, path[0]))
        yield Problem(
            "circular-escalation",
            f"This goes in a circle: {said}.",
            r.at(f"{section}.{name}"),
            "Let the last of them hold the leads, or name somebody else.",
        )


def _circle(start: str, following: Mapping[str, tuple[str, ...]]) -> list[str] | None:
    """The way from a name back to itself."""
    stack, seen = [(start, [start])], {start}
    while stack:
        name, path = stack.pop()
        for other in following.get(name, ()):
            if other == start:
                return path
            if other not in seen:
                seen.add(other)
                stack.append((other, [*path, other]))
    return None


def _double_names(roster: Roster, r: Reader) -> Iterator[Problem]:
    names: dict[str, Person] = {}
    for person in roster.people.values():
        for name in {n.casefold() for n in (person.id, person.name, person.email, *person.also)}:
            other = names.setdefault(name, person)
            if name and other is not person:
                said = f"{other.id} and {person.id} are both called {name!r}."
                hint = "Give each its own name: an owner of your CRM is found by it."
                yield Problem("said-twice", said, r.at(f"people.{person.id}"), hint)


def _nobody(
    roster: Roster, department: Department, r: Reader, today: date | None
) -> Iterator[Problem]:
    place, name = r.at(f"departments.{department.name}"), department.name
    members = roster.members(name)
    if not members and not department.otherwise:
        hint = f"Add `departments: [{name}]` to somebody, or say `otherwise`."
        yield Problem("nobody-on-duty", f"Nobody is of the department {name}.", place, hint)
        return
    if members and all(p.calendar.is_empty for p in members):
        hint = "Give it `hours`, such as {mon-fri: 09:00-17:00}."
        yield Problem("nobody-on-duty", f"Nobody of {name} ever works.", place, hint)
        return
    if members and today is not None and not any(_works(p, today) for p in members):
        what = f"asks {', '.join(department.otherwise)}" if department.otherwise else "waits"
        said = f"Nobody of {name} is on duty on {today}: what comes for it {what}."
        hint = "Look at on_duty, joined, left and away."
        yield Problem("nobody-on-duty", said, place, hint, "doubt")


def _works(person: Person, day: date) -> bool:
    """Whether it is there on that day, for some of it."""
    if not person.is_on_duty or (person.left is not None and day > person.left):
        return False
    if person.joined is not None and day < person.joined:
        return False
    return not any(a.date() <= day and b.date() > day for a, b in person.calendar.away)
