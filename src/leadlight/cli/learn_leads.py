"""What `learn` leaves besides the model: every lead with its probability and why, and a page with
the verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from leadlight.cli.screen import quoted
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.leads.qualifications import Qualifications
    from leadlight.desk.models.learn import Report
    from leadlight.desk.models.learn_leads import Files
    from leadlight.desk.models.tuning_rows import Asked as Looked


def free(name: str, folder: Path, over: bool, out: Path | None = None) -> None:
    """Raises `CannotDo` where a model of that name, or a playbook with somebody's own cuts, would
    be written over unasked.
    """
    from leadlight.desk.model_files import model_file
    from leadlight.desk.models.learn_leads import Files
    from leadlight.playbook.reader import NAME

    if not NAME.fullmatch(name):
        raise CannotDo(
            "A model's name is letters, digits and _, a letter first, such as won_soon; not"
            f" {name!r}."
        )
    targets = (
        [out] if out is not None else [model_file(folder, name), Files.of(name, folder).playbook]
    )
    for target in targets:
        if target.exists() and not over:
            raise CannotDo(
                f"{target} is there already. Name another with --name or --out, or write over it"
                " with --yes."
            )


class Left(NamedTuple):
    """How many leads were written, and the id of one to explain."""

    rows: int
    example: str | None


def write_leads(
    report: Report, files: Files, table: Path | None, looked: Looked, maps: Mapping[str, str]
) -> Left:
    """Write the playbook with the probability, every lead by it, and the page."""
    from leadlight.cli.console import busy
    from leadlight.desk import wiring
    from leadlight.desk.models.learn_leads import (
        playbook_text,
        table_qualified,
        workspace_qualified,
    )

    wiring.write_text(files.playbook, playbook_text(report), "learned")
    with busy("What it says of every lead"):
        if table is not None:
            return _written(table_qualified(table, report, files, maps), files)
        with workspace_qualified(looked, report, files) as found:
            return _written(found, files)


def tell_leads(files: Files, left: Left, table: Path | None, *, of_playbook: bool) -> None:
    """Say where they are."""
    asked = f"--leads {quoted(str(table))} " if table is not None else ""
    if of_playbook:
        typer.echo(
            f"Your playbook with that score: {files.playbook}. Compare it with leadlight rehearse,"
            " or put the line into yours."
        )
    typer.echo(f"Every lead with its probability and why: {files.leads} ({left.rows:,} rows)")
    typer.echo(f"The verdict as a page to show: {files.page}")
    if table is not None:
        typer.echo(
            f"New leads:  leadlight qualify NEW.csv --playbook {quoted(str(files.playbook))}"
        )
    if left.example is not None:
        typer.echo(
            f"Why?  leadlight explain {quoted(left.example)} {asked}--playbook"
            f" {quoted(str(files.playbook))}"
        )


def _written(found: Qualifications, files: Files) -> Left:
    rows = found.export(files.leads, "all")
    found.report(files.page)
    return Left(rows, found.summary.example.lead_id if found.summary.example is not None else None)
