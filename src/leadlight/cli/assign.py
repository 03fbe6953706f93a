"""`leadlight assign`, `leadlight reassign` and `leadlight due`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace, moment_of
from leadlight.problems import CannotDo

By = Annotated[str | None, typer.Option("--by", help="Who says so. Default: you.")]


def register(app: typer.Typer) -> None:
    """Add the verbs to the app."""
    app.command("assign", rich_help_panel="Outreach")(assign)
    app.command("reassign", rich_help_panel="Outreach")(reassign)
    app.command("due", rich_help_panel="Outreach")(due)


def assign(
    by: By = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Write nothing: who would have got the leads of a period."),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--from", help="Dry run: start of the period. Default: 30 days before."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="Dry run: end of the period. Default: now.")
    ] = None,
    roster: Annotated[
        Path | None, typer.Option("--roster", help="Dry run: by this roster instead.")
    ] = None,
    lead: Annotated[
        str | None, typer.Option("--lead", help="Dry run: list this lead only.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Give each lead that needs somebody to a person.

    The person is on the roster, and each choice has its reason.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.cli.desk_database import who as who_is_here
    from leadlight.desk.routing.assign import AssignRequest
    from leadlight.desk.routing.assign import assign as give
    from leadlight.desk.wiring import clock
    from leadlight.results.text.routing import render_assign

    if dry_run:
        _try(since, until, roster, lead, workspace, as_json=as_json)
        return
    if (since, until, roster, lead) != (None, None, None, None):
        raise CannotDo("A period, a roster and a lead are for a dry run.", field="dry_run")
    with open_session(workspace) as session, busy("Assigning"):
        who = by or who_is_here(session.place.folder)
        result = give(session, AssignRequest(clock.now(), who))
    answer(result, render_assign, as_json)


def _try(
    since: str | None,
    until: str | None,
    roster: Path | None,
    lead: str | None,
    workspace: str | None,
    *,
    as_json: bool,
) -> None:
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.desk.rules.dry_run import DryRunRequest, dry_run
    from leadlight.desk.wiring import clock
    from leadlight.results.text.routing import render_dry_run

    request = DryRunRequest(
        clock.now(), moment_of(since, "since"), moment_of(until, "until"), roster, lead
    )
    with open_session(workspace) as session, Bar() as bar:
        result = dry_run(session, request, bar)
    answer(result, render_dry_run, as_json)


def reassign(
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="Lead id or e-mail address.")],
    to: Annotated[str, typer.Option("--to", help="A person of the roster.")],
    because: Annotated[str, typer.Option("--because", help="Why, in a few words.")],
    by: By = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Give a lead to somebody by hand. Its clock begins anew."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.desk_database import who as who_is_here
    from leadlight.desk.routing.assign import ReassignRequest
    from leadlight.desk.routing.assign import reassign as give
    from leadlight.desk.wiring import clock
    from leadlight.results.text.routing import render_reassign

    with open_session(workspace) as session:
        who = by or who_is_here(session.place.folder)
        result = give(session, ReassignRequest(lead, to, because, clock.now(), who))
    answer(result, render_reassign, as_json)


def due(
    person: Annotated[
        str | None, typer.Option("--person", help="Only of this person of the roster.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="List at most so many leads.")] = 50,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """List what is to be answered, and by when.

    Says how much business time is left, and whom to follow up.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.routing.due import DueRequest
    from leadlight.desk.routing.due import due as look
    from leadlight.desk.wiring import clock
    from leadlight.results.text.routing import render_due

    with open_session(workspace) as session:
        result = look(session, DueRequest(clock.now(), person, limit))
    answer(result, render_due, as_json)
