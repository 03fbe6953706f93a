"""Enrichers of other packages, and what they find."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.base.base import Base
    from leadlight.adapters.enrichment.enriched_base import EnrichedBase as EnrichedBase
    from leadlight.adapters.enrichment.plugins import Deadline
    from leadlight.adapters.enrichment.plugins import PluginFault as PluginFault
    from leadlight.enrich.enricher import Enricher, Row
    from leadlight.facts.relation import Relation


#: How the imports of an enricher are called in the book, before its name.
ENRICHMENT = "enrichment by "


def installed_plugins() -> tuple[list[Enricher], list[PluginFault]]:
    """The enrichers of other packages, and those that cannot be loaded."""
    from leadlight.adapters.enrichment.plugins import installed_plugins

    return installed_plugins()


def plugin_fault(name: str, because: str) -> PluginFault:
    """An enricher that cannot be used, and why."""
    from leadlight.adapters.enrichment.plugins import PluginFault as Fault

    return Fault(name, because)


def deadline(seconds: float) -> Deadline:
    """The time that an enricher has for all of its answers, from now on."""
    from leadlight.adapters.enrichment.plugins import Deadline as Until

    return Until(seconds)


def ask_plugin(enricher: Enricher, rows: Sequence[Row], until: Deadline) -> Sequence[object]:
    """What an enricher finds of some rows, in time."""
    from leadlight.adapters.enrichment.plugins import ask

    return ask(enricher, rows, until)


def enriched_base(base: Base) -> EnrichedBase:
    """What enrichers are asked of a base."""
    from leadlight.adapters.enrichment.enriched_base import EnrichedBase as Enriched

    return Enriched(base)


def export_enrichment(base: Base, parts: Sequence[Relation], target: Path) -> int:
    """A file's leads with what enrichers found of them."""
    from leadlight.adapters.destinations.export import export
    from leadlight.adapters.enrichment.enriched_base import columns_of_file

    return export(
        base.con,
        columns_of_file(base.con, base, parts),
        target,
        original=base.original,
        keys=base.keys,
        columns="all",
        kind="enriched",
    ).rows
