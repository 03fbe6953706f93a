"""A model meets values it never saw: they cost what their column says of that lead, never the run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import leadlight
from leadlight.playbook.read import read_playbook

BOOK = """
leadlight: 1
name: soon
scores: {probability: {model: soon}}
scales: {chance: [{likely: probability >= 0.5}, {unlikely: otherwise}]}
models:
  soon:
    leadlight-model: 1
    start: -1
    terms:
      - {of: calls_before_0_1, add: {"true": 1.5, "false": -0.5}, rest: 0, unknown: 0}
      - {of: source, add: {web: -0.2, fair: 0.4}, rest: 0, unknown: 0}
"""
HEADER = "Lead ID,Calls before (0/1),Source\n"
NOW = datetime(2026, 11, 1)


def probabilities(source: object, folder: Path) -> dict[str, float]:
    book = folder / "book.yml"
    book.write_text(BOOK)
    found = leadlight.qualify(source, playbook=book, as_of=NOW)
    rows = found.to_arrow().to_pylist()
    return {r["lead_id"]: float(r["probability"]) for r in rows}


def test_a_number_where_yes_and_no_stood(tmp_path: Path) -> None:
    """B3 has called twice before, where all others said 0 or 1: of B3 alone the column says
    nothing.
    """
    file = tmp_path / "new.csv"
    file.write_text(HEADER + "B1,1,web\nB2,0,fair\nB3,2,web\n")
    found = probabilities(file, tmp_path)
    assert found["B1"] > found["B2"]
    assert found["B1"] > found["B3"]
    file.write_text(HEADER + "B1,1,web\nB2,0,fair\nB3,,web\n")
    assert probabilities(file, tmp_path) == found


def test_a_word_that_nobody_taught_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text(HEADER + "B1,1,pigeon\nB2,1,\n")
    found = probabilities(file, tmp_path)
    assert found["B1"] == found["B2"]


def test_a_typed_table_with_another_type(tmp_path: Path) -> None:
    """A Parquet file holds numbers where the model learned yes and no: the column says nothing of
    any lead, the source still does.
    """
    file = tmp_path / "new.parquet"
    columns = {
        "Lead ID": ["B1", "B2", "B3"],
        "Calls before (0/1)": [1, 0, 2],
        "Source": ["web", "fair", "web"],
    }
    pq.write_table(pa.table(columns), file)
    found = probabilities(file, tmp_path)
    assert found["B1"] == found["B3"] < found["B2"]


def test_it_is_said(tmp_path: Path) -> None:
    """The doubt names the model, the column, what it was and what it is."""
    from leadlight.facts.catalog import Attribute, Catalog, Type

    own = Attribute("calls_before_0_1", Type.NUMBER, "own", own=True)
    catalog = Catalog()
    catalog = Catalog(lead={**catalog.lead, own.name: own})
    book, problems = read_playbook(BOOK, "book.yml", catalog)
    assert book is not None
    (doubt,) = (p for p in problems if p.code == "model-input")
    assert doubt.level == "doubt"
    assert "calls_before_0_1" in doubt.message
    assert "it is a number" in doubt.message


def test_a_file_is_read_as_the_person_had_the_table_read(tmp_path: Path) -> None:
    """`--map "Origin=source"` was given to learn and stands in the model: a new file with that
    header is read alike, with nothing said; what is said for this file comes first.
    """
    file = tmp_path / "new.csv"
    file.write_text("Lead ID,Channel of ours\nB1,fair\nB2,web\n")
    book = tmp_path / "book.yml"
    terms = BOOK.replace("    start: -1", "    start: -1\n    map: {Channel of ours: source}")
    book.write_text(terms)
    rows = leadlight.qualify(file, playbook=book, as_of=NOW).to_arrow().to_pylist()
    found = {r["lead_id"]: float(r["probability"]) for r in rows}
    assert found["B1"] > found["B2"]
    maps = {"Channel of ours": "-"}
    rows = leadlight.qualify(file, playbook=book, as_of=NOW, maps=maps).to_arrow().to_pylist()
    assert len({r["probability"] for r in rows}) == 1


def test_a_column_that_is_missing_costs_what_it_says(tmp_path: Path) -> None:
    """The newer export has no column of calls: the source still says what it said."""
    file = tmp_path / "new.csv"
    file.write_text("Lead ID,Source\nB1,web\nB2,fair\n")
    found = probabilities(file, tmp_path)
    assert found["B1"] < found["B2"]


def test_nobody_warm_by_the_scale_is_told_beside_a_model(tmp_path: Path) -> None:
    """The scale does not ask the model, so nobody is warm; the sentence points to the probability."""
    from leadlight.results.summary import nobody_to_call

    file, book = tmp_path / "new.csv", tmp_path / "book.yml"
    file.write_text(HEADER + "B1,1,web\nB2,0,fair\n")
    scale = "temperature: [{hot: probability > 2}, {warm: probability > 1}, {cold: otherwise}]"
    book.write_text(
        BOOK.replace("chance: [{likely: probability >= 0.5}, {unlikely: otherwise}]", scale)
    )
    found = nobody_to_call(leadlight.qualify(file, playbook=book, as_of=NOW).summary)
    assert found.endswith("sort the list by the model's probability.")
