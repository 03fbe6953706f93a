"""`leadlight replay`: a stretch of time, told by its changes."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadlight.cli.options import Activities, AsJson, Leads, Workspace
from leadlight.cli.screen import say_json
from leadlight.problems import CannotDo, plural

if TYPE_CHECKING:
    from leadlight.adapters.replay.statistics import LabelChange
    from leadlight.desk.leads.replay import Replay

LINES = 15  # of the table by step
LISTED = 25  # leads listed unless --all
FLOWS = 12  # lines of a scale's matrix
BY = {"facts": "facts", "clock": "time", "rules": "rules", "undo": "undo"}


def register(app: typer.Typer) -> None:
    app.command("replay", rich_help_panel="Time")(replay)


def replay(
    since: Annotated[
        str | None,
        typer.Option(
            "--from", help="Start of the period, in UTC. Default: 90 days before its end."
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="End of the period, in UTC. Default: now.")
    ] = None,
    every: Annotated[
        str,
        typer.Option(
            "--every",
            help=(
                "Interval between the counts shown: 1h, 1d, 1w. Changes are found to the "
                "minute in any case."
            ),
        ),
    ] = "1d",
    scale: Annotated[
        str | None, typer.Option("--scale", help="Scale to count. Default: temperature.")
    ] = None,
    moved: Annotated[
        str | None,
        typer.Option(
            "--moved",
            help=(
                "List leads that moved between two labels: warm:cold, warm: (to any) or "
                ":cold (from any)."
            ),
        ),
    ] = None,
    to_label: Annotated[
        str | None,
        typer.Option("--to-label", help="List leads that reached this label, e.g. cold."),
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help=f"List all of them, not only the newest {LISTED}.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Output file for every change: .csv, .xlsx, .parquet or .json."
        ),
    ] = None,
    states: Annotated[
        Path | None,
        typer.Option(
            "--states", help="Output file for every evaluated state (lead and moment), with scores."
        ),
    ] = None,
    leads: Leads = None,
    activities: Activities = None,
    playbook: Annotated[
        str | None,
        typer.Option(
            "--playbook",
            "-p",
            help=(
                "Playbook file or preset name. Default: the versions in force during the period."
            ),
        ),
    ] = None,
    known: Annotated[
        str,
        typer.Option(
            "--known",
            help=(
                "then: use only what was known at each moment; now: also what was recorded since."
            ),
        ),
    ] = "then",
    as_json: AsJson = False,
    workspace: Workspace = None,
) -> None:
    """Show how labels changed over a past period. Says who turned hot or cold, when, and whether an
    activity or only time caused it.
    """
    from leadlight.cli.console import busy, known_as
    from leadlight.desk.leads.replay import every as step_of
    from leadlight.desk.leads.replay import replay as run
    from leadlight.desk.leads.replay import replay_files
    from leadlight.desk.wiring import together

    step, wanted = step_of(every), _wanted(moved, to_label)
    reads = (leads, *(activities or ()), playbook)
    with ExitStack() as open_:
        outputs = open_.enter_context(
            together(reads=reads, claims=((out, "changes"), (states, "looks")))
        )
        with busy("Replaying"):
            if leads is not None:
                if known_as(known) == "now":
                    raise CannotDo("Files say only what is known now: --known is for a workspace.")
                found = replay_files(
                    leads, activities or [], since=since, until=until, playbook=playbook
                )
            else:
                from leadlight.desk.workspace.workspace import named

                if activities:
                    raise CannotDo(
                        "Name the file of leads too: leadlight replay --leads leads.csv"
                        " --activities log.csv."
                    )
                found = open_.enter_context(
                    run(
                        named(workspace),
                        since=since,
                        until=until,
                        playbook=playbook,
                        known=known_as(known),
                    )
                )
        _say(found, step, scale, wanted, everyone, as_json)
        written = []
        if out is not None:
            written.append(f"{out}: {found.write(found.found.transitions, out):,} changes")
        if states is not None:
            written.append(f"{states}: {found.write(found.found.states, states):,} looks")
        outputs.appear()
        for line in written:
            typer.echo(line, err=as_json)


def _wanted(moved: str | None, to_label: str | None) -> tuple[str | None, str | None] | None:
    """The labels whose changes are listed; None when none are asked for."""
    if moved is None:
        return None if to_label is None else (None, to_label)
    before, colon, after = moved.partition(":")
    if not colon or not (before or after) or to_label is not None:
        raise CannotDo(
            "--moved takes two labels with a colon between them, such as warm:cold, and stands"
            " without --to-label."
        )
    return before or None, after or None


def _say(
    found: Replay,
    every: int,
    scale: str | None,
    wanted: tuple[str | None, str | None] | None,
    everyone: bool,
    as_json: bool,
) -> None:
    if as_json:
        say_json(_whole(found, every, scale, wanted, everyone), str)
        return
    for line in _head(found):
        typer.echo(line)
    if wanted is not None:
        lines = _list(found, scale, wanted, everyone)
    else:
        chosen = found.scale(scale)
        lines = [*_counts(found, chosen, every), *_matrix(found), *_lasting(found, chosen)]
    for line in lines:
        typer.echo(line)


def _head(found: Replay) -> list[str]:
    from leadlight.presentable import presentable

    r = found.found
    whose = ", then ".join(presentable(name, 60) for name, _ in found.books)
    now = "; with what is known now, not what was known then" if r.known == "now" else ""
    return [
        (
            f"{plural(r.leads, 'lead', 'leads')} from {r.since:%Y-%m-%d %H:%M} to"
            f" {r.until:%Y-%m-%d %H:%M} UTC{now}"
        ),
        f"by {whose}: {plural(r.moves, 'change', 'changes')}; {plural(r.looks, 'look', 'looks')}",
    ]


def _counts(found: Replay, scale: str, every: int) -> list[str]:
    """How many leads had each label: at most so many lines, the last one always."""
    from leadlight.results.summary import label_text

    steps = found.steps(scale, every)
    labels = [la for la in found.labels.get(scale, []) if any(s.labels.get(la) for s in steps)]
    labels += sorted({la for s in steps for la in s.labels if s.labels[la]} - set(labels))
    apart = -(-(len(steps) - 1) // (LINES - 1)) if len(steps) > LINES else 1
    shown_steps = [n for n in range(len(steps)) if (len(steps) - 1 - n) % apart == 0]
    fine = any(s.at.hour or s.at.minute for s in steps[:-1])
    width = 16 if fine else 10
    heads = [presentable_label(la) for la in labels]
    sizes = [max(len(h), 9) for h in heads]
    out = [
        "",
        f"{label_text(scale):<{width}}"
        + "".join(f"  {h:>{n}}" for h, n in zip(heads, sizes, strict=True))
        + "    changes",
    ]
    before = -1
    for n in shown_steps:
        step, moves = steps[n], sum(s.moves for s in steps[before + 1 : n + 1])
        before = n
        at = f"{step.at:%Y-%m-%d %H:%M}" if fine else f"{step.at:%Y-%m-%d}"
        counts = "".join(
            f"  {step.labels.get(la, 0):>{size},}" for la, size in zip(labels, sizes, strict=True)
        )
        out.append(f"{at:<{width}}{counts}  {moves:>9,}")
    return out


def presentable_label(label: str | None) -> str:
    from leadlight.presentable import presentable
    from leadlight.results.summary import label_text

    return presentable(label_text(label), 24) if label is not None else "-"


def _matrix(found: Replay) -> list[str]:
    """Who went where, a scale after the other."""
    from leadlight.results.summary import label_text

    out: list[str] = []
    flows = found.flows()
    for scale in dict.fromkeys([*found.found.scales, "department"]):
        mine = [f for f in flows if f.scale == scale]
        if not mine:
            continue
        out += ["", f"{label_text(scale)}: from, to"]
        for f in mine[:FLOWS]:
            before = presentable_label(f.before) if f.before is not None else "(came)"
            after = presentable_label(f.after) if f.after is not None else "(gone)"
            by = ", ".join(f"{n:,} by {BY[c]}" for c, n in f.causes.items())
            times = "" if f.leads == f.moves else f" of {f.leads:,} leads"
            out.append(f"  {before:<22}{after:<22}{f.moves:>9,}{times}  ({by})")
        if len(mine) > FLOWS:
            out.append(
                f"  and {len(mine) - FLOWS} more ways, {sum(f.moves for f in mine[FLOWS:]):,}"
                " changes"
            )
    return out or ["", "Nothing changed."]


def _lasting(found: Replay, scale: str) -> list[str]:
    """How long labels were kept, and how fast leads climbed."""
    from leadlight.results.summary import label_text

    out: list[str] = []
    kept = [k for k in found.durations() if k.scale == scale and k.median_days is not None]
    if kept:
        order = found.labels.get(scale, [])
        kept.sort(key=lambda k: order.index(k.label) if k.label in order else len(order))
        told = [
            f"{presentable_label(k.label)} {_days(k.median_days)} (of {k.ended:,})" for k in kept
        ]
        out += [
            "",
            (
                f"{label_text(scale)} kept for (median of what began and ended in this time):"
                f" {', '.join(told)}"
            ),
        ]
    ladder = "stage" if "stage" in found.found.scales else scale
    speeds = found.velocity(ladder)
    if speeds:
        out += [
            "",
            (
                f"{label_text(ladder)}: days from one to the next (median of the leads that came to"
                " both in this time)"
            ),
        ]
        out += [
            f"  {presentable_label(v.slower):<22}{presentable_label(v.faster):<22}"
            f"{_days(v.median_days):>9}"
            f"  ({v.leads:,})"
            for v in speeds[:FLOWS]
        ]
    return out


def _days(days: float | None) -> str:
    if days is None:
        return "-"
    if days * 24 < 1:
        return f"{days * 1440:.0f} min"
    return f"{days * 24:.1f} h" if days < 1 else f"{days:.1f} d"


def _list(
    found: Replay, scale: str | None, wanted: tuple[str | None, str | None], everyone: bool
) -> list[str]:
    from leadlight.presentable import presentable

    listed, number = _moved(found, scale, wanted, everyone)
    if not number:
        return ["", f"Nobody went {_way(wanted)} in this time."]
    out = ["", f"{plural(number, 'change', 'changes')} {_way(wanted)}, the newest first"]
    for m in listed:
        way = (
            f"{presentable_label(m.before) if m.before else '(came)'} to"
            f" {presentable_label(m.after) if m.after else '(gone)'}"
        )
        why = (
            f"{BY[m.cause]}: {presentable(m.what.replace('_', ' '), 60)}"
            if m.what != m.cause
            else BY[m.cause]
        )
        out.append(
            f"  {m.at:%Y-%m-%d %H:%M}  {presentable(m.lead_id, 30):<24}  {way:<28}  by {why}"
        )
    if number > len(listed):
        out.append(
            f"  and {number - len(listed):,} earlier ones (--all lists them, --out writes them)"
        )
    return out


def _way(wanted: tuple[str | None, str | None]) -> str:
    before, after = wanted
    return " ".join(
        ([f"from {presentable_label(before)}"] if before else [])
        + ([f"to {presentable_label(after)}"] if after else [])
    )


def _moved(
    found: Replay, scale: str | None, wanted: tuple[str | None, str | None], everyone: bool
) -> tuple[list[LabelChange], int]:
    from leadlight.problems import did_you_mean

    named = None if scale is None else found.scale(scale)
    scales = [s for s, labels in found.labels.items() if {w for w in wanted if w} <= set(labels)]
    if named is None and len(scales) == 1:
        named = scales[0]
    known = [la for labels in found.labels.values() for la in labels]
    for label in wanted:
        if label and label not in known and named != "department":
            raise CannotDo(
                f"No scale has the label {label!r}."
                f" {did_you_mean(label, known) or 'There are ' + ', '.join(dict.fromkeys(known))}"
            )
    return found.changes(named, *wanted, 1_000_000 if everyone else LISTED)


def _whole(
    found: Replay,
    every: int,
    scale: str | None,
    wanted: tuple[str | None, str | None] | None,
    everyone: bool,
) -> dict[str, Any]:
    chosen, r = found.scale(scale), found.found
    told: dict[str, Any] = {
        "from": r.since,
        "to": r.until,
        "known": r.known,
        "by": [name for name, _ in found.books],
        "leads": r.leads,
        "changes": r.moves,
        "looks": r.looks,
        "rounds": r.rounds,
        "scale": chosen,
        "steps": [asdict(s) for s in found.steps(chosen, every)],
        "flows": [asdict(f) for f in found.flows()],
        "lasted": [asdict(k) for k in found.durations()],
        "velocity": [asdict(v) for s in r.scales for v in found.velocity(s)],
    }
    if wanted is not None:
        told["moved"] = [asdict(m) for m in _moved(found, scale, wanted, everyone)[0]]
    return told
