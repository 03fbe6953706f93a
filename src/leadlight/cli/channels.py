"""`leadlight channels`: what each channel brings and costs, and what to raise and cut."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from leadlight.cli.options import AsJson, Workspace, moment_of
from leadlight.problems import CannotDo


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("channels", rich_help_panel="Figures")(channels)


def channels(
    since: Annotated[
        str | None,
        typer.Option("--from", help="Only leads that arrived, and spend, since then, in UTC."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--to", help="Only leads that arrived, and spend, before then, in UTC."),
    ] = None,
    touch: Annotated[
        str, typer.Option("--touch", help="Count by the first or the last touch.")
    ] = "first",
    by: Annotated[
        str, typer.Option("--by", help="Split by: channel, source or campaign.")
    ] = "channel",
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Show what each channel brings and costs.

    Says what to raise and what to cut.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.leads.marketing_channels import ChannelsRequest
    from leadlight.desk.leads.marketing_channels import channels as count
    from leadlight.desk.wiring import clock
    from leadlight.results.channels import ChannelsBy, Touch
    from leadlight.results.text.channels import render_channels

    touches: dict[str, Touch] = {t: t for t in get_args(Touch)}
    splits: dict[str, ChannelsBy] = {s: s for s in get_args(ChannelsBy)}
    if touch not in touches:
        raise CannotDo(f"A touch is the first or the last, not {touch!r}.", field="touch")
    if by not in splits:
        raise CannotDo(f"Leads are split by channel, source or campaign, not {by!r}.", field="by")
    request = ChannelsRequest(
        clock.now(),
        moment_of(since, "since"),
        moment_of(until, "until"),
        touches[touch],
        splits[by],
    )
    with open_session(workspace) as session, busy("Counting"):
        found = count(session, request)
    answer(found, render_channels, as_json)
