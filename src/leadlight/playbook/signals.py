"""The `signals` section: values derived from facts, in a window, with decay and caps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal

from leadlight.facts.catalog import standard_kind
from leadlight.playbook.durations import words
from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.playbook.spec import (
    TIES,
    Count,
    DaysSince,
    Gained,
    Match,
    Measure,
    PointRule,
    Points,
    Question,
    Questions,
    Rank,
    Signal,
    Sleeping,
    Value,
    Woken,
)
from leadlight.playbook.verify_section import read_verification

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
    "rank",
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
            out.extend(read_verification(r, name, node))
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
    return _READERS[form](r, name, node, form)


def _value(r: Reader, name: str, node: Node, form: str) -> Value | None:
    r.keys(node, ("value", "about"))
    expression = r.condition(node.get("value"))
    return Value(name, expression) if expression else None


def _rank(r: Reader, name: str, node: Node, form: str) -> Rank | None:
    r.keys(node, ("rank", "among", "ties", "about"))
    of, among = r.condition(node.get("rank")), r.condition(node.get("among"))
    ties = r.text(node, "ties") or "worst"
    known = next((t for t in TIES if t == ties), None)
    if known is None:
        r.fault(
            "wrong-value",
            f"The rank {name} has the ties {ties!r}.",
            node.get("ties") or node,
            f"Write one of: {', '.join(TIES)}.",
        )
    return Rank(name, of, among, known or "worst") if of else None


def _gained(r: Reader, name: str, node: Node, form: str) -> Gained:
    r.keys(node, ("gained", "about"))
    return Gained(name, r.text(node, "gained") or "")


def _count(r: Reader, name: str, node: Node, form: str) -> Count:
    r.keys(node, (form, "about", *MATCH_KEYS))
    return Count(name, _match(r, node, node.get(form)))


def _days_since(r: Reader, name: str, node: Node, form: str) -> DaysSince:
    r.keys(node, (form, "about", *MATCH_KEYS))
    return DaysSince(name, _match(r, node, node.get(form)))


def _measure(r: Reader, name: str, node: Node, form: str) -> Measure:
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
    if after is None:
        return None
    if form == "sleeping":
        return Sleeping(name, match, after)
    return None if within is None else _check_windows(r, node, Woken(name, match, after, within))


def _check_windows(r: Reader, node: Node, signal: Woken) -> Woken | None:
    if signal.within <= signal.after:
        return signal
    r.fault(
        "wrong-value",
        f"The signal {signal.name} looks for a silence of {words(signal.after)} that ended within"
        f" {words(signal.within)}: so long a window could hold two.",
        node.get("within") or node,
        "Make within at most as long as after.",
    )
    return None


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


def _points(r: Reader, name: str, node: Node, form: str) -> Points:
    r.keys(node, POINTS_KEYS)
    half_life, within = r.duration(node, "half_life"), r.duration(node, "within")
    rules: list[PointRule] = []
    for key, key_node, value in r.mapping(node.get("points"), f"points of {name}"):
        points = r.points(value, key)
        if points is not None:
            match = Match((standard_kind(key),), within=within)
            rules.append(PointRule(key, points, match, half_life=half_life))
            r.note(f"{name}.{key}", key_node)

    def rule(key: str, item: Node) -> PointRule | None:
        return _point_rule(r, name, key, item, half_life, within)

    long = node.get("rules")
    if long is not None:
        rules.extend(r.rules(long, name, rule))
    return Points(name, tuple(rules), r.number(node, "at_least"), r.number(node, "at_most"))


def _point_rule(
    r: Reader, signal: str, key: str, item: Node, half_life: int | None, within: int | None
) -> PointRule | None:
    """A rule written out; `half_life` and `within` are the signal's, where it has none itself."""
    if item.pairs is None:
        r.fault(
            "wrong-shape",
            f"The rule {key} is a mapping, such as {{on: demo_requested, points: 40}}.",
            item,
        )
        return None
    r.keys(item, RULE_KEYS)
    r.note(f"{signal}.{key}", item)
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
        half_life=_half_life(r, item, half_life),
        say=r.text(item, "say"),
    )


def _half_life(r: Reader, item: Node, usual: int | None) -> int | None:
    if r.text(item, "half_life") == "never":
        return None
    return r.duration(item, "half_life") or usual


def _questions(r: Reader, name: str, node: Node, form: str) -> Questions:
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


#: What reads each form of a signal but `verify`, which makes several.
_READERS: Mapping[str, Callable[[Reader, str, Node, str], Signal | None]] = {
    "count": _count,
    "points": _points,
    "rules": _points,
    "gained": _gained,
    **dict.fromkeys(_MEASURES, _measure),
    "days_since": _days_since,
    "sleeping": _sleep,
    "woken": _sleep,
    "value": _value,
    "rank": _rank,
    "questions": _questions,
}


def cents(points: Decimal) -> int:
    """Points as whole hundredths, which is how a plan counts them."""
    return int(points * 100)
