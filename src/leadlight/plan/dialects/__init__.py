"""What differs between engines: a row of a table each, and nothing else anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from sqlglot import exp

from leadlight.facts.catalog import Type
from leadlight.plan.terms import Tree, case, divide, null, num, text
from leadlight.problems import CannotDo, did_you_mean


def among_words(words: Sequence[str], value: Tree) -> Tree:
    """The place of a text among words, from 1; the next one for any other text, and one more where
    it is not known.
    """
    known = case(
        ((text(w), num(n)) for n, w in enumerate(words, 1)), num(len(words) + 1), subject=value
    )
    return case([(exp.Is(this=value.copy(), expression=null()), num(len(words) + 2))], known)


def arithmetic(kind: type[exp.Binary], left: Tree, right: Tree) -> Tree:
    """The sum, difference, product or quotient of two floating numbers."""
    return divide(left, right) if kind is exp.Div else kind(this=left, expression=right)


@dataclass(frozen=True)
class SqlDialect:
    """An engine's way to say the few things that have no common text.

    `name` is sqlglot's name of the dialect; each field builds the tree for one construct.
    """

    name: str
    epoch_us: Callable[[Tree], Tree]  # a moment as microseconds since 1970, BIGINT
    moment: Callable[[datetime], Tree]  # a moment's literal
    pick: Callable[[Sequence[Tree], Tree], Tree]  # the n-th (from 1) of constant values
    best3: Callable[[Tree], Tree]  # aggregate: the three largest, as a list
    item: Callable[[Tree, int], Tree]  # the n-th (from 1) of such a list, or NULL
    latest: Callable[
        [Tree, Tree], Tree
    ]  # aggregate: the value at the greatest moment, ties by the value
    matches: Callable[[Tree, str], Tree]  # a regular expression occurs in the text
    digits: Callable[[Tree], Tree]  # only the digits
    after_at: Callable[[Tree], Tree]  # the text after the first @
    quotient: Callable[[Tree, Tree], Tree]  # whole division of whole numbers of 0 and more
    # What has a common text on most engines:
    read: Callable[[Tree, Type], Tree] = lambda column, type_: (
        column
    )  # a column of facts, of the catalog's type
    compute_once: Callable[[exp.Query], exp.Query] = lambda query: (
        query
    )  # a step whose columns are worked out once, for all readers
    like: Callable[[Tree], Tree] = lambda tree: (
        tree
    )  # LIKE and ILIKE as conditions mean them: without an escape
    place: Callable[[Sequence[str], Tree], Tree] = among_words  # a text's place among words
    # + - * / of floating numbers, infinite beyond them:
    floating: Callable[[type[exp.Binary], Tree, Tree], Tree] = arithmetic
    functions: Mapping[str, Callable[[Tree], Tree]] = field(
        default_factory=dict
    )  # conditions' functions of one value
    translate: Callable[[exp.Query], exp.Query] = lambda query: (
        query
    )  # a step that was written in DuckDB's words
    finish: Callable[[exp.Query], exp.Query] = lambda query: (
        query
    )  # a step of a plan, where common words are others
    # Only where a step with two readers is worked out twice (`plan/steps/unrolled_activity.py`):
    unroll: Callable[[exp.Select, Sequence[Sequence[Tree]], Sequence[str]], exp.Select] | None = (
        None  # a row for each list
    )
    longest_name: int | None = None  # in bytes, where longer names are cut
    called: str = ""  # what people call it, where sqlglot's name is another
    gather: Callable[[exp.Select, Sequence[Tree]], exp.Select] | None = (
        None  # equal ones are brought to one place
    )


#: Engines that are spoken, but on which no plan was ever run itself: what was run instead, and what
#: is known to differ, or might.
UNTESTED = {
    "bigquery": (
        "This text was translated to DuckDB's words and compared there. The relations' moments must"
        " be DATETIME in UTC, whole numbers INT64, names as written."
    ),
    "databricks": "This text was run and compared on Apache Spark, without Photon and Delta.",
    "snowflake": (
        "This text was translated to DuckDB's words and compared there, and on an emulator. Names"
        " are quoted and so in small letters; the relations' moments must be TIMESTAMP_NTZ in UTC."
    ),
}

#: Engines that are not spoken, and why.
REFUSED = {
    "clickhouse": (
        "A missing row of a join is no NULL there, so that what is not known would count as zero"
    ),
    "redshift": "It has neither sorted lists nor lists by number, which a plan needs",
}


#: The engines that are spoken.
ENGINES = ("duckdb", "postgres", "spark", "databricks", "bigquery", "snowflake")


def dialect(name: str) -> SqlDialect:
    """The dialect of that name. Raises `CannotDo` for one that leadlight does not speak."""
    found = _dialect(name)
    if found is not None:
        return found
    spoken = ", ".join(ENGINES)
    if name in REFUSED:
        raise CannotDo(f"leadlight does not speak {name}. {REFUSED[name]}. It speaks {spoken}.")
    hint = did_you_mean(name, ENGINES) or f"It speaks {spoken}."
    raise CannotDo(f"leadlight does not speak {name!r}. {hint}")


@cache
def _dialect(name: str) -> SqlDialect | None:
    """Each is loaded when it is first spoken: most processes speak one."""
    match name:
        case "duckdb":
            from leadlight.plan.dialects.duckdb import DUCKDB

            return DUCKDB
        case "postgres":
            from leadlight.plan.dialects.postgres import POSTGRES

            return POSTGRES
        case "spark":
            from leadlight.plan.dialects.spark import SPARK

            return SPARK
        case "databricks":
            from leadlight.plan.dialects.databricks import DATABRICKS

            return DATABRICKS
        case "bigquery":
            from leadlight.plan.dialects.bigquery import BIGQUERY

            return BIGQUERY
        case "snowflake":
            from leadlight.plan.dialects.snowflake import SNOWFLAKE

            return SNOWFLAKE
    return None


def untested_note(name: str) -> str | None:
    """What to know about an engine on which no plan was compared; None for those that the tests
    run.
    """
    return UNTESTED.get(name)
