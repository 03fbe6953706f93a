"""What no engine could run is refused by `check`, in a sentence; what one can is not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from leadlight import qualify as qualify_files
from leadlight.facts.catalog import Type
from leadlight.playbook.cases.facts import value_of
from leadlight.playbook.read import read_playbook
from tests.conftest import Qualify

BOOK = """
segments: {{it: {condition}}}
"""


def said(text: str) -> list[str]:
    """What check says of a playbook, as sentences."""
    return [p.message for p in read_playbook(text)[1]]


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("email is true", "email is a text where a yes/no is needed"),
        ("email is not true", "email is a text where a yes/no is needed"),
        ("employees > 1e", "holds 1e, which is not a number"),
        ("employees > .5.", "holds 0.5., which is not a number"),
        ("employees > 1e99999", "holds 1e99999, which is not a number"),
    ],
)
def test_a_condition_that_no_engine_knows_is_refused(condition: str, sentence: str) -> None:
    """employees > 1e: check held it, and qualify crashed"""
    assert any(sentence in message for message in said(BOOK.format(condition=f'"{condition}"')))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "routes: [{when: otherwise, to: sales, within: 99999y}]",
            "within takes at most 50y, not 99999y",
        ),
        ("signals: {a: {count: any, within: 99999y}}", "within takes at most 9999y, not 99999y"),
        ("signals: {a: {points: {demo_requested: 1e999999999}}}", "takes a number up to a million"),
        (
            "scores: {fit: [{when: employees > 0, add: -1e-999999999}]}",
            "takes a number up to a million with at most two decimals",
        ),
        ("signals: {a: {value: 'null'}}", "is unknown for every lead"),
        ("segments: {a: \"email = '\\ud83d'\"}", "holds half of a sign"),
        (
            "scores: {fit: {rules: [{when: employees > 0, add: 1}], at_least: 100, at_most: 0}}",
            "every lead has 100",
        ),
        (
            "signals: {heat: {points: {demo_requested: 4}, at_least: 2, at_most: 1}}",
            "every lead has 2",
        ),
        (
            "signals:\n  s0: {value: employees}\n"
            + "".join(f"  s{n}: {{value: s{n - 1} + 1}}\n" for n in range(1, 1_000)),
            "s999 is made of names that are made of others, 1,000 deep",
        ),
    ],
)
def test_a_value_that_no_engine_holds_is_told(text: str, sentence: str) -> None:
    """within: 99999y; 1,000 signals, each made of the one before; at_least: 100, at_most: 0"""
    assert any(sentence in message for message in said(text)), said(text)


def test_a_sign_in_two_halves_is_a_sign() -> None:
    r"""email = '\ud83d\ude00' in double quotes, as JSON writes an emoji"""
    book, problems = read_playbook("segments: {smile: \"email = '\\ud83d\\ude00'\"}")
    assert problems == []
    assert book is not None
    assert book.segments[0].when.text == "email = '😀'"


def test_a_case_with_a_number_that_is_none_is_told() -> None:
    """lead: {employees: 1e400}"""
    for type_ in (Type.WHOLE, Type.NUMBER):
        assert [
            value_of(type_, text, datetime(2026, 1, 1)) for text in ("1e400", "-1e400", "nan")
        ] == [None] * 3


def test_a_thousand_rules_and_more_are_added_up(tmp_path: Path) -> None:
    """1,200 rules of one score; PostgreSQL, whose tables have 1,600 columns, says so in a sentence."""
    rules = "".join(f"    - {{when: employees > {n}, add: 1}}\n" for n in range(1_200))
    (tmp_path / "big.yml").write_text(f"scores:\n  fit:\n{rules}", "utf-8")
    (tmp_path / "leads.csv").write_text("lead_id,employees\nana,1100\n", "utf-8")
    found = qualify_files(tmp_path / "leads.csv", playbook=tmp_path / "big.yml", as_of="2026-01-06")
    assert found.to_arrow().column("fit").to_pylist() == [1_100]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("employees * employees > 1", True),
        ("employees + employees > employees", True),
        ("- employees - employees < 0", True),
        ("abs(-9223372036854775808) > 1", True),
        ("2000000000 * 2000000000 = 4000000000000000000", True),
        ("employees * employees * employees * employees * employees * employees > 1e100", True),
        ("employees > 1.00000000000000000000001", True),
        ("consent = consent = true", True),
        ("days_since(null) > 1", False),
        ("age * 0.1 = 0.3", True),
        ("big > 1", True),
        ("least(created_at, '20260131') = created_at", True),
    ],
)
def test_numbers_at_the_edges_are_reckoned(qualify: Qualify, condition: str, holds: bool) -> None:
    """
    2026-01-05  ana  employees = 4611686018427387904, consent = true, age = 3, created_at = 2026-01-04
    """
    book = f'signals: {{big: {{value: employees * employees}}}}\nsegments: {{it: "{condition}"}}\n'
    assert qualify("ana", "2026-01-06", playbook=book).segments == ({"it"} if holds else set())


def test_a_whole_number_stays_one(qualify: Qualify) -> None:
    """
    2026-01-05  ana  employees = 21, age = 40
    """
    book = (
        "signals: {twice: {value: employees * 2}, most: {value: employees *"
        " 9223372036854775807}}\nsegments: {it: twice = 42}\n"
    )
    found = qualify("ana", "2026-01-06", playbook=book)
    assert (found.twice, type(found.twice), found.most) == (42, int, 2**63 - 1)


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "or", "="])
def test_the_longest_chain_is_a_condition(qualify: Qualify, sign: str) -> None:
    """
    2026-01-05  ana  revenue = 1, consent = true
    """
    of, end = ("consent", "") if sign in ("or", "=") else ("revenue", " > -1000")
    book = f'segments: {{it: "{f" {sign} ".join([of] * 199)}{end}"}}\n'
    assert qualify("ana", "2026-01-06", playbook=book).segments == {"it"}


def test_a_chain_that_is_too_long_is_told() -> None:
    """0.1 * 0.1 * ... 299 times: the run ended in a RecursionError"""
    assert any(
        "nested too deeply" in m
        for m in said(f'segments: {{it: "{" * ".join(["0.1"] * 299)} > 0"}}')
    )
