"""The header stands under titles, notes, cover lines and other tables."""

from __future__ import annotations

from datetime import datetime

import pytest

from leadlight.facts.file_options import FileOptions
from leadlight.problems import CannotDo
from tests.adapters.sources.conftest import Read


def test_notes_above_the_header(read: Read) -> None:
    """
    Notes:
    "When exporting your data, you may notice that some addresses are missing."

    First Name,Last Name,Email Address,Connected On
    Alma,Ahl,alma@ahldesign.se,12 Mar 2026
    """
    r = read()
    assert r.column("first_name") == ["Alma"]
    assert "found in line 4" in r.problem("header-below")
    assert "Notes:" in r.problem("header-below")


def test_a_title_above_the_header(read: Read) -> None:
    """
    Messekontakte Herbst;;;
    ;;;
    Vorname;E-Mail;Telefon;Firma
    Ada;ada@abtanker.de;+49 30 12345670;Abt Anker
    """
    r = read()
    assert r.column("company") == ["Abt Anker"]
    assert r.staged.read == 1


def test_several_tables_below_each_other(read: Read) -> None:
    """
    Attendee Report,
    Topic,Webinar ID,Registered
    Payroll without tears,812 3344 5566,62
    Host Details,
    Name,Email,Join Time
    Hanna Host,hanna@ourcompany.io,2026-10-22 15:58
    Attendee Details,
    Attended,Name,Email,Registration Time
    Yes,Ada Brown,ada@northwind.co.uk,2026-10-12 09:15
    Yes,Bruno Keller,bruno@keller.de,2026-10-13 10:00
    """
    r = read()
    assert r.column("email") == ["ada@northwind.co.uk", "bruno@keller.de"]
    assert "Attendee Report" in r.problem("header-below")


def test_a_table_whose_columns_nobody_knows(read: Read) -> None:
    """
    Extract of the ninth
    alpha,beta,gamma
    1,2,3
    4,5,6
    """
    assert read().column("gamma") == [3, 6]


def test_the_header_is_stated(read: Read) -> None:
    """
    first_name,email
    Vorname,E-Mail
    Ada,ada@abtanker.de
    """
    r = read(reading=FileOptions(header_row=2))
    assert r.column("first_name") == ["Ada"]
    with pytest.raises(CannotDo, match="No row begins on line 9"):
        read(reading=FileOptions(header_row=9))


def test_a_file_of_one_kind_of_activity(read: Read) -> None:
    """
    Email,Join Time
    ada@northwind.co.uk,2026-10-22 16:01
    """
    r = read(reading=FileOptions(kind="webinar_attended", zone="Europe/London"))
    assert r.staged.what == "activities"
    assert r.column("kind") == ["webinar_attended"]
    assert r.column("occurred_at") == [datetime(2026, 10, 22, 15, 1)]


def test_words_that_are_headers_elsewhere_are_values_here(read: Read) -> None:
    """
    Abschluss,Quelle
    gagné,web
    perdu,messe
    """
    r = read()
    assert r.column("source") == ["web", "messe"]


def test_what_stands_below_the_table_is_no_lead(read: Read) -> None:
    """
    First Name,Last Name,Email,Company,City
    Ada,Abt,ada@abtanker.de,Abt Anker,Kiel
    Ben,Bock,ben@bockbau.de
    Other attendees,2
    """
    r = read()
    assert r.column("first_name") == ["Ada", "Ben"]
    assert [line for line, *_ in r.rejects()] == [4]
