"""The playbooks for the real bases: they hold, map the company's own words, and use no leak in a score."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import leadlight
from leadlight.facts.catalog import Attribute, Catalog, Type
from leadlight.playbook.order import conditions_of
from leadlight.playbook.read import must_read

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "real"
DATA = (
    Path(os.environ.get("LEADLIGHT_SHARED", Path(__file__).resolve().parents[4] / "shared"))
    / "data"
)
OWN = {
    "x_education": {
        "what_is_your_current_occupation": Type.TEXT,
        "what_matters_most_to_you_in_choosing_a_course": Type.TEXT,
        "lead_origin": Type.TEXT,
        "last_activity": Type.TEXT,
        "specialization": Type.TEXT,
        "total_time_spent_on_website": Type.WHOLE,
        "through_recommendations": Type.YES_NO,
        "a_free_copy_of_mastering_the_interview": Type.YES_NO,
    },
    "event_saas_crm": {},
    "olist_funnel": {},
}
LEAKS = {
    "tags",
    "lead_quality",
    "lead_profile",
    "last_activity",
    "last_notable_activity",
    "dropped_reason",
    "converted",
}
FILES = {
    "x_education": "x_education/Leads.csv.gz",
    "event_saas_crm": "event_saas_crm/leads.csv.gz",
    "olist_funnel": "olist_funnel/olist_marketing_qualified_leads_dataset.csv.gz",
}


@pytest.mark.parametrize("name", sorted(OWN))
def test_it_holds_and_no_leak_reaches_a_score(name):
    own = [Attribute(n, kind, own=True) for n, kind in OWN[name].items()]
    text = (EXAMPLES / f"{name}.yml").read_text(encoding="utf-8")
    book = must_read(text, f"{name}.yml", Catalog().with_own(own))
    conditions = conditions_of(book)
    reached: set[str] = set()
    todo = [s.name for s in book.scores]
    while todo:
        for condition in conditions.get(todo.pop(), ()):
            todo += [n for n in condition.names if n not in reached]
            reached |= condition.names
    assert not reached & LEAKS


@pytest.fixture(scope="module")
def counts():
    """counts(name): how many leads of a real base carry each label of each scale."""

    def of(name: str) -> dict[str, dict[str, int]]:
        if not (DATA / FILES[name]).exists():
            pytest.skip("the shared data are not here")
        found = leadlight.qualify(
            DATA / FILES[name], playbook=EXAMPLES / f"{name}.yml", as_of="2018-06-01"
        )
        return {s.name: {la.label: la.leads for la in s.labels} for s in found.summary.scales}

    return of


def test_the_reasons_of_an_event_seller_are_classes(counts):
    found = counts("event_saas_crm")
    assert found["reason"] == {
        "customer": 43,
        "duplicate": 45,
        "unusable": 4_720 + 1_757,
        "non_target": 7_743 + 2_082 + 1_813 + 94,
        "nurture": 4_750 + 196,
        "lost": 2_424,
        "open": 7_406,
    }
    assert found["contact"]["empty"] == found["reason"]["unusable"]
    assert found["audience"]["non_target"] == found["reason"]["non_target"]


def test_the_tags_of_a_seller_of_courses_are_classes(counts):
    found = counts("x_education")
    assert found["audience"]["non_target"] == 465 + 513 + 145 + 117 + 111 + 63 + 2
    assert found["contact"]["empty"] >= 83 + 47 + 27 + 240
    assert found["temperature"]["hot"] > 1_000
    assert found["stage"]["customer"] >= 3_561


def test_sellers_cool_while_they_wait(counts):
    found = counts("olist_funnel")
    assert (
        0
        < found["temperature"]["hot"]
        < found["temperature"]["warm"]
        < found["temperature"]["cold"]
    )
