"""Every fault of a playbook is told at once, at its place, with the nearest known word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.facts.catalog import Catalog
from leadlight.playbook.read import read_playbook

GOOD = """\
signals:
  demos: {count: demo_requested, within: 14d}
  heat: {points: {demo_requested: 40, pricing_viewed: 10}, half_life: 14d, at_most: 100}
scores:
  fit: [{when: "industry in ('software', 'retail')", add: 20}, {when: employees >= 50, add: 30}]
  engagement: heat
scales:
  temperature: [{hot: demos > 0 and fit >= 20}, {warm: engagement >= 20}, {cold: otherwise}]
segments:
  enterprise: employees >= 500
routes:
  - {when: temperature = 'hot', to: sales/emea, within: 15m}
"""


def codes(text: str) -> list[tuple[str, int | None]]:
    _, problems = read_playbook(text, "p.yml", Catalog())
    return [(p.code, p.place.line if p.place else None) for p in problems]


def test_a_good_playbook_has_no_fault() -> None:
    book, problems = read_playbook(GOOD)
    assert book is not None
    assert problems == []
    assert [s.name for s in book.scales] == ["temperature"]


@pytest.mark.parametrize(
    ("was", "becomes", "code", "line", "hint"),
    [
        ("employees >= 500", "employes >= 500", "unknown-name", 10, "employees"),
        ("employees >= 500", "employees >= 'x'", "mistyped", 10, ""),
        ("employees >= 500", "employees", "not-a-condition", 10, ""),
        ("employees >= 500", "employees >=", "not-a-condition", 10, ""),
        ("within: 15m", "wthin: 15m", "unknown-key", 12, "within"),
        ("within: 15m", "within: soon", "not-a-duration", 12, "15m"),
        ("within: 14d", "within: 14", "not-a-duration", 2, ""),
        ("{cold: otherwise}", "{cold: fit < 1}", "no-otherwise", 8, ""),
        (
            "{warm: engagement >= 20}, {cold: otherwise}",
            "{cold: otherwise}, {warm: engagement >= 20}",
            "never-reached",
            8,
            "",
        ),
        ("engagement: heat", "engagement: heet", "unknown-name", 6, "heat"),
        ("add: 30", "add: many", "not-a-number", 5, ""),
        ("add: 30", "add: 0.001", "not-a-number", 5, ""),
        ("add: 30", "ad: 30", "unknown-key", 5, "add"),
        ("temperature: [", "fit: [", "name-taken", 8, ""),
        ("temperature: [", "employees: [", "name-taken", 8, ""),
        ("temperature: [", "reasons: [", "name-taken", 8, ""),
        ("count: demo_requested", "count: demo_requestd", "unknown-kind", 2, "demo_requested"),
        ("count: demo_requested", "counts: demo_requested", "unknown-signal", 2, ""),
        ("hot: demos > 0", "hot: temperature = 'cold'", "circle", 8, ""),
        ("segments:", "segmnts:", "unknown-key", 9, "segments"),
        ("to: sales/emea, ", "", "missing-key", 12, ""),
    ],
)
def test_a_fault_names_its_line_and_what_is_near(
    was: str, becomes: str, code: str, line: int, hint: str
) -> None:
    assert was in GOOD
    _, problems = read_playbook(GOOD.replace(was, becomes, 1), "p.yml")
    found = [p for p in problems if p.code == code]
    assert found, [str(p) for p in problems]
    assert found[0].place is not None
    assert found[0].place.line == line
    assert hint in f"{found[0].message} {found[0].hint}"


def test_all_faults_at_once() -> None:
    """Three slips of the pen, three problems."""
    text = (
        GOOD.replace("employees >= 500", "employes >= 500")
        .replace("within: 15m", "wthin: 15m")
        .replace("add: 30", "add: x")
    )
    assert [code for code, _ in codes(text)] == ["not-a-number", "unknown-name", "unknown-key"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "- a",
        "signals: 3",
        "signals: [1]",
        "scores: {x: }",
        "scales: {a: {b: c}}",
        "routes: {a: b}",
        "signals: {a: }",
        "a: [",
        "a: &x [*x]",
        "signals: {a: {rules: [1, {}]}}",
        "scales: {t: [a, {b: c, d: e}]}",
        "\x00",
        "signals: {1: {count: any}}",
        "a: 1\na: 2",
        "? [a]\n: b",
        "scores: {fit: {rules: {a: {}}}}",
        "signals: {a: {questions: {b: 1}}}",
        "leadlight: 2",
        "!!python/object:os.system x",
    ],
)
def test_a_strange_text_is_told_not_thrown(text: str) -> None:
    book, problems = read_playbook(text)
    assert book is None
    assert problems


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 30), st.text(max_size=10))
def test_any_edit_is_told_not_thrown(at: int, cut: int, put: str) -> None:
    """Whatever somebody types into a playbook, there is a playbook or a list of problems."""
    book, problems = read_playbook(GOOD[:at] + put + GOOD[at + cut :])
    assert book is not None or problems


def test_the_fingerprint_is_of_the_content() -> None:
    """A comment or a blank changes nothing; a point does."""
    one, _ = read_playbook(GOOD)
    same, _ = read_playbook(
        "# hello\n" + GOOD.replace("{count: demo_requested,", "{ count:   demo_requested,")
    )
    other, _ = read_playbook(GOOD.replace("add: 30", "add: 31"))
    assert one is not None
    assert same is not None
    assert other is not None
    assert one.fingerprint == same.fingerprint != other.fingerprint
