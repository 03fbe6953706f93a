"""`leadlight today`."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("today", rich_help_panel="Qualify")(today)


def today(
    owner: Annotated[str | None, typer.Option("--owner", help="Only leads of this owner.")] = None,
    limit: Annotated[int, typer.Option("--limit", help="List at most so many leads.")] = 20,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """List whom to contact now, in order, and why.

    Says by which way and by when. Leads that were handled since they got their label are left out.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.leads.today import TodayRequest
    from leadlight.desk.leads.today import today as run
    from leadlight.desk.wiring import clock
    from leadlight.results.text.today import render_today

    with open_session(workspace) as session:
        queue = run(session, TodayRequest(clock.now(), owner, limit))
    answer(queue, render_today, as_json)
