"""The `scores` section: weighted signals and rules on what a lead is."""

from __future__ import annotations

from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.playbook.spec import FitRule, RuleScore, Score, SignalScore


def read_scores(r: Reader, section: Node | None) -> tuple[Score, ...]:
    """Every score that could be read."""
    out: list[Score] = []
    for key, key_node, node in r.mapping(section, "scores"):
        name = r.name(key, key_node, "score")
        r.note(name, key_node)
        score = _score(r, name, node)
        if score is not None:
            out.append(score)
    return tuple(out)


def _score(r: Reader, name: str, node: Node) -> Score | None:
    if node.text is not None:
        return SignalScore(name, node.text)
    if node.items is not None:
        return RuleScore(name, r.rules(node, name, lambda key, item: _rule(r, name, key, item)))
    if node.get("signal") is not None:
        r.keys(node, ("signal", "about"))
        return SignalScore(name, r.text(node, "signal") or "", r.text(node, "about") or "")
    r.keys(node, ("rules", "at_least", "at_most", "about"))
    rules = node.get("rules")
    if rules is None:
        r.fault("missing-key", f"The score {name} has no rules.", node,
                "Give it rules, or the name of a points signal.")  # fmt: skip
        return None
    return RuleScore(
        name,
        r.rules(rules, name, lambda key, item: _rule(r, name, key, item)),
        r.number(node, "at_least"),
        r.number(node, "at_most"),
        r.text(node, "about") or "",
    )


def _rule(r: Reader, score: str, key: str, item: Node) -> FitRule | None:
    if item.pairs is None:
        r.fault("wrong-shape", f"The rule {key} is a mapping, such as {{when: employees >= 50, add: 20}}.", item)
        return None
    r.keys(item, ("when", "add", "say"))
    r.note(f"{score}.{key}", item)
    for needed in ("when", "add"):
        if item.get(needed) is None:
            r.fault("missing-key", f"The rule {key} does not say {needed}.", item)
    when, add = r.condition(item.get("when")), r.number(item, "add")
    return FitRule(key, when, add, r.text(item, "say")) if when is not None and add is not None else None
