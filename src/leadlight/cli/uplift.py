"""`leadlight uplift`: whom to contact because the contact changes something."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import AsJson, Maps, Vouched, mapped
from leadlight.cli.screen import say_json

if TYPE_CHECKING:
    from leadlight.desk.models.uplift import Effect
    from leadlight.predict.judge.metrics import Estimate


def register(app: typer.Typer) -> None:
    app.command("uplift", rich_help_panel="Predict")(uplift)


def uplift(
    table: Annotated[
        Path,
        typer.Argument(help="Table of an experiment: leads, of which a random part was contacted."),
    ],
    treated: Annotated[
        str,
        typer.Option(
            "--treated", help="Column that says who was contacted: COLUMN or COLUMN=VALUE."
        ),
    ],
    label: Annotated[
        str, typer.Option("--label", help="Outcome column, such as visit or Status=Won.")
    ],
    control: Annotated[
        str | None,
        typer.Option(
            "--control",
            help="Value of that column for the control group. Default: no, none, control ...",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Output CSV of the leads, largest effect first."),
    ] = None,
    use: Vouched = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            help="Column to leave out, e.g. one recorded after the contact. Repeatable.",
        ),
    ] = None,
    maps: Maps = None,
    as_json: AsJson = False,
) -> None:
    """Find whom to contact, from a randomized experiment. Ranks leads by how much the contact
    changes; if the data cannot tell, it says so.
    """
    from leadlight.cli.console import busy
    from leadlight.desk.models.uplift import Asked, write
    from leadlight.desk.models.uplift import uplift as ask
    from leadlight.desk.wiring import together

    asked = Asked(
        table, treated, label, control, tuple(use or ()), tuple(without or ()), mapped(maps)
    )
    with (
        together(reads=(table,), claims=((out, "uplift"),)),
        busy("Comparing the contacted with the others"),
    ):
        found = ask(asked)
        written = out is not None and found.found.why_not is None
        if out is not None and written:
            write(found, out)
    if as_json:
        told_ = asdict(found) | {"written": str(out) if written else None}
        say_json(told_, str)
        return
    for line in told(found, str(out) if written else None):
        typer.echo(line)


def told(e: Effect, written: str | None = None) -> list[str]:
    """The answer in lines of plain text."""
    from leadlight.presentable import presentable

    f = e.found
    lines = [
        (
            f"{f.contacted:,} leads were contacted ({presentable(e.contacted, 60)}),"
            f" {f.rows - f.contacted:,} were not ({presentable(e.control, 60)}); nothing tells the"
            " two groups apart, so the contact was left to chance."
        ),
        *e.notes,
        *(f"Set aside: {presentable(s.header, 50)!r} {presentable(s.why, 200)}." for s in f.aside),
        "",
        (
            f"{presentable(e.outcome, 60)}: {f.rate_contacted:.2%} of the contacted,"
            f" {f.rate_others:.2%} of the others. The contact makes {_points(f.effect)}."
        ),
        "",
        "By the estimated difference, a tenth of the leads each    contacted   others   difference",
    ]
    for n, t in enumerate(f.tenths, 1):
        where = "highest" if n == 1 else "lowest" if n == len(f.tenths) else ""
        lines.append(
            f"  {n:>2} {where:<52} {t.contacted:>9.2%} {t.others:>8.2%}   {_points(t.difference)}"
        )
    lines += [
        "",
        (
            "Area between the Qini curve and contacting at random, as outcomes more per 1,000 leads"
            " (0: no better than random)"
        ),
        f"  by the estimated difference   {_area(f.qini)}",
        f"  by the plain chance to win    {_area(f.qini_propensity)}",
        f"  difference of the two         {_area(f.above_propensity)}",
        "",
    ]
    if f.why_not is not None:
        lines.append(
            f"The data cannot tell whom to contact. {f.why_not} Contact whom you like, or"
            " everybody."
        )
        return lines
    half = next(more for share, more, _ in f.curve if share >= 0.5)
    end = f.curve[-1][1]
    if end > 0:
        lines.append(
            f"Contacting the better half brings {min(half / end, 9.99):.0%} of what contacting"
            " everybody does."
        )
    if f.above_propensity.low is not None and f.above_propensity.low > 0:
        lines.append(
            "Contact in this order: it gains more than contacting those first who are likely to win"
            " anyway."
        )
    else:
        lines.append(
            "Contact in this order; it gains about as much as contacting those first who are likely"
            " to win anyway."
        )
    if written:
        lines.append(f"Written to {written}, those changed most first.")
    return lines


def _points(e: Estimate) -> str:
    if e.value is None or e.low is None or e.high is None:
        return "a difference that cannot be told"
    return f"{100 * e.value:+.2f} points ({100 * e.low:+.2f} to {100 * e.high:+.2f})"


def _area(e: Estimate) -> str:
    return (
        "cannot be told" if e.value is None else f"{e.value:+.2f}   {e.low:+.2f} to {e.high:+.2f}"
    )
