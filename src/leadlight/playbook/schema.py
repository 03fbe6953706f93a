"""The JSON Schema of a playbook, for editors: keys are completed and explained while one types.

It knows shapes, names and units; what only the whole playbook can tell (a name that nothing
defines, a circle, a condition that is none) is told by `leadlight check`.

    python -m leadlight.playbook.schema > playbook.schema.json
"""

from __future__ import annotations

import json
from typing import Any

from leadlight.facts.contact import MEANINGS, RULES, Rule
from leadlight.playbook.reader import NAME
from leadlight.playbook.sections import ROLE
from leadlight.playbook.spec import BY, TIES

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OTHERWISE = {"type": "string", "pattern": r"^\s*[Oo][Tt][Hh][Ee][Rr][Ww][Ii][Ss][Ee]\s*$"}
_NAME = f"^{NAME.pattern}$"
_KIND = "the kind of activity, such as demo_requested; a list of them; or any"


def schema() -> Schema:
    """The schema as plain data, in draft 2020-12."""
    return {
        "$schema": DIALECT,
        "title": "A leadlight playbook",
        "description": (
            "What marketing and sales agreed: signals, scores, scales, segments and routes."
        ),
        **_object(
            {
                "leadlight": {"description": "The version of this format: 1.", "enum": [1, "1"]},
                "name": _text("What the playbook is called."),
                "about": _text("What was agreed, when, by whom."),
                "sign_off": _sign_off(),
                "signals": _name_schema("Values derived from facts, by name.", _ref("signal")),
                "scores": _name_schema(
                    "Weighted rules, or a points signal, by name.", _ref("score")
                ),
                "scales": _name_schema(
                    "Ordered labels: the first that holds names the lead.", _ref("scale")
                ),
                "segments": _name_schema(
                    "Named groups of leads, which may overlap.", _ref("segment")
                ),
                "routes": {
                    "description": (
                        "Who gets the lead, how fast, and what is done next: the first that holds."
                    ),
                    "type": ["array", "null"],
                    "items": _ref("route"),
                },
                "outcomes": _ref(
                    "outcomes", "Who bought and who did not, which the order is learned from."
                ),
                "order": _text("The score by which leads are called, the highest first."),
                "models": _name_schema(
                    "Learned models that scores name; `leadlight learn` writes them.", _ref("model")
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
            "signal": {"anyOf": [_ref(name) for name in _SIGNALS]},
            **{name: _SIGNALS[name] for name in _SIGNALS},
            "point_rule": _point_rule(),
            "question": _question(),
            "score": _score(),
            "model": _model(),
            "fit_rule": _fit_rule(),
            "scale": _scale(),
            "label": _label(),
            "segment": _segment(),
            "route": _route(),
            "outcomes": _outcomes(),
        },
    }


def _outcomes() -> Schema:
    keys = {
        "won": _ref("condition", "Who bought."),
        "lost": _ref("condition", "Who did not; of other leads it is not known yet."),
        "points": _text("The signal whose points are corrected by it."),
        "refresh": {
            "description": (
                "How long after it was learned a workspace learns anew from whom it has won and"
                " lost by then, and publishes that as a version: 30d, 12w. Without it: never."
            ),
            "anyOf": [_ref("duration"), {"const": "never"}],
        },
    }
    return {
        "description": (
            "Who bought and who did not. The model of the score that orders the leads is learned"
            " from that."
        ),
        "anyOf": [{"type": "null"}, _object(keys, ("won", "lost", "points"))],
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


def _ref(name: str, about: str = "") -> Schema:
    found: Schema = {"$ref": f"#/$defs/{name}"}
    return {**found, "description": about} if about else found


def _text(about: str) -> Schema:
    return {"description": about, "type": ["string", "number", "boolean", "null"]}


def _object(keys: Schema, required: tuple[str, ...] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": keys, "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def _name_schema(about: str, item: Schema) -> Schema:
    return {
        "description": about,
        "type": ["object", "null"],
        "propertyNames": {"pattern": _NAME},
        "additionalProperties": item,
    }


_ABOUT = _text("What it means, for a reader.")
_WHEN_ACTIVITY = _ref(
    "condition", "Only activities for which this holds: a condition on the activity's own columns."
)
_WITHIN = _ref("duration", "Only activities not older than this: 15m, 4h, 14d, 6w, 1y.")
_ONCE_PER = {
    "description": (
        "Of several on the same day (or of the same value in that column) only the newest counts."
    ),
    "type": "string",
}
_AT_LEAST = _ref("points", "Never lower than this.")
_AT_MOST = _ref("points", "Never higher than this.")
_HALF_LIFE = _ref(
    "duration", "After this time half of the points are left: 14d. Without it points do not fade."
)
_SAY = _text("What it is called where reasons are given.")


def _measure(how: str, about: str) -> Schema:
    return _object(
        {
            how: _text(about),
            "of": _ref("kinds", f"Of which: {_KIND}."),
            "when": _WHEN_ACTIVITY,
            "within": _WITHIN,
            "about": _ABOUT,
        },
        (how,),
    )


def _match_schema(form: str, about: str) -> Schema:
    return _object(
        {
            form: _ref("kinds", about),
            "when": _WHEN_ACTIVITY,
            "within": _WITHIN,
            "once_per": _ONCE_PER,
            "about": _ABOUT,
        },
        (form,),
    )


def _sleep_schema(form: str, about: str) -> Schema:
    keys = {
        form: _ref("kinds", about),
        "after": _ref("duration", "How long a silence counts as sleep: 60d."),
    }
    if form == "woken":
        keys["within"] = _ref(
            "duration", "How long ago it may have woken, at most as long as after: 14d."
        )
    return _object({**keys, "when": _WHEN_ACTIVITY, "about": _ABOUT}, tuple(keys))


def _points() -> Schema:
    keys = {
        "points": {
            "description": "The short form: a kind of activity and the points that each gives.",
            "type": "object",
            "additionalProperties": {"$ref": "#/$defs/points"},
        },
        "rules": {
            "description": "The long form: rules by name.",
            "anyOf": [
                {"type": "object", "additionalProperties": {"$ref": "#/$defs/point_rule"}},
                {"type": "array", "items": {"$ref": "#/$defs/point_rule"}},
            ],
        },
        "half_life": _HALF_LIFE,
        "within": _WITHIN,
        "at_least": _AT_LEAST,
        "at_most": _AT_MOST,
        "about": _ABOUT,
    }
    return {**_object(keys), "anyOf": [{"required": ["points"]}, {"required": ["rules"]}]}


def _setting(rule: Rule) -> Schema:
    off = [{"const": "off"}, {"const": False}]
    if rule.subject == "lead":
        weight = {"type": "number", "minimum": 0, "maximum": 1_000_000}
        return {
            "description": f"{rule.say}: its weight, {rule.weight} unless said.",
            "anyOf": [weight, *off],
        }
    return {
        "description": f"{rule.say}: {rule.means} unless said.",
        "enum": [*MEANINGS, "off", False],
    }


_SIGNALS: Schema = {
    "count": _match_schema("count", f"How many activities: {_KIND}."),
    "points_signal": _points(),
    "gained": _object(
        {
            "gained": _text("What only the positive rules of this points signal gave."),
            "about": _ABOUT,
        },
        ("gained",),
    ),
    "sum": _measure("sum", "The sum of this column of activities, such as value."),
    "largest": _measure("largest", "The largest value of this column."),
    "smallest": _measure("smallest", "The smallest value of this column."),
    "latest": _measure("latest", "The value of this column in the newest activity."),
    "days_since": _match_schema(
        "days_since", f"Days since the newest: {_KIND}; unknown when it never happened."
    ),
    "sleeping": _sleep_schema(
        "sleeping", f"The newest is at least so old: {_KIND}; no where it never happened."
    ),
    "woken": _sleep_schema("woken", f"One ended a silence: {_KIND}."),
    "value": _object(
        {
            "value": _ref("condition", "An expression over attributes and other signals."),
            "about": _ABOUT,
        },
        ("value",),
    ),
    "rank": _object(
        {
            "rank": _ref(
                "condition",
                "What leads are ranked by: a number or a date. Makes how many in a hundred of the"
                " base a lead stands before, from 0 to 100.",
            ),
            "among": _ref("condition", "The leads that are ranked; without it, all of them."),
            "ties": {
                "description": "Which of their places leads of one value have: worst.",
                "enum": list(TIES),
            },
            "about": _ABOUT,
        },
        ("rank",),
    ),
    "questions": _object(
        {
            "questions": {
                "description": (
                    "Questions by name. Makes NAME (percent yes), NAME_known, NAME_QUESTION (the"
                    " answer)."
                ),
                "type": ["object", "null"],
                "propertyNames": {"pattern": _NAME},
                "additionalProperties": {"$ref": "#/$defs/question"},
            },
            "about": _ABOUT,
        },
        ("questions",),
    ),
    "verify": _object(
        {
            "verify": {
                "description": (
                    "What each rule of verification means here, by its name; default: as shipped."
                ),
                "anyOf": [
                    {"type": ["null", "boolean"]},
                    {"const": "default"},
                    {
                        "type": "object",
                        "properties": {r.name: _setting(r) for r in RULES.values()},
                        "additionalProperties": False,
                    },
                ],
            },
            "empty_at": {
                "description": "A lead whose doubts weigh this much is empty: 100.",
                "type": "number",
                "minimum": 0,
            },
            "about": _ABOUT,
        },
        ("verify",),
    ),
}


def _point_rule() -> Schema:
    keys = {
        "on": _ref("kinds", f"On which activities: {_KIND}."),
        "points": _ref("points", "What each gives; negative takes."),
        "at_most": {
            "description": "What the rule may give (or take) in all.",
            "type": "number",
            "minimum": 0,
            "maximum": 1_000_000,
        },
        "half_life": {
            "description": "As for the signal; never: these points do not fade.",
            "anyOf": [{"$ref": "#/$defs/duration"}, {"const": "never"}],
        },
        "when": _WHEN_ACTIVITY,
        "within": _WITHIN,
        "once_per": _ONCE_PER,
        "say": _SAY,
    }
    return _object(keys, ("on", "points"))


def _question() -> Schema:
    return _object(
        {
            "yes": _ref("condition", "The answer is yes where this holds."),
            "no": _ref("condition", "Else no where this holds; else unknown."),
        },
        ("yes",),
    )


def _score() -> Schema:
    rules = {
        "description": "Rules on what the lead is, by name.",
        "anyOf": [
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/fit_rule"}},
            {"type": "array", "items": {"$ref": "#/$defs/fit_rule"}},
        ],
    }
    signal = _text("The points signal that is the score.")
    return {
        "anyOf": [
            {"description": "The name of a points signal.", "type": "string"},
            {"type": "array", "items": {"$ref": "#/$defs/fit_rule"}},
            _object({"signal": signal, "about": _ABOUT}, ("signal",)),
            _object(
                {
                    "model": _text("The learned model whose probability is the score."),
                    "about": _ABOUT,
                },
                ("model",),
            ),
            _object(
                {"rules": rules, "at_least": _AT_LEAST, "at_most": _AT_MOST, "about": _ABOUT},
                ("rules",),
            ),
        ]
    }


def _model() -> Schema:
    number = {"type": "number"}
    side = {
        "anyOf": [
            _object({"cuts": {"type": "array", "items": number}}, ("cuts",)),
            _object({"words": {"type": "array", "items": {"type": "string"}}}, ("words",)),
        ]
    }
    words = _text("The attribute or signal that is looked up.")
    seen = {
        "description": (
            "How many in a thousand leads that taught are in each place, unknown last: 200 750 50."
        ),
        "anyOf": [{"type": "string"}, {"type": "array", "items": number}],
    }
    term = {
        "anyOf": [
            _object(
                {
                    "of": words,
                    "cuts": {"type": "array", "items": number},
                    "add": {"type": "array", "items": number},
                    "unknown": number,
                    "seen": seen,
                    "say": _SAY,
                },
                ("of", "add"),
            ),
            _object(
                {
                    "of": words,
                    "add": {"type": "object", "additionalProperties": number},
                    "rest": number,
                    "unknown": number,
                    "seen": seen,
                    "say": _SAY,
                },
                ("of", "add"),
            ),
            _object(
                {
                    "of": {
                        "type": "array",
                        "items": {"type": "string"},
                        "minItems": 2,
                        "maxItems": 2,
                    },
                    "sides": {"type": "array", "items": side},
                    "add": {"type": "array", "items": {"type": "array", "items": number}},
                    "say": _SAY,
                },
                ("of", "sides", "add"),
            ),
        ]
    }
    anything = {"type": ["object", "array", "null"]}
    keys = {
        "leadlight-model": {"description": "The version of this format: 1.", "enum": [1, "1"]},
        "name": _text("What the model is called."),
        "about": _ABOUT,
        "outcome": _text("The kind of activity whose probability it is, such as won."),
        "horizon": _ref("duration", "How soon: 90d."),
        "learned": _text("The day it was learned."),
        "moved": {"description": "When its start was moved since, and by how much.", **anything},
        "map": {
            "description": "As what the columns of a file are read, by their headers.",
            **anything,
        },
        "signals": _name_schema("What it asks of behaviour.", _ref("signal")),
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
    return _object(keys, ("terms",))


def _fit_rule() -> Schema:
    return _object(
        {
            "when": _ref("condition"),
            "add": _ref("points", "Points added once where it holds; negative takes."),
            "say": _SAY,
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
    return {"anyOf": [labels, _object({"labels": labels, "about": _ABOUT}, ("labels",))]}


def _label() -> Schema:
    """One name with its condition, and perhaps `say` and `aside` beside it."""
    aside = {
        "description": "yes: no step of the ladder; nobody is lifted to it.",
        "enum": ["yes", "no", "true", "false", True, False],
    }
    size = {n: {"minProperties": n, "maxProperties": n} for n in (1, 2, 3)}
    return {
        "type": "object",
        "propertyNames": {"pattern": _NAME},
        "properties": {"say": _SAY, "aside": aside},
        "additionalProperties": _ref(
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
            _ref("condition"),
            _object({"when": _ref("condition"), "about": _ABOUT}, ("when",)),
        ]
    }


def _route() -> Schema:
    keys = {
        "when": _ref("condition", "For which leads; `otherwise`: the rest."),
        "to": {
            "description": "The department or person.",
            "type": ["string", "number"],
            "minLength": 1,
        },
        "within": _ref("duration", "How soon it should be answered: 15m, 4h, 2d."),
        "next": _text("What is done or sent next."),
        "by": {
            "description": (
                "How that is done: call puts the lead on the list of whom to call; mail writes to"
                " it; nothing leaves it alone. Where no route of a playbook says it, any step may"
                " be a call, but for leads outside the target audience."
            ),
            "enum": list(BY),
        },
    }
    return _object(keys, ("when", "to"))


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2, ensure_ascii=False))
