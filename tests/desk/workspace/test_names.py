"""Columns of a company's files with names that a playbook makes itself: no import makes a workspace
unusable.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from leadlight import qualify
from leadlight.desk.workspace.workspace import VARIABLE, Place, Workspace, find_workspace
from tests.verbs import check, import_files, init, live_base, opened, publish, undo

NOW = datetime.fromisoformat("2026-06-01")
BOOK = """leadlight: 1
name: Small
signals:
  idle: {value: "coalesce(age, 0) + 1"}
scores:
  fit: [{when: idle > 40, add: 10}]
scales: {temperature: [{warm: fit > 0}, {cold: otherwise}]}
segments: {locals: city = 'Ulm'}
"""
#: The same, and the company's attribute is looked at by its other name.
WITH_THEIRS = BOOK.replace("segments: {", "segments: {theirs: idle_2 = 5, ")
IDLE = "lead_id,email,idle,age\n1,a@firm.de,5,50\n2,b@firm.de,,20\n"


@pytest.fixture(params=["folder", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A workspace in a folder, and one on a server, whose playbook makes idle, fit and temperature."""
    monkeypatch.chdir(tmp_path)
    Path("playbook.yml").write_text(BOOK, "utf-8")
    where = request.getfixturevalue("address") if request.param == "server" else "."
    init(where, NOW)
    monkeypatch.setenv(VARIABLE, where)
    return find_workspace(where)


def written(name: str, text: str) -> Path:
    Path(name).write_text(text, "utf-8")
    return Path(name)


def answers(place: Place, playbook: str | None = None) -> list[tuple[object, ...]]:
    with live_base(place, "test", playbook=playbook, as_of=NOW) as found:
        asked = "SELECT lead_id, fit, temperature, segments FROM qualifications ORDER BY lead_id"
        return found.base.con.execute(asked).fetchall()


def own(place: Place) -> dict[str, bool]:
    """The company's own attributes, and whether only taken-back imports brought them."""
    with opened(place, "test", NOW) as workspace:
        return {a.name: a.gone for a in workspace.ledger.holdings().attributes.values() if a.own}


@pytest.fixture
def as_it_was(monkeypatch: pytest.MonkeyPatch, place: Place) -> Place:
    """A workspace into which `idle` was imported under that name, as an earlier leadlight did."""
    with monkeypatch.context() as patch:
        patch.setattr(Workspace, "playbook_names", lambda self: frozenset())
        assert import_files(place, [written("idle.csv", IDLE)], NOW)[0].receipt
    assert own(place) == {"idle": False}
    return place


def test_a_column_with_a_name_of_the_playbook_is_kept_under_another(place: Place) -> None:
    """`idle` is a signal of the playbook: the column is kept as idle_2, which is said; again it is
    the same one.
    """
    done = import_files(place, [written("idle.csv", IDLE)], NOW)[0]
    assert [p.code for p in done.problems] == ["name-of-the-playbook"]
    assert str(done.problems[0]).startswith(
        "'idle' is a name that the playbook makes itself: column 'idle' is kept as"
    )
    assert own(place) == {"idle_2": False}
    assert answers(place) == [("1", 10.0, "warm", ""), ("2", 0.0, "cold", "")]
    written("theirs.yml", WITH_THEIRS)
    assert answers(place, "theirs.yml")[0][-1] == "theirs"
    again = import_files(place, [Path("idle.csv")], NOW)[0]
    assert again.receipt
    assert again.receipt.unchanged == 2
    assert own(place) == {"idle_2": False}


def test_a_column_that_somebody_maps_to_such_a_name(place: Place) -> None:
    """--map "Industry=fit"; and Temperature is mapped to nothing, but is called like a scale."""
    file = written("map.csv", "lead_id,email,Industry,Temperature\n1,a@firm.de,Retail,12\n")
    done = import_files(place, [file], NOW, maps={"Industry": "fit"})[0]
    assert done.mapping
    assert {c.header: c.name for c in done.mapping.columns}["Industry"] == "fit_2"
    assert own(place) == {"fit_2": False, "temperature_2": False}
    assert answers(place) == [("1", 0.0, "cold", "")]


def test_a_workspace_that_has_such_an_attribute_works_again(as_it_was: Place) -> None:
    """Every verb refused: 'idle' is already an attribute of leads. Now the signal counts, and the
    attribute is idle_2.
    """
    assert answers(as_it_was) == [("1", 10.0, "warm", ""), ("2", 0.0, "cold", "")]
    written("theirs.yml", WITH_THEIRS)
    assert answers(as_it_was, "theirs.yml") == [
        ("1", 10.0, "warm", "theirs"),
        ("2", 0.0, "cold", ""),
    ]
    with live_base(as_it_was, "test", playbook="theirs.yml", as_of=NOW, whole=False) as found:
        found.base = found.base.about_lead("1")
        assert found.explain("1").attributes["idle_2"] == 5
        assert found.explain("1").signals["idle"] == 51
    import_files(as_it_was, [written("news.csv", "lead_id,idle\n2,5\n")], NOW)
    assert own(as_it_was) == {"idle": False}
    assert answers(as_it_was, "theirs.yml")[1][-1] == "theirs"


def test_an_import_that_is_taken_back_takes_its_attributes_along(as_it_was: Place) -> None:
    """After `undo` nothing is said of `idle` any more; another import that brought it too keeps it."""
    import_files(as_it_was, [written("more.csv", "lead_id,email,Colour\n3,c@firm.de,red\n")], NOW)
    undo(as_it_was, "i1", NOW)
    assert own(as_it_was) == {"idle": True, "colour": False}
    with live_base(as_it_was, "test", as_of=NOW) as found:
        assert found.doubts == ()
    import_files(as_it_was, [Path("idle.csv")], NOW)
    assert own(as_it_was) == {"idle": True, "colour": False, "idle_2": False}


def test_a_later_playbook_may_make_the_name_of_an_attribute(place: Place) -> None:
    """v1 is in force, Colour an attribute; v2 makes `colour`: check and publish say so, and nothing
    stops working.
    """
    publish(place, Path("playbook.yml"), NOW, by="Ada")
    import_files(place, [written("leads.csv", "lead_id,email,Colour\n1,a@firm.de,red\n")], NOW)
    later = written(
        "later.yml", BOOK.replace("  idle:", "  colour: {value: \"colour_2 = 'red'\"}\n  idle:")
    )
    assert answers(place) == [("1", 0.0, "cold", "")]
    checked = check(later, NOW)
    assert checked.faults == 0
    assert [p.code for p in checked.problems] == ["name-of-your-own"]
    assert "Say colour_2 where you mean the attribute" in str(checked.problems[0])
    assert [p.code for p in publish(place, later, NOW, by="Ada").doubts] == ["name-of-your-own"]
    assert answers(place) == [("1", 0.0, "cold", "")]


def test_a_file_may_have_such_a_column_too(tmp_path: Path) -> None:
    """`leadlight qualify idle.csv` refused: b2b-saas.yml cannot be used, 'fit' is already an
    attribute of leads.
    """
    file = tmp_path / "idle.csv"
    file.write_text("lead_id,email,idle,fit,Stage\n1,a@firm.de,5,3,x\n", "utf-8")
    found = qualify(file, as_of=NOW, playbook="b2b-saas")
    assert found.to_arrow().num_rows == 1
    assert {p.code for p in found.doubts} == {"name-of-your-own"}
