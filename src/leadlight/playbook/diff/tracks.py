"""Tracks in sentences, and how they changed."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.playbook.canonical import spell
from leadlight.playbook.diff.conditions import ConditionDiff, show
from leadlight.playbook.diff.points import Sentence, enumeration, quote
from leadlight.playbook.durations import in_words
from leadlight.playbook.spec import Limits, Playbook, Step, Track

TRACKS = "What leads are sent"


def of_tracks(old: Playbook, new: Playbook, conditions: ConditionDiff) -> Iterator[Sentence]:
    """What differs between the tracks and the limits of two playbooks."""
    before, after = {t.name: t for t in old.tracks}, {t.name: t for t in new.tracks}
    for name, track in after.items():
        if name in before:
            yield from ((TRACKS, line) for line in _track(before[name], track, conditions))
        else:
            yield TRACKS, f"New track *{name}*: {' '.join(describe_track(track))}"
    yield from ((TRACKS, f"No longer a track: *{n}*.") for n in before if n not in after)
    if old.limits != new.limits:
        was, now = describe_limits(old.limits), describe_limits(new.limits)
        yield TRACKS, f"{now[:-1]}, instead of: {was}"


def _track(old: Track, new: Track, conditions: ConditionDiff) -> Iterator[str]:
    yield from conditions.lines(f"Who enters *{new.name}*", old.when, new.when)
    if old.exits is not None and new.exits is not None:
        yield from conditions.lines(f"Who leaves *{new.name}*", old.exits, new.exits)
    elif new.exits is not None:
        yield f"*{new.name}* is now left where {show(new.exits)}, too."
    elif old.exits is not None:
        yield f"*{new.name}* is no longer left where {show(old.exits)}."
    if old.purpose != new.purpose:
        yield f"The purpose of *{new.name}* is now {new.purpose} instead of {old.purpose}."
    if old.again != new.again:
        yield f"*{new.name}* may be entered {_again(new.again)} instead of {_again(old.again)}."
    if old.hold_out != new.hold_out:
        yield (
            f"Of *{new.name}*, {new.hold_out} leads in a hundred are held out instead of"
            f" {old.hold_out}."
        )
    if old.clicks != new.clicks:
        yield f"{_clicks(new)}, which was otherwise."
    yield from _steps(old, new, conditions)


def _clicks(track: Track) -> str:
    known = "is known" if track.clicks else "is not known"
    return f"Who follows a link in a mail of *{track.name}* {known}"


def _steps(old: Track, new: Track, conditions: ConditionDiff) -> Iterator[str]:
    for n in range(max(len(old.steps), len(new.steps))):
        was = old.steps[n] if n < len(old.steps) else None
        now = new.steps[n] if n < len(new.steps) else None
        if was is None and now is not None:
            yield f"New step {n + 1} of *{new.name}*: {describe_step(now)}."
        elif was is not None and now is None:
            yield f"*{new.name}* has no step {n + 1} any more: {describe_step(was)}."
        elif spell(was, str) != spell(now, conditions.old_name):
            assert was is not None
            assert now is not None
            yield (
                f"Step {n + 1} of *{new.name}* is now {describe_step(now)}, instead of"
                f" {describe_step(was)}."
            )


def describe_track(track: Track) -> Iterator[str]:
    """A track in sentences."""
    yield f"For leads where {show(track.when)}, for {track.purpose}."
    for n, step in enumerate(track.steps, 1):
        yield f"Step {n}: {describe_step(step)}."
    if track.exits is not None:
        yield f"A lead leaves where {show(track.exits)}."
    if track.again is not None:
        yield f"It may be entered {_again(track.again)}."
    yield f"{track.hold_out} leads in a hundred are held out."
    if not track.clicks:
        yield f"{_clicks(track)}."


def describe_step(step: Step) -> str:
    """What is done by a step, and when."""
    named = [f"{v.key}: {quote(v.content)}" if v.key else quote(v.content) for v in step.variants]
    if step.by == "task":
        what = f"a task{f' for {step.to}' if step.to else ''}, {quote(step.say)}"
    else:
        what = f"a {step.by}{f' to {step.to}' if step.to else ''}, {enumeration(named)}"
    when = f" where {show(step.when)}" if step.when is not None else ""
    soon = f"after {in_words(step.after)}" if step.after else "at once"
    return f"{what}, {soon} and within {in_words(step.not_after)}{when}"


def describe_limits(limits: Limits) -> str:
    """When leads are written to, and how often, as a sentence."""
    often = enumeration([f"{n} in {in_words(s)}" for s, n in limits.at_most]) or "any number"
    most = "".join(
        f" At most {n:,} mails a day {where}go out."
        for n, where in ((limits.a_day, ""), (limits.a_domain, "to one domain "))
        if n is not None
    )
    hours = f"{_clock(limits.begin)} to {_clock(limits.end)}"
    return (
        f"Leads are written to from {hours} of their own time on {enumeration(limits.days)}, at"
        f" most {often}. Where its country is not known, that is the time of {limits.zone}.{most}"
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _again(seconds: int | None) -> str:
    return "only once" if seconds is None else f"again after {in_words(seconds)}"
