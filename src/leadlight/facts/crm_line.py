"""What a CRM can be asked, whoever asks it: the port between a desk and a line to a CRM."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from leadlight.problems import CannotDo


class CrmFault(CannotDo):
    """Why a CRM cannot be read or written: its text is for whoever asked, `code` the sort of fault
    and `word` the CRM's own for it, which are kept.
    """

    def __init__(self, message: str, code: str, word: str = "", *, field: str | None = None):
        super().__init__(message, field=field)
        self.code, self.word = code, word


@dataclass(frozen=True)
class Window:
    """Records that were read, and how far the reading is with them; `is_last`: all were read."""

    records: Sequence[object]
    position: Mapping[str, object]
    is_last: bool


@dataclass(frozen=True)
class WriteAnswer:
    """What a CRM says of one record: it took it, or why not, as its own code. `is_gone`: it has no
    such record.
    """

    external_id: str
    is_done: bool
    code: str = ""
    is_gone: bool = False


@dataclass(frozen=True)
class OwnProperties:
    """Our properties in a CRM: how it calls each, by our names; and which of them were not there
    before, as far as it says.
    """

    keys: Mapping[str, str]
    made: frozenset[str]


@dataclass
class LineCounts:
    """What became of requests to a CRM: how many there were, how many it was too busy for, and how
    many failed on the way and were tried again; how often a token was replaced.
    """

    requests: int = 0
    throttled: int = 0
    retried: int = 0
    refreshed: int = 0


class CrmLine(Protocol):
    """An open line to a CRM."""

    counts: LineCounts

    def names(self, reading: str) -> Mapping[str, str]:
        """Every name of a reading by its id."""
        ...

    def windows(
        self, reading: str, position: Mapping[str, object], keys: Mapping[str, str], size: int
    ) -> Generator[Window, None, None]:
        """The records of a reading that changed since a position, about `size` at a time."""
        ...

    def removals(self, place: int, since: str | None) -> Iterator[object]:
        """The records that are no more, by one of the people's `deleted`."""
        ...

    def make_properties(self, labels: Mapping[str, str]) -> OwnProperties:
        """Our properties are there; those that are not are made."""
        ...

    def look(self, ids: Sequence[str], keys: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
        """What stands in our properties, by record; records that are no more are left out. Where
        the line made all of them a moment ago it does not ask: they are empty.
        """
        ...

    def write(
        self, values: Mapping[str, Mapping[str, str]], keys: Mapping[str, str]
    ) -> Sequence[WriteAnswer]:
        """Write our properties of records: by id, name -> value. Every record has an answer."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...
