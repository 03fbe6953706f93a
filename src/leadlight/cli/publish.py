"""`leadlight publish [PLAYBOOK]`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import Workspace
from leadlight.cli.screen import quoted

if TYPE_CHECKING:
    from leadlight.desk.rules.agreement import Published
    from leadlight.facts.agreements import State, Version


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("publish", rich_help_panel="Agreement")(publish)


def publish(
    playbook: Annotated[
        Path | None,
        typer.Argument(help="Playbook file to publish. Default: playbook.yml of the workspace."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", help="Who publishes. Default: your git user name, or your login name."
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from",
            help=(
                "Takes effect from this date at the earliest, in UTC: 2026-12-01. Default: at once."
            ),
        ),
    ] = None,
    note: Annotated[
        str, typer.Option("--note", help="What changed and why, as a note in the history.")
    ] = "",
    workspace: Workspace = None,
) -> None:
    """Publish the playbook as the next version. It takes effect once every role that it names has
    signed.
    """
    from leadlight.cli.console import tell_problems
    from leadlight.desk import wiring
    from leadlight.desk.rules.agreement import publish as run
    from leadlight.desk.workspace.workspace import named

    done = run(named(workspace), playbook, wiring.now(), by=by, since=since, note=note)
    tell_problems(done.doubts)
    for line in told(done, workspace):
        typer.echo(line)


def told(done: Published, workspace: str | None) -> list[str]:
    """What was published, and what is still to be done until it counts."""
    from leadlight.presentable import presentable

    v, name = done.version, presentable(done.version.name, 80)
    if not done.new:
        but = ", but for comments, blanks or quotes" if done.reworded else ""
        return [
            f"This is {v} ({v.fingerprint}) already{but}: nothing was published.",
            *standing(v, done.state, workspace),
        ]
    out = [f"Published {v} ({v.fingerprint}): {name}, by {signer(done.by)}."]
    if done.past:
        out.append("--from is past; a version is never in force before it is published and signed.")
    if done.asked:
        out.append(
            f"{listed(done.asked)} must sign it too: {done.before}, which is in force, needs that."
        )
    return out + standing(v, done.state, workspace, done.before)


def standing(
    version: Version, state: State, workspace: str | None, before: Version | None = None
) -> list[str]:
    """Whether a version counts, and what to type when it does not."""
    if state.word == "proposed":
        at = f" -w {quoted(workspace)}" if workspace else ""
        until = f" Until then {before} stays in force." if before else ""
        return [
            f"It waits for {listed(state.missing)} to sign.{until}",
            *(
                f"  leadlight sign {version.fingerprint} --as {role} --by NAME{at}"
                for role in state.missing
            ),
        ]
    if state.word == "coming":
        return [f"{version} comes into force on {state.since:%Y-%m-%d at %H:%M} UTC."]
    if state.word == "in force":
        unsigned = (
            ""
            if version.needs
            else (
                " No role had to sign it; sign_off: [marketing, sales] in the playbook asks for"
                " that."
            )
        )
        return [f"{version} is in force since {state.since:%Y-%m-%d %H:%M} UTC.{unsigned}"]
    return [f"{version} is {'no longer' if state.word == 'superseded' else 'not'} in force."]


def signer(by: tuple[str, str]) -> str:
    """A name, and how it was found when nobody gave it."""
    from leadlight.presentable import presentable

    name, found = by
    return presentable(name, 80) + (f" ({found}; --by says another)" if found else "")


def listed(names: tuple[str, ...]) -> str:
    """Names in a sentence."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
