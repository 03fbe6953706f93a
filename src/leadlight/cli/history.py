"""`leadlight history`: who agreed to which rules, and since when they are in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import Workspace
from leadlight.cli.screen import say_exactly
from leadlight.problems import CannotDo, plural

if TYPE_CHECKING:
    from leadlight.desk.rules.agreement import History
    from leadlight.facts.agreements import State, Version


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("history", rich_help_panel="Agreement")(history)


def history(
    at: Annotated[
        str | None,
        typer.Option("--at", help="Show the history as of this moment, in UTC. Default: now."),
    ] = None,
    show: Annotated[
        str | None,
        typer.Option(
            "--show",
            help=("Print the exact text of a version. --show 2 > playbook.yml restores version 2."),
        ),
    ] = None,
    workspace: Workspace = None,
) -> None:
    """List playbook versions: when each was in force, who signed."""
    from leadlight.desk import wiring
    from leadlight.desk.rules.agreement import history as run
    from leadlight.desk.rules.agreement import text_of
    from leadlight.desk.workspace.workspace import named

    place = named(workspace)
    if show is not None:
        if at is not None:
            raise CannotDo(
                "--show prints a version's text, whenever it was in force: leave --at out."
            )
        say_exactly(text_of(place, show, wiring.now()))
        return
    for line in told(run(place, wiring.now(), at), at is not None):
        typer.echo(line)


def told(found: History, past: bool = False) -> list[str]:
    """The history in lines of plain text, the newest version first."""
    from leadlight.presentable import presentable

    at = f" on {found.at:%Y-%m-%d %H:%M} UTC" if past else ""
    ruling, state = found.ruling, found.states.get(found.ruling) if found.ruling else None
    which = f" ({found.written})" if found.written else ""
    if state is not None and state.word == "in force" and ruling is not None:
        out = [f"In force{at}: {ruling}, {presentable(ruling.name, 80)} ({ruling.fingerprint})"]
    elif ruling is not None:
        out = [
            f"Nothing was in force{at} yet; a moment before the first version goes by that:"
            f" {ruling} ({ruling.fingerprint})"
        ]
    elif found.states:
        out = [
            f"Nothing {'was' if past else 'is'} in force{at} yet: this workspace goes by"
            f" playbook.yml{which} as it stands."
        ]
    else:
        out = [
            (
                f"Nothing was {'' if past else 'ever '}published{at}: this workspace goes by"
                f" playbook.yml{which} as it stands."
            ),
            "`leadlight publish` makes it version 1; who agrees to it is written down here.",
        ]
    for version, state in found.states.items():
        out += ["", *_version(found, version, state)]
    if found.unpublished_runs:
        out += ["", f"{_runs(found.unpublished_runs)} went by a playbook that was never published."]
    return out


def _version(found: History, v: Version, state: State) -> list[str]:
    from leadlight.presentable import presentable

    runs = f", {_runs(found.runs[v])}" if found.runs.get(v) else ""
    out = [
        f"{v}  {v.fingerprint}  {_stands(state)}{runs}",
        f"    published  {v.published_at:%Y-%m-%d %H:%M} UTC by {presentable(v.author, 80)}",
    ]
    if v.note:
        out.append(f"    note       {presentable(v.note, 400)}")
    out += [
        f"    signed     {s.signed_at:%Y-%m-%d %H:%M} UTC as {s.role} by {presentable(s.by, 80)}"
        for s in found.agreements.signed(v)
    ]
    if not v.needs:
        out.append("    signed     by nobody: it needed no signature")
    return out


def _stands(state: State) -> str:
    from leadlight.cli.publish import listed

    if state.word == "proposed":
        return f"proposed, waits for {listed(state.missing)}"
    if state.since is None:
        return "never in force"
    if state.word == "coming":
        return f"in force from {state.since:%Y-%m-%d %H:%M} UTC on"
    if state.word == "superseded":
        return f"in force from {state.since:%Y-%m-%d %H:%M} to {state.until:%Y-%m-%d %H:%M} UTC"
    return f"in force since {state.since:%Y-%m-%d %H:%M} UTC"


def _runs(n: int) -> str:
    return plural(n, "run", "runs")
