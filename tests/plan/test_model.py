"""A learned model in the plan: the same probability and reasons as its text says, on paper and in the engine."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.desk.model_files import complete
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.model import LOGIT, MILLION, Model, NumberSide, Term, WordSide, model_age
from leadlight.playbook.model_yaml import model_text, read_model
from leadlight.playbook.read import must_read, read_playbook
from leadlight.problems import CannotDo
from leadlight.results.explanation import model_ledger

BOOK = """
scores:
  probability: {model: buys_soon}
scales:
  temperature: [{hot: probability >= 0.5}, {cold: otherwise}]
models:
  buys_soon:
    outcome: won
    horizon: 90d
    signals:
      visits: {count: page_viewed, within: 30d}
      recency: {days_since: any}
      slow: {value: recency > 10}
    start: -1.5
    terms:
      - {of: visits, cuts: [1, 3], add: [-0.5, 0.25, 1.75], say: visits}
      - {of: recency, cuts: [3.5, 30], add: [0.8, 0.1, -0.9], unknown: -1.2, say: last activity}
      - {of: industry, add: {software: 0.6, retail: -0.3}, rest: -0.05, unknown: 0.2}
      - {of: consent, add: {"true": 0.4, "false": -0.1}}
      - {of: slow, add: {"true": -0.2, "false": 0.1}}
      - of: [employees, industry]
        sides: [{cuts: [50]}, {words: [software]}]
        add: [[0, 0.1, 0], [0.3, -0.3, 0.01], [0, 0, 0.02]]
        say: size in its industry
"""
AS_OF = datetime(2026, 11, 1)


def base() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE leads AS SELECT * FROM (VALUES ('a', 'Software ', 120.0, true), ('b', NULL,"
        " NULL, NULL), ('c', 'RETAIL', 50.0, false), ('d', 'mining', 49.5, true)) t(lead_id,"
        " industry, employees, consent)"
    )
    con.execute(
        "CREATE TABLE activities AS SELECT * FROM (VALUES ('a', TIMESTAMP '2026-10-31',"
        " 'page_viewed'), ('a', TIMESTAMP '2026-10-30', 'page_viewed'), ('a', TIMESTAMP"
        " '2026-10-29', 'page_viewed'), ('c', TIMESTAMP '2026-10-20', 'page_viewed'), ('d',"
        " TIMESTAMP '2026-08-01', 'email_opened')) t(lead_id, occurred_at, kind)"
    )
    return con


SOURCES = Sources(
    Catalog(
        present=frozenset({"lead_id", "industry", "employees", "consent"}),
        activity_present=frozenset({"lead_id", "occurred_at", "kind"}),
    )
)


def qualified(text: str, **asked: Any) -> dict[str, dict[str, Any]]:
    rows = (
        base()
        .sql(statement(must_read(text), SOURCES, Everyone(AS_OF), **asked))
        .to_arrow_table()
        .to_pylist()
    )
    return {r["lead_id"]: r for r in rows}


def by_hand(row: dict[str, Any]) -> float:
    return math.floor(1 / (1 + math.exp(-row / LOGIT)) * MILLION + 0.5) / MILLION  # type: ignore[operator]


def test_the_probability_is_the_sum_of_what_the_tables_add():
    """a: 3 visits +1.75, a day ago +0.8, software +0.6, consent +0.4, not slow +0.1, large in software +0.3, start -1.5 = 2.45"""
    found = qualified(BOOK)
    expected = {
        "a": 24_500_000,
        "b": -15_000_000 - 5_000_000 - 12_000_000 + 2_000_000 + 0 + 0 + 200_000,
        "c": -15_000_000 + 2_500_000 + 1_000_000 - 3_000_000 - 1_000_000 - 2_000_000 - 3_000_000,
        "d": -15_000_000 - 5_000_000 - 9_000_000 - 500_000 + 4_000_000 - 2_000_000 + 1_000_000,
    }
    assert {k: r["probability"] for k, r in found.items()} == {
        k: by_hand(v) for k, v in expected.items()
    }  # type: ignore[arg-type]
    assert {k: r["temperature"] for k, r in found.items()} == {
        "a": "hot",
        "b": "cold",
        "c": "cold",
        "d": "cold",
    }


def test_the_largest_reasons_stand_beside_it_in_words():
    """With what the lead is: the range of a number, the word, unknown."""
    found = qualified(BOOK)
    assert (
        found["a"]["probability_why"]
        == "visits: 3 or more +1.75, last activity: below 3.5 +0.80, industry: software +0.60"
    )
    assert (
        found["b"]["probability_why"]
        == "last activity: unknown -1.20, visits: below 1 -0.50, industry: unknown +0.20"
    )
    assert (
        found["c"]["probability_why"]
        == "industry: retail -0.30, size in its industry -0.30, visits: 1 to below 3 +0.25"
    )
    assert (
        found["d"]["probability_why"]
        == "last activity: 30 or more -0.90, visits: below 1 -0.50, consent: yes +0.40"
    )


def test_neighbours_that_add_about_the_same_are_told_as_one():
    """Five bins of which the middle three add 0.60, 0.63 and 0.58: from the first of their cuts to the last."""
    term = Term(
        ("employees",),
        (NumberSide(tuple(Decimal(c) for c in (10, 50, 200, 500))),),
        (-5_000_000, 6_000_000, 6_300_000, 5_800_000, -9_000_000, 0),
        "Employees",
    )
    assert [term.place_text(n) for n in range(6)] == [
        "Employees: below 10",
        *["Employees: 10 to below 500"] * 3,
        "Employees: 500 or more",
        "Employees: unknown",
    ]
    words = Term(("source",), (WordSide(("true", "x" * 99)),), (1, 2, 3, 4), "Source")
    assert [words.place_text(n) for n in range(4)] == [
        "Source: yes",
        f"Source: {'x' * 39}\N{HORIZONTAL ELLIPSIS}",
        "Source: other",
        "Source: unknown",
    ]


def test_every_term_of_a_lead_can_be_asked_for_and_adds_up():
    row = qualified(BOOK, ledger=True, reasons=False)["a"]
    terms = [row[f"_t_probability_{n}"] for n in range(1, 7)]
    assert -15_000_000 + sum(terms) == 24_500_000
    assert row["probability"] == by_hand(24_500_000)  # type: ignore[arg-type]


def test_the_ledger_of_a_probability_adds_up_to_its_log_odds():
    row = qualified(BOOK, ledger=True, signals=True)["d"]
    ledger = model_ledger(must_read(BOOK).scores[0], row)  # type: ignore[arg-type]
    assert [(line.say, str(line.counted)) for line in ledger.rules][:3] == [
        ("every lead begins with", "-1.5"),
        ("visits", "-0.5"),
        ("last activity", "-0.9"),
    ]
    assert ledger.rules[2].facts == {"recency": 92.0}
    assert str(ledger.summed) == "-2.65"
    assert ledger.answer == row["probability"]


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        (datetime(2026, 11, 2), "was learned 1 day ago."),
        (datetime(2027, 12, 1), "395 days ago. That is long for what it looks at"),
        (datetime(2026, 10, 1), "after this moment: it may know what came since"),
    ],
)
def test_the_age_of_a_model_is_told(as_of, said):
    """learned on 2026-11-01, of the 90 days to come"""
    model = Model("soon", 0, (), horizon=90 * 86_400, learned=date(2026, 11, 1))
    assert said in model_age(model, as_of)
    assert "does not say when" in model_age(Model("soon", 0, ()), as_of)


def test_a_model_that_is_not_there_is_told():
    _, problems = read_playbook("scores: {probability: {model: buys_soon}}\n")
    assert [p.code for p in problems] == ["unknown-model"]


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("{of: employees, cuts: [5, 3], add: [0, 1, 2]}", "upwards"),
        ("{of: employees, cuts: [5], add: [0]}", "one value more than cuts"),
        ("{of: employees, cuts: [five], add: [0, 1]}", "is a number"),
        ("{of: employees}", "does not say what it adds"),
        (
            "{of: [employees, industry], sides: [{cuts: [1]}, {words: [a]}], add: [[0]]}",
            "needs 3 rows of 3",
        ),
        ("employees", "is a mapping"),
        ("{of: employees, cuts: [5], add: [0, 1e9]}", "log-odds between"),
    ],
)
def test_a_term_that_is_wrong_is_told(term, said):
    """a person edited the text"""
    model, problems = read_model(
        f"leadlight-model: 1\nname: m\nstart: 0\nterms:\n  - {term}\n", "m.yml"
    )
    assert model is None
    assert any(said in p.message for p in problems)


def test_what_time_changes_in_a_probability_is_known_beforehand():
    """c: the newest activity 12 days ago; at 30 days last activity adds -0.9 instead of 0.1, and its visit leaves at 30 days"""
    row = qualified(BOOK, due=True)["c"]
    assert 17.9 * 86_400 < row["changes_in"] <= 18 * 86_400
    assert qualified(BOOK, due=True)["b"]["changes_in"] is None


LONG = "a word with: colons, [brackets] and 'quotes' that a line may break at" * 3


def test_a_model_beside_a_playbook_is_part_of_its_text_and_its_faults_are_told_where_they_stand(
    tmp_path,
):
    """models/soon.yml, right and then with a slip of the pen; a name that would leave the folder is not looked for"""
    (tmp_path / "models").mkdir()
    file = tmp_path / "models" / "soon.yml"
    book = "scores: {probability: {model: soon}}\n"
    file.write_text(model_text(Model("soon", 2_500_000, ())), "utf-8")
    assert must_read(complete(book, tmp_path)).scores[0].model.start == 2_500_000  # type: ignore[union-attr]
    file.write_text(
        "name: soon\nterms:\n- {of: employees, cuts: [9, 3], add: [0, 1, 2]}\n", "utf-8"
    )
    with pytest.raises(CannotDo) as fault:
        complete(book, tmp_path)
    assert [(p.place.file, p.place.line) for p in fault.value.problems] == [(str(file), 3)]
    assert (
        complete("scores: {probability: {model: ../soon}}\n", tmp_path / "models").count("\n") == 1
    )


CUTS = st.lists(st.integers(-40, 40), unique=True, max_size=40).map(lambda c: tuple(sorted(c)))
ADDS = st.integers(-3 * LOGIT, 3 * LOGIT)


@st.composite
def models(draw: st.DrawFn) -> Model:
    from decimal import Decimal

    def side(name: str) -> NumberSide | WordSide:
        if name == "industry":
            return WordSide(
                tuple(
                    draw(
                        st.lists(
                            st.sampled_from(
                                [
                                    "software",
                                    "retail",
                                    "mining",
                                    LONG,
                                ]
                            ),
                            unique=True,
                            min_size=1,
                        )
                    )
                )
            )
        return NumberSide(tuple(Decimal(c) / 4 for c in draw(CUTS)))

    terms = []
    for of in draw(
        st.lists(
            st.sampled_from(
                [("employees",), ("industry",), ("employees", "industry"), ("budget",)]
            ),
            max_size=5,
        )
    ):
        sides = tuple(side(n) for n in of)
        size = math.prod(s.places for s in sides)
        terms.append(Term(of, sides, tuple(draw(st.lists(ADDS, min_size=size, max_size=size)))))
    return Model("m", draw(ADDS), tuple(terms))


@settings(max_examples=25, deadline=None)
@given(
    models(),
    st.lists(
        st.tuples(
            st.sampled_from([None, "Software", " retail", "x"]),
            st.one_of(st.none(), st.integers(-44, 44)),
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_the_plan_gives_what_the_text_says(model, leads):
    """any model, any lead: written, read again, and run"""
    text = model_text(model)
    again, problems = read_model(text, "m.yml")
    assert not problems
    assert again == model
    assert model_text(again) == text
    inline = "\n".join("    " + line for line in text.splitlines())
    book = must_read(f"scores: {{probability: {{model: m}}}}\nmodels:\n  m:\n{inline}\n")
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE leads (lead_id INTEGER, industry VARCHAR, employees DOUBLE, budget DOUBLE)"
    )
    rows = [
        (n, i, None if e is None else e / 4, None if e is None else -e / 2)
        for n, (i, e) in enumerate(leads)
    ]
    con.executemany("INSERT INTO leads VALUES (?, ?, ?, ?)", rows)
    sources = Sources(
        Catalog(present=frozenset({"lead_id", "industry", "employees", "budget"})), activities=None
    )
    found = con.sql(statement(book, sources, Everyone(AS_OF))).to_arrow_table().to_pylist()
    got = {r["lead_id"]: r["probability"] for r in found}
    assert got == {
        n: model.probability({"industry": i, "employees": e, "budget": b}) for n, i, e, b in rows
    }
