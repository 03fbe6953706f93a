"""Which attributes of a workspace are filled in or changed once it is decided whether a lead
buys.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from leadlight.desk.wiring import training_sets
from leadlight.facts.relation import Relation
from leadlight.predict.columns import ChangeHistory

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base

LOST = ("lost", "deal_lost", "opportunity_lost")


def changes(
    everything: Base,
    as_of_pairs: Callable[[str], Relation | None],
    kinds: Sequence[str],
    attributes: Collection[str],
) -> dict[str, ChangeHistory]:
    """Of each attribute how often it changed after the first of these kinds of activity, or a loss.

    `as_of_pairs`: of a table of pairs (lead_id, as_of), the leads as they were known
    then; None where nobody knows, as with files, which tell only what is.
    """
    counts = training_sets.attribute_changes(everything)
    if not counts.make_pairs(tuple(dict.fromkeys((*kinds, *LOST)))):
        return {}
    then = as_of_pairs(counts.pairs)
    if then is None:
        return {}
    found = counts.count(then, sorted(attributes))
    return {
        name: ChangeHistory(c.changed, c.leads, c.others_changed, c.others)
        for name, c in found.items()
    }
