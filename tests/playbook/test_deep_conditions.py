"""A condition may be a long chain; Python's own limit of nested calls gives way only where it must."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.conditions import NotACondition, parse
from leadlight.playbook.read import must_read

AS_OF = datetime(2026, 11, 1)
CHAINS = [
    " or ".join(["consent"] * 190),
    " + ".join(["employees"] * 190) + " > 5",
    "not " * 50 + "consent",
    "(" * 58 + "employees > 5" + ")" * 58,
]
CODE = """
import sys
limit = sys.getrecursionlimit()
from leadlight.playbook.read import must_read
must_read("scales: {audience: [{target: employees >= 50 and consent}, {non_target: otherwise}]}")
assert sys.getrecursionlimit() == limit, sys.getrecursionlimit()
"""


@pytest.mark.parametrize("chain", CHAINS, ids=["or", "sum", "not", "brackets"])
@pytest.mark.parametrize("engine", ["duckdb", "postgres", "spark"])
def test_the_longest_chains_are_planned(chain: str, engine: str) -> None:
    """Whoever walks the tree has room for it."""
    book = must_read(f'segments: {{some: "{chain}"}}')
    assert statement(book, Sources(Catalog()), Everyone(AS_OF), engine)


def test_what_is_deeper_is_refused() -> None:
    """In a sentence, not in a traceback."""
    with pytest.raises(NotACondition, match="nested too deeply"):
        parse(" + ".join(["employees"] * 290) + " > 5")


def test_usual_playbooks_leave_the_limit_alone() -> None:
    """Neither an import nor a plain condition changes the process it runs in."""
    subprocess.run([sys.executable, "-c", CODE], check=True)


def test_many_threads_get_the_same_statement() -> None:
    """The statements that are kept may be asked for at once."""
    book = must_read("segments: {large: employees >= 500}")

    def ask(n: int) -> str:
        return statement(book, Sources(Catalog()), Everyone(datetime(2026, 11, 1 + n % 3)))

    with ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(ask, range(60)))
    assert len(set(texts)) == 3
    assert texts == [ask(n) for n in range(60)]
