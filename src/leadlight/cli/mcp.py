"""`leadlight mcp`: the workspace for an agent, over the streams of a terminal."""

from __future__ import annotations

import sys

import typer

from leadlight.cli.options import Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("mcp", rich_help_panel="Server")(mcp)


def mcp(workspace: Workspace = None) -> None:
    """Let an agent on this computer look at the leads.

    It speaks the Model Context Protocol over stdin and stdout. It may log an outcome and
    propose rules, each only after a person confirms.
    """
    from leadlight.cli.answer import open_session
    from leadlight.cli.desk_database import open_desk_database, who
    from leadlight.desk.wiring import clock
    from leadlight.problems import CannotDo

    try:
        from leadlight.server.agents.protocol import make_server
        from leadlight.server.agents.tools import Caller, Tools
    except ModuleNotFoundError as fault:
        raise CannotDo(
            f"Agents need {fault.name}, which is not installed. Install it with: pip install"
            " 'leadlight[mcp]'."
        ) from fault
    with open_desk_database(workspace) as folder, open_session(workspace) as session:
        from leadlight.server.access.audit import write_line
        from leadlight.server.drafts.proposals import propose

        caller = Caller(f"agent of {who(folder)}", frozenset({"read", "act", "rules"}))
        tools = Tools(session, clock.now, write_line, propose)
        if sys.__stdout__ is not None:
            sys.stdout = (
                sys.__stdout__
            )  # the protocol writes bytes, and JSON shows nothing by itself
        make_server(tools, caller).run("stdio")
