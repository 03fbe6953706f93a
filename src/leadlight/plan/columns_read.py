"""What a plan reads of each relation, so that nobody fetches more than that."""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.facts.catalog import Catalog
from leadlight.plan.steps.atoms import atoms_of
from leadlight.plan.steps.lead import WHY_EMPTY, attributes_used, verifies
from leadlight.playbook.shadows import apart
from leadlight.playbook.spec import Measure, Playbook


@dataclass(frozen=True)
class Used:
    """The names that a playbook's plan reads: of leads, and of activities (beside lead, moment and
    kind).
    """

    attributes: tuple[str, ...]
    activity_columns: tuple[str, ...]


def used(book: Playbook, catalog: Catalog) -> Used:
    """The attributes and activity columns, in the order of the catalog; those that the base lacks
    among them.

    They are called as the facts call them.
    """
    catalog = apart(book, catalog)
    attributes = attributes_used(book) | ({WHY_EMPTY} if verifies(book) else set())
    columns: set[str] = set()
    for atom in atoms_of(book).all:
        columns |= atom.match.when.names if atom.match.when else set()
        columns |= {atom.match.once_per} if atom.match.once_per else set()
    columns |= {s.column for s in book.signals if isinstance(s, Measure)}
    return Used(
        tuple(a.column or n for n, a in catalog.lead.items() if n in attributes and n != "lead_id"),
        tuple(
            c
            for c in catalog.activity
            if c in columns and c not in ("lead_id", "occurred_at", "kind")
        ),
    )
