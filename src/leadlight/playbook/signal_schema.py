"""The JSON Schema of the signals of a playbook, by their forms."""

from __future__ import annotations

from leadlight.facts.contact import MEANINGS, RULES, Rule
from leadlight.playbook.schema_parts import (
    ABOUT,
    NAME_PATTERN,
    SAY,
    Schema,
    object_schema,
    reference,
    text_schema,
)
from leadlight.playbook.spec import TIES

KIND = "the kind of activity, such as demo_requested; a list of them; or any"
_WHEN_ACTIVITY = reference(
    "condition", "Only activities for which this holds: a condition on the activity's own columns."
)
WITHIN = reference("duration", "Only activities not older than this: 15m, 4h, 14d, 6w, 1y.")
_ONCE_PER = {
    "description": (
        "Of several on the same day (or of the same value in that column) only the newest counts."
    ),
    "type": "string",
}
AT_LEAST = reference("points", "Never lower than this.")
AT_MOST = reference("points", "Never higher than this.")
_HALF_LIFE = reference(
    "duration", "After this time half of the points are left: 14d. Without it points do not fade."
)


def _measure(how: str, about: str) -> Schema:
    return object_schema(
        {
            how: text_schema(about),
            "of": reference("kinds", f"Of which: {KIND}."),
            "when": _WHEN_ACTIVITY,
            "within": WITHIN,
            "about": ABOUT,
        },
        (how,),
    )


def _match_schema(form: str, about: str) -> Schema:
    return object_schema(
        {
            form: reference("kinds", about),
            "when": _WHEN_ACTIVITY,
            "within": WITHIN,
            "once_per": _ONCE_PER,
            "about": ABOUT,
        },
        (form,),
    )


def _sleep_schema(form: str, about: str) -> Schema:
    keys = {
        form: reference("kinds", about),
        "after": reference("duration", "How long a silence counts as sleep: 60d."),
    }
    if form == "woken":
        keys["within"] = reference(
            "duration", "How long ago it may have woken, at most as long as after: 14d."
        )
    return object_schema({**keys, "when": _WHEN_ACTIVITY, "about": ABOUT}, tuple(keys))


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
        "within": WITHIN,
        "at_least": AT_LEAST,
        "at_most": AT_MOST,
        "about": ABOUT,
    }
    return {**object_schema(keys), "anyOf": [{"required": ["points"]}, {"required": ["rules"]}]}


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


SIGNALS: Schema = {
    "count": _match_schema("count", f"How many activities: {KIND}."),
    "points_signal": _points(),
    "gained": object_schema(
        {
            "gained": text_schema("What only the positive rules of this points signal gave."),
            "about": ABOUT,
        },
        ("gained",),
    ),
    "sum": _measure("sum", "The sum of this column of activities, such as value."),
    "largest": _measure("largest", "The largest value of this column."),
    "smallest": _measure("smallest", "The smallest value of this column."),
    "latest": _measure("latest", "The value of this column in the newest activity."),
    "days_since": _match_schema(
        "days_since", f"Days since the newest: {KIND}; unknown when it never happened."
    ),
    "sleeping": _sleep_schema(
        "sleeping", f"The newest is at least so old: {KIND}; no where it never happened."
    ),
    "woken": _sleep_schema("woken", f"One ended a silence: {KIND}."),
    "value": object_schema(
        {
            "value": reference("condition", "An expression over attributes and other signals."),
            "about": ABOUT,
        },
        ("value",),
    ),
    "rank": object_schema(
        {
            "rank": reference(
                "condition",
                "What leads are ranked by: a number or a date. Makes how many in a hundred of the"
                " base a lead stands before, from 0 to 100.",
            ),
            "among": reference("condition", "The leads that are ranked; without it, all of them."),
            "ties": {
                "description": "Which of their places leads of one value have: worst.",
                "enum": list(TIES),
            },
            "about": ABOUT,
        },
        ("rank",),
    ),
    "questions": object_schema(
        {
            "questions": {
                "description": (
                    "Questions by name. Makes NAME (percent yes), NAME_known, NAME_QUESTION (the"
                    " answer)."
                ),
                "type": ["object", "null"],
                "propertyNames": {"pattern": NAME_PATTERN},
                "additionalProperties": {"$ref": "#/$defs/question"},
            },
            "about": ABOUT,
        },
        ("questions",),
    ),
    "verify": object_schema(
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
            "about": ABOUT,
        },
        ("verify",),
    ),
}


def point_rule() -> Schema:
    """One rule of a points signal."""
    keys = {
        "on": reference("kinds", f"On which activities: {KIND}."),
        "points": reference("points", "What each gives; negative takes."),
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
        "within": WITHIN,
        "once_per": _ONCE_PER,
        "say": SAY,
    }
    return object_schema(keys, ("on", "points"))


def question() -> Schema:
    """One question of an assessment."""
    return object_schema(
        {
            "yes": reference("condition", "The answer is yes where this holds."),
            "no": reference("condition", "Else no where this holds; else unknown."),
        },
        ("yes",),
    )
