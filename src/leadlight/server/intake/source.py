"""A source: one form in which senders tell what happened.

A request is checked twice. At once, before it is answered: whether it is of the form at all, which
must be cheap, for a body may hold hundreds of events. Later, when it is taken: each of its events
becomes an `Event`, or is put in quarantine with a reason; a hostile one never stops the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from leadlight.facts.intake import Event
from leadlight.facts.intake import QuarantineRow as QuarantineRow


@dataclass(frozen=True)
class IntakeRequest:
    """What a sender sent: the `call` it made (`track`, `google`), the body, the headers that are
    looked at (in lower case), and what stood in the query.
    """

    call: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class IntakeRefusal:
    """A request that is not taken: the HTTP status, and why in a sentence."""

    status: int
    why: str


@dataclass(frozen=True)
class IntakeRecord:
    """A request that was kept: when it arrived, by which key, and its source with the call."""

    received_at: datetime
    key: str
    source: str
    request: IntakeRequest


#: What an arrived request holds.
Parsed: TypeAlias = Iterator[Event | QuarantineRow]


@dataclass(frozen=True)
class Source:
    """One form. `check` looks at a request before it is answered: None when it is of the form.
    `key_of` finds the key where a sender puts it in the body. `parse` is called when it is taken.
    `answer` is what a GET is answered by which a vendor asks whether it speaks with the right one;
    None where it is not answered.
    """

    name: str
    check: Callable[[IntakeRequest], IntakeRefusal | None]
    parse: Callable[[IntakeRecord], Parsed]
    key_of: Callable[[IntakeRequest], str | None] = lambda request: None
    answer: Callable[[IntakeRequest], str | None] = lambda request: None


def key_in_query(request: IntakeRequest) -> str | None:
    """The write key as it stands in the address that a vendor was given: `?key=`."""
    return request.query.get("key")
