"""Every case of the suite on every engine: what a docstring says of a lead holds wherever the plan runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

import pytest

from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Cohort, Everyone, Moments, Some
from leadlight.facts.relation import Query
from leadlight.plan.sources import Sources
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import must_read
from tests.parity.cases import CaseBase, case_base
from tests.parity.cohorts import disagreements
from tests.parity.engines import DuckDB, Engine

SOURCES = Sources(Catalog())
NOW, THEN = datetime(2026, 1, 7), datetime(2025, 12, 1, 8, 30)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseBase]:
    folder = tmp_path_factory.getbasetemp()
    # A process among several has a folder of its own within that of the run.
    found = case_base(folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder)
    yield found
    found.con.close()


WHOLE = os.environ.get("LEADLIGHT_PARITY") == "whole"
TABLES = ("leads", "activities", "pairs", "touched")
#: A preset takes Spark as long as thirty short playbooks: in the suite it is asked every third here, and every third
#: about the demo company (test_demo.py); all of them twice where the whole is asked for.
ELSEWHERE = {preset_text(name) for n, name in enumerate(preset_names()) if n % 3 != 1}


def apart(base: CaseBase, duck: DuckDB, engine: Engine, asked: dict[str, Cohort]) -> list[str]:
    """The playbooks about which the engines differ, each with its tests, its text and the rows."""
    for each in (duck, engine):
        each.load(base.con, TABLES)
    out = []
    for number, text in enumerate(base.playbooks):
        if not WHOLE and engine.dialect == "spark" and text in ELSEWHERE:
            continue
        also = asked if WHOLE else one_in_turn(number, asked)
        pairs = Query(f"SELECT lead_id, as_of FROM pairs WHERE book = {number}")
        mine = {"cases": Moments(pairs), **also}
        found = disagreements(must_read(text), SOURCES, mine, duck, [engine])
        if found:
            tests = "\n".join(dict.fromkeys(c.test for c in base.cases if c.playbook == text))
            out.append(f"{tests}\n{text if len(text) < 2_000 else text[:200]}\n" + "\n".join(found))
    return out


def one_in_turn(number: int, asked: dict[str, Cohort]) -> dict[str, Cohort]:
    """For every third playbook one of the cohorts, the next one each time."""
    if number % 3 or not asked:
        return {}
    name = list(asked)[number // 3 % len(asked)]
    return {name: asked[name]}


def test_every_test_that_qualifies_has_its_cases(base: CaseBase) -> None:
    """A case nobody recorded would be a case that no other engine is asked."""
    assert len(base.cases) >= 280
    assert len(base.playbooks) >= 35


def test_every_engine_says_the_same_of_every_case(
    base: CaseBase, duck: DuckDB, other: Engine
) -> None:
    """And where statements are cheap, of all leads of all cases at one moment, of some, or a month before, in turn; of
    presets Spark is asked three, unless all are asked for.
    """
    asked: dict[str, Cohort] = {
        "batch": Everyone(NOW),
        "live": Some(NOW, "touched"),
        "replay": Everyone(THEN),
    }
    found = apart(base, duck, other, {} if other.dialect == "spark" else asked)
    assert not found, "\n\n".join(found)
