"""What a plug-in is that adds facts: it reads some attributes of leads and says others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

#: What an attribute can hold, in the words of a playbook: `text`, `whole`, `number`, `yes_no`,
#: `moment`.
Value: TypeAlias = str | int | float | bool | datetime
Row: TypeAlias = Mapping[str, object]


class Finding(NamedTuple):
    """One thing that a plug-in found out: the value of an attribute, what it rests on in a few
    words (`title: head of`, `register of Berlin`), how sure that is from 0 to 1, and of which day.
    """

    attribute: str
    value: Value
    source: str = ""
    confidence: float | None = None
    of: date | None = None


@runtime_checkable
class Enricher(Protocol):
    """A plug-in: an object under the entry point group `leadlight.enrichers`.

    Plain class attributes will do for `name`, `about`, `reads` and `adds`. It is given each
    distinct combination of the attributes that it `reads` once, and nothing else of a lead: a
    plug-in that reads `job_title` never sees an address.
    """

    @property
    def name(self) -> str:
        """What it is called: small letters, digits and `-`."""
        ...

    @property
    def about(self) -> str:
        """What it does, in a sentence."""
        ...

    @property
    def reads(self) -> Sequence[str]:
        """The attributes that it wants to see. A row has at least one of them."""
        ...

    @property
    def adds(self) -> Mapping[str, str]:
        """The attributes that it may say -> the type of each: `text`, `whole`, `number`, `yes_no`
        or `moment`.
        """
        ...

    def enrich(self, rows: Sequence[Row]) -> Sequence[Sequence[Finding]]:
        """What is found of each row, in their order; nothing of a row is an empty list."""
        ...
