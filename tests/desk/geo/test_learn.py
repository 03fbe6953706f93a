"""Learning from buildings: judged by place, and refused where places cannot be held out."""

from __future__ import annotations

from datetime import datetime

import pytest

from leadlight.desk.geo.building_table import read_buildings, read_labels
from leadlight.desk.geo.learn import GeoLearnRequest, learn_buildings
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from tests.desk.geo.town import write_town

NOW = datetime(2026, 1, 7)


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("learned")
    buildings, truth = write_town(folder)
    request = GeoLearnRequest(NOW, buildings, truth, name="pool", out=folder / "pool.yml")
    with Session(None) as session:
        return learn_buildings(session, request), folder


def test_the_model_is_judged_by_place(learned):
    """
    360 labelled buildings of a town, a third with a pool
    -> blocks of ground are held out, and pool blue ranks well where no neighbour taught
    """
    result, folder = learned
    assert result.places >= 20
    assert "blocks of ground" in result.learned.verdict.split
    assert result.learned.verdict.model.auc.value > 0.9
    assert result.f1 > 0.75
    assert [p.length for p in result.lists] == [20, 50, 100]
    assert result.lists[0].share > 0.8
    assert (folder / "pool.yml").read_text().startswith("leadlight-model: 1")


def test_what_a_picture_shows_is_no_leak(learned):
    """pool_share alone ranks nearly as well as the model: it is what is looked for, not the answer"""
    result, _ = learned
    assert not result.learned.leaks
    assert result.learned.weights[0][0] in ("pool_share", "pool_area")


def test_a_place_is_never_learned_from(learned):
    """longitude, latitude, outline and the block are in no term: they do not travel"""
    _, folder = learned
    text = (folder / "pool.yml").read_text()
    for name in ("longitude", "latitude", "outline", "block", "taken"):
        assert f"of: {name}" not in text


def test_it_says_how_many_labels_a_new_place_wants(learned):
    """a number of labels that somebody can tap in an evening"""
    assert learned[0].labels_wanted in (25, 50)


def test_towns_are_held_out_whole(tmp_path):
    """
    three towns in one table, with a column of towns
    -> each judges what the other two taught
    """
    parts = [write_town(tmp_path, f"t{n}", buildings=80, east=8 + n, seed=n) for n in range(3)]
    buildings, truth = tmp_path / "all.csv", tmp_path / "truth.csv"
    with buildings.open("w") as all_rows, truth.open("w") as all_answers:
        for n, (one, other) in enumerate(parts):
            head, *lines = one.read_text().splitlines()
            title, *answers = other.read_text().splitlines()
            all_rows.write("" if n else f"{head},Town\n")
            all_answers.write("" if n else f"{title}\n")
            all_rows.writelines(f"{line},Town {n}\n" for line in lines)
            all_answers.writelines(f"{line}\n" for line in answers)
    request = GeoLearnRequest(NOW, buildings, truth, town="Town", out=tmp_path / "m.yml")
    with Session(None) as session:
        found = learn_buildings(session, request)
    assert found.places == 3
    assert "3 of Town, held out in turn" in found.learned.verdict.split
    assert "of: town" not in (tmp_path / "m.yml").read_text()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("building,label\nnowhere,yes\n", "No building of"),
        ("house,label\nx,yes\n", "no column that names the buildings"),
        ("building,a,b\ntown-1,yes,no\n", "Which column"),
    ],
)
def test_labels_that_do_not_fit_are_met_with_a_sentence(tmp_path, rows, sentence):
    """names of another town; no names; two columns of answers"""
    buildings, _ = write_town(tmp_path, buildings=40)
    label = tmp_path / "l.csv"
    label.write_text(rows)
    request = GeoLearnRequest(NOW, buildings, label, out=tmp_path / "m.yml")
    with Session(None) as session, pytest.raises(CannotDo, match=sentence):
        learn_buildings(session, request)
    assert not (tmp_path / "m.yml").exists()


def test_labels_of_one_street_are_refused(tmp_path):
    """forty neighbours in one row: nothing can be held out that is not next door"""
    buildings, truth = write_town(tmp_path, buildings=40)
    lines = buildings.read_text().splitlines()
    near = [line.replace(",8.5", ",8.50000", 1) for line in lines]
    same = [line.split(",") for line in near[1:]]
    near[1:] = [",".join([row[0], "8.5", "47.4", *row[3:]]) for row in same]
    buildings.write_text("\n".join(near))
    request = GeoLearnRequest(NOW, buildings, truth, out=tmp_path / "m.yml")
    with Session(None) as session, pytest.raises(CannotDo, match="further apart"):
        learn_buildings(session, request)


def test_a_blank_answer_is_none(tmp_path):
    """a sheet that is half filled in: only what somebody answered counts"""
    sheet = tmp_path / "labels.csv"
    sheet.write_text("building,label\nway/1,yes\nway/2,\nway/3,no\n")
    assert read_labels(sheet, None, None) == {"way/1": True, "way/3": False}


def test_hostile_names_stay_names(tmp_path):
    """a building called =cmd() or <script> is a building"""
    table = tmp_path / "b.csv"
    table.write_text(
        'building,roof_area\n"=cmd()",90\n"<script>x</script>",80\n"a;DROP TABLE",70\n'
    )
    assert read_buildings(table).ids == ("=cmd()", "<script>x</script>", "a;DROP TABLE")


def test_a_building_twice_is_refused(tmp_path):
    """two rows of one name: which one is meant?"""
    table = tmp_path / "b.csv"
    table.write_text("building,roof_area\nx,90\nx,80\n")
    with pytest.raises(CannotDo, match="twice"):
        read_buildings(table)
