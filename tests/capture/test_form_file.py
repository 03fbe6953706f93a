"""A form's file: what it says, and what is wrong with it in sentences with their lines."""

from __future__ import annotations

import pytest

from leadlight.capture.form import Consent, FormField, Offer
from leadlight.capture.form_file import read_form

GUIDE = """\
title: The buyer's guide
text: Forty pages.
kind: content_downloaded
offer: {name: The guide, file: guide.pdf}
fields:
  email: required
  first_name:
  timeline: {label: When?, required: true}
consent: You may write to me about heat pumps.
"""


def test_a_form_says_what_it_asks() -> None:
    """A short file, and what it means: defaults are what an expert would have chosen."""
    form, problems = read_form(GUIDE, "guide", "forms/guide.yml")
    assert problems == []
    assert form is not None
    assert form.fields[:2] == (FormField("email", "", True), FormField("first_name", ""))
    assert form.fields[2].choices["this_quarter"] == "this quarter"
    assert form.offer == Offer("The guide", "guide.pdf")
    assert form.consent == Consent("You may write to me about heat pumps.")
    assert form.double_opt_in
    assert form.next_question({"need": "warmth"}) == "timeline"
    assert form.next_question(dict.fromkeys(form.ask, "x")) is None


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("title: The buyer's guide", "titel: x", "unknown-key", 1),
        ("email: required", "company: required", "missing-key", 6),
        ("first_name:", "converted:", "unknown-name", 7),
        ("first_name:", "lead_id:", "unknown-name", 7),
        ("kind: content_downloaded", "kind: won", "unknown-name", 3),
        ("file: guide.pdf", "file: ../ledger.duckdb", "wrong-shape", 4),
        ("file: guide.pdf", "link: javascript:alert(1)", "wrong-shape", 4),
        ("consent: You may write to me about heat pumps.", "double_opt_in: true", "missing-key", 9),
        ("text: Forty pages.", "language: xx", "unknown-name", 2),
        ("text: Forty pages.", "ask: [shoe_size]", "unknown-name", 2),
    ],
)
def test_a_fault_has_its_line(before: str, after: str, code: str, line: int) -> None:
    """Each fault by itself; the form is not shown."""
    form, problems = read_form(GUIDE.replace(before, after), "guide", "forms/guide.yml")
    assert form is None
    assert (code, line) in {(p.code, p.place.line if p.place else 0) for p in problems}


@pytest.mark.parametrize("name", ["Guide", "a/b", "..", "1st", "x" * 41])
def test_a_name_that_is_no_address(name: str) -> None:
    """The name of a form stands in its address."""
    form, problems = read_form(GUIDE, name, "forms/x.yml")
    assert form is None
    assert problems[0].code == "not-a-name"
