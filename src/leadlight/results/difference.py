"""What made a lead another one between two moments: a ledger of changes whose lines sum exactly to
each score's difference.

What time and facts did is told apart from what other rules did.  With another playbook the lead is
explained three times: before, by the old rules; after, by the old rules; after, by the new ones.
From the first to the second only facts and the clock differ, from the second to the third only
rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from leadlight.facts.cohort import Known
from leadlight.playbook.spec import Playbook, Points, SignalScore
from leadlight.results.explanation import Explanation, FactPart, LabelLine, RuleLine, ScoreLedger

What = Literal[
    "came",  # happened since
    # had happened before, and counts only now: it was recorded later, or is old enough for its rule
    # now
    "learned",
    "faded",  # the same facts, older
    "left",  # left the window of its rule
    "gone",  # counts no more for another reason: taken back, or of its day only the newest counts
    "cap",  # what the rule's cap takes
    "limit",  # what the limits of the score take
    "holds",  # a rule on attributes holds now
    "fails",  # a rule on attributes holds no more
    "value",  # a score that is no sum of points
    "new_rule",
    "other_rule",
    "no_rule",
]
NOTHING = Decimal(0)
#: Facts by what they are: when, which kind, its details, and a number where two are alike.
Facts = dict[tuple[datetime, str, tuple[tuple[str, str], ...], int], FactPart]
#: A rule's id, and its lines before and after.
RulePair = tuple[str, RuleLine | None, RuleLine | None]


@dataclass(frozen=True)
class ChangeLine:
    """One cause of a score's difference: the rule, what happened to it, the points that makes, and
    the facts concerned.
    """

    what: What
    rule: str
    say: str
    points: Decimal
    given: tuple[FactPart, ...] = ()
    because: str = ""  # the condition of a rule on attributes
    values: tuple[tuple[str, Any, Any], ...] = ()  # what it looks at: name, before, after
    window: int | None = None  # seconds, where facts left one


@dataclass(frozen=True)
class ScoreDifference:
    """A score before and after (None: it was unknown, or is not of that playbook), and the lines
    that sum to the change.
    """

    name: str
    before: Decimal | None
    after: Decimal | None
    lines: tuple[ChangeLine, ...]

    @property
    def change(self) -> Decimal:
        """After less before; an absent score counts as nothing."""
        return (self.after or NOTHING) - (self.before or NOTHING)


@dataclass(frozen=True)
class LabelDifference:
    """A label that changed, and the condition that decided it: one that holds now, or one that
    holds no more.

    `by_rules` says that facts and time alone would not have changed it to this.
    """

    scale: str
    before: str
    after: str
    label: str = ""  # the label whose condition flipped
    because: str = ""
    holds: bool = True
    values: tuple[tuple[str, Any, Any], ...] = ()
    by_rules: bool = False


@dataclass(frozen=True)
class LeadDifference:
    """What became of one lead between two moments, and what made it so."""

    lead_id: str
    since: datetime
    as_of: datetime
    existed: bool
    scores: tuple[ScoreDifference, ...]
    labels: tuple[LabelDifference, ...]
    attributes: tuple[tuple[str, Any, Any], ...]  # name, before, after
    segments: tuple[tuple[str, ...], tuple[str, ...]]  # joined, left
    route: tuple[str | None, str | None]  # department before, after
    playbooks: tuple[tuple[str, str], ...]  # name and fingerprint: one, or before and after
    name: str = ""
    known: Known = "then"  # now: by what we know now about both moments

    @property
    def is_changed(self) -> bool:
        """Whether anything at all is different."""
        same_route = self.route[0] == self.route[1]
        parts = (self.labels, self.attributes, *self.segments)
        return (
            not self.existed
            or not same_route
            or any(parts)
            or any(s.change or s.lines for s in self.scores)
        )


@dataclass(frozen=True)
class _Moments:
    """The explanations that are compared. `between` is of the later moment by the playbook of the
    earlier one.
    """

    book: Playbook
    before: Explanation | None
    between: Explanation
    after: Explanation
    windows: Mapping[tuple[str, str], int | None] = field(default_factory=dict)


def difference(
    book: Playbook,
    before: Explanation | None,
    after: Explanation,
    since: datetime,
    between: Explanation | None = None,
) -> LeadDifference:
    """From `before` to `after`. `book` is the playbook of `before`, and `between` the lead at the
    later moment by it.

    Without `between` both moments are by the same playbook. Without `before` the lead was not there
    yet: all is new.
    """
    m = _Moments(book, before, between or after, after, _windows(book))
    return LeadDifference(
        after.lead_id,
        since,
        after.as_of,
        before is not None,
        tuple(_scores(m)),
        tuple(_labels(m)),
        tuple(_attributes(dict(before.attributes) if before else {}, after.attributes)),
        _segments(before.segments if before else (), after.segments),
        (before.department if before else None, after.department),
        tuple(dict.fromkeys(_playbook(e) for e in (m.between, after))),
        name=_name(after.attributes),
    )


def _windows(book: Playbook) -> dict[tuple[str, str], int | None]:
    """The window in seconds of each point rule, by its signal and id."""
    signals = [s for s in book.signals if isinstance(s, Points)]
    return {(s.name, r.id): r.match.within for s in signals for r in s.rules}


def _attributes(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    """Each attribute that is another one now: its name, before, after."""
    for name in dict.fromkeys([*after, *before]):
        if name != "lead_id" and before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)


def _segments(
    before: Sequence[str], after: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The segments that the lead joined, and those that it left."""
    joined = tuple(s for s in after if s not in before)
    return joined, tuple(s for s in before if s not in after)


def _playbook(e: Explanation) -> tuple[str, str]:
    """What a playbook is called, and its fingerprint."""
    return e.playbook + (f", {e.standing}" if e.standing else ""), e.fingerprint


def _name(attributes: Mapping[str, Any]) -> str:
    parts = (attributes.get(k) for k in ("first_name", "last_name"))
    return " ".join(str(part) for part in parts if part)


def _scores(m: _Moments) -> Iterator[ScoreDifference]:
    old, mid, new = (
        {s.name: s for s in e.scores} if e else {} for e in (m.before, m.between, m.after)
    )
    for name in dict.fromkeys([*new, *mid]):
        lines: list[ChangeLine] = []
        if name in mid:
            lines += _by_time(m, name, old.get(name), mid[name])
        if m.between is not m.after:
            lines += _by_rules(name, mid.get(name), new.get(name))
        yield ScoreDifference(name, _points(old.get(name)), _points(new.get(name)), tuple(lines))


def _points(ledger: ScoreLedger | None) -> Decimal | None:
    if ledger is None:
        return None
    return ledger.score if ledger.answer is None else Decimal(repr(ledger.answer))


def _by_time(
    m: _Moments, name: str, old: ScoreLedger | None, new: ScoreLedger
) -> Iterator[ChangeLine]:
    """The lines between two ledgers of the same rules."""
    if _is_no_sum(old) or _is_no_sum(new):
        yield from _change_at_once("value", name, old, new)
        return
    window = _windows_of(m, name)
    for rule, before, after in _rule_pairs(old, new):
        one = after or before
        if one is not None and one.because:
            yield from _of_attributes(m, before, after)
        else:
            yield from _of_facts(m, before, after, window.get(rule))
    limited = new.limit_change - (old.limit_change if old else NOTHING)
    if limited:
        yield ChangeLine("limit", name, _limits(new), limited)


def _is_no_sum(ledger: ScoreLedger | None) -> bool:
    """A score that is no sum of points: a signal's value, or a probability."""
    return ledger is not None and ledger.answer is not None


def _change_at_once(
    what: What, name: str, old: ScoreLedger | None, new: ScoreLedger | None
) -> Iterator[ChangeLine]:
    """The change of a score that cannot be told rule by rule."""
    change = (_points(new) or NOTHING) - (_points(old) or NOTHING)
    if change:
        yield ChangeLine(what, name, name.replace("_", " "), change)


def _rule_pairs(old: ScoreLedger | None, new: ScoreLedger | None) -> Iterator[RulePair]:
    """Each rule of two ledgers: its id, its line before and its line after."""
    was, now = ({r.id: r for r in ledger.rules} if ledger else {} for ledger in (old, new))
    for rule in dict.fromkeys([*now, *was]):
        yield rule, was.get(rule), now.get(rule)


def _windows_of(m: _Moments, score: str) -> dict[str, int | None]:
    found = next((s for s in m.book.scores if s.name == score), None)
    signal = found.signal if isinstance(found, SignalScore) else ""
    return {rule: within for (name, rule), within in m.windows.items() if name == signal}


def _of_attributes(
    m: _Moments, before: RuleLine | None, after: RuleLine | None
) -> Iterator[ChangeLine]:
    one = after or before
    if one is None or (before and after):
        return
    values = tuple(
        (n, _value(m.book, m.before, n), _value(m.book, m.between, n)) for n in one.facts
    )
    what: What = "holds" if after else "fails"
    yield ChangeLine(
        what, one.id, one.say, one.counted if after else -one.counted, (), one.because, values
    )


def _of_facts(
    m: _Moments, before: RuleLine | None, after: RuleLine | None, window: int | None
) -> Iterator[ChangeLine]:
    one = after or before
    assert one is not None
    old, new = _by_fact(before), _by_fact(after)
    for what, facts in _facts_by_cause(m, old, new, window).items():
        total = sum((g.points for g in facts), NOTHING)
        sign = 1 if what in ("came", "learned") else -1
        left = window if what == "left" else None
        if facts:
            yield ChangeLine(what, one.id, one.say, sign * total, tuple(facts), window=left)
    yield from _decay_change(one, old, new)
    capped = _capped_points(after) - _capped_points(before)
    if capped:
        yield ChangeLine("cap", one.id, f"{one.say} counts at most {one.cap}", capped)


def _decay_change(rule: RuleLine, old: Facts, new: Facts) -> Iterator[ChangeLine]:
    """The same facts, older."""
    same = [(old[key], given) for key, given in new.items() if key in old]
    faded = sum((g.points - f.points for f, g in same), NOTHING)
    if faded:
        yield ChangeLine("faded", rule.id, rule.say, faded, tuple(g for _, g in same))


def _counted_points(rule: RuleLine | None) -> Decimal:
    return rule.counted if rule else NOTHING


def _capped_points(rule: RuleLine | None) -> Decimal:
    return rule.cap_change if rule else NOTHING


def _limited_points(ledger: ScoreLedger | None) -> Decimal:
    return ledger.limit_change if ledger else NOTHING


def _facts_by_cause(
    m: _Moments, old: Facts, new: Facts, window: int | None
) -> dict[What, list[FactPart]]:
    """The facts that count only after, or only before, by what made it so."""
    out: dict[What, list[FactPart]] = {"came": [], "learned": [], "left": [], "gone": []}
    since = m.before.as_of if m.before else None
    for key, given in new.items():
        if key not in old:
            out["came" if since is None or given.occurred_at > since else "learned"].append(given)
    for key, given in old.items():
        if key not in new:
            out["left" if _has_left(given, window, m.between.as_of) else "gone"].append(given)
    return out


def _has_left(given: FactPart, window: int | None, at: datetime) -> bool:
    """Whether a fact has left its rule's window at a moment."""
    return window is not None and given.occurred_at + timedelta(seconds=window) <= at


def _by_fact(rule: RuleLine | None) -> Facts:
    """A rule's facts by what they are; the second of two that are alike by its number."""
    out: Facts = {}
    for given in rule.given if rule else ():
        detail = tuple(sorted((k, str(v)) for k, v in given.detail.items()))
        n = 0
        while (given.occurred_at, given.kind, detail, n) in out:
            n += 1
        out[given.occurred_at, given.kind, detail, n] = given
    return out


def _by_rules(name: str, old: ScoreLedger | None, new: ScoreLedger | None) -> Iterator[ChangeLine]:
    """The lines between two ledgers of the same facts at the same moment."""
    if _is_no_sum(old) or _is_no_sum(new):
        yield from _change_at_once("other_rule", name, old, new)
        return
    for rule, before, after in _rule_pairs(old, new):
        one = after or before
        change = _counted_points(after) - _counted_points(before)
        if one is not None and change:
            what = _other_rule(before, after)
            yield ChangeLine(what, rule, one.say, change, (), one.because)
    limited = _limited_points(new) - _limited_points(old)
    if limited:
        yield ChangeLine("limit", new.name if new else "", _limits(new or old), limited)


def _other_rule(before: RuleLine | None, after: RuleLine | None) -> What:
    if before and after:
        return "other_rule"
    return "new_rule" if after else "no_rule"


def _limits(ledger: ScoreLedger | None) -> str:
    assert ledger is not None
    ends = [f"at least {ledger.at_least}"] * (ledger.at_least is not None)
    ends += [f"at most {ledger.at_most}"] * (ledger.at_most is not None)
    return f"the score is kept to {' and '.join(ends)}" if ends else "the limits of the score"


def _labels(m: _Moments) -> Iterator[LabelDifference]:
    """The labels that changed; of a lead that is new, all."""
    if m.before is None:
        for la in m.after.labels:
            yield LabelDifference(la.scale, "", la.label, la.label, la.because)
        return
    old, mid, new = ({la.scale: la for la in e.labels} for e in (m.before, m.between, m.after))
    none = LabelLine("", "", "")
    for scale in dict.fromkeys([*new, *old]):
        before, after = old.get(scale, none).label, new.get(scale, none).label
        if before == after:
            continue
        if scale in mid and mid[scale].label == after:
            yield _flipped_label(m, scale, before, after)
        else:
            because = new.get(scale, none).because
            yield LabelDifference(scale, before, after, after, because, by_rules=True)


def _flipped_label(m: _Moments, scale: str, before: str, after: str) -> LabelDifference:
    """The first condition that holds names the lead: so of the two labels, the better one's has
    flipped.
    """
    found = m.book.scale(scale)
    labels = list(found.labels) if found else []
    places = {la.name: n for n, la in enumerate(labels)}
    rises = places.get(after, len(labels)) < places.get(before, len(labels))
    label = after if rises else before
    when = labels[places[label]].when if label in places else None
    names = sorted(when.names) if when else []
    values = tuple((n, _value(m.book, m.before, n), _value(m.book, m.between, n)) for n in names)
    moved = tuple(v for v in values if v[1] != v[2])
    return LabelDifference(scale, before, after, label, when.text if when else "", rises, moved)


def _value(book: Playbook, e: Explanation | None, name: str) -> Any:
    """What a name of the playbook stood for: an attribute, a signal, a score, a label, a
    segment.
    """
    if e is None:
        return None
    for score in e.scores:
        if score.name == name:
            return _points(score)
    for label in e.labels:
        if label.scale == name:
            return label.label
    if name in e.signals:
        return e.signals[name]
    if any(s.name == name for s in book.segments):
        return name in e.segments
    return e.attributes.get(name)
