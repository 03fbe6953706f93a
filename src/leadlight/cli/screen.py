r"""The one edge where text leaves for a terminal.

A name, an id or a file's name can hold sequences that command a terminal: they retitle it, colour
it, hide or turn words. Whatever is written to standard output and standard error passes here, so a
verb cannot forget it: such a character is shown as `\x1b`, and a password in an address as `***`.
Colours and moving bars come from `console` alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO, cast

from leadlight.cli.characters import UNSAFE, is_safe, visible
from leadlight.cli.secrets import redact

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


class Plain:
    """A text stream that commands no terminal. Its bytes are out of reach, so that nobody writes
    past it by accident.
    """

    def __init__(self, stream: TextIO, *, messages: bool = False) -> None:
        self.beneath = stream
        self._messages = messages

    def write(self, text: str) -> int:
        self.beneath.write(visible(redact(text, everywhere=self._messages)))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self.beneath, name)


def install() -> None:
    """Let everything that this process prints pass here."""
    sys.stdout, sys.stderr = _plain(sys.stdout), _plain(sys.stderr, messages=True)


def _plain(stream: TextIO, *, messages: bool = False) -> TextIO:
    if stream is None or isinstance(stream, Plain):  # a process may have no output at all
        return stream
    if stream.errors == "strict" and hasattr(stream, "reconfigure"):
        # A name that this terminal cannot write is no reason to stop.
        stream.reconfigure(errors="replace")
    return cast(TextIO, Plain(stream, messages=messages))


def beneath(stream: TextIO) -> TextIO:
    """The stream itself, for what was made safe already."""
    return stream.beneath if isinstance(stream, Plain) else stream


def console(*, err: bool = False, soft_wrap: bool = True) -> Console:
    """A console that prints texts as they are. It alone colours and moves the cursor, and a text
    cannot.
    """
    from leadlight.cli.styles import SafeConsole

    stream = beneath(sys.stderr if err else sys.stdout)
    return SafeConsole(file=stream, highlight=False, markup=False, soft_wrap=soft_wrap)


@contextmanager
def live(progress: Progress) -> Iterator[Progress]:
    """A moving bar; what is printed while it moves passes here too."""
    with progress:
        # The bar takes the streams to itself and reads colours out of what is written to them.
        sys.stdout, sys.stderr = _plain(sys.stdout), _plain(sys.stderr, messages=True)
        yield progress


def say_json(data: object, default: Callable[[Any], Any] | None = None) -> None:
    """Print data as JSON, without loss: what a terminal would obey is escaped as JSON does it."""
    out = beneath(sys.stdout)
    out.write(json_text(data, default) + "\n")
    out.flush()


def json_text(data: object, default: Callable[[Any], Any] | None = None) -> str:
    """Data as JSON in the letters of its language, without a character that a terminal would
    obey.
    """
    text = json.dumps(data, default=default, ensure_ascii=False, indent=2)
    return UNSAFE.sub(lambda m: _in_json(m[0]), text)


def _in_json(character: str) -> str:
    number = ord(character)
    return json.dumps(character)[1:-1] if number > 0xFFFF else f"\\u{number:04x}"


def say_exactly(text: str) -> None:
    """Print a text that a program reads: to a file or a pipe letter by letter, to a terminal like
    any other.
    """
    out = beneath(sys.stdout)
    if out.isatty():
        sys.stdout.write(text)
        return
    out.flush()
    out.buffer.write(text.encode("utf-8", "surrogateescape"))
    out.buffer.flush()


def shell_quote(text: str) -> str:
    r"""A word that can be pasted into a shell; where it holds what is not shown, as `$'a\x1b'`,
    which bash and zsh read.
    """
    import shlex

    if text.isprintable() or (is_safe(text) and not set(text) & {"\n", "\t"}):
        return shlex.quote(text)
    plain = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    return f"$'{UNSAFE.sub(lambda m: _in_shell(m[0]), plain)}'"


def _in_shell(character: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", "surrogateescape"))
