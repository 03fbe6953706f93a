"""`leadlight dedupe`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import AsJson, Workspace
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.dedupe.link import State
    from leadlight.desk.leads.dedupe import Decision, DedupeRequest
    from leadlight.desk.session import Session
    from leadlight.results.duplicates import PairList


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""

    @app.command("dedupe", rich_help_panel="Contacts and persons")
    def dedupe(
        review: Annotated[
            bool, typer.Option("--review", help="Review uncertain pairs and decide on each.")
        ] = False,
        same: Annotated[
            list[str] | None,
            typer.Option(
                "--same", metavar="A=B", help="Link these two leads as one person. Repeatable."
            ),
        ] = None,
        different: Annotated[
            list[str] | None,
            typer.Option(
                "--different", metavar="A=B", help="Keep these two leads apart. Repeatable."
            ),
        ] = None,
        preview: Annotated[
            str | None,
            typer.Option(
                "--preview", metavar="A=B", help="Show what two leads would be as one person."
            ),
        ] = None,
        make: Annotated[
            float, typer.Option("--make", help="Link pairs with at least this probability.")
        ] = 0.95,
        ask: Annotated[
            float,
            typer.Option("--ask", help="Queue pairs with at least this probability for review."),
        ] = 0.5,
        external_id: Annotated[
            list[str] | None,
            typer.Option(
                "--external-id",
                help=(
                    "Column that identifies a person: equal values mean the same lead. Repeatable."
                ),
            ),
        ] = None,
        by: Annotated[
            str | None,
            typer.Option("--by", help="Who makes the decision. Default: your user name."),
        ] = None,
        workspace: Workspace = None,
        as_json: AsJson = False,
    ) -> None:
        """Link leads that are the same person or company. Nothing is deleted, and every link can be
        undone.
        """
        from leadlight.cli.answer import open_session
        from leadlight.desk.leads.dedupe import DedupeRequest
        from leadlight.desk.wiring import clock

        with open_session(workspace) as session:
            if preview:
                _preview(session, preview, as_json)
            elif same or different:
                _decide(
                    session,
                    [*_decisions(same, "made"), *_decisions(different, "refused")],
                    by,
                    as_json,
                )
            elif review:
                _review(session, by, as_json)
            else:
                request = DedupeRequest(clock.now(), make, ask, tuple(external_id or ()))
                _search(session, request, as_json)


def _search(session: Session, request: DedupeRequest, as_json: bool) -> None:
    from leadlight.cli.answer import answer
    from leadlight.cli.console import tell_problems
    from leadlight.cli.progress import Bar
    from leadlight.desk.leads.dedupe import dedupe
    from leadlight.results.text.duplicates import render_duplicates

    with Bar() as bar:
        found = dedupe(session, request, bar)
    if not as_json:
        tell_problems(found.problems)
    answer(found, render_duplicates, as_json)


def _decisions(pairs: Sequence[str] | None, state: State) -> list[Decision]:
    from leadlight.desk.leads.dedupe import Decision

    out = []
    for text in pairs or ():
        one, equals, other = text.partition("=")
        if not equals or not one.strip() or not other.strip():
            raise CannotDo(f"A pair is written A=B, two ids of leads, not {text!r}.")
        out.append(Decision(one.strip(), other.strip(), state))
    return out


def _preview(session: Session, text: str, as_json: bool) -> None:
    from leadlight.cli.answer import answer
    from leadlight.desk.leads.dedupe import MergePreviewRequest, merge_preview
    from leadlight.desk.wiring import clock
    from leadlight.results.text.duplicates import render_merge

    decision = _decisions([text], "made")[0]
    wanted = MergePreviewRequest(decision.one, decision.other, clock.now())
    answer(merge_preview(session, wanted), render_merge, as_json)


def _decide(session: Session, decisions: Sequence[Decision], by: str | None, as_json: bool) -> None:
    from leadlight.cli.answer import answer
    from leadlight.cli.console import tell_problems
    from leadlight.desk.leads.dedupe import DecideRequest, decide
    from leadlight.desk.wiring import clock
    from leadlight.results.text.duplicates import render_decisions

    done = decide(session, DecideRequest(tuple(decisions), by or _user(), clock.now()))
    if not as_json:
        tell_problems(done.problems)
    answer(done, render_decisions, as_json)


def _review(session: Session, by: str | None, as_json: bool) -> None:
    """List the pairs that wait; in a terminal, ask of each."""
    from leadlight.cli.answer import answer
    from leadlight.desk.leads.dedupe import PairsRequest, pairs
    from leadlight.desk.wiring import clock
    from leadlight.results.text.duplicates import render_pairs

    found = pairs(session, PairsRequest(clock.now()))
    if as_json or not found.pairs or not sys.stdin.isatty():
        answer(found, render_pairs, as_json)
        return
    decisions = _ask(found)
    if decisions:
        _decide(session, decisions, by, as_json)


def _ask(found: PairList) -> list[Decision]:
    """Ask of each pair; what was decided before the user quits is kept."""
    from leadlight.cli.answer import answer
    from leadlight.desk.leads.dedupe import Decision
    from leadlight.results.text.duplicates import render_pair

    decisions = []
    for n, pair in enumerate(found.pairs, 1):
        answer(pair, render_pair)
        link = pair.link
        question = "one person" if link.kind == "person" else "one company"
        prompt = f"{n} of {len(found.pairs)}: {question}? yes, no, skip, quit"
        reply = typer.prompt(prompt, default="skip").strip().lower()
        if reply.startswith("q"):
            break
        if reply.startswith(("y", "n")):
            state: State = "made" if reply.startswith("y") else "refused"
            decisions.append(Decision(link.lead_a, link.lead_b, state, link.kind))
    return decisions


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
