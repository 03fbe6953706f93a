"""In no preset does good news lower a temperature or a stage, or bad news raise one."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from leadlight.adapters.engines.duckdb import connect
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import must_read
from leadlight.playbook.spec import Playbook
from tests.often import examples
from tests.presets.news import AS_OF, News, fill, random_news

NAMES = preset_names()
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
    sql = statement(book, Sources(Catalog(), "leads"), Everyone(AS_OF))
    rows = con.sql(f"SELECT lead_id, temperature, stage FROM ({sql})").fetchall()
    return {lead: (temperature, stage) for lead, temperature, stage in rows}


def moves(book: Playbook, found: Labels, news: str, up: bool) -> dict[str, list[str]]:
    """The leads that the news moved up (or down) a ladder, by the move; a label set aside is no step of a ladder."""
    out: dict[str, list[str]] = {}
    for n, scale in enumerate(("temperature", "stage")):
        ladder = [la.name for s in book.scales if s.name == scale for la in s.labels if not la.aside]
        for lead in (key[: -len("/is")] for key in found if key.endswith("/is")):
            old, new = found[f"{lead}/is"][n], found[f"{lead}/{news}"][n]
            if {old, new} <= set(ladder) and old != new and (ladder.index(new) < ladder.index(old)) is up:
                out.setdefault(f"{old} -> {new}", []).append(lead)
    return out


@pytest.mark.parametrize("name", NAMES)
def test_good_news_lowers_nobody_and_bad_news_raises_nobody(base: Base, name: str) -> None:
    """
    A hot lead of an export looked at a page today, the first step in our log: cold, "Newsletter".
    """
    con, news = base
    book = must_read(preset_text(name))
    found = labels(con, book)
    falls, rises = moves(book, found, "good", up=False), moves(book, found, "bad", up=True)
    assert not falls and not rises, f"falls: {_said(falls, news)}\nrises: {_said(rises, news)}"


def _said(moved: dict[str, list[str]], news: dict[str, News]) -> str:
    if not moved:
        return "none"
    counts = ", ".join(f"{move} {len(leads)}x" for move, leads in moved.items())
    return f"{counts}; such as {news[next(iter(moved.values()))[0]]}"
