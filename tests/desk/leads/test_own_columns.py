"""Columns of a company's files that are called as ours are: they are kept, and mix nothing up."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from leadlight import qualify
from leadlight.desk.workspace.workspace import Place, find_workspace
from leadlight.problems import CannotDo
from tests.verbs import import_files, init, live_base

NOW = datetime.fromisoformat("2026-11-01")
#: Columns that our own tables have, in the spelling of a header.
OURS = ("as_of", "row_no", "As of", "Row No", "lead", "since", "until", "seen", "gone", "rule")
ROWS = 9


@pytest.fixture(params=["folder", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A workspace in a folder, and one on a server."""
    monkeypatch.chdir(tmp_path)
    where = request.getfixturevalue("address") if request.param == "server" else "."
    init(where, NOW)
    return find_workspace(where)


def written(name: str, own: tuple[str, ...]) -> Path:
    """Leads of many days of creation, and in each own column a number that says which it is."""
    with Path(name).open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(["ID", "Email", "Created", *own])
        for n in range(1, ROWS + 1):
            numbers = [100 * place + n for place in range(len(own))]
            writer.writerow([n, f"a{n}@firm.de", f"2026-0{n}-03 10:00:00", *numbers])
    return Path(name)


@pytest.mark.parametrize("backfill", [False, True])
def test_a_file_imported_twice_changes_nothing(place: Place, backfill: bool) -> None:
    """odd.tsv with a column `as_of`, imported twice with --backfill: 35 of 35 rows were new again."""
    file = written("leads.csv", OURS)
    receipts = [import_files(place, [file], NOW, backfill=backfill)[0].receipt for _ in range(2)]
    assert [(r.imported, r.unchanged) for r in receipts if r] == [(ROWS, 0), (0, ROWS)]


def test_they_go_back_under_their_own_headers(place: Place) -> None:
    """A column `row_no` came back as row_no_1 from a workspace, as "row_no (2)" from its file."""
    file = written("leads.csv", OURS)
    import_files(place, [file], NOW)
    with live_base(place, "test", as_of=NOW) as found:
        original = found.base.con.execute(f"SELECT * FROM {found.base.original}")
        headers = [str(d[0]) for d in original.description or ()]
        assert headers[-len(OURS) :] == ["as_of", "row_no (2)", *OURS[2:]]
        for row in original.fetchall():
            assert [int(cell) // 100 for cell in row[-len(OURS) :]] == list(range(len(OURS)))


@pytest.mark.parametrize("name", ["row_no", "as_of", "As of"])
def test_no_column_can_be_mapped_to_them(place: Place, name: str) -> None:
    """--map "Notes=row_no"."""
    file = written("leads.csv", ("Notes",))
    with pytest.raises(CannotDo, match="have a column of that name for themselves"):
        qualify(file, as_of=NOW, maps={"Notes": name})
    assert "for themselves" in str(
        import_files(place, [file], NOW, maps={"Notes": name})[0].refusal
    )
