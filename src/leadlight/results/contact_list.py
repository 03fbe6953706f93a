"""A list of leads for a channel: who is on it, and why others are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class Exclusion:
    """So many leads are not on a list, and why: a code, and a sentence."""

    code: str
    because: str
    leads: int


@dataclass(frozen=True)
class ContactListResult:
    """A list for a channel (`about` says what that is): of the `leads` wanted, `listed` may be
    reached for the purpose, and who is `left_out` is counted by reason, the most frequent first.
    `file` is null where only the numbers were wanted.
    """

    channel: str
    about: str
    purpose: str
    as_of: datetime
    leads: int
    listed: int
    left_out: tuple[Exclusion, ...]
    file: WrittenFile | None = None
