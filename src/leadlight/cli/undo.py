"""`leadlight undo [IMPORT]`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.screen import console
from leadlight.problems import plural

if TYPE_CHECKING:
    from leadlight.facts.ledger import ImportLine, Undone

_SHOWN = 50


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""

    @app.command("undo")
    def undo(
        import_id: Annotated[
            str | None,
            typer.Argument(
                metavar="[IMPORT]", help="Import to undo. Without it, all imports are listed."
            ),
        ] = None,
        workspace: Annotated[
            str | None,
            typer.Option(
                "--workspace",
                "-w",
                help="Workspace to use: a folder or postgresql://... Default: the current one.",
            ),
        ] = None,
    ) -> None:
        """Undo an import, or list all imports."""
        from leadlight.desk import wiring
        from leadlight.desk.leads.undo import imports, undo
        from leadlight.desk.workspace.workspace import named

        folder = named(workspace)
        if import_id is None:
            _list(imports(folder, wiring.now()))
        else:
            _say(undo(folder, import_id, wiring.now()))


def _say(undone: Undone) -> None:
    unit = {
        "leads": "statements",
        "activities": "activities",
        "spend": "rows of spend",
        "checks": "contact checks",
        "links": "links",
    }[undone.what]
    typer.echo(
        f"{undone.import_id} ({undone.file}) is taken back: {undone.facts:,} {unit} no longer"
        " count."
    )
    if undone.leads_gone:
        typer.echo(
            f"{plural(undone.leads_gone, 'lead is', 'leads are')} gone with it: nothing else speaks"
            " of them."
        )
    typer.echo("What the base looked like before this moment can still be asked with --as-of.")


def _list(lines: Sequence[ImportLine]) -> None:
    if not lines:
        typer.echo("Nothing has been imported here yet.")
        return
    said = console()
    for line in lines[:_SHOWN]:
        state = (
            f", taken back {line.undone_at:%Y-%m-%d}"
            if line.undone_at
            else ", history"
            if line.backfill
            else ""
        )
        style = "dim" if line.undone_at else None
        said.print(
            f"{line.import_id}  {line.recorded_at:%Y-%m-%d %H:%M} UTC  {line.file}{state}",
            style=style,
        )
        said.print(
            f"    {plural(line.read, 'row', 'rows')} of {line.what} = {line.imported:,} imported +"
            f" {line.unchanged:,} unchanged + {line.rejected:,} rejected",
            style=style,
        )
    if len(lines) > _SHOWN:
        said.print(f"... and {len(lines) - _SHOWN:,} earlier ones.")
