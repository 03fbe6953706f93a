"""`leadlight key ...`: the keys by which programs send events and use the API."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace

group = typer.Typer(
    name="key",
    help="Make and revoke keys for programs that use the server.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the verbs to the app."""
    app.add_typer(group, rich_help_panel="Server")


@group.command("create")
def create(
    scope: Annotated[
        list[str],
        typer.Option(help="What it allows: write (events only), read, act, rules or admin."),
    ],
    name: Annotated[str, typer.Option(help="Name, to know it by.")] = "",
    rate: Annotated[int, typer.Option(min=1, help="Requests it may send in a second.")] = 1000,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and show it, once. A key that may only write can stand in a web page."""
    from leadlight.cli.answer import answer
    from leadlight.cli.desk_database import open_desk_database, who
    from leadlight.results.text.access import render_key

    with open_desk_database(workspace) as folder:
        from leadlight.server.access.audit import write_line
        from leadlight.server.access.key_list import key_line, make_key

        by = who(folder)
        token, key = make_key(scope, name=name, by=by, rate=rate)
        write_line(by, "make a key", str(key))
        line = key_line(key, token)
    answer(line, render_key, as_json)


@group.command("list")
def list_(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """List the keys."""
    from leadlight.cli.answer import answer
    from leadlight.cli.desk_database import open_desk_database
    from leadlight.results.access import KeyLines
    from leadlight.results.text.access import render_keys

    with open_desk_database(workspace):
        from leadlight.server.access.key_list import key_line, list_keys

        found = KeyLines(tuple(map(key_line, list_keys())))
    answer(found, render_keys, as_json)


@group.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="Key, by its number, name or beginning.")],
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Revoke a key. Whoever holds it is refused from then on."""
    from leadlight.cli.answer import answer
    from leadlight.cli.desk_database import open_desk_database, who
    from leadlight.results.text.access import render_key

    with open_desk_database(workspace) as folder:
        from leadlight.server.access.audit import write_line
        from leadlight.server.access.key_list import key_line, revoke_key

        gone = revoke_key(key)
        write_line(who(folder), "revoke a key", str(gone))
        line = key_line(gone)
    answer(line, render_key, as_json)
