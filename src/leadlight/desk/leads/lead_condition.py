"""The filter of a list: a condition in the playbook's language, with what people say of time and of
companies.

`created_at older than 30d` is `days_since(created_at) > 30`, `newer than` is at most so long ago,
and `company.employees` is what is known of the lead's company.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from leadlight.facts.lead_list import COMPANY
from leadlight.playbook.conditions import NotACondition, parse
from leadlight.playbook.durations import seconds
from leadlight.playbook.types import YES_NO, TypeMismatch, infer
from leadlight.presentable import presentable
from leadlight.problems import CannotDo, did_you_mean

_DAY = 86_400
_TEXT = re.compile(r"('(?:[^']|'')*')")
_AGE = re.compile(r"\b([a-z_][\w.]*)\s+(older|newer)\s+than\s+(\w+)", re.IGNORECASE)
_DOT = re.compile(r"\bcompany\.(?=[a-z_])", re.IGNORECASE)


def condition_of(text: str) -> str:
    """The condition that a filter stands for. Raises `CannotDo` for a length of time that is
    none.
    """
    parts = _TEXT.split(text.strip())
    return "".join(part if n % 2 else _plain(part) for n, part in enumerate(parts))


def check_condition(condition: str, kinds: Mapping[str, str]) -> None:
    """Raise `CannotDo` for what is no condition over these names."""
    try:
        found = parse(condition)
        for name in sorted(found.names):
            if name not in kinds:
                raise CannotDo(_unknown(name, kinds), field="filter")
        if infer(found.tree, kinds) not in (YES_NO, "unknown"):
            raise CannotDo(
                "The filter says neither yes nor no. Compare it: score >= 50.", field="filter"
            )
    except (NotACondition, TypeMismatch) as fault:
        raise CannotDo(f"The filter {fault}.", field="filter") from None


def _plain(text: str) -> str:
    return _DOT.sub(COMPANY, _AGE.sub(_age, text))


def _age(match: re.Match[str]) -> str:
    name, word, length = match.groups()
    found = seconds(length)
    if found is None:
        raise CannotDo(
            f"{presentable(length, 20)!r} is no length of time. Write 4h, 30d, 6w or 1y.",
            field="filter",
        )
    sign = ">" if word.lower() == "older" else "<="
    return f"days_since({name}) {sign} {found / _DAY:.6f}".rstrip("0").rstrip(".")


def _unknown(name: str, kinds: Mapping[str, str]) -> str:
    said = _text_of(name)
    names = [_text_of(n) for n in kinds]
    hint = did_you_mean(said, names) or "The words are those of your files and of the playbook."
    return f"Nothing is called {presentable(said, 40)!r}. {hint}"


def _text_of(name: str) -> str:
    return f"company.{name.removeprefix(COMPANY)}" if name.startswith(COMPANY) else name
