"""The program with the one verb that a line names: to make the options of all verbs takes longer
than most of what is done with them.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import typer
from typer.models import CommandInfo, TyperInfo

_WITH_VALUE = ("-w", "--workspace")


def app_of_line(app: typer.Typer, words: Sequence[str]) -> typer.Typer:
    """The app with only the verb that the words begin with; all of it where they name none that
    there is, or ask for help on all.
    """
    verb = _verb(words)
    commands = [c for c in app.registered_commands if _command_name(c) == verb]
    groups = [g for g in app.registered_groups if _group_name(g) == verb]
    if verb is None or len(commands) + len(groups) != 1:
        return app
    narrow = copy.copy(app)
    narrow.registered_commands, narrow.registered_groups = commands, groups
    return narrow


def _verb(words: Sequence[str]) -> str | None:
    """The first word that is no option of the program, nor the value of one."""
    rest = iter(words)
    for word in rest:
        if word in _WITH_VALUE:
            next(rest, None)
        elif not word.startswith("-"):
            return word
        elif not word.startswith("--workspace="):
            return None
    return None


def _command_name(command: CommandInfo) -> str | None:
    if command.name or command.callback is None:
        return command.name
    return command.callback.__name__.lower().replace("_", "-")


def _group_name(group: TyperInfo) -> str | None:
    """The name that it was given where it was added, or its own."""
    for name in (group.name, group.typer_instance.info.name if group.typer_instance else None):
        if isinstance(name, str):
            return name
    return None
