"""Rosters, assignments and clocks as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.routing import (
    Assignment,
    AssignResult,
    DueClock,
    DueResult,
    FollowUp,
    ReassignResult,
    RosterPerson,
    RosterView,
)
from leadlight.results.text.lines import Hint, Line, Part

_MOST_LINES = 10


def render_roster(view: RosterView) -> Iterator[Part]:
    """Who is there, department by department."""
    if view.begun:
        yield f"Written: {view.file}. Put in your people and their hours."
    yield f"{view.file} ({view.fingerprint}), at {view.at:%Y-%m-%d %H:%M} UTC:"
    for department in view.departments:
        members = [p for p in view.people if department.name in p.departments]
        asked = f"; otherwise {', '.join(department.otherwise)}" if department.otherwise else ""
        order = "by weight" if department.order == "weight" else "least busy first"
        yield Line(f"{presentable(department.name, 60)}, {order}{asked}", "bold")
        for person in members:
            share = department.shares.get(person.id)
            yield f"  {_person_line(person, share)}"
    for problem in view.problems:
        yield Line(str(problem), "doubt")


def _person_line(person: RosterPerson, share: float | None) -> str:
    here = f"at work, {person.local_time:%a %H:%M}" if person.is_at_work else person.why
    parts = [f"{here}"]
    if share is not None:
        parts.append(f"share {share:.0%}")
    day = "" if person.a_day is None else f" of {person.a_day}"
    most = "" if person.most_open is None else f" of {person.most_open}"
    parts.append(f"{person.given_today}{day} today, {person.open_leads}{most} open")
    for name, words in (
        ("speaks", person.languages),
        ("for", person.territories),
        ("can", person.skills),
    ):
        if words:
            parts.append(f"{name} {', '.join(words)}")
    return presentable(f"{person.name}: {'; '.join(parts)}", 200)


def render_assign(result: AssignResult) -> Iterator[Part]:
    """How many leads were assigned, to whom, and the first of them with their reasons."""
    if result.import_id is None:
        yield "Every lead has somebody: nothing was assigned."
        return
    total = plural(result.total - result.held, "lead was", "leads were")
    yield f"{total} assigned by the roster {result.roster}, as {result.import_id}."
    for person, count in result.given.items():
        yield f"  {presentable(person, 60):<24} {count:>7,}"
    if result.held:
        yield Line(f"{plural(result.held, 'lead is', 'leads are')} held, for nobody is there.")
    for made in result.assignments[:_MOST_LINES]:
        yield f"{presentable(made.lead_id, 60)}: {presentable(made.because, 300)}{_until(made)}"
    if result.total > _MOST_LINES:
        yield f"and {result.total - _MOST_LINES:,} more."
    yield Hint("To take it back:", NextStep("undo", {"import_id": result.import_id}))


def render_reassign(result: ReassignResult) -> Iterator[Part]:
    """Whose a lead is now."""
    made = result.assignment
    before = f" (it was {presentable(result.before, 60)}'s)" if result.before else ""
    who = presentable(made.person or "", 60)
    yield f"{presentable(made.lead_id, 60)} is {who}'s from now on{before}.{_until(made)}"
    yield Hint("To take it back:", NextStep("undo", {"import_id": result.import_id}))


def render_due(result: DueResult) -> Iterator[Part]:
    """What is to be answered, then whom to follow up."""
    if not result.clocks and not result.follow_ups:
        yield "Nothing is due."
        return
    if result.clocks:
        yield Line(f"To be answered ({_count(result.clocks, result.more)})", "bold")
        yield from (_clock_line(clock) for clock in result.clocks)
    if result.follow_ups:
        yield Line(f"To follow up today ({_count(result.follow_ups, result.more)})", "bold")
        yield from (f"  {_follow_up_line(one)}" for one in result.follow_ups)


def _count(found: Sequence[object], more: bool) -> str:
    return f"{len(found):,}{' or more' if more else ''}"


def _clock_line(clock: DueClock) -> Line:
    who = presentable(clock.person or f"nobody of {clock.department}", 40)
    until = f", until {clock.due_at:%Y-%m-%d %H:%M} UTC" if clock.due_at else ""
    label = f"{clock.label}, " if clock.label else ""
    text = f"  {time_left_text(clock):<16} {presentable(clock.lead_id, 40)}  {label}{who}{until}"
    return Line(text, "fault" if clock.state == "breached" else "plain")


def time_left_text(clock: DueClock) -> str:
    """How much business time is left: `12 min left`, `2 h late`, `waits for the lead`."""
    if clock.state == "paused":
        return "waits for it"
    left = clock.time_left
    return f"{length_text(abs(left))} {'left' if left > timedelta(0) else 'late'}"


def length_text(length: timedelta) -> str:
    """A length of time in its largest unit: `45 s`, `12 min`, `3 h`, `2 d`."""
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _follow_up_line(one: FollowUp) -> str:
    said = "as promised" if one.promised else f"touch {one.touch} of {one.touches}"
    who = presentable(one.person or one.department, 40)
    at = f"{one.due_at:%Y-%m-%d %H:%M}"
    return f"{at}  {presentable(one.lead_id, 40)}  {who}, {said}, last {one.last_at:%Y-%m-%d}"


def _until(made: Assignment) -> str:
    return f" To be answered until {made.due_at:%Y-%m-%d %H:%M} UTC." if made.due_at else ""
