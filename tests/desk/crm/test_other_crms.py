"""Every CRM is one declaration: the same round over each of them, with the mock speaking as it does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from leadlight.crm.read import shipped_text
from tests.desk.crm.conftest import Make, now
from tests.servers.crm.frappe import frappe
from tests.servers.crm.pipedrive import pipedrive
from tests.servers.crm.salesforce import salesforce
from tests.servers.crm.server import Dialect
from tests.servers.crm.store import Faults, Store
from tests.servers.crm.zoho import zoho

GUIDE = Path(__file__).parents[3] / "docs/how-to/connect-a-crm.md"
DIALECTS: dict[str, Dialect] = {
    "pipedrive": pipedrive,
    "zoho": zoho,
    "salesforce": salesforce,
    "frappe": frappe,
}


def declaration(crm: str) -> str:
    """The text that comes with Leadlight, or stands in the guide."""
    if crm == "frappe":
        return GUIDE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    return shipped_text(crm).replace("https://accounts.zoho.{tld}", "")


@pytest.mark.parametrize("crm", DIALECTS)
def test_a_round_over_each_crm(desk_of: Make, monkeypatch: pytest.MonkeyPatch, crm: str) -> None:
    """read, qualified, written, changed by hand, deleted, refused, read and written again; nothing unexplained"""
    for name in ("TOKEN", "KEY", "SECRET", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
        monkeypatch.setenv(f"{crm.upper()}_{name}", "token-1")
    store = Store(Faults(refuse={"3"}, busy=0.1))
    desk = desk_of(70, 60, crm=crm, dialect=DIALECTS[crm], store=store, text=declaration(crm))
    first = desk.sync()
    assert (first.people, first.new, first.unreadable) == (70, 70, {})
    facts = desk.facts(f"{crm}:4")
    assert facts["email"] == store.records["people"]["4"].fields["email"]
    assert facts["company"] and facts["owner"] and facts["created_at"]  # noqa: PT018
    if crm != "frappe":
        assert desk.facts(f"{crm}:20")["do_not_email"] is True
        assert desk.count("SELECT count(*) FROM activity_facts WHERE kind = 'won'") == 1
        assert (
            desk.count("SELECT count(*) FROM activity_facts WHERE kind = 'lost' AND value > 0") == 2
        )
    calls = desk.count(
        "SELECT count(*) FROM activity_facts WHERE kind IN ('call_held', 'call_attempted')"
    )
    assert calls == 20
    again = desk.sync()
    assert again.stated + sum(line.stated for line in again.lines) == 0

    desk.qualify()
    desk.dry_run()
    done = desk.push()
    assert (done.written, done.still_owed, done.gone) == (69, 1, 0)
    assert len(store.properties) == 6
    assert {*store.writes.values()} == {1}
    assert desk.push().written == 0

    temperature = next(
        k
        for k in store.records["people"]["5"].own
        if "temperature" in k.lower() or _is_code(k, store, "temperature")
    )
    store.write_own("5", {temperature: "mine"})
    store.archive("6")
    store.faults.refuse.clear()
    for n in range(10, 14):
        store.change("people", str(n), job_title="Chief")
    told = desk.differences()
    assert told.unexplained == 0
    assert told.counts["changed-by-hand"] == 1
    later = desk.sync()
    assert (later.deleted, later.changed_by_hand) == (1, 1)
    assert desk.facts(f"{crm}:10")["job_title"] == "Chief"
    assert desk.facts(f"{crm}:6")["profiling_objected"] is True
    desk.qualify()
    assert desk.push().written == 1  # the one that was refused
    assert store.records["people"]["5"].own[temperature] == "mine"
    assert desk.differences().unexplained == 0
    assert max(store.batches, default=1) <= 200


def _is_code(key: str, store: Store, word: str) -> bool:
    made = store.properties.get(key)
    return isinstance(made, dict) and word in str(made.get("field_name", ""))


def test_zoho_erases_and_salesforce_merges(desk_of: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """type=permanent: forgotten here; MasterRecordId: linked here"""
    for name in ("ZOHO_TOKEN", "SALESFORCE_TOKEN"):
        monkeypatch.setenv(name, "token-1")
    zoho_desk = desk_of(20, 9, crm="zoho", dialect=zoho, text=declaration("zoho"))
    zoho_desk.sync()
    zoho_desk.store.change("people", "7", erased=True)
    zoho_desk.store.archive("7")
    assert zoho_desk.sync().erased == 1
    assert not zoho_desk.facts("zoho:7")
    assert zoho_desk.sync().erased == 0
    sales = desk_of(20, 9, crm="salesforce", dialect=salesforce, text=declaration("salesforce"))
    sales.sync()
    sales.store.merge("9", "10")
    assert sales.sync().merged == 1
    assert sales.count("SELECT count(*) FROM link_facts WHERE state = 'made'") == 1


def test_campaigns_of_salesforce_come_in(desk_of: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """a member who responded: an activity with the campaign's name"""
    monkeypatch.setenv("SALESFORCE_TOKEN", "token-1")
    store = Store()
    store.add(
        "campaign_members", "701", at=now() - timedelta(days=3), campaign="Fair", people=["2"]
    )
    desk = desk_of(
        20, 9, crm="salesforce", dialect=salesforce, store=store, text=declaration("salesforce")
    )
    desk.sync()
    where = "kind = 'campaign_responded' AND campaign = 'Fair' AND lead_id = 'salesforce:2'"
    assert desk.count(f"SELECT count(*) FROM activity_facts WHERE {where}") == 1
