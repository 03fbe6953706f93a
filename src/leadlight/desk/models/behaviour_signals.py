"""What a model may ask of anybody's behaviour, beside the playbook's own signals: how long ago, how
often, for how much, by which channel.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from leadlight.desk.wiring import training_sets
from leadlight.facts.decisions import ENDS, OURS

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base

MOST_KINDS = 25  # kinds of activity that are counted, the most frequent in the base
AWAKE = "acts_90d"  # by which a lead is awake
_TEXTS = {
    "recency_days": "days since it last did anything",
    "acts_7d": "things done in a week",
    "acts_30d": "things done in 30 days",
    "acts_90d": "things done in 90 days",
    "trend": "share of 90 days' doings in the last 30",
    "known_days": "days since it came",
    "value_90d": "value of what it did in 90 days",
    "channel_last": "channel it used most recently",
}

#: A signal as a playbook defines it.
Definition: TypeAlias = Mapping[str, str]


def behaviour_signals(base: Base, outcome: Sequence[str]) -> dict[str, Definition]:
    """The signals that can be asked of a base, by their names; never for the outcome itself."""
    catalog = base.sources.catalog
    kinds = sorted(k for k in catalog.kinds if k not in (*outcome, *ENDS))
    if len(kinds) > MOST_KINDS:
        kinds = _frequent(base, kinds)
    return general_signals(kinds) | _stated_signals(catalog.present, catalog.activity_present)


def general_signals(kinds: Sequence[str] = ()) -> dict[str, Definition]:
    """What is asked of anybody's behaviour: how long ago, how often in a month and a quarter,
    whether more of late, and by kind.
    """
    when = _theirs()
    out: dict[str, Definition] = {
        "recency_days": {"days_since": "any", "when": when},
        "acts_7d": {"count": "any", "within": "7d", "when": when},
        "acts_30d": {"count": "any", "within": "30d", "when": when},
        "acts_90d": {"count": "any", "within": "90d", "when": when},
        "trend": {"value": "acts_30d / nullif(acts_90d, 0)"},
    }
    for kind in kinds:
        if kind.replace("_", "").isalnum() and not kind[0].isdigit():
            out[f"{kind}_30d"] = {"count": kind, "within": "30d"}
            out[f"{kind}_days"] = {"days_since": kind}
    return out


def outcome_recency(outcome: Sequence[str]) -> Definition:
    """How long ago the last outcome was: of leads that may have it again nothing else of recency
    says as much, so it is what a model must be better than.
    """
    kinds = ", ".join(f"'{k}'" for k in outcome)
    return {"days_since": "any", "when": f"kind in ({kinds})"}


def signal_text(name: str) -> str:
    """A behaviour signal in words."""
    if name in _TEXTS:
        return _TEXTS[name]
    kind, _, what = name.rpartition("_")
    kind = kind.replace("_", " ")
    return f"days since {kind}" if what == "days" else f"{kind} in 30 days"


def signal_yaml(signal: Definition) -> str:
    """A signal as a playbook writes it, on one line."""
    return "{" + ", ".join(f'{k}: "{v}"' for k, v in signal.items()) + "}"


def _stated_signals(lead: Collection[str], activity: Collection[str]) -> dict[str, Definition]:
    """What can be asked where the base states it: how long a lead is known, for how much and by
    which channel it acted.
    """
    when = _theirs()
    out: dict[str, Definition] = {}
    if "created_at" in lead:
        out["known_days"] = {"value": "days_since(created_at)"}
    if "value" in activity:
        out["value_90d"] = {"sum": "value", "of": "any", "within": "90d", "when": when}
    if "channel" in activity:
        out["channel_last"] = {"latest": "channel", "of": "any", "when": when}
    return out


def _theirs() -> str:
    """The condition of what leads did themselves."""
    others = ", ".join(f"'{k}'" for k in (*OURS, *ENDS))
    return f"kind not in ({others})"


def _frequent(base: Base, kinds: Sequence[str]) -> list[str]:
    """The most frequent of these kinds in the base."""
    among = set(kinds)
    return sorted([k for k in training_sets.kinds_by_frequency(base) if k in among][:MOST_KINDS])
