"""`leadlight models`: the learned models of a workspace."""

from __future__ import annotations

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("models", rich_help_panel="Prediction")(models)


def models(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """List the learned models and how good each is.

    Says what each uses, and whether the rules use it.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.models import model_list
    from leadlight.desk.wiring import clock
    from leadlight.results.text.model_card import render_models

    with open_session(workspace) as session:
        found = model_list.models(session, model_list.ModelsRequest(clock.now()))
    answer(found, render_models, as_json)
