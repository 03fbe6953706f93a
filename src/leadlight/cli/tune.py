"""`leadlight tune`: points and half-lives that would have ranked better."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import (
    Activities,
    Again,
    AsJson,
    Horizon,
    KnownOfMoments,
    Leads,
    Maps,
    PastMoments,
    Until,
    Workspace,
    column_and_word,
    duration,
    horizon_of,
    moment_of,
    parse_maps,
    several,
    words_of,
)
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.models.lead_history import Source


def register(app: typer.Typer) -> None:
    app.command("tune", rich_help_panel="Rules")(tune)


def tune(
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome", help="Activity that counts as success; separate several with commas."
        ),
    ] = "won",
    horizon: Horizon = "90d",
    playbook: Annotated[
        str | None,
        typer.Option(
            "--playbook",
            "-p",
            help="Playbook to tune: file or preset name. Default: the workspace's.",
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Output file for the proposed playbook.")
    ] = Path("tuned.yml"),
    score: Annotated[
        list[str] | None,
        typer.Option(
            "--score", help="Tune only this score. Default: all point scores. Repeatable."
        ),
    ] = None,
    moments: PastMoments = 6,
    entry: Annotated[
        str | None,
        typer.Option(
            "--entry",
            help=(
                "Instead of past moments: evaluate each lead once, this long after it "
                "arrived: 0d, 7d."
            ),
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Ignore everything before this moment, in UTC.")
    ] = None,
    as_of: Until = None,
    again: Again = False,
    leads: Leads = None,
    activities: Activities = None,
    table: Annotated[
        Path | None,
        typer.Option("--table", help="Table with an outcome column, instead of a history."),
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(
            "--label", help="With --table: outcome column, such as Converted or Status=Won."
        ),
    ] = None,
    order: Annotated[
        str | None,
        typer.Option(
            "--order", help="With --table: column that increases with time. Default: row order."
        ),
    ] = None,
    maps: Maps = None,
    workspace: Workspace = None,
    known: KnownOfMoments = "then",
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Write the proposal even if it is not reliably better.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Propose points and thresholds that rank better. Points, half-lives and thresholds are fitted
    to past outcomes and written as a new playbook to rehearse. Nothing is written if the data
    cannot tell.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy, parse_known
    from leadlight.desk.models.lead_history import HistoryOptions
    from leadlight.desk.models.tune import TuneRequest
    from leadlight.desk.models.tune import tune as propose
    from leadlight.desk.wiring import clock
    from leadlight.results.text.tuning import render_text

    _one_base(leads, activities, table, label, workspace)
    history = HistoryOptions(
        outcome=words_of(outcome),
        horizon=horizon_of(horizon),
        playbook=playbook,
        moments=moments,
        since=moment_of(since, "since"),
        until=moment_of(as_of),
        known=parse_known(known),
        again=again,
        entry=_entry(entry),
    )
    request = TuneRequest(
        clock.now(),
        out,
        history,
        several(score),
        _source(leads, activities, table, label, order, parse_maps(maps)),
        anyway,
    )
    with open_session(workspace) as session, busy("Looking at the past"):
        result = propose(session, request)
    answer(result, render_text, as_json)


def _source(
    leads: Path | None,
    activities: list[Path] | None,
    table: Path | None,
    label: str | None,
    order: str | None,
    maps: dict[str, str],
) -> Source | None:
    from leadlight.desk.models.labelled_table import LeadTable, OutcomeColumn
    from leadlight.desk.models.lead_history import LeadFiles

    if table is not None and label is not None:
        return LeadTable(table, OutcomeColumn(*column_and_word(label)), time=order, maps=maps)
    return None if leads is None else LeadFiles(leads, several(activities), maps)


def _one_base(
    leads: Path | None,
    activities: list[Path] | None,
    table: Path | None,
    label: str | None,
    workspace: str | None,
) -> None:
    """Raises `CannotDo` where several bases are named, or half of one."""
    if (table is None) != (label is None):
        raise CannotDo("A table without a history needs both: --table FILE and --label COLUMN.")
    ways = [
        name
        for name, given in (("--table", table), ("--leads", leads), ("--workspace", workspace))
        if given is not None
    ]
    if len(ways) > 1:
        raise CannotDo(f"Name one base, not several: {' or '.join(ways)}.")
    if activities and leads is None:
        raise CannotDo("--activities goes with --leads. A workspace knows its own.")


def _entry(text: str | None) -> timedelta | None:
    """How long after a lead came in it is looked at; `0d` is a duration here."""
    if text is None or text.strip() in ("0", "0d"):
        return None if text is None else timedelta(0)
    found = duration(text)
    if found is None:
        raise CannotDo(f"A duration is such as 0d, 7d or 12w, not {text!r}.", field="entry")
    return found
