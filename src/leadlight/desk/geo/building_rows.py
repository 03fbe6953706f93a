"""Rows about buildings as facts about leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from leadlight.desk.live.rows import Row
from leadlight.facts.catalog import Type
from leadlight.geo.questions import QUESTIONS
from leadlight.problems import CannotDo

__all__ = ["FACTS", "FILE", "building_facts", "check_file"]

#: What a file of buildings has: their names and places, what the map says of them, what was
#: measured, and what it may be used for.
FILE: Mapping[str, Type] = {
    "building_id": Type.TEXT,
    "longitude": Type.NUMBER,
    "latitude": Type.NUMBER,
    **{q.name: Type.NUMBER for q in QUESTIONS},
    "picture_taken": Type.MOMENT,
    "picture_source": Type.TEXT,
    "picture_purpose": Type.TEXT,
    "street": Type.TEXT,
    "postal_code": Type.TEXT,
    "city": Type.TEXT,
    "company": Type.TEXT,
    "building_trade": Type.TEXT,
    "phone": Type.TEXT,
    "website": Type.TEXT,
    "email": Type.TEXT,
    "contact_licence": Type.TEXT,
    "outline": Type.TEXT,
}
#: What of it is said of a lead who is at the building.
FACTS = (
    "building_id",
    *(q.name for q in QUESTIONS),
    "picture_taken",
    "picture_source",
    "picture_purpose",
)


def building_facts(lead: str, row: Mapping[str, object]) -> Row:
    """What a building's row says of a lead, true since the day of the picture."""
    facts: Row = {name: row.get(name) for name in FACTS}
    taken = _moment(facts["picture_taken"])
    return {"lead_id": lead, **facts, "picture_taken": taken, "changed_at": taken}


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None) if value else None
    except ValueError as fault:
        raise CannotDo(f"picture_taken holds {value!r}, which is not a day.") from fault


def check_file(rows: list[dict[str, object]], name: str) -> None:
    """Raises `CannotDo` where a table is none of buildings."""
    held = rows[0] if rows else {}
    missing = [c for c in ("building_id", "outline", "picture_purpose") if c not in held]
    if missing:
        raise CannotDo(
            f"{name} is not a file of buildings: it has no {', '.join(missing)}. `leadlight geo"
            " measure` writes one.",
            field="buildings",
        )
