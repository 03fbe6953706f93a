"""Whose turn it was, and what came of it: a section of the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class PersonTurns:
    """The leads that a person has by their newest assignments: how many wait for an answer (`open`;
    `overdue` of them longer than was agreed), and how many were answered in time and late. `median`
    is the business time until half of the answers (None: there was none).

    Leads that are held are nobody's: `person` is empty, and `name` says of which department.
    """

    person: str
    name: str
    department: str
    open: int
    overdue: int
    in_time: int
    late: int
    median: timedelta | None


@dataclass(frozen=True)
class Breach:
    """A lead that nobody answered until `due_at`; `late_by` is business time."""

    lead_id: str
    name: str
    label: str | None
    due_at: datetime
    late_by: timedelta


@dataclass(frozen=True)
class WhoseTurn:
    """How fast people answer; `breaches` are the latest of the leads that still wait, of
    `overdue`.
    """

    people: tuple[PersonTurns, ...]
    breaches: tuple[Breach, ...]
    overdue: int
