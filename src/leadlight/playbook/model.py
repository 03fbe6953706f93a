"""A learned model as a playbook reads it: a sum of small tables that a person can read and edit.

Each term looks up one value of a lead (or two together) and adds log-odds; the probability is `1 /
(1 + exp(-sum))`. Values are kept as whole ten-millionths, so the sum is the same in any order and
on every engine.  Source of the form: the Explainable Boosting Machine (Lou, Caruana, Gehrke,
Hooker: Accurate intelligible models with pairwise interactions, KDD 2013).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

MILLION = 1_000_000
# a log-odds of 1: with forty tables the probability is that of the fit to six decimals
LOGIT = 10_000_000
_ALIKE = LOGIT // 20  # what neighbouring places may differ by to be told as one
_LONG = 40  # letters of a word where reasons are given
YES_NO_WORDS = {"true": "yes", "false": "no"}


@dataclass(frozen=True)
class NumberSide:
    """Places of a number: how many of the cuts it reaches; the last place is for unknown."""

    cuts: tuple[Decimal, ...]

    @property
    def places(self) -> int:
        return len(self.cuts) + 2

    def place(self, value: object) -> int:
        """The place of a value; None is unknown."""
        if value is None:
            return self.places - 1
        return bisect_right(
            self.cuts, Decimal(repr(value)) if isinstance(value, float) else Decimal(str(value))
        )

    def range_text(self, first: int, last: int) -> str:
        """The places from one to another in words: below 3, 3 to below 7, 7 or more, unknown."""
        if first == self.places - 1:
            return "unknown"
        edges = [f"{c.normalize():f}" for c in self.cuts]
        if first == 0:
            return f"below {edges[last]}" if last < len(edges) else "known"
        return (
            f"{edges[first - 1]} to below {edges[last]}"
            if last < len(edges)
            else f"{edges[first - 1]} or more"
        )


@dataclass(frozen=True)
class WordSide:
    """Places of a text: that of its word (small letters, without blanks around), the last but one
    for the rest, the last for unknown.
    """

    words: tuple[str, ...]

    @property
    def places(self) -> int:
        return len(self.words) + 2

    def place(self, value: object) -> int:
        """The place of a value; None is unknown."""
        if value is None:
            return self.places - 1
        word = (
            str(value).lower() if not isinstance(value, bool) else ("true" if value else "false")
        ).strip(" ")
        return self.words.index(word) if word in self.words else len(self.words)

    def word_text(self, place: int) -> str:
        """A place in words: the word itself, other, unknown."""
        if place >= len(self.words):
            return ("other", "unknown")[place - len(self.words)]
        word = YES_NO_WORDS.get(self.words[place], self.words[place])
        return word if len(word) <= _LONG else f"{word[: _LONG - 1]}\N{HORIZONTAL ELLIPSIS}"


Side = NumberSide | WordSide


@dataclass(frozen=True)
class Term:
    """What one value of a lead adds, or two together, in ten-millionths of log-odds: `add[place]`,
    or `add[place of the first * places of the second + place of the second]`.

    `seen`: of a single value, the share of the leads that taught in each place; empty where nobody
    noted it.
    """

    of: tuple[str, ...]
    sides: tuple[Side, ...]
    add: tuple[int, ...]
    say: str = ""
    seen: tuple[float, ...] = ()

    @property
    def title(self) -> str:
        """What it is called where reasons are given."""
        return self.say or " and ".join(n.rsplit("__", 1)[-1].replace("_", " ") for n in self.of)

    def place_text(self, place: int) -> str:
        """What a lead of that place is, in words: Industry: software, Employees: 50 to below 500;
        of two values only what they are called. Neighbouring places of a number that add about the
        same are told as one.
        """
        if len(self.sides) > 1:
            return self.title
        side = self.sides[0]
        if isinstance(side, WordSide):
            return f"{self.title}: {side.word_text(place)}"
        first = last = place
        if place <= len(side.cuts):
            alike = [abs(v - self.add[place]) <= _ALIKE for v in self.add[: len(side.cuts) + 1]]
            while first > 0 and alike[first - 1]:
                first -= 1
            while last < len(side.cuts) and alike[last + 1]:
                last += 1
        return f"{self.title}: {side.range_text(first, last)}"

    def adds(self, row: Mapping[str, Any]) -> int:
        """What it adds for a lead, in ten-millionths of log-odds."""
        index = 0
        for name, side in zip(self.of, self.sides, strict=True):
            index = index * side.places + side.place(row.get(name))
        return self.add[index]


@dataclass(frozen=True)
class Model:
    """A model of how probable an outcome is, with what it asks of behaviour in a playbook's own
    language (`asked`).
    """

    name: str
    start: int
    terms: tuple[Term, ...]
    outcome: str = "won"
    horizon: int | None = None  # seconds
    about: str = ""
    learned: date | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)  # signal -> its plain YAML
    verdict: Mapping[str, Any] = field(default_factory=dict)
    refused: tuple[Mapping[str, Any], ...] = ()
    moved: tuple[
        Mapping[str, Any], ...
    ] = ()  # when the start was moved since, by how much, and by what was seen
    maps: Mapping[str, str] = field(default_factory=dict)  # how a person had the table read

    @property
    def reads(self) -> tuple[str, ...]:
        """The attributes and signals it looks at, each once."""
        return tuple(dict.fromkeys(n for t in self.terms for n in t.of))

    def log_odds(self, row: Mapping[str, Any]) -> int:
        """The sum of what speaks for and against, in ten-millionths; exactly what the plan
        gives.
        """
        return self.start + sum(t.adds(row) for t in self.terms)

    def probability(self, row: Mapping[str, Any]) -> float:
        """The probability, to six decimals."""
        return probability(self.log_odds(row))


def probability(log_odds: int) -> float:
    """From ten-millionths of log-odds to a probability, to six decimals."""
    return math.floor(1 / (1 + math.exp(-log_odds / LOGIT)) * MILLION + 0.5) / MILLION


_OLD_HORIZONS, _OLD_DAYS = 4, 365


def model_age(model: Model, as_of: datetime) -> str:
    """How old a model is, and whether it should be learned again: after four of its horizons, or a
    year where it has none.
    """
    if model.learned is None:
        return f"The model {model.name} does not say when it was learned."
    days = (as_of.date() - model.learned).days
    if days < 0:
        return (
            f"The model {model.name} was learned on {model.learned:%Y-%m-%d}, after this moment: it"
            " may know what came since."
        )
    old = days > (_OLD_HORIZONS * model.horizon / 86_400 if model.horizon else _OLD_DAYS)
    again = (
        " That is long for what it looks at: learn it again and see whether it still holds."
        if old
        else ""
    )
    moved = f" Its start was moved on {model.moved[-1].get('on')}." if model.moved else ""
    ago = f"{days:,} {'day' if days == 1 else 'days'} ago" if days else "today"
    return f"The model {model.name} was learned {ago}.{moved}{again}"
