"""`leadlight verify [FILE]`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.problems import CannotDo, plural

if TYPE_CHECKING:
    from rich.console import Console

    from leadlight.desk.leads.verify import Asked, Repair, Verified
    from leadlight.desk.workspace.workspace import Place

_VERDICTS = ("reachable", "risky", "unknown", "unreachable")
_SHOWN = 40


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""

    @app.command("verify", rich_help_panel="Every day")
    def verify(
        file: Annotated[
            Path | None, typer.Argument(help="Leads file. Default: the leads of the workspace.")
        ] = None,
        every: Annotated[
            str, typer.Option("--every", help="Check a contact again after this time.")
        ] = "90d",
        everything: Annotated[
            bool, typer.Option("--all", help="Check every lead, even if not due.")
        ] = False,
        country: Annotated[
            str | None,
            typer.Option(
                "--country",
                help="Default country for phone numbers without a country code, e.g. DE.",
            ),
        ] = None,
        probe: Annotated[
            bool,
            typer.Option("--probe", help="Look up in DNS whether e-mail domains accept mail."),
        ] = False,
        out: Annotated[
            Path | None,
            typer.Option(
                "--out",
                "-o",
                help="Output file for the leads with their verdicts. Only with a leads file.",
            ),
        ] = None,
        repairs: Annotated[
            bool, typer.Option("--repairs", help="List the proposed repairs.")
        ] = False,
        accept: Annotated[
            list[str] | None,
            typer.Option(
                "--accept",
                help=(
                    "Accept proposed repairs, by rule, contact point or lead id, or all. "
                    "Repeatable."
                ),
            ),
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
        """Check e-mail addresses, phone numbers and names. Nothing leaves this machine unless
        --probe is given.
        """
        from leadlight.desk.leads.verify import Asked
        from leadlight.desk.workspace.workspace import named
        from leadlight.playbook.durations import seconds

        length = seconds(every)
        if length is None:
            raise CannotDo(f"--every takes a duration such as 90d or 6w, not {every!r}.")
        asked = Asked(everything, max(1, length // 86_400), _country(country), probe)
        if file is not None:
            if repairs or accept:
                raise CannotDo(
                    "--repairs and --accept go with a workspace. A file's repairs are columns of"
                    " --out."
                )
            _file(file, asked, out)
            return
        if out:
            raise CannotDo(
                "--out goes with a file: leadlight verify leads.csv --out verified.csv. "
                "A workspace's verdicts are exported by `leadlight qualify --out`."
            )
        folder = named(workspace)
        if accept:
            _accept(folder, accept)
        elif repairs:
            _repairs(folder)
        else:
            _workspace(folder, asked)


def _country(text: str | None) -> str | None:
    if text is None:
        return None
    if len(text.strip()) != 2 or not text.strip().isalpha():
        raise CannotDo(f"--country takes a two-letter code such as DE or US, not {text!r}.")
    from leadlight.desk.leads.verify import known_country

    return known_country(text.strip().upper())


def _file(file: Path, asked: Asked, out: Path | None) -> None:
    from leadlight.cli.progress import Bar
    from leadlight.desk import wiring
    from leadlight.desk.leads.verify import verify_file

    with wiring.together(reads=(file,), claims=((out, "verified"),)), Bar() as bar:
        found, rows = verify_file(file, wiring.now(), asked, bar, out)
    _say(found, asked)
    if out:
        typer.echo(f"\nWritten: {out} ({plural(rows, 'row', 'rows')})")


def _workspace(folder: Place, asked: Asked) -> None:
    from leadlight.cli.progress import Bar
    from leadlight.desk import wiring
    from leadlight.desk.leads.verify import verify

    with Bar() as bar:
        found = verify(folder, wiring.now(), asked, bar)
    if not found.leads:
        typer.echo(
            f"No contact is new, changed or due: all were verified in the last {asked.every_days}"
            " days."
        )
        return
    _say(found, asked)
    if found.receipt:
        typer.echo(
            f"\nRecorded as {found.receipt.import_id}; `leadlight undo {found.receipt.import_id}`"
            " takes it back."
        )
    if found.repairs:
        typer.echo(
            f"{plural(found.repairs, 'repair is', 'repairs are')} proposed: `leadlight verify"
            " --repairs` lists them."
        )


def _say(found: Verified, asked: Asked) -> None:
    from leadlight.cli.screen import console
    from leadlight.facts.contact import RULES

    said = console()
    said.print(
        f"{plural(found.leads, 'lead', 'leads')} verified; {plural(found.nobody, 'has', 'have')} no"
        " contact point at all."
    )
    _verdicts(found, said)
    if found.rules:
        said.print("\nWhy:")
    for rule, leads in found.rules.items():
        if rule in RULES:
            said.print(f"{leads:>10,}  {RULES[rule].say}  ({rule})", markup=False)
    if asked.probe:
        left = f"; {found.domains_left:,} are left for the next time" if found.domains_left else ""
        said.print(
            f"\n{plural(found.domains_asked, 'domain was', 'domains were')} asked whether they take"
            f" mail{left}."
        )
    else:
        said.print("\nNo domain was asked whether it takes mail; --probe asks.", style="dim")


def _verdicts(found: Verified, said: Console) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    for verdict in _VERDICTS:
        table.add_column(verdict, justify="right")
    for point, verdicts in found.verdicts.items():
        table.add_row(point, *(f"{verdicts.get(v, 0):,}" for v in _VERDICTS))
    said.print(table)


def _repairs(folder: Place) -> None:
    from leadlight.desk import wiring
    from leadlight.desk.leads.verify import repairs

    found = repairs(folder, wiring.now())
    if not found:
        typer.echo("No repair is proposed. `leadlight verify` looks for what could be repaired.")
        return
    _list(found)
    typer.echo(
        "\nAccept them by lead, by rule, by contact point, or all at once: leadlight verify"
        " --accept typo"
    )


def _list(found: Sequence[Repair]) -> None:
    from leadlight.cli.screen import console
    from leadlight.presentable import presentable

    said = console()
    for one in found[:_SHOWN]:
        why = f"  ({one.because})" if one.because else ""
        said.print(
            f"{presentable(one.lead_id, 40)}  {one.point}: {presentable(one.value, 80)} -> "
            f"{presentable(one.proposed, 80)}{why}",
            markup=False,
        )
    if len(found) > _SHOWN:
        said.print(f"... and {len(found) - _SHOWN:,} more.")


def _accept(folder: Place, what: Sequence[str]) -> None:
    from leadlight.cli.progress import Bar
    from leadlight.desk import wiring
    from leadlight.desk.leads.verify import accept

    with Bar() as bar:
        chosen, receipt = accept(folder, wiring.now(), what, bar)
    _list(chosen)
    typer.echo(
        f"\n{plural(len(chosen), 'repair', 'repairs')} accepted as {receipt.import_id}; "
        f"`leadlight undo {receipt.import_id}` takes them back."
    )
