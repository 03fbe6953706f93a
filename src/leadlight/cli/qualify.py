"""`leadlight qualify`: a file or a workspace in, every lead's qualification out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import PlaybookFile, Workspace, mapped
from leadlight.cli.screen import quoted
from leadlight.problems import CannotDo, plural

if TYPE_CHECKING:
    from leadlight.desk.leads.qualify import Qualifications
    from leadlight.facts.ledger import RunReceipt, Touched


def register(app: typer.Typer) -> None:
    app.command("qualify", rich_help_panel="Every day")(qualify)


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
) -> None:
    """Qualify leads and say why. Each lead gets a temperature, a stage, an audience, scores,
    segments and a next step.
    """
    from leadlight.cli.console import known_as

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
            known_as(known),
            master,
            remote,
            [n for n, v in other.items() if v],
        )
        return
    if columns not in (None, "all", "qualification"):
        raise CannotDo(f"--columns takes all or qualification, not {columns!r}.")
    known_as(known)
    file = Path(out) if out else None
    if leads is not None:
        _files(
            leads,
            activities or [],
            spend or [],
            playbook,
            as_of,
            file,
            report,
            no_report,
            maps or [],
            columns,
        )
        return
    if activities or spend or maps:
        raise CannotDo(
            "Name the file of leads first: leadlight qualify leads.csv --activities log.csv."
        )
    _workspace(workspace, playbook, as_of, file, report, no_report, columns, known, touched)


def _files(
    leads: Path,
    activities: list[Path],
    spend: list[Path],
    playbook: str | None,
    as_of: str | None,
    out: Path | None,
    report: Path | None,
    no_report: bool,
    maps: list[str],
    columns: str | None,
) -> None:
    from leadlight.cli.console import busy, tell_problems
    from leadlight.desk.leads.qualify import qualify as run
    from leadlight.desk.wiring import start_drawing, together

    target = out or Path(f"{_stem(leads)}-qualified.csv")
    page = None if no_report else (report or target.with_name(f"{_stem(leads)}-report.html"))
    said = mapped(maps)
    streams = target.suffix.lower() == ".parquet" and columns != "all"
    reads = (leads, *activities, *spend, playbook)
    with together(reads=reads, claims=((target, "qualified"), (page, "report"))):
        if page:
            start_drawing()
        with busy(f"Qualifying {leads.name}"):
            found = run(
                leads,
                activities,
                playbook=playbook,
                as_of=as_of,
                maps=said,
                out=target if streams else None,
                more=spend,
            )
            summary = found.summary
        # What is asked for is written first: a reader who has had enough of the summary (`| head`)
        # ends the command.
        with busy(f"Writing {target.name}"), ThreadPoolExecutor(1) as beside:
            # It needs the summary only, and mostly waits; its thread knows of the outputs of this
            # command by the context.
            drawn = beside.submit(copy_context().run, found.report, page) if page else None
            rows = summary.leads
            if not streams:
                rows = found.export(target, columns)  # type: ignore[arg-type]
            if drawn:
                drawn.result()
    for staged in found.staged:
        _mapping(staged)
    tell_problems([*found.base.problems, *found.doubts])
    _print(found)
    typer.echo(
        f"\nWritten: {target} ({plural(rows, 'row', 'rows')})" + (f", {page}" if page else "")
    )
    example = summary.example
    if page:
        typer.echo(f"Look at: {page}")
    if example is not None:
        typer.echo(
            f"Why?     leadlight explain {quoted(example.lead_id)} --leads {quoted(str(leads))}"
            + "".join(f" --activities {quoted(str(a))}" for a in activities)
            + (f" --playbook {quoted(playbook)}" if playbook else "")
            + (f" --as-of {as_of}" if as_of else "")
        )


def _workspace(
    workspace: str | None,
    playbook: str | None,
    as_of: str | None,
    out: Path | None,
    report: Path | None,
    no_report: bool,
    columns: str | None,
    known: str,
    touched: bool,
) -> None:
    from leadlight.cli.console import busy, known_as, tell_problems
    from leadlight.desk.leads.run import Wanted, run
    from leadlight.desk.workspace.workspace import named

    place = named(workspace)
    page = None if no_report else (report or place.folder / "report.html")
    wanted = Wanted(out, page, columns)  # type: ignore[arg-type]
    with (
        busy(f"Qualifying {place}"),
        run(
            place,
            playbook=playbook,
            as_of=as_of,
            known=known_as(known),
            touched=touched,
            wanted=wanted,
        ) as ran,
    ):
        receipt = ran.receipt
        if ran.touched:
            _looked_at(ran.touched, receipt)
            if out:
                typer.echo(f"\nWritten: {out} ({ran.rows:,} rows, those looked at)")
            return
        found = ran.found
        if ran.why_whole:
            typer.echo(f"The whole base was looked at. {ran.why_whole}\n")
        written = ([str(page)] if page else []) + (
            [f"{out} ({plural(ran.rows, 'row', 'rows')})"] if out else []
        )
        tell_problems(found.doubts)
        _print(found)
        _changes(receipt)
        if written:
            typer.echo(f"\nWritten: {', '.join(written)}")
        example = found.summary.example
        if example is not None:
            at = (f" --as-of {as_of}" if as_of else "") + (" --known now" if known == "now" else "")
            at += f" -w {quoted(str(place))}" if workspace else ""
            typer.echo(f"Why?     leadlight explain {quoted(example.lead_id)}{at}")


def _print(found: Qualifications) -> None:
    from leadlight.cli import screen
    from leadlight.results.text.summary import print_summary

    if found.chosen:
        typer.echo(
            f"By the preset {found.chosen}, which fits your columns best. "
            f"`leadlight init --preset {found.chosen}` makes it yours to change.\n"
        )
    print_summary(found.summary, screen.console(soft_wrap=False))
    base = found.base
    if found.passes > 1:
        typer.echo(
            f"\nQualified in {found.passes} passes, each over a part of the leads, to keep within"
            " the memory allowed."
        )
    if base.later:
        typer.echo(
            f"\n{plural(base.later, 'lead', 'leads')} came into being after {found.as_of:%Y-%m-%d} "
            f"and {'is' if base.later == 1 else 'are'} left out."
        )
    if base.newest and (found.as_of - base.newest).days > 60:
        typer.echo(
            f"\nThe newest activity is of {base.newest:%Y-%m-%d},"
            f" {(found.as_of - base.newest).days} days before the moment asked for: most leads have"
            f" cooled since. To see the base as it was then, add --as-of {base.newest:%Y-%m-%d}."
        )


def _looked_at(touched: Touched, receipt: RunReceipt) -> None:
    before = receipt.previous.leads if receipt.previous else 0
    share = f", {100 * touched.leads / before:.1f} % of the base" if before else ""
    typer.echo(
        f"Looked at {plural(touched.leads, 'lead', 'leads')}{share}: {touched.by_facts:,} with"
        f" something new, {touched.by_clock:,} whom the clock may change. The others are as they"
        " were."
    )
    _changes(receipt)


def _changes(receipt: RunReceipt) -> None:
    from leadlight.presentable import presentable
    from leadlight.results.summary import label_text

    if receipt.previous is None:
        typer.echo("\nThis is the first run; the next one says what changed.")
        return
    moved = [m for m in receipt.moves if m.before is not None and m.after is not None]
    typer.echo(
        f"\nSince the run of {receipt.previous.recorded_at:%Y-%m-%d %H:%M} (as of"
        f" {receipt.previous.as_of:%Y-%m-%d %H:%M}):"
        f" {plural(receipt.new_leads, 'new lead', 'new leads')}, {receipt.gone_leads:,} gone"
        + (
            ""
            if receipt.previous.fingerprint == receipt.run.fingerprint
            else ", by another playbook"
        )
        + "."
    )
    for m in moved[:12]:
        typer.echo(
            f"  {m.leads:>8,}  {presentable(m.scale, 30)}: {label_text(m.before or '')} ->"
            f" {label_text(m.after or '')}"
        )
    if not moved:
        typer.echo("  No label changed.")


def _mapping(staged: object) -> None:
    from leadlight.cli.screen import console

    mapping = staged.mapping  # type: ignore[attr-defined]
    system = f" (looks like {mapping.system})" if mapping.system else ""
    known = [c for c in mapping.columns if c.name and c.how != "own"]
    own = [c for c in mapping.columns if c.how == "own"]
    shown = ", ".join(c.header if c.header == c.name else f"{c.header} = {c.name}" for c in known)
    line = f"Read as {mapping.what}{system}: {shown}"
    if own:
        line += (
            f"; {len(own)} of your own:"
            f" {', '.join(c.name for c in own[:8])}{' ...' if len(own) > 8 else ''}"
        )
    from leadlight.presentable import presentable

    console(err=True).print(presentable(line, 1_500), style="dim")


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").rsplit(".", 1)[0]
