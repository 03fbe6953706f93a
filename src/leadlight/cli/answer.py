"""What a verb answers: its result as lines for a person, or as JSON for a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

import typer

from leadlight.cli.console import command_of
from leadlight.cli.screen import console, say_json
from leadlight.desk.session import Session
from leadlight.results.data import to_data
from leadlight.results.text.lines import Hint, Line, Part

if TYPE_CHECKING:
    from rich.console import Console

Result = TypeVar("Result")

_STYLES = {"dim": "dim", "bold": "bold", "doubt": "yellow", "fault": "bold red"}

#: The workspace named before the verb: `leadlight -w ws qualify`.
named_before: ContextVar[str | None] = ContextVar("named_before", default=None)


def open_session(workspace: str | None = None) -> Session:
    """The session of one command, on the workspace named with the verb or before it."""
    return Session(
        workspace if workspace is not None else named_before.get(),
        notify=lambda sentence: typer.echo(sentence, err=True),
    )


def answer(
    result: Result, render_text: Callable[[Result], Iterable[Part]], as_json: bool = False
) -> None:
    """Print a result."""
    if as_json:
        say_json(to_data(result))
        return
    screen = console()
    for part in render_text(result):
        _print(part, screen)


def _print(part: Part, screen: Console) -> None:
    if isinstance(part, Hint):
        typer.echo(f"{part.text} {command_of(part.step)}")
    elif isinstance(part, Line) and part.style != "plain":
        screen.print(part, style=_STYLES[part.style])
    elif isinstance(part, str):
        typer.echo(part)
    else:
        screen.print(part, soft_wrap=False)
