"""Whom a contact changes."""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.predict.uplift_result import UpliftResult
from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class ContactEffect:
    """What an experiment says of a contact: the estimates (`uplift`), the leads in the order of its
    scores (`ids`: their own id, else the number of their row), and both groups in words.

    `file` has the leads, those changed most first.
    """

    uplift: UpliftResult
    ids: tuple[str | int | None, ...]
    outcome: str
    contacted: str
    control: str
    notes: tuple[str, ...] = ()
    file: WrittenFile | None = None
