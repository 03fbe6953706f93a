"""`leadlight preview`: what new rules say of a few leads."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("preview", rich_help_panel="Agreement")(preview)


def preview(
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
    lead: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--lead",
            help="Lead id or e-mail address. Repeatable. Default: ten leads of the last run.",
        ),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Try a new playbook on a few leads that you know.

    Shows the label before and after, and why.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.rules import preview as verb
    from leadlight.desk.wiring import clock
    from leadlight.results.text.playbooks import render_preview

    request = verb.PreviewRequest(new, clock.now(), against, tuple(lead or ()))
    with open_session(workspace) as session:
        found = verb.preview(session, request)
    answer(found, render_preview, as_json)
