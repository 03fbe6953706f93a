"""`leadlight import`, `undo` and `init`, as a user types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from leadlight.cli import import_, init, undo
from leadlight.problems import CannotDo
from tests.verbs import refusal

Type = Callable[..., Result]


@pytest.fixture
def types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    app = typer.Typer()
    for verb in (init, import_, undo):
        verb.register(app)

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    assert run("init").exit_code == 0
    (tmp_path / "leads.csv").write_text(
        "Record ID,Email,Fleet size\n1,ana@acme.com,4\n2,bo@acme.com,7\n,,\n"
    )
    (tmp_path / "log.csv").write_text(
        "email,date,event\nana@acme.com,2026-01-03,demo request\n=cmd@x.org,never,x\n"
    )
    return run


def test_a_log_finds_the_leads_that_are_imported_beside_it(types: Type) -> None:
    """leadlight import log.csv leads.csv"""
    said = types("import", "log.csv", "leads.csv")
    assert said.exit_code == 0
    assert "3 rows of leads read = 2 imported as i1 + 0 unchanged + 1 rejected." in said.output
    assert "2 rows of activities read = 1 imported as i2 + 0 unchanged + 1 rejected." in said.output
    assert "not in the base" not in said.output
    again = types("import", "log.csv", "leads.csv").output
    assert "= 0 imported + 2 unchanged + 1 rejected." in again


def test_a_preview_writes_nothing(types: Type, tmp_path: Path) -> None:
    """leadlight import leads.csv --preview"""
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in tmp_path.rglob("*")}
    said = types("import", "leads.csv", "--preview")
    assert "Fleet size" in said.output
    assert "2 would be imported" in said.output
    assert {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in tmp_path.rglob("*")} == before
    assert "Nothing has been imported" in types("undo").output


def test_what_was_said_of_a_file_is_remembered(types: Type, tmp_path: Path) -> None:
    """leadlight import leads.csv --map "Fleet size=employees", and next month a file with the same headers"""
    assert types("import", "leads.csv", "--map", "Fleet size=employees").exit_code == 0
    (tmp_path / "next.csv").write_text("Email,Record ID,Fleet size\ncy@acme.com,3,9\n")
    said = types("import", "next.csv").output
    line = next(line for line in said.splitlines() if "Fleet size" in line)
    assert line.split() == ["Fleet", "size", "employees", "whole", "as", "in", "i1", "9"]


def test_rejected_rows_wait_in_a_file_where_nothing_runs(types: Type, tmp_path: Path) -> None:
    """a row whose first cell is a formula, and whose date is none"""
    types("import", "log.csv")
    lines = (tmp_path / "rejects" / "log.csv.rejects.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "line,reason,text,code"
    assert lines[1].startswith("3,")
    assert '"\'=cmd@x.org,never,x"' in lines[1]


def test_undo_takes_back_and_says_what_left(types: Type) -> None:
    """leadlight undo i1"""
    types("import", "leads.csv")
    assert "2 leads are gone" in types("undo", "i1").output
    assert "taken back" in types("undo").output
    again = types("undo", "i1")
    assert isinstance(again.exception, CannotDo)
    assert "already" in str(again.exception)
    assert "i1; `leadlight undo` lists them all" in str(types("undo", "i7").exception)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--map", "Fleat size=x"], "Did you mean 'Fleet size'?"),
        (["--map", "nothing"], "--map takes"),
        (["--as", "people"], "leads, activities or spend"),
        (["-w", "elsewhere"], "leadlight init elsewhere"),
    ],
)
def test_a_slip_of_the_pen_is_answered_and_nothing_is_imported(
    types: Type, words: list[str], said: str
) -> None:
    """leadlight import leads.csv with a wrong word"""
    assert said in refusal(types("import", "leads.csv", *words).exception)
    assert "Nothing has been imported" in types("undo").output


def test_a_file_that_is_not_there_does_not_keep_the_others_out(types: Type) -> None:
    """leadlight import nope.csv leads.csv"""
    said = types("import", "nope.csv", "leads.csv")
    assert said.exit_code == 2
    assert "There is no file nope.csv" in said.output
    assert "2 imported as i1" in said.output


def test_people_without_a_key_are_the_same_in_the_next_export(types: Type, tmp_path: Path) -> None:
    (tmp_path / "january.csv").write_text("First Name,Last Name,Company\nBo,Bro,Acme\nCia,C,Ost\n")
    (tmp_path / "november.csv").write_text(
        "First Name,Last Name,Company\nDag,Dahl,Garn\nBo,Bro,Acme\nCia,C,Ost\n"
    )
    said = types("import", "january.csv").output
    assert "they are known by name and company" in said
    said = types("import", "november.csv").output
    assert "3 rows of leads read = 1 imported as" in said
    assert "2 unchanged + 0 rejected" in said


def test_a_preview_says_which_zone_it_assumes(types: Type, tmp_path: Path) -> None:
    """leadlight import log.csv --preview, whose times state no zone; then with --zone"""
    rows = "email,date,event\nana@acme.com,2026-01-03 14:30,demo request\n"
    (tmp_path / "log.csv").write_text(rows)
    assert "'date' state no zone" in types("import", "log.csv", "--preview").output
    zoned = types("import", "log.csv", "--preview", "--zone", "Europe/Berlin").output
    assert "state no zone" not in zoned
    (tmp_path / "day.csv").write_text(rows.replace(" 14:30", ""))
    assert "state no zone" not in types("import", "day.csv", "--preview").output
