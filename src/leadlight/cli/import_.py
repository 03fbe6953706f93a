"""`leadlight import FILE...`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.problems import CannotDo, plural

if TYPE_CHECKING:
    from rich.console import Console

    from leadlight.desk.leads.import_ import Brought
    from leadlight.desk.leads.verify import Verified
    from leadlight.facts.ledger import ImportReceipt, SavedMapping
    from leadlight.facts.mapping import Mapping

_HOW = {
    "you": "you said so",
    "crm": "as {system} names it",
    "synonym": "by its name",
    "content": "by its content",
    "own": "your own",
    "apart": "your own",
    "ignored": "left out",
}
_WHATS = ("leads", "activities", "spend")


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""

    @app.command("import")
    def import_(
        files: Annotated[
            list[Path],
            typer.Argument(metavar="FILE...", help="CSV, TSV, XLSX, JSON lines or Parquet files."),
        ],
        what: Annotated[
            str | None,
            typer.Option(
                "--as",
                metavar="leads|activities|spend",
                help="What the files contain, if it cannot be detected.",
            ),
        ] = None,
        maps: Annotated[
            list[str] | None,
            typer.Option(
                "--map",
                metavar='"Their column=attribute"',
                help='Map a column to an attribute. "Their column=-" leaves it out. Repeatable.',
            ),
        ] = None,
        preview: Annotated[
            bool,
            typer.Option("--preview", help="Show the mapping and the problems; import nothing."),
        ] = False,
        backfill: Annotated[
            bool,
            typer.Option(
                "--backfill", help="Historical load: treat each fact as known when it happened."
            ),
        ] = False,
        no_verify: Annotated[
            bool, typer.Option("--no-verify", help="Do not check the imported contacts.")
        ] = False,
        workspace: Annotated[
            str | None,
            typer.Option(
                "--workspace",
                "-w",
                help="Workspace to use: a folder or postgresql://... Default: the current one.",
            ),
        ] = None,
    ) -> None:
        """Import leads, activities or spend. Importing a file again adds only what changed."""
        from leadlight.cli.progress import Bar
        from leadlight.cli.screen import console
        from leadlight.desk import wiring
        from leadlight.desk.leads.import_ import Wish, bring
        from leadlight.desk.workspace.workspace import named

        wish = Wish(_what(what), _maps(maps or []), preview, backfill, not no_verify)
        with Bar() as bar:
            brought = bring(named(workspace), files, wiring.now(), wish, bar)
        said = console(soft_wrap=False)
        for one in brought:
            _print(one, said, preview)
        if preview:
            said.print("A preview: nothing was written.")
        if any(one.fault or one.undone for one in brought):
            raise typer.Exit(2)


def _what(what: str | None) -> str | None:
    if what is None or what in _WHATS:
        return what
    raise CannotDo(f"--as is leads, activities or spend, not {what!r}.")


def _maps(said: Sequence[str]) -> dict[str, str]:
    maps = {}
    for one in said:
        header, equals, target = one.rpartition("=")
        if not equals or not header.strip() or not target.strip():
            raise CannotDo(f'--map {one!r} is not of the form "Their column=attribute".')
        maps[header.strip()] = target.strip()
    return maps


def _print(one: Brought, console: Console, preview: bool) -> None:
    console.print(f"\n{one.file}", style="bold")
    if one.mapping:
        _print_mapping(one.mapping, one.saved, console)
    for problem in one.problems:
        console.print(f"  {problem}", style="yellow")
    if one.fault:
        console.print(f"  Not imported. {one.fault}", style="bold red")
        for problem in one.fault.problems:
            if problem not in one.problems:
                console.print(f"  {problem}", style="yellow")
    if one.receipt:
        for line in _counts(one.receipt, preview):
            console.print(f"  {line}")
    for problem in one.undone:
        console.print(f"  {problem}", style="bold red")
    if one.verified and one.verified.leads:
        console.print(f"  {_contacts(one.verified)}")
    if one.rejects:
        line = f"  The rejected rows are in {one.rejects}, each with its line and its reason."
        console.print(line, style="yellow")


def _contacts(found: Verified) -> str:
    """What verification says of the leads that came in, in a line."""
    bad = sum(v.get("unreachable", 0) for v in found.verdicts.values())
    unreachable = plural(bad, "contact point is", "contact points are")
    said = f"{plural(found.leads, 'lead', 'leads')} verified: {unreachable} unreachable, "
    said += f"{plural(found.nobody, 'lead has', 'leads have')} none at all"
    repairs = (
        f"; {plural(found.repairs, 'repair is', 'repairs are')} proposed (leadlight verify"
        " --repairs)"
    )
    return f"{said}{repairs if found.repairs else ''}."


def _print_mapping(mapping: Mapping, saved: SavedMapping | None, console: Console) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for header in ("  column", "is", "type", "because", "such as"):
        table.add_column(header, overflow="ellipsis", max_width=34)
    for column in mapping.columns:
        how = _HOW.get(column.how, column.how).format(system=mapping.system or "a CRM")
        if saved and column.header in saved.said:
            how = f"as in {saved.import_id}"
        cells = (
            column.header,
            column.name or "-",
            str(column.type).replace("_", "/"),
            how,
            column.example or "",
        )
        first, *rest = (" ".join(c.split()) for c in cells)
        table.add_row(f"  {first}", *rest, style="dim" if column.name is None else None)
    console.print(table)


def _counts(receipt: ImportReceipt, preview: bool) -> list[str]:
    verb = "would be imported" if preview else "imported"
    name = f" as {receipt.import_id}" if receipt.imported and not preview else ""
    said = [
        f"{plural(receipt.read, 'row', 'rows')} of {receipt.what} read = {receipt.imported:,}"
        f" {verb}{name} + {receipt.unchanged:,} unchanged + {receipt.rejected:,} rejected."
    ]
    if receipt.what == "leads" and receipt.imported:
        said.append(f"{plural(receipt.new_leads, 'lead is', 'leads are')} new.")
    if receipt.strangers:
        said.append(
            f"{plural(receipt.strangers, 'activity belongs', 'activities belong')} to people who"
            " are not in the base yet; import the file again when they are."
        )
    return said
