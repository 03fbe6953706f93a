"""False alarms: two thousand valid, unusual contacts."""

from __future__ import annotations

from collections import Counter

from leadlight.verify.lead import check_leads

from .unusual_contacts import contacts


def test_no_unusual_contact_is_called_unreachable():
    """None is unreachable, and none is doubted for its name."""
    leads = contacts()
    assert len(leads) >= 2000
    wrong = [
        (lead, found.contact_because)
        for lead, found in zip(leads, check_leads(leads), strict=True)
        if "unreachable" in (found.email_verdict, found.phone_verdict, found.mobile_verdict)
        or found.doubts
    ]
    assert not wrong, Counter(because for _, because in wrong)
