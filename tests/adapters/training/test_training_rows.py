"""Training rows are what a run made at that moment would have said; only the outcome looks ahead."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.adapters.training.training_rows import TrainingRows, facts_at
from leadlight.desk.wiring import bases
from leadlight.facts.cohort import Everyone
from leadlight.playbook.read import must_read
from tests.verbs import import_files, init, opened

BOOK = must_read("""
leadlight: 1
name: Small
signals:
  heat: {half_life: 30d, points: {page_viewed: 10, won: 5}}
scores:
  fit: {rules: {large: {when: employees >= 50, add: 20}}}
  engagement: heat
scales:
  temperature: [{hot: engagement + fit >= 20}, {cold: otherwise}]
""")
NOW = datetime(2026, 11, 1)
LEADS = """lead_id,created_at,employees
ana,2026-01-01,100
ben,2026-01-20,3
cem,2026-03-01,80
"""
LOG = """lead_id,occurred_at,kind
ana,2026-01-05,page_viewed
ana,2026-02-20,won
ben,2026-02-01,page_viewed
ben,2026-02-02,won
ben,2026-06-01,won
cem,2026-03-02,page_viewed
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    init(tmp_path / "w", NOW)
    for name, text in (("leads.csv", LEADS), ("log.csv", LOG)):
        (tmp_path / name).write_text(text)
    import_files(
        tmp_path / "w",
        [tmp_path / "leads.csv", tmp_path / "log.csv"],
        NOW,
        backfill=True,
        verify=False,
    )
    return tmp_path / "w"


def test_a_row_is_the_qualification_of_its_moment_and_the_outcome_comes_after(folder: Path) -> None:
    """On 2026-02-10 ana has looked at a page and buys ten days later; ben has bought before; cem is not there yet."""
    moment, ahead = datetime(2026, 2, 10), timedelta(days=30)
    with opened(folder, "tune", NOW) as w:

        def base(at: datetime, known: str = "then"):  # type: ignore[no-untyped-def]
            return bases.base_of_ledger(w.con, w.ledger, Everyone(at, known))  # type: ignore[arg-type]

        training = TrainingRows(base(NOW, "now"))
        found = training.note_outcomes(("won",))
        assert (found.found, found.leads, found.again) == (3, 2, 1)
        looked = training.add_moment(base(moment), BOOK, moment, ahead)
        assert (looked.rows, looked.won, looked.left_out) == (1, 1, 1)
        rows = w.con.sql(
            f"SELECT lead_id, as_of, engagement, fit, temperature, _won FROM {training.table}"
        ).fetchall()
        base(moment).qualify(BOOK, Everyone(moment))
        then = w.con.sql(
            "SELECT lead_id, as_of, engagement, fit, temperature FROM qualifications"
        ).fetchall()
        assert [(*r, True) for r in then if r[0] == "ana"] == rows

        training.note_outcomes(("won",))
        looked = training.add_moment(base(moment), BOOK, moment, timedelta(days=5), again=True)
        assert (looked.rows, looked.won, looked.left_out) == (
            2,
            0,
            0,
        ), "ana bought after the horizon, ben before the moment"


def test_each_lead_at_its_own_moment(folder: Path) -> None:
    """Thirty days after cem came in he had looked at a page once, 29 days ago, and bought nothing in the sixty days after."""
    with opened(folder, "tune", NOW) as w:
        base = bases.base_of_ledger(w.con, w.ledger, Everyone(NOW, "now"))
        training = TrainingRows(base)
        training.note_outcomes(("won",))
        after, ahead = timedelta(days=30), timedelta(days=60)
        split = training.make_entry_pairs(after, ahead, 0.34, since=None, until=NOW, most=100)
        assert split == datetime(2026, 3, 3), (
            "two thirds of them came before; whose horizon is not over then is in neither part"
        )
        leads, log = facts_at(w.ledger.holdings(), training.pairs, "then")
        looked = training.add_entries(BOOK, ahead, leads=leads, activities=log, at_moments=True)
        rows = w.con.sql(
            f"SELECT lead_id, as_of, round(engagement, 3), _won FROM {training.table} ORDER BY 1"
        ).fetchall()
        assert looked.rows == len(rows)
        assert rows == [("cem", datetime(2026, 3, 31), round(10 * 2 ** (-29 / 30), 3), False)]


def test_a_lost_lead_leaves_the_cohort_until_it_acts_again(folder: Path) -> None:
    """cem is lost on 2026-04-01, and looks at a page again on 2026-06-10: in May nobody would ask
    how probable he is to buy, in June they would. What we send him in between is none of his doing.
    """
    (folder.parent / "more.csv").write_text(
        "lead_id,occurred_at,kind\ncem,2026-04-01,lost\ncem,2026-04-20,email_sent\n"
        "cem,2026-06-10,page_viewed\n"
    )
    import_files(folder, [folder.parent / "more.csv"], NOW, backfill=True, verify=False)
    asked = {}
    with opened(folder, "tune", NOW) as w:

        def base(at: datetime, known: str = "then"):  # type: ignore[no-untyped-def]
            return bases.base_of_ledger(w.con, w.ledger, Everyone(at, known))  # type: ignore[arg-type]

        training = TrainingRows(base(NOW, "now"))
        training.note_outcomes(("won",))
        for moment in (datetime(2026, 3, 15), datetime(2026, 5, 1), datetime(2026, 6, 15)):
            look = training.add_moment(base(moment), BOOK, moment, timedelta(days=30))
            asked[moment.month] = (look.rows, look.lost)
    assert asked == {3: (1, 0), 5: (0, 1), 6: (1, 0)}
