"""`leadlight user ...`: the people who may log in."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace

group = typer.Typer(
    name="user",
    help="Let people log in to the server, and shut them out.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(help="Name by which the person logs in.")]
Role = Annotated[str, typer.Option(help="What the person may do: viewer, rep, manager or admin.")]


def register(app: typer.Typer) -> None:
    """Add the verbs to the app."""
    app.add_typer(group, rich_help_panel="Server")


@group.command("add")
def add(
    name: Name, role: Role = "viewer", workspace: Workspace = None, as_json: AsJson = False
) -> None:
    """Let somebody log in. The password is asked for, or read from the input."""
    from leadlight.cli.answer import answer
    from leadlight.cli.desk_database import open_desk_database, who
    from leadlight.results.text.access import render_person

    with open_desk_database(workspace) as folder:
        from leadlight.server.access.audit import write_line
        from leadlight.server.access.people import add_person, person_line

        person = add_person(name, _password(), role)
        write_line(who(folder), "add a user", name)
        line = person_line(person)
    answer(line, render_person, as_json)


@group.command("list")
def list_(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """List who may log in."""
    from leadlight.cli.answer import answer
    from leadlight.cli.desk_database import open_desk_database
    from leadlight.results.access import PersonLines
    from leadlight.results.text.access import render_people

    with open_desk_database(workspace):
        from leadlight.server.access.people import list_people, person_line

        found = PersonLines(tuple(map(person_line, list_people())))
    answer(found, render_people, as_json)


@group.command("role")
def role(
    name: Name,
    role: Annotated[str, typer.Argument(help="viewer, rep, manager or admin.")],
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Give somebody another role."""
    from leadlight.cli.answer import answer
    from leadlight.cli.desk_database import open_desk_database, who
    from leadlight.results.text.access import render_person

    with open_desk_database(workspace) as folder:
        from leadlight.server.access.audit import write_line
        from leadlight.server.access.people import find_person, give_role, person_line

        person = find_person(name)
        give_role(person, role)
        write_line(who(folder), f"give the role {role}", name)
        line = person_line(person)
    answer(line, render_person, as_json)


@group.command("remove")
def remove(name: Name, workspace: Workspace = None, as_json: AsJson = False) -> None:
    """Shut somebody out. What they did stays in the audit log."""
    from leadlight.cli.answer import answer
    from leadlight.cli.desk_database import open_desk_database, who
    from leadlight.results.text.access import render_person

    with open_desk_database(workspace) as folder:
        from leadlight.server.access.audit import write_line
        from leadlight.server.access.people import find_person, person_line, shut_out

        person = find_person(name)
        shut_out(person)
        write_line(who(folder), "shut a user out", name)
        line = person_line(person)
    answer(line, render_person, as_json)


def _password() -> str:
    """The password: typed twice by a person, a line of the input from a program."""
    if sys.stdin.isatty():
        typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")
