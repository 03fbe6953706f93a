"""`leadlight learn`: how probable it is that a lead becomes a customer, learned and judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
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
    mapped,
)
from leadlight.cli.screen import say_json
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.models.learn import OutcomeColumn, Report
    from leadlight.desk.models.tuning_rows import Asked as Looked
    from leadlight.playbook.model import Model
    from leadlight.predict.judge.evaluation import Verdict
    from leadlight.predict.judge.metrics import Estimate


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("learn", rich_help_panel="Predict")(learn)


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
    from leadlight.cli.console import tell_problems
    from leadlight.cli.learn_leads import free, tell_leads, write_leads
    from leadlight.cli.progress import Bar
    from leadlight.desk import wiring
    from leadlight.desk.models.learn import as_data, learn_table
    from leadlight.desk.models.learn_leads import Files
    from leadlight.predict.learn.options import LearnOptions

    if check is not None:
        from leadlight.cli.learn_check import check as look

        looked = _looked(outcome, horizon, playbook, moments, as_of, known, again, workspace)
        given = mapped(maps)
        look(
            check,
            table,
            _label(label, positive, negative) if label else None,
            given,
            looked,
            move_start,
            as_json,
        )
        return
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
    asked = LearnOptions(
        use=tuple(use or ()),
        leave_out=tuple(leave_out or ()),
        time=time,
        group=group,
        points=points,
        recency=recency,
        without_protected=without_protected,
        seed=seed,
        rising={**dict.fromkeys(rising or (), 1), **dict.fromkeys(falling or (), -1)},
    )
    today: date = wiring.now().date()
    given = mapped(maps)
    looked = _looked(outcome, horizon, playbook, moments, as_of, known, again, workspace)
    folder = Path() if table is not None else _folder(workspace)
    likely = name or (f"{'_'.join(looked.outcome)}_soon" if table is None else None)
    if likely and out is None:
        free(likely, folder, yes)  # before a minute of learning, not after it
    with wiring.together(reads=(table, playbook), claims=((out, "model"),)) as outputs:
        with Bar() as bar:
            bar.step("Learning", lambda: None)
            if table is not None and label is not None:
                report = learn_table(
                    table, _label(label, positive, negative), asked, name, today, given
                )
            else:
                from leadlight.desk.models.learn_history import learn_history

                report = learn_history(looked, asked, name, today)
        if (
            not as_json
        ):  # before anything is written: the verdict is not lost where there is no room for files
            tell_problems(report.problems)
            for line in told(report):
                typer.echo(_shown(line))
        files = written = left = None
        if report.model is not None:
            free(report.model.name, folder, yes, out)
            files = Files.of(report.model.name, folder) if out is None else None
            written = _written(report.model, out, folder)
            left = write_leads(report, files, table, looked, given) if files else None
        outputs.appear()
    if as_json:
        data = {
            **as_data(report),
            "written": str(written) if written else None,
            **(files.as_data() if files else {}),
        }
        say_json(data, str)
    elif written and report.model:
        line = f"scores: {{probability: {{model: {report.model.name}}}}}"
        typer.echo(f"\nThe model: {written}. Your playbook uses it as {line}")
        if files and left:
            tell_leads(files, left, table, of_playbook=bool(report.playbook))
    if report.learned.verdict.refused:
        raise typer.Exit(2)


def told(report: Report) -> Iterator[str]:
    """The verdict in lines, for somebody who does not believe in models."""
    learned, v = report.learned, report.learned.verdict
    share = f"{learned.won:,} of them ({learned.won / learned.rows:.1%})"
    what = "rows" if report.model and report.model.horizon else "leads"
    yield (
        f"Learned from {learned.rows:,} {what} of {report.table}; {share} had the outcome"
        f" {report.outcome}."
    )
    for why, rows in report.counted.items():
        yield f"Left out: {rows:,} leads, {why}."
    yield from (*report.notes, *learned.notes)
    yield ""
    yield (
        f"Judged on {v.judged:,} leads it had not seen, {v.judged_won:,} with the outcome."
        f" {v.split}."
    )
    yield from _figures(v)
    yield ""
    if v.refused:
        yield f"Refused. {v.refused}"
    else:
        yield from _meaning(v)
    if learned.leaks:
        yield ""
        yield "Set aside, because they know the answer (use one all the same with --use):"
        yield from (f"  {s.header}: {s.why}" for s in learned.leaks)
    others = [s for s in learned.aside if s.code != "points"]
    if others:
        yield ""
        yield "Not used:"
        yield from (f"  {s.header}: {s.why}" for s in others[:12])
        if len(others) > 12:
            yield f"  and {len(others) - 12:,} more"
    if learned.protected:
        yield ""
        yield (
            f"Protected by law, and known here: {', '.join(learned.protected)}. To keep them out:"
            " --without-protected."
        )
        for g in learned.fairness:
            ranks = "" if g.auc is None else f", AUC {g.auc:.2f}"
            yield (
                f"  {g.of} {g.group}: {g.leads:,} leads, it said {g.said:.0%}, {g.came:.0%}"
                f" came{ranks}"
            )
    if report.curves and not v.refused:
        yield ""
        yield "What moves the chance most, against an average lead:"
        yield from (f"  {line}" for line in report.curves)


def _shown(line: str) -> str:
    """A line with whatever came out of the table made harmless."""
    from leadlight.presentable import presentable

    text = line.lstrip(" ")
    return " " * (len(line) - len(text)) + presentable(text, 600) if text else ""


def _figures(v: Verdict) -> Iterator[str]:
    yield ""
    yield (
        f"{'On those leads':<22} {'AUC, and its 95 % interval':<28} {'lift of the best 10 %':<24}"
        f" {'Brier':<8}"
    )
    for j in (v.model, *v.beside):
        brier = "" if j.brier is None or j.brier.value is None else f"{j.brier.value:.3f}"
        yield f"{j.name:<22} {_said(j.auc, 3):<28} {_said(j.lift_at_tenth, 1):<24} {brier:<8}"
    yield (
        "AUC is the chance that a lead with the outcome stands above one without: 0.5 is drawing"
        " lots, 1 is perfect."
    )


def _meaning(v: Verdict) -> Iterator[str]:
    """The figures as somebody would use them."""
    at = {round(s, 2): f for s, f in v.gains}
    if 0.2 in at and 0.5 in at:
        found = f"{at[0.2]:.0%} of those with the outcome, its best half {at[0.5]:.0%}"
        yield f"Its best fifth of the leads held {found} (ALIFT {_said(v.model.gain, 3)})."
    worst, best = v.calibration[0], v.calibration[-1]
    yield (
        f"Where it said {_share(best.said)}, {_share(best.came.value)} came ({best.leads:,} leads);"
        f" where it said {_share(worst.said)}, {_share(worst.came.value)} came ({worst.leads:,})."
        f" On average it is off by {v.off:.1%}."
    )
    for j in v.beside:
        if (
            j.above
            and j.above.value is not None
            and j.above.low is not None
            and j.above.high is not None
            and j.name in ("points", "recency alone")
        ):
            sure = "surely better" if j.above.low > 0 else "better, though that may be chance"
            yield (
                f"Against {j.name} it is {sure}: AUC {j.above.value:+.3f} ({j.above.low:+.3f} to"
                f" {j.above.high:+.3f})."
            )


def _share(share: float | None) -> str:
    """A share in percent, with a decimal where it is small."""
    return f"{share or 0.0:.0%}" if not share or share >= 0.095 else f"{share:.1%}"


def _said(e: Estimate, digits: int) -> str:
    if e.value is None:
        return "cannot be told"
    if e.low is None or e.high is None:
        return f"{e.value:.{digits}f}"
    return f"{e.value:.{digits}f} ({e.low:.{digits}f} to {e.high:.{digits}f})"


def _written(model: Model, out: Path | None, folder: Path) -> Path:
    """The model's text, where it is asked for, else where the playbook of the folder looks
    for it.
    """
    from leadlight.desk import wiring
    from leadlight.desk.model_files import model_file
    from leadlight.playbook.model_yaml import model_text

    target = out or model_file(folder, model.name)
    wiring.write_text(target, model_text(model), "model", folder=out is None)
    return target


def _looked(
    outcome: str,
    horizon: str,
    playbook: str | None,
    moments: int,
    as_of: str | None,
    known: str,
    again: bool,
    workspace: str | None,
) -> Looked:
    from leadlight.cli.console import known_as
    from leadlight.desk.models.tuning_rows import Asked as Looked
    from leadlight.desk.models.tuning_rows import moment_of
    from leadlight.playbook.durations import seconds

    long = seconds(horizon)
    if not long:
        raise CannotDo(f"--horizon takes a duration such as 30d or 12h, not {horizon!r}.")
    return Looked(
        outcome=tuple(o.strip() for o in outcome.split(",") if o.strip()),
        horizon=timedelta(seconds=long),
        playbook=playbook,
        moments=moments,
        until=moment_of(as_of),
        known=known_as(known),
        again=again,
        workspace=workspace,
    )


def _folder(workspace: str | None) -> Path:
    """The workspace's folder: there its playbook looks for models."""
    from leadlight.desk.workspace.workspace import named

    return named(workspace).folder


def _label(said: str, positive: str | None, negative: str | None) -> OutcomeColumn:
    from leadlight.desk.models.learn import OutcomeColumn

    column, equals, word = said.partition("=")
    return OutcomeColumn(
        column.strip(), positive or (word.strip() if equals else None) or None, negative
    )
