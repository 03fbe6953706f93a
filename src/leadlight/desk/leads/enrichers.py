"""The plug-ins that add facts: those that are shipped, and those that other packages bring."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from leadlight.desk.wiring import enrichment
from leadlight.enrich.company_domains import DomainEnricher
from leadlight.enrich.enricher import Enricher
from leadlight.enrich.places import PlaceEnricher
from leadlight.enrich.titles import TitleEnricher
from leadlight.presentable import presentable
from leadlight.problems import CannotDo, did_you_mean
from leadlight.verify.domains import look_up
from leadlight.verify.numbering import plan
from leadlight.verify.sites import PLATFORMS, label

if TYPE_CHECKING:
    from leadlight.desk.wiring.enrichment import PluginFault


def shipped_enrichers() -> tuple[Enricher, ...]:
    """The plug-ins that come with the product; none needs a network."""
    return TitleEnricher(), DomainEnricher(company_domain), PlaceEnricher(number_parts)


def find_enrichers(
    names: Sequence[str],
) -> tuple[tuple[Enricher, ...], tuple[PluginFault, ...]]:
    """The plug-ins of these names, or all; and those that cannot be loaded. A shipped one is not
    replaced by a plug-in of the same name. Raises `CannotDo` for a name that there is not.
    """
    found = {enricher.name: enricher for enricher in shipped_enrichers()}
    plugins, faults = enrichment.installed_plugins()
    for plugin in plugins:
        if isinstance(plugin.name, str):
            found.setdefault(plugin.name, plugin)
        else:
            faults.append(enrichment.plugin_fault(repr(plugin.name), "Its name is no text."))
    if not names:
        return tuple(found.values()), tuple(faults)
    known = {*found, *(fault.name for fault in faults)}
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"There are {', '.join(sorted(known))}."
            raise CannotDo(
                f"No plug-in is called {presentable(name, 60)!r}. {hint}", field="enrichers"
            )
    return (
        tuple(found[name] for name in dict.fromkeys(names) if name in found),
        tuple(fault for fault in faults if fault.name in names),
    )


@lru_cache(1 << 16)
def company_domain(domain: str) -> tuple[str, str] | None:
    """The domain that a company registered, and its word; None of a mail provider's, a disposable
    or a malformed one.
    """
    known = look_up(domain)
    if known is None or known.rules:
        return None
    word = label(known.name)
    parts = known.name.split(".")
    if not word or word in PLATFORMS or word not in parts[:-1] or word.startswith("xn--"):
        return None
    return ".".join(parts[parts.index(word) :]), word


def number_parts(number: str) -> tuple[str, str] | None:
    """The country whose prefix a number has, and its digits behind that."""
    if not number.strip().startswith("+"):
        return None
    read = plan().read(number.strip()[:40], None)
    if not isinstance(read, tuple) or read[1] is None:
        return None
    return read[1], read[4]
