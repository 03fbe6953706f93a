"""The playbook's rules as a reader of the report sees them: what each label, score, segment and
route means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadlight.playbook.conditions import Condition
from leadlight.playbook.spec import (
    Match,
    Playbook,
    PointRule,
    Points,
    Route,
    RuleScore,
    Scale,
    Score,
    SignalScore,
)
from leadlight.results.summary import duration, label_text


@dataclass(frozen=True)
class DefinitionLine:
    """A rule: what it is called, the condition as written, and what is said about it."""

    name: str
    rule: str
    note: str = ""
    raw: str = ""  # the label in the playbook's spelling, for its colour


@dataclass(frozen=True)
class Definition:
    """A scale, score, segment list or route list with its rules, in the order that counts."""

    heading: str
    about: str
    lines: Sequence[DefinitionLine]


def definitions(playbook: Playbook) -> list[Definition]:
    """Everything a reader needs to judge a label: scales first, because they name the leads."""
    scores = (_score(playbook, score) for score in playbook.scores)
    out = [*map(_scale, playbook.scales), *(s for s in scores if s is not None)]
    if playbook.segments:
        lines = [
            DefinitionLine(label_text(s.name), s.when.text, s.about) for s in playbook.segments
        ]
        out.append(Definition("Segments", "A lead can be in several.", lines))
    if playbook.routes:
        lines = [_route_line(r) for r in playbook.routes]
        out.append(Definition("Routes", "The first that holds counts.", lines))
    return out


def _scale(scale: Scale) -> Definition:
    lines = [
        DefinitionLine(label_text(c.name), _when(c.when), c.say or "", c.name) for c in scale.labels
    ]
    about = scale.about or "The first rule that holds names the lead."
    return Definition(label_text(scale.name), about, lines)


def _score(playbook: Playbook, score: Score) -> Definition | None:
    """A score of rules; what a model or a formula says has no rules to show."""
    holder = playbook.signal(score.signal) if isinstance(score, SignalScore) else score
    if isinstance(holder, Points):
        did = f"Points for what a lead did{_limits(holder)}."
        lines = [_point_rule(r) for r in holder.rules]
    elif isinstance(holder, RuleScore):
        did = f"Points for what a lead is{_limits(holder)}."
        lines = [DefinitionLine(r.say or r.id, r.when.text, f"{r.add:+}") for r in holder.rules]
    else:
        return None
    return Definition(f"Score: {label_text(score.name)}", score.about or did, lines)


def _route_line(route: Route) -> DefinitionLine:
    then = ", ".join(_route(route.within, route.next_step))
    return DefinitionLine(route.to, _when(route.when), then)


def _when(condition: Condition | None) -> str:
    return condition.text if condition else "otherwise"


def _limits(holder: Points | RuleScore) -> str:
    if holder.at_least is not None and holder.at_most is not None:
        return f", kept between {holder.at_least} and {holder.at_most}"
    if holder.at_most is not None:
        return f", at most {holder.at_most}"
    return f", at least {holder.at_least}" if holder.at_least is not None else ""


def _point_rule(rule: PointRule) -> DefinitionLine:
    note = [f"{rule.points:+} each"]
    if rule.half_life:
        note.append(f"half of it gone every {duration(rule.half_life)}")
    if rule.at_most is not None:
        note.append(f"at most {rule.at_most}")
    if rule.match.once_per:
        note.append(f"once per {rule.match.once_per}")
    return DefinitionLine(rule.say or rule.id, _match(rule.match), ", ".join(note))


def _match(match: Match) -> str:
    said = " or ".join(match.kinds) or "any activity"
    if match.when:
        said += f" where {match.when.text}"
    return said + (f" within {duration(match.within)}" if match.within else "")


def _route(within: int | None, next_step: str | None) -> list[str]:
    return [
        *([f"within {duration(within)}"] if within else []),
        *([next_step] if next_step else []),
    ]
