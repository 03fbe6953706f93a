"""Options that several verbs have, each said once: its type, its names and its help."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from leadlight.problems import CannotDo

Workspace = Annotated[
    str | None, typer.Option("--workspace", "-w", help="The workspace, when you are not in it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Everything as JSON.")]
PlaybookFile = Annotated[
    str | None, typer.Option("--playbook", "-p", help="A playbook's file, or the name of a preset.")
]
KnownOfMoment = Annotated[
    str, typer.Option("--known", help="then, or now: what we know now about that moment.")
]
KnownOfMoments = Annotated[
    str, typer.Option("--known", help="then, or now: what we know now about those moments.")
]
Until = Annotated[str | None, typer.Option("--as-of", help="Leave out what came after this date.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="The moment, in UTC. Default: now.")]
Leads = Annotated[
    Path | None, typer.Option("--leads", help="A file of leads, when there is no workspace.")
]
Activities = Annotated[
    list[Path] | None, typer.Option("--activities", "-a", help="A log of what leads did.")
]
Maps = Annotated[
    list[str] | None, typer.Option("--map", help="Which column is what: 'Their header=attribute'.")
]
Horizon = Annotated[
    str, typer.Option("--horizon", help="Within how long after a moment it must come: 30d, 90d.")
]
PastMoments = Annotated[
    int,
    typer.Option("--moments", min=2, max=60, help="At how many past moments leads are looked at."),
]
Again = Annotated[
    bool, typer.Option("--again", help="Keep leads in that had the outcome before: who buys again?")
]
Vouched = Annotated[
    list[str] | None,
    typer.Option("--use", help="A column you vouch for, though it looks as if it knew the answer."),
]


def mapped(maps: Sequence[str] | None) -> dict[str, str]:
    """What `--map` said: header -> attribute. Raises `CannotDo` for what is no such pair."""
    out = {}
    for said in maps or ():
        header, sign, attribute = said.rpartition("=")
        if not sign or not header.strip() or not attribute.strip():
            raise CannotDo(f"--map takes 'Their header=attribute', not {said!r}.")
        out[header.strip()] = attribute.strip()
    return out
