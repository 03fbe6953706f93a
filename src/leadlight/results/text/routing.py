"""Rosters, assignments and clocks as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.routing import (
    Assignment,
    AssignResult,
    DryRunLine,
    DryRunResult,
    DueClock,
    DueResult,
    FollowUp,
    HoldEffect,
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
        held = plural(result.held, "lead is", "leads are")
        yield Line(f"{held} held: nobody is there, or a lot holds them back.")
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


def render_dry_run(result: DryRunResult) -> Iterator[Part]:
    """Who would have got what, how long leads would have waited, and what equality costs."""
    yield (
        f"{plural(result.leads, 'lead', 'leads')} from {result.since:%Y-%m-%d} to"
        f" {result.until:%Y-%m-%d}, by the roster {result.roster}. Nothing was written."
    )
    yield from _share_lines(result)
    for wait in result.waits:
        held = f", {plural(wait.held, 'was', 'were')} held first" if wait.held else ""
        yield (
            f"{presentable(wait.department, 60)}: of {plural(wait.leads, 'lead', 'leads')} half"
            f" wait {_words(wait.median_wait)} for somebody at work, nine of ten at most"
            f" {_words(wait.ninth_wait)}{held}; with whoever is at work first half wait"
            f" {_words(wait.median_if_free)}."
        )
    if result.price is not None:
        yield f"Equal shares cost each lead {_words(result.price)} of waiting, on average."
    if result.held:
        held = plural(result.held, "lead is", "leads are")
        yield Line(f"{held} still held at the end.", "doubt")
    if result.moved is not None:
        yield f"{plural(result.moved, 'lead has', 'leads have')} another owner in truth."
    yield from _punctuality_lines(result)
    yield from _response_lines(result)
    if result.experiment is not None:
        yield from _experiment_lines(result.experiment)
    yield Line("The newest", "bold")
    for line in result.assignments[-_MOST_LINES:]:
        made = line.assignment
        yield (
            f"  {made.at:%Y-%m-%d %H:%M}  {presentable(made.lead_id, 60)}:"
            f" {presentable(made.because, 300)}{_until(made)}{_outcome(line)}"
        )


def _outcome(line: DryRunLine) -> str:
    """Whether somebody answered it in truth."""
    if line.state is None:
        return ""
    if line.attempted_at is None:
        return " Nobody has answered it."
    when = "in time" if line.state == "answered" else "late"
    reached = ", and reached it" if line.reached_at is not None else ""
    return f" Answered {line.attempted_at:%Y-%m-%d %H:%M}, {when}{reached}."


def _punctuality_lines(result: DryRunResult) -> Iterator[Part]:
    if result.punctuality:
        yield Line("Answered in truth, by the hours of this roster", "bold")
    for line in result.punctuality:
        label = presentable(line.label or "no label", 40)
        yield (
            f"  {label:<12} {line.leads:>6,} clocks: {line.in_time:,} in time, {line.late:,} late,"
            f" {line.unanswered:,} by nobody; {line.reached:,} reached"
        )


def _response_lines(result: DryRunResult) -> Iterator[Part]:
    if not any(not line.is_unanswered for line in result.responses):
        return
    yield Line("First answer, and what came of it (intervals of 95 %)", "bold")
    for line in result.responses:
        if line.is_unanswered:
            when = "never"
        else:
            when = f"within {length_text(line.within)}" if line.within else "later"
        yield (
            f"  {when:<16} {line.leads:>6,} leads: reached {_share(line.reached)}"
            f" {_interval(line.reached_interval)}, qualified {_share(line.qualified)}"
            f" {_interval(line.qualified_interval)}, won {_share(line.won)}"
            f" {_interval(line.won_interval)}"
        )
    yield Line(
        "  Leads that are likelier to buy, or came at a better hour, may be answered faster: this"
        " does not show an effect of speed.",
        "dim",
    )


def _experiment_lines(found: HoldEffect) -> Iterator[Part]:
    hold = length_text(found.hold)
    yield Line(f"What speed is worth: leads held back by lot for {hold} beside the rest", "bold")
    counts = f"{found.held:,} held back, {found.others:,} not"
    if not found.outcomes:
        yield (
            f"  There are too few yet to say: {counts}; at least {found.least} of each are needed,"
            " a week after their hold."
        )
        return
    yield f"  {counts}, parted by chance alone: the difference is the effect of the hold."
    for line in found.outcomes:
        low, high = line.interval
        yield (
            f"  {line.outcome:<12} {_share(line.others)} at once, {_share(line.held)} after the"
            f" hold: {100 * line.difference:+.1f} points (95 %: {100 * low:+.1f} to"
            f" {100 * high:+.1f})"
        )


def _share(share: float) -> str:
    return f"{share:.0%}"


def _interval(interval: tuple[float, float]) -> str:
    return f"({interval[0]:.0%} to {interval[1]:.0%})"


def _share_lines(result: DryRunResult) -> Iterator[Part]:
    for name in dict.fromkeys(line.department for line in result.shares):
        yield Line(presentable(name, 60), "bold")
        for line in result.shares:
            if line.department == name:
                truth = f", in truth {line.actual:,}" if line.actual is not None else ""
                yield (
                    f"  {presentable(line.name, 40):<24} {line.leads:>6,} leads, share"
                    f" {line.share:,.1f}, at most {line.busiest_day} a day{truth}"
                )


def _words(length: timedelta | None) -> str:
    return "no time" if not length else length_text(length)


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
