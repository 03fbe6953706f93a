"""The JSON Schema of tracks, their steps, and the limits of all of them."""

from __future__ import annotations

from leadlight.playbook.schema_parts import (
    ABOUT,
    NAME_PATTERN,
    Schema,
    object_schema,
    reference,
    text_schema,
)
from leadlight.playbook.spec import CHANNELS, DAYS, PURPOSES
from leadlight.playbook.tracks_section import (
    CONTENT,
    MOST_HELD_OUT,
    MOST_STEPS,
    MOST_VARIANTS,
    SWITCH,
)


def track_schema() -> Schema:
    """A track by its keys."""
    keys = {
        "when": reference("condition", "Whom the track is for: who is such, enters."),
        "about": ABOUT,
        "purpose": {
            "description": (
                "For what leads are written to: marketing and newsletter need a lead's consent,"
                " service (what it asked for itself) does not."
            ),
            "enum": list(PURPOSES),
        },
        "exits": reference(
            "condition",
            "Who leaves at once, besides those who turn hot, answer, buy, object or cannot be"
            " reached.",
        ),
        "again": reference(
            "duration", "How long after leaving a lead may enter again: 180d. Without it: never."
        ),
        "hold_out": {
            "description": (
                "So many leads in a hundred are sent nothing, which shows what the track causes;"
                " 10 where it is not said."
            ),
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": MOST_HELD_OUT},
                {"type": "string", "pattern": r"^\s*\d{1,2}\s*%?\s*$"},
            ],
        },
        "clicks": {
            "description": (
                "Whether it is to be known who follows a link of a mail; on where it is not said."
            ),
            "enum": ["on", "off", True, False, *(w for w in SWITCH if w not in ("on", "off"))],
        },
        "steps": {
            "description": "What leads are sent, in order.",
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_STEPS,
            "items": reference("step"),
        },
    }
    return object_schema(keys, ("when", "steps"))


def step_schema() -> Schema:
    """A step by its keys."""
    content = {"type": ["string", "number"]}
    keys = {
        "after": reference(
            "duration", "How long after the step before, the first after entering; else at once."
        ),
        "not_after": reference(
            "duration", "How long after it is due it may still be taken: 7d; else 14d."
        ),
        "by": {
            "description": (
                "mail; task (somebody of a department does it); text (handed to another program)."
            ),
            "enum": list(CHANNELS),
        },
        "content": {
            "description": "What is sent: NAME of the file content/NAME.md.",
            "pattern": rf"^\s*{CONTENT.pattern}\s*$",
            **content,
        },
        "variants": {
            "description": "Several contents, by the names under which they are compared.",
            "type": "object",
            "minProperties": 2,
            "maxProperties": MOST_VARIANTS,
            "propertyNames": {"pattern": NAME_PATTERN},
            "additionalProperties": content,
        },
        "when": reference("condition", "Only for leads for whom this holds; others pass it over."),
        "to": text_schema(
            "Of a task: the department; else that of the lead's route. Of a text: the endpoint that"
            " gets it, or env:NAME of an address of Apprise; else it is listed."
        ),
        "say": text_schema("Of a task: what is to be done."),
    }
    return object_schema(keys)


def limits_schema() -> Schema:
    """The limits by their keys."""
    day = {"type": "string"}
    keys = {
        "hours": {
            "description": "In which hours of a lead's own day it may be written to: 8-18.",
            "type": "string",
        },
        "days": {
            "description": f"On which days: {', '.join(DAYS)}; else monday to friday.",
            "anyOf": [day, {"type": "array", "items": day, "minItems": 1}],
        },
        "at_most": {
            "description": (
                "How many mails within what time, over all tracks: {1d: 1, 7d: 2, 30d: 6}."
            ),
            "type": "object",
            "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 1000},
        },
        "a_day": {
            "description": "How many mails at most in 24 hours, for a sender that is still young.",
            "type": "integer",
            "minimum": 1,
        },
        "a_domain": {
            "description": "How many of these to addresses of one domain.",
            "type": "integer",
            "minimum": 1,
        },
        "zone": text_schema("Whose day counts where nobody knows a lead's country: Europe/Berlin."),
    }
    return {"anyOf": [{"type": "null"}, object_schema(keys)]}
