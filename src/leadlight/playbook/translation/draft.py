"""A playbook while it is being translated: its sections, and what became of each rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from leadlight.playbook.translation.document import Item
from leadlight.playbook.translation.quotes import check_size, free_name, label, number, one_line
from leadlight.playbook.translation.remarks import CarriedRule, LeftRule, Untranslatable
from leadlight.playbook.yaml_text import quoted

#: By these words the verb knows a file that it wrote.
MARK = "# Translated by leadlight from "
_WIDTH = 96
Named = tuple[str, Item]


@dataclass(frozen=True)
class DraftRule:
    """A rule of a points signal (`on`) or of a score (`when` alone), before it has a name."""

    name: str
    points: Decimal
    on: str | None = None
    when: str | None = None
    within: str | None = None
    at_most: Decimal | None = None
    say: str = ""

    def entry(self, name: str) -> str:
        """The rule as a line of the playbook."""
        parts = [f"on: {self.on}"] if self.on else []
        if self.when is not None and not self.on:
            parts.append(f"when: {quoted(self.when)}")
        parts.append(f"{'points' if self.on else 'add'}: {number(self.points)}")
        if self.when is not None and self.on:
            parts.append(f"when: {quoted(self.when)}")
        if self.within is not None:
            parts.append(f"within: {self.within}")
        if self.at_most is not None:
            parts.append(f"at_most: {number(self.at_most)}")
        if self.say:
            parts.append(f"say: {quoted(self.say)}")
        return f"      {name}: {{{', '.join(parts)}}}"


@dataclass
class Draft:
    """The sections in the order in which they were written. `taken` are the names that mean
    something already: of attributes, of columns, and those that were given.
    """

    source: str
    taken: set[str]
    signals: list[str] = field(default_factory=list)
    scores: list[str] = field(default_factory=list)
    scales: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    carried: list[CarriedRule] = field(default_factory=list)
    left: list[LeftRule] = field(default_factory=list)
    order: str = ""

    def name(self, text: str, begin: str) -> str:
        """A free name, which is taken from now on."""
        found = free_name(text, begin, self.taken)
        self.taken.add(found.lower())
        return found

    def carry(self, rule: str, became: str, note: str = "") -> None:
        """Say that a rule is in the playbook."""
        self.carried.append(CarriedRule(one_line(rule), became, note))

    def leave(self, rule: str, why: str, instead: str) -> None:
        """Say that a rule is not."""
        self.left.append(LeftRule(one_line(rule), why, instead))

    @contextmanager
    def attempt(self, rule: str) -> Iterator[None]:
        """Translate a rule; where it cannot be, it is left."""
        try:
            yield
        except Untranslatable as fault:
            self.leave(rule, fault.why, fault.instead)

    def attempt_in_turn(self, items: Sequence[Named], translate: Callable[[Named], None]) -> None:
        """Translate what may ask for each other: each after those that it asks for. `items` are
        pairs of what they are called and what they are.
        """
        waiting = list(items)
        while waiting:
            faults = [(item, fault) for item in waiting if (fault := _fault(translate, item))]
            if len(faults) == len(waiting):
                for (called, _), fault in faults:
                    self.leave(called, fault.why, fault.instead)
                return
            waiting = [item for item, _ in faults]

    def count(self, name: str, on: str, when: str | None, within: str | None) -> None:
        """A signal: how many activities."""
        if when is not None:
            check_size(when)
        parts = [f"count: {on}"]
        if when is not None:
            parts.append(f"when: {quoted(when)}")
        if within is not None:
            parts.append(f"within: {within}")
        self.signals.append(f"  {name}: {{{', '.join(parts)}}}")

    def value(self, name: str, expression: str, about: str) -> None:
        """A signal that is derived from others."""
        check_size(expression)
        self.signals.append(f"  {name}: {{value: {quoted(expression)}, about: {quoted(about)}}}")

    def total(self, of: str, called: str, about: str) -> str:
        """A score that says a sum of others, the first of all; its name. `of` is its signal."""
        name = self.name(called, "total_")
        self.scores.insert(0, f"  {name}: {{signal: {of}, about: {quoted(about)}}}")
        return name

    def rules(
        self,
        name: str,
        rules: Sequence[DraftRule],
        about: str,
        at_least: Decimal | None = None,
        at_most: Decimal | None = None,
    ) -> None:
        """A score of rules: of a points signal where these are on activities."""
        lines = [f"  {name}:"]
        limits = (("at_least", at_least), ("at_most", at_most))
        lines += [f"    {k}: {number(v)}" for k, v in limits if v is not None]
        of_activities = any(rule.on for rule in rules)
        lines += [f"    about: {quoted(about)}", "    rules:"]
        lines += [rule.entry(rule.name) for rule in rules]
        if not of_activities:
            self.scores.append("\n".join(lines))
            return
        signal = self.name("points", f"{name}_")
        lines[0] = f"  {signal}:"
        self.signals.append("\n".join(lines))
        self.scores.append(f"  {name}: {{signal: {signal}, about: {quoted(about)}}}")

    def scale(self, name: str, labels: Sequence[tuple[str, str, str]], about: str) -> None:
        """A scale: (label, condition, what it is called), the best first; the last is otherwise."""
        lines = [f"  {name}:", f"    about: {quoted(about)}", "    labels:"]
        for key, condition, say in labels:
            called = f", say: {quoted(say)}" if say and say != key else ""
            lines.append(f"      - {{{key}: {quoted(condition)}{called}}}")
        self.scales.append("\n".join(lines))

    def segment(self, name: str, condition: str, about: str) -> None:
        """A named group."""
        check_size(condition)
        self.segments.append(f"  {name}: {{when: {quoted(condition)}, about: {quoted(about)}}}")

    def text(self, name: str, notes: Sequence[str]) -> str:
        """The playbook, with what was left in its first comment."""
        lines = [f"{MARK}{self.source}."]
        for note in (*notes, *(c.note for c in self.carried if c.note)):
            line = list(_comment(note))
            lines += [] if line[0] in lines else ["#", *line]
        if self.left:
            lines += ["#", "# Not carried over, because a playbook or this export cannot say it:"]
        for left in self.left:
            lines += _comment(f"- {left.rule}: {left.why}. {left.instead}.", "  ")
        lines += ["", "leadlight: 1", f"name: {quoted(name)}"]
        if self.order:
            lines.append(f"order: {self.order}")
        sections = (
            ("signals", self.signals),
            ("scores", self.scores),
            ("scales", self.scales),
            ("segments", self.segments),
        )
        for section, entries in sections:
            lines += ["", f"{section}:", *entries] if entries else []
        return "\n".join(lines) + "\n"


def _fault(translate: Callable[[Named], None], item: Named) -> Untranslatable | None:
    try:
        translate(item)
    except Untranslatable as fault:
        return fault
    return None


def labels_of(cells: Sequence[tuple[str, str]], rest: str = "") -> list[tuple[str, str, str]]:
    """The labels of a scale from (what it is called, condition), the best first. With `rest` a
    label of that name takes the others, else the last one does.
    """
    taken = {"otherwise"}
    found: list[tuple[str, str, str]] = []
    for text, condition in cells:
        name = label(text, taken)
        taken.add(name.lower())
        found.append((name, condition, one_line(text, 60)))
    if rest:
        return [*found, (label(rest, taken), "otherwise", "")]
    name, _, say = found[-1]
    return [*found[:-1], (name, "otherwise", say)]


def _comment(text: str, begin: str = "") -> Iterator[str]:
    """A sentence as lines of a comment, which no text can leave."""
    line = ""
    for word in one_line(text, 2_000).split(" "):
        if line and len(line) + len(word) >= _WIDTH:
            yield f"# {begin}{line}"
            line = "  " if begin else ""
        line = f"{line} {word}" if line.strip() else f"{line}{word}"
    yield f"# {begin}{line}"
