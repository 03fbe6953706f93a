"""`leadlight quality`: who cannot be reached and why, what that costs, and what is due."""

from __future__ import annotations

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("quality", rich_help_panel="Figures")(quality)


def quality(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """Show who cannot be reached, and why.

    Says which sources bring them and what is due to be checked, as the last run left the leads.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.leads.data_quality import DataQualityRequest, data_quality
    from leadlight.desk.wiring import clock
    from leadlight.results.text.data_quality import render_data_quality

    with open_session(workspace) as session, busy("Counting"):
        found = data_quality(session, DataQualityRequest(clock.now()))
    answer(found, render_data_quality, as_json)
