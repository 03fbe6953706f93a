"""Who buys, as segments a person can read; groups of leads that behave alike; leads like some."""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.predict.segments.segment import Cluster, PersonaSearch
from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class PersonaResult:
    """The segments that buy more, and less, often than others, found among the leads of `source`.

    `text` is a playbook of them, None when nothing was found; `file` where it was written.
    """

    search: PersonaSearch
    source: str
    outcome: str
    notes: tuple[str, ...]
    text: str | None
    file: WrittenFile | None = None


@dataclass(frozen=True)
class ClusterResult:
    """Groups of leads that behave alike; `file` says which lead is in which group."""

    clusters: tuple[Cluster, ...]
    notes: tuple[str, ...]
    file: WrittenFile | None = None


@dataclass(frozen=True)
class SimilarLead:
    """A lead that is like those of a set: how much (0 to 1), and what it shares with them."""

    lead_id: str
    likeness: float
    shares: tuple[str, ...]


@dataclass(frozen=True)
class LookalikeResult:
    """The leads most like those of a set, the nearest first; `file` has them all."""

    leads: tuple[SimilarLead, ...]
    notes: tuple[str, ...]
    file: WrittenFile | None = None
