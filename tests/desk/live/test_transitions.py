"""Transitions: what runs changed, page by page, in a folder and in a database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.live.transitions import TransitionsRequest, transitions
from leadlight.desk.session import Session
from leadlight.facts.transitions import Transition
from leadlight.problems import CannotDo
from tests.desk.live.conftest import NOW

ACTS = """\
L1,2026-11-01 09:10,demo_requested
L2,2026-11-01 09:20,pricing_viewed
L2,2026-11-01 09:21,pricing_viewed
"""
LATER = NOW + timedelta(hours=1)


def _act(place: str, rows: str, number: int) -> None:
    file = Path(f"log{number}.csv")
    file.write_text("lead_id,occurred_at,kind\n" + rows, encoding="utf-8")
    import_files(Session(place), ImportRequest((file,), LATER, verify=False))


def _after(place: str, run: int, limit: int = 100) -> tuple[Transition, ...]:
    return transitions(Session(place), TransitionsRequest(LATER, run, limit=limit)).transitions


def test_a_transition_says_from_where_to_where(qualified: str) -> None:
    """
    run 1  everybody is new and cold
    run 2  L1 asked for a demo and is hot, L2 viewed prices and is warm
    run 3  nothing happened
    """
    first = _after(qualified, 0)
    assert [(t.lead_id, t.new, t.labels["temperature"]) for t in first] == [
        ("L1", True, "cold"),
        ("L2", True, "cold"),
        ("L3", True, "cold"),
    ]
    assert first[1].segments == ("large",)
    _act(qualified, ACTS, 1)
    qualify(Session(qualified), QualifyRequest(LATER, touched=True))
    hot, warm = _after(qualified, 1)
    (move,) = hot.moves
    assert (hot.transition_id, hot.new, hot.gone) == ("r2:L1", False, False)
    assert (move.scale, move.before, move.after) == ("temperature", "cold", "hot")
    assert (hot.department, hot.respond_within) == ("sales", timedelta(minutes=15))
    assert warm.moves[0].after == "warm"
    assert hot.reasons
    qualify(Session(qualified), QualifyRequest(LATER, touched=True))
    found = transitions(Session(qualified), TransitionsRequest(LATER, 2))
    assert (found.transitions, found.upto, found.more) == ((), 3, False)


def test_a_large_run_comes_page_by_page(qualified: str) -> None:
    """Two of three, then the one that is left."""
    page = transitions(Session(qualified), TransitionsRequest(NOW, 0, limit=2))
    assert ([t.lead_id for t in page.transitions], page.more) == (["L1", "L2"], True)
    rest = transitions(Session(qualified), TransitionsRequest(NOW, page.upto, "L2", 2))
    assert ([t.lead_id for t in rest.transitions], rest.more) == (["L3"], False)


@pytest.mark.parametrize("limit", [0, -1, 10_001])
def test_a_page_has_a_size(place: str, limit: int) -> None:
    with pytest.raises(CannotDo, match="Between 1 and"):
        transitions(Session(place), TransitionsRequest(NOW, 0, limit=limit))
