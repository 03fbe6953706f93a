"""Reads what a case expects against the names of its playbook, so that a slip of the pen is told
instead of failing for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from leadlight.facts.catalog import Catalog
from leadlight.playbook.cases import expectations as say
from leadlight.playbook.cases.activity_text import moment
from leadlight.playbook.cases.expectations import Expectation, ExpectationError, Wanted
from leadlight.playbook.check import types_of
from leadlight.playbook.nodes import Node
from leadlight.playbook.order import question_names
from leadlight.playbook.own_names import catalog_for
from leadlight.playbook.reader import Reader
from leadlight.playbook.spec import Playbook, Points, Questions, RuleScore
from leadlight.playbook.types import MOMENT, NUMBER, YES_NO
from leadlight.problems import did_you_mean

#: Seen from where `3d ago` would be, which nobody writes of a signal.
USUAL = datetime(2026, 1, 5, 12)
SEGMENTS, BECAUSE, ROUTE = "segments", "because", "route"
ROUTE_KEYS = ("to", "within", "next")
#: The column of a qualification behind each word of a route.
ROUTE_COLUMNS = {
    "route.to": "department",
    "route.within": "respond_within",
    "route.next": "next_step",
}


class ExpectationReader:
    """Reads `expect:`."""

    def __init__(self, r: Reader, book: Playbook, catalog: Catalog) -> None:
        self.r = r
        types = types_of(book, catalog)
        self.types = {n: t for n, t in types.items() if n not in catalog_for(book, catalog).lead}
        self.labels = {s.name: tuple(la.name for la in s.labels) for s in book.scales}
        answers = [
            n for s in book.signals if isinstance(s, Questions) for n in question_names(s)[2:]
        ]
        self.labels |= dict.fromkeys(answers, ("yes", "no", "unknown"))
        self.segments = tuple(s.name for s in book.segments)
        self.departments = tuple(dict.fromkeys(route.to for route in book.routes))
        self.rules = rule_names(book)

    def of(self, node: Node | None) -> tuple[Expectation, ...]:
        """Every expectation that could be read."""
        out: list[Expectation] = []
        for key, key_node, value in self.r.mapping(node, "expect"):
            if key == ROUTE and key not in self.types:
                out += self._route(value)
                continue
            try:
                found = self._one(key, key_node, value)
            except ExpectationError as fault:
                self.r.fault(
                    "wrong-value", f"{key} cannot be {value.text or 'nothing'!r}: {fault}.", value
                )
                continue
            out += [found] if found else []
        return tuple(out)

    def _one(self, key: str, key_node: Node, value: Node) -> Expectation | None:
        words = self.r.words(value)
        text = ", ".join(words)
        if key in self.labels:
            accepts, names = say.choice(words)
            known = self._check_names(names, self.labels[key], f"label of {key}", value)
            return Expectation(key, text, value.line, accepts, known)
        if key in (SEGMENTS, BECAUSE):
            what, listed = ("segment", self.segments) if key == SEGMENTS else ("rule", self.rules)
            accepts, names = say.among(words)
            return Expectation(
                key, text, value.line, accepts, self._check_names(names, listed, what, value)
            )
        if key not in self.types:
            self._unknown_name(key, key_node)
            return None
        return Expectation(
            key, text, value.line, self._value_of_type(self.types[key], words, value)
        )

    def _unknown_name(self, key: str, key_node: Node) -> None:
        known = [*self.types, SEGMENTS, BECAUSE, ROUTE]
        scales = ", ".join([*self.labels][:8])
        expected = f"Expect one of {scales}, a score, segments, route or because."
        self.r.fault(
            "unknown-name",
            f"{key!r} is nothing that this playbook says of a lead.",
            key_node,
            did_you_mean(key, known) or expected,
        )

    def _value_of_type(self, kind: str, words: Sequence[str], value: Node) -> Wanted:
        text = words[0] if len(words) == 1 else ""
        if kind == NUMBER:
            return say.number(text)
        if kind == YES_NO:
            return say.yes_no(text)
        if kind == MOMENT:
            at = moment(text, USUAL) if text else None
            if at is None:
                raise ExpectationError("write a date, such as 2026-11-01")
            return say.moment_is(at)
        if not words or value.pairs is not None:
            raise ExpectationError("write what it should be")
        return say.exact(words)

    def _route(self, value: Node) -> list[Expectation]:
        """`route: sales`, `route: nobody`, or a mapping of to, within and next."""
        if value.pairs is None:
            return self._to(value)
        self.r.keys(value, ROUTE_KEYS)
        out: list[Expectation] = []
        for key, _, node in value.entries():
            if key == "to":
                out += self._to(node)
            elif key == "within":
                out += self._within(node)
            elif key == "next":
                text = node.text or ""
                out.append(Expectation("route.next", text, node.line, say.exact([text])))
        return out

    def _within(self, node: Node) -> list[Expectation]:
        text = node.text or ""
        try:
            accepts = say.number(text, say.seconds)
        except ExpectationError:
            self.r.fault(
                "not-a-duration",
                f"within takes a duration, not {(text or 'nothing')!r}.",
                node,
                "Write 15m, 4h, or at most 1d.",
            )
            return []
        return [Expectation("route.within", text, node.line, accepts)]

    def _to(self, node: Node) -> list[Expectation]:
        words = self.r.words(node)
        if not words or not words[0]:
            self.r.fault(
                "wrong-value", "route does not say to whom.", node, "Write a department, or nobody."
            )
            return []
        self._check_names(
            [w for w in words if w != say.NOBODY], self.departments, "department of a route", node
        )
        return [Expectation("route.to", ", ".join(words), node.line, say.exact(words))]

    def _check_names(
        self, names: Sequence[str], known: Sequence[str], what: str, node: Node
    ) -> tuple[str, ...]:
        for name in names:
            if name not in known:
                listed = (
                    f"There are {', '.join(known[:12])}." if known else "The playbook has none."
                )
                hint = did_you_mean(name, known) or listed
                self.r.fault(
                    "unknown-name", f"{name!r} is not a {what} of this playbook.", node, hint
                )
        return tuple(names)


def rule_names(book: Playbook) -> tuple[str, ...]:
    """What the rules of a playbook are called: their ids, and what they say."""
    names = [(r.id, r.say) for s in book.scores if isinstance(s, RuleScore) for r in s.rules]
    names += [(r.id, r.say) for s in book.signals if isinstance(s, Points) for r in s.rules]
    said = [name for both in names for name in both if name]
    return tuple(dict.fromkeys(said))
