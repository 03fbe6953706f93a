"""Rows without id, address and number: known by what they state, the same in every format."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.adapters.sources.conftest import Read

COLUMNS = {
    "Email": ["", "", "", "z@x.org", ""],
    "Name": ["Bo Bro", "bo  bro", "Bo Bro", "", ""],
    "Company": ["Acme", "ACME", "Dahl Garn", "", "Nobody"],
    "Job Title": ["CEO", "Intern", "CEO", "", ""],
}


def _table() -> pa.Table:
    return pa.table({h: [c or None for c in cells] for h, cells in COLUMNS.items()})


def _csv(folder: Path, columns: dict[str, list[str]]) -> Path:
    lines = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
    (folder / "a.csv").write_text("\n".join(lines))
    return folder / "a.csv"


def test_the_same_person_is_called_the_same_in_every_format(read: Read, tmp_path: Path) -> None:
    pq.write_table(_table(), tmp_path / "a.parquet")
    ids = [
        read(source, name=name).column("lead_id")
        for name, source in (
            ("text", _csv(tmp_path, COLUMNS)),
            ("parquet", tmp_path / "a.parquet"),
            ("frame", _table()),
        )
    ]
    assert ids[0] == ids[1] == ids[2]
    first, second, third, address, place = ids[0]
    assert first == second != third
    assert re.fullmatch("name-[0-9a-f]{16}", first)
    assert address == "z@x.org"
    assert re.fullmatch("row-[0-9a-f]{12}-5", place)


def test_a_name_in_two_columns_is_the_name_in_one(read: Read) -> None:
    one = read(pa.table({"Name": ["Bo Bro"], "Company": ["Acme"]}), name="one")
    two = pa.table({"First Name": ["Bo"], "Last Name": ["Bro"], "Company": ["Acme"], "City": [""]})
    assert read(two, name="two").column("lead_id") == one.column("lead_id")


def test_rows_by_place_are_not_shared_between_files(read: Read) -> None:
    one = read(pa.table({"Company": ["Acme", "Dahl"]}), name="one").column("lead_id")
    two = read(pa.table({"Company": ["Acme", "Bro"]}), name="two").column("lead_id")
    again = read(pa.table({"Company": ["Acme", "Dahl"]}), name="again").column("lead_id")
    assert not set(one) & set(two)
    assert again == one


def test_it_is_said(read: Read, tmp_path: Path) -> None:
    r = read(_csv(tmp_path, COLUMNS))
    said = {p.message for p in r.staged.problems if p.code == "leads-without-key"}
    assert said == {
        "3 rows have no id, address or number; they are known by name and company.",
        "1 row has no id, address, number or name; it is known by file and line.",
    }
    assert "count as one lead" in r.problem("indistinguishable-leads")
    assert not [p for p in r.staged.problems if p.code == "repeated-leads"]
    assert r.staged.duplicates == 1
