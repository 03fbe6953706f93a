"""Shops, offices and firms without a person: linked by name and address, and by nothing that a
chain has in common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import duckdb
import pytest

from leadlight.adapters.links import find_links
from leadlight.dedupe.groups import group
from tests.adapters.links.conftest import Linked, states, table
from tests.adapters.links.sites import labelled

MADE = "made"


@pytest.mark.parametrize(("header", "seed"), [("company", 11), ("full_name", 3)])
def test_a_thousand_rows_of_places(con: duckdb.DuckDBPyConnection, header: str, seed: int) -> None:
    """chains with one number, branches, neighbours, slips, shortened streets, moved shops"""
    rows = labelled(1000, seed)
    leads = [{header if k == "company" else k: v for k, v in row.items() if v} for row, _ in rows]
    groups = group(find_links(con, "leads", table(con, leads)).links)
    ours = {row["lead_id"]: groups.group(row["lead_id"]) for row, _ in rows}
    truth = {row["lead_id"]: no for row, no in rows}
    right = pairs((truth[i], ours[i]) for i in ours)
    f1 = 2 * right / (pairs(ours.values()) + pairs(truth.values()))
    assert f1 >= 0.95


def pairs(groups: Iterable[object]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(groups).values())


def test_one_shop_typed_by_two_hands(linked: Linked) -> None:
    found = linked("""
        a: company = Bäckerei Huber GmbH, street = Hauptstraße 5, postal_code = 80331, city = München
        b: company = Baeckerei Huber, street = HAUPTSTR. 5, city = Muenchen
        c: company = Café Central, street = 12 rue Pasteur, postal_code = 69002, city = Lyon
        d: company = Cafe Centrall, street = 12 r. Pasteur, postal_code = 69002, city = Lyon
        """)
    assert {p for p, (state, _) in found.items() if state == MADE} == {("a", "b"), ("c", "d")}
    assert "same street and number" in found["a", "b"][1]


def test_one_number_and_two_streets_is_never_sure(linked: Linked) -> None:
    """a chain's head office answers for two shops; a person's number, at two streets"""
    found = linked("""
        a: company = Vetro Optik, street = Hauptstr. 5, city = Köln, phone = +4922112345678
        b: company = Vetro Optik, street = Ringstr. 9, city = Köln, phone = +4922112345678
        c: company = Pane e Vino, street = Via Roma 1, phone = +390212345678
        d: company = Casa Moda, street = Via Dante 8, phone = +390212345678
        e: first_name = Ana, last_name = Kuhn, street = Am Markt 1, phone = +491701234567
        f: first_name = Ana, last_name = Kuhn, street = Lindenweg 7, phone = +491701234567
        g: first_name = Bob, last_name = Lang, street = Am Markt 2, phone = +491701234999, email = bob@lang.de
        h: first_name = Bob, last_name = Lang, street = Seeweg 5, phone = +491701234999, email = bob@lang.de
        """)
    assert found["a", "b"][0] == found["e", "f"][0] == "waiting"
    assert "different street" in found["e", "f"][1]
    assert ("c", "d") not in found
    assert found["g", "h"][0] == MADE
    assert found["g", "h"][1].startswith("same e-mail; same phone; different street")


def test_one_number_alone_makes_no_two_firms_one(linked: Linked) -> None:
    """two tenants of one house behind one desk; two firms with one accountant"""
    found = linked("""
        a: company = Adler Optik, street = Ring 5, postal_code = 50667, phone = +4922112345678
        b: company = Huber Schuhe, street = Ring 5, postal_code = 50667, phone = +4922112345678
        c: company = Nord Dental, phone = +4930123456789
        d: company = Vista Hotel, phone = +4930123456789
        """)
    assert MADE not in {state for state, _ in found.values()}


def test_one_street_in_two_towns(linked: Linked) -> None:
    """a chain at Main St 1 of two towns; the same with postal codes"""
    found = linked("""
        a: company = Green Basket, street = 1 Main St, city = Dayton
        b: company = Green Basket, street = 1 Main Street, city = Springfield
        c: company = Foto Lux, street = Bahnhofstr. 1, postal_code = 34117, city = Kassel
        d: company = Foto Lux, street = Bahnhofstr. 1, postal_code = 80331, city = München
        """)
    assert MADE not in {state for state, _ in found.values()}


def test_a_firm_without_a_street(linked: Linked) -> None:
    """the only one of its name in town is it; of two, nobody knows which"""
    found = linked("""
        a: company = Delta Tools Inc., postal_code = 45402, city = Dayton
        b: company = Delta Tools, street = 12 Oak Drive, postal_code = 45402, city = Dayton
        c: company = Bike & Go, city = Utrecht
        d: company = Bike & Go, street = Molenweg 3, city = Utrecht
        e: company = Bike & Go, street = Dorpsstraat 8, city = Utrecht
        """)
    assert [p for p, (state, _) in found.items() if state == MADE] == [("a", "b")]


def test_the_order_of_rows_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    leads = [{k: v for k, v in row.items() if v} for row, _ in labelled(1000)[:150]]
    columns = table(con, leads)
    con.execute("CREATE TABLE turned AS SELECT * FROM leads ORDER BY hash(lead_id)")
    full = find_links(con, "leads", columns)
    assert states(find_links(con, "turned", columns)) == states(full)


def test_a_row_without_a_street_joins_no_two_shops(linked: Linked) -> None:
    """c has the number of a and the website of b; the weaker link waits, and says why"""
    found = linked("""
        a: company = Old Mill Bistro, street = Am Ring 5, postal_code = 50667, phone = +492211234567
        b: company = Old Mill Bistro, street = Marktgasse 9, postal_code = 50668, website = oldmill.de
        c: company = Old Mill Bistro, phone = +492211234567, website = oldmill.de
        """)
    assert found["a", "c"][0] == MADE
    assert found["b", "c"][0] == "waiting"
    assert "left out, since a and b would be one: different street" in found["b", "c"][1]


def test_a_shared_mailbox_joins_no_two_people(linked: Linked) -> None:
    """a nameless visitor has the number of one and the address of the other"""
    found = linked("""
        a: first_name = Ana, last_name = Kuhn, phone = +491701234567
        b: first_name = Robert, last_name = Lang, email = lang7@web.de
        c: email = lang7@web.de, phone = +491701234567
        """)
    assert found["b", "c"][0] == MADE
    assert found["a", "c"][0] == "waiting"
    assert "would be one: different name" in found["a", "c"][1]


def test_two_numbers_of_a_register_are_two_firms(linked: Linked) -> None:
    """one has the address, the other the number, of a row that names no register"""
    found = linked(
        """
        a: company = Nord Tools, street = Am Ring 5, postal_code = 50667, siret = 73282932000074
        b: company = Nord Tools, phone = +492211234567, postal_code = 50667, siret = 55208131766522
        c: company = Nord Tools, street = Am Ring 5, postal_code = 50667, phone = +492211234567
        """,
        external_ids=("siret",),
    )
    assert found["a", "c"][0] == MADE
    assert found["b", "c"][0] == "waiting"
    assert "different siret" in found["b", "c"][1]
