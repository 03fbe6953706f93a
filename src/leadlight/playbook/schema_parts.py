"""What the schemas of a playbook are made of."""

from __future__ import annotations

from typing import Any

from leadlight.playbook.reader import NAME

Schema = dict[str, Any]

NAME_PATTERN = f"^{NAME.pattern}$"


def reference(name: str, about: str = "") -> Schema:
    """A part that is defined once, by its name, with what it means here."""
    found: Schema = {"$ref": f"#/$defs/{name}"}
    return {**found, "description": about} if about else found


def text_schema(about: str) -> Schema:
    """A scalar, which YAML may read as a number or as yes and no."""
    return {"description": about, "type": ["string", "number", "boolean", "null"]}


def object_schema(keys: Schema, required: tuple[str, ...] = ()) -> Schema:
    """A mapping of these keys and no others."""
    found: Schema = {"type": "object", "properties": keys, "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def names_schema(about: str, item: Schema) -> Schema:
    """A mapping of names that a playbook gives, such as those of signals."""
    return {
        "description": about,
        "type": ["object", "null"],
        "propertyNames": {"pattern": NAME_PATTERN},
        "additionalProperties": item,
    }


ABOUT = text_schema("What it means, for a reader.")


SAY = text_schema("What it is called where reasons are given.")
