"""A playbook's own cases: how they are read, and that they fail where the playbook is not what was agreed."""

from __future__ import annotations

from datetime import datetime

import pytest

from leadlight.desk.rules.cases import CaseRun, PlaybookUnderTest, run_all
from leadlight.facts.catalog import Catalog
from leadlight.playbook.cases.activity_text import ActivityTextError, ParsedActivity, parse_activity
from leadlight.playbook.cases.cases import read_cases
from leadlight.playbook.presets import preset_cases, preset_names
from leadlight.playbook.read import must_read
from leadlight.problems import CannotDo
from tests.verbs import run_cases

BOOK = """
signals:
  heat:
    half_life: 14d
    at_most: 100
    rules:
      demo:   {on: demo_requested, points: 40, say: Asked for a demo}
      prices: {on: page_viewed, when: "url like '/pricing%'", points: 5, once_per: day, say: Looked at prices}
  demos: {count: demo_requested, within: 14d}
  bant:  {questions: {budget: {yes: budget > 0, no: budget = 0}}}
scores:
  fit:        {rules: {chief: {when: "has_word(job_title, 'director', 'ceo')", add: 20, say: May decide}}}
  engagement: heat
scales:
  temperature: [{hot: demos > 0 and fit >= 20}, {warm: engagement >= 20}, {cold: otherwise}]
segments:
  enterprise: employees >= 500
routes:
  - {when: temperature = 'hot', to: sales, within: 15m, next: Call now}
"""
VERIFIES = (
    "signals: {contactable: {verify: default}}\nscales: {contact: [{empty: contactable = 'empty'},"
    " {reachable: otherwise}]}"
)
NOON = datetime(2026, 1, 5, 12)


def run(cases: str, book: str = BOOK) -> CaseRun:
    read = must_read(book, "playbook.yml")
    return run_all(
        PlaybookUnderTest(
            read, "playbook.yml", book, Catalog(), (("playbook.tests.yml", cases),), None
        )
    )


def faults(cases: str, book: str = BOOK) -> list[str]:
    """Line, code and message of each problem of a file of cases."""
    _, problems = read_cases(cases, "playbook.tests.yml", must_read(book, "playbook.yml"))
    return [
        f"{p.place.line if p.place else ''} {p.code} {p.message} {p.hint or ''}" for p in problems
    ]


@pytest.mark.parametrize("name", [n for n in preset_names() if preset_cases(n)])
def test_the_cases_of_a_preset_hold(name: str) -> None:
    """leadlight test b2b-saas"""
    found = run_cases(name)
    assert found.failed == ()
    assert found.cases >= 8


def test_three_presets_have_cases() -> None:
    """A trade, a founding text, and a shop."""
    assert {n for n in preset_names() if preset_cases(n)} >= {
        "b2b-saas",
        "leads-classification",
        "b2c-shop",
    }


STORY = """
lead: {job_title: Director}
cases:
  Whoever looked at prices only is cold:
    did: page_viewed yesterday, url=/pricing
    expect: {temperature: cold, engagement: 4.76}
  A director who asked for a demo yesterday is hot:
    did:
      - demo_requested yesterday
    expect: {temperature: hot, demos: 1, engagement: at least 30, fit: 20, route: {to: sales, within: 15m, next: Call now}}
    then:
      - after: 13d
        expect: {temperature: warm, route: nobody}
      - after: 60d
        expect: {temperature: cold, engagement: below 2}
      - after: 1d
        lead: {employees: 900, budget: 0}
        did: demo_requested today
        expect: {temperature: hot, segments: enterprise, bant_budget: no, because: [May decide, demo, not Looked at prices]}
"""


def test_a_lead_is_followed_through_its_story() -> None:
    """Hot, warm after thirteen days, cold, and hot again: the same lead, later, with more."""
    assert run(STORY).failed == ()


def test_a_broken_playbook_fails_at_the_right_case_and_step() -> None:
    """Somebody makes points fade in a day: the demo still makes hot, but after thirteen days nothing is left."""
    found = run(STORY, BOOK.replace("half_life: 14d", "half_life: 1d"))
    assert [(f.name[:8], f.step, [m.about for m in f.misses]) for f in found.failed] == [
        ("Whoever ", 1, ["engagement"]),
        ("A direct", 1, ["engagement"]),
        ("A direct", 2, ["temperature"]),
    ]
    last = found.failed[2].misses[0]
    assert (last.expected, last.came, last.line) == ("warm", "cold", 13)
    assert last.why[:2] == ("warm needs engagement >= 20", "  here engagement = 0")
    assert "Asked for a demo" in last.why[-1]


def test_a_missed_condition_shows_what_stood_in_it() -> None:
    """My clerk is not hot: which of the two halves is missing?"""
    expect = "{temperature: hot, segments: enterprise, because: May decide, bant_budget: yes}"
    (failed,) = run(
        f"cases: {{A clerk is hot: {{lead: {{job_title: Clerk}}, expect: {expect}}}}}"
    ).failed
    label, segment, rule, answer = failed.misses
    assert label.why[:2] == ("hot needs demos > 0 and fit >= 20", "  here demos = 0, fit = 0")
    assert rule.why == (
        "chief needs has_word(job_title, 'director', 'ceo')",
        "  here job_title = Clerk",
    )
    assert answer.why == (
        "yes needs budget > 0",
        "  here budget is unknown",
        "no needs budget = 0",
        "  here budget is unknown",
    )
    assert segment.came == "none"
    assert segment.why == ("enterprise needs employees >= 500", "  here employees is unknown")


def test_no_case_sees_another() -> None:
    """Five made-up leads with five names and one phone number: in a base of leads that would look like a swindler."""
    lead = "first_name: {n}, company: {n} Ltd, phone: '+49 30 2091234'"
    expect = "expect: {contactable_doubt: 0, contact: reachable}"
    cases = "".join(
        f"  {n}: {{lead: {{{lead.format(n=n)}}}, {expect}}}\n"
        for n in ("Ada", "Ben", "Cem", "Dora", "Eve")
    )
    assert run("cases:\n" + cases, VERIFIES).failed == ()


def test_a_made_up_address_is_real_and_a_broken_one_is_not() -> None:
    """Nobody can be written to under .example, so a case need not name anybody's address."""
    cases = """
cases:
  made up: {lead: {email: ada@acme.example}, expect: {contact: reachable, contactable_email: reachable}}
  no address: {lead: {email: ada at acme}, expect: {contact: empty}}
  bounced: {lead: {email: ada@acme.example}, did: email_bounced 2d ago, expect: {contact: empty}}
"""
    assert run(cases, VERIFIES).failed == ()


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("demo_requested", ParsedActivity("demo_requested", NOON)),
        ("demo_requested yesterday", ParsedActivity("demo_requested", datetime(2026, 1, 4, 12))),
        (
            "demo_requested, 3d ago, 2 times",
            ParsedActivity("demo_requested", datetime(2026, 1, 2, 12), 2),
        ),
        (
            "email_opened a week ago twice",
            ParsedActivity("email_opened", datetime(2025, 12, 29, 12), 2),
        ),
        (
            "page_viewed 3 days ago, on 4 days, url=/pricing",
            ParsedActivity("page_viewed", datetime(2026, 1, 2, 12), 1, 4, {"url": "/pricing"}),
        ),
        (
            "won 2025-12-24, value=12.5",
            ParsedActivity("won", datetime(2025, 12, 24), columns={"value": "12.5"}),
        ),
        (
            "won 2025-12-24 18:30 product='Big, blue' 3x",
            ParsedActivity("won", datetime(2025, 12, 24, 18, 30), 3, 1, {"product": "Big, blue"}),
        ),
        ("won 2025-12-24T18:30+01:00", ParsedActivity("won", datetime(2025, 12, 24, 17, 30))),
    ],
)
def test_a_line_is_read_as_it_is_meant(line: str, meant: ParsedActivity) -> None:
    """Marketing writes what a lead did in a line."""
    assert parse_activity(line, NOON) == meant


@pytest.mark.parametrize(
    "line",
    [
        "",
        "won sometime",
        "won 2025-13-01",
        "won 3d ago, url",
        "won 99999 times",
        "won 0 times",
        "won 999999y ago",
    ],
)
def test_a_line_that_says_something_else_is_refused(line: str) -> None:
    """A slip of the pen must not become a case that holds by chance."""
    with pytest.raises(ActivityTextError):
        parse_activity(line, NOON)


@pytest.mark.parametrize(
    ("said", "holds", "fails"),
    [
        ("30", 30.004, 30.01),
        ("at least 30", 30, 29.9),
        ("'>= 30'", 30, 29.9),
        ("at most 30", 30, 30.1),
        ("more than 30", 30.1, 30),
        ("below 30", 29.9, 30),
        ("30 to 40", 40, 41),
        ("between 30 and 40", 30, 29),
        ("not 0", 1, 0),
        ("unknown", None, 0),
        ("-5", -5, 5),
        ("at least 0", 0, None),
    ],
)
def test_a_number_is_expected_in_words(said: str, holds: float | None, fails: float | None) -> None:
    """Scores fade, so what one expects of them is a range more often than not."""
    cases, problems = read_cases(
        f"cases: {{a: {{expect: {{fit: {said}}}}}}}", "c.yml", must_read(BOOK)
    )
    assert problems == []
    (expected,) = cases.cases[0].steps[0].expect
    assert expected.holds_for(holds)
    assert not expected.holds_for(fails)


WRONG = {
    "an attribute that is none": (
        "cases:\n  a:\n    lead: {jobtitle: x}\n    expect: {fit: 1}",
        "3 unknown-name",
        "'job_title'",
    ),
    "a label that is none": (
        "cases:\n  a:\n    expect: {temperature: hott}",
        "3 unknown-name",
        "'hot'",
    ),
    "a scale that is none": (
        "cases:\n  a:\n    expect: {temprature: hot}",
        "3 unknown-name",
        "'temperature'",
    ),
    "a segment that is none": (
        "cases:\n  a:\n    expect: {segments: [not enterprize]}",
        "3 unknown-name",
        "'enterprise'",
    ),
    "a department that is none": (
        "cases:\n  a:\n    expect: {route: salse}",
        "3 unknown-name",
        "'sales'",
    ),
    "a kind that is none": (
        "cases:\n  a:\n    did: demo_reqested\n    expect: {fit: 1}",
        "3 unknown-kind",
        "'demo_requested'",
    ),
    "a column that is none": (
        "cases:\n  a:\n    did: page_viewed urll=/x\n    expect: {fit: 1}",
        "3 unknown-name",
        "'url'",
    ),
    "a country in words": (
        "cases:\n  a:\n    lead: {country: Germany}\n    expect: {fit: 1}",
        "3 wrong-value",
        "DE",
    ),
    "a number in words": (
        "cases:\n  a:\n    lead: {employees: many}\n    expect: {fit: 1}",
        "3 wrong-value",
        "a whole number",
    ),
    "a score in words": ("cases:\n  a:\n    expect: {fit: high}", "3 wrong-value", "at least 30"),
    "a sign that YAML takes": (
        "cases:\n  a:\n    expect:\n      fit: >= 30",
        "4 not-yaml",
        "at least 30",
    ),
    "a sentence with a colon": (
        "cases:\n  At the fair: a visitor:\n    expect: {fit: 1}",
        "2 not-yaml",
        "needs quotes",
    ),
    "a case without an end": (
        "cases:\n  a:\n    lead: {employees: 5}",
        "2 missing-key",
        "expects nothing",
    ),
    "two of one name": (
        "cases:\n  a: {expect: {fit: 1}}\n  a: {expect: {fit: 1}}",
        "3 said-twice",
        "keep one",
    ),
    "a day to come": (
        "cases:\n  a:\n    did: demo_requested 2027-01-01\n    expect: {fit: 1}",
        "3 not-a-moment",
        "then:",
    ),
    "a step without a time": (
        "cases:\n  a:\n    expect: {fit: 1}\n    then:\n      - expect: {fit: 1}",
        "5 missing-key",
        "after: 30d",
    ),
    "a list of cases": ("cases:\n  - a: {expect: {fit: 1}}", "2 no-cases", "--begin"),
    "an empty file": ("# nothing yet\n", "no-cases", "--begin"),
    "no case": ("leadlight-tests: 1\n", "1 no-cases", "--begin"),
    "a later format": (
        "leadlight-tests: 2\ncases: {a: {expect: {fit: 1}}}",
        "1 unknown-version",
        "newer",
    ),
    "a misspelt key": (
        "cases:\n  a:\n    expects: {fit: 1}\n    expect: {fit: 1}",
        "3 unknown-key",
        "'expect'",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_slip_of_the_pen_is_told_with_its_line(what: str) -> None:
    """I write my first cases."""
    text, begins, says = WRONG[what]
    found = faults(text)
    assert len(found) == 1, found
    assert begins in found[0]
    assert says in found[0]


def test_yaml_sets_no_traps() -> None:
    """`NO` is Norway and not a no, a date is a date, and a colon where a person puts one is understood."""
    book = """
signals: {seen: {count: page_viewed, when: url = '/a b'}}
scales: {place: [{north: country = 'NO' and consent}, {south: otherwise}]}
"""
    cases = """
cases:
  Norway: {lead: {country: NO, consent: yes}, expect: {place: north, seen: 0}}
  no consent: {lead: {country: NO, consent: no}, expect: {place: south}}
  three ways to say it:
    did:
      - page_viewed: 2d ago
      - page_viewed 2d ago, url: /a b
      - {kind: Page View, at: 2d ago, url: /a b, times: 2}
    expect: {seen: 3}
"""
    assert run(cases, book).failed == ()


def test_columns_of_my_own_are_declared() -> None:
    """My playbook asks for seats, a column of our CRM that no standard knows; in CI there is no workspace to look it up."""
    book = "scales: {size: [{big: seats >= 50}, {small: otherwise}]}"
    cases = (
        "own: {seats: whole}\ncases: {Fifty seats are big: {lead: {seats: 50}, expect: {size:"
        " big}}}"
    )
    with pytest.raises(CannotDo):
        must_read(book, "playbook.yml")
    assert run_own(book, cases).failed == ()


def test_no_column_of_mine_is_called_as_one_of_theirs() -> None:
    """A case is of a moment, `as_of`: a column of that name was mixed up with it."""
    with pytest.raises(CannotDo) as refused:
        run(
            "own: {as_of: whole}\ncases: {Any: {lead: {as_of: 5}, expect: {size: big}}}",
            "scales: {size: [{big: otherwise}]}",
        )
    assert "No column is called 'as_of'" in "".join(map(str, refused.value.problems))


def run_own(book: str, cases: str) -> CaseRun:
    from leadlight.playbook.cases.cases import catalog_of

    catalog = catalog_of(cases, "playbook.tests.yml", Catalog())
    return run_all(
        PlaybookUnderTest(
            must_read(book, "playbook.yml", catalog),
            "playbook.yml",
            book,
            catalog,
            (("playbook.tests.yml", cases),),
            None,
        )
    )
