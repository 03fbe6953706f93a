"""JSON of another system, read without trust: each value is asked for with the type that it should
have, and a value of another type is a rule that cannot be translated, with the place where it
stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from leadlight.playbook.reader import MOST_POINTS
from leadlight.playbook.translation.remarks import Untranslatable
from leadlight.presentable import presentable
from leadlight.problems import CannotDo

#: Characters of an export. The largest that was seen has a twentieth of them.
LARGEST = 10_000_000
_SHOWN = 60  # characters of a value that a sentence repeats


@dataclass(frozen=True)
class Item:
    """A value of a document, and where it stands in it: `groupConfigs[0].maxValue`."""

    value: Any
    place: str = ""

    def __bool__(self) -> bool:
        return self.value is not None

    def get(self, *keys: str) -> Item:
        """The value of the first of these keys that is there and not null; an empty item where
        there is none. PHP writes a mapping without entries as an empty list.
        """
        if self.value == []:
            return Item(None, f"{self.place}.{keys[0]}".lstrip("."))
        if not isinstance(self.value, dict):
            self._wrong("a mapping")
        key = next((k for k in keys if self.value.get(k) is not None), keys[0])
        return Item(self.value.get(key), f"{self.place}.{key}".lstrip("."))

    def items(self) -> Iterator[Item]:
        """The values of a list, or of a mapping by ids as PHP writes a list; none of nothing."""
        if self.value is None:
            return
        if isinstance(self.value, dict):
            values = list(self.value.values())
        elif isinstance(self.value, list):
            values = self.value
        else:
            self._wrong("a list")
        for n, value in enumerate(values):
            yield Item(value, f"{self.place}[{n}]")

    def has(self, *keys: str) -> bool:
        """Whether it is a mapping that has all these keys."""
        return isinstance(self.value, dict) and all(key in self.value for key in keys)

    def text(self, default: str | None = None) -> str:
        """A text; a number counts as one, as ids do."""
        if self.value is None and default is not None:
            return default
        if isinstance(self.value, bool) or not isinstance(self.value, str | int | Decimal):
            self._wrong("a text")
        return str(self.value)

    def number(self) -> Decimal:
        """A number; a text of one counts, as PHP writes them."""
        value = self.value
        if isinstance(value, str):
            try:
                value = Decimal(value.strip())
            except InvalidOperation:
                self._wrong("a number")
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self._wrong("a number")
        found = Decimal(value)
        if not found.is_finite():
            self._wrong("a number")
        return found

    def whole(self) -> int:
        """A whole number."""
        found = self.number()
        if abs(found) > 10**15 or found != int(found):
            self._wrong("a whole number")
        return int(found)

    def points(self) -> Decimal:
        """Points as a playbook has them: up to a million, with at most two decimals."""
        found = self.number()
        if abs(found) > MOST_POINTS or found != found.quantize(Decimal("0.01")):
            raise Untranslatable(
                f"{self._title()} is {presentable(found, _SHOWN)}: points go up to a million and"
                " have at most two decimals",
                "Choose points within that and write the rule by hand",
            )
        return found

    def yes_no(self, default: bool) -> bool:
        """A yes or no; 0 and 1 count, as PHP writes them."""
        if self.value is None:
            return default
        if isinstance(self.value, bool):
            return self.value
        if self.value not in (0, 1, "0", "1"):
            self._wrong("yes or no")
        return bool(int(self.value))

    def _wrong(self, wanted: str) -> NoReturn:
        one_line = presentable(json.dumps(self.value, default=str)[: 8 * _SHOWN], _SHOWN)
        raise Untranslatable(
            f"{self._title()} should be {wanted} and is {one_line}",
            "Fetch the export again; the file may be damaged",
        )

    def _title(self) -> str:
        return presentable(self.place, _SHOWN) or "The document"


def read_document(text: str, file: str) -> Item:
    """The document that a text is. Raises `CannotDo` for one that is no JSON."""
    if len(text) > LARGEST:
        raise CannotDo(
            f"{file} is longer than {LARGEST:,} characters: no export of scoring rules is. Name the"
            " file that the API answered with."
        )
    try:
        return Item(json.loads(text, parse_float=Decimal, parse_constant=_no_number))
    except RecursionError:
        raise CannotDo(f"{file} is nested too deeply to be an export of scoring rules.") from None
    except ValueError as fault:
        where = f" (line {fault.lineno})" if isinstance(fault, json.JSONDecodeError) else ""
        raise CannotDo(
            f"{file} is no JSON{where}. Save the answer of the API as it is, then name that file."
        ) from None


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
