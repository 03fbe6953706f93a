"""The small reading tools that every section of a playbook shares: they take a value or note a
problem with its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from leadlight.playbook import durations
from leadlight.playbook.conditions import Condition, NotACondition, parse
from leadlight.playbook.nodes import Node
from leadlight.problems import Place, Problem, did_you_mean

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
OTHERWISE = "otherwise"
MOST_POINTS = 1_000_000
T = TypeVar("T")


class Reader:
    """Reads values out of nodes, collects problems, and remembers on which line each name
    stands.
    """

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.lines: dict[str, int] = {}
        self.places: dict[str, Place] = {}

    def fault(self, code: str, message: str, node: Node, hint: str | None = None) -> None:
        self.problems.append(Problem(code, message, node.place, hint))

    def at(self, name: str) -> Place:
        """Where a name was written."""
        return self.places.get(name, Place(self.file))

    def note(self, name: str, node: Node) -> None:
        self.lines[name] = node.line
        self.places[name] = node.place

    def keys(self, node: Node, known: Sequence[str]) -> None:
        """Every key of a mapping must be a known one."""
        for key, key_node, _ in node.entries():
            if key not in known:
                hint = did_you_mean(key, known) or f"Known here: {', '.join(known)}."
                self.fault("unknown-key", f"{key!r} means nothing here.", key_node, hint)

    def text(self, node: Node, key: str) -> str | None:
        """A single value as text."""
        value = node.get(key)
        if value is None:
            return None
        if value.items is not None or value.pairs is not None:
            self.fault("wrong-shape", f"{key} takes one value, not a list or a mapping.", value)
            return None
        return value.text

    def number(self, node: Node, key: str, *, negative: bool = True) -> Decimal | None:
        """A number of points, with at most two decimals."""
        value = node.get(key)
        return self.points(value, key, negative=negative) if value is not None else None

    def points(self, value: Node, what: str, *, negative: bool = True) -> Decimal | None:
        try:
            points = Decimal((value.text or "").strip())
        except InvalidOperation:
            self.fault(
                "not-a-number", f"{what} takes a number, not {(value.text or 'nothing')!r}.", value
            )
            return None
        # Compared first: reckoning with 1e999999999 would be too much even for a decimal.
        if (
            not points.is_finite()
            or not -MOST_POINTS <= points <= MOST_POINTS
            or points != points.quantize(Decimal("0.01"))
        ):
            self.fault(
                "not-a-number",
                f"{what} takes a number up to a million with at most two decimals.",
                value,
            )
            return None
        if points < 0 and not negative:
            self.fault("not-a-number", f"{what} takes a number of 0 or more.", value)
            return None
        return points

    def duration(self, node: Node, key: str, most: int = durations.LONGEST) -> int | None:
        """A duration in seconds, up to `most`."""
        value = node.get(key)
        if value is None:
            return None
        found = durations.seconds(value.text or "")
        if found is None:
            self.fault(
                "not-a-duration",
                f"{key} takes a duration, not {(value.text or 'nothing')!r}.",
                value,
                "Write 15m, 4h, 14d, 6w or 1y.",
            )
        elif found > most:
            self.fault(
                "not-a-duration",
                f"{key} takes at most {durations.words_of_years(most)}, "
                f"not {(value.text or '').strip()}.",
                value,
            )
            return None
        return found

    def condition(self, value: Node | None) -> Condition | None:
        """A condition; None after a problem was noted."""
        if value is None:
            return None
        if value.text is None:
            self.fault(
                "not-a-condition",
                "A condition is missing here.",
                value,
                "Write one, such as employees >= 50.",
            )
            return None
        try:
            return parse(value.text)
        except NotACondition as fault:
            self.fault("not-a-condition", f"The condition {_short(value.text)} {fault}.", value)
            return None

    def condition_or_otherwise(self, value: Node) -> Condition | None:
        return None if (value.text or "").strip().lower() == OTHERWISE else self.condition(value)

    def name(self, key: str, node: Node, what: str) -> str:
        """A name of the author's own: letters, digits and underscores."""
        if not NAME.fullmatch(key):
            self.fault(
                "not-a-name",
                f"{key!r} cannot be the name of a {what}.",
                node,
                "Use letters, digits and underscores, beginning with a letter.",
            )
        return key

    def words(self, value: Node | None) -> tuple[str, ...]:
        """One text or a list of texts."""
        if value is None:
            return ()
        if value.items is not None:
            return tuple(i.text or "" for i in value.items)
        return (value.text or "",)

    def mapping(self, node: Node | None, what: str) -> list[tuple[str, Node, Node]]:
        """The entries of a section that is a mapping of names."""
        if node is None or node.is_blank:
            return []
        if node.pairs is None:
            self.fault("wrong-shape", f"{what} is a mapping of names.", node)
            return []
        return list(node.entries())

    def items_of(self, node: Node, what: str) -> Sequence[Node]:
        if node.items is None:
            self.fault("wrong-shape", f"{what} is a list.", node)
            return ()
        return node.items

    def rules(
        self, node: Node, prefix: str, read: Callable[[str, Node], T | None]
    ) -> tuple[T, ...]:
        """Rules as a mapping of ids, or as a list whose items get the ids prefix_1, prefix_2 ..."""
        if node.pairs is not None:
            pairs = [(key, value) for key, _, value in node.entries()]
        else:
            pairs = [
                (f"{prefix}_{n}", item) for n, item in enumerate(self.items_of(node, "rules"), 1)
            ]
        return tuple(rule for key, value in pairs if (rule := read(key, value)) is not None)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= 80 else flat[:77] + "...")
