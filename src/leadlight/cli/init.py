"""`leadlight init [DIR] [--preset NAME]`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""

    @app.command("init")
    def init(
        folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="The directory.")] = Path(),
        preset: Annotated[
            str, typer.Option(help="The playbook to begin with: b2b-saas, b2c-shop, education, services ...")
        ] = "b2b-saas",
    ) -> None:
        """Make a workspace: a playbook to begin with, and an empty ledger."""
        from leadlight.desk import wiring
        from leadlight.desk.init import init
        from leadlight.desk.workspace import PLAYBOOK

        made = init(folder, wiring.now(), preset)
        where = "here" if folder == Path() else f"in {folder}"
        if made.playbook:
            typer.echo(f"A workspace {where}, with the playbook {made.preset!r} in {made.folder / PLAYBOOK}.")
        else:
            typer.echo(f"A workspace {where}; the {PLAYBOOK} that was there is kept.")
        prefix = "" if folder == Path() else f"cd {folder} && "
        typer.echo(f"Next: {prefix}leadlight import YOUR-LEADS.csv, then leadlight qualify.")
