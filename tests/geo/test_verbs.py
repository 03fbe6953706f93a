"""`leadlight geo measure` and `geo match`, as a person types them, and what the playbook makes of it."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from examples.geo.plan import plan
from examples.geo.town_files import write_picture

from leadlight.desk.geo.match import MatchRequest, match
from leadlight.desk.geo.measure import MeasureRequest, measure
from leadlight.desk.leads.undo import UndoRequest, undo
from leadlight.desk.persons.erasure import ForgetRequest, forget
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.text.geo import render_match, render_measure
from tests.adapters.ledger.test_postgres import Company, both
from tests.command import leadlight as run
from tests.geo.conftest import TownFiles

__all__ = ["both"]
YEAR = datetime(2026, 11, 1)
Both = Callable[[Callable[[Company], object]], object]

BOOK = """leadlight: 1
name: Pools
scores:
  fit:
    - {when: pool_share > 0.02 and roof_area > 90, add: 40, say: A pool behind a roof of some size}
    - {when: panel_share > 0.1, add: 10, say: Panels on the roof}
scales:
  temperature: [{hot: fit >= 40}, {cold: otherwise}]
segments:
  pools: pool_share > 0.02 and roof_area > 90
routes:
  - {when: temperature = 'hot', to: pool care, within: 2d}
  - {when: otherwise, to: nobody, within: 30d}
"""


def leadlight(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run(*words, cwd=cwd, env={**os.environ, "COLUMNS": "100"})


def request(town: TownFiles, company: Company, **how: object) -> MeasureRequest:
    usual: dict[str, object] = {"purpose": "pool care", "out": company.folder / "buildings.parquet"}
    return MeasureRequest(
        town.footprints,
        company.day,
        town.picture,
        **{**usual, **how},  # type: ignore[arg-type]
    )


def measure_town(town: TownFiles, company: Company, **how: object) -> list[str]:
    company.day = max(company.day, company.day.replace(year=2026, month=1)) + timedelta(days=1)
    with Session(company.place) as session:
        found = measure(session, request(town, company, **how))
    return [str(part) for part in render_measure(found)]


def match_town(town: TownFiles, company: Company, **how: object) -> list[str]:
    company.day += timedelta(days=1)
    asked = MatchRequest(
        company.folder / "buildings.parquet",
        company.day,
        addresses=town.extract,
        **how,  # type: ignore[arg-type]
    )
    with Session(company.place) as session:
        return [str(part) for part in render_match(match(session, asked))]


def buildings(company: Company) -> list[tuple[object, ...]]:
    return company.facts(
        "SELECT lead_id, building_id, building_match, pool_area, picture_purpose, picture_source"
        " FROM attribute_facts WHERE building_id IS NOT NULL ORDER BY ALL"
    )


def test_what_a_picture_says_are_facts_in_a_folder_and_on_a_server(
    town: TownFiles, both: Both
) -> None:
    """
    Leads are imported, the town is measured, matched and qualified; matching again changes nothing;
    a picture of a later day brings news of the leads that are linked; one asks to be forgotten;
    the match is taken back.
    """
    both(lambda c: (c.folder / "playbook.yml").write_text(BOOK))
    both(lambda c: c.brings(town.leads.read_text(), "leads.csv"))
    said = both(lambda c: measure_town(town, c))
    assert "48 buildings measured, for: pool care." in said  # type: ignore[operator]
    said = both(lambda c: match_town(town, c))
    assert "19 leads, 48 buildings: 16 placed" in said[0]  # type: ignore[index]
    assert "not placed: 3, address not in the extract (F-001, F-002, F-003)" in said[1]  # type: ignore[index]
    assert said[-1] == "(c) OpenStreetMap contributors, ODbL 1.0"  # type: ignore[index]
    facts = both(buildings)
    assert {row[4] for row in facts} == {"pool care"}  # type: ignore[attr-defined]
    assert {row[5] for row in facts} == {"Drawn for Leadlight; nothing of it is real"}  # type: ignore[attr-defined]
    again = both(lambda c: match_town(town, c))
    assert not any("take it back" in line for line in again)  # type: ignore[attr-defined]
    assert both(buildings) == facts

    rows = both(
        lambda c: sorted((r["lead_id"], r["fit"], str(r["temperature"])) for r in c.run()[0])
    )
    hot = {lead for lead, _, label in rows if label == "hot"}  # type: ignore[attr-defined]
    so = {
        name for name, row in town.truth.items()
        if row["pool_share"] > 0.02 and row["roof_area"] > 90
    }  # fmt: skip
    by_lead = {row[0]: row[1] for row in facts}  # type: ignore[attr-defined]
    assert {by_lead[lead] for lead in hot} == so & set(by_lead.values())
    assert hot
    some = sorted(lead for lead in hot if lead.startswith("building-"))[0]
    why = both(lambda c: c.explain(some).scores[0])  # type: ignore[attr-defined]
    assert "A pool behind a roof of some size" in repr(why)

    later = both(lambda c: measure_town(town, c, taken=date(2025, 9, 1)))
    assert any(f"{len(by_lead)} leads that are" in line for line in later)  # type: ignore[attr-defined]

    def erase(company: Company) -> object:
        with Session(company.place) as session:
            return forget(session, ForgetRequest(some, company.day, by="Ana")).leads

    assert both(erase) == (some,)
    assert some not in {row[0] for row in both(buildings)}  # type: ignore[attr-defined]
    back = both(lambda c: match_town(town, c))
    assert some not in {row[0] for row in both(buildings)}, back  # type: ignore[attr-defined]


def test_a_match_is_taken_back(town: TownFiles, both: Both) -> None:
    """The prospects of a match are gone with it, and leads lose what was said of their buildings"""
    both(lambda c: (c.folder / "playbook.yml").write_text(BOOK))
    both(lambda c: c.brings(town.leads.read_text(), "leads.csv"))
    both(lambda c: measure_town(town, c))
    both(lambda c: match_town(town, c))
    assert both(lambda c: len(c.run()[0])) > 19  # type: ignore[operator]

    def take_back(company: Company) -> object:
        company.day += timedelta(days=1)
        with Session(company.place) as session:
            return undo(session, UndoRequest("i3", company.day)).leads_gone

    assert both(take_back) > 20  # type: ignore[operator]
    assert both(lambda c: len(c.run()[0])) == 19


def test_without_a_workspace_a_file_is_qualified(town: TownFiles, tmp_path: Path) -> None:
    """measure, match and qualify on files; a list that is longer than the base, with its licence"""
    (tmp_path / "pools.yml").write_text(BOOK)
    picture, footprints = str(town.picture), str(town.folder / "town.gpkg")
    out = leadlight(
        "geo", "measure", picture, "--footprints", footprints, "--purpose", "pool care",
        "-o", "b.csv", cwd=tmp_path,
    )  # fmt: skip
    assert (out.returncode, out.stderr) == (0, "")
    assert "Written: b.csv (48 rows)" in out.stdout
    out = leadlight(
        "geo", "match", "b.csv", "--leads", str(town.leads), "--addresses", str(town.extract),
        "-o", "placed.csv", cwd=tmp_path,
    )  # fmt: skip
    assert (out.returncode, out.stderr) == (0, "")
    with (tmp_path / "placed.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 19 + sum(r["building_match"] == "prospect" for r in rows)
    trades = [r for r in rows if r["building_trade"]]
    assert trades
    assert {r["contact_licence"] for r in trades} == {"(c) OpenStreetMap contributors, ODbL 1.0"}
    done = leadlight(
        "qualify", "placed.csv", "-p", "pools.yml", "--no-report", "-o", "q.csv", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    with (tmp_path / "q.csv").open(encoding="utf-8-sig") as file:
        hot = [r for r in csv.DictReader(file) if r["temperature"] == "hot"]
    assert hot
    assert all(float(r["pool_share"]) > 0.02 for r in hot)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--purpose", " "), "a picture of a home is personal data"),
        ((), "a picture of a home is personal data"),
        (("--purpose", "x", "--taken", "1.6.2025"), "A day is written like 2025-06-01"),
        (("--purpose", "x", "--taken", "2999-01-01"), "which is still to come"),
        (("--purpose", "x", "--buffer", "far"), "Metres are written like 15m"),
        (("--purpose", "x", "--buffer", "1000m"), "A yard reaches 0 to 100 m"),
        (("--purpose", "x", "-o", "b.xlsx"), "ends in neither .parquet nor .csv"),
    ],
)
def test_what_cannot_be_measured_is_said(
    town: TownFiles, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    out = leadlight(
        "geo",
        "measure",
        str(town.picture),
        "--footprints",
        str(town.footprints),
        *words,
        cwd=tmp_path,
    )
    assert (out.returncode, out.stdout) == (2, "")
    assert sentence in " ".join(out.stderr.split())
    assert list(tmp_path.glob("*")) == []


def test_a_picture_has_a_day(town: TownFiles, tmp_path: Path) -> None:
    """The file says none: a sentence; a person says it: that day; both say one: the person's"""
    picture = write_picture(town.drawing, tmp_path / "p.tif", taken=None)
    with Session() as session:
        asked = MeasureRequest(
            town.footprints, YEAR, picture, purpose="x", out=tmp_path / "b.parquet"
        )
        with pytest.raises(CannotDo, match="does not say when it was taken"):
            measure(session, asked)
        named = MeasureRequest(
            town.footprints, YEAR, town.picture, taken=date(2024, 5, 1), purpose="x",
            out=tmp_path / "b.parquet",
        )  # fmt: skip
        assert measure(session, named).taken == date(2024, 5, 1)
    stated = duckdb.sql(f"SELECT DISTINCT picture_taken FROM '{tmp_path}/b.parquet'").fetchall()
    assert str(stated[0][0])[:10] == "2024-05-01"


def test_coarse_questions_are_refused_one_by_one(town: TownFiles, tmp_path: Path) -> None:
    """At 0.4 m pools are seen and panels are not; at 0.8 m neither: a sentence for each"""
    from examples.geo.drawing import Drawing

    for metres, refused in (
        (0.4, {"panel_share", "panel_area"}),
        (0.8, {"pool_share", "pool_area", "panel_share", "panel_area"}),
    ):
        picture = write_picture(Drawing(plan(4), metres), tmp_path / f"{metres}.tif")
        with Session() as session:
            asked = MeasureRequest(
                town.footprints, YEAR, picture, purpose="x", out=tmp_path / f"{metres}.csv"
            )
            found = measure(session, asked)
        assert {r.feature for r in found.refused} == refused
        assert all("needs pixels of" in r.why for r in found.refused)
        head = (tmp_path / f"{metres}.csv").read_text().partition("\n")[0]
        assert ("pool_share" in head, "panel_share" in head) == (metres == 0.4, False)


def test_hostile_names_of_buildings_harm_nobody(town: TownFiles, tmp_path: Path) -> None:
    """Ids and sources with SQL, formulas, markup and control characters stay texts"""
    import json

    document = json.loads(town.footprints.read_text())
    names = [
        "=cmd|'/c calc'!A0",
        "'; DROP TABLE leads; --",
        "<script>",
        "a\x1b[2Jb",
        "../../x",
        "名",
    ]
    for feature, name in zip(document["features"], names, strict=False):
        feature["id"] = name
    (tmp_path / "f.geojson").write_text(json.dumps(document))
    out = leadlight(
        "geo", "measure", str(town.picture), "--footprints", "f.geojson", "--purpose", "=1+1",
        "--source", "<b>\x1b[31m", "-o", "b.csv", cwd=tmp_path,
    )  # fmt: skip
    assert out.returncode == 0
    assert "\x1b" not in out.stdout
    text = (tmp_path / "b.csv").read_text(encoding="utf-8-sig")
    with (tmp_path / "b.csv").open(encoding="utf-8-sig", newline="") as file:
        first = [row[0] for row in csv.reader(file)][1]
    assert not first.startswith("=")
    assert "=1+1" not in text or "'=1+1" in text
    out = leadlight(
        "geo", "match", "b.csv", "--leads", str(town.leads), "--addresses", str(town.extract),
        cwd=tmp_path,
    )  # fmt: skip
    assert out.returncode == 0, out.stderr
    (tmp_path / "l.csv").write_text("lead_id,street\n\x1b[2Ja,Nowhere 1\n")
    out = leadlight("geo", "match", "b.csv", "--leads", "l.csv", "-o", "o.csv", cwd=tmp_path)
    assert out.returncode == 0, out.stderr
    assert "\x1b" not in out.stdout


def test_a_table_of_something_else_holds_no_buildings(tmp_path: Path, town: TownFiles) -> None:
    for text, sentence in (
        ("a,b\n1,2\n", "is not a file of buildings"),
        ("building_id,outline,picture_purpose\n1,POLYGON((,x\n", "is not an outline"),
        ("", "is not a file of buildings|cannot be read as a table"),
    ):
        (tmp_path / "b.csv").write_text(text)
        with pytest.raises(CannotDo, match=sentence), Session() as session:
            match(
                session, MatchRequest(tmp_path / "b.csv", YEAR, town.leads, out=tmp_path / "o.csv")
            )
