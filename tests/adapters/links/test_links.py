"""Which leads are linked, and what is said for it."""

from __future__ import annotations

import logging

import duckdb
import pytest

from leadlight.adapters.links import find_links
from leadlight.dedupe.settings import Settings
from tests.adapters.links.conftest import Linked, read, states, strangers, table


def test_a_slip_in_the_name_does_not_make_two_people(linked: Linked) -> None:
    """One person typed twice, once with a slip, among people who have nothing to do with each other."""
    found = linked(
        """
        a: first_name = Katharina, last_name = Obermeier, birthday = 1981-03-14, city = Passau, street = Innstr. 4
        b: first_name = Katharina, last_name = Obermeire, birthday = 1981-03-14, city = Passau, street = Innstr. 4
        """,
        strangers(60),
    )
    assert found.keys() == {("a", "b")}
    state, evidence = found["a", "b"]
    assert state == "made"
    assert "similar name (0.9" in evidence
    assert "same birthday" in evidence
    assert not any(value in evidence.lower() for value in ("obermei", "1981", "passau", "inn"))


def test_father_and_son_at_one_address_are_two(linked: Linked) -> None:
    found = linked(
        """
        a: first_name = Werner, last_name = Obermeier, birthday = 1951-03-14, city = Passau, street = Innstr. 4
        b: first_name = Tim, last_name = Obermeier, birthday = 1984-11-02, city = Passau, street = Innstr. 4
        """,
        strangers(60),
    )
    assert found == {}


def test_one_address_is_one_person(linked: Linked) -> None:
    found = linked(
        "a: email = Ana.Kuhn@acme.com, first_name = Ana\nb: email = ana.kuhn@acme.com, first_name"
        " = A."
    )
    assert found == {("a", "b"): ("made", "same e-mail")}


def test_one_address_with_two_first_names_waits_for_a_person(linked: Linked) -> None:
    found = linked(
        "a: email = kuhn@web.de, first_name = Ana\nb: email = kuhn@web.de, first_name = Robert"
    )
    assert found["a", "b"][0] == "waiting"
    assert "different first name" in found["a", "b"][1]


def test_an_office_address_is_nobody(linked: Linked) -> None:
    """info@ is read by several people, and so is an address that came with many names."""
    found = linked("""
        a: email = info@acme.com, first_name = Ana, last_name = Kuhn
        b: email = info@acme.com, first_name = Ana-Maria, last_name = Lang
        c: email = einkauf7@acme.com, first_name = Cleo, last_name = Maurer
        d: email = einkauf7@acme.com, first_name = Dan, last_name = Nagel
        e: email = einkauf7@acme.com, first_name = Ed, last_name = Ott
        """)
    assert found == {}


def test_a_number_is_the_same_with_and_without_its_country(linked: Linked) -> None:
    found = linked(
        "a: phone = +491701234567\nb: mobile = 0170 1234567\nc: phone = 0000000000\nd: phone ="
        " 0000000000"
    )
    assert found == {("a", "b"): ("made", "same phone")}


def test_a_switchboard_is_nobody(linked: Linked) -> None:
    names = [("Ana", "Kuhn"), ("Bob", "Lang"), ("Cleo", "Maurer"), ("Dan", "Nagel")]
    found = linked(
        "\n".join(f"{f}: phone = +4930123456, first_name = {f}, last_name = {n}" for f, n in names)
    )
    assert found == {}


def test_one_mailbox_of_gmail_in_several_spellings(linked: Linked) -> None:
    """dots, +tags and googlemail.com are one mailbox, and that is said; dots elsewhere are not"""
    found = linked("""
        a: first_name = Milo, last_name = Tran, email = milo.tran.vn@gmail.com
        b: first_name = Milo, last_name = Tran, email = milotranvn+events@googlemail.com
        c: first_name = Otto, last_name = Beck, email = o.beck@beck-bau.de
        d: first_name = Olga, last_name = Beck, email = obeck@beck-bau.de
        e: first_name = Rita, last_name = Sand, email = rita+fair@sand.se
        f: first_name = Rita, last_name = Sand, email = RITA@sand.se
        """)
    assert found.keys() == {("a", "b"), ("e", "f")}
    for state, evidence in found.values():
        assert state == "made"
        assert "same mailbox in another spelling" in evidence
        assert "same e-mail" not in evidence


@pytest.mark.parametrize(
    "address",
    [
        "noemail@noemail.com",
        "test@test.com",
        "info@example.com",
        "none@none.com",
        "noreply@acme.com",
        "no-email@acme.de",
        "kein@email.de",
    ],
)
def test_a_placeholder_is_nobodys_mailbox(linked: Linked, address: str) -> None:
    """typed by strangers to get past a form, whether it was verified or not"""
    found = linked(f"""
        a: first_name = Sol, email = {address}, email_verdict = unreachable
        b: last_name = Vick, email = {address}, email_verdict = unreachable
        c: first_name = Wim, email = {address}
        d: last_name = Zorn, email = {address}
        """)
    assert found == {}


def test_an_extension_is_somebody(linked: Linked) -> None:
    """x11 and x12 of one switchboard are two people, x11 and "ext 11" one"""
    found = linked("""
        a: last_name = Reyes, phone = 608-271-9000 x11
        b: last_name = Stone, phone = 608-271-9000 x12
        c: last_name = Reyes, phone = +1 608 271 9000 ext. 11
        d: last_name = Reyes, phone = +1-608-271-9000;ext=011
        """)
    assert found.keys() == {("a", "c"), ("a", "d"), ("c", "d")}


def test_an_address_that_reaches_nobody_proves_nothing(linked: Linked) -> None:
    found = linked(
        "a: email = x@y.com, email_verdict = unreachable\nb: email = x@y.com, email_verdict ="
        " unreachable"
    )
    assert found == {}


def test_a_number_of_another_system_proves_it(linked: Linked) -> None:
    text = "a: customer = K-1, first_name = Ana\nb: customer = k1, first_name = Bob"
    assert linked(text, external_ids=("customer",)) == {("a", "b"): ("made", "same customer")}


@pytest.mark.parametrize("leads", [0, 1, 2, 50])
def test_a_tiny_base_neither_fails_nor_becomes_one_person(
    con: duckdb.DuckDBPyConnection, leads: int
) -> None:
    columns = table(con, strangers(max(leads, 1)))
    con.execute(f"DELETE FROM leads WHERE lead_id >= 's{leads:03}'")
    assert find_links(con, "leads", columns).links == []


def twins() -> list[dict[str, str]]:
    people = strangers(140)
    again = [
        {**p, "lead_id": f"t{k:03}", "last_name": p["last_name"] + "e"}
        for k, p in enumerate(people[:40])
    ]
    return people + again


def test_a_run_can_be_repeated_and_one_for_new_leads_finds_the_same(
    con: duckdb.DuckDBPyConnection,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    columns = table(con, twins())
    full = find_links(con, "leads", columns).links
    con.execute("CREATE TABLE turned AS SELECT * FROM leads ORDER BY hash(lead_id)")
    assert find_links(con, "turned", columns).links == full
    new = find_links(con, "leads", columns, only_new={"t001", "t002"}).links
    assert new == [r for r in full if {"t001", "t002"} & {r.lead_a, r.lead_b}]
    assert len(new) == 2
    assert not [r for r in caplog.records if r.name.startswith("splink")]
    assert capfd.readouterr() == ("", "")


def test_without_splink_the_exact_rules_are_left(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadlight.adapters.links.has_splink", lambda: False)
    columns = table(con, read("a: email = ana@acme.com\nb: email = ana@acme.com"))
    found = find_links(con, "leads", columns, Settings())
    assert states(found) == {("a", "b"): ("made", "same e-mail")}
    assert found.problems[0].hint == "pip install 'leadlight[dedupe]'"
