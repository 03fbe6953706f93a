"""`leadlight forms`: the capture pages of a workspace."""

from __future__ import annotations

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("forms", rich_help_panel="Outreach")(forms)


def forms(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """List the forms of the workspace.

    Says where each is served, its faults, and how often it was sent.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.live.forms import FormsRequest
    from leadlight.desk.live.forms import forms as list_forms
    from leadlight.desk.wiring import clock
    from leadlight.results.text.forms import render_forms

    with open_session(workspace) as session:
        found = list_forms(session, FormsRequest(clock.now()))
    answer(found, render_forms, as_json)
