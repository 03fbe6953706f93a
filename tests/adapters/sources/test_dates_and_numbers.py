"""Dates and numbers as the exports of the world write them: each case was seen in a real file of its kind."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from leadlight import qualify
from leadlight.adapters.sources.future import future_dates
from leadlight.adapters.sources.moments import moment_sql, shapes
from tests.adapters.sources.conftest import Read


@pytest.mark.parametrize(
    ("cells", "moments"),
    [
        (["11/1/26 3pm", "10/31/26 3:10 pm"], ["2026-11-01 15:00", "2026-10-31 15:10"]),
        (["2026/10/28 7:01:33 PM GMT+2", ""], ["2026-10-28 17:01:33", None]),
        (["1 novembre 2026", "14 février 2026"], ["2026-11-01 00:00", "2026-02-14 00:00"]),
        (["1 de noviembre de 2026", "2 de mayo de 2026"], ["2026-11-01 00:00", "2026-05-02 00:00"]),
        (["2 ноября 2026 г.", "3 мая 2026"], ["2026-11-02 00:00", "2026-05-03 00:00"]),
        (["3 paź 2026", "4 gru 2026"], ["2026-10-03 00:00", "2026-12-04 00:00"]),
        (["2026年11月1日", "2026年3月2日 14:30"], ["2026-11-01 00:00", "2026-03-02 14:30"]),
        (["3. März 2026", "14. Okt. 2026"], ["2026-03-03 00:00", "2026-10-14 00:00"]),
        (["01.11.2026, 14:30 Uhr", "13.11.2026"], ["2026-11-01 14:30", "2026-11-13 00:00"]),
        (["46327", "46327.5"], ["2026-11-01 00:00", "2026-11-01 12:00"]),
        (
            ["2026-11-01 14:30 CET", "2026-11-01 14:30 EST"],
            ["2026-11-01 13:30", "2026-11-01 19:30"],
        ),
        (["0000-00-00", "1899-12-30"], [None, None]),
    ],
)
def test_dates(read: Read, cells: list[str], moments: list[str | None]) -> None:
    rows = "".join(f'{i},"{c}"\n' for i, c in enumerate(cells))
    r = read(text=f"id,created_at\n{rows}")
    assert r.column("created_at") == [datetime.fromisoformat(m) if m else None for m in moments]
    assert not r.staged.problems


def test_a_dot_before_three_digits_groups_where_the_file_says_so(read: Read) -> None:
    """
    Lead-ID;Mitarbeiter;Umsatz
    1;1.200;3.100
    2;15.000;12.500
    """
    r = read()
    assert r.column("employees") == [1200, 15000]
    assert r.column("revenue") == [3100.0, 12500.0]


def test_a_price_with_three_decimals_stays_one(read: Read) -> None:
    """
    id,budget
    1,3.125
    2,0.5
    """
    assert read().column("budget") == [3.125, 0.5]


@pytest.mark.parametrize(
    ("header", "cell", "revenue"),
    [
        ("Revenue (in thousands)", "250", 250_000.0),
        ("Umsatz in TEUR", "250", 250_000.0),
        ("Annual Revenue (M)", "2.5", 2_500_000.0),
    ],
)
def test_a_unit_in_the_header(read: Read, header: str, cell: str, revenue: float) -> None:
    assert read(text=f"id,{header}\n1,{cell}\n").column("revenue") == [revenue]


@pytest.mark.parametrize(
    ("cell", "employees"),
    [
        ("from 10 to 50", 10),
        ("between 5 and 9 people", 5),
        ("von 11 bis 50", 11),
        ("11 a 50", 11),
        ("de 51 à 200", 51),
        ("51人～200人", 51),
    ],
)
def test_a_range_has_two_ends(read: Read, cell: str, employees: int) -> None:
    r = read(text=f"id,employees\n1,{cell}\n2,12\n")
    assert r.column("employees") == [employees, 12]
    assert r.codes == {"ranges"}


@pytest.mark.parametrize(
    ("cell", "employees"),
    [("10000+", 10000), ("more than 500", 500), ("50 Mitarbeiter", 50), ("ca. 40", 40)],
)
def test_a_rough_number_is_no_range(read: Read, cell: str, employees: int) -> None:
    r = read(text=f"id,employees\n1,{cell}\n2,12\n")
    assert r.column("employees") == [employees, 12]
    assert not r.codes


def test_any_three_letters_are_no_currency(read: Read) -> None:
    """
    id,budget
    1,12 foo
    2,13 eur
    3,14 AUD
    4,15
    """
    assert read().column("budget") == [None, 13.0, 14.0, 15.0]


def test_house_numbers_are_no_head_counts(read: Read) -> None:
    rows = "".join(f"{i},{i} am Markt\n" for i in range(6))
    assert read(text=f"id,size\n{rows}").staged.mapping.column("employees") is None


@pytest.mark.parametrize(
    "cell", ["3 mars 2026 à 14:30", "3. März 2026 um 14:30 Uhr", "3 mars 2026 14:30 h"]
)
def test_words_around_a_time(read: Read, cell: str) -> None:
    r = read(text=f'id,created_at\n1,"{cell}"\n')
    assert r.column("created_at") == [datetime(2026, 3, 3, 14, 30)]


def test_only_a_sample_with_words_around_its_times_pays_for_them() -> None:
    with_words = shapes(["01.11.2026, 14:30 Uhr"])
    without = shapes(["01.11.2026, 14:30"])
    assert "Uhr" in moment_sql("x", with_words, "dmy")
    assert "Uhr" not in moment_sql("x", without, "dmy")


def test_dates_that_are_still_to_come_are_told(read: Read) -> None:
    """
    email,date,activity
    a@x.com,2026-10-05 10:00,demo requested
    b@x.com,2062-10-05 10:00,demo requested
    """
    r = read()
    (said,) = future_dates(r.con, r.staged, datetime(2026, 11, 1))
    assert said.message.startswith("1 date of column 'date' (occurred_at) lies after 2026-11-01")
    assert not future_dates(r.con, r.staged, datetime(2063, 1, 1))


def test_nobody_was_active_in_the_future(tmp_path: Path) -> None:
    """a slip of the pen, 2062, in the day of the last activity"""
    rows = "id,email,Last Activity Date\n1,a@acme.com,2062-10-30\n2,b@acme.com,2026-10-30\n"
    (tmp_path / "leads.csv").write_text(rows)
    found = qualify(tmp_path / "leads.csv", as_of="2026-11-01", playbook="b2b-saas")
    slip, active = (row["recorded_interest"] for row in found.to_arrow().to_pylist())
    assert slip < active
    assert "future-dates" in {p.code for p in found.base.problems}
