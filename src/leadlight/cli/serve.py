"""`leadlight serve`: the workspace as a server."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import Workspace

if TYPE_CHECKING:
    from leadlight.server.server import Welcome


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("serve", rich_help_panel="Server")(serve)


def serve(
    workspace: Workspace = None,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to listen on; 0.0.0.0 is all of them.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="PORT", help="Port to listen on.")
    ] = 8080,
    url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Address by which people reach it, behind a proxy."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="Further host name that it goes by."),
    ] = None,
    allow_private: Annotated[
        bool,
        typer.Option("--allow-private", help="Let webhooks go to addresses of your own network."),
    ] = False,
    resume_deliveries: Annotated[
        bool,
        typer.Option(
            "--resume-deliveries", help="Send what waits in a workspace that was restored."
        ),
    ] = False,
) -> None:
    """Serve the workspace: pages in the browser, API and intake."""
    from leadlight.cli.answer import named_before
    from leadlight.problems import CannotDo

    try:
        from leadlight.server.server import ServeOptions, Server, check_address, open_place
    except ModuleNotFoundError as fault:
        raise CannotDo(
            f"Serving needs {fault.name}, which is not installed. Install it with: pip install"
            " 'leadlight[serve]'."
        ) from fault
    named = workspace if workspace is not None else named_before.get()
    hosts = tuple(allow_host or ())
    options = ServeOptions(host, port, url, hosts, allow_private, resume_deliveries)
    check_address(options)  # before a workspace is made that nobody serves
    place = open_place(named, typer.echo)
    server = Server(place, options)
    tell_welcome(server.welcome())
    server.run()


def tell_welcome(welcome: Welcome) -> None:
    """Tell whoever started it how to come in."""
    typer.echo(f"Leadlight serves {welcome.place} at {welcome.url}")
    if welcome.login:
        typer.echo(f"  First log-in (works once, for an hour):  {welcome.login}")
    if welcome.key:
        typer.echo(f"  Key for sending events (shown once):     {welcome.key}")
    for damage in welcome.damages:
        typer.echo(f"  What arrived before was damaged: {damage}", err=True)
    if welcome.paused:
        typer.echo(
            "  Deliveries wait, for this workspace was restored from a backup. Send them with"
            " --resume-deliveries.",
            err=True,
        )
    typer.echo("  Stop with Ctrl+C.")
    sys.stdout.flush()  # what starts a server by a pipe waits for it
