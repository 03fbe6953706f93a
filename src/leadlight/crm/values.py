"""Values of a CRM's records: where they stand, and what they are in the catalog's types."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from leadlight.crm.declaration import FieldRule
from leadlight.facts.catalog import Type

_YES = frozenset({"true", "yes", "1", "y", "t"})
_NO = frozenset({"false", "no", "0", "n", "f", ""})
#: Commas that part thousands, and one that parts the decimals.
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{2,3})*,\d{3}(\.\d*)?")
_DECIMALS = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})")
#: What is a code, and no name, address or number of a person.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}|[0-9]{1,5}")
_WORD = re.compile(r"\{(\w+)\}")
#: Milliseconds since 1970 are longer than seconds, and both than a year.
_SECONDS, _MILLISECONDS = 9, 12
#: Names of a reading -> id there -> its name.
Names = Mapping[str, Mapping[str, str]]


def value_at(record: object, path: str) -> object:
    """What stands at a path (`a.b.0.c`); None where nothing does. With `*` it is a list of what
    stands in each. A dot within a key is written as two.
    """
    steps = _steps(path)
    value = record
    for n, step in enumerate(steps):
        if type(value) is dict:
            value = value.get(step)
        elif step == "*":
            return list(_walk(value, steps[n:]))
        else:
            return next(_walk(value, steps[n:]), None)
    return value


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[str, ...]:
    parts = path.replace("..", "\0").split(".") if path else ()
    return tuple(p.replace("\0", ".") for p in parts)


def _walk(value: object, path: tuple[str, ...]) -> Iterator[object]:
    if not path:
        if value is not None:
            yield value
        return
    step, rest = path[0], path[1:]
    if step == "*":
        for item in value if isinstance(value, list) else []:
            yield from _walk(item, rest)
    elif isinstance(value, Mapping):
        yield from _walk(value.get(step), rest)
    elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
        yield from _walk(value[int(step)], rest)


def ids_at(record: object, path: str) -> list[str]:
    """Ids at a path: a list of them, one, or several in one text apart by semicolons."""
    value = value_at(record, path)
    texts = [text_of(v) for v in (value if isinstance(value, list) else [value]) if v is not None]
    if all(text.isalnum() for text in texts):  # nearly always
        return texts
    return [w for text in texts for part in text.split(";") if (w := part.strip())]


def text_of(value: object) -> str:
    """A value as a text, as a CRM's own page would show it: no NUL, nothing around it."""
    if type(value) is str:
        return value.replace("\0", "").strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value).replace("\0", "").strip()


def field_value(record: object, rule: FieldRule, names: Names) -> str | None:
    """What a record says by a rule, as a text; None where it says nothing."""
    value = value_at(record, rule.path)
    if isinstance(value, list):
        value = "; ".join(text_of(v) for v in value)
    text = "" if value is None else text_of(value)
    if rule.name_of is not None and text:
        text = names.get(rule.name_of, {}).get(text, text)
    if rule.words:
        text = rule.words.get(text.lower(), rule.otherwise or "")
    elif not text:
        text = rule.otherwise or ""
    if rule.not_ and text:
        text = "false" if text.lower() in _YES else "true"
    return text or None


def value_of_type(text: str, type_: Type) -> object:
    """A text as a value of a type; None where it is none of it."""
    if type_ is Type.TEXT:
        return text
    if type_ is Type.MOMENT:
        return moment_of(text)
    if type_ is Type.YES_NO:
        word = text.lower()
        return True if word in _YES else False if word in _NO else None
    try:
        number = float(_with_point(text))
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if type_ is Type.WHOLE and abs(number) < 2**62 else number


def _with_point(text: str) -> str:
    """A number as its own page may show it, with a point and no other sign."""
    if "," not in text:
        return text
    if _THOUSANDS.fullmatch(text):
        return text.replace(",", "")
    return text.replace(",", ".") if _DECIMALS.fullmatch(text) else ""


def moment_of(value: object) -> datetime | None:
    """A moment of a CRM in UTC without zone: ISO 8601, a date, or seconds or milliseconds since
    1970; None where it is none.
    """
    text = text_of(value) if value is not None else ""
    digits = text.lstrip("-")
    try:
        if digits.isdigit() and len(digits) >= _SECONDS:
            since = int(text) / (1000 if len(digits) >= _MILLISECONDS else 1)
            return datetime.fromtimestamp(since, UTC).replace(tzinfo=None)
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except (ValueError, OverflowError, OSError):
        return None


def code_at(answer: object, path: str) -> str:
    """The CRM's own word for what went wrong; empty: it has none. A sentence is none, since it may
    hold a person's data.
    """
    value = value_at(answer, path)
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    word = text_of(value)
    return word if is_code(word) else ""


def is_code(text: str) -> bool:
    """Whether a text is a CRM's word for what went wrong, and no name, address or number."""
    return _CODE.fullmatch(text) is not None


def moment_text(at: datetime, form: str) -> str:
    """A moment of UTC as a CRM reads it."""
    at = at.replace(tzinfo=None)
    if form == "milliseconds":
        return str(int(at.replace(tzinfo=UTC).timestamp() * 1000))
    if form == "seconds":
        return f"{at:%Y-%m-%dT%H:%M:%S}Z"
    if form == "offset":
        return f"{at:%Y-%m-%dT%H:%M:%S}+00:00"
    if form == "date":
        return f"{at:%Y-%m-%d}"
    if form == "text":
        return f"{at:%Y-%m-%d %H:%M:%S.%f}"
    return f"{at.isoformat(timespec='milliseconds')}Z"


def fill(template: object, values: Mapping[str, object]) -> object:
    """A template with the words in braces filled in; a text that is one such word alone becomes the
    value itself, whatever it is.
    """
    if isinstance(template, str):
        alone = _WORD.fullmatch(template)
        if alone and alone[1] in values:
            return values[alone[1]]
        return _WORD.sub(lambda m: str(values.get(m[1], m[0])), template)
    if isinstance(template, Mapping):
        out: dict[str, object] = {}
        for key, value in template.items():
            if key == "{values}":  # our properties stand beside the others
                mine = values["values"]
                assert isinstance(mine, Mapping)
                out.update(mine)
            else:
                out[str(fill(key, values))] = fill(value, values)
        return out
    if isinstance(template, list | tuple):
        return [fill(item, values) for item in template]
    return template
