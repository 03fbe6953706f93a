"""`leadlight publish [PLAYBOOK]`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("publish", rich_help_panel="Agreement")(publish)


def publish(
    playbook: Annotated[
        Path | None,
        typer.Argument(help="Playbook file to publish. Default: playbook.yml of the workspace."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", help="Who publishes. Default: your git user name, or your login name."
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from",
            help=(
                "Takes effect from this date at the earliest, in UTC: 2026-12-01. Default: at once."
            ),
        ),
    ] = None,
    note: Annotated[
        str, typer.Option("--note", help="What changed and why, as a note in the history.")
    ] = "",
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Publish the playbook as the next version. It takes effect once every role that it names has
    signed.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import tell_problems
    from leadlight.desk.moments import when
    from leadlight.desk.rules import agreement
    from leadlight.desk.wiring import clock
    from leadlight.results.text.agreement import render_publication

    now = clock.now()
    with open_session(workspace) as session:
        folder = playbook.absolute().parent if playbook else session.place.folder
        name, source = signer(by, folder)
        request = agreement.PublishRequest(
            name,
            now,
            playbook,
            since=when(since, now, "since") if since is not None else None,
            note=note,
        )
        done = agreement.publish(session, request)
    if not as_json:
        tell_problems(done.doubts)
    answer(
        done,
        partial(render_publication, name_source=source, workspace=workspace),
        as_json,
    )


def signer(by: str | None, folder: Path) -> tuple[str, str]:
    """Who is at the keyboard, and how that was found where nobody said it."""
    from leadlight.desk.wiring import computer

    if by is not None:
        return by, ""
    name, source = computer.who(folder)
    return name, f"{source}; --by says another"
