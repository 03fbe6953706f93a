"""The report's section on learned models: its figures, its pictures, and hostile words in its text."""

from __future__ import annotations

import re
from html import unescape

from leadlight.adapters.destinations.report import render
from leadlight.playbook.read import must_read
from leadlight.results.summary import Summary
from tests.adapters.destinations.test_report import Page

BOOK = """
scores:
  probability: {model: soon}
scales:
  temperature: [{hot: probability > 0.5}, {cold: otherwise}]
models:
  soon:
    about: Won within 90 days.
    start: -1
    terms:
      - {of: industry, add: {"<script>alert(1)</script>": 1.5, "software": 0.2}, say: "<b>Industry</b>"}
      - {of: employees, cuts: [10, 50], add: [-0.5, 0.1, 0.9], unknown: 0.2, say: Size}
    VERDICT
    refused: [{column: "</table>Tags", why: holds the result in words}]
"""
VERDICT = """verdict:
      split: The newest 20% judge
      auc: [0.84, 0.8, 0.88]
      auc_of_recency_alone: [0.6, 0.55, 0.66]
      gains: [0.4, 0.6, 0.75, 0.85, 0.9, 0.94, 0.96, 0.98, 0.99, 1]
      calibration: [{said: 0.1, came: 0.12, leads: 50}, {said: 0.5, came: 0.3, leads: 50}]
      fairness: [{attribute: gender, group: f, leads: 40, said: 0.2, came: 0.21, auc: 0.8}]
      by:
        - {of: source, group: web, leads: 1200, said: 0.12, came: [0.2, 0.17, 0.23], auc: 0.71,
           gains: [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1]}
        - {of: source, group: "<b>fair", leads: 40, said: 0.08, came: [0.05, 0.01, 0.16]}
        - {of: segment, group: big, leads: 320, said: 0.5, came: [0.52, 0.46, 0.58], auc: 0.81,
           gains: [0.3, 0.5, 0.65, 0.75, 0.8, 0.84, 0.9, 0.95, 0.99, 1]}
        - {of: segment, group: torn, leads: many, said: 0.5, came: [0.52]}
"""


def section(book: str, summary: Summary) -> str:
    html = render(summary, must_read(book))
    assert not Page(html).open
    assert html.count("<script") == 1  # our own, that sorts
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_section_says_how_well_it_ranks_and_what_it_refused(summary):
    """AUC with its interval beside what is simpler; gains, calibration, fairness; words as they are, never as HTML"""
    text = section(BOOK.replace("VERDICT", VERDICT), summary)
    assert "How good the probability is" in text
    assert "AUC 0.840 0.800 to 0.880" in text
    assert "AUC of recency alone 0.600 0.550 to 0.660" in text
    assert "The best half of the leads it had not seen held 90% of those with the outcome" in text
    assert "at most 20% apart" in text
    assert "gender f 40 20.0% 21.0% 0.8" in text
    assert "</table>Tags holds the result in words" in text
    assert "It looks at <b>Industry</b>, Size." in text


def test_the_first_screen_says_what_calling_by_it_would_have_brought(summary):
    """The best fifth's share of the outcomes beside that of lots, before any section; by how many leads, where that is kept"""
    text = section(BOOK.replace("VERDICT", VERDICT), summary)
    says = (
        "calling the fifth of highest probability first finds 60% of those who had the outcome;"
        " a fifth at random finds 20%."
    )
    assert says in text.split("Whom to call today")[0]
    counted = VERDICT.replace(
        "auc: [0.84, 0.8, 0.88]",
        "auc: [0.6, 0.45, 0.7]\n      judged: 120\n      judged_with_outcome: 40",
    )
    text = section(BOOK.replace("VERDICT", counted), summary)
    assert "On 120 leads the model had not seen" in text
    assert "(24 of 40); a fifth at random finds 20%. On so few leads that may be chance." in text


def test_it_is_told_by_source_and_by_segment(summary):
    """What was said beside what came and its interval, the gains curve where there is one; a torn line of the text is left out"""
    text = section(BOOK.replace("VERDICT", VERDICT), summary)
    assert "Said and came, by source" in text
    assert "What it said lies outside for 1 of 2: of web it said 12% and 20% came." in text
    assert "<b>fair 40 8.0% 5.0% 1.0% to 16%" in text
    assert "Gains, by segment" in text
    assert "The best half held 80% in big;" in text
    assert "torn" not in text


def test_a_model_without_a_verdict_says_that_nobody_judged_it(summary):
    text = section(BOOK.replace("VERDICT", ""), summary)
    assert "Its text holds no verdict" in text


def test_a_playbook_without_models_has_no_such_section(summary):
    page = render(summary, must_read("scales: {temperature: [{cold: otherwise}]}"))
    assert "How good the probability is" not in page
