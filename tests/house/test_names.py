"""Modules, classes and functions are named by nouns and plain verbs, never by a participle.

A participle (`told`, `made`, `looked_up`) says that something happened, not what the thing is, and a search for
it finds everything. One before a noun is an adjective (`saved_mapping`), and stays.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src/leadlight"


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Those that do not end in -ed, but for those that are the plain verb too: read, put, set, cut, run, split.
IRREGULAR = words(
    "begun bent bound bought bred brought built burnt caught chosen dealt done drawn driven fallen fed felt"
    " forgotten fought found frozen given gone got grown heard held hidden hung kept known laid learnt led left lent lit"
    " lost made meant met paid risen said sent shown slept sold sought spelt spent spoken stolen stood struck stuck"
    " sworn taken taught thought thrown told torn understood woken won worn written"
)
#: Nouns, and plain verbs, that look like participles.
NOUNS = words(
    "beginning blocking boosting bring building cleaning clustering embed encoding ending everything feed finding"
    " heading joining lowering mapping meaning missing need nesting nothing numbering outgoing ranking recycling resampling"
    " reading routing scoring seed setting sharing speed spending staging standing string training tuning wiring"
    " wording"
)
#: Names that are what they are elsewhere: the keys of a playbook's signals, the value of `--known`, SQL's quoted name.
NAMES = frozenset({"Gained", "_gained", "Sleeping", "Woken", "parse_known", "quoted"})
#: Questions, which are answered by yes or no.
QUESTIONS = ("is", "are", "has", "was", "can", "may", "must")
#: What ends the phrase that names a thing: `rows_of_leads` are rows.
PARTICLES = words(
    "above after again aside as at before below beside between by down elsewhere for from how in of off on once"
    " out since through to up when where with"
)


def is_participle(name: str) -> bool:
    """Whether what a name calls a thing is a participle: `_lacked`, `looked_up`, `columns_wanted`."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_")
    if name in NAMES or parts[0] in QUESTIONS:
        return False
    end = next((n for n, part in enumerate(parts) if n and part in PARTICLES), len(parts))
    last = parts[end - 1]
    return last in IRREGULAR or (
        len(last) > 4 and last.endswith(("ed", "ing")) and last not in NOUNS
    )


def names(file: Path) -> Iterator[str]:
    yield file.parent.name if file.stem == "__init__" else file.stem
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def test_nothing_is_named_by_a_participle() -> None:
    """A function `_lacked` should be `_missing_columns`, one `made_once` should be `make_once`"""
    files = sorted(SOURCE.rglob("*.py"))
    found = [
        f"{f.relative_to(SOURCE)}: {name}"
        for f in files
        for name in names(f)
        if is_participle(name)
    ]
    assert len(files) > 300
    assert not found, "Name it by a noun or a plain verb, or add a noun to NOUNS: " + ", ".join(
        found
    )


@pytest.mark.parametrize(
    "name", ["_lacked", "made_once", "told", "Asked", "columns_wanted", "_left_out", "fitting"]
)
def test_a_participle_is_found(name: str) -> None:
    assert is_participle(name)


@pytest.mark.parametrize(
    "name", ["saved_mapping", "read_csv", "is_known", "TouchedLeads", "seed", "run", "training"]
)
def test_an_adjective_and_a_plain_verb_stay(name: str) -> None:
    assert not is_participle(name)
