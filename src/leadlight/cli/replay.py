"""`leadlight replay`: a stretch of time, told by its changes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import Activities, AsJson, Leads, Workspace
from leadlight.problems import CannotDo

LISTED = 25  # changes that are listed unless --all


def register(app: typer.Typer) -> None:
    app.command("replay", rich_help_panel="Qualify")(replay)


def replay(
    since: Annotated[
        str | None,
        typer.Option(
            "--from", help="Start of the period, in UTC. Default: 90 days before its end."
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="End of the period, in UTC. Default: now.")
    ] = None,
    every: Annotated[
        str,
        typer.Option(
            "--every",
            help=(
                "Interval between the counts shown: 1h, 1d, 1w. Changes are found to the "
                "minute in any case."
            ),
        ),
    ] = "1d",
    scale: Annotated[
        str | None, typer.Option("--scale", help="Scale to count. Default: temperature.")
    ] = None,
    moved: Annotated[
        str | None,
        typer.Option(
            "--moved",
            help=(
                "List leads that moved between two labels: warm:cold, warm: (to any) or "
                ":cold (from any)."
            ),
        ),
    ] = None,
    to_label: Annotated[
        str | None,
        typer.Option("--to-label", help="List leads that reached this label, e.g. cold."),
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help=f"List all of them, not only the newest {LISTED}.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Output file for every change: .csv, .xlsx, .parquet or .json."
        ),
    ] = None,
    states: Annotated[
        Path | None,
        typer.Option(
            "--states", help="Output file for every evaluated state (lead and moment), with scores."
        ),
    ] = None,
    leads: Leads = None,
    activities: Activities = None,
    playbook: Annotated[
        str | None,
        typer.Option(
            "--playbook",
            "-p",
            help=(
                "Playbook file or preset name. Default: the versions in force during the period."
            ),
        ),
    ] = None,
    known: Annotated[
        str,
        typer.Option(
            "--known",
            help=(
                "then: use only what was known at each moment; now: also what was recorded since."
            ),
        ),
    ] = "then",
    as_json: AsJson = False,
    workspace: Workspace = None,
) -> None:
    """Show how labels changed over a past period. Says who turned hot or cold, when, and whether an
    activity or only time caused it.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import parse_known
    from leadlight.cli.progress import Bar
    from leadlight.desk.leads.replay import ReplayRequest
    from leadlight.desk.leads.replay import replay as run
    from leadlight.desk.moments import when
    from leadlight.desk.wiring import clock
    from leadlight.results.text.replay import render_replay

    now, (before, after) = clock.now(), _labels(moved, to_label)
    request = ReplayRequest(
        now,
        since=None if since is None else when(since, now, "since"),
        until=when(until, now, "until"),
        every=_length(every),
        scale=scale,
        before=before,
        after=after,
        most=None if everyone else LISTED,
        leads=leads,
        activities=tuple(activities or ()),
        playbook=playbook,
        known=parse_known(known),
        out=out,
        states=states,
    )
    with open_session(workspace) as session, Bar() as bar:
        result = run(session, request, bar)
    answer(result, render_replay, as_json)


def _length(text: str) -> timedelta:
    from leadlight.playbook.durations import seconds

    found = seconds(text)
    if found is None:
        raise CannotDo(
            f"--every takes a duration of a minute and more, such as 1h, 1d or 1w, not {text!r}."
        )
    return timedelta(seconds=found)


def _labels(moved: str | None, to_label: str | None) -> tuple[str | None, str | None]:
    """The labels from and to which changes are listed."""
    if moved is None:
        return None, to_label
    before, colon, after = moved.partition(":")
    if not colon or not (before or after) or to_label is not None:
        raise CannotDo(
            "--moved takes two labels with a colon between them, such as warm:cold, and stands"
            " without --to-label."
        )
    return before or None, after or None
