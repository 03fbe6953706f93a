"""The list of leads: filters, order and pages, in a folder and in a database."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.lead_list import LeadsRequest, leads
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.leads.undo import ImportsRequest, UndoRequest, imports, undo
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.lead_list import LeadList
from tests.desk.live.conftest import place, small_company  # noqa: F401 - the fixture
from tests.prepared import Prepared

NOW = datetime(2026, 11, 1, 9)
LOG = """lead_id,occurred_at,kind
L1,2026-10-31 10:00,demo_requested
L2,2026-10-31 10:00,pricing_viewed
L2,2026-10-31 11:00,pricing_viewed
"""


@pytest.fixture
def where(prepared: Prepared) -> str:
    """Three leads, of whom the first is hot and the second warm."""
    return prepared(company)


@pytest.fixture
def session(where: str) -> Session:
    return Session(where)


def company(where: str) -> None:
    small_company(where)
    add("log.csv", LOG, where)
    qualify(Session(where), QualifyRequest(NOW))


def add(name: str, text: str, where: str, now: datetime = NOW) -> None:
    file = Path(name)
    file.write_text(text, encoding="utf-8")
    import_files(Session(where), ImportRequest((file,), now, verify=False, backfill=True))


def ask(session: Session, **fields: object) -> LeadList:
    return leads(session, LeadsRequest(NOW, **fields))  # type: ignore[arg-type]


def ids(listed: LeadList) -> list[str]:
    return [line.lead_id for line in listed.leads]


def test_the_best_lead_comes_first_with_who_it_is(session: Session) -> None:
    listed = ask(session)
    assert ids(listed) == ["L1", "L2", "L3"]
    assert (listed.run_id, listed.as_of, listed.total, listed.next) == ("r1", NOW, 3, None)
    first = listed.leads[0]
    assert first.attributes == {"email": "ana@abelzinc.com"}
    assert first.labels == {"temperature": "hot"}
    assert first.scores["fit"] == 20
    assert first.respond_within == timedelta(minutes=15)
    assert listed.leads[1].segments == ("large",)


FILTERS: list[tuple[dict[str, object], list[str]]] = [
    ({"labels": {"temperature": ("hot", "cold")}}, ["L1", "L3"]),
    ({"labels": {"temperature": ()}}, ["L1", "L2", "L3"]),
    ({"segment": "large"}, ["L2"]),
    ({"segment": "larg"}, []),
    ({"department": "sales"}, ["L1"]),
    ({"text": "ABELZINC"}, ["L1"]),
    ({"text": "l2 bella"}, ["L2"]),
    ({"text": "l2 abel"}, []),
    ({"text": "%"}, []),
    ({"text": "'; DROP TABLE runs; --"}, []),
    ({"sort": "lead_id"}, ["L1", "L2", "L3"]),
    ({"sort": "engagement"}, ["L3", "L2", "L1"]),
    ({"sort": "-engagement"}, ["L1", "L2", "L3"]),
    ({"sort": "changed"}, ["L1", "L2", "L3"]),
]


def test_filters_and_orders(session: Session) -> None:
    for fields, found in FILTERS:
        listed = ask(session, **fields)
        assert (ids(listed), listed.total) == (found, len(found)), fields


SORTS = ("rank", "changed", "lead_id", "fit", "-engagement")


def test_pages_have_each_lead_once_though_a_run_comes_between(session: Session, where: str) -> None:
    whole = {sort: ids(ask(session, sort=sort)) for sort in SORTS}
    first = {sort: ask(session, sort=sort, limit=1) for sort in SORTS}
    later = NOW + timedelta(hours=1)
    more = "lead_id,occurred_at,kind\nL3,2026-11-01 09:30,demo_requested\n"
    add("more.csv", more, where, later)
    qualify(session, QualifyRequest(later))
    for sort, begin in first.items():
        page, found = begin, ids(begin)
        while page.next:
            page = ask(session, sort=sort, limit=1, after=page.next)
            found += ids(page)
            assert (page.total, page.run_id) == (None, "r1")
        assert found == whole[sort]
    changed = leads(session, LeadsRequest(later, sort="changed"))
    assert ids(changed)[0] == "L3"
    assert changed.leads[0].changed_in == "r2"


def test_a_lead_that_is_gone_is_not_listed(session: Session, where: str) -> None:
    """A second file brings a lead, and is undone"""
    add("late.csv", "lead_id,email,employees\nL4,di@delta.com,900\n", where)
    qualify(session, QualifyRequest(NOW + timedelta(minutes=1)))
    assert ids(ask(session, segment="large")) == ["L2", "L4"]
    assert ask(session, text="delta").total == 1
    newest = imports(session, ImportsRequest(NOW, 1)).imports[0]
    undo(session, UndoRequest(newest.import_id, NOW + timedelta(minutes=2)))
    qualify(session, QualifyRequest(NOW + timedelta(minutes=3)))
    assert ids(ask(session)) == ["L1", "L2", "L3"]
    assert ask(session).total == 3
    assert ids(ask(session, segment="large")) == ["L2"]
    assert ask(session, text="delta").total == 0


REFUSALS: list[tuple[dict[str, object], str]] = [
    ({"labels": {"temprature": ("hot",)}}, "labels"),
    ({"sort": "luck"}, "sort"),
    ({"limit": 0}, "limit"),
    ({"limit": 1001}, "limit"),
    ({"after": "x"}, "after"),
    ({"after": "WyJyYW5rIiwgMSwgW05hTl0sICJMMSJd"}, "after"),
    ({"after": "é"}, "after"),
    ({"text": "a " * 11}, "text"),
]


def test_what_cannot_be_listed_is_refused(session: Session) -> None:
    for fields, field in REFUSALS:
        with pytest.raises(CannotDo) as fault:
            ask(session, **fields)
        assert fault.value.field == field


def test_pages_of_one_sort_are_not_those_of_another(session: Session) -> None:
    page = ask(session, limit=1)
    with pytest.raises(CannotDo, match="sorted otherwise"):
        ask(session, limit=1, sort="-fit", after=page.next)


def test_before_the_first_run_the_list_is_empty(place: str) -> None:  # noqa: F811
    listed = ask(Session(place))
    assert (listed.leads, listed.run_id, listed.total) == ((), None, 0)


def test_leads_of_a_source_whatever_its_case(session: Session, where: str) -> None:
    """L1 came from Google, L2 from a marked link; of L3 nobody knows."""
    assert ids(ask(session, source="(unknown)")) == ["L1", "L2", "L3"]
    add("more.csv", "lead_id,source,utm_source\nL1,Google ,x\nL2,,letter\n", where)
    assert ids(ask(session, source="google")) == ["L1"]
    assert ids(ask(session, source="Letter", labels={"temperature": ("warm",)})) == ["L2"]
    unknown = ask(session, source="(unknown)")
    assert (ids(unknown), unknown.total) == (["L3"], 1)
    assert ids(ask(session, source="' or 1=1")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("employees >= 60 and fit > 0", ["L1", "L2"]),
        ("temperature = 'hot' or (large and engagement > 0)", ["L1", "L2"]),
        ("not large", ["L1", "L3"]),
        ("email like '%cole%' or lead_id = 'L1'", ["L1", "L3"]),
        ("temperature in ('warm', 'cold')", ["L2", "L3"]),
        ("email = 'x'' or ''1'' = ''1'", []),
        ("company.employees < 100 and department = 'sales'", ["L1"]),
    ],
)
def test_a_list_is_filtered_as_rules_are_written(
    session: Session, text: str, found: list[str]
) -> None:
    listed = ask(session, filter=text)
    assert ids(listed) == found
    assert listed.total == len(found)


def test_the_labels_are_counted_as_one_filters(session: Session) -> None:
    """Of a scale by which is filtered, all labels that could be chosen instead are counted."""
    listed = ask(session, filter="employees > 10", labels={"temperature": ("hot",)})
    assert listed.total == 1
    assert listed.counts == {"temperature": {"hot": 1, "warm": 1}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("employes > 3", "Did you mean 'employees'"),
        ("fit older than soon", "'soon' is no length of time"),
        ("fit older than 3d", "a number"),
        ("fit", "neither yes nor no"),
        ("fit > 1; drop table runs", "one expression"),
        ("fit > (select 1)", "may not use"),
        ("company.employes > 3", "company.employees"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_told(session: Session, text: str, said: str) -> None:
    with pytest.raises(CannotDo, match=said) as fault:
        ask(session, filter=text)
    assert fault.value.field == "filter"
