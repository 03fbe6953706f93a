"""Why a lead is what it is, in lines of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from leadlight.enrich.acceptance import PROVENANCE
from leadlight.facts.intake import OWN_COLUMNS
from leadlight.presentable import presentable, shown_number
from leadlight.results.explanation import Explanation, FactPart, RuleLine, ScoreLedger
from leadlight.results.summary import duration, label_text
from leadlight.results.text.comparison import KNOWN_NOW
from leadlight.results.text.lines import Line
from leadlight.results.text.points import PointsText, points_text
from leadlight.results.text.story import render_story

FACTS_SHOWN = 6
TERMS_SHOWN = 9
TWINS_SHOWN = 10
#: Columns of an activity that are not shown beside it; how the sender calls the lead is none of a
#: reader's business.
_COLUMNS = frozenset({"props", "occurred_at", "activity_id"} | OWN_COLUMNS.keys())


def render_explanation(e: Explanation, every: bool = False, exact: bool = False) -> Iterator[str]:
    """The explanation, best read from above; with `every` each fact of each rule, with `exact` each
    digit.
    """
    show = PointsText(exact)
    yield from _heading(e)
    yield from _labels(e)
    for ledger in e.scores:
        yield ""
        yield from _ledger(ledger, every, show)
    yield from _tellers(e)
    yield from _plugins(e)
    yield from _advice(e)
    if e.story is not None:
        yield from ("", "Its story")
        yield from (f"  {line}" for line in render_story(e.story))
    yield from ("", "If nothing happens")
    yield from _changes(e)


def _heading(e: Explanation) -> Iterator[str]:
    if e.known == "now":
        yield KNOWN_NOW
    name = presentable(_name(e), 60)
    yield f"{presentable(e.lead_id, 60)}{'  ' + name if name else ''}"
    if e.twins:
        yield from _person(e)
    standing = f", {e.standing}" if e.standing else ""
    yield (
        f"as of {e.as_of:%Y-%m-%d %H:%M} UTC by {presentable(e.playbook, 60)}{standing}"
        f" ({e.fingerprint})"
    )
    yield ""


def _name(e: Explanation) -> str:
    parts = (e.attributes.get(k) for k in ("first_name", "last_name"))
    return " ".join(str(p) for p in parts if p) or str(e.attributes.get("full_name") or "")


def _person(e: Explanation) -> Iterator[str]:
    """That several leads are one person, and which of them was named."""
    listed = ", ".join(presentable(t, 40) for t in e.twins[:TWINS_SHOWN])
    more = " ..." if len(e.twins) > TWINS_SHOWN else ""
    yield f"one person, {len(e.twins)} leads: {listed}{more}"
    if e.asked is not None:
        yield f"{presentable(e.asked, 40)} is one of them; this is what is known of the person"


def _labels(e: Explanation) -> Iterator[str]:
    for label in e.labels:
        because = presentable(label.say or " ".join(label.because.split()), 160)
        sign = "   " if label.say else "   because "
        line = f"  {label_text(label.scale):<14}{label_text(label.label):<24}"
        yield (line + sign + because if because else line).rstrip()
    if e.segments:
        yield f"  {'segments':<14}{', '.join(label_text(s) for s in e.segments)}"
    if e.department:
        within = f" within {duration(e.respond_within)}" if e.respond_within else ""
        step = f": {presentable(e.next_step, 80)}" if e.next_step else ""
        yield f"  {'route':<14}{presentable(e.department, 40)}{within}{step}"


def _tellers(e: Explanation) -> Iterator[str]:
    if not e.said_by:
        return
    yield from ("", "What counts of it, and which of its leads said it")
    for name, who in e.said_by.items():
        if name in e.attributes:
            value = presentable(str(e.attributes[name]), 60)
            yield f"  {presentable(name, 24):<24} {value}  ({presentable(who, 40)})"


def _plugins(e: Explanation) -> Iterator[str]:
    said = {n: e.attributes[n] for n in e.attributes if n.endswith(PROVENANCE)}
    if said:
        yield from ("", "What plug-ins added")
    for name, parts in said.items():
        plugin = name.removesuffix(PROVENANCE)
        for part in str(parts).split("; "):
            yield f"  {presentable(plugin, 24):<24} {presentable(part, 120)}"


def _advice(e: Explanation) -> Iterator[str]:
    if e.lifts:
        yield from ("", "What would lift it")
        for lift in e.lifts:
            by = presentable(lift.by, 80)
            yield f"  {label_text(lift.scale)} to {label_text(lift.label)}: {by}"
    if e.raises:
        yield from ("", "What could add to it, as it did for leads before (no promise)")
        for r in e.raises:
            by = presentable(r.by, 100)
            yield f"  {label_text(r.score)} {r.adds:+.2f} to {r.reaches:.1%}: {by}"


def _changes(e: Explanation) -> Iterator[str]:
    for c in e.changes:
        yield (
            f"  {label_text(c.scale)} turns from {label_text(c.before)} to {label_text(c.after)} on"
            f" {c.at:%Y-%m-%d at %H:%M}"
        )
    if not e.changes:
        yield "  nothing changes within a year"


def _ledger(ledger: ScoreLedger, every: bool, show: PointsText) -> Iterator[str]:
    if ledger.answer is not None and ledger.rules:
        yield from _probability(ledger, every, show)
        return
    if ledger.answer is not None or (not ledger.rules and ledger.summed == ledger.score == 0):
        value = ledger.answer if ledger.answer is not None else ledger.score
        yield f"{label_text(ledger.name)}  {points_text(show.total(Decimal(str(value))))}"
        return
    score, summed = show.total(ledger.score), show.total(ledger.summed)
    yield f"{label_text(ledger.name)}  {points_text(score)}"
    rules = sorted(ledger.rules, key=lambda r: -abs(r.counted))
    for rule, counted in zip(rules, show.parts([r.counted for r in rules], summed), strict=True):
        yield from _rule(rule, counted, every, show)
    yield f"  {points_text(summed):>16}  sum"
    if ledger.limit_change:
        limit = (
            f"at least {ledger.at_least}"
            if ledger.limit_change > 0
            else f"at most {ledger.at_most}"
        )
        yield f"  {points_text(score - summed):>16}  the score is kept to {limit}"
        yield f"  {points_text(score):>16}  score"


def _probability(ledger: ScoreLedger, every: bool, show: PointsText) -> Iterator[str]:
    """A trained model's tables, the weightiest first; those that add next to nothing in one
    line.
    """
    yield f"{label_text(ledger.name)}  {ledger.answer:.1%}"
    ordered = [ledger.rules[0], *sorted(ledger.rules[1:], key=lambda r: -abs(r.counted))]
    listed = ordered if every else [r for r in ordered[:TERMS_SHOWN] if r.counted]
    summed, rest = show.total(ledger.summed), ledger.summed - _sum(r.counted for r in listed)
    *parts, rest = show.parts([*(r.counted for r in listed), rest], summed)
    for rule, counted in zip(listed, parts, strict=True):
        yield from _rule(rule, counted, every, show)
    if len(listed) < len(ordered):
        others = len(ordered) - len(listed)
        yield Line(f"  {points_text(rest):>16}  {others} others together", field="everything")
    yield (f"  {points_text(summed):>16}  sum, in log-odds; 1 / (1 + e^-sum) is the probability")


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


def _rule(rule: RuleLine, counted: Decimal, every: bool, show: PointsText) -> Iterator[str]:
    """A rule with what it counts as it is shown, and its facts, which add up to that."""
    pairs = ((k, presentable(shown_number(v), 40)) for k, v in rule.facts.items() if v is not None)
    facts = ", ".join(f"{k} = {v}" for k, v in pairs)
    because = f"  ({facts})" if facts else ""
    yield f"  {points_text(counted):>16}  {presentable(rule.say, 60)}{because}"
    total = show.total(rule.summed) if rule.cap_change else counted
    points = show.parts([g.points for g in rule.given], total)
    listed = len(points) if every else FACTS_SHOWN
    for given, shown in zip(rule.given[:listed], points[:listed], strict=True):
        yield _fact(rule, given, shown, show)
    if len(points) > listed:
        rest = points_text(_sum(points[listed:]))
        older = len(points) - listed
        yield Line(f"  {'':>16}    and {older} older ones = {rest}", field="everything")
    if rule.cap_change:
        in_all = points_text(total)
        yield f"  {'':>16}    {in_all} in all; this rule counts at most {rule.cap}"


def _fact(rule: RuleLine, given: FactPart, shown: Decimal, show: PointsText) -> str:
    shown_columns = ((k, v) for k, v in given.detail.items() if k not in _COLUMNS)
    detail = ", ".join(f"{k} {presentable(str(v), 40)}" for k, v in shown_columns)
    teller = f"  ({presentable(given.told_by, 60)})" if given.told_by else ""
    return (
        f"  {'':>16}    {given.occurred_at:%Y-%m-%d %H:%M}  {points_text(rule.each)} x"
        f" {show.factor(given.factor)} = {points_text(shown)}"
        f"  {presentable(given.kind, 40)}{' ' + detail if detail else ''}{teller}"
    )
