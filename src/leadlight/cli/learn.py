"""`leadlight learn`: how probable it is that a lead becomes a customer, learned and judged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import (
    Again,
    AsJson,
    Horizon,
    KnownOfMoments,
    Maps,
    PastMoments,
    Until,
    Workspace,
    column_and_word,
    horizon_of,
    moment_of,
    parse_maps,
    several,
    words_of,
)
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.models.labelled_table import OutcomeColumn
    from leadlight.desk.models.learn import LearnRequest, LearnTableRequest
    from leadlight.results.trained_model import LearnResult

REFUSED = 2
"""The exit code when a model was refused."""


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("learn", rich_help_panel="Prediction")(learn)


def learn(
    table: Annotated[
        Path | None,
        typer.Argument(
            help=(
                "Table of leads with known outcomes (CSV, XLSX, Parquet). Default: the workspace."
            )
        ),
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(
            "--label", help="Outcome column of the table, such as Converted or Status=Won."
        ),
    ] = None,
    positive: Annotated[
        str | None,
        typer.Option("--positive", help="Value of the outcome column that means success."),
    ] = None,
    negative: Annotated[
        str | None,
        typer.Option(
            "--negative",
            help=(
                "Value that means failure ('' for a blank cell). Rows with other values "
                "count as undecided and are left out."
            ),
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the model in a playbook.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help=(
                "Write only the model, to this file. Default: models/NAME.yml, and the "
                "predictions for all leads."
            ),
        ),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            "--time", help="Column with the lead's date, or one that increases with time."
        ),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(
            "--group",
            help="Column that groups rows: a group is never split between training and test.",
        ),
    ] = None,
    points: Annotated[
        str | None,
        typer.Option(
            "--points", help="Column with existing points, as a baseline to compare the model with."
        ),
    ] = None,
    recency: Annotated[
        str | None,
        typer.Option("--recency", help="Column with days since the last activity, as a baseline."),
    ] = None,
    use: Annotated[
        list[str] | None,
        typer.Option(
            "--use", help="Use this column even if it seems to leak the outcome. Repeatable."
        ),
    ] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option("--leave-out", help="Leave this column out. Repeatable.")
    ] = None,
    without_protected: Annotated[
        bool,
        typer.Option(
            "--without-protected",
            help="Leave out legally protected attributes such as age and gender.",
        ),
    ] = False,
    rising: Annotated[
        list[str] | None,
        typer.Option(
            "--rising", help="The probability may only increase with this column. Repeatable."
        ),
    ] = None,
    falling: Annotated[
        list[str] | None,
        typer.Option(
            "--falling", help="The probability may only decrease with this column. Repeatable."
        ),
    ] = None,
    maps: Maps = None,
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome",
            help=(
                "Without a table: activity that counts as success; separate several with commas."
            ),
        ),
    ] = "won",
    horizon: Horizon = "90d",
    moments: PastMoments = 6,
    again: Again = False,
    playbook: Annotated[
        str | None,
        typer.Option(
            "--playbook",
            "-p",
            help=(
                "Playbook that supplies signals and points: file or preset name. Default:"
                " the workspace's."
            ),
        ),
    ] = None,
    as_of: Until = None,
    known: KnownOfMoments = "then",
    workspace: Workspace = None,
    check: Annotated[
        str | None,
        typer.Option(
            "--check",
            help=("Check this model for drift instead of training. Exit code 1 if it drifted."),
        ),
    ] = None,
    move_start: Annotated[
        bool,
        typer.Option(
            "--move-start",
            help="With --check: recalibrate the model's intercept to recent outcomes.",
        ),
    ] = False,
    seed: Annotated[
        int,
        typer.Option(
            "--seed", min=0, help="Random seed. The same seed and data give the same model."
        ),
    ] = 0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Overwrite an existing model.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train a model that predicts an outcome. It is tested on leads it never saw and written as a
    readable text file. If it does not hold, you are told why.
    """
    from leadlight.cli.check_model import check_model
    from leadlight.cli.console import parse_known
    from leadlight.desk.models.check_model import CheckModelByTableRequest, CheckModelRequest
    from leadlight.desk.models.labelled_table import LeadTable
    from leadlight.desk.models.lead_history import HistoryOptions
    from leadlight.desk.models.learn import LearnRequest, LearnTableRequest
    from leadlight.desk.models.model_on_history import CheckOptions
    from leadlight.desk.wiring import clock
    from leadlight.predict.learn.options import LearnOptions

    now, given = clock.now(), parse_maps(maps)
    named = _label(label, positive, negative) if label is not None else None
    until, seen = moment_of(as_of), parse_known(known)
    if check is not None and table is not None:
        by_table = CheckModelByTableRequest(until or now, check, table, named, given, move_start)
        check_model(workspace, by_table, as_json)
        return
    if check is not None:
        options = CheckOptions(playbook, until, seen)
        check_model(workspace, CheckModelRequest(now, check, options, move_start), as_json)
        return
    _demand_whole(table, label, move_start)
    learning = LearnOptions(
        use=several(use),
        leave_out=several(leave_out),
        time=time,
        group=group,
        points=points,
        recency=recency,
        without_protected=without_protected,
        seed=seed,
        rising=dict.fromkeys(several(rising), 1) | dict.fromkeys(several(falling), -1),
    )
    if table is not None and named is not None:
        leads = LeadTable(table, named, maps=given)
        _learn(workspace, LearnTableRequest(now, leads, learning, name, out, yes), as_json)
        return
    history = HistoryOptions(
        outcome=words_of(outcome),
        horizon=horizon_of(horizon),
        playbook=playbook,
        moments=moments,
        until=until,
        known=seen,
        again=again,
    )
    _learn(workspace, LearnRequest(now, history, learning, name, out, yes), as_json)


def _demand_whole(table: Path | None, label: str | None, move_start: bool) -> None:
    """Raises `CannotDo` where half of a request is typed."""
    if move_start:
        raise CannotDo(
            "Name the model whose start is to be moved: leadlight learn --check NAME --move-start."
        )
    if table is not None and label is None:
        raise CannotDo(
            f"Name the column with the outcome: leadlight learn {table} --label Converted."
        )
    if table is None and label is not None:
        raise CannotDo(
            "Name the table that has this column: leadlight learn leads.csv --label Converted."
        )


def _label(text: str, positive: str | None, negative: str | None) -> OutcomeColumn:
    from leadlight.desk.models.labelled_table import OutcomeColumn

    column, word = column_and_word(text)
    return OutcomeColumn(column, positive or word, negative)


def _learn(workspace: str | None, request: LearnRequest | LearnTableRequest, as_json: bool) -> None:
    """Learn, print the evaluation, and end with 2 where the model was refused."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import tell_problems
    from leadlight.cli.progress import Bar
    from leadlight.desk.models import learn as desk
    from leadlight.problems import CannotWrite
    from leadlight.results.text.trained_model import render_evaluation, render_text
    from leadlight.results.trained_model import LearnResult

    try:
        with open_session(workspace) as session, Bar() as bar:
            if isinstance(request, desk.LearnTableRequest):
                result = desk.learn_table(session, request, bar)
            else:
                result = desk.learn(session, request, bar)
    except CannotWrite as fault:
        if not as_json and isinstance(fault.result, LearnResult):
            answer(fault.result, render_evaluation)  # what was found is not lost with the files
        raise
    if not as_json:
        tell_problems(result.problems)
    answer(result, render_text, as_json)
    if not as_json:
        _tell_options(result)
    if result.verdict.refused:
        raise typer.Exit(REFUSED)


def _tell_options(result: LearnResult) -> None:
    """What the user may decide otherwise."""
    if result.leaks:
        typer.echo("To use a column all the same that was set aside: --use COLUMN.")
    if result.protected:
        typer.echo("To keep what the law protects out: --without-protected.")
