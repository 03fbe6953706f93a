"""A base after qualification, as its summary reads it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import duckdb

from leadlight.facts.relation import Relation
from leadlight.playbook.spec import Playbook

Leads = Callable[[Collection[str], str | None], Relation]


@dataclass(frozen=True)
class QualifiedBase:
    """A base after qualification: its relations, their columns, and by which playbook."""

    con: duckdb.DuckDBPyConnection
    qualifications: Relation
    leads: Leads
    playbook: Playbook
    has: Sequence[str]
    known: Sequence[str]
