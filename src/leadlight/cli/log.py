"""`leadlight log LEAD OUTCOME`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace, duration, moment_of


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("log", rich_help_panel="Qualify")(log)


def log(
    lead: Annotated[
        str | None, typer.Argument(metavar="[LEAD]", help="Lead id or e-mail address.")
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Argument(
            metavar="[OUTCOME]",
            help="reached, no_answer, booked, not_now, not_a_fit, won or lost.",
        ),
    ] = None,
    because: Annotated[
        str, typer.Option("--because", help="Why it is not a fit, or was lost.")
    ] = "",
    next_touch: Annotated[
        str | None,
        typer.Option("--next-touch", help="When to be in touch again: 2026-12-01, or 7d from now."),
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", help="Who has the lead from now on.")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="What was said.")] = "",
    budget: Annotated[
        float | None, typer.Option("--budget", help="The money that is set aside.")
    ] = None,
    authority: Annotated[
        str | None,
        typer.Option("--authority", help="decision_maker, influencer, user or none."),
    ] = None,
    need: Annotated[str | None, typer.Option("--need", help="The problem to be solved.")] = None,
    timeline: Annotated[
        str | None,
        typer.Option("--timeline", help="When it buys: now, this_quarter, this_year, later."),
    ] = None,
    amount: Annotated[
        float | None, typer.Option("--amount", help="What a deal that was won is worth.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who was in touch. Default: you.")] = None,
    undo: Annotated[
        str | None,
        typer.Option("--undo", metavar="ID", help="Take an outcome back instead."),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Log what came of being in touch with a lead. It is qualified again at once."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.publish import signer
    from leadlight.desk.live import outcome_log
    from leadlight.desk.wiring import clock
    from leadlight.problems import CannotDo
    from leadlight.results.text.today import render_outcome, render_undone_outcome

    with open_session(workspace) as session:
        now = clock.now()
        if undo is not None:
            request = outcome_log.UndoOutcomeRequest(undo, now)
            answer(outcome_log.undo_outcome(session, request), render_undone_outcome, as_json)
            return
        if lead is None or outcome is None:
            raise CannotDo("Name the lead, and what came of it.", field="outcome")
        receipt = outcome_log.log_outcome(
            session,
            outcome_log.LogOutcomeRequest(
                lead=lead,
                outcome=outcome_log.parse_outcome(outcome),
                now=now,
                by=signer(by, session.place.folder)[0],
                because=because,
                next_touch=_touch(next_touch, now),
                owner=owner,
                note=note,
                budget=budget,
                authority=outcome_log.parse_authority(authority),
                need=need,
                timeline=outcome_log.parse_timeline(timeline),
                amount=amount,
            ),
        )
    answer(receipt, render_outcome, as_json)


def _touch(text: str | None, now: datetime) -> datetime | None:
    """A day, or a length of time from now."""
    length = None if text is None else duration(text.strip())
    return now + length if length else moment_of(text, "next_touch")
