"""Mautic's point actions as points for activities.

An action that is not repeatable gives its points once, a repeatable one each time; nothing fades.
The points of a group are a score of their own, as in Mautic: they are not in the lead's own points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

from leadlight.playbook.translation.document import Item
from leadlight.playbook.translation.draft import Draft, DraftRule
from leadlight.playbook.translation.quotes import check_size, free_name, literal, one_line
from leadlight.playbook.translation.remarks import Untranslatable

#: The kind of activity that each type of action is, and under which key it names the few that
#: count.
_KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "email.open": ("email_opened", ("emails", "categories")),
    "email.send": ("email_sent", ("emails", "categories")),
    "form.submit": ("form_submitted", ("forms",)),
    "asset.download": ("content_downloaded", ("assets", "categories")),
    "page.hit": ("page_viewed", ("pages",)),
    "url.hit": ("page_viewed", ()),
}
_BY_HAND = "Write the rule by hand"
_OF_URL = ("first_time", "returns_within", "returns_after", "accumulative_time")


def group_of(item: Item) -> str:
    """The id of the group of an action or a trigger; empty: the lead's own points."""
    group = item.get("group", "group_id")
    if not group:
        return ""
    return group.get("id").text() if isinstance(group.value, dict) else group.text()


def is_published(item: Item) -> bool:
    """Whether it counts now, as far as the export says."""
    return item.get("isPublished", "is_published").yes_no(True)


@dataclass
class _Group:
    name: str
    did: list[DraftRule] = field(default_factory=list)
    counts: list[DraftRule] = field(default_factory=list)
    local: set[str] = field(default_factory=set)


@dataclass
class PointsWriter:
    """Reads actions, then writes a score for each group of points."""

    draft: Draft
    groups: dict[str, _Group] = field(default_factory=dict)
    order: str = ""

    def read(self, point: Item, called: str) -> None:
        """Take one action. Raises `Untranslatable` where a playbook cannot say it."""
        if not is_published(point):
            raise Untranslatable("it is not published", "Nothing has to be done")
        kind = point.get("type").text()
        if kind not in _KINDS:
            raise Untranslatable(
                f"actions of the type {one_line(kind, 40)} have no kind of activity here",
                "Give them a kind of their own in the log, and points for that kind",
            )
        delta = point.get("delta").points()
        if not delta:
            raise Untranslatable("it gives no points", "Nothing has to be done")
        properties = point.get("properties")
        on, chosen = _KINDS[kind]
        for key in chosen:
            if properties and any(True for _ in properties.get(key).items()):
                raise Untranslatable(
                    f"it counts only some {key}, which it names by Mautic's own numbers",
                    "Give these a kind of their own in the log, and points for that kind",
                )
        repeats = point.get("repeatable").yes_no(False)
        when, least = self._url(properties) if kind == "url.hit" else (None, 1)
        group = self._group(point)
        title = one_line(point.get("name").text(), 60)
        name = free_name(title, "action", group.local)
        group.local.add(name)
        if least > 1:
            if repeats:
                raise Untranslatable(f"it gives points each time from visit {least} on", _BY_HAND)
            signal = self.draft.name(f"{name}_visits", "visits")
            self.draft.count(signal, on, when, None)
            group.counts.append(DraftRule(name, delta, when=f"{signal} >= {least}", say=title))
        else:
            cap = None if repeats else abs(delta)
            group.did.append(DraftRule(name, delta, on, when, at_most=cap, say=title))
        self.draft.carry(called, group.name)

    def _group(self, point: Item) -> _Group:
        key = group_of(point)
        if key not in self.groups:
            said = point.get("group")
            title = said.get("name").text(key) if said and isinstance(said.value, dict) else key
            name = self.draft.name(one_line(title, 40), "points_" if key else "points")
            self.groups[key] = _Group(name)
        return self.groups[key]

    def _url(self, properties: Item) -> tuple[str, int]:
        """(condition on the activity, from which visit on)"""
        odd = [k for k in _OF_URL if _is_set(properties.get(k))]
        if odd:
            raise Untranslatable(
                f"it looks at what came before a visit ({', '.join(odd)})", _BY_HAND
            )
        hits = properties.get("page_hits")
        least = hits.whole() if hits and hits.text().strip() else 1
        return check_size(url_condition(properties.get("page_url").text())), max(1, least)

    def write(self) -> dict[str, str]:
        """Write the scores; the name of each group's sum, by its id."""
        totals: dict[str, str] = {}
        for key, group in self.groups.items():
            about = "Mautic's points" + (f" of the group {one_line(key, 30)}" if key else "")
            scores: list[str] = []
            both = bool(group.did) and bool(group.counts)
            for rules, suffix in ((group.did, "actions"), (group.counts, "visits")):
                if not rules:
                    continue
                name = self.draft.name(suffix, f"{group.name}_") if both else group.name
                self.draft.rules(name, rules, about)
                scores.append(name)
            if both:
                self.draft.value(group.name, " + ".join(scores), about)
            if scores:
                totals[key] = group.name
                order = self.draft.total(group.name, group.name, about) if both else scores[0]
                self.order = order if not key else self.order or order
        return totals


def _is_set(item: Item) -> bool:
    return bool(item) and item.value not in ("", 0, "0", False, [])


def url_condition(pattern: str) -> str:
    """What a pattern of addresses with `*` asks of one. As there, small and capital letters
    differ.
    """
    text = unescape(pattern.strip())
    if not text:
        raise Untranslatable("it names no address", "Say in Mautic which address counts")
    if any(c in text for c in "[]\\") or ("?" in text and "*" in text):
        raise Untranslatable(f"its address {one_line(text, 60)!r} has signs other than *", _BY_HAND)
    begin, *middle, end = text.split("*") if "*" in text else (text, text)
    if "*" not in text:
        return f"url = {literal(text)}"
    middle = [m for m in middle if m]
    if len(middle) > 1 or (middle and (begin or end)):
        raise Untranslatable(f"its address {one_line(text, 60)!r} has several *", _BY_HAND)
    parts = [f"starts_with(url, {literal(begin)})"] if begin else []
    parts += [f"contains(url, {literal(m)})" for m in middle]
    parts += [f"ends_with(url, {literal(end)})"] if end else []
    if begin and end:
        parts.append(f"length(url) >= {len(begin) + len(end)}")
    return " and ".join(parts) or "url is not null"
