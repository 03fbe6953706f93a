"""Every case of the test suite (what its docstrings say, and what is asked of them), as tables that any engine can read."""

from __future__ import annotations

import ast
import fcntl
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
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


def asks(text: str) -> bool:
    """Whether a file has a test or a fixture that takes the `qualify` fixture: the others, which are most of those that
    have the word, need not be loaded.
    """
    if "qualify" not in text:
        return False
    made = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.Lambda)]
    named = {a.arg for n in made for a in (*n.args.posonlyargs, *n.args.args, *n.args.kwonlyargs)}
    return "qualify" in named or re.search(r"""["']qualify["']\s*\)""", text) is not None


def cases() -> tuple[Case, ...]:
    """Every call of the `qualify` fixture in the suite, found by running those tests without qualifying anything."""
    files = (p for p in sorted(TESTS.rglob("test_*.py")) if p.parent.name != "parity")
    asking = [str(p) for p in files if asks(p.read_text(encoding="utf-8"))]
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


def playbooks(found: Sequence[Case]) -> list[str]:
    """The playbooks of the cases, each once."""
    return list(dict.fromkeys(c.playbook for c in found))


@dataclass(frozen=True)
class CaseBase:
    """All cases, and the base of them (`gathered`)."""

    cases: tuple[Case, ...]
    con: duckdb.DuckDBPyConnection

    @property
    def playbooks(self) -> list[str]:
        return playbooks(self.cases)


def case_base(folder: Path) -> CaseBase:
    """The base of all cases, read from a folder that the processes of a test run share: the first one makes it."""
    with (folder / "cases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        listed, file = folder / "cases.json", folder / "cases.duckdb"
        if not file.exists():
            found = cases()
            listed.write_text(json.dumps([asdict(c) for c in found]), encoding="utf-8")
            with gathered(found) as made:
                made.execute(f"ATTACH '{file}.part' AS kept")
                for table in ("leads", "activities", "pairs"):
                    made.execute(f"CREATE TABLE kept.{table} AS FROM {table}")
                made.execute(
                    "CREATE TABLE kept.touched AS SELECT lead_id FROM leads WHERE lead_id LIKE '1%'"
                )
                made.execute("DETACH kept")
            Path(f"{file}.part").rename(file)
    found = tuple(Case(**c) for c in json.loads(listed.read_text(encoding="utf-8")))
    return CaseBase(found, connect(file, read_only=True))


def gathered(asked: Sequence[Case]) -> duckdb.DuckDBPyConnection:
    """One base of all cases: `leads`, `activities`, and `pairs` (book, lead_id, as_of, test).

    Facts differ from case to case and leads are shown as of a moment, so each (facts, moment) is a picture with a number,
    and its leads are called by it: 17/ana. Contacts are verified picture by picture, as the fixture does.
    """
    con = connect()
    books = playbooks(asked)
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
