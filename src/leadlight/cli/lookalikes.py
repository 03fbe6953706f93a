"""`leadlight persona --clusters` and `--like`: groups that behave alike, and leads like these."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from leadlight.cli.screen import say_json
from leadlight.problems import plural

if TYPE_CHECKING:
    from leadlight.desk.models.persona_rows import Asked

SHOWN = 20


def clusters(asked: Asked, out: Path | None, as_json: bool) -> None:
    """Groups of leads that behave alike, each with its name, size and what sets it apart."""
    from leadlight.cli.console import busy
    from leadlight.desk.models.lookalikes import clustered
    from leadlight.desk.wiring import together
    from leadlight.presentable import presentable

    with together(reads=(asked.table,), claims=((out, "groups"),)), busy("Looking for groups"):
        found = clustered(asked, out)
    if as_json:
        say_json(asdict(found), str)
        return
    for line in found.notes:
        typer.echo(line)
    for c in found.clusters:
        won = "" if c.won is None else f", {c.won:.1%} won"
        typer.echo(f"\n  {presentable(c.name, 100)}")
        typer.echo(f"    {plural(c.leads, 'lead', 'leads')} ({c.share:.0%}){won}")
        for said in c.apart:
            typer.echo(f"    {presentable(said, 120)}")
    if out is not None:
        typer.echo(f"\nWhich lead is in which group: {out}.")


def like(asked: Asked, these: str, top: int, out: Path | None, as_json: bool) -> None:
    """The leads most like these, nearest first, with what they share."""
    from leadlight.cli.console import busy
    from leadlight.desk.models.lookalikes import alike
    from leadlight.desk.wiring import together
    from leadlight.presentable import presentable

    reads = (asked.table, these)
    with together(reads=reads, claims=((out, "likeness"),)), busy("Looking for leads like these"):
        found = alike(asked, these, top, out)
    if as_json:
        say_json(asdict(found), str)
        return
    for line in found.notes:
        typer.echo(line)
    for a in found.leads[:SHOWN]:
        typer.echo(
            f"  {presentable(str(a.lead_id), 40):<40} {a.likeness:>6.0%} "
            f" {presentable(', '.join(a.shares), 100)}"
        )
    if len(found.leads) > SHOWN:
        typer.echo(
            f"  and {len(found.leads) - SHOWN:,} more"
            + ("" if out else ": --out FILE has them all")
        )
    if out is not None:
        typer.echo(f"Written to {out}.")
