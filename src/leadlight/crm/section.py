"""A section of a declaration, with its place, so that every fault can name it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadlight.problems import Place, Problem, did_you_mean


@dataclass
class Section:
    """A mapping within a declaration; a fault is added to `problems` with the place's name."""

    content: object
    place: str
    problems: list[Problem]

    @property
    def keys(self) -> tuple[str, ...]:
        """Its keys, in the order written."""
        return tuple(map(str, self._pairs))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in it."""
        return not self._pairs

    @property
    def _pairs(self) -> Mapping[object, object]:
        return self.content if isinstance(self.content, Mapping) else {}

    def know(self, names: str) -> None:
        """Say which keys there are."""
        known = names.split()
        for key in self.keys:
            if key not in known:
                hint = did_you_mean(key, known) or f"There are: {', '.join(known)}."
                self.refuse(key, f"is not known here. {hint}")

    def refuse(self, key: str, what: str) -> None:
        """What is wrong at a key."""
        where = ".".join(p for p in (self.place.partition(": ")[2], key) if p)
        file = self.place.partition(": ")[0]
        end = "" if what.endswith(("?", ".")) else "."
        said = Problem("crm-declaration", f"{where or 'It'} {what}{end}", Place(file))
        if said not in self.problems:
            self.problems.append(said)

    def value(self, key: str) -> object:
        """What stands at a key, whatever it is."""
        return self._pairs.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        value = self.value(key)
        if value is None:
            if default is None:
                self.refuse(key, "is missing")
            return default or ""
        if isinstance(value, Mapping | list):
            self.refuse(key, "must be a text")
            return default or ""
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one."""
        value = self.value(key)
        if value is None:
            return ()
        return tuple(map(str, value)) if isinstance(value, list) else (str(value),)

    def number(self, key: str, default: float) -> float:
        """A number that is not negative."""
        value = self.value(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            self.refuse(key, "must be a number")
            return default
        return float(value)

    def flag(self, key: str) -> bool:
        """Yes or no."""
        value = self.value(key)
        if value not in (None, True, False):
            self.refuse(key, "must be true or false")
        return value is True

    def choice(self, key: str, known: Sequence[str]) -> str:
        """One of some words; the first where nothing is said."""
        word = self.text(key, known[0])
        if word not in known:
            self.refuse(key, f"must be one of {', '.join(known)}")
        return word

    def mapping(self, key: str) -> Mapping[str, object]:
        """A mapping; empty where nothing is said."""
        value = self.value(key)
        if value is not None and not isinstance(value, Mapping):
            self.refuse(key, "must be a mapping")
        return {_key(k): v for k, v in value.items()} if isinstance(value, Mapping) else {}

    def section(self, key: str, *, needed: bool = True) -> Section:
        """The section at a key."""
        value = self.value(key)
        if needed and not isinstance(value, Mapping):
            self.refuse(key, "is missing")
        return self._within(key, value)

    def sections(self, key: str) -> list[Section]:
        """The sections of a list, or the one that stands there."""
        value = self.value(key)
        found = value if isinstance(value, list) else [] if value is None else [value]
        return [self._within(f"{key}.{n}", item) for n, item in enumerate(found, 1)]

    def part(self, names: str) -> Section:
        """The same place with some of its keys only."""
        wanted = names.split()
        return Section({k: v for k, v in self._pairs.items() if k in wanted}, self.place, [])

    def _within(self, key: str, value: object) -> Section:
        sign = "." if ": " in self.place else ": "
        return Section(value, f"{self.place}{sign}{key}", self.problems)


def _key(key: object) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)
