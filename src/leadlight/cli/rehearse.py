"""`leadlight rehearse`: what a change of the rules would move, before it is published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from leadlight.cli.options import Activities, KnownOfMoment, Leads, Workspace
from leadlight.cli.screen import json_text, say_json

if TYPE_CHECKING:
    from leadlight.results.rehearsal import Rehearsal


def register(app: typer.Typer) -> None:
    app.command("rehearse", rich_help_panel="Agreement")(rehearse)


def rehearse(
    new: Annotated[
        str,
        typer.Argument(help="Proposed playbook: file, preset name or version number."),
    ],
    against: Annotated[
        str | None,
        typer.Option(
            "--against", help="Playbook to compare it with. Default: the version in force."
        ),
    ] = None,
    at: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--at",
            help=(
                "Evaluate as of this moment, in UTC. Repeatable, to test on more of the past."
                " Default: now."
            ),
        ),
    ] = None,
    horizon: Annotated[
        str,
        typer.Option(
            "--horizon", help="How far to go back, and how soon the outcome must follow: 90d, 12w."
        ),
    ] = "90d",
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome", help="Activity that counts as success when the two versions are compared."
        ),
    ] = "won",
    leads: Leads = None,
    activities: Activities = None,
    workspace: Workspace = None,
    known: KnownOfMoment = "then",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Output file for the result as text.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the full result as JSON.")] = False,
) -> None:
    """Show what a new playbook would change. Says which leads would move, what each department
    would get, and which version would have ranked past outcomes better.

    Both versions qualify the base twice: as of a moment, and as of one horizon earlier with what
    was known then. The earlier ranking is compared with who won within the horizon. Nothing is
    stored.
    """
    from leadlight.cli.console import busy, known_as
    from leadlight.desk.rules.rehearse import rehearse as run
    from leadlight.desk.wiring import together, write_text
    from leadlight.desk.workspace.workspace import named
    from leadlight.results.text.rehearsal import plain, told

    place = None if leads else named(workspace)
    reads = (new, against, leads, *(activities or ()))
    with together(reads=reads, claims=((out, "rehearsal"),)), busy("Rehearsing"):
        found: Rehearsal = run(
            new,
            against=against,
            at=at or (),
            horizon=horizon,
            outcome=outcome,
            place=place,
            leads=leads,
            activities=activities or (),
            known=known_as(known),
        )
        if out is not None:
            text = json_text(plain(found)) if as_json else "\n".join(told(found))
            write_text(out, text + "\n", "rehearsal")
    if out is not None:
        typer.echo(f"Written: {out}")
    elif as_json:
        say_json(plain(found))
    else:
        typer.echo("\n".join(told(found)))
