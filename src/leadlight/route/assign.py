"""Assignment: leads in routes and a roster become assignments, one after the other.

The same leads, roster and past give the same people, whatever the order in which they are handed
over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from leadlight.facts.assignments import Assignment, AssignmentKind, LeadInRoute, Standing
from leadlight.route.desks import Choice, Desk, with_verb
from leadlight.route.draft import Draft
from leadlight.route.response_times import with_deadlines
from leadlight.route.roster.experiment import is_drawn, takes_part
from leadlight.route.roster.spec import Department, Person, Roster


def assign(
    roster: Roster, standing: Standing, leads: Iterable[LeadInRoute], at: datetime
) -> list[Assignment]:
    """The assignments of leads at a moment, in the order in which they came, the urgent first.

    A lead that stays where it is, with no new clock, has none; `standing` goes on from its past.
    """
    fold = Fold(roster, standing)
    found = (fold.assign(lead, at) for lead in sorted(leads, key=order_of))
    return with_deadlines(roster, [draft for draft in found if draft is not None], at)


def order_of(lead: LeadInRoute) -> tuple[datetime, int, str]:
    """The place of a lead among those that are assigned at once."""
    within = lead.respond_within if lead.respond_within is not None else 2**31
    return lead.began_at, within, lead.lead_id


@dataclass
class Fold:
    """A roster, and how past assignments left it. Each lead that is given goes into it."""

    roster: Roster
    standing: Standing
    _desks: dict[str, Desk] = field(default_factory=dict)
    _orders: dict[str, Sequence[str]] = field(default_factory=dict)

    def assign(self, lead: LeadInRoute, at: datetime) -> Draft | None:
        """Whose the lead is; None where its route is not of the roster, or it is held already."""
        department = self.roster.department_of(lead.department)
        if department is None:
            return None
        held_until = self._held_until(lead, department)
        if held_until is None or (at >= held_until and not lead.is_held):
            return self._assign(lead, department, at)
        if at >= held_until:
            return _after_hold(self._assign(lead, department, at), held_until)
        if lead.is_held:
            return None
        because = f"Held back by lot until {held_until:%Y-%m-%d %H:%M} UTC: an experiment."
        clock = self.standing.clocks.get(department.name, 0)
        held = Draft(lead, "held", None, department.name, because, clock=clock)
        return held._replace(clock_from=held_until)

    def _assign(self, lead: LeadInRoute, department: Department, at: datetime) -> Draft | None:
        for choice in self._earlier_people(lead, department, at):
            return self._give(lead, choice.person, choice.because, department, at, "kept")
        return self.choose(lead, department, at, _kind_of(lead, self.roster))

    def _held_until(self, lead: LeadInRoute, department: Department) -> datetime | None:
        """Until when a new lead is held back, where it is drawn."""
        experiment = self.roster.experiment
        if experiment is None or lead.person is not None or (lead.places and not lead.is_held):
            return None
        if not takes_part(experiment, lead.label):
            return None
        if not is_drawn(experiment, lead.lead_id, department.name):
            return None
        return lead.began_at + timedelta(seconds=experiment.hold)

    def choose(
        self, lead: LeadInRoute, department: Department, at: datetime, kind: AssignmentKind
    ) -> Draft | None:
        """Who is next: of the department, else of those that it asks instead."""
        excuses: list[str] = []
        for name in self._departments_in_turn(department):
            choice = self._choose_of(name, lead, at)
            if isinstance(choice, Choice):
                because = self._reason(choice, lead, excuses, at)
                of = self.roster.departments.get(name) or department
                return self._give(lead, choice.person, because, of, at, kind)
            excuses.append(choice)
        if lead.is_held:
            return None
        because = "Held: " + "; ".join(excuses) + "."
        clock = self.standing.clocks.get(department.name, 0)
        return Draft(lead, "held", None, department.name, because, clock=clock)

    def _reason(
        self, choice: Choice, lead: LeadInRoute, excuses: Sequence[str], at: datetime
    ) -> str:
        if not excuses and not lead.person and not lead.owner:
            return choice.because
        before = (*self._why_not_earlier(lead, at), *excuses)
        return "".join(f"{_sentence(e)} " for e in before) + choice.because

    def _departments_in_turn(self, department: Department) -> Sequence[str]:
        if department.name not in self._orders:
            self._orders[department.name] = departments_in_turn(self.roster, department)
        return self._orders[department.name]

    def _choose_of(
        self, name: str, lead: LeadInRoute, at: datetime, *, without_holder: bool = False
    ) -> Choice | str:
        if name in self.roster.departments:
            holder = lead.person if without_holder else None
            return self.desk(self.roster.departments[name], at).choose(lead, holder)
        person = self.roster.people[name]
        excuse = self._excuse(person, at)
        return f"{person.name} {excuse}" if excuse else Choice(person, f"{person.name} was asked.")

    def _earlier_people(
        self, lead: LeadInRoute, department: Department, at: datetime
    ) -> Iterator[Choice]:
        """Who should keep the lead, and can: who has it, its owner, who has its company."""
        holder = self.roster.people.get(lead.person or "")
        if holder is not None:
            fits = not lead.again or self._is_of(holder, department)
            if fits and not self._absence(holder, at):
                yield Choice(holder, f"{holder.name} has it already.")
            return
        owner = self.roster.person_of(lead.owner) if lead.owner else None
        if owner is not None and not self._excuse(owner, at):
            yield Choice(owner, f"{owner.name} is its owner.")
        colleague = self.standing.companies.get(lead.company or "")
        known = self.roster.people.get(colleague or "") if department.companies_together else None
        if known is not None and self._is_of(known, department) and not self._excuse(known, at):
            yield Choice(known, f"{known.name} has leads of its company.")

    def _why_not_earlier(self, lead: LeadInRoute, at: datetime) -> list[str]:
        """Why whoever has the lead, or is its owner, does not keep it."""
        holder = self.roster.people.get(lead.person or "")
        owner = self.roster.person_of(lead.owner) if lead.owner and holder is None else None
        known = holder or owner
        excuse = self._excuse(known, at) if known is not None else ""
        if lead.person and holder is None:
            return [f"{lead.person} is not of the roster any more"]
        return [f"its owner {known.name} {excuse}"] if known is not None and excuse else []

    def _is_of(self, person: Person, department: Department) -> bool:
        return department.name in person.departments

    def _excuse(self, person: Person, at: datetime) -> str:
        """Why a person takes no new lead now."""
        why = self._own_desk(person, at).can_take(person)
        return with_verb(why) if why else ""

    def _absence(self, person: Person, at: datetime) -> bool:
        return not self._own_desk(person, at).is_there(person)

    def _own_desk(self, person: Person, at: datetime) -> Desk:
        return self.desk(self.roster.departments[person.departments[0]], at)

    def pass_on(self, lead: LeadInRoute, at: datetime) -> Draft | None:
        """The lead as another one's than it is, for it was not answered; None: there is nobody."""
        department = self.roster.department_of(lead.department)
        if department is None:
            return None
        for name in self._departments_in_turn(department):
            choice = self._choose_of(name, lead, at, without_holder=True)
            if isinstance(choice, Choice) and choice.person.id != lead.person:
                of = self.roster.departments.get(name) or department
                because = f"It was not answered in time. {choice.because}"
                return self._give(lead, choice.person, because, of, at, "reassigned")
        return None

    def give_to(self, lead: LeadInRoute, person: Person, because: str, at: datetime) -> Draft:
        """The lead as a person's, because somebody said so. Raises `ValueError`, with a sentence,
        where the person takes no lead now.
        """
        excuse = self._excuse(person, at) if lead.person != person.id else ""
        if excuse:
            raise ValueError(f"{person.name} {excuse}.")
        department = self.roster.department_of(lead.department)
        of = department or self.roster.departments[person.departments[0]]
        return self._give(lead, person, because, of, at, "reassigned")

    def desk(self, department: Department, at: datetime) -> Desk:
        """The desk of a department as it is at a moment."""
        desk = self._desks.get(department.name)
        if desk is None:
            desk = Desk.of(self.roster, department, self.standing, at)
            self._desks[department.name] = desk
        desk.look(at)
        return desk

    def _give(
        self,
        lead: LeadInRoute,
        person: Person,
        because: str,
        department: Department,
        at: datetime,
        kind: AssignmentKind,
    ) -> Draft:
        if not self._is_of(person, department):
            department = self.roster.departments[person.departments[0]]
        desk = self.desk(department, at)
        is_new = lead.person != person.id
        turn, clock = desk.give(person) if is_new else desk.place_of(person)
        if lead.company:
            self.standing.companies[lead.company] = person.id
        if is_new and lead.person is not None:
            self.close(lead.person)
        if is_new:
            self._refresh(person)
        return Draft(
            lead, kind, person.id, department.name, because, person.weight, turn, clock, is_new
        )

    def close(self, person_id: str) -> None:
        """A person has one open lead less."""
        self.standing.open[person_id] = max(self.standing.open.get(person_id, 0) - 1, 0)
        if person_id in self.roster.people:
            self._refresh(self.roster.people[person_id])

    def _refresh(self, person: Person) -> None:
        if person.a_day is None and person.open is None:
            return
        for name in person.departments:
            if name in self._desks:
                self._desks[name].refresh(person)


def departments_in_turn(roster: Roster, department: Department) -> list[str]:
    """The department, and whom it asks when nobody of it can, as far as that goes."""
    names, rest = [], [department.name]
    while rest:
        name = rest.pop(0)
        if name in names:
            continue
        names.append(name)
        following = roster.departments.get(name)
        rest = [*(following.otherwise if following else ()), *rest]
    return names


def _kind_of(lead: LeadInRoute, roster: Roster) -> AssignmentKind:
    if lead.person is None:
        return "assigned"
    holder = roster.people.get(lead.person)
    return "handed_over" if holder is None or holder.left is not None else "reassigned"


def _after_hold(draft: Draft | None, held_until: datetime) -> Draft | None:
    """The same, with what the lot did; the owner has the whole response time."""
    if draft is None:
        return None
    because = f"{draft.because} It was held back by lot until {held_until:%Y-%m-%d %H:%M} UTC."
    return draft._replace(because=because, clock_from=held_until)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def fold_past(past: Sequence[Assignment]) -> Standing:
    """Where past assignments leave turns and companies; what is open, and what was given today, is
    counted where they are kept.
    """
    standing = Standing()
    for made in past:
        name = made.department
        standing.clocks[name] = max(standing.clocks.get(name, 0), made.clock)
        if made.person is not None:
            key = (name, made.person)
            standing.turns[key] = max(standing.turns.get(key, 0), made.turn)
            if made.company:
                standing.companies[made.company] = made.person
    return standing
