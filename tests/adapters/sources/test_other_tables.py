"""Several tables in one sheet or file: that of the leads is read, and the others are told."""

from __future__ import annotations

import csv
import inspect
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter

from tests.adapters.sources.conftest import Read, Reading

REPORT = """
General Information

Webinar Name,Webinar ID
Payroll without tears,812-334-455

Actual Start Date/Time,Duration,# Registered,# Attended
"Oct 22, 2026 03:58 PM",1 hour 2 minutes,6,3

Session Details

Attendees Details

Attended,Last Name,First Name,Email Address,Registration Date / Time,Organization,Job Title
Yes,Brown,Ada,ada.brown@northwind.co.uk,"Oct 12, 2026 09:15 AM",Northwind Mills,Director
No,Diaz,Carla,carla@diaz.es,"Oct 14, 2026 11:00 AM",Diaz Logistica,Operations

Polls
Question,Answer
What is your role?,Manager
"""


def save(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Report")
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if cell:
                sheet.write(i, j, cell)
    book.close()
    return path


@pytest.fixture
def sheet(read: Read, tmp_path: Path, request: pytest.FixtureRequest) -> Reading:
    """The test's docstring as a workbook."""
    text = inspect.cleandoc(request.function.__doc__ or "")
    rows = [[c.strip() for c in line.split(",")] for line in text.splitlines()]
    return read(save(tmp_path / "leads.xlsx", rows), file="leads.xlsx")


def test_an_attendee_report_of_several_tables(read: Read, tmp_path: Path) -> None:
    """GoToWebinar: general information, session details, attendees and polls, as CSV and XLSX"""
    rows = list(csv.reader(StringIO(REPORT.strip("\n"))))
    book = save(tmp_path / "report.xlsx", rows)
    for r in (read(text=REPORT.lstrip("\n")), read(book, file="report.xlsx")):
        assert r.column("email") == ["ada.brown@northwind.co.uk", "carla@diaz.es"]
        assert r.column("created_at")[0].isoformat() == "2026-10-12T09:15:00"
        assert r.staged.rejected == r.staged.read - 2
        assert "General Information" in r.problem("header-below")


def test_a_table_beside_that_of_the_leads(sheet: Reading) -> None:
    """
    Region, Manager, , Lead ID, Last Name, Email
    North, Kim, , 1, Abt, ada@abtanker.de
    South, Leo, , 2, Bock, ben@bockbau.de
    , , , 3, Cole, cy@coleco.com
    """
    assert sheet.column("lead_id") == ["1", "2", "3"]
    assert "manager" not in sheet.staged.mapping.names
    assert "'Region', 'Manager' were left out" in sheet.problem("table-beside")


def test_two_tables_of_leads_beside_each_other_mix_nobody(sheet: Reading) -> None:
    """
    First Name, Email, , First Name, Email
    Ada, ada@abtanker.de, , Ben, ben@bockbau.de
    Cy, cy@coleco.com, , Dee, dee@deeds.com
    """
    assert sheet.column("email") == ["ada@abtanker.de", "cy@coleco.com"]
    assert "'First Name', 'Email' were left out" in sheet.problem("table-beside")


def test_a_blank_column_within_a_table_parts_nothing(sheet: Reading) -> None:
    """
    Last Name, Email, , City, Score
    Abt, ada@abtanker.de, , Kiel, 3
    Bock, ben@bockbau.de, , ,
    Cole, cy@coleco.com, , Bonn, 5
    """
    assert sheet.column("city") == ["Kiel", None, "Bonn"]


def test_leads_under_a_blank_row_and_a_heading_are_leads(sheet: Reading) -> None:
    """
    First Name, Last Name, Email, Company, City, Title
    Ada, Abt, ada@abtanker.de, Abt Anker, Kiel, Owner

    South
    Ben, Bock, ben@bockbau.de, Bock, Bonn, Owner

    , , cy@coleco.com
    """
    emails = ["ada@abtanker.de", None, "ben@bockbau.de", "cy@coleco.com"]
    assert sheet.column("email") == emails
