"""What people say of two leads, several times: the newest word holds, and a past day is asked as it
was known then; in a folder and on a server.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.workspace.workspace import Place, find_workspace
from tests.desk.live.conftest import PLAYBOOK
from tests.prepared import Prepared
from tests.verbs import decide, import_files, init, live_base

DAY = datetime.fromisoformat("2026-01-10T09:00")
LEADS = "lead id,email,first name,last name\na,ana@acme.com,Ana,Kuhn\nb,bo@bolt.org,Bo,Lang\n"
LEADS += "c,cleo@cargo.net,Cleo,Ott\n"
WORDS = ("made", "refused", "made", "refused", "made")


@pytest.fixture
def place(prepared: Prepared) -> Place:
    return find_workspace(prepared(company))


def company(where: str) -> None:
    """Rules that are quickly qualified: it is counted who is one person."""
    Path("playbook.yml").write_text(PLAYBOOK)
    init(where, DAY)
    Path("crm.csv").write_text(LEADS)
    import_files(find_workspace(where), [Path("crm.csv")], DAY)


def people(place: Place, as_of: datetime) -> int:
    with live_base(place, "report", as_of=as_of.isoformat()) as q:
        return q.summary.leads


def test_the_newest_word_holds(place: Place) -> None:
    """same, different, same, different, same, by two people, a day each"""
    days = [DAY + timedelta(days=n) for n in range(1, len(WORDS) + 1)]
    for n, (day, word) in enumerate(zip(days, WORDS, strict=True)):
        decide(place, day, [("a", "b", word)], ("eve", "kim")[n % 2])
        assert people(place, day + timedelta(hours=1)) == (2 if word == "made" else 3)
    then = [people(place, day + timedelta(hours=1)) for day in days]
    assert then == [2 if word == "made" else 3 for word in WORDS]


def test_of_two_words_the_older_gives_way(place: Place) -> None:
    """b is c; a is b; a is not c: b stays with a, of whom it was said later"""
    decide(place, DAY + timedelta(days=1), [("b", "c", "made")], "eve")
    decide(place, DAY + timedelta(days=2), [("a", "b", "made")], "kim")
    last = decide(place, DAY + timedelta(days=3), [("a", "c", "refused")], "eve")
    assert "b and c are not together" in last.problems[0].message
    assert people(place, DAY + timedelta(days=4)) == 2
