"""`leadlight audit`."""

from __future__ import annotations

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("audit", rich_help_panel="Qualify")(audit)


def audit(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """Compare the stored labels with a full qualification."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.live.audit import AuditRequest
    from leadlight.desk.live.audit import audit as compare
    from leadlight.desk.wiring import clock
    from leadlight.results.text.audit import render_audit

    with open_session(workspace) as session:
        found = compare(session, AuditRequest(clock.now()))
    answer(found, render_audit, as_json)
    if found.count:
        raise typer.Exit(2)
