"""`leadlight customers`: who will buy again, for how much, and what next."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import AsJson, KnownOfMoment, Until, Workspace
from leadlight.cli.screen import say_json
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.predict.customers.forecast import Customers, ForecastQuality

SHOWN = 10


def register(app: typer.Typer) -> None:
    app.command("customers", rich_help_panel="Predict")(customers)


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
    from leadlight.cli.console import busy, known_as
    from leadlight.desk.models.customers import Asked, write
    from leadlight.desk.models.customers import customers as ask
    from leadlight.desk.moments import when
    from leadlight.desk.wiring import together

    if table is not None and workspace is not None:
        raise CannotDo("Name one base, not two: a table or --workspace.")
    roles = {"customer": customer, "date": date, "value": value, "product": product}
    asked = Asked(
        table,
        {r: c for r, c in roles.items() if c is not None},
        tuple(o.strip() for o in outcome.split(",") if o.strip()) or ("won",),
        duration(horizon),
        None if as_of is None else when(as_of),
        workspace,
        known_as(known),
    )
    with together(reads=(table,), claims=((out, "customers"),)), busy("Looking at who came back"):
        found = ask(asked)
        if out is not None:
            write(found, out)
    if as_json:
        say_json(asdict(found), str)
        return
    for line in told(found, str(out) if out else None):
        typer.echo(line)


def told(found: Customers, written: str | None = None) -> list[str]:
    """The answer in lines of plain text."""
    from leadlight.presentable import presentable

    cs, days = found.customers, found.horizon.days
    worth = sum(c.value or 0 for c in cs)
    lines = [
        (
            f"{len(cs):,} customers as of {found.until:%Y-%m-%d},"
            f" {sum(c.purchases > 1 for c in cs):,} of them bought on more than one day."
        ),
        f"In the next {days} days: {sum(c.expected for c in cs):,.0f} purchases to be expected"
        + (f", worth {worth:,.0f}." if found.spending else "."),
        f"Probably gone (less than 1 in 2 still a customer): {sum(c.alive < 0.5 for c in cs):,}.",
        *found.notes,
        "",
        *judged(found.judged),
        "",
        f"The most to be expected of, in {days} days",
    ]
    for c in cs[:SHOWN]:
        value = "" if c.value is None else f"  worth {c.value:>10,.0f}"
        then = (
            f"  next {presentable(c.next.product, 40)} ({c.next.chance:.0%}, {c.next.kind})"
            if c.next
            else ""
        )
        lines.append(
            f"  {presentable(c.customer, 30):<30} {c.expected:>7.1f} purchases  alive"
            f" {c.alive:>4.0%}{value}{then}"
        )
    if any(c.next for c in cs):
        up = sum(c.next is not None and c.next.kind == "up-sell" for c in cs)
        lines += [
            "",
            (
                f"A next product can be told of {sum(c.next is not None for c in cs):,} customers:"
                f" {up:,} up-sell, the others cross-sell."
            ),
        ]
    else:
        lines += ["", "No product surely follows another, so no next product is told."]
    if written:
        lines.append(f"Written to {written}. Import it as attributes: leadlight import {written}")
    return lines


def judged(j: ForecastQuality | None) -> list[str]:
    """How far the expectation can be trusted."""
    if j is None:
        return [
            "How good this is cannot be told: too little time, or too few who bought twice, to try"
            " it on the past."
        ]
    lines = [
        (
            f"Tried on the past: fitted on purchases up to {j.until:%Y-%m-%d}, {j.expected:,.0f}"
            f" purchases were expected of {j.customers:,} customers in the next {j.horizon.days}"
            f" days, {j.seen:,.0f} came."
        ),
        (
            f"  off by {j.error:.3f} purchases a customer; each one's past rate going on is off by"
            f" {j.plain:.3f} (difference {j.above.value:+.3f}, {j.above.low:+.3f} to"
            f" {j.above.high:+.3f})"
        ),
    ]
    if j.value_error is not None and j.value_above is not None:
        lines.append(
            f"  off by {j.value_error:,.1f} in value a customer; the past rate by"
            f" {j.value_plain:,.1f} (difference {j.value_above.value:+,.1f},"
            f" {j.value_above.low:+,.1f} to {j.value_above.high:+,.1f})"
        )
    if j.auc is not None:
        lines.append(
            f"  ranks who buys at all with AUC {j.auc:.3f}; how recently they bought ranks with"
            f" {j.auc_recency:.3f}"
        )
    if j.above.low is not None and j.above.low <= 0:
        lines.append(
            "  No better than past rates going on, beyond chance: trust the order more than the"
            " numbers."
        )
    if (
        j.value_above is not None
        and j.value_above.low is not None
        and j.value_above.low <= 0 < (j.above.low or 0)
    ):
        lines.append(
            "  The values are no better than past rates going on, beyond chance: trust the"
            " purchases more than the values."
        )
    return lines


def duration(text: str) -> timedelta:
    """A horizon as a user writes it."""
    from leadlight.playbook.durations import seconds

    found = seconds(text)
    if found is None or found < 86_400:
        raise CannotDo(
            f"--horizon takes a duration of a day or more such as 90d, 26w or 1y, not {text!r}."
        )
    return timedelta(seconds=found)
