"""`leadlight plan`: what a playbook compiles to."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsOf, PlaybookFile, Workspace
from leadlight.cli.screen import say_exactly
from leadlight.problems import CannotDo


def register(app: typer.Typer) -> None:
    app.command("plan", rich_help_panel="Rules")(plan)


def plan(
    sql: Annotated[bool, typer.Option("--sql", help="Print the full SQL statement.")] = False,
    dialect: Annotated[
        str,
        typer.Option(
            "--dialect",
            help=(
                "SQL dialect: duckdb, postgres or spark. Untested: databricks, bigquery, snowflake."
            ),
        ),
    ] = "duckdb",
    playbook: PlaybookFile = None,
    as_of: AsOf = None,
    relations: Annotated[
        str | None,
        typer.Option(
            "--relations",
            help=(
                "Names of your tables: "
                "leads=analytics.leads,activities=analytics.events[,pairs=...]."
            ),
        ),
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Show the compiled plan, as steps in words or as SQL."""
    from leadlight.desk.rules.plan import plan as run

    found = run(playbook, workspace, as_of, dialect, _named(relations))
    if sql:
        say_exactly(f"{found.sql}\n")
        return
    typer.echo(
        f"{found.name} ({found.fingerprint}) for {dialect}: one statement of {len(found.steps)}"
        " steps.\n"
    )
    for name, about in found.steps:
        typer.echo(f"  {name:<12} {about}")
    typer.echo(
        f"\n  {found.about}\n\nThe statement itself: leadlight plan --sql --dialect {dialect}"
    )


def _named(relations: str | None) -> dict[str, str]:
    """leads=schema.table,activities=... as a mapping."""
    out = {}
    for part in (relations or "").split(","):
        what, equals, where = part.partition("=")
        if part.strip() and not (equals and where.strip()):
            raise CannotDo(
                f"{part.strip()!r} names no relation; write --relations"
                " leads=schema.table,activities=schema.table."
            )
        if part.strip():
            out[what.strip()] = where.strip()
    return out
