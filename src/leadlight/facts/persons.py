"""A person's rights: to object to profiling, to be forgotten, and to have what is known of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

#: How the fingerprint of an import begins that states an objection of a person, or its withdrawal.
#: Those of files are hexadecimal numbers.
OBJECTION = "objection"

_ADDRESS = re.compile(r"[^;,\s]+@[^;,\s]+")


def addresses_in(*texts: str | None) -> frozenset[str]:
    """The e-mail addresses that stand in values of a lead, as they are compared: in small letters.

    A value may hold several, apart by semicolons.
    """
    return frozenset(
        found.strip("<>\"'").lower() for text in texts if text for found in _ADDRESS.findall(text)
    )


def hash_of(salt: str, what: str, value: str) -> str:
    """By what a value is known again that nobody keeps: `what` is lead or address."""
    return hashlib.sha256(f"{salt}{what}:{value}".encode(errors="replace")).hexdigest()


@dataclass(frozen=True)
class Erasure:
    """That the person who is these leads is forgotten: by whom, and why."""

    leads: tuple[str, ...]
    by: str
    why: str


@dataclass(frozen=True)
class ErasureReceipt:
    """What went with a person: how many rows of each table, and of how many rejected rows the text.

    `values` are all that the person can be recognised by: addresses, numbers and ids, for whoever
    looks for them in files. `shared` are the addresses that other leads have too. `is_overwritten`:
    the place in the ledger's file where it stood was written over (None: it lies on a server).
    """

    rows: Mapping[str, int]
    rejects: int
    values: frozenset[str]
    shared: frozenset[str]
    recorded_at: datetime
    is_overwritten: bool | None = None
