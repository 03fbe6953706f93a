"""A person is forgotten: nothing of it is left, and no old file brings it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.persons.erasure import ForgetRequest, forget
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.persons import ForgottenPerson
from leadlight.results.text.persons import render_erasure
from tests.adapters.ledger.test_postgres import (
    LEADS,
    Both,
    Company,
    both,
    both_with_leads,
    both_with_log,
)
from tests.verbs import decide, dedupe, import_files, init, opened

__all__ = ["both", "both_with_leads", "both_with_log"]
TABLES = (
    "attribute_facts",
    "activity_facts",
    "contact_facts",
    "link_facts",
    "member_facts",
    "rejects",
    "run_changes",
    "due",
    "delivery_facts",
    "assignment_facts",
    "clock_facts",
    "routing_events",
)


def forgotten(company: Company, lead: str, *, preview: bool = False) -> ForgottenPerson:
    company.day += timedelta(days=1)
    with Session(company.place) as session:
        return forget(session, ForgetRequest(lead, company.day, "eve", preview=preview))


def what_went(person: ForgottenPerson) -> object:
    return person.leads, person.rows, person.rejects, person.shared_addresses


def everything(company: Company) -> str:
    """All rows of facts, labels and rejected rows, as text."""
    found: list[object] = []
    with opened(company.place, "copy", company.day) as workspace:
        server = getattr(workspace.ledger, "server", None)
        for table in TABLES:
            query = f"SELECT * FROM {table}"
            found += server.rows(query) if server else workspace.con.execute(query).fetchall()
    return repr(found).lower()


def test_nothing_of_a_person_is_left(both_with_log: Both) -> None:
    """lead 3 is known by an address, a number, an activity, a check and a label; it is forgotten"""
    both_with_log(lambda c: len(c.run()[0]))
    assert both_with_log(lambda c: "élodie" in everything(c)) is True
    shown = both_with_log(lambda c: what_went(forgotten(c, "ÉLODIE@exämple.com", preview=True)))
    assert both_with_log(lambda c: "élodie" in everything(c)) is True
    gone = both_with_log(lambda c: what_went(forgotten(c, "ÉLODIE@exämple.com")))
    assert gone == shown
    leads, rows, _, _ = gone  # type: ignore[misc]
    assert leads == ("3",)
    assert set(rows) >= {"attribute_facts", "activity_facts", "contact_facts", "run_changes"}
    assert not both_with_log(lambda c: [w for w in ("élodie", "petit") if w in everything(c)])
    assert both_with_log(lambda c: sorted(r["lead_id"] for r in c.run()[0])) == [
        "1",
        "2",
        "4",
        "5",
        "6",
        "8",
    ]
    with pytest.raises(CannotDo, match="There is no lead '3'"):
        both_with_log(lambda c: forgotten(c, "3"))


def test_an_old_export_does_not_bring_a_person_back(both_with_leads: Both) -> None:
    """the same files again; and a file in which the person has another id, and one with another address"""
    both_with_leads(lambda c: what_went(forgotten(c, "2")))
    both_with_leads(lambda c: c.brings(LEADS, "leads.csv", preview=True))
    again = both_with_leads(lambda c: c.brings(LEADS, "leads.csv"))
    ((receipt, _, _, codes),) = again  # type: ignore[misc]
    assert (receipt.read, receipt.imported, receipt.unchanged, receipt.rejected) == (7, 0, 6, 1)
    assert "forgotten-person" in codes
    both_with_leads(
        lambda c: c.brings(
            "lead_id,email\n77, Bob@EXAMPLE.com\n2,new@example.com\n78,x@y.com\n", "b.csv"
        )
    )
    both_with_leads(
        lambda c: c.brings(
            "email,occurred_at,kind\nbob@example.com,2025-12-17,page_viewed\n", "m.csv"
        )
    )
    both_with_leads(
        lambda c: c.brings("lead_id,occurred_at,kind\n2,2025-12-17,page_viewed\n", "n.csv")
    )
    assert both_with_leads(lambda c: sorted(r["lead_id"] for r in c.run()[0])) == [
        "1",
        "3",
        "4",
        "5",
        "6",
        "78",
        "8",
    ]
    assert not both_with_leads(lambda c: [w for w in ("bob", "o'neil") if w in everything(c)])


def test_all_leads_of_a_person_go(both_with_leads: Both) -> None:
    """2 and 3 are linked; whoever names one of them forgets both, and 4 stays"""
    both_with_leads(lambda c: decide(c.place, c.day, [("2", "3", "made")], "eve"))
    leads, rows, *_ = both_with_leads(lambda c: what_went(forgotten(c, "2")))  # type: ignore[misc]
    assert leads == ("2", "3")
    assert rows["link_facts"] == 1
    assert rows["attribute_facts"] == 2
    assert not both_with_leads(lambda c: [w for w in ("bob", "élodie") if w in everything(c)])


def test_an_address_of_several_leads_stays_theirs(both_with_leads: Both) -> None:
    """1 and 5 have one address and are not linked; 1 is forgotten, and 5 is imported again"""
    gone = both_with_leads(lambda c: what_went(forgotten(c, "1")))
    assert gone[3] == 1  # type: ignore[index]
    both_with_leads(
        lambda c: c.brings("lead_id,email,employees\n5,ana@example.com,7\n", "more.csv")
    )
    found = both_with_leads(
        lambda c: c.facts("SELECT lead_id, employees FROM attribute_facts ORDER BY ALL")
    )
    assert ("5", 7) in found  # type: ignore[operator]


def test_a_company_keeps_its_other_leads(both: Both) -> None:
    """three leads of one firm, whose group is called by the first of them; that one is forgotten"""
    firm = "lead_id,email,first_name,company\n" + "".join(
        f"A{n},p{n}@acme-works.com,N{n},Acme Works\n" for n in (1, 2, 3)
    )
    both(lambda c: c.brings(firm, "firm.csv"))
    both(lambda c: bool(dedupe(c.place, c.day)))

    def accounts(company: Company) -> object:
        with opened(company.place, "check", company.day) as workspace:
            members = workspace.ledger.members("company")
            return sorted(workspace.con.execute(f"SELECT * FROM {members}").fetchall())

    assert both(accounts) == [("A1", "A1"), ("A2", "A1"), ("A3", "A1")]
    both(lambda c: what_went(forgotten(c, "A1")))
    assert both(accounts) == [("A2", "A2"), ("A3", "A2")]


def test_the_text_of_a_rejected_row_goes(both_with_leads: Both) -> None:
    """a row without an id could not be used, and was kept as it stood: with the person's address"""
    log = """lead_id,occurred_at,kind,url
1,2025-12-01,page_viewed,/
1,soon,demo_requested,bob@example.com
1,later,x,y
1,2025-12-02,page_viewed,/
"""
    both_with_leads(lambda c: c.brings(log, "log.csv"))
    assert both_with_leads(lambda c: everything(c).count("demo_requested,bob@example.com")) == 1
    assert both_with_leads(lambda c: what_went(forgotten(c, "2")))[2] == 1  # type: ignore[index]
    assert both_with_leads(lambda c: "bob@example.com" in everything(c)) is False


def bytes_of(folder: Path, words: Iterable[bytes]) -> list[bytes]:
    """Those of the words that stand in the ledger's file, or in its log."""
    files = [f for f in folder.iterdir() if f.name.startswith("leadlight.duckdb")]
    assert files
    return [w for w in words if any(w in f.read_bytes() for f in files)]


@pytest.mark.parametrize("shared", [False, True], ids=["a command", "a server"])
@pytest.mark.parametrize("others", [20, 40_000])
def test_the_bytes_leave_the_file(others: int, shared: bool, tmp_path: Path) -> None:
    """one lead among others, with a correction and a log; the file is searched for its address"""
    now = datetime(2026, 1, 1)
    folder = tmp_path / "ws"
    init(folder, now)
    words = (b"secret.person@hidden-domain.org", b"Wilhelmina Unmistakable", b"the-secret-lead-77")
    rows = [f"L{n:06},user{n}@example{n % 97}.com,Name {n},{n}" for n in range(others)]
    rows.insert(
        others // 2, "the-secret-lead-77,secret.person@hidden-domain.org,Wilhelmina Unmistakable,5"
    )
    first, second, log = (tmp_path / n for n in ("a.csv", "b.csv", "log.csv"))
    first.write_text("lead_id,email,full_name,employees\n" + "\n".join(rows) + "\n")
    second.write_text("lead_id,employees\nthe-secret-lead-77,6\nL000001,9\n")
    log.write_text(
        "lead_id,occurred_at,kind,subject\nthe-secret-lead-77,2025-12-01,page_viewed,"
        "Wilhelmina Unmistakable\nL000002,2025-12-02,page_viewed,x\n"
    )
    import_files(folder, [first, second, log], now, verify=False)
    assert bytes_of(folder, words)
    session = Session(folder, shared=shared)
    with session:
        found = forget(session, ForgetRequest("the-secret-lead-77", now + timedelta(days=1), "eve"))
        assert found.is_overwritten
        assert not bytes_of(folder, words)
    assert not bytes_of(folder, words)
    with opened(folder, "check", now) as workspace:
        assert workspace.con.execute("SELECT count(*) FROM attribute_facts").fetchall() == [
            (others + 1,)
        ]


def test_files_that_still_name_the_person_are_listed(tmp_path: Path) -> None:
    """a list that was written beside the workspace has the address"""
    now = datetime(2026, 1, 1)
    init(tmp_path, now)
    leads = tmp_path / "leads.csv"
    leads.write_text("lead_id,email\n1,Ana.Known@example.com\n2,bob@example.com\n")
    (tmp_path / "other.csv").write_text("lead_id\n1\n")
    import_files(tmp_path, [leads], now)
    with Session(tmp_path) as session:
        found = forget(session, ForgetRequest("1", now))
    assert found.files == (leads,)
    text = "\n".join(map(str, render_erasure(found)))
    assert f"These files still name the person. Delete them:\n  {leads}" in text
