"""Playbooks and qualifications side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.base.base import Base
    from leadlight.adapters.compare.few_leads import FewLeads
    from leadlight.adapters.compare.rehearsal import Rehearsals as Rehearsals
    from leadlight.desk.wiring.db import Connection
    from leadlight.results.audit import AuditDifference


def compare_labels(
    con: Connection, scales: Sequence[str], most: int
) -> tuple[int, tuple[AuditDifference, ...]]:
    """The labels that stand beside those of the qualification in the connection."""
    from leadlight.adapters.compare.audit import compare_labels

    return compare_labels(con, scales, most)


def rehearsals(con: Connection) -> Rehearsals:
    """Two versions of the rules side by side, in a connection."""
    from leadlight.adapters.compare.rehearsal import Rehearsals

    return Rehearsals(con)


def few_leads(base: Base, ids: Sequence[str]) -> FewLeads:
    """A few leads of a base, to be qualified by several playbooks."""
    from leadlight.adapters.compare.few_leads import FewLeads

    return FewLeads(base, ids)


def first_ids(base: Base, most: int) -> list[str]:
    """Some ids of a base, in their order."""
    from leadlight.adapters.compare.few_leads import first_ids

    return first_ids(base, most)
