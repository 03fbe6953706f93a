"""`leadlight init [DIR] [--preset NAME | --from FILE]`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import AsJson

if TYPE_CHECKING:
    from leadlight.results.workspace import NewWorkspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("init", rich_help_panel="Facts")(init)


def init(
    where: Annotated[
        str,
        typer.Argument(
            metavar="[DIR]",
            help="Folder, or postgresql://USER@HOST/DATABASE. Default: the current folder.",
        ),
    ] = ".",
    preset: Annotated[
        str,
        typer.Option(help="Preset to start from: b2b-saas, b2c-shop, education, services ..."),
    ] = "b2b-saas",
    leads: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="Leads file whose first answer is the playbook to start from, not a preset.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Create a workspace: a first playbook and an empty ledger."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.wiring import clock
    from leadlight.desk.workspaces.init import InitRequest
    from leadlight.desk.workspaces.init import init as make_workspace

    with open_session() as session:
        made = make_workspace(session, InitRequest(clock.now(), where, preset, leads))
    answer(made, _lines, as_json)


def _lines(made: NewWorkspace) -> Iterator[str]:
    """What was made, and the commands that come next."""
    from leadlight.desk.workspace.workspace import VARIABLE
    from leadlight.results.text.workspace import render_new_workspace

    yield from render_new_workspace(made)
    if made.on_server:
        yield (
            "Let the environment name it, and the password if it needs one: export"
            f" {VARIABLE}={made.where}"
        )
    go = "" if made.on_server or made.where == "." else f"cd {made.where} && "
    yield f"Next: {go}leadlight import YOUR-LEADS.csv, then leadlight qualify."
