"""What a plan reads of each relation, so that nobody fetches more than that."""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.facts.catalog import Catalog
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.plan.steps.atoms import atoms_of
from leadlight.plan.steps.lead import WHY_EMPTY, names_of_leads, verifies
from leadlight.playbook.own_names import catalog_for
from leadlight.playbook.spec import Measure, Playbook


@dataclass(frozen=True)
class ColumnUse:
    """The names that a playbook's plan reads: of leads, and of activities (beside lead, moment and
    kind).
    """

    attributes: tuple[str, ...]
    activity_columns: tuple[str, ...]


def column_use(book: Playbook, catalog: Catalog) -> ColumnUse:
    """The attributes and activity columns, in the order of the catalog; those that the base lacks
    among them.

    They are called as the facts call them.
    """
    catalog = catalog_for(book, catalog)
    attributes = names_of_leads(book) | ({WHY_EMPTY} if verifies(book) else set())
    if OBJECTED in catalog.present:  # who objected to profiling is in no qualification
        attributes.add(OBJECTED)
    columns = _activity_columns(book)
    return ColumnUse(
        tuple(a.column or n for n, a in catalog.lead.items() if n in attributes - {"lead_id"}),
        tuple(c for c in catalog.activity if c in columns - _ALWAYS_READ),
    )


_ALWAYS_READ = frozenset({"lead_id", "occurred_at", "kind"})


def _activity_columns(book: Playbook) -> set[str]:
    """What rules and measures ask of an activity."""
    columns = {s.column for s in book.signals if isinstance(s, Measure)}
    for atom in atoms_of(book).all:
        if atom.match.when:
            columns |= atom.match.when.names
        if atom.match.once_per:
            columns.add(atom.match.once_per)
    return columns
