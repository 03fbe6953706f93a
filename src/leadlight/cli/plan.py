"""`leadlight plan`: what a playbook compiles to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import AsJson, AsOf, PlaybookFile, Workspace
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.results.plan import PlaybookPlan


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("plan", rich_help_panel="Rules")(plan)


def plan(
    sql: Annotated[bool, typer.Option("--sql", help="Print the full SQL statement.")] = False,
    dialect: Annotated[
        str,
        typer.Option(
            "--dialect",
            help=(
                "SQL dialect: duckdb, postgres or spark. Never run on the warehouse itself:"
                " databricks, bigquery, snowflake."
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
    dbt: Annotated[
        Path | None,
        typer.Option(
            "--dbt", help="Write a dbt package into this folder: models, tests and their docs."
        ),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Show the compiled plan, in words, as SQL, or as dbt."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.screen import say_exactly
    from leadlight.desk.moments import when
    from leadlight.desk.rules import plan as verb
    from leadlight.desk.wiring import clock

    now = clock.now()
    request = verb.PlanRequest(
        now, playbook, when(as_of, now, "as_of"), dialect, _relations(relations), dbt
    )
    with open_session(workspace) as session:
        found = verb.plan(session, request)
    if sql and not as_json and dbt is None:
        say_exactly(f"{found.sql}\n")
    else:
        answer(found, _lines, as_json)


def _lines(found: PlaybookPlan) -> Iterator[str]:
    from leadlight.results.text.plan import render_plan

    yield from render_plan(found)
    yield ""
    if found.package:
        folder = found.package[0].path.parent
        yield f"Next: dbt build --project-dir {folder} --vars \"{{leadlight_as_of: '2026-11-01'}}\""
        return
    yield f"The statement itself: leadlight plan --sql --dialect {found.engine}"


def _relations(text: str | None) -> dict[str, str]:
    """leads=schema.table,activities=... as a mapping."""
    out = {}
    for part in filter(str.strip, (text or "").split(",")):
        name, _, table = part.partition("=")
        if not table.strip():
            raise CannotDo(
                f"{part.strip()!r} names no relation; write --relations"
                " leads=schema.table,activities=schema.table."
            )
        out[name.strip()] = table.strip()
    return out
