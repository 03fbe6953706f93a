"""`leadlight check`: every fault of a playbook at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.problems import plural


def register(app: typer.Typer) -> None:
    app.command("check", rich_help_panel="Rules")(check)


def check(
    playbook: Annotated[
        Path | None,
        typer.Argument(help="Playbook file. Default: playbook.yml of the workspace."),
    ] = None,
    workspace: Annotated[
        str | None,
        typer.Option(
            "--workspace",
            "-w",
            help="Check against the columns of this workspace. Default: the current one.",
        ),
    ] = None,
) -> None:
    """Check a playbook for errors. Each is shown with its line and the nearest known word."""
    from leadlight.cli.console import tell_problems
    from leadlight.desk.rules.check import check as run

    checked = run(playbook, workspace)
    tell_problems(checked.problems)
    if checked.faults:
        typer.echo(f"{checked.file}: {plural(checked.faults, 'fault', 'faults')}.", err=True)
        raise typer.Exit(2)
    book = checked.book
    assert book is not None
    typer.echo(
        f"{checked.file} holds: {len(book.signals)} signals, {len(book.scores)} scores,"
        f" {len(book.scales)} scales, {len(book.segments)} segments, {len(book.routes)} routes"
        f" (fingerprint {book.fingerprint})."
    )
