"""By what a file shows which verb wrote it: what was written last time may be replaced, and nothing
else.
"""

from __future__ import annotations

import glob
import re
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from leadlight.adapters.db.duckdb import connect

Kind = Literal[
    "qualified",
    "verified",
    "changes",
    "looks",
    "customers",
    "uplift",
    "groups",
    "likeness",
    "rejects",
    "report",
    "translated",
    "dbt",
    "tuned",
    "personas",
    "model",
    "learned",
    "rehearsal",
    "junit",
    "person",
    "backup",
    "segment",
    "buildings",
    "placed",
    "specialist",
    "list",
    "enriched",
    "roster",
    "new",
]
_BACKUP = "leadlight-backup.json"
_FAR = 1_048_576  # bytes from the beginning in which a mark stands


@dataclass(frozen=True)
class Mark:
    """What an output is, in words, and whether a file is one."""

    what: str
    holds: Callable[[Path], bool]


def _columns(*names: str) -> Callable[[Path], bool]:
    """A table with these columns, whatever its format and its other columns."""

    def holds(file: Path) -> bool:
        have = _headers(file)
        return all(n in have or f"leadlight_{n}" in have for n in names)

    return holds


def _has_header(*names: str) -> Callable[[Path], bool]:
    """A CSV with exactly these columns: names that are too common to be a mark among others."""
    return lambda file: _text(file).partition("\n")[0].strip().replace('"', "") == ",".join(names)


def _any_of(*marks: Callable[[Path], bool]) -> Callable[[Path], bool]:
    """A file that one of these marks holds for."""
    return lambda file: any(holds(file) for holds in marks)


def _says(pattern: str) -> Callable[[Path], bool]:
    """A text in which this stands."""
    return lambda file: re.search(pattern, _text(file)) is not None


MARKS: Mapping[Kind, Mark] = {
    "qualified": Mark("table of qualified leads", _columns("as_of", "next_step", "respond_within")),
    "verified": Mark(
        "table of verified leads", _columns("checked_at", "email_verdict", "contact_because")
    ),
    "changes": Mark(
        "table of changes", _columns("lead_id", "scale", "before", "after", "at", "cause")
    ),
    "looks": Mark("table of looks at leads", _columns("lead_id", "as_of", "cause", "department")),
    "customers": Mark(
        "table of customers", _columns("lead_id", "expected_purchases", "probability_alive")
    ),
    "uplift": Mark("table of an experiment's leads", _has_header("lead_id", "rank", "uplift")),
    "groups": Mark("table of groups of leads", _has_header("lead_id", "group")),
    "likeness": Mark("table of leads like others", _has_header("lead_id", "likeness", "shares")),
    "rejects": Mark("table of rejected rows", _has_header("line", "reason", "text", "code")),
    "report": Mark(
        "report",
        _says(r'<meta name="generator" content="leadlight">|class="eyebrow">Qualified leads'),
    ),
    "translated": Mark(
        "playbook that translate wrote", _says(r"\A# Translated by leadlight from ")
    ),
    "dbt": Mark(
        "file of a dbt package",
        _says(r"\A(#|--|<!--|\{#) Written by leadlight plan --dbt\."),
    ),
    "tuned": Mark("playbook that tune proposed", _says(r"\A# Tuned by leadlight on ")),
    "personas": Mark(
        "playbook that persona wrote",
        _says(r"(?s)\Aleadlight: 1\n.{0,200}\babout: .?Found by leadlight on "),
    ),
    "model": Mark("model", _says(r"\A(\s*#.*\n|\s*\n)*leadlight-model:")),
    "learned": Mark("playbook that learn wrote", _says(r"(?s)\bleadlight: .*\bmodel: ")),
    "rehearsal": Mark(
        "rehearsal",
        _says(r'\A(If .+ took the place of .+ leads as of |\{\n  "old": \{\n    "name": )'),
    ),
    "junit": Mark(
        "outcome of cases",
        _says(
            r'\A<\?xml version="1.0" encoding="utf-8"\?>\n<testsuites tests="\d+" failures="\d+"'
            r' errors="0">\n'
        ),
    ),
    "person": Mark("record of a person", _says(r'\A\{\n  "leads": \[(?s:.{0,2000})"consent": \{')),
    "backup": Mark("backup of a workspace", lambda file: _BACKUP in _members(file)),
    "buildings": Mark("table of buildings", _columns("building_id", "outline", "picture_purpose")),
    "placed": Mark(
        "table of leads with their buildings", _columns("lead_id", "building_confidence")
    ),
    "segment": Mark("table of a segment's leads", _columns("lead_id", "segment")),
    "list": Mark(
        "list of leads for a channel",
        _any_of(
            _columns("lead_id", "listed_at"),
            _has_header("Email", "Phone", "First Name", "Last Name", "Country", "Zip"),
            _has_header("email", "phone", "fn", "ln", "zip", "ct", "st", "country"),
            _has_header(
                "email",
                "firstname",
                "lastname",
                "jobtitle",
                "employeecompany",
                "country",
                "googleaid",
            ),
            _has_header("Email"),
        ),
    ),
    "enriched": Mark(
        "table of leads with what plug-ins added",
        lambda file: any(header.endswith("_provenance") for header in _headers(file)),
    ),
    "roster": Mark("roster", _says(r"(?ms)^departments:.*^people:")),
    "specialist": Mark(
        "specialist list", _columns("place", "building_id", "contact_licence", "looked_at")
    ),
    "new": Mark("file that may be replaced", lambda _: False),
}


def is_replaceable(file: Path, kind: Kind) -> bool:
    """Whether a file is what the verb wrote last time, or holds nothing that could be lost."""
    with suppress(OSError):
        return file.stat().st_size == 0 or MARKS[kind].holds(file)
    return False


def _members(file: Path) -> list[str]:
    """The names in a ZIP archive; none where the file is no such archive."""
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError):
        return []


def _text(file: Path) -> str:
    with file.open("rb") as f:
        return f.read(_FAR).decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def _headers(file: Path) -> frozenset[str]:
    """The names of a table's columns; of a workbook every short text at its beginning, which its
    header is among.
    """
    with file.open("rb") as f:
        begin = f.read(4)
    if begin == b"PAR1":
        return _of_parquet(file)
    if begin == b"PK\x03\x04":
        return _of_workbook(file)
    text = _text(file)
    if text.lstrip()[:1] in ("[", "{"):
        return frozenset(re.findall(r'"([^"\\]{1,200})"\s*:', text))
    return frozenset(cell.strip(' "') for cell in re.split(r"[,;\t]", text.partition("\n")[0]))


def _of_parquet(file: Path) -> frozenset[str]:
    con = connect()
    try:
        found = con.read_parquet(glob.escape(str(file)), hive_partitioning=False)
        return frozenset(found.columns)
    except duckdb.Error:
        return frozenset()
    finally:
        con.close()


def _of_workbook(file: Path) -> frozenset[str]:
    found: set[str] = set()
    try:
        with zipfile.ZipFile(file) as book:
            for name in book.namelist():
                if name == "xl/sharedStrings.xml" or name.startswith("xl/worksheets/sheet"):
                    with book.open(name) as part:
                        text = part.read(_FAR).decode(errors="replace")
                    found.update(re.findall(r">([^<>]{1,200})<", text))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError):
        return frozenset()
    return frozenset(found)
