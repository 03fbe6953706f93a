"""`leadlight retire MODEL`: a model is put aside."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("retire", rich_help_panel="Prediction")(retire)


def retire(
    model: Annotated[str, typer.Argument(help="Name of the model.")],
    because: Annotated[str, typer.Option("--because", help="Why it is retired.")],
    by: Annotated[str | None, typer.Option("--by", help="Who retires it. Default: you.")] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Put a model aside that no rule in force uses. Its text is kept, with who did it and why."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.publish import signer
    from leadlight.desk.models.model_list import RetireModelRequest, retire_model
    from leadlight.desk.wiring import clock
    from leadlight.results.text.model_card import render_retired_model

    with open_session(workspace) as session:
        name = signer(by, session.place.folder)[0]
        done = retire_model(session, RetireModelRequest(model, because, name, clock.now()))
    answer(done, render_retired_model, as_json)
