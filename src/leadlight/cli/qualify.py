"""`leadlight qualify`: a file or a workspace in, every lead's qualification out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from leadlight.cli.options import (
    AsJson,
    HeaderRow,
    Kind,
    PlaybookFile,
    Sheet,
    Workspace,
    Zone,
    parse_maps,
    read_as,
)
from leadlight.problems import CannotDo, NextStep

if TYPE_CHECKING:
    from leadlight.desk.leads.qualify import QualifyRequest
    from leadlight.desk.leads.run_files import Columns
    from leadlight.desk.session import Session
    from leadlight.results.qualification import QualifyResult
    from leadlight.results.text.lines import Part


def register(app: typer.Typer) -> None:
    app.command("qualify", rich_help_panel="Qualify")(qualify)


def qualify(
    leads: Annotated[
        Path | None,
        typer.Argument(
            help=(
                "Leads file (CSV, TSV, XLSX, JSON, Parquet). Default: the leads of the workspace."
            )
        ),
    ] = None,
    activities: Annotated[
        list[Path] | None,
        typer.Option(
            "--activities", "-a", help="Activity log: what leads did, and when. Repeatable."
        ),
    ] = None,
    spend: Annotated[
        list[Path] | None, typer.Option("--spend", help="Marketing spend by source. Repeatable.")
    ] = None,
    playbook: PlaybookFile = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            help=(
                "Qualify as of this moment, in UTC: 2026-11-01 or 2026-11-01T14:30. Default: now."
            ),
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out", "-o", help="Output file for the leads: .csv, .xlsx, .parquet or .json."
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Output file for the HTML report.")
    ] = None,
    no_report: Annotated[bool, typer.Option("--no-report", help="Do not write a report.")] = False,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help=(
                'Map a column to an attribute: "Their column=attribute". "Their column=-"'
                " leaves it out. Repeatable."
            ),
        ),
    ] = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    zone: Zone = None,
    kind: Kind = None,
    columns: Annotated[
        str | None,
        typer.Option(
            "--columns",
            help="Output columns. all: yours and the results; qualification: only the results.",
        ),
    ] = None,
    workspace: Workspace = None,
    known: Annotated[
        str,
        typer.Option(
            "--known",
            help=(
                "then: use only what was known at that moment; now: also what was recorded since."
            ),
        ),
    ] = "then",
    touched: Annotated[
        bool,
        typer.Option(
            "--touched",
            help="Re-evaluate only leads whose result may have changed since the last run.",
        ),
    ] = False,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            help="duckdb, or spark: qualify the data of --facts in place, on Apache Spark.",
        ),
    ] = "duckdb",
    facts: Annotated[
        str | None,
        typer.Option(
            "--facts",
            help=(
                "With spark: folder or URL of Parquet files, copied workspace, or catalog.schema."
            ),
        ),
    ] = None,
    master: Annotated[
        str | None,
        typer.Option("--master", help="With spark: master URL of the cluster. Default: local[*]."),
    ] = None,
    remote: Annotated[
        str | None,
        typer.Option(
            "--remote",
            help="With spark: Spark Connect server, sc://host. Default: SPARK_REMOTE, if set.",
        ),
    ] = None,
    no_outcomes: Annotated[
        bool,
        typer.Option(
            "--no-outcomes",
            help=(
                "Do not let a column of who bought correct the order; in a workspace, do not learn"
                " anew from it."
            ),
        ),
    ] = False,
    save_playbook: Annotated[
        Path | None,
        typer.Option(
            "--save-playbook",
            help="Without a playbook: write the one that was made for this file, to edit it.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Qualify leads and say why. Each lead gets a temperature, a stage, an audience, scores,
    segments and a next step.
    """
    from leadlight.cli.answer import open_session
    from leadlight.cli.console import parse_known
    from leadlight.desk.leads.qualify import QualifyRequest
    from leadlight.desk.moments import when
    from leadlight.desk.wiring import clock

    if engine != "duckdb" or facts or master or remote:
        from leadlight.cli.lake import qualify_lake

        other = {
            "a file of leads": leads,
            "--activities": activities,
            "--spend": spend,
            "--report": report,
            "--map": maps,
            "--columns": columns,
            "--workspace": workspace,
            "--touched": touched,
        }
        qualify_lake(
            engine,
            facts,
            out,
            playbook,
            as_of,
            parse_known(known),
            master,
            remote,
            [n for n, v in other.items() if v],
            as_json,
        )
        return
    now = clock.now()
    with open_session(workspace) as session:
        target = _target(leads, out)
        request = QualifyRequest(
            now,
            leads=leads,
            activities=tuple(activities or ()),
            spend=tuple(spend or ()),
            maps=parse_maps(maps),
            playbook=playbook,
            as_of=None if as_of is None else when(as_of, now, "as_of"),
            known=parse_known(known),
            touched=touched,
            out=target,
            columns=_columns(columns),
            report=None if no_report else report or _usual_report(session, leads, target),
            reading=read_as(sheet, header_row, zone, kind),
            learn=not no_outcomes,
            save_playbook=save_playbook,
        )
        _qualify(session, request, workspace, as_json)


def _columns(text: str | None) -> Columns | None:
    if text not in (None, "all", "qualification"):
        raise CannotDo(f"--columns takes all or qualification, not {text!r}.")
    return cast("Columns | None", text)


def _target(leads: Path | None, out: str | None) -> Path | None:
    """Where the leads are written: those of a file always are."""
    if out is not None or leads is None:
        return Path(out) if out else None
    return Path(f"{_stem(leads)}-qualified.csv")


def _usual_report(session: Session, leads: Path | None, target: Path | None) -> Path:
    """Where the report is written when nobody says."""
    if leads is None or target is None:
        return session.place.folder / "report.html"
    return target.with_name(f"{_stem(leads)}-report.html")


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").rsplit(".", 1)[0]


def _qualify(
    session: Session, request: QualifyRequest, workspace: str | None, as_json: bool
) -> None:
    from leadlight.cli.answer import answer
    from leadlight.cli.console import busy, tell_problems
    from leadlight.cli.screen import console
    from leadlight.desk.leads.qualify import qualify as run
    from leadlight.results.text.qualification import mapping_line

    name = session.place if request.leads is None else request.leads.name
    with busy(f"Qualifying {name}"):
        result = run(session, request)
    if not as_json:
        for mapping in result.mappings:
            console(err=True).print(mapping_line(mapping), style="dim")
        tell_problems(result.doubts)
    answer(result, partial(_parts, request, workspace), as_json)


def _parts(request: QualifyRequest, workspace: str | None, result: QualifyResult) -> Iterator[Part]:
    """The result, and how to look further."""
    from leadlight.results.first_answer import FirstAnswer
    from leadlight.results.text.lines import Hint
    from leadlight.results.text.qualification import render_qualification

    yield from render_qualification(result)
    if request.leads is not None and request.report is not None:
        yield f"Look at: {request.report}"
    first = result.summary.rests_on if result.summary is not None else None
    is_new = isinstance(first, FirstAnswer) and first.basis != "points"
    if is_new and request.save_playbook is None:
        yield Hint("Yours:  ", NextStep("init", {"where": "sales", "leads": request.leads}))
    example = result.summary.example if result.summary is not None else None
    if example is not None:
        why = {
            "lead": example.lead_id,
            "leads": request.leads,
            "activities": request.activities,
            "playbook": request.playbook,
            "as_of": request.as_of,
            "known": None if request.known == "then" else request.known,
            "workspace": workspace,
        }
        yield Hint("Why?    ", NextStep("explain", why))
