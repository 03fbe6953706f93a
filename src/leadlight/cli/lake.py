"""`leadlight qualify --engine spark`: what a run in the lake says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from leadlight.problems import CannotDo, plural

if TYPE_CHECKING:
    from leadlight.facts.cohort import Known


def qualify_lake(
    engine: str,
    facts: str | None,
    out: str | None,
    playbook: str | None,
    as_of: str | None,
    known: Known,
    master: str | None,
    remote: str | None,
    other: Sequence[str],
) -> None:
    """Qualify facts where they lie and say what stands there now; `other` are options that belong
    to other ways.
    """
    from leadlight.cli.console import busy, tell_problems
    from leadlight.desk.leads.lake import qualify_lake as run
    from leadlight.presentable import presentable
    from leadlight.results.summary import label_text

    if engine != "spark":
        raise CannotDo(
            f"--engine takes duckdb (the default) or spark, not {engine!r}."
            if engine != "duckdb"
            else "--facts, --master and --remote belong to Spark: add --engine spark."
        )
    if other:
        raise CannotDo(
            f"With --engine spark leave out {', '.join(other)}: it reads --facts and writes --out."
        )
    if not facts or not out:
        raise CannotDo(
            "Say where the facts are and where the qualifications go: "
            "leadlight qualify --engine spark --facts FOLDER --playbook playbook.yml --out FOLDER."
        )
    with busy("Qualifying on Spark"):
        done = run(
            facts, out, playbook=playbook, as_of=as_of, known=known, master=master, remote=remote
        )
    tell_problems(done.doubts)
    if done.chosen:
        typer.echo(f"By the preset {done.chosen}, which fits your columns best.")
    typer.echo(f"{done.playbook}, as of {done.as_of:%Y-%m-%d %H:%M} UTC.")
    for scale, labels in done.labels.items():
        said = ", ".join(
            f"{label_text(label)} {n:,}"
            for label, n in sorted(labels.items(), key=lambda pair: (-pair[1], pair[0]))
        )
        typer.echo(f"  {presentable(scale, 30)}: {said}")
    for sentence in done.said:
        typer.echo(f"  {sentence}")
    typer.echo(
        f"\nWritten: {done.out} ({plural(done.rows, 'row', 'rows')}) in {done.seconds:.1f} s; Spark"
        f" took {done.began:.1f} s to begin."
    )
