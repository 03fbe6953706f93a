"""Mautic's segments: filters, joined by `and` and `or`, as conditions.

`or` begins a new group: (a and b) or (c and d). What is not equal, or does not contain, holds of
what has no value too, as Mautic's queries have it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from leadlight.playbook.translation.comparisons import Comparison, Names
from leadlight.playbook.translation.document import Item
from leadlight.playbook.translation.draft import Draft
from leadlight.playbook.translation.mautic_points import is_published
from leadlight.playbook.translation.quotes import number, one_line
from leadlight.playbook.translation.remarks import Untranslatable
from leadlight.playbook.types import NUMBER

_ASKS: Mapping[str, str] = {
    "=": "is",
    "!=": "is_not",
    "in": "is",
    "!in": "is_not",
    "gt": "above",
    "gte": "at_least",
    "lt": "below",
    "lte": "at_most",
    "like": "contains",
    "!like": "contains_not",
    "contains": "contains",
    "startsWith": "starts",
    "endsWith": "ends",
    "empty": "unknown",
    "!empty": "known",
    "between": "between",
    "!between": "not_between",
}
_NEGATIVE = ("is_not", "contains_not", "not_between")
#: Mautic's names of fields that its own files and headers do not say.
_FIELDS = {
    "companyname": "company",
    "companyindustry": "industry",
    "companynumber_of_employees": "employees",
    "companyannual_revenue": "revenue",
    "companywebsite": "website",
    "companycity": "city",
    "companycountry": "country",
    "preferred_locale": "language",
    "date_added": "created_at",
    "date_modified": "changed_at",
    "dnc_unsubscribed": "do_not_email",
    "dnc_bounced": "email_bounced",
}
#: Fields that count what a lead did.
_COUNTS = {"lead_email_read_count": "email_opened", "hit_url_count": "page_viewed"}
_BY_HAND = "Write the segment by hand"


@dataclass
class SegmentReader:
    """Reads the filters of segments. `points` is the signal of the lead's points, `stages` has the
    names of stages by their ids.
    """

    names: Names
    points: str | None
    stages: Mapping[str, str]
    draft: Draft
    known: dict[str, str] = field(default_factory=dict)
    counts: dict[str, str] = field(default_factory=dict)

    def write(self, named: tuple[str, Item]) -> None:
        """Write one segment. Raises `Untranslatable` where a playbook cannot say it."""
        called, item = named
        if not is_published(item):
            raise Untranslatable("it is not published", "Nothing has to be done")
        filters = list(item.get("filters").items())
        if not filters:
            raise Untranslatable(
                "it has no filters: its members were added by hand or by a campaign",
                "Give its members an attribute of their own",
            )
        groups: list[list[str]] = [[]]
        for n, one in enumerate(filters):
            if n and one.get("glue").text("and") == "or":
                groups.append([])
            groups[-1].append(self._filter(one))
        title = item.get("name").text()
        joined = [" and ".join(g) for g in groups]
        condition = joined[0] if len(joined) == 1 else " or ".join(f"({g})" for g in joined)
        name = self.draft.name(title, "segment_")
        self.draft.segment(name, condition, f"Mautic's segment {one_line(title, 60)}")
        self.known[item.get("id").text("")] = name
        self.draft.carry(called, name)

    def _filter(self, item: Item) -> str:
        of, operator = item.get("field").text(), item.get("operator").text()
        ask = _ASKS.get(operator)
        if ask is None:
            raise Untranslatable(
                f"the operator {one_line(operator, 20)} has no counterpart", _BY_HAND
            )
        values = _values(item)
        if of == "leadlist":
            return self._other_segments(values, ask)
        if of == "points":
            return self._number(self._points(), ask, values)
        if of in _COUNTS:
            return self._number(self._count(of), ask, values)
        if item.get("object").text("lead") not in ("lead", "company"):
            raise Untranslatable(
                f"{one_line(of, 40)!r} is what a lead did",
                "Write a signal that counts it, and use it",
            )
        if of == "stage":
            return self._stage(values, ask)
        return self._attribute(_FIELDS.get(of, of), ask, values)

    def _attribute(self, of: str, ask: str, values: Sequence[str]) -> str:
        if ask in ("contains", "contains_not") and values:
            value = values[0]
            bare = value.strip("%")
            if "%" in bare or ("_" in bare and "%" in value):
                raise Untranslatable(
                    f"its pattern {one_line(value, 40)!r} has signs within", _BY_HAND
                )
            if value.startswith("%") is not value.endswith("%"):
                ask = ask.replace("contains", "ends" if value.startswith("%") else "starts")
            values = (bare,)
        if self.names.attribute(of).name in ("do_not_email", "email_bounced") and ask == "is":
            values = tuple({"1": "true", "0": "false"}.get(v, v) for v in values)
        negative = ask in _NEGATIVE or ask.endswith("_not")
        return self.names.condition(Comparison(of, ask, tuple(values), or_unknown=negative))

    def _stage(self, values: Sequence[str], ask: str) -> str:
        unknown = [v for v in values if v not in self.stages]
        if unknown:
            raise Untranslatable(
                f"it names the stage {one_line(unknown[0], 20)} by its number",
                "Name the file with the stages (GET /api/stages) too",
            )
        return self._attribute("crm_stage", ask, [self.stages[v] for v in values])

    def _points(self) -> str:
        if self.points is None:
            raise Untranslatable(
                "it asks for points, and no point action is in the playbook",
                "Name the file with the point actions (GET /api/points) too",
            )
        return self.points

    def _count(self, of: str) -> str:
        if of not in self.counts:
            self.counts[of] = self.draft.name(of, "count")
            self.draft.count(self.counts[of], _COUNTS[of], None, None)
        return self.counts[of]

    def _number(self, signal: str, ask: str, values: Sequence[str]) -> str:
        signs = {
            "is": "=",
            "is_not": "<>",
            "above": ">",
            "at_least": ">=",
            "below": "<",
            "at_most": "<=",
        }
        if ask not in signs or len(values) != 1:
            raise Untranslatable(f"{signal} is a number, which is not asked so", _BY_HAND)
        value = Item(values[0], signal).number()
        if abs(value) > Decimal(10) ** 12:
            raise Untranslatable(f"{one_line(values[0], 30)!r} is no usual number", _BY_HAND)
        text = f"{signal} {signs[ask]} {number(value)}"
        self.names.check(text, {signal: NUMBER})
        return text

    def _other_segments(self, values: Sequence[str], ask: str) -> str:
        missing = [v for v in values if v not in self.known]
        if missing or not values or ask not in ("is", "is_not"):
            one = one_line(missing[0] if missing else "", 20)
            raise Untranslatable(
                f"it asks for the segment {one}, which is not"
                " among the files or could not be carried over",
                "Name the file with that segment (GET /api/segments) too",
            )
        inside = " or ".join(self.known[v] for v in values)
        return f"({inside})" if ask == "is" else f"not ({inside})"


def _values(item: Item) -> tuple[str, ...]:
    """The values of a filter, which newer versions keep under `properties`."""
    properties = item.get("properties")
    value = properties.get("filter") if properties.has("filter") else item.get("filter")
    if not value:
        return ()
    if isinstance(value.value, list | dict):
        return tuple(v.text() for v in value.items())
    if isinstance(value.value, bool):
        return ("1" if value.value else "0",)
    text = value.text()
    return (text,) if text else ()
