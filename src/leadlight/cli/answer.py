"""What a verb answers: its result as lines for a person, or as JSON for a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import TypeVar

import typer

from leadlight.cli.screen import console, say_json
from leadlight.desk.session import Session
from leadlight.results.data import to_data
from leadlight.results.text.lines import Line

Result = TypeVar("Result")


#: The workspace named before the verb: `leadlight -w ws qualify`.
named_before: ContextVar[str | None] = ContextVar("named_before", default=None)


def open_session(workspace: str | None = None) -> Session:
    """The session of one command, on the workspace named with the verb or before it."""
    return Session(
        workspace if workspace is not None else named_before.get(),
        notify=lambda sentence: typer.echo(sentence, err=True),
    )


def answer(result: Result, render_text: Callable[[Result], Iterable[str]], as_json: bool) -> None:
    """Print a result."""
    if as_json:
        say_json(to_data(result))
        return
    screen = console()
    for line in render_text(result):
        if isinstance(line, Line) and line.style != "plain":
            screen.print(line, style=line.style)
        else:
            typer.echo(line)
