"""`leadlight rehearse`: what a change of the rules would move, before it is published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from leadlight.cli.options import (
    Activities,
    AsJson,
    KnownOfMoment,
    Leads,
    Workspace,
    horizon_of,
    several,
)


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
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
    as_json: AsJson = False,
) -> None:
    """Show what a new playbook would change. Says which leads would move, what each department
    would get, and which version would have ranked past outcomes better.

    Both versions qualify the base twice: as of a moment, and as of one horizon earlier with what
    was known then. The earlier ranking is compared with who won within the horizon. Nothing is
    stored.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy, parse_known
    from leadlight.desk.moments import when
    from leadlight.desk.rules import rehearse as verb
    from leadlight.desk.wiring import clock
    from leadlight.results.text.lines import files_line
    from leadlight.results.text.rehearsal import render_rehearsal

    now = clock.now()
    request = verb.RehearseRequest(
        new,
        now,
        against,
        tuple(when(moment, now, "moments") for moment in at or ()),
        horizon_of(horizon),
        outcome,
        leads,
        several(activities),
        parse_known(known),
        out,
        "json" if as_json else "text",
    )
    with open_session(workspace) as session, busy("Rehearsing"):
        found = verb.rehearse(session, request)
    if found.files:
        answer(found.files, files_line)
    else:
        answer(found, render_rehearsal, as_json)
