"""What a verb answers: its result as lines for a person, or as JSON for a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from leadlight.cli.console import command_of, with_option
from leadlight.cli.screen import console, say_json
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import find
from leadlight.results.data import to_data
from leadlight.results.text.lines import Hint, Line, Part

if TYPE_CHECKING:
    from rich.console import Console

Result = TypeVar("Result")

_STYLES = {"dim": "dim", "bold": "bold", "doubt": "yellow", "fault": "bold red"}

#: The workspace named before the verb: `leadlight -w ws qualify`.
named_before: ContextVar[str | None] = ContextVar("named_before", default=None)


def open_session(workspace: str | None = None, around: Path | None = None) -> Session:
    """The session of one command, on the workspace named with the verb or before it; else on the
    one that the file `around` lies in.
    """
    named = workspace if workspace is not None else named_before.get()
    return Session(
        named if named is not None else workspace_around(around),
        notify=lambda sentence: typer.echo(sentence, err=True),
    )


def workspace_around(file: Path | None) -> Path | None:
    """The workspace that a file lies in."""
    return find(file.absolute().parent) if file is not None else None


def answer(
    result: Result,
    render_text: Callable[[Result], Iterable[Part]],
    as_json: bool = False,
    *,
    err: bool = False,
) -> None:
    """Print a result; with `err` its lines are complaints, on standard error."""
    if as_json:
        say_json(to_data(result))
        return
    screen = console(err=err)
    for part in render_text(result):
        _print(part, screen, err=err)


def _print(part: Part, screen: Console, *, err: bool) -> None:
    if isinstance(part, Hint):
        typer.echo(f"{part.text} {command_of(part.step)}", err=err)
    elif isinstance(part, Line):
        text = with_option(part, part.field)
        if part.style == "plain":
            typer.echo(text, err=err)
        else:
            screen.print(text, style=_STYLES[part.style])
    elif isinstance(part, str):
        typer.echo(part, err=err)
    else:
        screen.print(part, soft_wrap=False)
