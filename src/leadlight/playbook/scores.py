"""The `scores` section: weighted signals and rules on what a lead is."""

from __future__ import annotations

from collections.abc import Mapping

from leadlight.playbook.conditions import Condition, parse
from leadlight.playbook.model import Model
from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import NAME, Reader
from leadlight.playbook.spec import FitRule, ModelScore, RuleScore, Score, SignalScore
from leadlight.problems import did_you_mean


def read_scores(r: Reader, section: Node | None, models: Mapping[str, Model]) -> tuple[Score, ...]:
    """Every score that could be read, over these learned models."""
    out: list[Score] = []
    for key, key_node, node in r.mapping(section, "scores"):
        name = r.name(key, key_node, "score")
        r.note(name, key_node)
        score = _score(r, name, node, models)
        if score is not None:
            out.append(score)
    return tuple(out)


def _score(r: Reader, name: str, node: Node, models: Mapping[str, Model]) -> Score | None:
    if node.text is not None:
        return SignalScore(name, node.text)
    if node.items is not None:
        return RuleScore(name, r.rules(node, name, lambda key, item: _rule(r, name, key, item)))
    if node.get("signal") is not None:
        r.keys(node, ("signal", "about"))
        return SignalScore(name, r.text(node, "signal") or "", r.text(node, "about") or "")
    if node.get("model") is not None:
        return _model_score(r, name, node, models)
    r.keys(node, ("rules", "at_least", "at_most", "about"))
    rules = node.get("rules")
    if rules is None:
        r.fault(
            "missing-key",
            f"The score {name} has no rules.",
            node,
            "Give it rules, or the name of a points signal.",
        )
        return None
    return RuleScore(
        name,
        r.rules(rules, name, lambda key, item: _rule(r, name, key, item)),
        r.number(node, "at_least"),
        r.number(node, "at_most"),
        r.text(node, "about") or "",
    )


def _model_score(r: Reader, name: str, node: Node, models: Mapping[str, Model]) -> Score | None:
    r.keys(node, ("model", "about"))
    wanted = r.text(node, "model") or ""
    if wanted not in models:
        called = wanted or "NAME"
        hint = (
            did_you_mean(wanted, models)
            or f"`leadlight learn --name {called}` learns it and writes models/{called}.yml."
        )
        r.fault(
            "unknown-model",
            f"The score {name} needs the model {wanted!r}, and there is none.",
            node,
            hint,
        )
        return None
    return ModelScore(name, models[wanted], r.text(node, "about") or "")


def _rule(r: Reader, score: str, key: str, item: Node) -> FitRule | None:
    if item.pairs is None:
        r.fault(
            "wrong-shape",
            f"The rule {key} is a mapping, such as {{when: employees >= 50, add: 20}}.",
            item,
        )
        return None
    by = r.text(item, "by")
    first = "when" if by is None else "by"
    r.keys(item, (first, "add", "say"))
    r.note(f"{score}.{key}", item)
    for needed in (first, "add"):
        if item.get(needed) is None:
            r.fault("missing-key", f"The rule {key} does not say {needed}.", item)
    when = r.condition(item.get("when")) if by is None else _is_ranked(by)
    add = r.number(item, "add")
    if when is None or add is None:
        return None
    return FitRule(key, when, add, r.text(item, "say"), by)


def _is_ranked(rank: str) -> Condition | None:
    """That a rank is above 0; None for what is no name."""
    return parse(f"{rank} > 0") if NAME.fullmatch(rank) else None
