"""A group of HubSpot's lead scoring as scores of a playbook.

A group's points are the sum of its rules', each kept within the limits of its rule, and all of them
within those of the group. What a lead is becomes rules of a score; what it did becomes points. An
event's points decay in steps (`decayIntervalDays`, `percentToDecayPerInterval`): each step is a
rule of its own with a window, so that after n intervals exactly the same is left as there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from leadlight.playbook.translation.comparisons import Names
from leadlight.playbook.translation.document import Item
from leadlight.playbook.translation.draft import DraftRule
from leadlight.playbook.translation.hubspot_conditions import ConditionText, composite, segment_of
from leadlight.playbook.translation.hubspot_operations import comparison, days_of_range
from leadlight.playbook.translation.quotes import number, one_line
from leadlight.playbook.translation.remarks import Untranslatable

#: The kinds of activities that HubSpot's types of events are, and what a reason calls them.
EVENTS: Mapping[str, tuple[str, str]] = {
    "4-96000": ("page_viewed", "Visited a page"),
    "4-666440": ("email_opened", "Opened a mail"),
    "4-666288": ("email_clicked", "Clicked in a mail"),
    "4-665538": ("email_replied", "Answered a mail"),
    "4-665536": ("email_sent", "Was sent a mail"),
    "4-5470331": ("email_bounced", "A mail bounced"),
    "4-1639801": ("form_submitted", "Filled in a form"),
    "4-1553675": ("ad_clicked", "Followed an ad"),
    "4-68559": ("webinar_registered", "Registered for an event"),
    "4-1720599": ("meeting_booked", "Booked a meeting"),
    "4-1741072": ("call_held", "Spoke on the phone"),
    "4-1555805": ("cta_clicked", "Clicked a call to action"),
}
#: Columns of an activity that properties of events are.
EVENT_COLUMNS: Mapping[str, str] = {
    "hs_url": "url",
    "hs_page_url": "url",
    "hs_title": "subject",
    "hs_page_title": "subject",
    "hs_subject": "subject",
}
_COMPANY = "0-2"
_BY_HAND = "Write the rule by hand"
_CENT = Decimal("0.01")
_ONE_COMPANY = (
    "A lead has one company here, so that the sum, mean, largest and smallest over its companies"
    " are the same."
)


@dataclass(frozen=True)
class Decay:
    """After each so many days an event has lost so many hundredths of its points once more."""

    days: int
    percent: int

    def steps(self, points: Decimal) -> Iterator[tuple[Decimal, int]]:
        """The points that are lost with each step, and after how many days."""
        left, lost = points, 0
        while left:
            lost = min(100, lost + self.percent)
            rest = (points * (100 - lost) / 100).quantize(_CENT, ROUND_HALF_UP)
            yield left - rest, self.days * -(-lost // self.percent)
            left = rest


@dataclass(frozen=True)
class CountSignal:
    """A signal that a rule needs: how many activities of a kind."""

    key: str
    on: str
    when: str | None
    within: str | None


@dataclass(frozen=True)
class RuleParts:
    """What a rule became: rules on what a lead did, on what it is (whose conditions name the
    signals `counts` by their keys in braces), and a remark.
    """

    did: tuple[DraftRule, ...] = ()
    facts: tuple[DraftRule, ...] = ()
    counts: tuple[CountSignal, ...] = ()
    note: str = ""

    def __add__(self, other: RuleParts) -> RuleParts:
        return RuleParts(
            self.did + other.did,
            self.facts + other.facts,
            self.counts + other.counts,
            self.note or other.note,
        )


@dataclass(frozen=True)
class RuleReader:
    """Reads the calculations of a score: `names` are those of leads, `events` of activities,
    `lists` the segments of the lists that are in the playbook, by their ids.
    """

    names: Names
    events: Names
    lists: Mapping[str, str]
    decay: Decay | None = None

    def rule(self, calculation: Item, depth: int = 0) -> RuleParts:
        """What a calculation becomes. Raises `Untranslatable` where it cannot."""
        kind = calculation.get("type").text()
        if depth > 8:
            raise Untranslatable("its calculations are nested too deeply", _BY_HAND)
        if kind == "CONSTANT":
            return RuleParts(facts=(self._fact(ConditionText("true", "Every lead"), calculation),))
        if kind == "CONDITIONAL":
            said = composite(calculation.get("whereCondition"), self.names)
            return RuleParts(facts=(self._fact(said, calculation),))
        if kind == "MATCH":
            return RuleParts(facts=tuple(self._matches(calculation)))
        if kind == "SEGMENT_MEMBERSHIP":
            return RuleParts(facts=tuple(self._memberships(calculation)))
        if kind == "MULTI":
            parts = [self.rule(c, depth + 1) for c in calculation.get("calculators").items()]
            return sum(parts, RuleParts())
        if kind == "MULTI_UE":
            parts = [self._event(c) for c in calculation.get("eventCalculators").items()]
            return sum(parts, RuleParts())
        if kind == "ASSOCIATIONS":
            return self._association(calculation, depth)
        raise Untranslatable(
            f"a calculation of the type {one_line(kind, 40)} looks at other objects", _BY_HAND
        )

    def _fact(self, said: ConditionText, calculation: Item) -> DraftRule:
        return DraftRule("", calculation.get("value").points(), when=said.condition, say=said.words)

    def _matches(self, calculation: Item) -> Iterator[DraftRule]:
        """The first of several operations on one property that holds."""
        of, before = calculation.get("property").text(), list[str]()
        for rule in calculation.get("matchRules").items():
            found = comparison(of, rule.get("operation"))
            condition = self.names.condition(found)
            yield DraftRule(
                "", rule.get("value").points(), when=_first(condition, before), say=found.words()
            )
            before.append(condition)
        other = calculation.get("defaultValue")
        if other and other.points():
            condition = _first("", before) or "true"
            yield DraftRule(
                "", other.points(), when=condition, say=f"{one_line(of, 40)} is another"
            )

    def _memberships(self, calculation: Item) -> Iterator[DraftRule]:
        for rule in calculation.get("segmentMembershipRules").items():
            segments = [segment_of(i.text(), self.lists) for i in rule.get("segmentIds").items()]
            operation = rule.get("operation").text()
            if operation not in _MEMBERSHIPS or not segments:
                raise Untranslatable(f"it asks {one_line(operation, 40)} of lists", _BY_HAND)
            by, sign = _MEMBERSHIPS[operation]
            condition = f"{sign}({by.join(segments)})"
            words = f"{'Not in' if sign else 'In'} {by.strip().join(f' {s} ' for s in segments)}"
            yield DraftRule(
                "", rule.get("value").points(), when=condition, say=" ".join(words.split())
            )

    def _association(self, calculation: Item, depth: int) -> RuleParts:
        other = calculation.get("associatedObjectTypeId").text()
        if other != _COMPANY:
            raise Untranslatable(
                f"it looks at other objects of a lead (type {one_line(other, 20)})",
                "Log what happens to them as activities of the lead, and give points for these",
            )
        parts = self.rule(calculation.get("recordCalculation"), depth + 1)
        filters = [
            comparison(f.get("property").text(), f.get("operation"))
            for f in (
                calculation.get("associationFilters").get("propertyFilters").items()
                if calculation.get("associationFilters")
                else ()
            )
        ]
        also = [self.names.condition(f) for f in filters]
        facts = tuple(
            DraftRule(
                "",
                r.points,
                when=" and ".join([*also, f"({r.when})"]) if also else r.when,
                say=r.say,
            )
            for r in parts.facts
        )
        return RuleParts(
            facts=facts,
            note=_ONE_COMPANY,
        )

    def _event(self, entry: Item) -> RuleParts:
        kind = entry.get("eventTypeId").text()
        if kind not in EVENTS:
            raise Untranslatable(
                f"events of the type {one_line(kind, 30)} have no kind of activity here",
                "Give them a kind of their own in the log, and points for that kind",
            )
        on, say = EVENTS[kind]
        within = f"{self._days(entry)}d" if entry.get("eventTimeframe") else None
        found = list(self._points_of_event(entry.get("recordCalculation")))
        if entry.get("eventFrequencyCriteria"):
            return self._frequency(entry.get("eventFrequencyCriteria"), found, on, say, within)
        rules: list[DraftRule] = []
        for points, when, words in found:
            rules += self._decay_steps(
                points, on, when, within, f"{say}{f': {words}' if words else ''}"
            )
        return RuleParts(did=tuple(rules))

    def _days(self, entry: Item) -> int:
        operation = entry.get("eventTimeframe").get("eventFilterOperation")
        if operation.get("operationType", "type").text() == "TIME_RANGED":
            return days_of_range(operation)
        found = comparison("occurred_at", operation)
        if found.ask != "younger" or int(found.values[0]) < 1:
            raise Untranslatable("its range of time is not the last so many days", _BY_HAND)
        return int(found.values[0])

    def _points_of_event(
        self, calculation: Item, depth: int = 0
    ) -> Iterator[tuple[Decimal, str | None, str]]:
        """(points, condition on the activity, its words)"""
        kind = calculation.get("type").text()
        if depth > 8:
            raise Untranslatable("its calculations are nested too deeply", _BY_HAND)
        if kind == "CONSTANT":
            yield calculation.get("value").points(), None, ""
        elif kind == "CONDITIONAL":
            said = composite(calculation.get("whereCondition"), self.events)
            yield calculation.get("value").points(), said.condition, said.words
        elif kind == "MULTI":
            for part in calculation.get("calculators").items():
                yield from self._points_of_event(part, depth + 1)
        elif kind == "MATCH":
            reader = RuleReader(self.events, self.events, {})
            for rule in reader._matches(calculation):
                yield rule.points, rule.when, rule.say
        else:
            raise Untranslatable(f"an event is calculated by {one_line(kind, 40)}", _BY_HAND)

    def _decay_steps(
        self, points: Decimal, on: str, when: str | None, within: str | None, say: str
    ) -> Iterator[DraftRule]:
        if self.decay is None:
            yield DraftRule("", points, on, when, within, say=say)
            return
        if within is not None:
            raise Untranslatable(
                "it has a range of time and decays, which HubSpot says excludes each other",
                _BY_HAND,
            )
        for lost, days in self.decay.steps(points):
            yield DraftRule("", lost, on, when, f"{days}d", say=f"{say} in the last {days} days")

    def _frequency(
        self,
        criteria: Item,
        found: Sequence[tuple[Decimal, str | None, str]],
        on: str,
        say: str,
        within: str | None,
    ) -> RuleParts:
        """Points for how often something happened."""
        if self.decay is not None:
            raise Untranslatable(
                "how points for a number of events decay is not published",
                "Give points to each event instead, or take the decay from the group",
            )
        if len(found) != 1:
            raise Untranslatable("it counts events of which each has points of its own", _BY_HAND)
        counted = CountSignal("n0", on, found[0][1], within)
        rules = []
        for n in criteria.get("ranges").items():
            low, kind = n.get("from").whole(), n.get("type").text()
            high = n.get("to")
            condition, words = f"{{n0}} >= {low}", f"at least {low} times"
            if kind == "EXACTLY":
                condition, words = f"{{n0}} = {low}", f"{low} times"
            elif kind == "BETWEEN":
                condition, words = (
                    f"{{n0}} between {low} and {high.whole()}",
                    f"{low} to {high.whole()} times",
                )
            elif kind != "AT_LEAST":
                raise Untranslatable(f"a frequency of the type {one_line(kind, 20)}", _BY_HAND)
            rules.append(
                DraftRule("", n.get("value").points(), when=condition, say=f"{say} {words}")
            )
        return RuleParts(facts=tuple(rules), counts=(counted,))


_MEMBERSHIPS = {
    "HAS_ALL_SEGMENT_MEMBERSHIP": (" and ", ""),
    "HAS_AT_LEAST_ONE_SEGMENT_MEMBERSHIP": (" or ", ""),
    "HAS_NO_SEGMENT_MEMBERSHIP": (" or ", "not "),
}


def _first(condition: str, before: Sequence[str]) -> str:
    """The condition, where none of those before holds."""
    others = [f"not coalesce({b}, false)" for b in before]
    return " and ".join(
        [f"({condition})", *others] if condition and others else others or [condition]
    )


def limits(item: Item) -> tuple[Decimal | None, Decimal | None]:
    """The lower and the upper limit of a rule or a group, where it has them."""
    low, high = item.get("minValue", "minimumValue"), item.get("maxValue", "maximumValue")
    return (low.points() if low else None), (high.points() if high else None)


def clamp(expression: str, low: Decimal | None, high: Decimal | None) -> str:
    """An expression kept between two limits."""
    if high is not None:
        expression = f"least({number(high)}, {expression})"
    return f"greatest({number(low)}, {expression})" if low is not None else expression
