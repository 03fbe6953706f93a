"""Tracks and what they cause; and a track stopped or resumed by a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from leadlight.desk.leads.run import open_base
from leadlight.desk.live.rows import moment_of_append
from leadlight.desk.nurture.variant_choice import Choices, standing_choices
from leadlight.desk.session import Session
from leadlight.desk.wiring import nurture
from leadlight.facts.steps import StepFact, TrackHealth
from leadlight.nurture.comparison import Group, best_variant, compare_groups
from leadlight.playbook.spec import Playbook, Step, Track
from leadlight.playbook.track_conditions import SCALE
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.nurture import (
    LEFT,
    ChosenVariant,
    Effect,
    LeftCount,
    SegmentResults,
    StepResults,
    TrackChange,
    TrackResults,
    TracksResult,
    TrackTask,
)

if TYPE_CHECKING:
    from leadlight.desk.wiring.nurture import EntryNumbers, StepNumbers, TrackNumbers


#: So many tasks are listed.
MOST_TASKS = 200


@dataclass(frozen=True)
class TracksRequest:
    """The tracks at a moment; `track` names one of them."""

    now: datetime
    track: str | None = None


def tracks(session: Session, request: TracksRequest) -> TracksResult:
    """What each track came to. Raises `CannotDo` where there is no such track."""
    with session.read("tracks", request.now) as workspace:
        found = open_base(workspace, None, request.now)
        book = found.playbook
        wanted = _tracks_by_name(book, request.track)
        if not wanted:
            return TracksResult(request.now, ())
        store = nurture.track_facts(workspace.con, workspace.ledger, is_preview=True)
        part = nurture.track_round(
            store, workspace.ledger, found.base, book, request.now, clicks=True
        )
        scale = book.scale(SCALE)
        ladder = [la.name for la in scale.labels if not la.aside] if scale is not None else []
        numbers = part.numbers(ladder)
        health = {h.track: h for h in part.health()}
        choices = standing_choices(store, book)
        tasks = nurture.open_track_tasks(store, MOST_TASKS)
    return TracksResult(
        request.now,
        tuple(_results(track, numbers, health[track.name], choices) for track in wanted),
        tuple(
            TrackTask(t.lead_id, t.track, t.step, t.kind, t.because, t.at)
            for t in tasks
            if request.track in (None, t.track)
        ),
    )


@dataclass(frozen=True)
class ChangeTrackRequest:
    """Stop a track, or let it go on; `why` is kept with it."""

    now: datetime
    track: str
    state: Literal["stopped", "resumed"]
    why: str = ""


def change_track(session: Session, request: ChangeTrackRequest) -> TrackChange:
    """Stop or resume a track. What was sent before it is resumed counts no more against it. Raises
    `CannotDo` where there is no such track, or it is in that state already.
    """
    with session.write("tracks", request.now) as workspace:
        now = moment_of_append(workspace, request.now)
        found = open_base(workspace, None, now)
        _tracks_by_name(found.playbook, request.track)
        store = nurture.track_facts(workspace.con, workspace.ledger)
        is_stopped, turns = nurture.track_turns(store, request.track)
        if is_stopped == (request.state == "stopped"):
            said = "stopped already" if is_stopped else "not stopped"
            raise CannotDo(f"The track {request.track} is {said}.", field="track")
        why = request.why or "Somebody said so."
        fact = StepFact("", request.track, turns + 1, 0, request.state, now, because=why)
        nurture.add_step_facts(store, [fact], now)
    return TrackChange(request.track, request.state == "stopped", why)


def _tracks_by_name(book: Playbook, name: str | None) -> tuple[Track, ...]:
    if name is None:
        return book.tracks
    found = tuple(t for t in book.tracks if t.name == name)
    if not found:
        names = [t.name for t in book.tracks]
        hint = did_you_mean(name, names) or f"It has {', '.join(names) or 'none'}."
        raise CannotDo(f"The playbook has no track {name!r}. {hint}", field="track")
    return found


def _results(
    track: Track, numbers: TrackNumbers, health: TrackHealth, choices: Choices
) -> TrackResults:
    entries = {e.is_held_out: e for e in numbers.entries if e.track == track.name}
    inside, control = entries.get(False), entries.get(True)
    steps = tuple(_steps(track, [s for s in numbers.steps if s.track == track.name]))
    return TrackResults(
        track.name,
        track.about,
        track.purpose,
        inside.leads if inside else 0,
        inside.inside if inside else 0,
        control.leads if control else 0,
        health.stopped,
        tuple(LeftCount(b, LEFT.get(b, b), n) for t, b, n in numbers.left if t == track.name),
        steps,
        tuple(_effects(inside, control)),
        tuple(SegmentResults(*row[1:]) for row in numbers.segments if row[0] == track.name),
        tuple(_best(track, steps, choices)),
        tuple(_choices_of(track, choices)),
    )


def _choices_of(track: Track, choices: Choices) -> Iterator[ChosenVariant]:
    """The variants that everybody gets, step by step."""
    for n, step in enumerate(track.steps, 1):
        choice = choices.get((track.name, n))
        if choice is not None:
            what = next(v.content for v in step.variants if v.key == choice.key)
            yield ChosenVariant(n, choice.key, what, choice.since, choice.because)


def _steps(track: Track, numbers: Sequence[StepNumbers]) -> Iterator[StepResults]:
    for n, step in enumerate(track.steps, 1):
        for key, what in _variants(step):
            found = next((s for s in numbers if s.step == n and (s.variant or "") == key), None)
            if found is None:
                yield StepResults(n, step.by, key or None, what)
                continue
            yield StepResults(
                n,
                step.by,
                key or None,
                what,
                found.sent,
                max(found.sent - found.bounced, 0),
                found.failed,
                found.uncertain,
                found.others,
                found.clicked,
                found.answered,
                found.refused,
                found.complained,
                found.bounced,
            )


def _variants(step: Step) -> list[tuple[str, str]]:
    """The variants of a step with what they send; a task has what is to be done."""
    return [(v.key, v.content) for v in step.variants] or [("", step.say or "")]


def _effects(inside: EntryNumbers | None, control: EntryNumbers | None) -> Iterator[Effect]:
    if inside is None:
        return
    for name, outcome in (
        ("won", "won"),
        ("rose", "rose"),
        ("fell", "fell"),
        ("refused", "unsubscribed"),
    ):
        one = Group(inside.leads, getattr(inside, name))
        other = Group(control.leads if control else 0, getattr(control, name) if control else 0)
        found = compare_groups(one, other)
        yield Effect(
            outcome,
            one.size,
            one.successes,
            other.size,
            other.successes,
            found.difference,
            found.low,
            found.high,
        )


def _best(track: Track, steps: Sequence[StepResults], choices: Choices) -> Iterator[str]:
    """Which variants are better than the others for certain, and not chosen yet, as sentences."""
    for n, step in enumerate(track.steps, 1):
        rows = [s for s in steps if s.step == n]
        if len(step.variants) < 2 or (track.name, n) in choices:
            continue
        groups = [Group(s.sent, min(s.clicked + s.answered, s.sent)) for s in rows]
        best = best_variant(groups)
        if best is not None:
            yield (
                f"Step {n}: {rows[best].variant} ({rows[best].what}) is better than the other"
                f" variants ({groups[best].rate:.1%} clicked or answered)."
            )
