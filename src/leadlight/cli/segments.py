"""`leadlight segments`: how large they are and how they overlap."""

from __future__ import annotations

import typer

from leadlight.cli.options import AsOf, KnownOfMoment, PlaybookFile, Workspace


def register(app: typer.Typer) -> None:
    app.command("segments", rich_help_panel="Every day")(segments)


def segments(
    as_of: AsOf = None,
    playbook: PlaybookFile = None,
    workspace: Workspace = None,
    known: KnownOfMoment = "then",
) -> None:
    """Show segment sizes, overlaps and hot leads per segment."""
    from rich.table import Table

    from leadlight.cli.console import busy, known_as
    from leadlight.cli.screen import console
    from leadlight.desk.leads.run import looked_at
    from leadlight.desk.workspace.workspace import named
    from leadlight.presentable import presentable
    from leadlight.results.summary import label_text

    with (
        busy("Counting"),
        looked_at(
            named(workspace), "segments", playbook=playbook, as_of=as_of, known=known_as(known)
        ) as found,
    ):
        summary = found.summary
    if not summary.segments:
        typer.echo(
            "This playbook names no segments. Add some under segments:, such as enterprise:"
            " employees >= 500."
        )
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head, justify in (
        ("segment", "left"),
        ("leads", "right"),
        ("of all", "right"),
        ("hot", "right"),
        ("about", "left"),
    ):
        table.add_column(head, justify=justify)  # type: ignore[arg-type]
    for s in summary.segments:
        share = f"{s.leads / summary.leads:.1%}" if summary.leads else ""
        table.add_row(
            presentable(label_text(s.name), 40),
            f"{s.leads:,}",
            share,
            f"{s.hot:,} ({s.hot_share:.0%})",
            presentable(s.about, 60),
        )
    console().print(table)
    pairs = sorted((o for o in summary.overlaps if o.leads), key=lambda o: -o.leads)[:10]
    if pairs:
        typer.echo("\nLargest overlaps")
        for o in pairs:
            typer.echo(f"  {o.leads:>8,}  {label_text(o.one)} and {label_text(o.other)}")
