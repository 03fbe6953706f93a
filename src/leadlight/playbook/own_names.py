"""Names that a playbook makes and a company's files have too: in the playbook its own meaning
counts.

The company's attribute is not lost: for that playbook it is called by another name, `idle_2` for
`idle`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from leadlight.facts.catalog import Attribute, Catalog
from leadlight.playbook.order import question_names
from leadlight.playbook.spec import Playbook, Questions


def derived_names(book: Playbook) -> dict[str, str]:
    """Each name that a playbook makes, in small letters, and what it is: a signal, a score, a scale
    or a segment.
    """
    out: dict[str, str] = {}
    for s in book.signals:
        names = question_names(s) if isinstance(s, Questions) else (s.name,)
        out |= dict.fromkeys((n.lower() for n in names), "signal")
    for what, named in (("score", book.scores), ("scale", book.scales), ("segment", book.segments)):
        out |= dict.fromkeys((s.name.lower() for s in named), what)
    return out


def free_name(name: str, taken: Collection[str]) -> str:
    """The name with a number that is not taken: `idle_2`."""
    n = 2
    while f"{name}_{n}" in taken:
        n += 1
    return f"{name}_{n}"


def attribute_aliases(book: Playbook, catalog: Catalog) -> dict[str, str]:
    """The company's attributes whose names the playbook makes itself, and what they are called for
    it.

    Those that only imports brought that were taken back have no name there.
    """
    names = derived_names(book)
    found = [a for a in catalog.lead.values() if a.own and not a.column and a.name.lower() in names]
    taken = {*names, *catalog.lead}
    return {a.name: "" if a.gone else free_name(a.name, taken) for a in found}


def catalog_for(book: Playbook, catalog: Catalog) -> Catalog:
    """The catalog as the playbook sees it: each name means one thing."""
    other = attribute_aliases(book, catalog)
    if not other:
        return catalog
    lead = dict(_rename(catalog.lead, other))
    present = {other.get(n, n) for n in catalog.present} - {""}
    return replace(catalog, lead=lead, present=frozenset(present))


def _rename(
    attributes: Mapping[str, Attribute], other: Mapping[str, str]
) -> Iterable[tuple[str, Attribute]]:
    for name, attribute in attributes.items():
        if name not in other:
            yield name, attribute
        elif other[name]:
            yield other[name], replace(attribute, name=other[name], column=name)
