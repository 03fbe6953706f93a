"""Which leads are the same person or company."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.links.duplicates import Duplicates as Duplicates
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.ledger import Ledger
    from leadlight.facts.relation import Relation


def duplicates(con: Connection, facts: Ledger) -> Duplicates:
    """The duplicates of a ledger: known links, and a search for more."""
    from leadlight.adapters.links.duplicates import Duplicates

    return Duplicates(con, facts)


def group_of(con: Connection, members: Relation, lead: str) -> tuple[str, ...]:
    """The leads that belong together with one, itself among them; none where it stands alone."""
    from leadlight.adapters.links.current_links import group_of

    return group_of(con, members, lead)


def group_names(con: Connection, members: Relation) -> dict[str, str]:
    """Lead -> the lead after which its group is called."""
    from leadlight.adapters.links.current_links import group_names

    return group_names(con, members)
