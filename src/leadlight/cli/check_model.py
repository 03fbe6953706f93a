"""`leadlight learn --check`: whether a model still fits, and its start moved on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from leadlight.desk.models.check_model import CheckModelByTableRequest, CheckModelRequest

ALARM = 1
"""The exit code when something moved."""


def check_model(
    workspace: str | None, request: CheckModelRequest | CheckModelByTableRequest, as_json: bool
) -> None:
    """Check a model, print how it stands, and end with 1 where something moved."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.desk.models import check_model as desk
    from leadlight.results.text.model_check import render_text

    with open_session(workspace) as session, Bar() as bar:
        if isinstance(request, desk.CheckModelByTableRequest):
            found = desk.check_model_by_table(session, request, bar)
        else:
            found = desk.check_model(session, request, bar)
    answer(found, render_text, as_json)
    if found.alarm and found.start is None:
        raise typer.Exit(ALARM)
