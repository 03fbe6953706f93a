"""Which column is which; without a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadlight.facts.catalog import STRUCTURE, Type
from leadlight.facts.content import ColumnSample, ContentType, content_type
from leadlight.facts.file_kind import file_kind
from leadlight.facts.mapping import map_columns
from leadlight.facts.missing_values import is_missing


def columns(*headers: str) -> list[ColumnSample]:
    return [ColumnSample(h) for h in headers]


@pytest.mark.parametrize(
    ("cells", "seen"),
    [
        (["a@x.com", "b@x.org"], ContentType.EMAIL),
        (["+49 30 123456", "(212) 555-0100"], ContentType.PHONE),
        (["2024-03-12", "2024-03-12 09:14"], ContentType.MOMENT),
        (["3/15/2024 2:30 PM"], ContentType.MOMENT),
        (["yes", "no"], ContentType.YES_NO),
        (["0", "1"], ContentType.YES_NO),
        (["Y", "N"], ContentType.YES_NO),
        (["yes", "yes"], ContentType.YES_NO),
        (["Y", "J"], ContentType.TEXT),
        (["x", "s", "t"], ContentType.TEXT),
        (["1", "1"], ContentType.WHOLE),
        (["12", "-7"], ContentType.WHOLE),
        (["12.5", "1,234.50"], ContentType.NUMBER),
        (["007", "123"], ContentType.TEXT),
        (["12345678901234567"], ContentType.TEXT),
        (["F", "F"], ContentType.TEXT),
        (["https://x.com"], ContentType.URL),
        (["", "N/A"], ContentType.EMPTY),
        (["1", "one"], ContentType.TEXT),
        (["192.168.0.1", "10.0.0.1"], ContentType.TEXT),
    ],
)
def test_looks(cells: list[str], seen: ContentType) -> None:
    assert content_type(cells) is seen


@pytest.mark.parametrize(
    ("headers", "what"),
    [
        (["lead_id", "at", "kind", "url", "product", "channel", "value", "props"], "activities"),
        (["timestamp", "user_id", "event_name"], "activities"),
        (["Email", "Activity Type", "Activity Date", "First Name"], "activities"),
        (["First Name", "Last Name", "Email", "Company", "Job Title"], "leads"),
        (["id", "email", "status", "created_at"], "leads"),
        (["Date", "Campaign", "Cost"], "spend"),
        (["Date", "Email", "Cost", "Campaign"], "leads"),
        (["anything"], "leads"),
    ],
)
def test_what_a_file_holds(headers: list[str], what: str) -> None:
    assert file_kind(columns(*headers)) == what


@pytest.mark.parametrize(
    "headers",
    [
        ("email", "when", "what"),
        ("lead_id", "when", "what"),
        ("email", "day", "she did"),
        ("who", "day", "x"),
    ],
)
def test_a_log_under_plain_headers_is_a_log(headers: tuple[str, str, str]) -> None:
    """
    email          when        what
    ana@acme.com   2026-01-05  Demo requested
    bob@acme.com   2026-01-06  page_viewed
    """
    cells = (
        ("ana@acme.com", "bob@acme.com"),
        ("2026-01-05", "2026-01-06"),
        ("Demo requested", "page_viewed"),
    )
    m = map_columns([ColumnSample(h, c) for h, c in zip(headers, cells, strict=True)])
    assert m.what == "activities"
    assert m.names[1:] == ("occurred_at", "kind")


def test_a_base_that_says_what_became_of_each_lead_is_no_log() -> None:
    """Thirty members, each once, with the day they joined and whether they are subscribed or churned: leads."""
    emails = tuple(f"m{i}@acme.com" for i in range(30))
    m = map_columns(
        [
            ColumnSample("email", emails),
            ColumnSample("day", ("2026-01-05",) * 30),
            ColumnSample("now", ("churned",) * 30),
        ]
    )
    assert m.what == "leads"


def test_a_status_that_a_log_also_knows_makes_no_log() -> None:
    """email, created, status (won or lost): leads."""
    cells = ("ana@acme.com", "bob@acme.com"), ("2026-01-05", "2026-01-06"), ("won", "lost")
    m = map_columns(
        [ColumnSample(h, c) for h, c in zip(("email", "created", "status"), cells, strict=True)]
    )
    assert m.what == "leads"


def test_a_column_named_like_a_date_that_holds_words_is_ones_own() -> None:
    words = tuple(["Email Opened", "Page Visited", "Unsubscribed"] * 3)
    m = map_columns([ColumnSample("id"), ColumnSample("Last Activity", words)])
    assert m.columns[1].name == "last_activity"
    assert m.columns[1].type is Type.TEXT
    assert m.problems[0].code == "own-instead"


def test_a_file_of_which_nothing_is_known_says_so() -> None:
    """
    a    b
    foo  12
    """
    m = map_columns([ColumnSample("a", ("foo",)), ColumnSample("b", ("12",))])
    (problem,) = m.problems
    assert (problem.code, problem.level) == ("no-known-column", "doubt")
    assert "e-mail, phone, name" in problem.message
    assert '--map "a=email"' in str(problem.hint)
    assert (
        map_columns(
            [ColumnSample("a", ("foo",)), ColumnSample("b", ("12",))], maps={"a": "full_name"}
        ).problems
        == ()
    )


def test_missing() -> None:
    assert is_missing(" Select ", "industry")
    assert is_missing(None)
    assert not is_missing("none", "authority")
    assert not is_missing("none", "my_column", own=True)
    assert not is_missing("unknown", "industry")


@given(st.lists(st.text(max_size=30), min_size=1, max_size=12))
def test_any_headers_give_every_column_one_name(headers: list[str]) -> None:
    """Whatever the headers, each column has a name of its own that no other has."""
    m = map_columns(columns(*headers))
    names = [c.name for c in m.columns]
    assert len(names) == len(headers) == len(set(names))
    assert all(names)
    assert not STRUCTURE.intersection(names)


def test_what_is_unsure_names_the_next_best_reading() -> None:
    """Two columns of owners, a status in a column called state, and an own one."""
    m = map_columns(
        [
            ColumnSample("Contact Owner", ("sam",)),
            ColumnSample("Account Owner", ("kim",)),
            ColumnSample("state", ("active", "cancelled", "bounced")),
            ColumnSample("Topic", ("Payroll",)),
        ]
    )
    sure = {c.header: c.is_sure for c in m.columns if c.how != "derived"}
    assert sure == {"Contact Owner": True, "Account Owner": False, "state": False, "Topic": True}
    assert m.columns[1].instead == "owner"


def test_examples_show_only_the_shape_of_what_is_personal() -> None:
    m = map_columns(
        [ColumnSample("First Name", ("Ada", "Bo")), ColumnSample("Industry", ("Retail", "IT"))]
    )
    assert m.columns[0].examples == ("Xxx", "Xx")
    assert m.columns[1].examples == ("Retail", "IT")


def test_a_column_about_a_house_or_a_device_is_the_companys_own() -> None:
    """Building = Tower A, Detector = yes, Long = a long text: no footprint, no number, no longitude"""
    own = columns("Lead ID", "Email", "Building", "Detector", "Long", "Roof area", "Latitude")
    mapping = map_columns(own)
    named = {c.header: c.name for c in mapping.columns}
    assert named["Roof area"] == "roof_area"
    assert named["Latitude"] == "latitude"
    meant = {"building_id", "detector_score", "longitude"}
    assert meant.isdisjoint({named["Building"], named["Detector"], named["Long"]})
