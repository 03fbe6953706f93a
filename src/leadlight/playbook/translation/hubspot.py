"""HubSpot's lead scores (its Lead Scoring API: `GET /marketing/lead-scoring/{version}/scores/{id}`)
and lists (`GET /crm/v3/lists/{id}?includeFilters=true`) as a playbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from leadlight.playbook.translation.comparisons import Names
from leadlight.playbook.translation.document import Item
from leadlight.playbook.translation.draft import Draft, DraftRule
from leadlight.playbook.translation.hubspot_conditions import branch, segment_of
from leadlight.playbook.translation.hubspot_rules import (
    EVENT_COLUMNS,
    Decay,
    RuleParts,
    RuleReader,
    clamp,
    limits,
)
from leadlight.playbook.translation.hubspot_scales import write_scales
from leadlight.playbook.translation.quotes import check_size, free_name, number, one_line
from leadlight.playbook.translation.remarks import Untranslatable

_PREFIX = {"FIT": "fit_", "INTENT": "engagement_"}
_CONTACT, _COMPANY = "0-1", "0-2"
#: How the published rules were read, where they leave something open.
NOTES = (
    "Points decay as HubSpot publishes it: linearly, by so many percent of an event's points after"
    " each interval. A limit is applied after decay. What HubSpot compares in any case is compared"
    " in small letters.",
)


def is_score(item: Item) -> bool:
    """Whether it is the configuration of a score."""
    return item.has("groupConfigs")


def is_list(item: Item) -> bool:
    """Whether it is a list with its filters."""
    return item.has("filterBranch") or item.has("listId", "name")


def documents_of(item: Item) -> Iterator[Item]:
    """The scores and lists in an answer of the API: one, or the page of several."""
    for key in ("results", "lists", "scores"):
        if item.has(key) and isinstance(item.value[key], list):
            for one in item.get(key).items():
                yield from documents_of(one)
            return
    if item.has("list"):
        yield from documents_of(item.get("list"))
    else:
        yield item


def translate_hubspot(items: Sequence[Item], names: Names, draft: Draft) -> None:
    """Write what scores and lists say into the draft."""
    lists = _write_lists([i for i in items if is_list(i)], names, draft)
    for item in items:
        if is_score(item):
            called = one_line(item.get("name").text("score"), 60)
            writer = _ScoreWriter(item, called, names, draft, lists)
            with draft.attempt(f"score {called!r}"):
                writer.write()


def _write_lists(items: Sequence[Item], names: Names, draft: Draft) -> dict[str, str]:
    """A segment for each list; one that asks for another comes after it."""
    known: dict[str, str] = {}
    draft.attempt_in_turn(
        [(_list_name(item), item) for item in items],
        lambda named: _write_list(*named, names, draft, known),
    )
    return known


def _list_name(item: Item) -> str:
    return f"list {one_line(str(item.value.get('name') or item.value.get('listId')), 60)!r}"


def _write_list(called: str, item: Item, names: Names, draft: Draft, known: dict[str, str]) -> None:
    if not item.get("filterBranch"):
        raise Untranslatable(
            "its members were chosen by hand, or it was fetched without its filters",
            "Fetch it with includeFilters=true, or give its members an attribute of their own",
        )
    if item.get("objectTypeId").text(_CONTACT) not in (_CONTACT, _COMPANY):
        raise Untranslatable("it lists neither contacts nor companies", "Write the segment by hand")
    said = branch(item.get("filterBranch"), names, known)
    title = item.get("name").text("list")
    name = draft.name(title, "list_")
    draft.segment(name, said.condition, f"The list {one_line(title, 60)}")
    known[item.get("listId").text("")] = name
    draft.carry(called, name)


@dataclass
class _Group:
    """A group while it is written: rules that share its limits, and scores of their own."""

    did: list[DraftRule] = field(default_factory=list)
    facts: list[DraftRule] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    local: set[str] = field(default_factory=set)

    def with_name(self, rule: DraftRule) -> DraftRule:
        """The rule with a name that no other of its group has."""
        if rule.when is not None:
            check_size(rule.when)
        name = free_name(rule.say, "rule", self.local)
        self.local.add(name)
        return replace(rule, name=name)


@dataclass
class _ScoreWriter:
    """Writes one score: its groups, their sums by category, the total, and its scales."""

    item: Item
    called: str
    names: Names
    draft: Draft
    lists: dict[str, str]
    sums: dict[str, list[str]] = field(default_factory=dict)
    has_fractions: bool = False

    def write(self) -> None:
        """All of it."""
        kind = self.item.get("objectTypeId").text(_CONTACT)
        if kind not in (_CONTACT, _COMPANY):
            raise Untranslatable(
                f"it scores other objects than contacts and companies (type {one_line(kind, 20)})",
                "Leadlight scores leads only",
            )
        for group in self.item.get("groupConfigs").items():
            title = one_line(group.get("groupName").text("group"), 60)
            with self.draft.attempt(f"group {title!r}"):
                self._group(group, title)
        if not self.sums:
            return
        totals = self._totals()
        write_scales(self.item, totals, self.called, self.draft)

    def _group(self, group: Item, title: str) -> None:
        category = group.get("groupCategory").text("FIT")
        if category not in _PREFIX:
            raise Untranslatable(f"its category is {one_line(category, 20)}", "Write it by hand")
        low, high = limits(group)
        reader = RuleReader(
            self.names, replace(self.names, columns=EVENT_COLUMNS), self.lists, _decay(group)
        )
        made, before = _Group(), len(self.draft.left)
        name = self.draft.name(title, _PREFIX[category])
        for n, rule in enumerate(group.get("ruleConfigurations").items(), 1):
            called = f"group {title!r}, rule {n}"
            with self.draft.attempt(called):
                self._rule(rule, called, name, reader, made)
        alone = sum((bool(made.did), bool(made.facts), len(made.own))) == 1 and not made.own
        inner = (low, high) if alone else (None, None)
        about = f"HubSpot's group {title}"
        if made.did:
            first = name if alone else self.draft.name("events", f"{name}_")
            self.draft.rules(first, made.did, about, *inner)
            made.own.append(first)
        if made.facts:
            first = name if alone else self.draft.name("properties", f"{name}_")
            self.draft.rules(first, made.facts, about, *inner)
            made.own.append(first)
        if not made.own:
            if len(self.draft.left) == before:
                self.draft.leave(f"group {title!r}", "it has no rules", "Nothing has to be done")
            return
        expression = made.own[0] if alone else clamp(self._sum(made.own), low, high)
        if not alone:
            self.draft.value(name, expression, f"{about}, within its limits")
        self.sums.setdefault(category, []).append(name)

    def _rule(self, rule: Item, called: str, group: str, reader: RuleReader, made: _Group) -> None:
        if not rule.get("enabled").yes_no(True):
            self.draft.leave(called, "it is turned off in HubSpot", "Nothing has to be done")
            return
        calculation = rule.get("configuration").get("calculation")
        parts, (low, high) = reader.rule(calculation), limits(rule)
        if not parts.did and not parts.facts:
            raise Untranslatable("it says no points", "Say in HubSpot what it gives")
        exclusive = calculation.get("type").text() in ("CONSTANT", "CONDITIONAL", "MATCH")
        parts = self._with_counts(parts, group)
        self.has_fractions |= any(r.points % 1 for r in (*parts.did, *parts.facts))
        if exclusive:
            facts = [replace(f, points=_within(f.points, low, high)) for f in parts.facts]
            made.facts += [made.with_name(f) for f in facts]
            became = group
        elif (capped := _rule_with_cap(parts, low, high)) is not None:
            made.did.append(made.with_name(capped))
            became = group
        elif (low, high) == (None, None):
            made.did += [made.with_name(d) for d in parts.did]
            made.facts += [made.with_name(f) for f in parts.facts]
            became = group
        else:
            became = self._own_score(called, parts, group, made, low, high)
        self.draft.carry(called, became, parts.note)

    def _with_counts(self, parts: RuleParts, group: str) -> RuleParts:
        """The rules with the names of the signals that they count by."""
        facts, counts = list(parts.facts), list(parts.counts)
        for counted in counts:
            name = self.draft.name(counted.on, f"{group}_number_of_")
            self.draft.count(name, counted.on, counted.when, counted.within)
            facts = [
                replace(f, when=(f.when or "").replace(f"{{{counted.key}}}", name)) for f in facts
            ]
        return replace(parts, facts=tuple(facts), counts=())

    def _own_score(
        self,
        called: str,
        parts: RuleParts,
        group: str,
        made: _Group,
        low: Decimal | None,
        high: Decimal | None,
    ) -> str:
        """A score of its own for a rule that has limits of its own."""
        named = [made.with_name(r) for r in (*parts.did, *parts.facts)]
        if parts.did and parts.facts:
            raise Untranslatable(
                "its limits hold events and properties together", "Give each a rule of its own"
            )
        name = self.draft.name(called.rsplit(", ", 1)[-1], f"{group}_")
        self.draft.rules(name, named, f"HubSpot's {called}: {named[0].say}", low, high)
        made.own.append(name)
        return name

    def _totals(self) -> dict[str, str]:
        """The sum of each category, and under an empty key that of all, as names of signals."""
        cap, most = self.item.get("maxScorePerCategory"), self.item.get("maxScore")
        per_category = cap.points() if cap else None
        totals: dict[str, str] = {}
        for category, groups in self.sums.items():
            expression = clamp(self._sum(groups), None, per_category)
            if len(self.sums) > 1:
                name = self.draft.name(self.called, _PREFIX[category] + "of_")
                about = f"All groups of {category.lower()} in HubSpot's score {self.called}"
                self.draft.value(name, expression, about)
                totals[category], expression = name, name
            else:
                totals[category] = expression
        expression = clamp(self._sum(list(totals.values())), None, most.points() if most else None)
        name = self.draft.name(self.called, "score_")
        about = f"HubSpot's score {self.called}"
        self.draft.value(name, self._filter(expression), about)
        totals = {k: name if len(self.sums) == 1 else v for k, v in totals.items()}
        total = self.draft.total(name, self.called, about)
        self.draft.order = self.draft.order or total
        return {**totals, "": name}

    def _sum(self, names: Sequence[str]) -> str:
        """The sum of points, to the hundredth: a threshold is met by 28.01, not by a floating
        number just below.
        """
        added = " + ".join(names)
        return f"round(({added}) * 100) / 100" if len(names) > 1 and self.has_fractions else added

    def _filter(self, expression: str) -> str:
        """The score of those who are scored at all."""
        chosen = self.item.get("filterConfiguration")
        if not chosen:
            return expression
        try:
            segments = [segment_of(i.text(), self.lists) for i in chosen.get("segmentIds").items()]
        except Untranslatable as fault:
            self.draft.leave(f"score {self.called!r}: who is scored", fault.why, fault.instead)
            return expression
        if not segments:
            return expression
        inside = f"({' or '.join(segments)})"
        kept = inside if chosen.get("listFilterType").text() == "INCLUDES" else f"not {inside}"
        return f"case when {kept} then {expression} end"


def _rule_with_cap(parts: RuleParts, low: Decimal | None, high: Decimal | None) -> DraftRule | None:
    """The one rule on activities that a rule became, with the cap that its limits are; None where
    they are none, or hold several rules.
    """
    if len(parts.did) != 1 or parts.facts:
        return None
    rule = parts.did[0]
    near, far = (low, high) if rule.points > 0 else (high, low)
    if far is None or (near is not None and near * rule.points > 0) or far * rule.points <= 0:
        return None
    return replace(rule, at_most=abs(far))


def _within(points: Decimal, low: Decimal | None, high: Decimal | None) -> Decimal:
    if high is not None:
        points = min(points, high)
    return max(points, low) if low is not None else points


def _decay(group: Item) -> Decay | None:
    said = group.get("groupDecay")
    if not said:
        return None
    days = said.get("decayIntervalDays").whole()
    percent = said.get("percentToDecayPerInterval").whole()
    if not 1 <= percent <= 100 or not 1 <= days <= 3_650:
        raise Untranslatable(
            f"its points decay by {number(Decimal(percent))} % each {number(Decimal(days))} days",
            "Correct the group in HubSpot",
        )
    return Decay(days, percent)
