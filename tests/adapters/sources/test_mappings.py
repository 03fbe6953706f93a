"""Which column is which, seen from a file; and how to put it right."""

from __future__ import annotations

import pytest

from leadlight.problems import CannotDo
from tests.adapters.sources.conftest import Read


def test_the_user_decides(read: Read) -> None:
    """
    Kunde,Wert,Geheim,Mail
    17,9.5,x,a@x.com
    """
    r = read(maps={"Kunde": "lead_id", "wert": "Customer Value", "Geheim": "-"})
    assert r.rows() == [{"row_no": 1, "lead_id": "17", "customer_value": 9.5, "email": "a@x.com"}]
    how = {c.header: (c.name, c.how) for c in r.staged.mapping.columns}
    assert how["Kunde"] == ("lead_id", "you")
    assert how["Geheim"] == (None, "ignored")
    assert list(r.original()[0]) == ["row_no", "Kunde", "Wert", "Geheim", "Mail"]


def test_an_unknown_column_gets_the_nearest(read: Read) -> None:
    """
    Kunde,Mail
    17,a@x.com
    """
    with pytest.raises(CannotDo, match="Did you mean 'Kunde'"):
        read(maps={"Kunden": "lead_id"})


def test_two_columns_cannot_be_one(read: Read) -> None:
    """
    a,b
    17,18
    """
    with pytest.raises(CannotDo, match="Two columns were said to be lead_id"):
        read(maps={"a": "lead_id", "b": "lead_id"})


def test_a_second_address_is_kept_beside_the_first(read: Read) -> None:
    """
    id,Personal Email,Email
    1,home@x.com,work@x.com
    """
    r = read()
    assert r.column("email") == ["work@x.com"]
    assert r.column("personal_email") == ["home@x.com"]
    assert r.column("other_emails") == ["home@x.com"]
    assert "Personal Email=email" in r.problem("second-column")


def test_the_same_header_twice(read: Read) -> None:
    """
    id,Shoe,Shoe,shoe
    1,41,42,43
    """
    assert read().rows() == [{"row_no": 1, "lead_id": "1", "shoe": 41, "shoe_2": 42, "shoe_3": 43}]


def test_hostile_headers(read: Read) -> None:
    r = read(
        text=(
            'id,"a""b\'; DROP TABLE x; --",row_no,SELECT,1st,"é\x01",,почтовый'
            " код\n1,2,3,4,5,6,7,8\n"
        )
    )
    row = r.rows()[0]
    assert row["row_no"] == 1
    assert row["a_b_drop_table_x"] == 2
    assert row["row_no_2"] == 3
    assert row["select"] == 4
    assert row["c_1st"] == 5
    assert row["column_7"] == 7
    assert row["почтовый_код"] == 8


def test_content_finds_what_headers_hide(read: Read) -> None:
    """
    Feld 1,Feld 2,Feld 3
    ana@x.com,+49 30 1234567,Rome
    bo@x.com,+49 30 7654321,Oslo
    """
    r = read()
    assert {c.header: (c.name, c.how) for c in r.staged.mapping.columns} == {
        "Feld 1": ("email", "content"),
        "Feld 2": ("phone", "content"),
        "Feld 3": ("feld_3", "own"),
    }


def test_no_example_is_personal(read: Read) -> None:
    """
    id,First Name,Email,Phone,Industry,Seen
    1,Ana,ana@x.com,+49 30 1234567,retail,2024-03-12
    """
    shown = {c.name: c.examples for c in read().staged.mapping.columns}
    assert shown == {
        "lead_id": ("9",),
        "first_name": ("Xxx",),
        "email": ("xxx@x.xxx",),
        "phone": ("+99 99 9999999",),
        "industry": ("retail",),
        "seen": ("2024-03-12",),
    }


def test_a_pipedrive_export(read: Read) -> None:
    """
    Person - Name,Person - Email (Work),Person - Phone (Mobile),Organization name,Person - Creation date,Person - ID
    Ana Lee,"ana@x.com, lee@x.com",+49 30 1234567,Acme,2024-03-12 09:14:00,17
    """
    row = read().rows()[0]
    assert (row["lead_id"], row["email"], row["company"], row["full_name"]) == (
        "17",
        "ana@x.com",
        "Acme",
        "Ana Lee",
    )
    assert row["phone"] == "+49 30 1234567"


def test_a_salesforce_export_in_any_case(read: Read) -> None:
    """
    \ufeffFIRSTNAME,last_name,NumberOfEmployees,HasOptedOutOfEmail,Annual Revenue,Budget__c
    Ana,Lee,120,1,"1,200,000",500
    """
    row = read().rows()[0]
    assert (row["first_name"], row["last_name"], row["employees"]) == ("Ana", "Lee", 120)
    assert (row["do_not_email"], row["revenue"], row["budget"]) == (True, 1200000.0, 500.0)
