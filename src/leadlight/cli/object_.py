"""`leadlight object LEAD`."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("object", rich_help_panel="Contacts and persons")(record_objection)


def record_objection(
    lead: Annotated[str, typer.Argument(help="Lead id or e-mail address.")],
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="The person takes the objection back.")
    ] = False,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Record that a person objects to profiling.

    The lead is no longer scored, put into segments, listed or exported with a label (GDPR, Art.
    21).
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.persons.objection import ObjectionRequest
    from leadlight.desk.persons.objection import record_objection as run
    from leadlight.desk.wiring import clock
    from leadlight.results.text.persons import render_objection

    with open_session(workspace) as session:
        objection = run(session, ObjectionRequest(lead, clock.now(), withdraw))
    answer(objection, render_objection, as_json)
