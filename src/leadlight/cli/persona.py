"""`leadlight persona`: who buys, found in the data and tested on leads that had no part in finding
it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import (
    AsJson,
    KnownOfMoments,
    Maps,
    Until,
    Vouched,
    Workspace,
    column_and_word,
    moment_of,
    one_base,
    parse_maps,
    several,
    words_of,
)
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.models.labelled_table import LeadTable
    from leadlight.desk.models.lookalikes import ClustersRequest, LookalikesRequest
    from leadlight.desk.models.persona import PersonaRequest


def register(app: typer.Typer) -> None:
    app.command("persona", rich_help_panel="Prediction")(persona)


def persona(
    table: Annotated[
        Path | None,
        typer.Argument(help="Table with an outcome column. Default: the workspace."),
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(
            "--label", help="Outcome column of the table, such as Converted or Status=Won."
        ),
    ] = None,
    value: Annotated[
        str | None,
        typer.Option("--value", help="Column of the table with the revenue of a won lead."),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            "--time", help="Column of the table that increases with time. Default: detected."
        ),
    ] = None,
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome",
            help="In a workspace: activity that counts as won; separate several with commas.",
        ),
    ] = "won",
    only_lost: Annotated[
        bool,
        typer.Option(
            "--only-lost",
            help=(
                "In a workspace: compare with lost leads only, not with all leads old "
                "enough to have won."
            ),
        ),
    ] = False,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", help="Output file for a playbook with the segments and an audience scale."
        ),
    ] = None,
    clusters: Annotated[
        bool,
        typer.Option(
            "--clusters",
            help="Instead: find clusters of leads that behave alike, and what sets each apart.",
        ),
    ] = False,
    like: Annotated[
        str | None,
        typer.Option(
            "--like",
            help=(
                "Instead: find look-alikes of these leads (a file of ids, or a segment of"
                " the playbook)."
            ),
        ),
    ] = None,
    top: Annotated[
        int, typer.Option("--top", min=1, help="With --like: number of leads to list.")
    ] = 100,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="With --like or --clusters: output CSV of the leads."),
    ] = None,
    use: Vouched = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", help="Column to leave out. Repeatable.")
    ] = None,
    maps: Maps = None,
    workspace: Workspace = None,
    as_of: Until = None,
    known: KnownOfMoments = "then",
    as_json: AsJson = False,
) -> None:
    """Find your ideal customer. Lists readable segments that win far more often than others, with
    intervals, and those that never buy.
    """
    from leadlight.cli.console import parse_known
    from leadlight.desk.models.decided_leads import DecisionOptions
    from leadlight.desk.models.lookalikes import ClustersRequest, LookalikesRequest
    from leadlight.desk.models.persona import PersonaRequest
    from leadlight.desk.wiring import clock

    one_base(table, workspace)
    if clusters and like is not None:
        raise CannotDo("Ask for one at a time: --clusters or --like.")
    lead_table = _table(table, label, value, time, maps)
    options = DecisionOptions(
        won=words_of(outcome) or ("won",),
        only_lost=only_lost,
        until=moment_of(as_of),
        known=parse_known(known),
    )
    if clusters:
        _clusters(workspace, ClustersRequest(clock.now(), lead_table, options, out), as_json)
    elif like is not None:
        request = LookalikesRequest(clock.now(), like, lead_table, options, top, out)
        _lookalikes(workspace, request, as_json)
    else:
        columns = (several(use), several(without))
        _personas(
            workspace, PersonaRequest(clock.now(), lead_table, options, *columns, write), as_json
        )


def _table(
    table: Path | None,
    label: str | None,
    value: str | None,
    time: str | None,
    maps: list[str] | None,
) -> LeadTable | None:
    from leadlight.desk.models.labelled_table import LeadTable, OutcomeColumn

    if table is None:
        return None
    if not label:
        raise CannotDo(
            "A table needs the column that says who was won, such as Converted or Status=Won.",
            field="label",
        )
    return LeadTable(table, OutcomeColumn(*column_and_word(label)), value, time, parse_maps(maps))


def _personas(workspace: str | None, request: PersonaRequest, as_json: bool) -> None:
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.models.persona import persona as find
    from leadlight.results.text.persona import render_personas

    with open_session(workspace) as session, busy("Looking for who buys"):
        result = find(session, request)
    answer(result, render_personas, as_json)
    if as_json:
        return
    if result.search.leaks:
        typer.echo("Vouch for a column that was known in time with --use COLUMN.")
    if request.out is not None and result.file is None:
        typer.echo(f"Nothing was written to {request.out}.")


def _clusters(workspace: str | None, request: ClustersRequest, as_json: bool) -> None:
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.models.lookalikes import clusters as find
    from leadlight.results.text.persona import render_clusters

    with open_session(workspace) as session, busy("Looking for groups"):
        result = find(session, request)
    answer(result, render_clusters, as_json)
    if request.out is not None and result.file is None and not as_json:
        typer.echo(f"Nothing was written to {request.out}.")


def _lookalikes(workspace: str | None, request: LookalikesRequest, as_json: bool) -> None:
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.models.lookalikes import lookalikes as find
    from leadlight.results.text.persona import render_lookalikes

    with open_session(workspace) as session, busy("Looking for leads like these"):
        result = find(session, request)
    answer(result, render_lookalikes, as_json)
