"""The house's own example."""

from tests.conftest import Qualify

BOOK = """
signals:
  demos:  {count: demo_requested, within: 14d}
  heat:   {points: {demo_requested: 40, pricing_viewed: 10}, half_life: 14d, at_most: 100}
scores:
  fit:        [{when: budget >= 10000, add: 20}]
  engagement: heat
scales:
  temperature: [{hot: demos > 0 and fit >= 20}, {warm: engagement >= 20}, {cold: otherwise}]
segments:
  enterprise: employees >= 500
routes:
  - {when: temperature = 'hot', to: sales/emea, within: 15m}
"""


def test_a_hot_lead_cools(qualify: Qualify) -> None:
    """
    2026-01-05  ana  demo_requested
    2026-01-06  ana  budget = 40000
    """
    assert qualify("ana", "2026-01-07", playbook=BOOK).temperature == "hot"
    assert qualify("ana", "2026-01-19 00:00", playbook=BOOK).temperature == "warm"
    assert qualify("ana", "2026-03-01", playbook=BOOK).temperature == "cold"


def test_the_reasons_say_what_gave_points(qualify: Qualify) -> None:
    """
    2026-01-05  ana  demo_requested
    2026-01-19  ana  pricing_viewed
    2026-01-06  ana  budget = 40000, employees = 600
    """
    found = qualify("ana", "2026-01-19", playbook=BOOK)
    assert found.engagement == 30.0
    assert found.reasons == "fit 1 +20.00, demo requested +20.00, pricing viewed +10.00"
    assert found.segments == {"enterprise"}
    assert (found.department, found.respond_within) == (None, None)


def test_once_a_day_means_a_day_of_the_calendar(qualify: Qualify) -> None:
    """
    2026-01-05 20:00  ana  page_viewed
    2026-01-06 02:00  ana  page_viewed
    2026-01-06 14:00  ana  page_viewed

    Whatever the hour at which it is asked.
    """
    book = (
        "signals:\n  days: {count: page_viewed, once_per: day}\nscales:\n  t: [{often: days > 1},"
        " {once: otherwise}]\n"
    )
    assert qualify("ana", "2026-01-07", playbook=book).days == 2
    assert qualify("ana", "2026-01-07 15:00", playbook=book).days == 2
    assert qualify("ana", "2026-01-07 01:00", playbook=book).days == 2


def test_an_impossible_amount_does_not_end_the_run(qualify: Qualify) -> None:
    """
    2026-01-05  ana  won value=1e15
    2026-01-06  bo   won value=12.5
    2026-01-06  bo   won
    """
    book = (
        "signals:\n  spent: {sum: value, of: won}\nscales:\n  size: [{big: spent > 1000}, {small:"
        " otherwise}]\n"
    )
    assert qualify("ana", "2026-01-07", playbook=book).spent == 90_000_000_000
    assert qualify("bo", "2026-01-07", playbook=book).spent == 12.5
