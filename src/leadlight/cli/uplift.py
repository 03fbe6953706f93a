"""`leadlight uplift`: whom to contact because the contact changes something."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Maps, Vouched, column_and_word, parse_maps, several


def register(app: typer.Typer) -> None:
    app.command("uplift", rich_help_panel="Prediction")(uplift)


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
            help="Value of --treated for the control group. Default: no, none, control ...",
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
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.models.labelled_table import OutcomeColumn
    from leadlight.desk.models.uplift import TreatmentColumn, UpliftRequest
    from leadlight.desk.models.uplift import uplift as estimate
    from leadlight.results.text.contact_effect import render_text

    column, word = column_and_word(treated)
    request = UpliftRequest(
        table,
        TreatmentColumn(column, word, control),
        OutcomeColumn(*column_and_word(label)),
        several(use),
        several(without),
        parse_maps(maps),
        out,
    )
    with open_session() as session, busy("Comparing the contacted with the others"):
        effect = estimate(session, request)
    answer(effect, render_text, as_json)
