"""`leadlight sign [VERSION] --as ROLE`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("sign", rich_help_panel="Agreement")(sign)


def sign(
    role: Annotated[str, typer.Option("--as", help="Role you sign for, e.g. sales.")],
    version: Annotated[
        str | None,
        typer.Argument(
            help=(
                "Version, by number or fingerprint. Default: the newest that waits for this role."
            ),
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", help="Who signs. Default: your git user name, or your login name."),
    ] = None,
    fingerprint: Annotated[
        str | None,
        typer.Option("--fingerprint", help="Sign only if the version has this fingerprint."),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Sign a published version for a role. It takes effect once every role that it names has
    signed.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.publish import signer
    from leadlight.desk.rules import agreement
    from leadlight.desk.wiring import clock
    from leadlight.results.text.agreement import render_signature

    with open_session(workspace) as session:
        name, source = signer(by, session.place.folder)
        request = agreement.SignRequest(role, name, clock.now(), version, fingerprint)
        done = agreement.sign(session, request)
    answer(
        done,
        partial(render_signature, name_source=source, workspace=workspace),
        as_json,
    )
