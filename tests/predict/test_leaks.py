"""Columns that know the answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from leadlight.predict.columns import Cell, ChangeHistory, TableColumn
from leadlight.predict.leaks import calendar_trap, doubtful_columns, leaks_of

LEADS = 2_000
RNG = np.random.default_rng(7)
CHANCE = 1 / (1 + np.exp(-(RNG.normal(0, 1, LEADS) - 0.5)))
WON = (RNG.random(LEADS) < CHANCE).astype(float)
HONEST = TableColumn(
    "visits", "Visits", [round(float(v), 2) for v in 10 * CHANCE + RNG.normal(0, 2, LEADS)]
)
SOURCE = TableColumn("source", "Source", ["referral" if c > 0.6 else "web" for c in CHANCE])


def named(*columns: tuple[str, list[Cell]], **more: object) -> dict[str, str]:
    """The columns that are named as leaks beside two honest ones: header and code."""
    listed = [
        HONEST,
        SOURCE,
        *(TableColumn(h.lower().replace(" ", "_"), h, cells) for h, cells in columns),
    ]
    return {s.header: s.code for s in leaks_of(listed, WON, **more)}  # type: ignore[arg-type]


def test_honest_columns_are_left_alone() -> None:
    """Strong, and known when the lead comes: nothing to say."""
    assert named() == {}


def test_filled_in_for_those_who_left_only() -> None:
    """A reason that only lost deals have tells by being there at all."""
    assert named(("Why", [None if w else "too dear" for w in WON])) == {"Why": "blank-tells"}


def test_the_amount_of_the_deal() -> None:
    """Nothing for lost deals, a sum for won ones: tells without fail."""
    assert named(("Amount", [float(RNG.integers(100, 900)) if w else 0.0 for w in WON])) == {
        "Amount": "too-good"
    }


def test_a_part_of_the_outcome() -> None:
    """Some who won have an order; nobody else has: few leads, but all of them won."""
    orders: list[Cell] = [bool(w and n % 8 == 0) for n, w in enumerate(WON)]
    assert named(("Has order", orders)) == {"Has order": "certain"}


def test_a_judgement_made_during_the_sale() -> None:
    """What a salesperson thought of the lead at the end, under a name that says so; under an honest name it may stay."""
    cells: list[Cell] = [
        "good" if c + e > 0.5 else "bad"
        for c, e in zip(CHANCE, RNG.normal(0, 0.1, LEADS), strict=True)
    ]
    assert named(("Lead Quality", cells)) == {"Lead Quality": "judgement"}
    assert named(("Company size", cells)) == {}


def test_the_state_when_the_table_was_made() -> None:
    """The last thing a lead did is known when all is over; its last name is no state, and so is marital status."""
    cells: list[Cell] = [
        "call" if c + e > 0.5 else "mail"
        for c, e in zip(CHANCE, RNG.normal(0, 0.1, LEADS), strict=True)
    ]
    assert named(("Last Touch", cells)) == {"Last Touch": "state"}
    assert named(("Last Name", cells)) == {}
    blank: list[Cell] = [None if n % 5 == 0 else c for n, c in enumerate(cells)]
    assert named(("Marital Status", blank)) == {}


def test_words_that_name_the_outcome() -> None:
    """A column of notes in which some say 'Closed by Ben'."""
    cells: list[Cell] = [
        "closed by ben" if w and n % 4 == 0 else ["busy", "call back"][n % 2]
        for n, w in enumerate(WON)
    ]
    assert named(("Remarques", cells))["Remarques"] in ("says-outcome", "certain")


def test_filled_by_one_act() -> None:
    """Two columns of another tool's score and index, blank for the very same leads: one tells, both go."""
    there = [n % 2 == 0 for n in range(LEADS)]
    strong: list[Cell] = [
        round(float(c), 1) if t else None for c, t in zip(CHANCE, there, strict=True)
    ]
    weak: list[Cell] = [
        "high" if t and n % 3 else "low" if t else None for n, t in enumerate(there)
    ]
    assert set(named(("Fit Score", strong), ("Fit Index", weak))) == {"Fit Score", "Fit Index"}


def test_alone_better_than_all_the_others() -> None:
    """A value computed of those who bought, under a harmless name."""
    cells: list[Cell] = [round(float(1.7 * w + RNG.normal(0, 1)), 2) for w in WON]
    assert named(("Page worth", cells)) == {"Page worth": "too-good"}


def test_the_length_of_the_call_that_sold() -> None:
    """How long the call took is known when it is over."""
    cells: list[Cell] = [round(float(3 + 1.5 * w + RNG.normal(0, 1.2)), 2) for w in WON]
    assert named(("Call duration", cells)) == {"Call duration": "during"}


def test_changed_after_the_win() -> None:
    """With a history: a column that was changed for a tenth of the leads after they had won."""
    assert named(history={"source": ChangeHistory(40, 400)}) == {"Source": "changes-after"}
    assert named(history={"source": ChangeHistory(2, 400)}) == {}


def test_changed_as_others_change_is_no_leak() -> None:
    """A tenth changed after they had won, and as many of the others in the same time: that is time, not the outcome."""
    assert named(history={"source": ChangeHistory(40, 400, 38, 400)}) == {}
    assert named(history={"source": ChangeHistory(40, 400, 19, 400)}) == {"Source": "changes-after"}
    assert named(history={"source": ChangeHistory(4, 20)}) == {}  # too few to tell


def test_an_id_that_goes_with_losing() -> None:
    """Ids are blank for a third of the lost leads: an artefact of the export, and named."""
    ids: list[Cell] = [None if not w and n % 3 == 0 else f"id{n}" for n, w in enumerate(WON)]
    assert named(("Key", ids), ids=("key",)) == {"Key": "blank-tells"}


def test_a_person_may_overrule() -> None:
    """What a person knows to be honest stays."""
    cells: list[Cell] = [1.0 if w else 0.0 for w in WON]
    assert named(("Fee", cells), use=("Fee",)) == {}


@pytest.mark.parametrize("won", [np.zeros(100), np.ones(100), np.zeros(0)])
def test_one_outcome_only(won: np.ndarray) -> None:  # type: ignore[type-arg]
    """Where everybody or nobody won there is nothing to find, and nothing breaks."""
    assert leaks_of([TableColumn("a", "A", [1.0] * len(won))], won) == []


def test_outcomes_recorded_from_some_day_on() -> None:
    """Leads of a year; wins were written down from July on: the earlier leads only look bad."""
    rng = np.random.default_rng(0)
    days = [datetime(2025, 1, 1) + timedelta(days=int(d)) for d in rng.integers(0, 365, 4_000)]
    won = np.array([d.month >= 7 and rng.random() < 0.12 for d in days], float)
    trap = calendar_trap(days, won)
    assert trap is not None
    assert trap[0] == datetime(2025, 7, 1)
    honest = (rng.random(4_000) < 0.12).astype(float)
    assert calendar_trap(days, honest) is None
    rising = np.array([rng.random() < 0.05 + 0.01 * d.month for d in days], float)
    assert calendar_trap(days, rising) is None


def test_much_for_one_column_is_asked_about() -> None:
    """Days until it was decided: too honest a look to be set aside unasked, and worth a question; honest columns are not asked about."""
    rng = np.random.default_rng(5)
    cells: list[Cell] = [round(float(rng.gamma(3, 11 if w else 30))) for w in WON]
    asked = doubtful_columns([HONEST, SOURCE, TableColumn("tage", "Dauer Tage", cells)], WON)
    assert len(asked) == 1
    assert asked[0].startswith("Dauer Tage: ranks the leads with an AUC of 0.8")
    assert doubtful_columns([HONEST, SOURCE], WON) == doubtful_columns([], WON) == []
    assert doubtful_columns([HONEST.take(range(20))], WON[:20]) == []


def weak(strength: float, seed: int = 3) -> list[Cell]:
    """A word that goes a little with the outcome: an AUC of about 0.6 at a strength of 0.2."""
    rng = np.random.default_rng(seed)
    return ["yes" if rng.random() < 0.4 + strength * w else "no" for w in WON]


@pytest.mark.parametrize("header", ["Last Activity", "Outcome", "o cancelled", "Bought"])
def test_a_name_alone_is_a_doubt(header: str) -> None:
    """A column that is called like a result, and hardly tells it (AUC .6): it is used, and asked
    about. The same name with clear evidence is set aside, in words that say what it looks like.
    """
    column = TableColumn(header.lower().replace(" ", "_"), header, weak(0.2))
    assert named((header, weak(0.2))) == {}
    (asked,) = doubtful_columns([HONEST, SOURCE, column], WON)
    assert "sounds as if it was filled in after the sale" in asked
    strong = TableColumn(column.name, header, weak(0.4))
    (leak,) = leaks_of([HONEST, SOURCE, strong], WON)
    assert "looks" in leak.why


def test_few_leads_condemn_no_column_by_how_it_ranks() -> None:
    """Fifty leads, ten of them won, thirty honest columns: none is set aside by chance, in any of
    thirty tables. A name that sounds like a result is.
    """
    for seed in range(30):
        rng = np.random.default_rng(seed)
        won = (np.arange(50) < 10).astype(float)
        columns = [
            TableColumn(f"x{n}", f"X {n}", [None if rng.random() < 0.1 else float(v) for v in row])
            for n, row in enumerate(rng.normal(size=(30, 50)).round(1))
        ]
        assert not leaks_of(columns, won)
        said = TableColumn("remark", "Remark", [["a", "b"][n] for n in rng.integers(0, 2, 50)])
        assert [s.code for s in leaks_of([*columns, said], won)] == ["judgement"]
