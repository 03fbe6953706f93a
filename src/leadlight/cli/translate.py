"""`leadlight translate FILE ...`: the scoring rules of HubSpot or Mautic as a playbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("translate", rich_help_panel="Rules")(translate)


def translate(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="JSON of HubSpot's lead scores and lists, or of Mautic's points and segments.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Playbook to write. Default: print it."),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Turn scoring rules of HubSpot or Mautic into a playbook.

    Says which rules could not be carried over, why, and what to do about each.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import tell_problems
    from leadlight.cli.screen import say_exactly
    from leadlight.desk.rules import translate as verb
    from leadlight.desk.wiring import clock
    from leadlight.results.text.translation import render_translation

    with open_session(workspace) as session:
        request = verb.TranslateRequest(clock.now(), tuple(files), out)
        found = verb.translate_rules(session, request)
    if not as_json:
        tell_problems(found.doubts)
    if out is None and not as_json:
        say_exactly(found.text)
    else:
        answer(found, render_translation, as_json)
