"""What a summary counts, and whom it says to call."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from leadlight.adapters.summary.histograms import nice_bins
from leadlight.adapters.summary.summary import summarise
from leadlight.playbook.spec import Playbook
from leadlight.results.summary import (
    CallObstacles,
    Summary,
    duration,
    headline,
    label_text,
    rule_kinds,
)
from tests.adapters.destinations import fabricated


def test_every_scale_counts_every_lead(summary: Summary) -> None:
    """600 leads: the labels of each scale add up to 600, in the order of the ladder, labels nobody has included."""
    assert summary.leads == 600
    assert all(sum(c.leads for c in s.labels) == 600 for s in summary.scales)
    ladder = summary.scale("stage")
    assert ladder is not None
    assert [c.label for c in ladder.labels][:2] == ["customer", "sales_qualified"]


def test_a_label_nobody_has_is_still_shown(playbook: Playbook) -> None:
    """One cold lead: hot 0, warm 0, cold 1."""
    con = tiny("('a', 'cold', 'raw', 1.0, 'reachable')")
    s = of_tiny(con, playbook)
    assert [(c.label, c.leads) for c in s.scales[0].labels] == [
        ("hot", 0),
        ("warm", 0),
        ("cold", 1),
    ]


def test_a_lead_without_a_label_is_counted(playbook: Playbook) -> None:
    """A scale without `otherwise` leaves a lead unlabelled: it is counted as (no label)."""
    s = of_tiny(tiny("('a', NULL, 'raw', 1.0, 'reachable')"), playbook)
    assert s.count("temperature", "(no label)") == 1


def test_an_empty_base_has_a_summary(playbook: Playbook) -> None:
    """No lead at all: 0 leads."""
    s = of_tiny(tiny(), playbook)
    assert s.leads == 0
    assert s.top == ()
    assert headline(s).startswith("0 leads")


def test_whom_to_call_first(playbook: Playbook) -> None:
    """Hot before warm, then the higher stage, then more engagement, then the id; no empty lead and no customer.

    a  warm  sales_qualified  99
    b  hot   raw              10
    c  hot   sales_qualified   5
    d  hot   raw              50
    e  hot   raw              50
    x  hot   sales_qualified  99  empty
    y  hot   customer         99
    """
    con = tiny(
        "('a', 'warm', 'sales_qualified', 99.0, 'reachable')",
        "('b', 'hot', 'raw', 10.0, 'reachable')",
        "('c', 'hot', 'sales_qualified', 5.0, 'reachable')",
        "('e', 'hot', 'raw', 50.0, 'reachable')",
        "('d', 'hot', 'raw', 50.0, 'reachable')",
        "('x', 'hot', 'sales_qualified', 99.0, 'empty')",
        "('y', 'hot', 'customer', 99.0, 'reachable')",
    )
    s = of_tiny(con, playbook)
    assert [t.lead_id for t in s.top] == ["c", "d", "e", "b", "a"]
    assert (s.callable, s.customers, s.empty) == (5, 1, 1)


def test_without_a_log_the_other_scores_decide(playbook: Playbook) -> None:
    """Nobody did anything, so engagement is 0 for all: the better fit is called first."""
    con = tiny("('a', 'warm', 'raw', 0.0, 'reachable')", "('b', 'warm', 'raw', 0.0, 'reachable')")
    con.execute("ALTER TABLE q ADD COLUMN fit DOUBLE")
    con.execute("UPDATE q SET fit = CASE lead_id WHEN 'a' THEN 10 ELSE 20 END")
    assert [t.lead_id for t in of_tiny(con, playbook).top] == ["b", "a"]


def test_a_short_list_stops_at_its_length(playbook: Playbook) -> None:
    """Three hot leads and a list of two: the two most engaged."""
    con = tiny(
        *(f"('{i}', 'hot', 'raw', {n}.0, 'reachable')" for i, n in (("a", 1), ("b", 2), ("c", 3)))
    )
    s = summarise(con, "q", "l", playbook, fabricated.AS_OF, longest_list=2)
    assert [t.lead_id for t in s.top] == ["c", "b"]
    assert s.callable == 3


def test_a_base_without_contact_columns_still_has_a_call_list(playbook: Playbook) -> None:
    """The file has neither e-mail nor phone: everybody is empty, so the list goes by id."""
    con = tiny("('a', 'hot', 'raw', 1.0, 'empty')")
    con.execute("CREATE OR REPLACE TABLE l AS SELECT lead_id FROM q")
    s = of_tiny(con, playbook)
    assert s.no_contacts
    assert [t.lead_id for t in s.top] == ["a"]
    assert "none has contact details" in headline(s)


def test_who_asked_not_to_be_called_is_not_told_to_be(playbook: Playbook) -> None:
    """do_not_call: the number is not shown and the lead is not on the list for today."""
    con = tiny("('a', 'hot', 'raw', 1.0, 'reachable')")
    con.execute(
        "CREATE OR REPLACE TABLE l AS SELECT 'a' AS lead_id, '+49 30 1' AS phone, true AS"
        " do_not_call"
    )
    s = of_tiny(con, playbook)
    assert s.top[0].phone == ""
    assert s.to_call == []
    assert s.not_called == CallObstacles(objected=1)


def test_sources_in_several_spellings_are_one(playbook: Playbook) -> None:
    """Google, google and ' Google ' are one source, called as it is spelled most."""
    con = tiny(*(f"('{i}', 'hot', 'raw', 1.0, 'reachable')" for i in "abcd"))
    con.execute(
        "CREATE OR REPLACE TABLE l AS SELECT * FROM (VALUES ('a', 'Google'), ('b', 'google'), ('c',"
        " 'Google'), ('d', ' Google ')) v(lead_id, source)"
    )
    (google,) = of_tiny(con, playbook).sources
    assert (google.source, google.leads, google.hot) == ("Google", 4, 4)


def test_spend_is_set_against_hot_leads(summary: Summary) -> None:
    """41,000 EUR on Google Ads, over its hot leads."""
    google = next(s for s in summary.sources if s.source == "Google Ads")
    assert google.spend == 41_000
    assert summary.currency == "EUR"
    assert google.cost_per_hot == pytest.approx(41_000 / google.hot)


def test_spend_in_two_currencies_is_not_added(
    base: duckdb.DuckDBPyConnection, playbook: Playbook
) -> None:
    """100 EUR and 100 USD are not 200 of anything."""
    both = "VALUES ('Google Ads', 100.0, 'EUR'), ('Google Ads', 100.0, 'USD')"
    spend = f"(SELECT * FROM ({both}) v(source, amount, currency))"
    s = summarise(base, "qualifications", "leads", playbook, fabricated.AS_OF, spend=spend)
    assert all(source.spend is None for source in s.sources)


def test_segments_and_overlaps_agree_with_a_plain_count(
    base: duckdb.DuckDBPyConnection, summary: Summary
) -> None:
    """Every pair is counted as often as leads carry both names."""
    rows = base.execute("SELECT segments FROM qualifications").fetchall()
    names = [set(filter(None, (row[0] or "").split("; "))) for row in rows]
    assert {s.name: s.leads for s in summary.segments} == {
        s.name: sum(s.name in n for n in names) for s in summary.segments
    }
    assert all(o.leads == sum({o.one, o.other} <= n for n in names) for o in summary.overlaps)
    assert len(summary.overlaps) == 21


def test_histograms_count_every_score(summary: Summary) -> None:
    """fit and engagement are kept between 0 and 100: 20 bins of 5, which hold all leads."""
    for score in summary.scores:
        assert sum(b.leads for b in score.bins) + score.unknown == 600
        assert (score.bins[0].low, score.bins[-1].high, len(score.bins)) == (0, 100, 20)


@pytest.mark.parametrize(
    ("low", "high"), [(0, 0), (0, 1), (-3, 7), (0.001, 0.0017), (0, 1e12), (-1e9, 1e9), (5, 5)]
)
def test_bins_cover_their_range(low: float, high: float) -> None:
    """Whatever the range, at most 21 bins that begin at or below it and end at or above it."""
    start, width, n = nice_bins(low, high)
    assert n <= 21
    assert start <= low
    assert start + n * width >= high - width * 1e-6


def test_attributes_that_the_base_lacks_are_named(summary: Summary) -> None:
    """The playbook asks for a budget, the base has none: rule F04 of fit misses it."""
    assert {u.name: u.used_by for u in summary.unknown}["budget"] == ("fit.F04",)


def test_kinds_no_rule_uses(base: duckdb.DuckDBPyConnection, playbook: Playbook) -> None:
    """A log that writes `Demo Requested` is used by a rule on demo_requested; page_viewed is used by none."""
    log = "(SELECT unnest(['Demo Requested', 'page_viewed', 'page_viewed']) AS kind)"
    s = summarise(base, "qualifications", "leads", playbook, fabricated.AS_OF, activities=log)
    assert [(k.kind, k.activities) for k in s.unused_kinds] == [("page_viewed", 2)]
    assert "demo_requested" in rule_kinds(playbook)


def test_the_headline_in_words(summary: Summary) -> None:
    """12 leads: 1 hot, 2 warm, 9 cold; 3 cannot be reached; ..."""
    said = headline(summary)
    assert said.startswith("600 leads: ")
    assert f"{summary.empty:,} cannot be reached" in said
    assert "outside the target audience." in said
    assert headline(replace(summary, leads=1)).startswith("1 lead:")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sales_qualified", "SQL"),
        ("non_target", "non-target"),
        ("mql", "MQL"),
        ("pql_crm", "PQL crm"),
        ("non_qualified", "non-qualified"),
        ("member_service_request", "MSR"),
        ("Our Own", "Our Own"),
    ],
)
def test_labels_as_people_write_them(name: str, said: str) -> None:
    """The playbook says sales_qualified, people say SQL."""
    assert label_text(name) == said


def test_durations_as_a_playbook_writes_them() -> None:
    """900 seconds are 15m."""
    assert [duration(s) for s in (None, 900, 14_400, 1_209_600, 90)] == [
        "",
        "15m",
        "4h",
        "14d",
        "90s",
    ]


def tiny(*leads: str) -> duckdb.DuckDBPyConnection:
    """Qualifications `q` of the leads given as (id, temperature, stage, engagement, contact), and the leads `l`."""
    con = duckdb.connect()
    columns = (
        "lead_id VARCHAR, temperature VARCHAR, stage VARCHAR, engagement DOUBLE, contact VARCHAR"
    )
    con.execute(f"CREATE TABLE q ({columns})")
    if leads:
        con.execute(f"INSERT INTO q VALUES {', '.join(leads)}")
    con.execute("CREATE TABLE l AS SELECT lead_id, lead_id || '@example.com' AS email FROM q")
    return con


def of_tiny(con: duckdb.DuckDBPyConnection, playbook: Playbook) -> Summary:
    return summarise(con, "q", "l", playbook, fabricated.AS_OF)
