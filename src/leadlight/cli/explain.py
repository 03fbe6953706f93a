"""`leadlight explain`: a lead's ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import (
    Activities,
    AsJson,
    AsOf,
    KnownOfMoment,
    Leads,
    PlaybookFile,
    Workspace,
)
from leadlight.problems import CannotDo


def register(app: typer.Typer) -> None:
    app.command("explain", rich_help_panel="Qualify")(explain)


def explain(
    lead: Annotated[str, typer.Argument(help="Lead id or e-mail address.")],
    as_of: AsOf = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", help="Earlier moment, in UTC: show what was added, faded or changed since."
        ),
    ] = None,
    leads: Leads = None,
    activities: Activities = None,
    playbook: PlaybookFile = None,
    playbook_since: Annotated[
        str | None,
        typer.Option("--playbook-since", help="Playbook to use at --since, if different."),
    ] = None,
    workspace: Workspace = None,
    known: KnownOfMoment = "then",
    as_json: AsJson = False,
    story: Annotated[
        bool,
        typer.Option(
            "--story/--no-story",
            help="Include the lead's history. Leave it out for a faster answer.",
        ),
    ] = True,
    every: Annotated[bool, typer.Option("--all", help="List every fact of every rule.")] = False,
    exact: Annotated[
        bool, typer.Option("--exact", help="Show every digit, as it was calculated.")
    ] = False,
) -> None:
    """Explain one lead: every point and where it comes from. Also what would raise its labels, its
    history, and when it cools.
    """
    from functools import partial

    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy, parse_known
    from leadlight.desk.leads.compare import CompareRequest, compare
    from leadlight.desk.leads.explain import ExplainRequest
    from leadlight.desk.leads.explain import explain as run
    from leadlight.desk.moments import when
    from leadlight.desk.wiring import clock
    from leadlight.results.text.comparison import render_comparison
    from leadlight.results.text.explanation import render_explanation

    now = clock.now()
    at, logs = when(as_of, now, "as_of"), tuple(activities or ())
    if since is None and playbook_since is not None:
        raise CannotDo(
            "--playbook-since is the playbook at an earlier moment. Name the moment with --since."
        )
    with open_session(workspace) as session:
        if since is not None:
            earlier = when(since, now, "since")
            two = CompareRequest(
                lead,
                earlier,
                now,
                as_of=at,
                leads=leads,
                activities=logs,
                playbook=playbook,
                playbook_since=playbook_since,
                known=parse_known(known),
            )
            with busy("Looking it up"):
                difference = compare(session, two)
            answer(difference, partial(render_comparison, every=every, exact=exact), as_json)
            return
        one = ExplainRequest(
            lead,
            now,
            as_of=None if as_of is None else at,
            leads=leads,
            activities=logs,
            playbook=playbook,
            known=parse_known(known),
            story=story,
        )
        with busy("Looking it up"):
            explanation = run(session, one)
        answer(explanation, partial(render_explanation, every=every, exact=exact), as_json)
