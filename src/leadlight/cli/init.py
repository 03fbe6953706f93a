"""`leadlight init [DIR] [--preset NAME]`."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""

    @app.command("init")
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
    ) -> None:
        """Create a workspace: a first playbook and an empty ledger."""
        from leadlight.desk import wiring
        from leadlight.desk.workspace.init import init
        from leadlight.desk.workspace.workspace import PLAYBOOK, VARIABLE

        made = init(where, wiring.now(), preset)
        said = "here" if where == "." else f"in {made.place}"
        if made.playbook:
            typer.echo(
                f"A workspace {said}, with the playbook {made.preset!r} in"
                f" {made.place.folder / PLAYBOOK}."
            )
        else:
            typer.echo(f"A workspace {said}; the {PLAYBOOK} that was there is kept.")
        prefix = "" if where == "." else f"cd {made.place} && "
        if made.place.address:
            prefix = ""
            typer.echo(
                "Let the environment name it, and the password if it wants one: export"
                f" {VARIABLE}={made.place}"
            )
        typer.echo(f"Next: {prefix}leadlight import YOUR-LEADS.csv, then leadlight qualify.")
