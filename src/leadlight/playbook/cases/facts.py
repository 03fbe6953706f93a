"""The facts of a case: what a made-up lead is, and what it did, under the catalog's names and
types.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from math import isfinite

from leadlight.facts.catalog import (
    ACTIVITY_COLUMNS,
    KINDS,
    Attribute,
    Catalog,
    Form,
    Type,
    slug,
    standard_kind,
)
from leadlight.playbook.cases.activity_text import (
    ActivityTextError,
    ParsedActivity,
    TypedActivity,
    moment,
    parse_activity,
)
from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.playbook.spec import Match, Playbook, Points
from leadlight.problems import Problem, did_you_mean, nearest

#: What an activity has that is not one of its columns.
FIXED = ("lead_id", "occurred_at", "kind")
NOT_ITS_OWN = ("lead_id",)
_WORDS = {
    Type.TEXT: "a text",
    Type.WHOLE: "a whole number",
    Type.NUMBER: "a number",
    Type.YES_NO: "yes or no",
    Type.MOMENT: "a date",
}


class FactsReader:
    """Reads `lead:` and `did:`."""

    def __init__(self, r: Reader, book: Playbook, catalog: Catalog) -> None:
        self.r = r
        self.catalog = catalog
        self.kinds = {*KINDS, *catalog.kinds, *kinds_of(book)}

    def lead(self, node: Node | None, now: datetime) -> dict[str, object]:
        """The attributes of a lead, typed; an empty one is known to be unknown."""
        out: dict[str, object] = {}
        for key, key_node, value in self.r.mapping(node, "lead"):
            name = key if key in self.catalog.lead else slug(key)
            if name in NOT_ITS_OWN:
                self.r.fault(
                    "unknown-name",
                    "A lead of a case has no id: its case is its name.",
                    key_node,
                    "Leave it out.",
                )
            elif name not in self.catalog.lead:
                hint = (
                    did_you_mean(name, self.catalog.lead)
                    or "If it is a column of your own, declare it: own: {seats: whole}."
                )
                self.r.fault(
                    "unknown-name", f"{key!r} is not a known attribute of leads.", key_node, hint
                )
            elif value.items is not None or value.pairs is not None:
                self.r.fault("wrong-shape", f"{name} takes one value.", value)
            else:
                out[name] = self._value(self.catalog.lead[name], value.text, value, now)
        return out

    def did(self, node: Node | None, now: datetime) -> list[TypedActivity]:
        """What the lead did: each line with its columns typed."""
        if node is None or node.is_blank:
            return []
        out: list[TypedActivity] = []
        for item in node.items if node.items is not None else (node,):
            for line in self._lines(item):
                try:
                    said = parse_activity(line, now)
                except ActivityTextError as fault:
                    self.r.fault(
                        "not-told",
                        f"{line[:80]!r} {fault}.",
                        item,
                        "Write, for example, page_viewed 3d ago, url=/pricing, 2 times.",
                    )
                    continue
                kind = self._kind(said.kind, item)
                if said.at > now:
                    self.r.fault(
                        "not-a-moment",
                        f"{said.kind} lies after the moment of the case.",
                        item,
                        "Put it into a step under then:, or choose an earlier day.",
                    )
                out.append((replace(said, kind=kind), self._columns(said, item, now)))
        return out

    def _lines(self, item: Node) -> Iterator[str]:
        """A line as a sentence, however it was written: `demo_requested 1d ago`, `demo_requested:
        1d ago`, a mapping.
        """
        if item.text is not None:
            yield item.text
        elif item.pairs is None:
            self.r.fault("wrong-shape", "What a lead did is a line, not a list in a list.", item)
        elif (kind := item.get("kind")) is not None:
            yield " ".join(["_".join((kind.text or "").split()), *self._keys(item)])
        elif len(item.pairs) == 1:
            key, value = item.pairs[0]
            # `page_viewed 3d ago, url: /pricing` is a mapping to YAML, and plain enough to a
            # person.
            sign = "=" if " " in (key.text or "").strip() else " "
            quoted = f"'{value.text}'" if sign == "=" else value.text
            yield f"{key.text}{sign}{quoted or ''}"
        else:
            self.r.fault(
                "wrong-shape",
                "This line does not say which kind of activity it is.",
                item,
                "Write it as a sentence, or as {kind: page_viewed, at: 3d ago, url: /pricing}.",
            )

    def _keys(self, item: Node) -> Iterator[str]:
        for key, _, value in item.entries():
            if key == "at":
                yield value.text or ""
            elif key == "times":
                yield f"{value.text} times"
            elif key == "days":
                yield f"on {value.text} days"
            elif key != "kind":
                quote = '"' if "'" in (value.text or "") else "'"
                yield f"{key}={quote}{value.text or ''}{quote}"

    def _kind(self, word: str, node: Node) -> str:
        kind = standard_kind(word)
        if kind not in self.kinds:
            near = nearest(kind, self.kinds)
            message = (
                f"No rule of this playbook looks at {word!r}, and it is not a standard kind of"
                " activity."
            )
            hint = f"Did you mean {near!r}?" if near else "Is it spelt as your log spells it?"
            self.r.problems.append(
                Problem("unknown-kind", message, node.place, hint, "fault" if near else "doubt")
            )
        return kind

    def _columns(self, said: ParsedActivity, node: Node, now: datetime) -> dict[str, object]:
        out: dict[str, object] = {}
        for name, text in said.columns.items():
            attribute = self.catalog.activity.get(name)
            if attribute is None or name in FIXED:
                known = [c for c in self.catalog.activity if c not in FIXED]
                hint = (
                    did_you_mean(name, known)
                    or f"There are {', '.join(c for c in ACTIVITY_COLUMNS if c not in FIXED)}."
                )
                self.r.fault(
                    "unknown-name", f"{name!r} is not a known column of activities.", node, hint
                )
            else:
                out[name] = self._value(attribute, text, node, now)
        return out

    def _value(self, attribute: Attribute, text: str | None, node: Node, now: datetime) -> object:
        if text is None or (not text.strip() and attribute.type is not Type.TEXT):
            return None
        found = value_of(attribute.type, text, now)
        if attribute.form is Form.COUNTRY and len(text.strip()) != 2:
            hint = "An import makes Germany DE, and so should a case."
            self.r.problems.append(
                Problem(
                    "wrong-value",
                    f"{text[:80]!r} is no two-letter country.",
                    node.place,
                    hint,
                    "doubt",
                )
            )
        if found is None:
            self.r.fault(
                "wrong-value",
                f"{attribute.name} takes {_WORDS[attribute.type]}, not {text[:80]!r}.",
                node,
            )
        return found


def value_of(type_: Type, text: str, now: datetime) -> object:
    """A text as a value of a type, or None when it is none."""
    flat = text.strip()
    if type_ is Type.TEXT:
        return text
    if type_ is Type.YES_NO:
        return {"yes": True, "true": True, "no": False, "false": False}.get(flat.lower())
    if type_ is Type.MOMENT:
        return moment(flat, now)
    try:
        number = float(flat.replace("_", "").replace(",", ""))
    except ValueError:
        return None
    if not isfinite(number):
        return None
    if type_ is Type.WHOLE:
        return int(number) if number == int(number) and abs(number) < 2**53 else None
    return number if abs(number) < 1e300 else None


def kinds_of(book: Playbook) -> frozenset[str]:
    """Every kind of activity that a playbook's rules name."""
    found = [getattr(s, "match", None) for s in book.signals]
    matches = [m for m in found if isinstance(m, Match)]
    matches += [rule.match for s in book.signals if isinstance(s, Points) for rule in s.rules]
    return frozenset(kind for m in matches for kind in m.kinds)
