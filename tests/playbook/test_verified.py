"""The `verify` form of a signal: what the checks of a contact come to under a playbook's own rules."""

from __future__ import annotations

import pytest

from leadlight.playbook.read import read_playbook

BOOK = """
signals:
  contactable: {verify: %s, empty_at: 60}
scales:
  contact: [{reachable: "contactable <> 'empty'"}, {empty: otherwise}]
"""


def test_the_best_contact_point_counts(qualify):
    """
    2026-01-01  ana  email = a@x.org, email_verdict = unreachable, email_because = disposable
    2026-01-01  ana  phone = '+49 30 1234567', phone_verdict = reachable
    2026-01-01  bob  email = b@x.org, email_verdict = unreachable, email_because = 'disposable; free'
    2026-01-01  eve  company = Acme
    """
    book = BOOK % "default"
    ana, bob, eve = (qualify(lead, "2026-01-02", playbook=book) for lead in ("ana", "bob", "eve"))
    assert (ana.contactable, ana.contactable_email, ana.contact) == (
        "reachable",
        "unreachable",
        "reachable",
    )
    assert (bob.contactable, bob.contact) == ("empty", "empty")
    assert (eve.contactable, eve.contactable_email) == ("empty", None)


def test_a_playbook_says_what_a_rule_means(qualify):
    """
    2026-01-01  ana  email = info@x.org, email_verdict = reachable, email_because = role
    2026-01-01  bob  email = b@x.org, email_verdict = unreachable, email_because = disposable
    """
    strict, lax = BOOK % "{role: unreachable}", BOOK % "{disposable: off}"
    assert qualify("ana", "2026-01-02", playbook=strict).contact == "empty"
    assert qualify("bob", "2026-01-02", playbook=strict).contact == "empty"
    assert qualify("bob", "2026-01-02", playbook=lax).contactable == "reachable"


def test_doubts_weigh_together_and_none_decides_alone(qualify):
    """
    2026-01-01  ana  email = a@x.org, email_verdict = reachable, doubts = 'mash_name; company_vs_domain'
    2026-01-01  bob  email = b@x.org, email_verdict = reachable, doubts = mash_name
    """
    book = BOOK % "{mash_name: 50, company_vs_domain: 10}"
    ana, bob = (qualify(lead, "2026-01-02", playbook=book) for lead in ("ana", "bob"))
    assert (ana.contactable_doubt, ana.contact) == (60, "empty")
    assert (bob.contactable_doubt, bob.contact) == (50, "reachable")


def test_a_contact_that_nobody_verified_is_judged_by_its_form(qualify):
    """
    2026-01-01  ana  email = ana@example.net, doubts = ''
    2026-01-01  bob  email = nonsense, doubts = ''
    """
    assert qualify("ana", "2026-01-02", playbook=BOOK % "default").contactable == "unknown"
    assert qualify("bob", "2026-01-02", playbook=BOOK % "default").contactable == "empty"


@pytest.mark.parametrize(
    ("said", "code", "hint"),
    [
        ("{rle: fine}", "unknown-rule", "role"),
        ("{role: bad}", "wrong-meaning", None),
        ("{mash_name: heavy}", "not-a-number", None),
        ("[role]", "wrong-shape", None),
    ],
)
def test_a_slip_is_told_with_its_line(said: str, code: str, hint: str | None) -> None:
    _, problems = read_playbook(BOOK % said, "p.yml")
    (fault,) = [p for p in problems if p.code == code]
    assert fault.place is not None
    assert fault.place.line == 3
    assert hint is None or hint in (fault.hint or "")
