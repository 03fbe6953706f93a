"""The JSON Schema of a playbook, for editors: keys are completed and explained while one types.

It knows shapes, names and units; what only the whole playbook can tell (a name that nothing
defines, a circle, a condition that is none) is told by `leadlight check`.

    python -m leadlight.playbook.schema > playbook.schema.json
"""

from __future__ import annotations

import json

from leadlight.playbook.schema_parts import (
    ABOUT,
    NAME_PATTERN,
    SAY,
    Schema,
    names_schema,
    object_schema,
    reference,
    text_schema,
)
from leadlight.playbook.sections import ROLE
from leadlight.playbook.signal_schema import AT_LEAST, AT_MOST, SIGNALS, point_rule, question
from leadlight.playbook.spec import BY
from leadlight.playbook.tracks_schema import limits_schema, step_schema, track_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OTHERWISE = {"type": "string", "pattern": r"^\s*[Oo][Tt][Hh][Ee][Rr][Ww][Ii][Ss][Ee]\s*$"}


def schema() -> Schema:
    """The schema as plain data, in draft 2020-12."""
    return {
        "$schema": DIALECT,
        "title": "A leadlight playbook",
        "description": (
            "What marketing and sales agreed: signals, scores, scales, segments and routes."
        ),
        **object_schema(
            {
                "leadlight": {"description": "The version of this format: 1.", "enum": [1, "1"]},
                "name": text_schema("What the playbook is called."),
                "about": text_schema("What was agreed, when, by whom."),
                "sign_off": _sign_off(),
                "signals": names_schema("Values derived from facts, by name.", reference("signal")),
                "scores": names_schema(
                    "Weighted rules, or a points signal, by name.", reference("score")
                ),
                "scales": names_schema(
                    "Ordered labels: the first that holds names the lead.", reference("scale")
                ),
                "segments": names_schema(
                    "Named groups of leads, which may overlap.", reference("segment")
                ),
                "routes": {
                    "description": (
                        "Who gets the lead, how fast, and what is done next: the first that holds."
                    ),
                    "type": ["array", "null"],
                    "items": reference("route"),
                },
                "outcomes": reference(
                    "outcomes", "Who bought and who did not, which the order is learned from."
                ),
                "tracks": names_schema(
                    "What leads are sent step by step, by name.", reference("track")
                ),
                "limits": reference(
                    "limits", "When a lead may be written to, and how often over all tracks."
                ),
                "order": text_schema("The score by which leads are called, the highest first."),
                "models": names_schema(
                    "Learned models that scores name; `leadlight learn` writes them.",
                    reference("model"),
                ),
                "capacity": {
                    "description": (
                        "How many new leads a week each department can take: rehearse compares."
                    ),
                    "type": ["object", "null"],
                    "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
                },
            }
        ),
        "$defs": {
            "condition": {
                "description": (
                    "An SQL expression over attributes, signals, scores, scales and segments."
                ),
                "type": ["string", "number", "boolean"],
            },
            "duration": {
                "type": "string",
                "pattern": r"^\s*0{0,5}[1-9]\d{0,5}\s*[smhdwySMHDWY]\s*$",
            },
            "points": {"type": "number", "minimum": -1_000_000, "maximum": 1_000_000},
            "kinds": {
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
            },
            "signal": {"anyOf": [reference(name) for name in SIGNALS]},
            **{name: SIGNALS[name] for name in SIGNALS},
            "point_rule": point_rule(),
            "question": question(),
            "score": _score(),
            "model": _model(),
            "fit_rule": _fit_rule(),
            "scale": _scale(),
            "label": _label(),
            "segment": _segment(),
            "route": _route(),
            "outcomes": _outcomes(),
            "track": track_schema(),
            "step": step_schema(),
            "limits": limits_schema(),
        },
    }


def _outcomes() -> Schema:
    keys = {
        "won": reference("condition", "Who bought."),
        "lost": reference("condition", "Who did not; of other leads it is not known yet."),
        "points": text_schema("The signal whose points are corrected by it."),
        "refresh": {
            "description": (
                "How long after it was learned a workspace learns anew from whom it has won and"
                " lost by then, and publishes that as a version: 30d, 12w. Without it: never."
            ),
            "anyOf": [reference("duration"), {"const": "never"}],
        },
    }
    return {
        "description": (
            "Who bought and who did not. The model of the score that orders the leads is learned"
            " from that."
        ),
        "anyOf": [{"type": "null"}, object_schema(keys, ("won", "lost", "points"))],
    }


def _sign_off() -> Schema:
    role = {"type": "string", "pattern": f"^{ROLE.pattern}$"}
    return {
        "description": (
            "The roles that must sign a published version before it comes into force, such as"
            " marketing and sales."
        ),
        "anyOf": [role, {"type": "array", "items": role, "uniqueItems": True}, {"type": "null"}],
    }


def _score() -> Schema:
    rules = {
        "description": "Rules on what the lead is, by name.",
        "anyOf": [
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/fit_rule"}},
            {"type": "array", "items": {"$ref": "#/$defs/fit_rule"}},
        ],
    }
    signal = text_schema("The points signal that is the score.")
    return {
        "anyOf": [
            {"description": "The name of a points signal.", "type": "string"},
            {"type": "array", "items": {"$ref": "#/$defs/fit_rule"}},
            object_schema({"signal": signal, "about": ABOUT}, ("signal",)),
            object_schema(
                {
                    "model": text_schema("The learned model whose probability is the score."),
                    "about": ABOUT,
                },
                ("model",),
            ),
            object_schema(
                {"rules": rules, "at_least": AT_LEAST, "at_most": AT_MOST, "about": ABOUT},
                ("rules",),
            ),
        ]
    }


def _model() -> Schema:
    number = {"type": "number"}
    side = {
        "anyOf": [
            object_schema({"cuts": {"type": "array", "items": number}}, ("cuts",)),
            object_schema({"words": {"type": "array", "items": {"type": "string"}}}, ("words",)),
        ]
    }
    words = text_schema("The attribute or signal that is looked up.")
    seen = {
        "description": (
            "How many in a thousand leads that taught are in each place, unknown last: 200 750 50."
        ),
        "anyOf": [{"type": "string"}, {"type": "array", "items": number}],
    }
    term = {
        "anyOf": [
            object_schema(
                {
                    "of": words,
                    "cuts": {"type": "array", "items": number},
                    "add": {"type": "array", "items": number},
                    "unknown": number,
                    "seen": seen,
                    "say": SAY,
                },
                ("of", "add"),
            ),
            object_schema(
                {
                    "of": words,
                    "add": {"type": "object", "additionalProperties": number},
                    "rest": number,
                    "unknown": number,
                    "seen": seen,
                    "say": SAY,
                },
                ("of", "add"),
            ),
            object_schema(
                {
                    "of": {
                        "type": "array",
                        "items": {"type": "string"},
                        "minItems": 2,
                        "maxItems": 2,
                    },
                    "sides": {"type": "array", "items": side},
                    "add": {"type": "array", "items": {"type": "array", "items": number}},
                    "say": SAY,
                },
                ("of", "sides", "add"),
            ),
        ]
    }
    anything = {"type": ["object", "array", "null"]}
    keys = {
        "leadlight-model": {"description": "The version of this format: 1.", "enum": [1, "1"]},
        "name": text_schema("What the model is called."),
        "about": ABOUT,
        "outcome": text_schema("The kind of activity whose probability it is, such as won."),
        "horizon": reference("duration", "How soon: 90d."),
        "learned": text_schema("The day it was learned."),
        "moved": {"description": "When its start was moved since, and by how much.", **anything},
        "map": {
            "description": "As what the columns of a file are read, by their headers.",
            **anything,
        },
        "signals": names_schema("What it asks of behaviour.", reference("signal")),
        "start": {
            "description": "Log-odds of a lead of whom nothing speaks for or against.",
            **number,
        },
        "terms": {
            "description": "What each value adds, in log-odds.",
            "type": "array",
            "items": term,
        },
        "verdict": {"description": "The figures it was published with.", **anything},
        "refused": {"description": "Columns that were set aside, and why.", **anything},
    }
    return object_schema(keys, ("terms",))


def _fit_rule() -> Schema:
    return object_schema(
        {
            "when": reference("condition"),
            "add": reference("points", "Points added once where it holds; negative takes."),
            "say": SAY,
        },
        ("when", "add"),
    )


def _scale() -> Schema:
    ends = {"type": "object", "not": {"additionalProperties": {"not": OTHERWISE}}}
    labels = {
        "description": "Labels, best first; the last is `otherwise`.",
        "type": "array",
        "items": {"$ref": "#/$defs/label"},
        "contains": ends,
    }
    return {"anyOf": [labels, object_schema({"labels": labels, "about": ABOUT}, ("labels",))]}


def _label() -> Schema:
    """One name with its condition, and perhaps `say` and `aside` beside it."""
    aside = {
        "description": "yes: no step of the ladder; nobody is lifted to it.",
        "enum": ["yes", "no", "true", "false", True, False],
    }
    size = {n: {"minProperties": n, "maxProperties": n} for n in (1, 2, 3)}
    return {
        "type": "object",
        "propertyNames": {"pattern": NAME_PATTERN},
        "properties": {"say": SAY, "aside": aside},
        "additionalProperties": reference(
            "condition", "The lead has this label where the condition holds; `otherwise`: the rest."
        ),
        "if": {"required": ["say", "aside"]},
        "then": size[3],
        "else": {
            "if": {"anyOf": [{"required": ["say"]}, {"required": ["aside"]}]},
            "then": size[2],
            "else": size[1],
        },
    }


def _segment() -> Schema:
    return {
        "anyOf": [
            reference("condition"),
            object_schema({"when": reference("condition"), "about": ABOUT}, ("when",)),
        ]
    }


def _route() -> Schema:
    keys = {
        "when": reference("condition", "For which leads; `otherwise`: the rest."),
        "to": {
            "description": "The department or person.",
            "type": ["string", "number"],
            "minLength": 1,
        },
        "within": reference("duration", "How soon it should be answered: 15m, 4h, 2d."),
        "next": text_schema("What is done or sent next."),
        "by": {
            "description": (
                "How that is done: call puts the lead on the list of whom to call; mail writes to"
                " it; nothing leaves it alone. Where no route of a playbook says it, any step may"
                " be a call, but for leads outside the target audience."
            ),
            "enum": list(BY),
        },
        "skills": {
            "description": "Who gets it has all these skills in the roster.",
            "type": ["string", "array"],
            "items": {"type": "string"},
        },
        "again": {
            "description": (
                "yes: a lead that comes here goes to somebody of the department, even where"
                " somebody else has it. Without it whoever has a lead keeps it."
            ),
            "type": "boolean",
        },
        "touches": {
            "description": "How often its owner is in touch with it, all in all.",
            "type": "integer",
            "minimum": 0,
            "maximum": 100,
        },
        "every": reference("duration", "How long after one touch the next is due: 2d, 1w."),
    }
    return object_schema(keys, ("when", "to"))


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2, ensure_ascii=False))
