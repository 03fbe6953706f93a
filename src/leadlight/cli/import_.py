"""`leadlight import FILE...`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from leadlight.cli.options import (
    AsJson,
    HeaderRow,
    Kind,
    Sheet,
    Workspace,
    Zone,
    parse_maps,
    read_as,
)
from leadlight.problems import CannotDo

_WHATS = ("leads", "activities", "spend")


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""

    @app.command("import", rich_help_panel="Facts")
    def import_(
        files: Annotated[
            list[Path],
            typer.Argument(metavar="FILE...", help="CSV, TSV, XLSX, JSON lines or Parquet files."),
        ],
        what: Annotated[
            str | None,
            typer.Option(
                "--as",
                metavar="leads|activities|spend",
                help="What the files contain, if it cannot be detected.",
            ),
        ] = None,
        maps: Annotated[
            list[str] | None,
            typer.Option(
                "--map",
                metavar='"Their column=attribute"',
                help='Map a column to an attribute. "Their column=-" leaves it out. Repeatable.',
            ),
        ] = None,
        preview: Annotated[
            bool,
            typer.Option("--preview", help="Show the mapping and the problems; import nothing."),
        ] = False,
        backfill: Annotated[
            bool,
            typer.Option(
                "--backfill", help="Historical load: treat each fact as known when it happened."
            ),
        ] = False,
        no_verify: Annotated[
            bool, typer.Option("--no-verify", help="Do not check the imported contacts.")
        ] = False,
        sheet: Sheet = None,
        header_row: HeaderRow = None,
        zone: Zone = None,
        kind: Kind = None,
        workspace: Workspace = None,
        as_json: AsJson = False,
    ) -> None:
        """Import leads, activities or spend. Importing a file again adds only what changed."""
        from leadlight.cli.answer import answer, open_session
        from leadlight.cli.progress import Bar
        from leadlight.desk.leads.import_ import ImportRequest, import_files
        from leadlight.desk.wiring import clock
        from leadlight.results.text.imports import render_import

        request = ImportRequest(
            tuple(files),
            clock.now(),
            _what(what),
            parse_maps(maps),
            preview=preview,
            backfill=backfill,
            verify=not no_verify,
            reading=read_as(sheet, header_row, zone, kind),
        )
        with open_session(workspace) as session, Bar() as bar:
            result = import_files(session, request, bar)
        answer(result, render_import, as_json)
        if not result.complete:
            raise typer.Exit(2)


def _what(what: str | None) -> Literal["leads", "activities", "spend"] | None:
    if what is None or what in _WHATS:
        return cast("Literal['leads', 'activities', 'spend'] | None", what)
    raise CannotDo(f"--as is leads, activities or spend, not {what!r}.")
