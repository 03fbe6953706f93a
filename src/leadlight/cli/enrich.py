"""`leadlight enrich [FILE]`: plug-ins add facts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace, several
from leadlight.problems import CannotDo


def register(app: typer.Typer) -> None:
    app.command("enrich", rich_help_panel="Contacts and persons")(enrich)


def enrich(
    file: Annotated[
        Path | None, typer.Argument(help="Leads file. Default: the leads of the workspace.")
    ] = None,
    enrichers: Annotated[
        list[str] | None,
        typer.Option("--with", help="Plug-in to ask: titles, domains, places ... Repeatable."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be added, and add nothing.")
    ] = False,
    listing: Annotated[
        bool, typer.Option("--list", help="List the plug-ins that are installed.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Output file. Only with a leads file."),
    ] = None,
    within: Annotated[
        str, typer.Option("--within", help="Time that each plug-in has, such as 10m or 1h.")
    ] = "10m",
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Add what plug-ins know about leads.

    For example the seniority by the job title, the company by the e-mail domain, the region by the
    postal code. What people or files say always counts instead.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.options import duration
    from leadlight.cli.progress import Bar
    from leadlight.desk.leads.enrichment import (
        EnrichersRequest,
        EnrichRequest,
    )
    from leadlight.desk.leads.enrichment import enrich as run
    from leadlight.desk.leads.enrichment import enrichers as installed
    from leadlight.desk.wiring import clock
    from leadlight.results.text.enrichment import render_enrichers, render_enrichment

    length = duration(within)
    if length is None:
        raise CannotDo(f"--within takes a duration such as 10m or 1h, not {within!r}.")
    if out is not None and file is None:
        raise CannotDo("--out goes with a leads file: in a workspace, facts are added.")
    with open_session(workspace) as session:
        if listing:
            answer(installed(session, EnrichersRequest(clock.now())), render_enrichers, as_json)
            return
        request = EnrichRequest(clock.now(), several(enrichers), dry_run, file, out, length)
        with Bar() as bar:
            found = run(session, request, bar)
    answer(found, render_enrichment, as_json)
