"""The `signals` section: values derived from facts, in a window, with decay and caps."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from leadlight.facts.catalog import standard_kind
from leadlight.playbook.durations import words
from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.playbook.spec import (
    Count,
    DaysSince,
    Gained,
    Match,
    Measure,
    PointRule,
    Points,
    Question,
    Questions,
    Signal,
    Sleeping,
    Value,
    Woken,
)
from leadlight.playbook.verify_section import read_verified

ANY, VERIFY = "any", "verify"
MATCH_KEYS = ("when", "within", "once_per")
RULE_KEYS = ("on", "points", "at_most", "half_life", "say", *MATCH_KEYS)
POINTS_KEYS = ("points", "rules", "half_life", "within", "at_least", "at_most", "about")
FORMS = (
    "count",
    "points",
    "rules",
    "gained",
    "sum",
    "largest",
    "smallest",
    "latest",
    "days_since",
    "sleeping",
    "woken",
    "value",
    "questions",
    "verify",
)
_MEASURES: tuple[Literal["sum", "largest", "smallest", "latest"], ...] = (
    "sum",
    "largest",
    "smallest",
    "latest",
)


def read_signals(r: Reader, section: Node | None) -> tuple[Signal, ...]:
    """Every signal that could be read."""
    out: list[Signal] = []
    for key, key_node, node in r.mapping(section, "signals"):
        name = r.name(key, key_node, "signal")
        r.note(name, key_node)
        if node.get(VERIFY) is not None:
            out.extend(read_verified(r, name, node))
            continue
        signal = _signal(r, name, node)
        if signal is not None:
            out.append(signal)
    return tuple(out)


def _signal(r: Reader, name: str, node: Node) -> Signal | None:
    if node.pairs is None:
        r.fault(
            "wrong-shape",
            f"The signal {name} is a mapping, such as {{count: demo_requested, within: 14d}}.",
            node,
        )
        return None
    form = next((f for f in FORMS if node.get(f) is not None), None)
    if form is None:
        r.fault(
            "unknown-signal",
            f"The signal {name} says nothing to derive.",
            node,
            f"Give it one of: {', '.join(FORMS)}.",
        )
        return None
    if form in ("points", "rules"):
        return _points(r, name, node)
    if form == "value":
        r.keys(node, ("value", "about"))
        expression = r.condition(node.get("value"))
        return Value(name, expression) if expression else None
    if form == "gained":
        r.keys(node, ("gained", "about"))
        return Gained(name, r.text(node, "gained") or "")
    if form == "questions":
        return _questions(r, name, node)
    if form in ("count", "days_since"):
        r.keys(node, (form, "about", *MATCH_KEYS))
        match = _match(r, node, node.get(form))
        return Count(name, match) if form == "count" else DaysSince(name, match)
    if form in ("sleeping", "woken"):
        return _sleep(r, name, node, form)
    how = next(m for m in _MEASURES if m == form)
    r.keys(node, (form, "of", "about", "when", "within"))
    return Measure(name, how, r.text(node, form) or "", _match(r, node, node.get("of")))


def _sleep(r: Reader, name: str, node: Node, form: str) -> Sleeping | Woken | None:
    needed = ("after",) if form == "sleeping" else ("after", "within")
    r.keys(node, (form, *needed, "when", "about"))
    times = {key: r.duration(node, key) for key in needed}
    for key in needed:
        if node.get(key) is None:
            r.fault(
                "missing-key",
                f"The signal {name} does not say {key}.",
                node,
                "Write {sleeping: any, after: 60d} or {woken: any, after: 60d, within: 14d}.",
            )
    match = Match(_kinds(r, node.get(form)), r.condition(node.get("when")))
    after, within = times["after"], times.get("within")
    if after is None or (form == "woken" and within is None):
        return None
    if within is None:
        return Sleeping(name, match, after)
    if within > after:
        r.fault(
            "wrong-value",
            f"The signal {name} looks for a silence of {words(after)} that ended within"
            f" {words(within)}: so long a window could hold two.",
            node.get("within") or node,
            "Make within at most as long as after.",
        )
        return None
    return Woken(name, match, after, within)


def _kinds(r: Reader, kinds: Node | None) -> tuple[str, ...]:
    named = [w for w in r.words(kinds) if w]
    return () if ANY in named else tuple(dict.fromkeys(standard_kind(w) for w in named))


def _match(r: Reader, node: Node, kinds: Node | None, within: int | None = None) -> Match:
    return Match(
        kinds=_kinds(r, kinds),
        when=r.condition(node.get("when")),
        within=r.duration(node, "within") or within,
        once_per=r.text(node, "once_per"),
    )


def _points(r: Reader, name: str, node: Node) -> Points:
    r.keys(node, POINTS_KEYS)
    half_life, within = r.duration(node, "half_life"), r.duration(node, "within")
    rules: list[PointRule] = []
    short = node.get("points")
    for key, key_node, value in r.mapping(short, f"points of {name}"):
        points = r.points(value, key)
        if points is not None:
            rules.append(
                PointRule(
                    key, points, Match((standard_kind(key),), within=within), half_life=half_life
                )
            )
            r.note(f"{name}.{key}", key_node)

    def rule(key: str, item: Node) -> PointRule | None:
        if item.pairs is None:
            r.fault(
                "wrong-shape",
                f"The rule {key} is a mapping, such as {{on: demo_requested, points: 40}}.",
                item,
            )
            return None
        r.keys(item, RULE_KEYS)
        r.note(f"{name}.{key}", item)
        points = r.number(item, "points")
        for needed in ("on", "points"):
            if item.get(needed) is None:
                r.fault("missing-key", f"The rule {key} does not say {needed}.", item)
        if points is None or item.get("on") is None:
            return None
        return PointRule(
            id=key,
            points=points,
            match=_match(r, item, item.get("on"), within),
            at_most=r.number(item, "at_most", negative=False),
            half_life=(
                None if r.text(item, "half_life") == "never" else (_half_life(r, item) or half_life)
            ),
            say=r.text(item, "say"),
        )

    long = node.get("rules")
    if long is not None:
        rules.extend(r.rules(long, name, rule))
    return Points(name, tuple(rules), r.number(node, "at_least"), r.number(node, "at_most"))


def _half_life(r: Reader, item: Node) -> int | None:
    return r.duration(item, "half_life")


def _questions(r: Reader, name: str, node: Node) -> Questions:
    r.keys(node, ("questions", "about"))
    out: list[Question] = []
    for key, key_node, value in r.mapping(node.get("questions"), f"questions of {name}"):
        r.name(key, key_node, "question")
        if value.pairs is None:
            r.fault("wrong-shape", f"The question {key} is a mapping with yes: and no:.", value)
            continue
        r.keys(value, ("yes", "no"))
        yes = r.condition(value.get("yes"))
        if value.get("yes") is None:
            r.fault(
                "missing-key", f"The question {key} does not say when the answer is yes.", value
            )
        if yes is not None:
            out.append(Question(key, yes, r.condition(value.get("no"))))
    return Questions(name, tuple(out))


def cents(points: Decimal) -> int:
    """Points as whole hundredths, which is how a plan counts them."""
    return int(points * 100)
