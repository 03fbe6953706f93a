"""A specialist list: the best buildings for one trade, why, whom to ask, and how many are right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.predict.places.list_length import Expectation
from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class ListEntry:
    """A building of the list: its place in it, who is there, and why it stands here.

    `chance` is the probability that it is right, where anybody can say so; `looked_at` what
    somebody who looked at it said. A phone number or an address that may not be used is left out,
    and `refuses` says so.
    """

    place: int
    lead_id: str
    building: str
    score: float
    reasons: str
    chance: float | None = None
    looked_at: bool | None = None
    who: str = ""
    trade: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    refuses: str = ""
    licence: str = ""
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True)
class SpecialistList:
    """The best of `buildings` by `score` of the playbook `playbook`, as of a moment.

    `expected` is how many of the list are right, with its interval; None where nobody can say.
    `basis` is what that number rests on, in sentences. `labels` counts buildings that somebody
    looked at, `named` those of the list by the `cut` (a probability) that was set by them.
    `reachable` of the list have a phone number, an e-mail address or a website. `sources` names the
    pictures, maps and purposes behind it.
    """

    title: str
    playbook: str
    score: str
    as_of: datetime
    buildings: int
    entries: tuple[ListEntry, ...]
    expected: Expectation | None
    basis: tuple[str, ...]
    labels: int = 0
    cut: float | None = None
    named: int = 0
    reachable: int = 0
    sources: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    files: tuple[WrittenFile, ...] = ()
