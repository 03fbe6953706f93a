"""The laws of the ledger, on random files: counts add up, twice is once, the past stays, undo is exact."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.facts.catalog import FIRST_TOUCH, NEWEST_TOUCH, Type
from leadlight.facts.cohort import Everyone
from tests.adapters.conftest import Desk, day
from tests.often import examples

OWN = {"fleet": Type.WHOLE}
maybe = st.none() | st.integers(0, 2)
lead = st.fixed_dictionaries(
    {"lead_id": st.sampled_from("abcd")},
    optional={
        "age": maybe,
        "fleet": maybe,
        "city": st.none() | st.sampled_from("xy"),
        "source": st.none() | st.sampled_from("xyz"),
        "changed_at": st.none() | st.integers(-3, 3).map(day),
    },
)
act = st.fixed_dictionaries(
    {
        "lead_id": st.sampled_from("abz"),
        "occurred_at": st.integers(-3, 3).map(day),
        "kind": st.sampled_from("kl"),
    },
    optional={
        "url": st.none() | st.sampled_from("uv"),
        "activity_id": st.none() | st.sampled_from("12"),
    },
)
rows = st.one_of(
    st.tuples(st.just("leads"), st.lists(lead, min_size=1, max_size=6)),
    st.tuples(st.just("activities"), st.lists(act, min_size=1, max_size=6)),
)
step = st.one_of(rows.map(lambda r: ("bring", r)), st.integers(0, 5).map(lambda n: ("undo", n)))
some = settings(
    max_examples=examples(12, 400), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def run(desk: Desk, n: int, what: str, content: list[dict[str, object]], backfill: bool = False):
    own = OWN if any("fleet" in r for r in content) else {}
    return desk.brings(what, content, day(10 + n), own=own, backfill=backfill)  # type: ignore[arg-type]


def picture(desk: Desk, cohort: Everyone) -> object:
    held = desk.ledger.holdings()
    leads = {
        k: {n: v for n, v in r.items() if v is not None} for k, r in desk.leads(cohort).items()
    }
    acts = [{n: v for n, v in a.items() if v is not None} for a in desk.activities(cohort)]
    return leads, sorted(acts, key=str), held and None


@some
@given(st.lists(step, min_size=1, max_size=6), rows, st.booleans())
def test_importing_twice_is_importing_once(
    steps: list[tuple[str, object]], last, backfill: bool
) -> None:
    """after any history: a file, and the same file again"""
    desk = Desk()
    history(desk, steps)
    first = run(desk, 50, *last, backfill=backfill)
    after = picture(desk, Everyone(day(80), "now"))
    again = run(desk, 60, *last, backfill=backfill)
    for receipt in (first, again):
        assert (
            receipt.read == receipt.imported + receipt.unchanged + receipt.rejected == len(last[1])
        )
    assert again.imported == 0
    assert picture(desk, Everyone(day(80), "now")) == after


@some
@given(st.lists(step, min_size=1, max_size=6), st.lists(step, min_size=1, max_size=4))
def test_what_comes_later_changes_no_earlier_picture(before: list, after: list) -> None:  # type: ignore[type-arg]
    """whatever is imported or taken back after day 20, the pictures up to day 20 stay"""
    desk = Desk()
    history(desk, before)
    pictures = [picture(desk, Everyone(day(n))) for n in (0, 2, 11, 13, 20)]
    history(desk, after, start=30)
    assert [picture(desk, Everyone(day(n))) for n in (0, 2, 11, 13, 20)] == pictures


@some
@given(st.lists(step, max_size=4), rows)
def test_undo_restores_the_picture_and_redo_the_other(
    steps: list[tuple[str, object]], last
) -> None:
    """import, undo, import"""
    desk = Desk()
    history(desk, steps)
    before = picture(desk, Everyone(day(80), "now"))
    receipt = run(desk, 40, *last)
    after = picture(desk, Everyone(day(80), "now"))
    desk.ledger.undo(receipt.import_id, now=day(60))
    assert picture(desk, Everyone(day(80), "now")) == before
    run(desk, 61, *last)
    assert picture(desk, Everyone(day(90), "now")) == after


@some
@given(st.lists(step, min_size=1, max_size=8))
def test_the_fold_is_the_plain_one(steps: list[tuple[str, object]]) -> None:
    """every picture equals a fold of the rows by hand, in Python"""
    desk = Desk()
    history(desk, steps)
    attributes = list(desk.ledger.holdings().attributes)
    facts = desk.select("SELECT * FROM attribute_facts")
    undone = {r["import_no"]: r["recorded_at"] for r in desk.select("SELECT * FROM undos")}
    for n in (-2, 0, 2, 10.5, 12, 15, 30):
        expected: dict[object, dict[str, object]] = {}
        first_word: dict[object, object] = {}  # which statement a source stands by
        for f in sorted(facts, key=lambda f: (f["_occurred_at"], f["_import"], f["_row"])):
            seen = f["_occurred_at"] <= day(n) and f["_recorded_at"] <= day(n)
            if seen and not (f["_import"] in undone and undone[f["_import"]] <= day(n)):
                known = expected.setdefault(f["lead_id"], dict.fromkeys(attributes))
                said = {a: f[NEWEST_TOUCH.get(a, a)] for a in attributes}
                news = {a: v for a, v in said.items() if v is not None}
                kept = {a for a in FIRST_TOUCH & news.keys() if known[a] is not None}
                word = (f["lead_id"], f["_occurred_at"], f["_import"])
                kept = {a for a in kept if first_word[f["lead_id"], a] != word}
                known.update({a: v for a, v in news.items() if a not in kept})
                first_word.update({(f["lead_id"], a): word for a in news.keys() - kept})
        assert desk.leads(day(n), newest=True) == expected


def history(desk: Desk, steps: list[tuple[str, object]], start: int = 0) -> None:
    for n, (verb, what) in enumerate(steps):
        if verb == "bring":
            run(desk, start + n, *what)  # type: ignore[misc]
            continue
        lines = [line for line in desk.ledger.imports() if not line.undone_at]
        if lines:
            desk.ledger.undo(lines[what % len(lines)].import_id, now=day(10 + start + n))  # type: ignore[operator]
