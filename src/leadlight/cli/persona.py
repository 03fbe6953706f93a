"""`leadlight persona`: who buys, found in the data and tested on leads that had no part in finding
it.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import AsJson, KnownOfMoments, Maps, Until, Vouched, Workspace, mapped
from leadlight.cli.screen import say_json
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.models.persona import Personas
    from leadlight.predict.segments.segment import Persona


def register(app: typer.Typer) -> None:
    app.command("persona", rich_help_panel="Predict")(persona)


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
    from leadlight.cli.console import busy, known_as
    from leadlight.desk.models.persona import persona as ask
    from leadlight.desk.models.persona import write as written
    from leadlight.desk.models.persona_rows import Asked
    from leadlight.desk.moments import when
    from leadlight.desk.wiring import together

    if table is not None and workspace is not None:
        raise CannotDo("Name one base, not two: a table or --workspace.")
    if clusters and like:
        raise CannotDo("Ask for one at a time: --clusters or --like.")
    asked = Asked(
        table,
        label,
        value,
        time,
        mapped(maps),
        only_lost=only_lost,
        workspace=workspace,
        won=tuple(o.strip() for o in outcome.split(",") if o.strip()) or ("won",),
        known=known_as(known),
        until=None if as_of is None else when(as_of),
    )
    if clusters or like:
        from leadlight.cli import lookalikes

        (
            lookalikes.clusters(asked, out, as_json)
            if clusters
            else lookalikes.like(asked, str(like), top, out, as_json)
        )
        return
    with together(reads=(table,), claims=((write, "personas"),)), busy("Looking for who buys"):
        found = ask(asked, use or (), without or ())
        if write is not None and found.text is not None:
            written(found, write)
    if as_json:
        say_json({**asdict(found), "written": str(write) if write and found.text else None}, str)
        return
    for line in told(found, str(write) if write else None):
        typer.echo(line)


def told(found: Personas, written: str | None = None) -> list[str]:
    """The answer in lines of plain text."""
    from leadlight.presentable import presentable

    f = found.found
    lines = [
        (
            f"{f.won:,} of {f.rows:,} leads have the outcome ({presentable(found.outcome, 60)});"
            f" {presentable(f.split, 120)}."
        ),
        *found.notes,
    ]
    for s in f.leaks:
        lines.append(f"Set aside: {presentable(s.header, 50)!r} {presentable(s.why, 240)}.")
    if f.leaks:
        lines.append("Vouch for one that was known in time with --use COLUMN.")
    for title, personas in (("Who buys", f.buys), ("Who does not", f.buys_not)):
        if personas:
            lines += ["", f"{title} (of the {f.judged:,} leads that judge, {f.base:.1%} were won)"]
            for p in personas:
                lines += segment(p, f.value)
    lines.append("")
    if f.why_not:
        lines.append(f"The data name no ideal customer. {f.why_not}")
    if f.buys or f.buys_not:
        lines.append(
            f"{f.tried:,} rules were tried on {f.taught:,} leads, and the {f.proposed} best judged"
            " on others; the chance that even one of those shown is a fluke is at most 1 in 100"
            " (Fisher's exact test, Holm's correction)."
        )
    if written and found.text is not None:
        lines.append(
            f"Written to {written}: an audience scale and"
            f" {_segments(len(f.buys) + len(f.buys_not))}. Take what you like of it into your"
            " playbook."
        )
    elif written:
        lines.append(f"Nothing was written to {written}.")
    return lines


def segment(p: Persona, all_value: float | None) -> list[str]:
    """One segment, in three lines."""
    from leadlight.presentable import presentable

    value = ""
    if p.value is not None and p.value.value is not None:
        value = f"; {p.value.value:,.0f} a lead ({p.value.low:,.0f} to {p.value.high:,.0f})"
        value += f" against {all_value:,.0f} of all" if all_value is not None else ""
    return [
        f"  {presentable(p.name, 60)}",
        f"    {presentable(p.condition, 1_000)}",
        (
            f"    {p.leads:,} leads ({p.share:.0%}), {p.rate.value:.1%} won ({p.rate.low:.1%} to"
            f" {p.rate.high:.1%}), {p.lift.value:.2f} times all ({p.lift.low:.2f} to"
            f" {p.lift.high:.2f}){value}"
        ),
    ]


def _segments(n: int) -> str:
    return "1 segment" if n == 1 else f"{n} segments"
