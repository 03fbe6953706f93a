"""`leadlight diff`: the difference between two playbooks in words."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace
from leadlight.problems import CannotDo


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
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
    as_json: AsJson = False,
) -> None:
    """Show in words how two playbooks differ. Compared are conditions of labels, points,
    half-lives, routes and signers.

    Differences in wording only (comments, names of signals, the order of rules) do not count.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.rules import diff as verb
    from leadlight.desk.wiring import clock
    from leadlight.results.text.playbooks import render_comparison

    if len(playbooks) > 2:
        raise CannotDo(
            f"diff compares two playbooks, and there are {len(playbooks)}. Name the old one, then"
            " the new one."
        )
    old = playbooks[0] if len(playbooks) == 2 else None
    with open_session(workspace) as session:
        found = verb.diff(session, verb.DiffRequest(playbooks[-1], clock.now(), old))
    answer(found, render_comparison, as_json)
