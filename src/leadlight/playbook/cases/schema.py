"""The JSON Schema of a file of cases, for editors: keys are completed and explained while one
types.

It knows shapes; which names a case may use is told by `leadlight test`, which reads the playbook.

    python -m leadlight.playbook.cases.schema > playbook.tests.schema.json
"""

from __future__ import annotations

import json
from typing import Any

from leadlight.facts.catalog import LEAD_ATTRIBUTES, Attribute, Type
from leadlight.playbook.cases.cases import VERSION
from leadlight.playbook.schema import DIALECT

Schema = dict[str, Any]

_LINE = (
    "What it did, as a sentence: page_viewed 3d ago, url=/pricing, 2 times. WHEN is 3d ago,"
    " yesterday, today or a date; `on 3 days` is once on each of three days."
)
_LENGTH = {"description": "How much later: 4h, 30d, 6w.", "type": "string"}
_VALUE = {"type": ["string", "number", "boolean", "null"]}
_WORDS = {"anyOf": [_VALUE, {"type": "array", "items": _VALUE}]}


def cases_schema() -> Schema:
    """The schema as plain data, in draft 2020-12."""
    return {
        "$schema": DIALECT,
        "title": "Cases of a leadlight playbook",
        "description": "Leads that people made up, and what the playbook should say of them.",
        **_object(
            {
                VERSION: {"description": "The version of this format: 1.", "enum": [1, "1"]},
                "about": {"description": "What these cases are.", **_VALUE},
                "as_of": {
                    "description": (
                        "When every case happens; without it on a day that never changes."
                    ),
                    **_VALUE,
                },
                "own": {
                    "description": (
                        "Columns of your own and their types; those of activities under"
                        " `activities`."
                    ),
                    "type": ["object", "null"],
                    "additionalProperties": {
                        "anyOf": [_type(), {"type": "object", "additionalProperties": _type()}]
                    },
                },
                "lead": _lead("What every lead of the file is, unless its case says otherwise."),
                "cases": {
                    "description": "Each case under a sentence that says it.",
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": {"$ref": "#/$defs/case"},
                },
            },
            ("cases",),
        ),
        "$defs": {
            "case": _object(
                {
                    "as_of": {
                        "description": "When this case happens, if not when the others do.",
                        **_VALUE,
                    },
                    **_facts(),
                    "then": {
                        "description": "The same lead later, with nothing or with more.",
                        "anyOf": [
                            {"$ref": "#/$defs/step"},
                            {"type": "array", "items": {"$ref": "#/$defs/step"}},
                        ],
                    },
                }
            ),
            "step": _object({"after": _LENGTH, **_facts()}, ("after",)),
            "line": {
                "description": _LINE,
                "anyOf": [
                    {"type": "string"},
                    {"type": "object", "additionalProperties": _VALUE, "minProperties": 1},
                ],
            },
            "expect": {
                "description": (
                    "What the playbook should say: a label (hot or warm, not cold), a score or"
                    " signal (at least 30, 30 to 40), segments and rules ([enterprise, not"
                    " sleeping]), the route."
                ),
                "type": ["object", "null"],
                "properties": {
                    "segments": {
                        "description": (
                            "Segments it must be in, after `not` those it must not; or none."
                        ),
                        **_WORDS,
                    },
                    "because": {
                        "description": "Rules that must have counted, by their id or their words.",
                        **_WORDS,
                    },
                    "route": {
                        "description": (
                            "The department, nobody, or a mapping of to, within and next."
                        ),
                        "anyOf": [
                            *_WORDS["anyOf"],
                            _object({"to": _WORDS, "within": _LENGTH, "next": _VALUE}),
                        ],
                    },
                },
                "additionalProperties": _WORDS,
            },
        },
    }


def _facts() -> Schema:
    lines = {"$ref": "#/$defs/line"}
    return {
        "lead": _lead("What the lead is."),
        "did": {
            "description": "What it did, one line each.",
            "anyOf": [{"type": ["string", "null"]}, {"type": "array", "items": lines}],
        },
        "expect": {"$ref": "#/$defs/expect"},
    }


def _lead(about: str) -> Schema:
    known = {name: _attribute(a) for name, a in LEAD_ATTRIBUTES.items() if name != "lead_id"}
    return {
        "description": about,
        "type": ["object", "null"],
        "properties": known,
        "additionalProperties": _VALUE,
    }


def _attribute(attribute: Attribute) -> Schema:
    types = {
        Type.WHOLE: ["integer", "null"],
        Type.NUMBER: ["number", "null"],
        Type.YES_NO: ["boolean", "string", "null"],
    }
    return {
        "description": attribute.about,
        "type": types.get(attribute.type, ["string", "number", "boolean", "null"]),
    }


def _type() -> Schema:
    return {"enum": [str(t) for t in Type] + ["date"]}


def _object(keys: Schema, required: tuple[str, ...] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": keys, "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


if __name__ == "__main__":
    print(json.dumps(cases_schema(), indent=2, ensure_ascii=False))
