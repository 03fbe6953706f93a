"""Who may be written to: properties over random histories, and the hours of a lead's own day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadlight.nurture.permission import (
    REFUSALS,
    Addressee,
    Consent,
    is_at_limit,
    refusal,
    text_refusal,
)
from leadlight.nurture.writing_hours import WritingHours
from leadlight.playbook.spec import PURPOSES, Limits

NOW = datetime(2026, 6, 10, 10, 0)  # a Wednesday
ALWAYS = Limits(0, 24 * 60, ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))

moments = st.integers(1, 90 * 24).map(lambda h: NOW - timedelta(hours=h))
consents = st.builds(Consent, moments, st.booleans(), st.sampled_from([None, *PURPOSES]))
people = st.builds(
    Addressee,
    st.sampled_from([None, "", "ana@acme.com"]),
    st.sampled_from([None, "reachable", "unreachable"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, True, False]),
    st.lists(consents, max_size=5),
    st.lists(moments, max_size=8),
    st.sampled_from([None, "DE", "US"]),
)


@given(people, st.sampled_from(PURPOSES))
def test_nobody_is_written_to_against_what_is_known(who: Addressee, purpose: str) -> None:
    """A suppressed lead, one without consent, one at its limit: no history lets a mail through"""
    found = refusal(who, purpose, ALWAYS, WritingHours(ALWAYS, NOW), NOW)
    assert found is None or found in REFUSALS
    if found is not None:
        return
    assert who.email
    assert who.verdict != "unreachable"
    assert not any((who.bounced, who.complained, who.objected, who.do_not_email))
    covering = [c for c in who.consents if c.purpose in (None, purpose)]
    newest = max(covering, key=lambda c: (c.at, not c.given), default=None)
    assert newest is None or newest.given
    if purpose != "service":
        assert who.consent is not False
        assert who.consent or newest is not None
    for within, most in ALWAYS.at_most:
        assert sum(NOW - at < timedelta(seconds=within) for at in who.mailed) < most


@given(people, st.sampled_from([None, True]), st.booleans(), st.sampled_from(PURPOSES))
def test_a_text_goes_to_nobody_who_may_not_be_mailed_or_called(
    who: Addressee, do_not_call: bool | None, has_phone: bool, purpose: str
) -> None:
    """A text needs an address or a number that works, and all else that a mail needs"""
    who = replace(who, do_not_call=do_not_call, phone="+4915112345678" if has_phone else None)
    hours = WritingHours(ALWAYS, NOW)
    found = text_refusal(who, purpose, ALWAYS, hours, NOW)
    assert found is None or found in REFUSALS
    if found is None:
        reachable = replace(who, email="a@acme.com", verdict=None, bounced=False)
        assert refusal(reachable, purpose, ALWAYS, hours, NOW) is None
        assert not do_not_call
        assert has_phone or refusal(who, purpose, ALWAYS, hours, NOW) is None


@given(people, consents, st.sampled_from(PURPOSES))
def test_one_refusal_more_never_opens_the_gate(who: Addressee, more: Consent, purpose: str) -> None:
    """What a lead refuses besides never lets a mail through that was held before"""
    stricter = Addressee(
        who.email,
        who.verdict,
        who.bounced,
        who.complained,
        who.objected,
        who.do_not_email,
        who.consent,
        [*who.consents, Consent(more.at, False, more.purpose)],
        who.mailed,
        who.country,
    )
    hours = WritingHours(ALWAYS, NOW)
    if refusal(who, purpose, ALWAYS, hours, NOW) is not None:
        assert refusal(stricter, purpose, ALWAYS, hours, NOW) is not None


def test_who_unsubscribed_is_written_to_again_once_it_consents_anew() -> None:
    """It left in May, and signed up again in June: it wants the mails"""
    left, back = Consent(NOW - timedelta(days=30), False), Consent(NOW - timedelta(days=3), True)
    hours = WritingHours(ALWAYS, NOW)
    assert refusal(Addressee("a@b.de", consents=[left]), "marketing", ALWAYS, hours, NOW) == (
        "unsubscribed"
    )
    again = Addressee("a@b.de", consents=[left, back])
    assert refusal(again, "marketing", ALWAYS, hours, NOW) is None


@pytest.mark.parametrize(
    ("country", "at", "is_open"),
    [
        ("DE", datetime(2026, 6, 10, 6, 30), True),  # 8:30 in Berlin
        ("DE", datetime(2026, 6, 10, 5, 30), False),
        ("DE", datetime(2026, 6, 13, 10, 0), False),  # a Saturday
        ("DE", datetime(2026, 5, 1, 10, 0), False),  # a holiday there
        ("GB", datetime(2026, 5, 1, 10, 0), True),
        ("IN", datetime(2026, 6, 10, 3, 0), True),  # 8:30 in Kolkata
        ("US", datetime(2026, 6, 10, 14, 0), False),  # the morning of New York is night in Hawaii
        ("US", datetime(2026, 6, 10, 20, 0), True),
        (None, datetime(2026, 6, 10, 9, 0), True),
        ("XX", datetime(2026, 6, 10, 3, 0), False),
    ],
)
def test_a_lead_is_written_to_by_its_own_day(
    country: str | None, at: datetime, is_open: bool
) -> None:
    """A mail at three in the morning, or on a holiday, is no good mail"""
    assert WritingHours(Limits(), at).is_open(country) is is_open


def test_a_limit_counts_over_all_tracks() -> None:
    """One a day, two a week: the third of a week waits, whichever track it is of"""
    days = [NOW - timedelta(days=d) for d in (2, 4)]
    assert is_at_limit(days, Limits(), NOW)
    assert not is_at_limit(days[:1], Limits(), NOW)
    assert not is_at_limit(days, Limits(), NOW + timedelta(days=4))
