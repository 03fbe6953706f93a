"""What `check` accepts runs: on any value, on three engines, with the same answers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import statement
from leadlight.playbook.read import read_playbook
from leadlight.playbook.spec import Playbook
from tests.plan.conditions import AS_OF, KINDS, SOURCES, YES_NO, Author, base
from tests.plan.test_postgres import carried
from tests.servers.postgres import database, or_say, server

EVERYONE = Everyone(AS_OF)
Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def pg() -> Iterator[Any]:
    import psycopg

    or_say(server)
    with database() as url, psycopg.connect(url, autocommit=True) as con:
        con.execute("SET jit = off")
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET statement_timeout = '60s'")
        yield con


def parts(seed: int, many: int, depth: int = 4) -> Iterator[tuple[str, str]]:
    """(a section's line, its condition): segments, and signals that later ones may use."""
    author = Author(seed)
    for n in range(many):
        if author.chance.randrange(3):
            text = author.part(YES_NO, depth)
            yield "segments", f"  c{n}: {_quoted(text)}"
            continue
        kind = author.chance.choice(KINDS)
        text = author.part(kind, depth)
        yield "signals", f"  v{n}: {{value: {_quoted(text)}}}"
        author.names[kind].append(f"v{n}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def book_of(lines: list[tuple[str, str]]) -> str:
    sections = {"signals": [], "segments": []}  # type: dict[str, list[str]]
    for section, line in lines:
        sections[section].append(line)
    return "".join(
        f"{name}:\n" + "\n".join(found) + "\n" for name, found in sections.items() if found
    )


def accepted(seed: int, many: int, depth: int = 4) -> tuple[Playbook, list[str]]:
    """A playbook of the conditions that `check` accepts, of so many that were written."""
    kept: list[tuple[str, str]] = []
    for part in parts(seed, many, depth):
        if read_playbook(book_of([*kept, part]), "random.yml")[0] is not None:
            kept.append(part)
    assert len(kept) > many / 10
    book, problems = read_playbook(book_of(kept), "random.yml")
    assert book is not None, problems
    return book, [line for _, line in kept]


def same(one: object, other: object) -> bool:
    """The same number to the last bit, whatever kind of number it is there, or the same text."""
    if one is None or other is None or isinstance(one, str | bool) or hasattr(one, "year"):
        return one == other
    a, b = float(one) + 0.0, float(other) + 0.0  # type: ignore[arg-type]
    return a == b or (a != a and b != b)


def rows_of(con: duckdb.DuckDBPyConnection, sql: str) -> Rows:
    return _named(con.execute(sql))


def _named(cursor: Any) -> Rows:
    names = [d[0] for d in cursor.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def differences(ours: Rows, theirs: Rows, lines: list[str]) -> list[str]:
    """What another engine answers otherwise, beside the condition."""
    text = {line.split(":", 1)[0].strip(): line for line in lines}
    out = []
    for lead, row in ours.items():
        for name, value in row.items():
            if name == "segments":
                apart = set(str(value).split("; ")) ^ set(str(theirs[lead][name]).split("; "))
                out += [f"{lead} {text[n]}" for n in apart]
            elif not same(value, theirs[lead][name]):
                out.append(
                    f"{lead} {text.get(name, name)}: {value!r} became {theirs[lead][name]!r}"
                )
    return out


@pytest.mark.parametrize("seed", range(8))
def test_what_check_accepts_runs_on_any_value(seed: int) -> None:
    """Whole numbers at the edges of 64 bits, NaN and infinity, huge texts, the first and the last day, nothing at all."""
    book, lines = accepted(seed, 60)
    con = base(seed, 120, odd=True)
    assert len(rows_of(con, statement(book, SOURCES, EVERYONE, signals=True))) == 120, lines


def test_postgres_answers_the_same(pg: Any) -> None:
    """The same conditions over the same leads, on PostgreSQL"""
    for seed in (101, 102, 103, random.randrange(1_000, 10**6)):
        book, lines = accepted(seed, 40)
        con = base(seed, 60, odd=True)
        carried(con, pg, "leads")
        theirs = _named(pg.execute(statement(book, SOURCES, EVERYONE, "postgres", signals=True)))
        assert (
            differences(
                rows_of(con, statement(book, SOURCES, EVERYONE, signals=True)), theirs, lines
            )
            == []
        ), seed
