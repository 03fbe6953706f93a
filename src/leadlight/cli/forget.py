"""`leadlight forget LEAD`."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace
from leadlight.problems import CannotDo


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("forget", rich_help_panel="Contacts and persons")(forget)


def forget(
    lead: Annotated[str, typer.Argument(help="Lead id or e-mail address.")],
    yes: Annotated[bool, typer.Option("--yes", help="Remove it without asking again.")] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would be removed, and remove nothing.")
    ] = False,
    why: Annotated[
        str | None,
        typer.Option("--why", help="Reason to keep with it. Write no personal data into it."),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Who does it. Default: the user of this computer.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Forget a person for good.

    Every fact about them is removed, and no later import brings it back (GDPR, Art. 17).
    """
    import sys
    from dataclasses import replace

    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.persons.erasure import ForgetRequest
    from leadlight.desk.persons.erasure import forget as run
    from leadlight.desk.wiring import clock
    from leadlight.results.text.persons import render_erasure

    request = ForgetRequest(lead, clock.now(), by, why, preview=True)
    with open_session(workspace) as session:
        if preview or not yes:
            shown = run(session, request)
            answer(shown, render_erasure, as_json and preview, err=not preview)
            if preview:
                return
            if not sys.stdin.isatty() or not typer.confirm("Remove it for good?", err=True):
                raise CannotDo("Nothing was removed. To remove it without being asked, add --yes.")
        forgotten = run(session, replace(request, preview=False))
    answer(forgotten, render_erasure, as_json)
