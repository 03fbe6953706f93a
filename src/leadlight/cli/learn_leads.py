"""What `learn` leaves besides the model: every lead with its probability and why, and a page with the verdict."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.learn import Report
    from leadlight.desk.learn_leads import Files
    from leadlight.desk.qualify import Qualifications
    from leadlight.desk.tuning_rows import Asked as Looked
    from leadlight.playbook.model import Model


def files_of(model: Model, folder: Path, over: bool) -> Files:
    """Where they go. Raises `CannotDo` for a playbook that is there already: somebody may have put their own cuts into it."""
    from leadlight.desk.learn_leads import Files

    files = Files.of(model, folder)
    if files.playbook.exists() and not over:
        raise CannotDo(f"{files.playbook} is there already. Name another with --name, or write over it with --yes.")
    return files


def tell_leads(
    report: Report, files: Files, table: Path | None, looked: Looked, maps: Mapping[str, str], quiet: bool
) -> dict[str, str]:
    """Write them and say where they are."""
    from leadlight.cli.told import busy
    from leadlight.desk.learn_leads import playbook_text, table_qualified, workspace_qualified

    assert report.model is not None
    files.playbook.write_text(playbook_text(report.model, report.learned.won / report.learned.rows), encoding="utf-8")
    with busy("What it says of every lead"):
        if table is not None:
            rows, lead = _written(table_qualified(table, report.label, report, files, maps), files)
        else:
            with workspace_qualified(looked, files) as found:
                rows, lead = _written(found, files)
    if not quiet:
        asked = f"--leads {shlex.quote(str(table))} " if table is not None else ""
        typer.echo(f"Every lead with its probability and why: {files.leads} ({rows:,} rows)")
        typer.echo(f"The verdict as a page to show: {files.page}")
        if lead is not None:
            typer.echo(
                f"Why?  leadlight explain {shlex.quote(lead)} {asked}--playbook {shlex.quote(str(files.playbook))}"
            )
    return {"playbook": str(files.playbook), "leads": str(files.leads), "page": str(files.page)}


def _written(found: Qualifications, files: Files) -> tuple[int, str | None]:
    rows = found.export(files.leads, "all")
    found.report(files.page)
    return rows, found.summary.example.lead_id if found.summary.example is not None else None
