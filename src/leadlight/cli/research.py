"""`leadlight research`: whom a company has leads of and does not sell to."""

from __future__ import annotations

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("research", rich_help_panel="Figures")(research)


def research(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """Show who the leads outside the target audience are.

    Says what they asked for and who buys, too.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.leads.market_research import MarketResearchRequest, market_research
    from leadlight.desk.wiring import clock
    from leadlight.results.text.segment_figures import render_research

    with open_session(workspace) as session, busy("Counting"):
        found = market_research(session, MarketResearchRequest(clock.now()))
    answer(found, render_research, as_json)
