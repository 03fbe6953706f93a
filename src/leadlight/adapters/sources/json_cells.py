"""The cells of a JSON object: nested objects are flattened, CRM wrappings are taken off, form
answers are columns.
"""

from __future__ import annotations

import json
from typing import Any

_UNWRAP = frozenset({"properties", "attributes", "traits", "fields"})
_DEPTH = 5


def flat(value: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str | None]:
    """One level of names and texts: `{"company": {"name": "A"}}` has `company.name`; form answers
    become columns.
    """
    cells: dict[str, str | None] = {}
    for key, inner in value.items():
        name = f"{prefix}{key}"
        if isinstance(inner, dict) and inner and depth < _DEPTH:
            deeper = prefix if key in _UNWRAP else f"{name}."
            cells |= {k: v for k, v in flat(inner, deeper, depth + 1).items() if k not in cells}
        elif isinstance(inner, list) and (answers := _answers(inner)):
            cells |= {k: v for k, v in answers.items() if k not in cells}
        else:
            cells[name] = _cell(inner)
    return cells


def _answers(items: list[Any]) -> dict[str, str | None]:
    """Meta's `field_data` and Google's `user_column_data`: a list of questions with their
    answers.
    """
    found: dict[str, str | None] = {}
    for item in items:
        if not isinstance(item, dict):
            return {}
        name = item.get("name") or item.get("column_id") or item.get("column_name")
        value = item.get("values", item.get("string_value", item.get("value")))
        if not isinstance(name, str) or value is None:
            return {}
        found[name] = _cell(value)
    return found


def _cell(value: Any) -> str | None:
    if value is None or value == "" or value == [] or value == {}:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if value.isprintable() else value.encode("utf-8", "replace").decode()
    if isinstance(value, list) and all(not isinstance(v, (list, dict)) for v in value):
        return ", ".join(c for v in value if (c := _cell(v)))
    return str(value) if isinstance(value, (int, float)) else json.dumps(value, ensure_ascii=False)
