"""Exports of real systems in nine languages: each column is taken for what a person takes it for."""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.facts.content import ColumnSample
from leadlight.facts.headers import is_no_phone
from leadlight.facts.mapping import map_columns
from tests.adapters.sources.conftest import Read
from tests.adapters.sources.exports.exports import Column, Export, exports

ALL = {export.name: export for export in exports()}
COLUMNS = [column for export in ALL.values() for column in export.columns]


@pytest.mark.parametrize("name", ALL)
def test_columns_are_taken_for_what_they_are(name: str) -> None:
    export = ALL[name]
    columns = [ColumnSample(c.header, c.cells) for c in export.columns]
    mapping = map_columns(columns)
    assert mapping.what == "leads"
    taken = {c.position: c for c in mapping.columns if c.how != "derived"}
    wrong = {
        c.header: taken[i].name
        for i, c in enumerate(export.columns)
        if not c.agrees(taken[i].name, taken[i].how)
    }
    assert wrong == {}


VALUED = ("de-hubspot", "fr-dynamics", "es-zoho", "pt-moskit")
OTHERS = ("pl-salesforce", "ru-amocrm", "ja-sansan", "en-google-contacts")


@pytest.mark.parametrize("name", VALUED + OTHERS)
def test_values_are_read_in_their_language(read: Read, name: str) -> None:
    export = ALL[name]
    r = read(text=export.text(), file=f"{name}.csv")
    names = {c.position: c.name for c in r.staged.mapping.columns if c.how != "derived"}
    for i, column in enumerate(export.columns):
        attribute = names[i]
        if column.values and attribute is not None:
            got = [_as_written(value) for value in r.column(attribute)]
            assert got[: len(column.values)] == list(column.values), column.header


def _as_written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    return str(value).removesuffix(".0")


@pytest.mark.parametrize(
    "header", ["Fax", "CPF", "NIP", "SIRET", "ИНН", "Steuernummer", "Order number", "法人番号"]
)
def test_numbers_of_other_things_are_no_phones(header: str) -> None:
    assert is_no_phone(header)


@pytest.mark.parametrize("header", ["Hotline", "Erreichbar unter", "Contacto", "連絡先", "Büro"])
def test_a_phone_under_any_other_header_is_one(header: str) -> None:
    columns = [ColumnSample(header, ("+49 40 3344550", "+49 89 123456"))]
    assert not is_no_phone(header)
    assert map_columns(columns, "leads").columns[0].name in ("phone", "full_name")


def test_estado_beside_an_address_is_a_region_unless_it_holds_states() -> None:
    def taken(cells: tuple[str, ...], *beside: str) -> str | None:
        samples = [ColumnSample("Estado", cells), *(ColumnSample(h, ("x",)) for h in beside)]
        return map_columns(samples, "leads").columns[0].name

    assert taken(("SP", "RJ"), "Cidade", "Telefone") == "region"
    assert taken(("Novo", "Perdido"), "Cidade", "Telefone") == "crm_status"
    assert taken(("A", "B"), "Telefone") == "crm_status"


@pytest.mark.parametrize("header", ["Title", "Título", "Titre", "Titel"])
def test_salutations_are_no_job_titles(header: str) -> None:
    columns = [ColumnSample(header, ("Mr.", "Sra.", "Dr."))]
    assert map_columns(columns, "leads").columns[0].how == "own"


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    columns=st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=9),
    cells=st.lists(st.sampled_from([c for col in COLUMNS for c in col.cells]), max_size=12),
    separator=st.sampled_from(",;\t"),
)
def test_any_columns_over_any_cells_are_read(
    read: Read, columns: list[Column], cells: list[str], separator: str
) -> None:
    """Headers of any languages in any order, some of them over cells that belong to others."""
    mixed = [
        Column(c.header, c.wanted, tuple(cells[i:] or c.cells) if i % 2 else c.cells)
        for i, c in enumerate(columns)
    ]
    made = Export("mixed", separator, mixed)
    height = len(list(zip_longest(*(c.cells for c in mixed))))
    r = read(text=made.text(), file="mixed.csv", what="leads", prefix="mixed")
    assert r.staged.read <= height
