"""Versions of a playbook as lines for a person: published, signed, listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadlight.facts.agreements import State, Version
from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.agreement import (
    PlaybookHistory,
    Publication,
    SignedVersion,
    VersionStatus,
)
from leadlight.results.text.lines import Hint
from leadlight.results.text.playbooks import difference_lines


def render_publication(
    done: Publication, name_source: str = "", workspace: str | None = None
) -> Iterator[str | Hint]:
    """What was published, and what is still to be done until it counts. `name_source` says where
    the name of whoever publishes was found when nobody gave it.
    """
    version = done.version
    if not done.is_new:
        but = ", but for comments, blanks or quotes" if done.is_reworded else ""
        yield f"This is {version} ({version.fingerprint}) already{but}: nothing was published."
        yield from _status_lines(version, done.state, workspace)
        return
    name = presentable(version.name, 80)
    by = _signer(done.by, name_source)
    yield f"Published {version} ({version.fingerprint}): {name}, by {by}."
    if done.is_past:
        yield "The date is past; a version is never in force before it is published and signed."
    if done.extra_roles:
        yield (
            f"{name_list(done.extra_roles)} must sign it too: {done.current}, which is in force,"
            " needs that."
        )
    yield from _status_lines(version, done.state, workspace, done.current)


def render_signature(
    done: SignedVersion, name_source: str = "", workspace: str | None = None
) -> Iterator[str | Hint]:
    """What was signed by whom, what it changes, and whether it counts now."""
    version = done.version
    yield (
        f"Signed {version} ({version.fingerprint}) as {done.role}: {presentable(version.name, 80)},"
        f" by {_signer(done.by, name_source)}."
    )
    if done.difference is not None and done.difference.same:
        yield f"It says the same as {done.before}, which was in force."
    elif done.difference is not None:
        yield f"How it differs from {done.before}, which was in force:"
        yield from difference_lines(done.difference.lines, indent="  ")
    before = done.before if done.state.word == "proposed" else None
    yield from _status_lines(version, done.state, workspace, before)


def render_history(found: PlaybookHistory) -> Iterator[str | Hint]:
    """The version in force, then every version, the newest first."""
    yield from _in_force(found)
    for standing in found.versions:
        yield ""
        yield from _version(standing)
    if found.unpublished_runs:
        yield ""
        yield f"{_runs(found.unpublished_runs)} went by a playbook that was never published."


def name_list(names: Sequence[str]) -> str:
    """Names in a sentence."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _signer(name: str, name_source: str) -> str:
    source = f" ({name_source})" if name_source else ""
    return presentable(name, 80) + source


def _status_lines(
    version: Version, state: State, workspace: str | None, before: Version | None = None
) -> Iterator[str | Hint]:
    """Whether a version counts, and what to do when it does not."""
    if state.word == "proposed":
        until = f" Until then {before} stays in force." if before else ""
        yield f"It waits for {name_list(state.missing)} to sign.{until}"
        for role in state.missing:
            fields = {"version": version.fingerprint, "role": role, "by": "NAME"}
            yield Hint(" ", NextStep("sign", {**fields, "workspace": workspace}))
    elif state.word == "coming":
        yield f"{version} comes into force on {state.since:%Y-%m-%d at %H:%M} UTC."
    elif state.word == "in force":
        unsigned = (
            " No role had to sign it; sign_off: [marketing, sales] in the playbook asks for that."
        )
        since = f"{version} is in force since {state.since:%Y-%m-%d %H:%M} UTC."
        yield since + ("" if version.needs else unsigned)
    else:
        yield f"{version} is {'no longer' if state.word == 'superseded' else 'not'} in force."


def _in_force(found: PlaybookHistory) -> Iterator[str | Hint]:
    at = "" if found.is_now else f" on {found.at:%Y-%m-%d %H:%M} UTC"
    file = f"playbook.yml{f' ({found.written})' if found.written else ''}"
    ruling = found.ruling
    states = {s.version: s.state.word for s in found.versions}
    if ruling is not None and states.get(ruling) == "in force":
        yield f"In force{at}: {ruling}, {presentable(ruling.name, 80)} ({ruling.fingerprint})"
    elif ruling is not None:
        yield (
            f"Nothing was in force{at} yet; a moment before the first version goes by that:"
            f" {ruling} ({ruling.fingerprint})"
        )
    elif found.versions:
        was = "is" if found.is_now else "was"
        yield f"Nothing {was} in force{at} yet: this workspace goes by {file} as it stands."
    else:
        ever = "ever " if found.is_now else ""
        yield f"Nothing was {ever}published{at}: this workspace goes by {file} as it stands."
        yield Hint(
            "To make it version 1, and have it written down here who agrees to it:",
            NextStep("publish"),
        )


def _version(standing: VersionStatus) -> Iterator[str]:
    version = standing.version
    runs = f", {_runs(standing.runs)}" if standing.runs else ""
    yield f"{version}  {version.fingerprint}  {_state(standing.state)}{runs}"
    yield (
        f"    published  {version.published_at:%Y-%m-%d %H:%M} UTC by"
        f" {presentable(version.author, 80)}"
    )
    if version.note:
        yield f"    note       {presentable(version.note, 400)}"
    for s in standing.signed:
        yield (
            f"    signed     {s.signed_at:%Y-%m-%d %H:%M} UTC as {s.role} by"
            f" {presentable(s.by, 80)}"
        )
    if not version.needs:
        yield "    signed     by nobody: it needed no signature"


def _state(state: State) -> str:
    if state.word == "proposed":
        return f"proposed, waits for {name_list(state.missing)}"
    if state.since is None:
        return "never in force"
    if state.word == "coming":
        return f"in force from {state.since:%Y-%m-%d %H:%M} UTC on"
    if state.word == "superseded":
        return f"in force from {state.since:%Y-%m-%d %H:%M} to {state.until:%Y-%m-%d %H:%M} UTC"
    return f"in force since {state.since:%Y-%m-%d %H:%M} UTC"


def _runs(n: int) -> str:
    return plural(n, "run", "runs")
