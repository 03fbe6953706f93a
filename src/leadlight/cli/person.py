"""`leadlight person LEAD`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("person", rich_help_panel="Contacts and persons")(person)


def person(
    lead: Annotated[str, typer.Argument(help="Lead id or e-mail address.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="JSON file to write everything to.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Show what is known about a person, or write it to a file.

    It holds every fact with where it came from, what the person allows, and its labels with
    their reasons (GDPR, Arts. 15 and 20).
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.persons.record import PersonRequest
    from leadlight.desk.persons.record import person as run
    from leadlight.desk.wiring import clock
    from leadlight.results.text.persons import render_record

    with open_session(workspace) as session, busy("Looking it up"):
        record = run(session, PersonRequest(lead, clock.now(), out))
    answer(record, render_record, as_json)
