"""The company's own system says that mail came back: a workspace believes it as a file does."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.verbs import import_files, init, live_base

NOW = datetime(2026, 11, 1)
FIRST = """id,email,Email Bounced,Secondary Email
1,gia@stonemills.com,false,
2,hal@ridgerails.com,true,hal.ridge@gmail.com
3,ida@jackjams.com,true,
"""
LATER = "id,email,Email Bounced\n1,gia@stonemills.com,true\n"


def contacts(place: Path, at: datetime) -> dict[str, str]:
    with live_base(place, "report", as_of=at) as base:
        return {str(r["lead_id"]): r["contact"] for r in base.to_arrow().to_pylist()}


def bring(place: Path, text: str, at: datetime) -> None:
    file = place.parent / f"{at:%H}.csv"
    file.write_text(text, encoding="utf-8")
    (imported,) = import_files(place, [file], at)
    assert imported.refusal is None, imported.refusal


def test_a_bounce_that_the_crm_tells_makes_empty_unless_another_address_works(
    tmp_path: Path,
) -> None:
    """Ida has one address, Hal another one; later Gia's comes back too, and the check is due."""
    place = tmp_path / "ws"
    init(place, NOW)
    bring(place, FIRST, NOW)
    assert contacts(place, NOW) == {"1": "reachable", "2": "reachable", "3": "empty"}
    bring(place, LATER, NOW + timedelta(hours=1))
    assert contacts(place, NOW + timedelta(hours=1))["1"] == "empty"
