"""HubSpot's conditions on what a lead is: composites of operations, and the filter branches of its
lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadlight.playbook.translation.comparisons import Names
from leadlight.playbook.translation.document import Item
from leadlight.playbook.translation.hubspot_operations import comparison
from leadlight.playbook.translation.quotes import one_line
from leadlight.playbook.translation.remarks import Untranslatable

#: Branches and composites in each other, at most: a condition has no more brackets.
DEEPEST = 12
_ASK_LIST = (
    "Save that list as JSON (GET /crm/v3/lists/{id}?includeFilters=true) and name the file too"
)


@dataclass(frozen=True)
class ConditionText:
    """A condition, and how a reason says it."""

    condition: str
    words: str


def composite(condition: Item, names: Names, depth: int = 0) -> ConditionText:
    """`whereCondition`: single comparisons, all of which must hold."""
    if depth > DEEPEST:
        raise Untranslatable("its conditions are nested too deeply", "Split the rule in HubSpot")
    if condition.get("type").text("SINGLE") == "SINGLE" and condition.has("property"):
        found = comparison(condition.get("property").text(), condition.get("operation"))
        return ConditionText(names.condition(found), found.words())
    operator = condition.get("operator").text("AND")
    if operator not in ("AND", "OR"):
        raise Untranslatable(f"it joins conditions by {one_line(operator, 20)}", "Write it by hand")
    parts = [composite(part, names, depth + 1) for part in condition.get("conditions").items()]
    return join(parts, operator.lower())


def join(parts: Sequence[ConditionText], by: str) -> ConditionText:
    """Conditions of which all hold (`and`), or one (`or`)."""
    if not parts:
        raise Untranslatable("it has no condition", "Say in HubSpot for whom it holds")
    if len(parts) == 1:
        return parts[0]
    return ConditionText(
        f"({f' {by} '.join(p.condition for p in parts)})", f" {by} ".join(p.words for p in parts)
    )


def branch(item: Item, names: Names, lists: Mapping[str, str], depth: int = 0) -> ConditionText:
    """A filter branch of a list: filters and branches, joined as its type says. `lists` has the
    segment of each list that is in the playbook already, by its id.
    """
    if depth > DEEPEST:
        raise Untranslatable("its branches are nested too deeply", "Split the list in HubSpot")
    kind = item.get("filterBranchType").text()
    if kind not in ("AND", "OR", "NOT_ALL", "NOT_ANY"):
        raise Untranslatable(
            f"a branch of the type {one_line(kind, 40)} looks at other objects or events",
            "Write a signal for what it counts, and the segment by hand",
        )
    parts = [_filter(f, names, lists) for f in item.get("filters").items()]
    parts += [branch(b, names, lists, depth + 1) for b in item.get("filterBranches").items()]
    found = join(parts, "and" if kind in ("AND", "NOT_ALL") else "or")
    if kind in ("AND", "OR"):
        return found
    return ConditionText(f"not coalesce({found.condition}, false)", f"not: {found.words}")


def _filter(item: Item, names: Names, lists: Mapping[str, str]) -> ConditionText:
    kind = item.get("filterType").text("PROPERTY")
    if kind == "PROPERTY":
        found = comparison(item.get("property").text(), item.get("operation"))
        return ConditionText(names.condition(found), found.words())
    if kind == "IN_LIST":
        segment = segment_of(item.get("listId").text(), lists)
        inside = item.get("operator").text("IN_LIST") == "IN_LIST"
        return ConditionText(
            segment if inside else f"not {segment}", f"{'' if inside else 'not '}in {segment}"
        )
    raise Untranslatable(
        f"a filter of the type {one_line(kind, 40)} has no counterpart", "Write the segment by hand"
    )


def segment_of(list_id: str, lists: Mapping[str, str]) -> str:
    """The segment that a list became."""
    if list_id not in lists:
        raise Untranslatable(
            f"it asks for the list {one_line(list_id, 20)}, which is not among the files"
            " or could not be carried over",
            _ASK_LIST.format(id=one_line(list_id, 20)),
        )
    return lists[list_id]
