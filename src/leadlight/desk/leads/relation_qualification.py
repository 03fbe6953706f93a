"""Leads qualified where they are: in the connection of a DuckDB relation, or in a Spark session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadlight.desk.playbooks import find_playbook, usable
from leadlight.desk.wiring import bases
from leadlight.facts.catalog import ACTIVITY_COLUMNS, LEAD_ATTRIBUTES, Attribute, Catalog
from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import ForeignRelation

_NEEDS = {"leads": ("lead_id",), "activities": ("lead_id", "kind", "occurred_at")}


def qualify_relations(
    leads: Any,
    activities: Any | None,
    playbook: str | Path,
    as_of: datetime,
    *,
    reasons: bool = True,
) -> Any:
    """The qualifications of a relation as a relation beside it. Raises `CannotDo` for a column that
    is missing or of another type, and for relations of two engines.
    """
    base = bases.foreign_relation(leads, "leads")
    log = None if activities is None else bases.foreign_relation(activities, "activities")
    if log is not None and log.engine != base.engine:
        raise CannotDo(
            f"The leads are of {base.engine} and the activities of {log.engine}.",
            field="activities",
        )
    columns = _columns(base, "leads", LEAD_ATTRIBUTES)
    activity_columns = () if log is None else _columns(log, "activities", ACTIVITY_COLUMNS)
    catalog = replace(
        Catalog().with_own(
            _own(columns, LEAD_ATTRIBUTES), _own(activity_columns, ACTIVITY_COLUMNS)
        ),
        present=frozenset(a.name for a in columns),
        activity_present=frozenset(a.name for a in activity_columns),
    )
    name, text, _ = find_playbook(playbook, catalog)
    book, _ = usable(text, name, catalog)
    sources = Sources(catalog, base.name, None if log is None else log.name)
    return base.query(statement(book, sources, Everyone(as_of), base.engine, reasons=reasons))


def _columns(
    relation: ForeignRelation, what: str, standard: Mapping[str, Attribute]
) -> tuple[Attribute, ...]:
    """The columns of a relation, checked: the plan takes them as they are."""
    columns = relation.attributes
    names = {a.name for a in columns}
    missing = [n for n in _NEEDS[what] if n not in names]
    if missing:
        raise CannotDo(
            f"The {what} have no column {missing[0]}. Name the columns as in the catalog: select"
            f" ... AS {missing[0]}.",
            field=what,
        )
    for column in columns:
        wanted = standard.get(column.name)
        if wanted is None or column.name == "lead_id" or wanted.type == column.type:
            continue
        if not (wanted.type.is_number and column.type.is_number):
            raise CannotDo(
                f"The column {column.name} of the {what} is {column.type}; it must be"
                f" {wanted.type}. Cast it, or name it otherwise.",
                field=what,
            )
    return columns


def _own(columns: tuple[Attribute, ...], standard: Mapping[str, Attribute]) -> list[Attribute]:
    return [a for a in columns if a.name not in standard]
