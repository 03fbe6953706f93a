"""Sheets of crops: which buildings are on them, and that answers are kept."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from leadlight.desk.geo.label_sheet import LabelBuildingsRequest, label_buildings
from leadlight.desk.geo.learn import GeoLearnRequest, learn_buildings
from leadlight.desk.geo.specialist_list import GeoListRequest, list_buildings
from leadlight.desk.session import Session
from leadlight.desk.wiring import label_sheets
from leadlight.problems import CannotDo
from tests.desk.geo.town import write_ground, write_town

NOW = datetime(2026, 1, 7)


def sheet(folder: Path, buildings: Path, **more):
    request = LabelBuildingsRequest(
        NOW, buildings, "pool-service", write_ground(folder), folder / "sheet", **more
    )
    with Session(None) as session:
        return label_buildings(session, request)


def test_a_sheet_has_crops_and_a_table(tmp_path):
    """twenty of 360 buildings: twenty crops, a table with blanks, a page without scripts"""
    buildings, _ = write_town(tmp_path)
    found = sheet(tmp_path, buildings, count=20)
    rows = list(csv.DictReader(found.table.read_text().splitlines()))
    assert len(rows) == 20
    assert {r["label"] for r in rows} == {""}
    assert all((found.folder / r["crop"]).read_bytes()[:2] == b"\xff\xd8" for r in rows)
    assert "<script" not in (found.folder / "sheet.html").read_text()


def test_half_of_a_sheet_is_of_the_list(tmp_path):
    """an order by points: ten of the best hundred, ten of the next two hundred"""
    buildings, _ = write_town(tmp_path)
    with Session(None) as session:
        listed = list_buildings(session, GeoListRequest(NOW, buildings, "pool-service"))
    best = {e.building for e in listed.entries}
    found = sheet(tmp_path, buildings, count=20)
    assert sum(r.building in best for r in found.rows) == 10


def test_answers_are_kept_when_a_sheet_grows(tmp_path):
    """ten looked at, then ten more asked for: the ten answers stay, no building stands twice"""
    buildings, truth = write_town(tmp_path)
    answers = {r["building_id"]: r["label"] for r in csv.DictReader(truth.read_text().splitlines())}
    first = sheet(tmp_path, buildings, count=10)
    lines = [
        "building_id,label,crop",
        *(f"{r.building},{answers[r.building]},{r.crop}" for r in first.rows),
    ]
    first.table.write_text("\n".join(lines) + "\n")
    grown = sheet(tmp_path, buildings, count=20)
    assert grown.answer_count == 10
    assert len({r.building for r in grown.rows}) == 20
    assert len({r.crop for r in grown.rows}) == 20


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    """holiday pictures in the folder that was named"""
    buildings, _ = write_town(tmp_path, buildings=40)
    (tmp_path / "sheet").mkdir()
    (tmp_path / "sheet" / "beach.jpg").write_bytes(b"x")
    with pytest.raises(CannotDo, match="something else"):
        sheet(tmp_path, buildings)


def test_a_file_is_no_folder(tmp_path):
    """the table of buildings itself was named as the folder, or a folder within it"""
    buildings, _ = write_town(tmp_path, buildings=40)
    for out in (buildings, buildings / "sheet"):
        request = LabelBuildingsRequest(NOW, buildings, "pool-service", tmp_path, out)
        with Session(None) as session, pytest.raises(CannotDo, match="not a folder"):
            label_buildings(session, request)
    assert buildings.read_text().startswith("building_id,")


def test_an_answer_that_is_none_is_met_with_a_sentence(tmp_path):
    """maybe"""
    buildings, _ = write_town(tmp_path, buildings=40)
    found = sheet(tmp_path, buildings, count=5)
    text = found.table.read_text()
    found.table.write_text(text.replace(",,", ",maybe,", 1))
    with pytest.raises(CannotDo, match="yes or no"):
        sheet(tmp_path, buildings, count=6)


def test_a_table_that_a_spreadsheet_saved_keeps_its_answers(tmp_path):
    """semicolons, tabs; and a first line that was typed over: refused, and nothing is written"""
    buildings, _ = write_town(tmp_path, buildings=40)
    found = sheet(tmp_path, buildings, count=5)
    names = [r.building for r in found.rows]
    rows = found.table.read_text().replace(",,", ",yes,", 1)
    for separator in (";", "\t"):
        found.table.write_text("\ufeff" + rows.replace(",", separator).replace("\n", "\r\n"))
        again = sheet(tmp_path, buildings, count=5)
        assert [r.building for r in again.rows] == names
        assert [r.label for r in again.rows] == [True, None, None, None, None]
    broken = rows.replace("building_id", "house")
    found.table.write_text(broken)
    with pytest.raises(CannotDo, match="no column building_id"):
        sheet(tmp_path, buildings, count=6)
    with pytest.raises(CannotDo, match="no column building_id"):
        label_sheets.save_answer(found.table.parent, "", True)
    assert found.table.read_text() == broken


def test_a_model_in_a_new_place_is_set_by_fifty_labels(tmp_path, monkeypatch):
    """
    learned in one town; another has haze, and a tenth of the pools
    -> by labels of the least sure the list says how many are right, and the truth is in the interval
    """
    monkeypatch.chdir(tmp_path)
    buildings, truth = write_town(tmp_path)
    other, other_truth = write_town(tmp_path, "other", haze=0.01, pools=0.15, seed=5)
    answers = {
        r["building_id"]: r["label"] for r in csv.DictReader(other_truth.read_text().splitlines())
    }
    with Session(None) as session:
        learn_buildings(session, GeoLearnRequest(NOW, buildings, truth, name="pool"))
        plain = list_buildings(session, GeoListRequest(NOW, other, "pool-playbook.yml", count=50))
        request = LabelBuildingsRequest(
            NOW, other, "pool-playbook.yml", write_ground(tmp_path), tmp_path / "sheet"
        )
        chosen = label_buildings(session, request)
        lines = [f"{r.building},{answers[r.building]}" for r in chosen.rows]
        labels = tmp_path / "labels.csv"
        labels.write_text("building,label\n" + "\n".join(lines) + "\n")
        found = list_buildings(
            session, GeoListRequest(NOW, other, "pool-playbook.yml", count=50, labels=labels)
        )
    assert plain.expected is None
    assert any("places that it had not seen" in s for s in plain.basis)
    assert [e.building for e in plain.entries] == [e.building for e in found.entries]
    assert found.expected is not None
    right = sum(answers[e.building] == "yes" for e in found.entries)
    assert found.expected.low <= right <= found.expected.high
    assert found.cut is not None
