"""A condition is an expression from a closed list, and nothing else."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.playbook.conditions import NotACondition, parse

GOOD = [
    "industry in ('software', 'retail') and employees >= 50",
    "not (country = 'US') or country is null",
    "url like '/pricing%'",
    "case when employees > 500 then 'big' else 'small' end = 'big'",
    "coalesce(length(digits(phone)), 0) < 7",
    "employees between 50 and 500 and has_word(job_title, 'ceo', 'cto')",
    "days_since(created_at) <= 14.5",
    "budget * 2 - 1 > -revenue / 3",
]

HOSTILE = [
    "(select 1) = 1",
    "exists (select * from leads)",
    "employees in (select 1)",
    "read_csv('/etc/passwd') is null",
    "getenv('HOME') = 'x'",
    "pg_read_file('x') = 'y'",
    "employees = 1; drop table leads",
    "employees = 1 -- and more",
    "employees = 1 /* and more */",
    "leads.employees = 1",
    "main.leads.employees = 1",
    "employees::int = 1",
    "cast(employees as varchar) = '1'",
    "current_setting('x') = 'y'",
    "current_date > created_at",
    "count(*) > 1",
    "sum(employees) over () > 1",
    "* is null",
    "employees = ?",
    "employees = {{ secret }}",
    "x -> 'a' = 1",
    "employees[1] = 2",
    "row(1, 2) = row(1, 2)",
    "employees = 1 union select 1",
    "copy leads to 'x'",
    "attach 'x'",
    "interval '1 day' > interval '2 day'",
    "a := 1",
    "lambda x: x",
    "[1, 2] = [1]",
    "((((((((((" * 20 + "a" + "))))))))))" * 20,
    "not " * 500 + "a",
    "a = 1 " + "or a = 1 " * 2000,
    "- " * 300 + "1 = 1",
    "",
    "   ",
    "a = 'unfinished",
    "a b",
    "a as b",
    "if(a, 1, 2) = 1",
    "try_cast(a as int) = 1",
    "a similar to 'b'",
    "a ~ 'b'",
    "a collate nocase = 'b'",
    "has_word(job_title, other)",
    "round(a, 2) = 1",
    "lower(a, b) = 'x'",
]


@pytest.mark.parametrize("text", GOOD)
def test_what_an_author_needs_is_a_condition(text: str) -> None:
    assert parse(text).text == text


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_else_gets_in(text: str) -> None:
    """A query, another table, a file, a setting, a comment, a cast, a second statement: refused with a reason."""
    with pytest.raises(NotACondition) as fault:
        parse(text)
    assert str(fault.value)


def test_the_nearest_function_is_offered() -> None:
    """has_wrod(job_title, 'ceo') -> did you mean has_word?"""
    with pytest.raises(NotACondition, match="did you mean has_word"):
        parse("has_wrod(job_title, 'ceo')")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_condition_or_is_refused(text: str) -> None:
    """No text makes the parser fall over."""
    with contextlib.suppress(NotACondition):
        parse(text)


PIECES = [
    "a",
    "1",
    "'x'",
    "(",
    ")",
    "and",
    "or",
    "not",
    "in",
    "=",
    "<",
    "case",
    "when",
    "then",
    "end",
    "lower",
    ",",
    "is",
    "null",
    "-",
    "--",
    ";",
    "select",
    "from",
    "*",
    "between",
    "like",
    "::",
    "[",
    "]",
    "$$",
    "\\",
    "\x00",
    "/*",
    "*/",
    "E'",
    '"',
    "`",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
def test_any_words_are_a_condition_or_are_refused(text: str) -> None:
    """Nor do words of SQL in any order."""
    with contextlib.suppress(NotACondition):
        parse(text)
