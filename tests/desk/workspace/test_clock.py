"""A computer's clock that goes back: what comes in then is not outdone by what came in before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.workspace.workspace import Place
from tests.desk.workspace.test_interrupted import place, written
from tests.verbs import import_files, imports, live_base, notices, undo, verify

__all__ = ["place"]

NOON = datetime.fromisoformat("2026-03-01 12:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def said() -> Iterator[list[str]]:
    """What is told beside the answer."""
    told: list[str] = []
    token = notices.set(told.append)
    yield told
    notices.reset(token)


def value(place: Place, at: datetime, name: str) -> object:
    """What is known of the only lead at a moment."""
    with live_base(place, "test", as_of=at, whole=False) as found:
        base = found.base.about_lead("A")
        leads = base.sources.leads
        row = base.con.execute(f"SELECT {name} FROM {leads}").fetchone()
        assert row
        return row[0]


def test_an_import_counts_though_the_clock_goes_back(
    place: Place, tmp_path: Path, said: list[str]
) -> None:
    """
    12:00  leads.csv says consulting; the clock is set back an hour; 11:00 news.csv says retail ("1
    imported")
    When the clock is right again, the lead is of retail; and what was wrong is said when it
    happens.
    """
    import_files(place, [written(tmp_path, "leads.csv", "lead_id,industry\nA,consulting\n")], NOON)
    news = written(tmp_path, "news.csv", "lead_id,industry\nA,retail\n")
    assert said == []
    done = import_files(place, [news], NOON - HOUR)[0]
    assert done.receipt
    assert done.receipt.imported == 1
    assert done.receipt.recorded_at == NOON
    assert (
        "clock says 2026-03-01 11:00, and the newest import (i2) is of 2026-03-01 12:00" in said[0]
    )
    assert value(place, NOON + HOUR, "industry") == "retail"


def test_a_contact_is_verified_though_the_clock_goes_back(place: Place, tmp_path: Path) -> None:
    """An address that comes in while the clock is behind gets its check; nothing is due when it is
    right again.
    """
    import_files(place, [written(tmp_path, "leads.csv", "lead_id,email\nA,a@firm.de\n")], NOON)
    done = import_files(
        place, [written(tmp_path, "news.csv", "lead_id,email\nA,b@firm.de\n")], NOON - HOUR
    )[0]
    assert done.verified
    assert done.verified.leads == 1
    assert verify(place, NOON + HOUR).leads == 0


def test_an_import_of_a_wrong_future_can_be_taken_back(
    place: Place, tmp_path: Path, said: list[str]
) -> None:
    """The clock stood at 2035 for one import: it is named, and once it is taken back imports are of
    today again.
    """
    later = NOON.replace(year=2035)
    leads = written(tmp_path, "leads.csv", "lead_id,industry\nA,consulting\n")
    import_files(place, [leads], later, verify=False)
    assert import_files(place, [leads], NOON, verify=False)[0].receipt
    assert "undo the import i1" in said[0]
    undo(place, "i1", NOON)
    undo(place, "i2", NOON)
    done = import_files(place, [leads], NOON, verify=False)[0]
    assert done.receipt
    assert done.receipt.recorded_at == NOON
    assert value(place, NOON + HOUR, "industry") == "consulting"
    assert len(imports(place, NOON)) == 3
