"""The specialist list: order, reasons, contacts that may be used, and an honest number."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from leadlight.desk.geo.specialist_list import GeoListRequest, list_buildings
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from tests.desk.geo.town import write_town

NOW = datetime(2026, 1, 7)
HEAD = (
    "lead_id,building_id,full_name,company,phone,email,do_not_call,do_not_email,consent,"
    "longitude,latitude,roof_area,panel_share,shadow_share,pool_area,pool_share,contact_licence\n"
)
FAR = ",8.5,47.4,200,0,0.05"


def made(leads: Path, **more):
    with Session(None) as session:
        return list_buildings(session, GeoListRequest(NOW, leads, "pool-service", **more))


@pytest.fixture
def few(tmp_path) -> Path:
    file = tmp_path / "placed.csv"
    file.write_text(
        HEAD
        + f"a,h1,Ana,,+49 30 901820,ana@mail.example,,,{FAR},30,0.03,\n"
        + f"b,h2,Ben,,+49 30 901821,ben@mail.example,yes,,{FAR},30,0.03,\n"
        + f"c,h3,Cem,,+49 30 901822,cem@mail.example,,yes,{FAR},30,0.03,\n"
        + f"d,h4,Dana,,+49 30 901823,dana@mail.example,,,no{FAR},30,0.03,\n"
        + f"e,h5,,Salon Schnitt,+49 30 901824,,,,{FAR},0,0,(c) OpenStreetMap contributors\n"
        + "f,,Far,,+49 30 901825,,,,,,,,,,,,\n"
    )
    return file


def test_who_must_not_be_called_is_listed_without_a_number(few):
    """
    ben asked not to be called, cem not to be mailed, dana does not consent
    -> each is in the list, without what may not be used, and it says why
    """
    by_id = {e.lead_id: e for e in made(few).entries}
    assert (by_id["a"].phone, by_id["a"].email) == ("+49 30 901820", "ana@mail.example")
    assert (by_id["b"].phone, by_id["b"].refuses) == ("", "not to be called")
    assert by_id["b"].email == "ben@mail.example"
    assert (by_id["c"].email, by_id["c"].refuses) == ("", "not to be mailed")
    assert (by_id["d"].phone, by_id["d"].email) == ("", "")


def test_pools_come_first_with_their_reason(few):
    """the salon has no pool: last, and the licence of its contact comes along"""
    found = made(few)
    assert [e.lead_id for e in found.entries][-1] == "e"
    assert "Pool blue of 8 m2 or more" in found.entries[0].reasons
    assert found.licences == ("(c) OpenStreetMap contributors",)


def test_a_lead_without_a_building_is_counted_not_listed(few):
    """far is at no building that is known"""
    found = made(few)
    assert "f" not in {e.lead_id for e in found.entries}
    assert any("1 lead has no building" in s for s in found.basis)


def test_without_labels_it_does_not_say_how_many_are_right(tmp_path):
    """points are no probability: no number, and how to get one"""
    buildings, _ = write_town(tmp_path)
    found = made(buildings)
    assert found.expected is None
    assert all(e.chance is None for e in found.entries)
    assert any("geo label" in s for s in found.basis)


def test_labels_of_the_list_say_how_many_are_right(tmp_path):
    """
    thirty of the best hundred looked at, drawn by lot
    -> the number of right ones of the truth is in the interval
    """
    buildings, truth = write_town(tmp_path)
    answers = {r["building_id"]: r["label"] for r in csv.DictReader(truth.read_text().splitlines())}
    listed = [e.building for e in made(buildings).entries]
    some = tmp_path / "labels.csv"
    some.write_text("building,label\n" + "".join(f"{b},{answers[b]}\n" for b in listed[::3]))
    found = made(buildings, labels=some)
    assert found.expected is not None
    right = sum(answers[e.building] == "yes" for e in found.entries)
    assert found.expected.low <= right <= found.expected.high
    assert found.labels == 34
    assert found.entries[0].looked_at is (answers[listed[0]] == "yes")


def test_the_table_and_the_page_stay_harmless(tmp_path):
    """a lead called =cmd() and <script>, a reason for nobody: no formula, no markup"""
    file = tmp_path / "placed.csv"
    name = "\"=cmd()|'x'\""
    file.write_text(
        HEAD + f"a,<script>alert(1)</script>,{name},,,x@mail.example,,,{FAR},30,0.03,\n"
    )
    out, page = tmp_path / "list.csv", tmp_path / "list.html"
    made(file, out=out, report=page)
    (row,) = csv.DictReader(out.read_text("utf-8-sig").splitlines())
    assert row["who"].startswith("'=")
    text = page.read_text()
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "default-src &#39;none&#39;" in text
    assert "http" not in text.split("</style>")[1]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "json"])
def test_a_list_is_replaced_by_the_next_and_nothing_else_is(few, tmp_path, ending):
    """yesterday's list gives way, a budget of that name does not"""
    out = tmp_path / f"list.{ending}"
    made(few, out=out)
    made(few, out=out)
    other = tmp_path / "budget.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(CannotDo):
        made(few, out=other)
    assert other.read_text() == "a,b\n1,2\n"


def test_a_map_without_a_picture_shows_outlines(tmp_path):
    """outlines alone: no image in the page, a polygon for each building"""
    buildings, _ = write_town(tmp_path, buildings=60)
    page = tmp_path / "list.html"
    made(buildings, count=10, report=page)
    text = page.read_text()
    assert text.count("<polygon") == 10
    assert "<image" not in text


@pytest.mark.parametrize("count", [0, 10_001])
def test_a_list_has_a_length(few, count):
    """nought, and more than anybody reads"""
    with pytest.raises(CannotDo, match="1 to 10,000"):
        made(few, count=count)


def test_a_preset_has_to_be_named(few):
    """whose trade is it? nobody guesses"""
    with Session(None) as session, pytest.raises(CannotDo, match="solar-installer"):
        list_buildings(session, GeoListRequest(NOW, few))
