"""The fit of a sum of tables, and that its text says the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from leadlight.playbook.model_yaml import model_text, read_model
from leadlight.predict.columns import TableColumn
from leadlight.predict.features import bins_of, features_of
from leadlight.predict.judge.verdict import NO_SIGNAL
from leadlight.predict.learn import boosting
from leadlight.predict.learn.boosting import Choice, chance
from leadlight.predict.learn.model_selection import fit
from leadlight.predict.learn.playbook_model import model_of
from leadlight.predict.learn.training import TrainingResult, learn
from leadlight.problems import CannotDo

LEADS = 900


def table(
    leads: int = LEADS, seed: int = 1, shift: float = -0.6
) -> tuple[list[TableColumn], np.ndarray]:  # type: ignore[type-arg]
    """Leads whose chance falls with days, differs by source, and is highest for large companies of one source."""
    rng = np.random.default_rng(seed)
    days = np.round(rng.gamma(2, 15, leads), 1)
    size = rng.integers(1, 500, leads)
    source = rng.choice(["web", "referral", "fair", "partner"], leads, p=[0.5, 0.25, 0.2, 0.05])
    odds = (
        shift
        - 0.04 * (days - 30)
        + 1.2 * (source == "referral")
        + 0.8 * ((size > 250) & (source == "web"))
    )
    won = (rng.random(leads) < 1 / (1 + np.exp(-odds))).astype(float)
    columns = [
        TableColumn(
            "days", "Days", [None if n % 17 == 0 else float(d) for n, d in enumerate(days)]
        ),
        TableColumn("employees", "Employees", [int(s) for s in size]),
        TableColumn(
            "created_at",
            "Created",
            [datetime(2025, 1, 1) + timedelta(hours=n) for n in range(leads)],
        ),
        TableColumn(
            "source", "Source", [None if n % 23 == 0 else str(s) for n, s in enumerate(source)]
        ),
    ]
    return columns, won


@pytest.fixture(scope="module")
def learned() -> TrainingResult:
    """One table, learned."""
    columns, won = table()
    return learn(columns, won.tolist())


def text_of(found: TrainingResult) -> str:
    """Its model's text."""
    return model_text(model_of(found, "soon", "won", "A test.", date(2026, 1, 1), {}))


def test_the_text_gives_the_probability_of_the_fit(learned: TrainingResult) -> None:
    """Written, read again and asked of any lead, blank and unseen values among them: the same to six decimals."""
    columns, _ = table(60, seed=5)
    columns[3] = TableColumn(
        "source", "Source", ["pigeon" if n % 7 == 0 else c for n, c in enumerate(columns[3].cells)]
    )
    model, problems = read_model(text_of(learned), "soon.yml")
    assert model is not None, problems
    expected = learned.fitted.probability(columns)
    for n in range(60):
        said = model.probability({c.name: c.cells[n] for c in columns})
        assert said == pytest.approx(expected[n], abs=1e-6)


def test_the_tables_are_the_librarys_own() -> None:
    """The sum of our tables is what the library itself says of every lead, pairs included."""
    columns, won = table()
    features, _ = features_of(columns, range(LEADS), int(won.sum()))
    bins = bins_of(features, columns)
    found = fit(features, bins, won, seed=3, choice=Choice(share=0.0, pairs=True))
    machine = boosting.new_machine(
        features, len(won), 3, False, interactions=0, monotone_constraints=[0, 0, 0]
    )
    with boosting.quiet():
        machine.fit(boosting.library_bins(bins), won.astype(int))
        single = machine.predict_proba(boosting.library_bins(bins))[:, 1]
    mains = fit(features, bins, won, seed=3, choice=Choice(share=0.0))
    assert chance(mains.log_odds(bins)) == pytest.approx(single, abs=1e-9)
    coarse = [c for c, _ in found.coarse]
    cells = np.column_stack([found.coarse[n][1][bins[:, n]] for n in range(len(features))])
    so_far = mains.log_odds(bins)
    pairs = boosting.new_machine(
        coarse,
        len(won),
        3,
        False,
        interactions=boosting.most_pairs(int(won.sum()), 3),
        exclude="mains",
    )
    with boosting.quiet():
        pairs.fit(boosting.library_bins(cells), won.astype(int), init_score=so_far)
        both = pairs.predict_proba(boosting.library_bins(cells), init_score=so_far)[:, 1]
    assert found.pairs
    assert chance(found.log_odds(bins)) == pytest.approx(both, abs=1e-9)
    assert abs(mains.log_odds(bins) - found.log_odds(bins)).max() > 0.01


def test_the_same_data_and_seed_give_the_same_text(learned: TrainingResult) -> None:
    """Learned twice: not a letter differs."""
    columns, won = table()
    assert text_of(learn(columns, won.tolist())) == text_of(learned)


def test_a_model_finds_what_is_there(learned: TrainingResult) -> None:
    """It ranks well above chance on leads it never saw, and says about what comes."""
    v = learned.verdict
    assert v.refused is None
    assert v.model.auc.low is not None
    assert v.model.auc.low > 0.6
    assert v.off < 0.15  # ten parts of 18 leads
    assert {name for name, _ in learned.weights[:2]} == {"Days", "Source"}


def test_fifty_outcomes_are_enough_to_be_of_use() -> None:
    """Some fifty wins among four hundred leads: better than chance on new leads, with a width that says how little it knows."""
    columns, won = table(400, seed=2, shift=-2.7)
    assert 35 <= won.sum() <= 70
    found = learn(columns, won.tolist())
    fresh, answer = table(4_000, seed=9, shift=-2.7)
    from leadlight.predict.ranking import auc_of

    assert auc_of(found.fitted.probability(fresh), answer) > 0.68
    low, high = found.verdict.model.auc.low, found.verdict.model.auc.high
    assert low is not None
    assert high is not None
    assert high - low > 0.06


def test_a_chance_that_may_only_fall() -> None:
    """Asked to fall with days, no step of the curve rises."""
    columns, won = table()
    features, _ = features_of(columns, range(LEADS), int(won.sum()))
    found = fit(
        features, bins_of(features, columns), won, rising={"days": -1}, choice=Choice(share=0.5)
    )
    days = found.tables[[f.name for f in features].index("days")][1:]
    assert (np.diff(days) <= 1e-9).all()


@pytest.mark.parametrize(
    ("won", "said"),
    [
        ([0] * 200, "nothing can be learned"),
        ([1] * 200, "nothing can be learned"),
        ([1] * 12 + [0] * 300, "12"),
        ([], "no leads"),
    ],
)
def test_too_little_to_learn_from(won: list[int], said: str) -> None:
    """Nobody won, everybody won, twelve won, no leads: a sentence each."""
    columns = [TableColumn("a", "A", [float(n % 9) for n in range(len(won))])]
    with pytest.raises(CannotDo, match=said):
        learn(columns, [bool(w) for w in won])


def test_columns_of_nothing_and_of_noise() -> None:
    """All missing, constant, ten thousand words, dates as text and noise: no crash, and noise is refused."""
    rng = np.random.default_rng(4)
    won = (rng.random(800) < 0.3).tolist()
    columns = [
        TableColumn(
            "created_at", "Created", [datetime(2025, 1, 1) + timedelta(hours=n) for n in range(800)]
        ),
        TableColumn("nothing", "Nothing", [None] * 800),
        TableColumn("same", "Same", ["x"] * 800),
        TableColumn("words", "Words", [f"w{n}" for n in rng.integers(0, 10_000, 800)]),
        TableColumn("day", "Day", [f"2026-0{n % 9 + 1}-11" for n in range(800)]),
        TableColumn("noise", "Noise", [float(n) for n in rng.integers(0, 50, 800)]),
    ]
    found = learn(columns, won)
    assert found.verdict.refused
    assert NO_SIGNAL in found.verdict.refused
    assert {"Nothing", "Same", "Words"} <= {s.header for s in found.aside}


def test_no_column_is_left() -> None:
    """Where every column is empty or the same, that is the sentence."""
    with pytest.raises(CannotDo, match="No column is left"):
        learn([TableColumn("same", "Same", ["x"] * 200)], [n % 3 == 0 for n in range(200)])
