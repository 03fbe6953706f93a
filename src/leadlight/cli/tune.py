"""`leadlight tune`: points and half-lives that would have ranked better."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    mapped,
)
from leadlight.cli.screen import say_json
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.models.tune import Tuning
    from leadlight.predict.judge.metrics import Estimate

SHOWN = 40


def register(app: typer.Typer) -> None:
    app.command("tune", rich_help_panel="Agreement")(tune)


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
    from leadlight.cli.console import busy, known_as
    from leadlight.desk.models.tune import tune as ask
    from leadlight.desk.models.tuning_rows import Asked, moment_of
    from leadlight.desk.wiring import together, write_text

    _one_way(leads, activities, table, label, workspace)
    asked = Asked(
        outcome=tuple(o.strip() for o in outcome.split(",") if o.strip()),
        horizon=_duration(horizon, "--horizon"),
        playbook=playbook,
        scores=tuple(score or ()),
        moments=moments,
        since=moment_of(since),
        until=moment_of(as_of),
        known=known_as(known),
        again=again,
        entry=(
            None
            if entry is None
            else (timedelta(0) if entry.strip() in ("0", "0d") else _duration(entry, "--entry"))
        ),
        workspace=workspace,
        leads=table or leads,
        activities=tuple(activities or ()),
        label=label,
        order=order,
        maps=mapped(maps),
    )
    reads = (playbook, table, leads, *(activities or ()))
    with together(reads=reads, claims=((out, "tuned"),)), busy("Looking at the past"):
        found = ask(asked)
        written = found.text is not None and (found.tells or anyway)
        if written:
            write_text(out, found.text or "", "tuned")
    if as_json:
        say_json({**asdict(found), "written": str(out) if written else None}, str)
        return
    for line in told(found, str(out) if written else None):
        typer.echo(line)


def told(t: Tuning, out: str | None = None) -> list[str]:
    """The answer in lines of plain text."""
    from leadlight.presentable import presentable

    s = t.seen
    lines = ["By what we know now about then, which nobody knew then."] if s.known == "now" else []
    lines += [
        f"Tuning {presentable(t.playbook, 60)}: {', '.join(t.scores)}; the outcome is"
        f" {presentable(s.outcome, 60)}."
    ]
    if s.moments:
        lines.append(f"Leads were looked at on {', '.join(f'{m:%Y-%m-%d}' for m in s.moments)}.")
    lines += [
        (
            f"Learnt from {_before(s.split)}: {s.past:,} rows, {s.past_winners:,} leads with the"
            " outcome."
        ),
        (
            f"Judged on {_after(s.split)}: {s.later:,} rows, {s.later_winners:,} leads with the"
            " outcome."
        ),
    ]
    if s.left_out:
        lines.append(f"Left out, because they had the outcome before: {s.left_out:,} rows.")
    lines += s.notes
    if t.areas:
        lines += [
            "",
            (
                "How well each ranks the judged leads (AUC: 0.5 is chance, 1 perfect), and its 95 %"
                " interval"
            ),
        ]
        lines += [f"  {name:<26} {_area(e)}" for name, e in t.areas.items()]
        if "recency alone" not in t.areas:
            lines.append(
                f"  {'recency alone':<26} 0.500    nothing is known of what these leads did before"
            )
    if t.better is not None and t.better.value is not None:
        lines.append(
            f"  {'tuned above present':<26} {t.better.value:+.3f}   {t.better.low:+.3f} to"
            f" {t.better.high:+.3f}"
        )
    if t.changed:
        lines += ["", "What would change"]
        lines += [
            f"  {c.what:<10} {presentable(c.where, 44):<44} {c.before:>12} -> {c.after}"
            for c in t.changed[:SHOWN]
        ]
        lines += [f"  and {len(t.changed) - SHOWN} more"] if len(t.changed) > SHOWN else []
    if t.untouched:
        lines += [
            "",
            f"Kept, because next to no lead met them: {presentable(', '.join(t.untouched), 600)}.",
        ]
    if t.unmoved:
        lines += [
            "Kept, because nobody met them before either:"
            f" {presentable(', '.join(t.unmoved), 600)}."
        ]
    lines.append("")
    if t.why_not:
        lines.append(f"The data cannot tell; keep your points. {t.why_not}")
    if out:
        lines.append(
            f"Written to {out}. Look at it: leadlight diff, leadlight rehearse {out}. It changes"
            " nothing until it is published."
        )
    return lines


def _before(split: str) -> str:
    return f"what was before {split}" if split[:1].isdigit() else "the older rows"


def _after(split: str) -> str:
    return "what came after" if split[:1].isdigit() else split


def _area(e: Estimate) -> str:
    if e.value is None:
        return "cannot be told"
    return f"{e.value:.3f}" + (f"    {e.low:.3f} to {e.high:.3f}" if e.low is not None else "")


def _one_way(leads: Any, activities: Any, table: Any, label: Any, workspace: Any) -> None:
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


def _duration(text: str, option: str) -> timedelta:
    from leadlight.playbook.durations import seconds

    found = seconds(text)
    if found is None:
        raise CannotDo(f"{option} takes a duration such as 30d, 12w or 1y, not {text!r}.")
    return timedelta(seconds=found)
