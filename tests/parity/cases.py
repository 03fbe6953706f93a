"""Every case of the test suite (what its docstrings say, and what is asked of them), as tables that any engine can read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from leadlight.adapters.db.duckdb import connect
from tests.conftest import tables, verified

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Case:
    """One question of one test: this lead, by this playbook, from these facts, at this moment."""

    test: str
    playbook: str
    facts: str
    lead: str
    as_of: str


@cache
def cases() -> tuple[Case, ...]:
    """Every call of the `qualify` fixture in the suite, found by running those tests without qualifying anything."""
    files = (p for p in sorted(TESTS.rglob("test_*.py")) if p.parent.name != "parity")
    asking = [str(p) for p in files if "qualify" in p.read_text(encoding="utf-8")]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "cases.json"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "tests.parity.recording",
            "--cases",
            str(file),
            "-p",
            "no:xdist",
            "-p",
            "no:cacheprovider",
            *asking,
        ]
        done = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return tuple(Case(**found) for found in json.loads(file.read_text(encoding="utf-8")))


def playbooks() -> list[str]:
    """The playbooks of the cases, each once."""
    return list(dict.fromkeys(c.playbook for c in cases()))


def gathered(asked: Sequence[Case]) -> duckdb.DuckDBPyConnection:
    """One base of all cases: `leads`, `activities`, and `pairs` (book, lead_id, as_of, test).

    Facts differ from case to case and leads are shown as of a moment, so each (facts, moment) is a picture with a number,
    and its leads are called by it: 17/ana. Contacts are verified picture by picture, as the fixture does.
    """
    con = connect()
    books = playbooks()
    pictures: dict[tuple[str, str], int] = {}
    pairs: dict[tuple[int, str, str], None] = {}
    for case in asked:
        picture = (case.facts, case.as_of)
        if picture not in pictures:
            pictures[picture] = n = len(pictures)
            moment = datetime.fromisoformat(case.as_of)
            tables(con, case.facts, moment)
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE shown AS SELECT * REPLACE ('{n}/' || lead_id AS"
                f" lead_id) FROM {verified(con, moment)}"
            )
            log = f"SELECT * REPLACE ('{n}/' || lead_id AS lead_id) FROM activities"
            for name, query in (("all_leads", "FROM shown"), ("all_activities", log)):
                con.execute(
                    f"CREATE TABLE {name} AS {query}"
                    if n == 0
                    else f"INSERT INTO {name} BY NAME {query}"
                )
        pairs[books.index(case.playbook), f"{pictures[picture]}/{case.lead}", case.as_of] = None
    con.execute("CREATE TABLE pairs (book INTEGER, lead_id VARCHAR, as_of TIMESTAMP)")
    con.executemany("INSERT INTO pairs VALUES (?, ?, ?)", [list(p) for p in pairs])
    con.execute("CREATE OR REPLACE TABLE leads AS FROM all_leads")
    con.execute("CREATE OR REPLACE TABLE activities AS FROM all_activities")
    return con
