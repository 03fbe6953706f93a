"""`leadlight customers`: who will buy again, for how much, and what next."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import (
    AsJson,
    KnownOfMoment,
    Until,
    Workspace,
    duration,
    moment_of,
    one_base,
    words_of,
)
from leadlight.problems import CannotDo


def register(app: typer.Typer) -> None:
    app.command("customers", rich_help_panel="Prediction")(customers)


def customers(
    table: Annotated[
        Path | None,
        typer.Argument(help="Purchase log, one purchase per row. Default: the workspace."),
    ] = None,
    horizon: Annotated[
        str, typer.Option("--horizon", help="Forecast period: 90d, 26w, 1y.")
    ] = "365d",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Output CSV of all customers, which can be imported."),
    ] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", help="Column with the customer id.")
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", help="Column with the purchase date.")
    ] = None,
    value: Annotated[
        str | None, typer.Option("--value", help="Column with the purchase amount.")
    ] = None,
    product: Annotated[
        str | None, typer.Option("--product", help="Column with the product.")
    ] = None,
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome",
            help=(
                "In a workspace: activity that counts as a purchase; separate several with commas."
            ),
        ),
    ] = "won",
    workspace: Workspace = None,
    as_of: Until = None,
    known: KnownOfMoment = "then",
    as_json: AsJson = False,
) -> None:
    """Predict each customer's purchases and value. Also the probability that they are still a
    customer, and their next product.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy, parse_known
    from leadlight.desk.models.customers import CustomersRequest, PurchaseColumns
    from leadlight.desk.models.customers import customers as forecast
    from leadlight.desk.wiring import clock
    from leadlight.results.text.customers import render_text

    one_base(table, workspace)
    request = CustomersRequest(
        clock.now(),
        table,
        PurchaseColumns(customer, date, value, product),
        words_of(outcome) or ("won",),
        _period(horizon),
        moment_of(as_of),
        parse_known(known),
        out,
    )
    with open_session(workspace) as session, busy("Looking at who came back"):
        result = forecast(session, request)
    answer(result, render_text, as_json)


def _period(text: str) -> timedelta:
    found = duration(text)
    if found is None or found < timedelta(days=1):
        raise CannotDo(
            f"A forecast is for a day or more, such as 90d, 26w or 1y, not {text!r}.",
            field="horizon",
        )
    return found
