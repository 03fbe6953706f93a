"""`leadlight ladder`: who stands where, who moved, who fell back and why."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from leadlight.cli.options import AsJson, Workspace, moment_of
from leadlight.problems import CannotDo


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("ladder", rich_help_panel="Figures")(ladder)


def ladder(
    since: Annotated[
        str | None,
        typer.Option(
            "--from", help="Start of the period, in UTC. Default: 90 days before its end."
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="End of the period, in UTC. Default: now.")
    ] = None,
    scale: Annotated[
        str | None, typer.Option("--scale", help="Scale to count. Default: temperature and stage.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Split by: source, segment or owner.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Show how many leads stand on each step, and who moved.

    Says who fell back and why, too.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.leads.ladder import LadderRequest
    from leadlight.desk.leads.ladder import ladder as count
    from leadlight.desk.wiring import clock
    from leadlight.results.ladder import LadderBy
    from leadlight.results.text.ladder import render_ladder

    splits: dict[str, LadderBy] = {name: name for name in get_args(LadderBy)}
    if by is not None and by not in splits:
        raise CannotDo(f"The ladder is split by source, segment or owner, not {by!r}.", field="by")
    split = splits[by] if by is not None else None
    request = LadderRequest(
        clock.now(), moment_of(since, "since"), moment_of(until, "until"), scale, split
    )
    with open_session(workspace) as session, busy("Counting"):
        found = count(session, request)
    answer(found, render_ladder, as_json)
