"""What a search for duplicates came to, and the pairs that wait for a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from leadlight.dedupe.link import Link
from leadlight.facts.ledger import ImportReceipt
from leadlight.problems import Problem


@dataclass(frozen=True)
class DedupeResult:
    """What a search for duplicates came to.

    Of the `leads` compared, `made` pairs were linked now as one person and `waiting` new ones wait
    for a decision, `waiting_in_all` with the earlier ones. Since then `persons` people stand behind
    `merged` leads, and `companies` companies have several leads. `evidence` counts what spoke for
    the links made now. `receipt` is null where nothing was recorded.
    """

    leads: int
    made: int = 0
    waiting: int = 0
    waiting_in_all: int = 0
    persons: int = 0
    merged: int = 0
    companies: int = 0
    evidence: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    receipt: ImportReceipt | None = None


@dataclass(frozen=True)
class DuplicatePair:
    """Two leads of which somebody should say whether they are one, with what is known of both."""

    link: Link
    one: Mapping[str, str]
    other: Mapping[str, str]


@dataclass(frozen=True)
class PairList:
    """Pairs in a state (they wait for a decision, are linked, or were kept apart), the surest
    first.
    """

    pairs: tuple[DuplicatePair, ...]


@dataclass(frozen=True)
class MergeLine:
    """What is known of an attribute: of each lead (null: nothing), and of all as one person."""

    name: str
    values: tuple[str | None, ...]
    merged: str


@dataclass(frozen=True)
class MergePreview:
    """Leads as one person: the two that were named first, then those who are one person with them
    already; and what would be known of each attribute.
    """

    leads: tuple[str, ...]
    lines: tuple[MergeLine, ...]


@dataclass(frozen=True)
class DecideResult:
    """Decisions on pairs that were recorded; `problems` name earlier decisions that give way."""

    receipt: ImportReceipt
    problems: tuple[Problem, ...] = ()
