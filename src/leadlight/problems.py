"""Faults as values, and the short tree of exceptions.

A fault in a user's text (a file, a playbook, a mapping) is a `Problem`: a value that says what is
wrong, where, and what to do, so that all of them can be shown at once.  A request that cannot be
carried out raises `CannotDo`, whose text is the sentence the user reads; the command line turns it
into exit code 2.  Everything else is our own fault.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Place:
    """A position in a user's file: the file's name as the user typed it, and a line and column
    counted from 1.
    """

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n is not None)]
        return ":".join(parts)


@dataclass(frozen=True)
class Problem:
    """One fault: a `code` that is its anchor in the docs, a `message`, its `place`, and a `hint`
    that says what to do. `field` names the field of the request that would mend it.

    A `doubt` is something worth a look that does not stop the work; a `fault` does.
    """

    code: str
    message: str
    place: Place | None = None
    hint: str | None = None
    level: Literal["fault", "doubt"] = "fault"
    field: str | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{where}{self.message}{hint} [{self.code}]"


class LeadlightError(Exception):
    """Whatever leadlight raises on purpose."""


@dataclass(frozen=True)
class NextStep:
    """What to do about a refusal: a verb, with the fields of its request that matter. The terminal
    says it as a command, a page as a button.
    """

    verb: str
    fields: Mapping[str, object] = field(default_factory=dict)


class CannotDo(LeadlightError):  # noqa: N818 - the name is the sentence's beginning
    """A request that cannot be carried out; the text says what, where and what to do instead.

    `field` names the field of the request that is wrong, and `step` what to do next; each face
    (terminal, page, API) says them in its own words.
    """

    def __init__(
        self,
        message: str,
        problems: Sequence[Problem] = (),
        *,
        field: str | None = None,
        step: NextStep | None = None,
    ) -> None:
        super().__init__(message)
        self.problems = tuple(problems)
        self.field = field
        self.step = step


class CannotWrite(CannotDo):
    """The files of a request could not be written; `result` is what was found, and is not lost."""

    def __init__(self, fault: CannotDo, result: object) -> None:
        super().__init__(str(fault), fault.problems, field=fault.field, step=fault.step)
        self.result = result


@dataclass(frozen=True)
class Refusal:
    """Why a part of a request was not carried out while the rest was: what a `CannotDo` says, as a
    value of a result.
    """

    message: str
    problems: tuple[Problem, ...] = ()
    field: str | None = None
    step: NextStep | None = None

    @staticmethod
    def of(fault: CannotDo) -> Refusal:
        """What a refusal says."""
        return Refusal(str(fault), fault.problems, fault.field, fault.step)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like `word`, or None when nothing comes near."""
    by_lower = {k.lower(): k for k in known}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The hint for an unknown word: the nearest known one, when there is one."""
    near = nearest(word, known)
    return f"Did you mean {near!r}?" if near else None


def plural(number: int, one: str, many: str) -> str:
    """A number with its noun (and what agrees with it): `1 row was`, `2,000 rows were`."""
    return f"{number:,} {one if number == 1 else many}"
