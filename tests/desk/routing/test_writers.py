"""Many who assign at once, on a server and in a folder."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.routing.assign import AssignRequest, assign
from leadlight.desk.session import Session
from tests.desk.routing.conftest import MONDAY, ROSTER

WRITERS, LEADS = 8, 40


def test_eight_writers_give_no_lead_twice_and_nobody_too_many(session: Session) -> None:
    """Forty leads come while eight writers assign; ana takes seven a day, bob has room for five."""
    text = ROSTER.replace("weight: 2}", "weight: 2, a_day: 7}").replace(
        "bob: {departments: [sales]}", "bob: {departments: [sales], open: 5}"
    )
    Path("roster.yml").write_text(text)
    rows = [
        f"N{n},{MONDAY - timedelta(minutes=5):%Y-%m-%d %H:%M},demo_requested" for n in range(LEADS)
    ]
    leads = "".join(f"N{n},n{n}@new{n}.com\n" for n in range(LEADS))
    Path("more.csv").write_text(f"lead_id,email\n{leads}")
    Path("demos.csv").write_text("lead_id,occurred_at,kind\n" + "\n".join(rows) + "\n")
    files = (Path("more.csv").absolute(), Path("demos.csv").absolute())
    import_files(session, ImportRequest(files, MONDAY, verify=False))
    qualify(session, QualifyRequest(MONDAY))
    place = session.place
    session.close()
    # A file is held by one process, whose threads share a session; to a server each comes on its own.
    shared = (
        [Session(place, shared=True)]
        if place.address is None
        else [Session(place) for _ in range(WRITERS)]
    )

    def write(n: int) -> int:
        now = MONDAY + timedelta(seconds=n)
        return sum(assign(shared[n % len(shared)], AssignRequest(now, f"w{n}")).given.values())

    with ThreadPoolExecutor(WRITERS) as pool:
        given = list(pool.map(write, range(WRITERS)))
    for one in shared:
        one.close()
    with session.read("test", MONDAY) as workspace:
        ids = [f"N{n}" for n in range(LEADS)] + ["L1", "L2", "L3"]
        made = workspace.ledger.assignments().newest(ids)
    counts = Counter(a.person for a in made.values())
    assert sum(given) == 7 + 5 + 1
    assert counts == {"ana": 7, "bob": 5, "cem": 1, None: LEADS + 3 - 13}
    assert {a.place for a in made.values()} == {1}
