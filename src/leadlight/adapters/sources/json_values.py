"""The values of a JSON document, one by one: an array, one object that wraps an array, or values
one after another.

The layout says nothing: an array on one line has the same values as one on many. What is held is
the value being read and the block of the file around it, never the whole document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import Enum
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple, TextIO

WRAPPINGS = (
    "data",
    "results",
    "leads",
    "contacts",
    "records",
    "items",
    "rows",
    "events",
    "activities",
)
TEXT_KEPT = 2000
_BLOCK = 1 << 20
_BETWEEN = re.compile(r"[\s,]*")
_NEXT = re.compile(r"(?:\}\s*,\s*|\n[ \t]*)(?=\{)")  # where the next object may begin
_NEAR = 16  # a value that ends this near to what has been read may go on in the next block
_DIGITS = 600  # Python refuses to make a number of thousands of digits; as text they are right


class Unreadable(Enum):
    """Why a value could not be read."""

    BROKEN = "broken"
    DEEP = "deep"


class JsonValue(NamedTuple):
    """A value of the document, the line it begins on, and its text as it stands (the beginning of
    it).
    """

    line: int
    value: Any
    text: str


def values(path: Path) -> Iterator[JsonValue]:
    """Each value that should be a row, in the order of the document; nothing is left out."""
    with path.open(encoding="utf-8-sig") as f:
        first = next((c for c in iter(lambda: f.read(1), "") if not c.isspace()), "")
        f.seek(0)
        if first == "[":
            yield from _arrays(_Window(f))
        elif first == "{" and not _a_line_each(f):
            yield from _objects(_Window(f))
        else:
            yield from _lines(f)


def _a_line_each(f: TextIO) -> bool:
    """Whether the first line is a value by itself and others follow it; the file is at its
    beginning again.
    """
    filled = (line for line in f if line.strip())
    first, more = next(filled, ""), next(filled, None) is not None
    f.seek(0)
    if not more:
        return False
    try:
        _DECODER.decode(first)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(f: TextIO) -> Iterator[JsonValue]:
    """The values of each line; most have one."""
    for number, line in enumerate(f, start=1):
        try:
            yield JsonValue(number, _DECODER.decode(line), line.rstrip("\n"))
        except (ValueError, RecursionError):
            window = _Window(StringIO(line), number)
            while window.peek():
                yield window.take()


def _arrays(window: _Window) -> Iterator[JsonValue]:
    """The elements of one array, or of several that stand one after another."""
    inside = False
    while sign := window.peek():
        if sign == "]" or (sign == "[" and not inside):
            inside = sign == "["
            window.at += 1
        else:
            yield window.take()


def _objects(window: _Window) -> Iterator[JsonValue]:
    """Objects one after another; one alone may wrap the list of rows that is meant."""
    window.peek()
    first = window.take()
    text = window.last_text()
    wrapped = None if window.peek() else _find_rows(first.value, text)
    if wrapped is not None:
        line = first.line + text.count("\n", 0, wrapped.start)
        rows = StringIO(text[wrapped.start : wrapped.stop])
        del first, text
        yield from _arrays(_Window(rows, line))
        return
    yield first
    while window.peek():
        yield window.take()


def _find_rows(value: Any, text: str) -> slice | None:
    """Where in the text of an object its list of rows stands."""
    if not isinstance(value, dict):
        return None
    for key in WRAPPINGS:
        inner = value.get(key)
        if isinstance(inner, list) and any(isinstance(v, dict) for v in inner):
            return _member(text, key)
    return None


def _member(text: str, wanted: str) -> slice | None:
    """Where in the text of an object the value of a key stands; of a repeated key the last one
    counts.
    """
    place, at = None, _after(text, text.index("{") + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        start = _after(text, text.index(":", at) + 1)
        _, at = _DECODER.raw_decode(text, start)
        place = slice(start, at) if key == wanted else place
        at = _after(text, at)
    return place


def _after(text: str, at: int) -> int:
    """The next place that is neither blank nor a comma."""
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


class _Window:
    """A document of which only the part around the value being read is held."""

    def __init__(self, source: TextIO, line: int = 1) -> None:
        self.at, self.line = 0, line
        self._source, self._text, self._begun = source, "", 0

    def peek(self) -> str:
        """The next character that is neither blank nor a comma, which is then at `at`; empty at the
        end.
        """
        while True:
            self._move(_after(self._text, self.at))
            if self.at < len(self._text):
                return self._text[self.at]
            if not self._more():
                return ""

    def take(self) -> JsonValue:
        """The value that begins at `at`; of one that cannot be read, all until the next object may
        begin.
        """
        line, self._begun = self.line, self.at
        try:
            value = self._decode()
        except RecursionError:
            value = Unreadable.DEEP
        except ValueError:
            value = Unreadable.BROKEN
        if isinstance(value, Unreadable):
            self._skip()
        return JsonValue(line, value, self.last_text()[:TEXT_KEPT])

    def last_text(self) -> str:
        """The text of the value taken last, as long as nothing was read after it."""
        return self._text[self._begun : self.at]

    def _decode(self) -> Any:
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self.at)
            except json.JSONDecodeError as fault:
                if not self._cut(fault) or not self._more():
                    raise
                continue
            if end < len(self._text) or not self._more():
                self._move(end)
                return value

    def _cut(self, fault: json.JSONDecodeError) -> bool:
        """Whether the value may be whole in the file, and only the block ends within it."""
        return fault.msg.startswith("Unterminated") or fault.pos >= len(self._text) - _NEAR

    def _skip(self) -> None:
        while True:
            found = _NEXT.search(self._text, self.at + 1)
            if found or not self._more():
                break
        self._move(found.end() if found else len(self._text))

    def _move(self, to: int) -> None:
        self.line += self._text.count("\n", self.at, to)
        self.at = to

    def _more(self) -> bool:
        """Reads on, at least as much as is held; what was taken before is let go."""
        block = self._source.read(max(_BLOCK, len(self._text) - self.at))
        if block:
            self._text = self._text[self.at :] + block
            self._begun = self.at = 0
        return bool(block)


def _number(digits: str) -> int | str:
    return int(digits) if len(digits) < _DIGITS else digits


_DECODER = json.JSONDecoder(parse_int=_number)
