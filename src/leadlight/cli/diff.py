"""`leadlight diff`: the difference between two playbooks in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import Workspace
from leadlight.cli.screen import say_json
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.rules.diff import Differing

LONGEST = 1_000


def register(app: typer.Typer) -> None:
    app.command("diff", rich_help_panel="Agreement")(diff)


def diff(
    playbooks: Annotated[
        list[str],
        typer.Argument(
            metavar="[OLD] NEW",
            help=(
                "One or two playbooks: file, preset name or version number. A single one "
                "is compared with the version in force."
            ),
        ),
    ],
    workspace: Workspace = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the differences as JSON.")] = False,
) -> None:
    """Show in words how two playbooks differ. Compared are conditions of labels, points,
    half-lives, routes and signers.

    Differences in wording only (comments, names of signals, the order of rules) do not count.
    """
    from leadlight.desk.rules.diff import diff as run

    if len(playbooks) > 2:
        raise CannotDo(
            f"diff compares two playbooks, and there are {len(playbooks)}. Name the old one, then"
            " the new one."
        )
    found = run(playbooks[0] if len(playbooks) == 2 else None, playbooks[-1], workspace)
    if as_json:
        lines = [{"about": line.about, "text": line.text} for line in found.found.lines]
        said = {
            "old": {"name": found.old, "fingerprint": found.fingerprints[0]},
            "new": {"name": found.new, "fingerprint": found.fingerprints[1]},
            "same": found.found.same,
            "differences": lines,
        }
        say_json(said)
        return
    for line in told(found):
        typer.echo(line)


def told(found: Differing) -> list[str]:
    """The differences in lines of plain text."""
    from leadlight.presentable import presentable

    old, new = presentable(found.old, 120), presentable(found.new, 120)
    if found.found.same:
        return [f"{new} says the same as {old}."]
    out = [f"What {new} says otherwise than {old}:"]
    for about, lines in found.found.groups().items():
        out += ["", presentable(about, 100), *(f"  {presentable(line, LONGEST)}" for line in lines)]
    return out
