"""`leadlight connect [CRM]` and `leadlight disconnect CONNECTION`."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace

By = Annotated[
    str | None,
    typer.Option("--by", help="Who decides. Default: your git user name, or your login name."),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the app."""
    app.command("connect", rich_help_panel="CRM")(connect)
    app.command("disconnect", rich_help_panel="CRM")(disconnect)


def connect(
    crm: Annotated[
        str | None,
        typer.Argument(
            metavar="[CRM]",
            help="hubspot, salesforce, pipedrive, zoho, or a file that declares another one"
            " (crm.yml). Without it, the connections are listed.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the connection. Default: the CRM's.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="Address of the CRM. Default: as declared.")
    ] = None,
    keep_secret: Annotated[
        bool,
        typer.Option(
            "--keep-secret", help="Ask for the token and keep it in the keyring of this computer."
        ),
    ] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Print how a CRM is declared, and connect nothing.")
    ] = False,
    by: By = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Connect a CRM, or list the connections and how each stands. A connection says when it was
    last read and written, what is owed to it and why it failed. The token is read from the
    environment (HUBSPOT_TOKEN) or the keyring.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.publish import signer
    from leadlight.desk.crm.connect import (
        ConnectionsRequest,
        ConnectRequest,
        connections,
        declaration_text,
    )
    from leadlight.desk.crm.connect import connect as run
    from leadlight.desk.wiring import clock
    from leadlight.results.text.crm import render_connect, render_connections

    if show:
        typer.echo(declaration_text(crm or "hubspot"), nl=False)
        return
    with open_session(workspace) as session:
        if crm is None:
            answer(
                connections(session, ConnectionsRequest(clock.now())), render_connections, as_json
            )
            return
        who = signer(by, session.place.folder)[0]
        secret = typer.prompt("Token", hide_input=True, err=True) if keep_secret else None
        made = run(session, ConnectRequest(crm, clock.now(), who, name, url, secret))
    answer(made, render_connect, as_json)


def disconnect(
    connection: Annotated[str, typer.Argument(help="Connection, by its name.")],
    restore: Annotated[
        bool,
        typer.Option(
            "--restore", help="First put back what stood there before Leadlight wrote to it."
        ),
    ] = False,
    by: By = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """End a connection. The facts it brought stay, and `undo` takes them back."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.cli.publish import signer
    from leadlight.desk.crm.connect import DisconnectRequest
    from leadlight.desk.crm.connect import disconnect as run
    from leadlight.desk.wiring import clock
    from leadlight.results.text.crm import render_disconnect

    with open_session(workspace) as session, Bar() as bar:
        who = signer(by, session.place.folder)[0]
        ended = run(session, DisconnectRequest(connection, clock.now(), who, restore), bar)
    answer(ended, render_disconnect, as_json)
