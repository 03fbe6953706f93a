"""In no preset does good news lower a temperature or a stage, nor bad news raise one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from leadlight.adapters.db.duckdb import connect
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import must_read
from leadlight.playbook.spec import Playbook
from tests.often import examples
from tests.playbook.presets.news import AS_OF, News, fill, random_news

DEMO = Path(__file__).resolve().parents[3] / "examples" / "acme" / "playbook.yml"
PLAYBOOKS = {name: preset_text(name) for name in preset_names()}
PLAYBOOKS["acme"] = DEMO.read_text(encoding="utf-8")
LEADS = 2_500
Labels = dict[str, tuple[str, str]]
Base = tuple[duckdb.DuckDBPyConnection, dict[str, News]]


@pytest.fixture(scope="module", params=range(1, examples(1, 12) + 1))
def base(request: pytest.FixtureRequest) -> Iterator[Base]:
    """Random leads, as they are and after the news."""
    news = random_news(request.param, LEADS)
    con = connect()
    fill(con, news)
    yield con, {one.lead: one for one in news}
    con.close()


def labels(con: duckdb.DuckDBPyConnection, book: Playbook) -> Labels:
    """The temperature and the stage of everyone."""
    sql = statement(book, Sources(Catalog()), Everyone(AS_OF))
    rows = con.sql(f"SELECT lead_id, temperature, stage FROM ({sql})").fetchall()
    return {lead: (temperature, stage) for lead, temperature, stage in rows}


def moves(book: Playbook, found: Labels, news: str, up: bool) -> dict[str, list[str]]:
    """The leads that the news moved up (or down) a ladder, by the move.

    A label that is set aside (recycled) is no step of a ladder.
    """
    out: dict[str, list[str]] = {}
    leads = [key.removesuffix("/is") for key in found if key.endswith("/is")]
    for n, scale in enumerate(("temperature", "stage")):
        places = ladder(book, scale)
        for lead in leads:
            old, new = found[f"{lead}/is"][n], found[f"{lead}/{news}"][n]
            step = places.get(new, 0) - places.get(old, 0)
            if {old, new} <= places.keys() and (step < 0 if up else step > 0):
                out.setdefault(f"{old} -> {new}", []).append(lead)
    return out


def ladder(book: Playbook, scale: str) -> dict[str, int]:
    """The place of each label that is a step, 0 the best."""
    labels = next(s.labels for s in book.scales if s.name == scale)
    return {label.name: n for n, label in enumerate(labels) if not label.aside}


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_good_news_lowers_nobody_and_bad_news_raises_nobody(base: Base, name: str) -> None:
    """
    A hot lead of an export looked at a page today, the first step in our log: cold, "Newsletter".
    A lost lead unsubscribed: warm again.
    """
    con, news = base
    book = must_read(PLAYBOOKS[name])
    found = labels(con, book)
    falls, rises = moves(book, found, "good", up=False), moves(book, found, "bad", up=True)
    assert (falls, rises) == ({}, {}), f"falls: {_said(falls, news)}\nrises: {_said(rises, news)}"


def _said(moved: dict[str, list[str]], news: dict[str, News]) -> str:
    if not moved:
        return "none"
    counts = ", ".join(f"{move} {len(leads)}x" for move, leads in moved.items())
    return f"{counts}; such as {news[next(iter(moved.values()))[0]]}"
