"""`leadlight scanners`."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("scanners", rich_help_panel="Contacts and persons")(scanners)


def scanners(
    since: Annotated[
        str | None,
        typer.Option("--since", help="Start of the period, in UTC. Default: 30 days ago."),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Set them apart, so that no rule counts them.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", help="How many to list, newest first.")] = 100,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """List opens and clicks made by security scanners and bots.

    Also finds those of the past, by rules that came later.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.live.scanners import ScannersRequest
    from leadlight.desk.live.scanners import scanners as find
    from leadlight.desk.moments import when
    from leadlight.desk.wiring import clock
    from leadlight.results.text.scanners import render_scanners

    now = clock.now()
    moment = when(since, now, "since") if since is not None else None
    with open_session(workspace) as session:
        answer(find(session, ScannersRequest(now, moment, apply, limit)), render_scanners, as_json)
