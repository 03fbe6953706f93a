"""Exports of another system as a playbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from leadlight.facts.catalog import Catalog
from leadlight.playbook.translation.comparisons import Names
from leadlight.playbook.translation.document import Item, read_document
from leadlight.playbook.translation.draft import Draft
from leadlight.playbook.translation.hubspot import (
    NOTES as HUBSPOT_NOTES,
)
from leadlight.playbook.translation.hubspot import (
    documents_of,
    is_list,
    is_score,
    translate_hubspot,
)
from leadlight.playbook.translation.mautic import (
    NOTES as MAUTIC_NOTES,
)
from leadlight.playbook.translation.mautic import (
    merge,
    parts_of,
    translate_mautic,
)
from leadlight.playbook.translation.quotes import one_line
from leadlight.playbook.translation.remarks import RulesOfAnother, Untranslatable
from leadlight.problems import CannotDo, plural

#: What a condition says itself, which no name of a playbook may be.
_WORDS = frozenset({"and", "or", "not", "is", "in", "between", "like", "ilike", "null", "true"}) | {
    *("false", "case", "when", "then", "else", "end", "otherwise", "any", "all", "day"),
    *("select", "from", "where"),
}
_TAKES = (
    "It takes the JSON of HubSpot's lead scores (GET /marketing/lead-scoring/VERSION/scores/ID) and"
    " lists (GET /crm/v3/lists/ID?includeFilters=true), and of Mautic's point actions, point"
    " triggers, stages and segments (GET /api/points, /api/points/triggers, /api/stages,"
    " /api/segments)."
)


def translate(
    texts: Sequence[tuple[str, str]], catalog: Catalog, country: Callable[[str], str]
) -> RulesOfAnother:
    """The playbook that files (name, text) of one system say. `catalog` has the names of the base,
    `country` gives the code of a country's name. Raises `CannotDo` for what is no export, or where
    no rule can be carried over.
    """
    items = [(file, read_document(text, file)) for file, text in texts]
    names = Names(catalog, country)
    taken = {n.lower() for n in (*catalog.lead, *catalog.activity)} | _WORDS
    try:
        found = _of_hubspot(items, names, taken) or _of_mautic(items, names, taken)
    except Untranslatable as fault:
        raise CannotDo(
            f"This is no export of scoring rules: {fault.why}. {fault.instead}."
        ) from None
    if found is None:
        raise CannotDo(f"{_no_rules(items)} {_TAKES}")
    draft, name, notes = found
    if not draft.carried:
        reasons = "; ".join(f"{r.rule}: {r.why}" for r in draft.left[:5])
        raise CannotDo(
            f"None of {plural(len(draft.left), 'rule', 'rules')} can be carried over. {reasons}."
        )
    return RulesOfAnother(
        draft.source, name, draft.text(name, notes), tuple(draft.carried), tuple(draft.left)
    )


Found = tuple[Draft, str, tuple[str, ...]]


def _of_hubspot(items: Sequence[tuple[str, Item]], names: Names, taken: set[str]) -> Found | None:
    documents = [d for _, item in items for d in documents_of(item)]
    chosen = [d for d in documents if is_score(d) or is_list(d)]
    scores = [d for d in chosen if is_score(d)]
    if not chosen or (not scores and not any(d.has("filterBranch") for d in chosen)):
        return None
    draft = Draft("HubSpot", taken)
    translate_hubspot(chosen, names, draft)
    called = [one_line(s.get("name").text("score"), 60) for s in scores] or ["lists"]
    return draft, f"HubSpot: {', '.join(called)}", HUBSPOT_NOTES


def _of_mautic(items: Sequence[tuple[str, Item]], names: Names, taken: set[str]) -> Found | None:
    parts = merge([parts_of(item) for _, item in items])
    if not parts:
        return None
    draft = Draft("Mautic", taken)
    translate_mautic(parts, names, draft)
    return draft, "Mautic's points", MAUTIC_NOTES


def _no_rules(items: Sequence[tuple[str, Item]]) -> str:
    """What the documents are instead, where that is known."""
    documents = [d for _, item in items for d in documents_of(item)]
    if any(d.has("scoredObjectTypeId") for d in documents):
        return (
            "This lists scores without their rules. Fetch each by its id:"
            " GET /marketing/lead-scoring/VERSION/scores/ID."
        )
    if any(d.has("fieldType") and "score" in str(d.value["fieldType"]) for d in documents):
        return (
            "This is one of HubSpot's older score properties. Its definition does not say its"
            " rules, and HubSpot has stopped counting them: rebuild it as a lead score and fetch"
            " that."
        )
    return f"{items[0][0]} holds no scoring rules that are known here."
