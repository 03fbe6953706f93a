"""What several columns of a file say together: further addresses and numbers of a lead, a refusal
in any of them, and what a column of states says besides. The same for text cells and typed ones.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from leadlight.adapters.sources import cleaning
from leadlight.facts.answers import no_words, yes_words
from leadlight.facts.mapping import ColumnMap
from leadlight.facts.mapping import Mapping as ColumnMapping
from leadlight.facts.plausible import AFFIRMED, ALL_OF, ANY_OF

_CONTACTS = (("email", "other_emails"), ("phone", "other_phones"))


def answer_sql(
    column: ColumnMap,
    attribute: str,
    given: Sequence[str],
    x: str,
    distinct: Callable[[], Collection[str]],
) -> str:
    """A yes or no of an attribute from the text `x`. Words that are no plain answers are settled by
    the `distinct` cells of the column.
    """
    if column.is_reason:
        return cleaning.answers_sql(x, (), attribute, affirmed=True)
    plain = {*yes_words(), *no_words()}
    if attribute not in AFFIRMED or all(c.lower() in plain for c in given):
        return cleaning.yes_no_sql(x)
    return cleaning.answers_sql(x, distinct(), attribute, affirmed=False)


def joined_contacts(
    mapping: ColumnMapping,
    given: Mapping[int, Sequence[str]],
    text_of: Callable[[ColumnMap], str],
) -> dict[str, str]:
    """Every address and number of a lead, however many columns or values a cell holds: the first
    that can be used speaks for it, the others are kept beside it.
    """
    joined: dict[str, str] = {}
    if mapping.what != "leads":
        return joined
    for contact, others in _CONTACTS:
        more = [c for c in mapping.columns if c.adds_to == contact or c.name == others]
        first = mapping.column(contact)
        of_cells = first is not None and cleaning.several(given[first.position], contact)
        if more or of_cells:
            texts = [text_of(c) for c in ([first] if first else []) + more]
            joined[contact], joined[others] = cleaning.best_contact_sql(texts, contact)
    return joined


def joined_refusals(
    mapping: ColumnMapping,
    values: Mapping[str, str],
    answer_of: Callable[[ColumnMap, str], str],
) -> dict[str, str]:
    """A refusal counts in whichever column it stands: of several objections any yes is a yes, of
    several consents any no a no.
    """
    joined: dict[str, str] = {}
    for column in mapping.columns if mapping.what == "leads" else ():
        name = column.adds_to
        if name not in values or name not in ANY_OF | ALL_OF:
            continue
        # An answer that counts comes before one that does not, and that before none.
        weightier = "greatest" if name in ANY_OF else "least"
        joined[name] = f"{weightier}({joined.get(name, values[name])}, {answer_of(column, name)})"
    return joined
