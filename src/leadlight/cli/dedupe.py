"""`leadlight dedupe`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.problems import CannotDo, plural

if TYPE_CHECKING:
    from leadlight.dedupe.link import Kind, State
    from leadlight.desk.leads.dedupe import Deduped, Pair
    from leadlight.desk.workspace.workspace import Place

_SHOWN = 20
_LAST = ("lead_id", "changed_at", "last_activity_at")


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""

    @app.command("dedupe", rich_help_panel="Every day")
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
        workspace: Annotated[
            str | None,
            typer.Option(
                "--workspace",
                "-w",
                help="Workspace to use: a folder or postgresql://... Default: the current one.",
            ),
        ] = None,
    ) -> None:
        """Link leads that are the same person or company. Nothing is deleted, and every link can be
        undone.
        """
        from leadlight.desk.workspace.workspace import named

        folder = named(workspace)
        if same or different:
            _decide(folder, [*_pairs(same, "made"), *_pairs(different, "refused")], by)
        elif review:
            _review(folder, by)
        else:
            _search(folder, make, ask, tuple(external_id or ()))


def _search(folder: Place, make: float, ask: float, external_ids: tuple[str, ...]) -> None:
    from leadlight.cli.progress import Bar
    from leadlight.dedupe.settings import Settings
    from leadlight.desk import wiring
    from leadlight.desk.leads.dedupe import dedupe

    with Bar() as bar:
        found = dedupe(
            folder, wiring.now(), Settings(make=make, ask=ask, external_ids=external_ids), bar
        )
    _say(found)


def _say(found: Deduped) -> None:
    from leadlight.cli.console import tell_problems

    tell_problems(found.problems)
    typer.echo(
        f"{plural(found.leads, 'lead', 'leads')} compared:"
        f" {plural(found.made, 'new link', 'new links')} made,"
        f" {plural(found.waiting, 'new one waits', 'new ones wait')} for you."
    )
    for said, links in (found.evidence or {}).items():
        typer.echo(f"{links:>10,}  {said}")
    typer.echo(
        f"{plural(found.merged, 'lead is', 'leads are')}"
        f" {plural(found.persons, 'person', 'people')};"
        f" {plural(found.accounts, 'company has', 'companies have')} several leads."
    )
    if found.receipt:
        typer.echo(
            f"Recorded as {found.receipt.import_id}; `leadlight undo {found.receipt.import_id}`"
            " takes it back."
        )
    if found.waiting_in_all:
        typer.echo(
            f"{plural(found.waiting_in_all, 'pair waits', 'pairs wait')} for a decision: `leadlight"
            " dedupe --review`."
        )


def _pairs(said: Sequence[str] | None, state: State) -> list[tuple[str, str, Kind, State]]:
    out: list[tuple[str, str, Kind, State]] = []
    for text in said or ():
        one, equals, other = text.partition("=")
        if not equals or not one.strip() or not other.strip():
            raise CannotDo(f"A pair is written A=B, two ids of leads, not {text!r}.")
        out.append((one.strip(), other.strip(), "person", state))
    return out


def _decide(
    folder: Place, decisions: Sequence[tuple[str, str, Kind, State]], by: str | None
) -> None:
    from leadlight.cli.console import tell_problems
    from leadlight.desk import wiring
    from leadlight.desk.leads.dedupe import decide

    receipt = decide(folder, wiring.now(), decisions, by or _user())
    tell_problems(receipt.problems)
    typer.echo(
        f"{receipt.imported:,} decided as {receipt.import_id}; `leadlight undo {receipt.import_id}`"
        " takes it back."
    )


def _review(folder: Place, by: str | None) -> None:
    from leadlight.desk import wiring
    from leadlight.desk.leads.dedupe import waiting

    pairs = waiting(folder, wiring.now())
    if not pairs:
        typer.echo("No pair waits for a decision.")
        return
    if not sys.stdin.isatty():
        for one in pairs[:_SHOWN]:
            _show(one)
        more = f" ({len(pairs) - _SHOWN:,} more wait)" if len(pairs) > _SHOWN else ""
        typer.echo(
            f"\nDecide with --same A=B or --different A=B, or in a terminal by yes and no.{more}"
        )
        return
    decided = _asked(pairs)
    if decided:
        _decide(folder, decided, by)


def _asked(pairs: Sequence[Pair]) -> list[tuple[str, str, Kind, State]]:
    """Ask of each pair; what was decided before the user quits is kept."""
    decided: list[tuple[str, str, Kind, State]] = []
    for n, one in enumerate(pairs, 1):
        _show(one)
        question = "one person" if one.link.kind == "person" else "one company"
        answer = (
            typer.prompt(f"{n} of {len(pairs)}: {question}? yes, no, skip, quit", default="skip")
            .strip()
            .lower()
        )
        if answer.startswith("q"):
            break
        if answer.startswith(("y", "n")):
            state: State = "made" if answer.startswith("y") else "refused"
            decided.append((one.link.lead_a, one.link.lead_b, one.link.kind, state))
    return decided


def _show(pair: Pair) -> None:
    from rich.table import Table

    from leadlight.cli.screen import console
    from leadlight.presentable import presentable

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for lead in (pair.link.lead_a, pair.link.lead_b):
        table.add_column(presentable(lead, 40), overflow="ellipsis", max_width=44)
    for name in dict.fromkeys((*pair.one, *pair.other)):
        one, other = pair.one.get(name, ""), pair.other.get(name, "")
        if name not in _LAST:
            style = "dim" if one == other else None
            table.add_row(name, presentable(one, 120), presentable(other, 120), style=style)
    said = console()
    said.print(f"\n{pair.link.kind}, {pair.link.weight:.0%}: {pair.link.evidence}", style="bold")
    said.print(table)


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
