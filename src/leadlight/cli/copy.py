"""`leadlight copy FROM TO`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.problems import plural

if TYPE_CHECKING:
    from leadlight.desk.workspace.copy import Carried


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""

    @app.command("copy")
    def copy(
        source: Annotated[
            str,
            typer.Argument(
                metavar="FROM",
                help="Source: a workspace folder, a folder of Parquet files, or postgresql://...",
            ),
        ],
        target: Annotated[
            str,
            typer.Argument(
                metavar="TO", help="Destination, in the same forms. Must be new or empty."
            ),
        ],
        parquet: Annotated[
            bool,
            typer.Option(
                "--parquet", help="Write the copy as a folder of Parquet files, for Spark."
            ),
        ] = False,
    ) -> None:
        """Copy a workspace to another place. Every fact, import, link and run is copied; the source
        stays unchanged.
        """
        from leadlight.cli.progress import Bar
        from leadlight.desk import wiring
        from leadlight.desk.workspace.copy import copy

        with Bar() as bar:
            found = copy(source, target, wiring.now(), bar, parquet=parquet)
        for line in _told(found):
            typer.echo(line)


def _told(found: Carried) -> list[str]:
    facts = {n: rows for n, rows in found.rows.items() if rows}
    width = max((len(n) for n in facts), default=0)
    lines = [
        f"{found.source} is copied to {found.target}: {plural(sum(facts.values()), 'row', 'rows')},"
        " counted there and the same."
    ]
    lines += [f"  {name:<{width}}  {rows:>12,}" for name, rows in facts.items()]
    if found.lost:
        lines.append(
            f"{found.lost:,} texts held the character NUL, which PostgreSQL cannot keep; it was"
            " left out of them."
        )
    if found.playbook:
        lines.append(f"The playbook went along: {found.playbook}.")
    return lines
