"""`leadlight segments`: how large they are and how they overlap."""

from __future__ import annotations

import typer

from leadlight.cli.options import AsJson, AsOf, KnownOfMoment, PlaybookFile, Workspace


def register(app: typer.Typer) -> None:
    app.command("segments", rich_help_panel="Figures")(segments)


def segments(
    as_of: AsOf = None,
    playbook: PlaybookFile = None,
    workspace: Workspace = None,
    known: KnownOfMoment = "then",
    as_json: AsJson = False,
) -> None:
    """Show segment sizes, overlaps and hot leads per segment."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy, parse_known
    from leadlight.desk.leads.report import SegmentsRequest
    from leadlight.desk.leads.report import segments as run
    from leadlight.desk.moments import when
    from leadlight.desk.wiring import clock
    from leadlight.results.text.segments import render_segments

    now = clock.now()
    request = SegmentsRequest(now, when(as_of, now, "as_of"), playbook, parse_known(known))
    with open_session(workspace) as session, busy("Counting"):
        found = run(session, request)
    answer(found, render_segments, as_json)
