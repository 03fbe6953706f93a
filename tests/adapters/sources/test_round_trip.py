"""The product's own output is read again: the same leads, the same answer, whatever the format."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.desk.leads.qualifications import Qualifications
from leadlight.facts.own_output import (
    FIRST_COLUMNS,
    LAST_COLUMNS,
    PLAYBOOK_COLUMN,
    own_output,
)
from leadlight.library import qualify

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
FORMATS = ("csv", "xlsx", "parquet", "json")
#: A CRM that holds fields of the product's names, and none that says which lead it is.
HEADERS = (
    *("First Name", "Last Name", "Company", "Email", "Title", "Country", "Employees"),
    *("fit", "temperature", "stage", "contact", "probability", "reasons", "department", "Id"),
)
CELLS: tuple[st.SearchStrategy[str], ...] = (
    st.sampled_from(["Bo", "Cia", "Dag", ""]),
    st.sampled_from(["Bro", "Cedell", ""]),
    st.sampled_from(["Acme", "Dahl Garn", ""]),
    st.sampled_from(["bo@acme.com", "cia@dahl.se", "", ""]),
    st.sampled_from(["CEO", "VP Sales", "Intern", ""]),
    st.sampled_from(["DE", "US", "Sweden", ""]),
    st.sampled_from(["3", "200", "5000", ""]),
    st.sampled_from(["good", "bad", ""]),
    st.sampled_from(["hot", "cold", ""]),
    st.sampled_from(["lead", "customer", ""]),
    st.sampled_from(["Dag Dahl", ""]),
    st.sampled_from(["0.5", "0.25", ""]),
    st.sampled_from(["asked for a call", ""]),
    st.sampled_from(["Sales", "IT", ""]),
    st.sampled_from(["7", "8", "", ""]),
)


BEFORE = ("id", "stage", "lead_id", "leadlight_stage")


def answer(found: Qualifications) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = found.to_arrow().to_pylist()
    return rows


def write(rows: list[tuple[str, ...]], file: Path) -> Path:
    with file.open("w", newline="") as f:
        csv.writer(f).writerows([HEADERS, *rows])
    return file


@pytest.mark.parametrize("suffix", FORMATS)
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=st.lists(st.tuples(*CELLS), min_size=1, max_size=6))
def test_what_was_written_is_read_as_it_was(suffix: str, rows: list[tuple[str, ...]]) -> None:
    with TemporaryDirectory() as folder:
        rows = [("Ana", *rows[0][1:]), *rows]  # a file of blank rows only is refused
        first = qualify(write(rows, Path(folder) / "x.csv"), as_of=AS_OF, playbook="b2b-saas")
        first.export(Path(folder) / f"y.{suffix}", "all")
        second = qualify(Path(folder) / f"y.{suffix}", as_of=AS_OF, playbook="b2b-saas")
        assert answer(second) == answer(first)


def test_own_output_is_said_in_one_line(tmp_path: Path) -> None:
    row = ("Bo", "Bro", "Acme", "bo@acme.com", "CEO", "DE", "200", *["x"] * 7, "7")
    first = qualify(write([row], tmp_path / "x.csv"), as_of=AS_OF, playbook="b2b-saas")
    first.export(tmp_path / "y.csv", "all")
    second = qualify(tmp_path / "y.csv", as_of=AS_OF, playbook="b2b-saas")
    said = [p for p in second.staged[0].problems if p.code == "own-output"]
    assert len(said) == 1
    assert "results of Leadlight" in said[0].message
    second.export(tmp_path / "z.csv", "all")
    third = qualify(tmp_path / "z.csv", as_of=AS_OF, playbook="b2b-saas")
    assert answer(third) == answer(second) == answer(first)
    again = {c.header: c.name for c in second.staged[0].mapping.columns}
    before = {c.header: c.name for c in first.staged[0].mapping.columns}
    assert {h: again[h] for h in before if h != "Id"} == {
        h: n for h, n in before.items() if h != "Id"
    }
    assert again["lead_id"] == "lead_id"
    assert {again[h] for h in again if h not in before} == {"lead_id", None}


def test_what_is_written_stands_in_the_order_by_which_it_is_known(tmp_path: Path) -> None:
    row = ("Bo", "Bro", "Acme", "bo@acme.com", "CEO", "DE", "200", *["x"] * 7, "7")
    found = qualify(write([row], tmp_path / "x.csv"), as_of=AS_OF, playbook="b2b-saas")
    found.export(tmp_path / "y.csv")
    header = (tmp_path / "y.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    names = [name.removeprefix("leadlight_") for name in header]
    first = names.index("lead_id")
    assert tuple(names[first : first + len(FIRST_COLUMNS)]) == FIRST_COLUMNS
    assert tuple(names[-len(LAST_COLUMNS) - 1 :]) == (*LAST_COLUMNS, PLAYBOOK_COLUMN)


def test_a_file_with_columns_of_our_names_is_no_output_of_ours() -> None:
    assert not own_output(["lead_id", "stage", "contact", "fit", "as_of", "playbook"]).positions
    found = own_output(
        [*BEFORE, "fit", "department", "respond_within", "next_step", "reasons", "as_of", "mine"]
    )
    assert (sorted(found.positions), found.lead_id) == (list(range(2, 10)), 2)


@pytest.mark.parametrize("name", ["stage", "temperature", "contact", "probability", "segments"])
def test_a_column_of_our_name_never_blocks_an_answer(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(f"Email,{name},as_of,reasons,playbook\na@acme.com,x,y,z,w\n")
    found = qualify(tmp_path / "x.csv", as_of=AS_OF, playbook="b2b-saas")
    assert len(answer(found)) == 1
