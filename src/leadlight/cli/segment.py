"""`leadlight segment ...`: segments in numbers, a new one tried, its leads sent somewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace

group = typer.Typer(
    name="segment",
    help="Count a segment, try a new one, and send its leads.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="SEGMENT", help="Segment of the playbook.")]
Condition = Annotated[
    str, typer.Argument(metavar="CONDITION", help="Condition, such as 'employees >= 500'.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the app."""
    app.add_typer(group, rich_help_panel="Figures")


@group.command("figures")
def figures(
    since: Annotated[
        str | None,
        typer.Option("--from", help="Beginning of the period, in UTC. Default: 30 days ago."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="End of the period, in UTC. Default: now.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Show of each segment who came and left, what mails brought, and who bought."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.cli.options import moment_of
    from leadlight.desk.leads.segment_figures import SegmentFiguresRequest, segment_figures
    from leadlight.desk.wiring import clock
    from leadlight.results.text.segment_figures import render_segment_figures

    request = SegmentFiguresRequest(
        clock.now(), moment_of(since, "since"), moment_of(until, "until")
    )
    with open_session(workspace) as session, busy("Counting"):
        found = segment_figures(session, request)
    answer(found, render_segment_figures, as_json)


@group.command("try")
def try_(
    when: Condition,
    name: Annotated[str, typer.Option("--name", help="Name it would have.")] = "new_segment",
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Count the leads for which a condition holds now, and show the lines for the playbook."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.leads.segment_trial import TrySegmentRequest, try_segment
    from leadlight.desk.wiring import clock
    from leadlight.results.text.segment_figures import render_trial

    with open_session(workspace) as session, busy("Counting"):
        found = try_segment(session, TrySegmentRequest(when, clock.now(), name))
    answer(found, render_trial, as_json)


@group.command("export")
def export(
    out: Annotated[
        Path, typer.Argument(metavar="FILE", help="File to write: CSV, XLSX, Parquet or JSON.")
    ],
    segment: Annotated[
        str | None, typer.Option("--segment", help="Segment of the playbook.")
    ] = None,
    when: Annotated[
        str | None, typer.Option("--when", help="Condition, instead of a segment.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Write the leads of a segment, or of a condition, to a file."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.leads.segment_trial import ExportSegmentRequest, export_segment
    from leadlight.desk.wiring import clock
    from leadlight.results.text.segment_figures import render_segment_export

    with open_session(workspace) as session, busy("Writing"):
        done = export_segment(session, ExportSegmentRequest(out, clock.now(), segment, when))
    answer(done, render_segment_export, as_json)


@group.command("send")
def send(
    segment: Name,
    endpoint: Annotated[
        str, typer.Argument(metavar="ENDPOINT", help="Endpoint, by its id or name.")
    ],
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Send each lead of a segment to an endpoint, as the last run left it. A server delivers."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.live.segment_delivery import SendSegmentRequest, send_segment
    from leadlight.desk.wiring import clock
    from leadlight.results.text.segment_figures import render_segment_delivery

    with open_session(workspace) as session:
        done = send_segment(session, SendSegmentRequest(segment, endpoint, clock.now()))
    answer(done, render_segment_delivery, as_json)
