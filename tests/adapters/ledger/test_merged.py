"""The laws of a person who is several leads, on random facts: the score is that of the union, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leadlight.adapters.base.ledger_base import base_of_ledger
from leadlight.facts.cohort import Everyone, Moments, Some
from leadlight.facts.relation import TableName
from leadlight.playbook.read import must_read
from tests.adapters.conftest import Desk, day
from tests.often import examples

some = settings(
    max_examples=examples(8, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
few = settings(
    some, max_examples=examples(5, 100)
)  # each case fills and qualifies whole workspaces
Row = dict[str, object]
IDS = "abc"
BOOK = must_read("""
leadlight: 1
name: Test
signals:
  heat:
    half_life: 7d
    points: {page_viewed: 3, demo_requested: 40}
    rules:
      prices: {on: page_viewed, when: "url = '/0'", points: 5, at_most: 12, once_per: day}
  spent: {sum: value, of: any}
  demos: {count: demo_requested, within: 14d}
scores:
  fit: [{when: industry = 'software', add: 20}, {when: employees >= 2, add: 30}, {when: email is not null, add: 1}]
  engagement: heat
scales:
  temperature: [{hot: demos > 0 and fit >= 20}, {warm: engagement >= 9}, {cold: otherwise}]
segments:
  large: employees >= 3
  spenders: spent > 1
""")

statement = st.fixed_dictionaries(
    {"email": st.sampled_from(["x@a.de", "y@a.de", "z@b.de"])},
    optional={"industry": st.sampled_from(["software", "retail"]), "employees": st.integers(0, 4)},
)


@st.composite
def told_alike(draw: st.DrawFn) -> Row:
    """An activity whose columns follow from its kind and second, as two systems would tell the same one."""
    second = draw(st.integers(0, 4))
    kind = draw(st.sampled_from(["page_viewed", "demo_requested"]))
    return {
        "occurred_at": day(second),
        "kind": kind,
        "url": f"/{second % 2}",
        "value": float(second),
    }


files = st.lists(
    st.tuples(
        st.sampled_from(IDS),
        st.one_of(
            statement.map(lambda s: ("leads", [s])),
            st.lists(told_alike(), min_size=1, max_size=5).map(lambda a: ("activities", a)),
        ),
    ),
    max_size=8,
)


def filled(
    desk: Desk,
    content: Iterable[tuple[str, tuple[str, list[Row]]]],
    names: Mapping[str, str] | None = None,
) -> Desk:
    """The files, one a day from day 10 on; `names` calls every lead otherwise."""
    names = names or {i: i for i in IDS}
    every = [(i, ("leads", [{"email": "x@a.de", "industry": None}])) for i in IDS]
    for n, (who, (what, rows)) in enumerate([*every, *content]):
        desk.brings(what, [{"lead_id": names[who], **r} for r in rows], day(10 + n))  # type: ignore[arg-type]
    return desk


def qualification(desk: Desk, as_of: datetime) -> dict[object, Row]:
    base_of_ledger(desk.con, desk.ledger, Everyone(as_of)).qualify(BOOK, Everyone(as_of))
    found = desk.select("SELECT * FROM qualifications")
    return {r["lead_id"]: {k: v for k, v in r.items() if k != "lead_id"} for r in found}


def once_each(
    content: list[tuple[str, tuple[str, list[Row]]]],
) -> list[tuple[str, tuple[str, list[Row]]]]:
    """Every lead's log in one file: what stands in two files of one log is the same activity anyway."""
    logs: dict[str, list[Row]] = {}
    for who, (what, rows) in content:
        if what == "activities":
            logs.setdefault(who, []).extend(rows)
    return [c for c in content if c[1][0] == "leads"] + [
        (w, ("activities", r)) for w, r in logs.items()
    ]


@few
@given(files)
def test_the_score_of_a_person_is_the_score_of_the_union_of_facts(content: list) -> None:  # type: ignore[type-arg]
    """a, b and c are one; in another workspace all they did and were stands under one id"""
    content = once_each(content)
    merged, union = filled(Desk(), content), filled(Desk(), content, dict.fromkeys(IDS, "b"))
    merged.links([("a", "b"), ("b", "c")], {"a": "b", "c": "b"}, at=day(30))
    assert qualification(merged, day(31)) == qualification(union, day(31))


@few
@given(files, st.permutations([("a", "b"), ("b", "c"), ("a", "c")]))
def test_the_order_of_linking_does_not_matter(content: list, order: list[tuple[str, str]]) -> None:  # type: ignore[type-arg]
    """linked pair by pair in any order and under changing names, or all at once; unlinking restores what was"""
    one, other = filled(Desk(), content), filled(Desk(), content)
    before = picture(one, day(29))
    one.links([("a", "b"), ("b", "c")], {"b": "a", "c": "a"}, at=day(30))
    group = {i: i for i in IDS}
    for n, (x, y) in enumerate(order):
        joined = {i for i in IDS if group[i] in (group[x], group[y])}
        name = "a" if joined == set(IDS) else max(joined)
        changed = {i: name for i in joined if group[i] != name}
        group |= changed
        other.links([(x, y)], changed, at=day(30 + n))
    assert picture(one, day(40)) == picture(other, day(40))
    assert qualification(one, day(40)) == qualification(other, day(40))
    assert picture(one, day(29)) == picture(other, day(29)) == before
    other.links([(x, y, "refused") for x, y in order], {"b": "b", "c": "c"}, at=day(41))
    assert picture(other, day(41)) == before
    assert picture(other, day(40)) == picture(one, day(40))


def picture(desk: Desk, as_of: datetime) -> object:
    return desk.leads(as_of), sorted(map(str, desk.activities(as_of)))


yes_no = st.none() | st.booleans()


@some
@given(
    st.lists(
        st.tuples(st.sampled_from(IDS), yes_no, yes_no, st.none() | st.just("x@a.de")),
        min_size=1,
        max_size=7,
    )
)
def test_consent_is_never_widened(
    said: list[tuple[str, bool | None, bool | None, str | None]],
) -> None:
    """what any of them refuses now, the person refuses, even to an anonymous visitor's yes"""
    desk = Desk()
    desk.brings(
        "leads", [{"lead_id": "a", "consent": None, "do_not_call": None, "email": None}], day(0)
    )
    for n, (who, consent, silent, email) in enumerate(said, 1):
        desk.brings(
            "leads",
            [{"lead_id": who, "consent": consent, "do_not_call": silent, "email": email}],
            day(n),
        )
    each = [r for i, r in desk.leads(day(20)).items()]
    desk.links([("a", "b"), ("b", "c")], {"b": "a", "c": "a"}, at=day(21))
    (person,) = desk.leads(day(21)).values()
    consents, silences = {r["consent"] for r in each}, {r["do_not_call"] for r in each}
    assert person["consent"] is (False if False in consents else True if True in consents else None)
    assert person["do_not_call"] is (
        True if True in silences else False if False in silences else None
    )


COLUMNS = ("url", "product", "value")
told = st.fixed_dictionaries(
    {
        "lead_id": st.sampled_from("ab"),
        "kind": st.sampled_from("kl"),
        "occurred_at": st.sampled_from([day(1), day(2)]),
        "url": st.none() | st.sampled_from("uv"),
        "product": st.none() | st.sampled_from("p"),
        "value": st.none() | st.just(1.0),
    },
)


UNKNOWN_IN_BOTH = [
    {**dict.fromkeys(COLUMNS), "lead_id": i, "kind": "k", "occurred_at": day(1), "url": url}
    for i, url in (("a", "u"), ("a", None), ("b", "v"), ("b", None))
]


@some
@example(UNKNOWN_IN_BOTH, ("url",), False)
@given(st.lists(told, min_size=1, max_size=10), st.sampled_from([COLUMNS, ("url",)]), st.booleans())
def test_no_activity_is_counted_twice_or_lost(
    log: list[Row], columns: tuple[str, ...], third: bool
) -> None:
    """two or three leads tell what they did, each in its own words"""
    rows = [
        {k: v for k, v in r.items() if k in ("lead_id", "kind", "occurred_at", *columns)}
        for r in log
    ]
    if third:
        rows = [{**r, "lead_id": IDS[n % 3]} for n, r in enumerate(rows)]
    desk = Desk()
    desk.brings("leads", [{"lead_id": i, "email": "x@a.de"} for i in IDS], day(0))
    desk.brings("activities", rows, day(3))
    rows = desk.activities(day(4))
    desk.links([("a", "b"), ("b", "c")], {"b": "a", "c": "a"}, at=day(5))
    kept = desk.activities(day(6))
    told_by = {i: [r for r in rows if r["lead_id"] == i] for i in IDS}
    for mine in told_by.values():
        assert matched(mine, kept, columns) == len(mine), (
            "an activity of a lead is not among the person's"
        )
    signatures = {key(r, columns) for r in rows}
    most = sum(
        max(sum(key(r, columns) == s for r in mine) for mine in told_by.values())
        for s in signatures
    )
    assert max(map(len, told_by.values())) <= len(kept) <= most
    if len(columns) == 1 and not third:
        a, b, both = without_equals(told_by["a"], told_by["b"], columns)
        assert len(kept) == len(rows) - both - matched(a, b, columns)


def key(row: Row, columns: Iterable[str]) -> tuple[object, ...]:
    return (row["kind"], row["occurred_at"], *(row[c] for c in columns))


def without_equals(
    left: list[Row], right: list[Row], columns: Iterable[str]
) -> tuple[list[Row], list[Row], int]:
    """The rows of both that are not counted off against an equal one of the other, and how many are: two that state the same
    are one activity before either is laid against one that states more.
    """
    rest, mine = list(right), []
    for row in left:
        equal = next((o for o in rest if key(o, columns) == key(row, columns)), None)
        if equal is None:
            mine.append(row)
        else:
            rest.remove(equal)
    return mine, rest, len(left) - len(mine)


def matched(left: list[Row], right: list[Row], columns: Iterable[str]) -> int:
    """How many of the left can be told as one of the right each."""

    def same(a: Row, b: Row) -> bool:
        free = all(a[c] is None or b[c] is None or a[c] == b[c] for c in columns)
        return free and (a["kind"], a["occurred_at"]) == (b["kind"], b["occurred_at"])

    of_right: dict[int, int] = {}

    def place(n: int, tried: set[int]) -> bool:
        for m, other in enumerate(right):
            if m not in tried and same(left[n], other):
                tried.add(m)
                if m not in of_right or place(of_right[m], tried):
                    of_right[m] = n
                    return True
        return False

    return sum(place(n, set()) for n in range(len(left)))


change = st.one_of(
    st.tuples(
        st.just("link"), st.dictionaries(st.sampled_from(IDS), st.sampled_from(IDS), min_size=1)
    ),
    st.tuples(st.just("undo"), st.integers(0, 4)),
    st.tuples(st.just("check"), st.sampled_from(IDS)),
    st.tuples(
        st.just("say"), st.tuples(st.sampled_from(IDS), st.sampled_from(["x@a.de", "q@a.de"]))
    ),
)


@few
@given(st.lists(change, min_size=1, max_size=7))
def test_some_and_moments_say_the_same_as_everyone(changes: list) -> None:  # type: ignore[type-arg]
    """whatever is linked, checked, changed and taken back, in any order: every lead is in exactly one person"""
    desk = filled(
        Desk(), [("a", ("activities", [{"occurred_at": day(1), "kind": "k", "url": "/"}]))]
    )
    for n, (verb, what) in enumerate(changes):
        at = day(20 + n)
        if verb == "link":
            desk.links([], what, at=at)
        elif verb == "say":
            desk.brings("leads", [{"lead_id": what[0], "email": what[1]}], at)
        elif verb == "check":
            desk.checks(
                [
                    {
                        "lead_id": what,
                        "_email": "x@a.de",
                        "email_verdict": f"v{n}",
                        "doubts": f"d{n}",
                    }
                ],
                at,
            )
        else:
            later = [
                line
                for line in desk.ledger.imports()
                if not line.undone_at and line.what in ("links", "checks")
            ]
            if later:
                desk.ledger.undo(later[what % len(later)].import_id, now=at)
    desk.con.execute("CREATE TEMP TABLE pairs (lead_id VARCHAR, as_of TIMESTAMP)")
    moments = [day(20 + n) + timedelta(hours=1) for n in range(len(changes))]
    for moment in moments:
        desk.con.execute("INSERT INTO pairs SELECT unnest(['a', 'b', 'c']), ?", [moment])
    desk.con.execute("CREATE TEMP TABLE asked AS SELECT 'b' AS lead_id")
    many, acts = (
        desk.leads(Moments(TableName("pairs"))),
        desk.activities(Moments(TableName("pairs"))),
    )
    for moment in moments:
        everyone = desk.leads(moment)
        assert {k[0]: v for k, v in many.items() if k[1] == moment} == everyone  # type: ignore[index]
        here = sorted(
            str({k: v for k, v in a.items() if k != "as_of"}) for a in acts if a["as_of"] == moment
        )
        assert here == sorted(map(str, desk.activities(moment)))
        assert len(here) == 1
        asked = desk.leads(Some(moment, "asked"))
        assert len(asked) == 1
        assert asked.items() <= everyone.items()
