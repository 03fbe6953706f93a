"""Which version is in force, from nothing but what was published and signed."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from leadlight.facts.agreements import Agreements, SignOff, Version, in_force, roles_to_sign

START = datetime.fromisoformat("2026-03-01")
ROLES = ("marketing", "sales")


def day(n: float) -> datetime:
    return START + timedelta(days=n)


def version(
    number: int,
    at: float,
    needs: tuple[str, ...] = ROLES,
    wished: float | None = None,
    print_: str = "",
) -> Version:
    return Version(
        number,
        print_ or f"{number:012x}",
        "Ours",
        needs,
        "ada",
        "",
        day(at),
        day(wished) if wished is not None else None,
    )


def signed(number: int, role: str, at: float, print_: str = "") -> SignOff:
    return SignOff(number, print_ or f"{number:012x}", role, "bo", day(at))


def test_a_version_is_in_force_when_the_last_role_has_signed() -> None:
    """
    day 1  v1 published, needs marketing and sales
    day 2  marketing signs
    day 5  sales signs
    """
    known = Agreements((version(1, 1),), (signed(1, "marketing", 2), signed(1, "sales", 5)))
    assert known.in_force(day(4.9)) is None
    assert known.in_force(day(5)) == known.versions[0]
    states = [known.state(known.versions[0], day(n)) for n in (1, 3, 5)]
    assert [(s.word, s.missing) for s in states] == [
        ("proposed", ROLES),
        ("proposed", ("sales",)),
        ("in force", ()),
    ]
    assert states[2].since == day(5)


def test_a_version_that_is_signed_waits_for_its_date() -> None:
    """published on day 1 for day 9, signed on day 2; and one whose date is past when it is signed"""
    known = Agreements((version(1, 1, ("sales",), 9),), (signed(1, "sales", 2),))
    assert known.in_force(day(8)) is None
    assert (known.state(known.versions[0], day(3)).word, known.in_force(day(9))) == (
        "coming",
        known.versions[0],
    )
    late = Agreements((version(1, 1, ("sales",), 0.5),), (signed(1, "sales", 2),))
    assert late.in_force(day(1.5)) is None
    assert late.in_force(day(2)) == late.versions[0]


def test_a_version_that_was_overtaken_was_never_in_force() -> None:
    """v2 waits for sales; v3, which needs nobody, is published; then sales signs v2 after all"""
    known = Agreements(
        (version(1, 0, ()), version(2, 1, ("sales",)), version(3, 2, ())), (signed(2, "sales", 3),)
    )
    one, two, three = known.versions
    assert [known.in_force(day(n)) for n in (0, 1, 2, 3, 9)] == [one, one, three, three, three]
    words = [known.state(v, day(4)).word for v in known.versions]
    assert words == ["superseded", "never in force", "in force"]
    assert known.state(two, day(1.5)).word == "proposed"
    assert known.proposed_versions(day(4)) == ()


def test_a_signature_under_another_text_counts_for_nothing() -> None:
    """sales signed a text with another fingerprint"""
    known = Agreements((version(1, 1, ("sales",)),), (signed(1, "sales", 2, "feedfeedfeed"),))
    assert known.in_force(day(9)) is None
    assert known.missing_roles(known.versions[0]) == ("sales",)


def test_a_moment_before_the_first_version_goes_by_the_first() -> None:
    """v1 in force from day 5; the base as of day 1, asked on day 4 and on day 6"""
    known = Agreements((version(1, 5, ()),))
    assert known.version_for(day(1), now=day(4)) is None
    assert known.version_for(day(1), now=day(6)) == known.versions[0]
    assert known.as_of(day(4)).versions == ()


def test_a_stretch_of_time_is_parted_where_another_version_comes_into_force() -> None:
    """v1 from day 2, v2 from day 5; days 0 to 9"""
    known = Agreements((version(1, 2, ()), version(2, 5, ())))
    one, two = known.versions
    assert known.periods(day(0), day(9), now=day(9)) == [
        (day(0), day(5), one),
        (day(5), day(9), two),
    ]
    assert known.periods(day(6), day(7), now=day(9)) == [(day(6), day(7), two)]
    assert Agreements().periods(day(0), day(9), now=day(9)) == [(day(0), day(9), None)]


def test_who_leaves_the_key_out_does_not_leave_the_others_out() -> None:
    """v1 needs marketing and sales; the next text needs marketing and finance, or nobody"""
    assert roles_to_sign(("marketing", "finance"), version(1, 0)) == (
        "marketing",
        "finance",
        "sales",
    )
    assert roles_to_sign((), version(1, 0)) == ROLES
    assert roles_to_sign((), None) == ()


roles = st.lists(st.sampled_from(("marketing", "sales", "finance")), max_size=2, unique=True).map(
    tuple
)
moments = st.integers(0, 40)
published = st.tuples(roles, st.none() | moments)
signatures = st.tuples(
    st.integers(1, 5), st.sampled_from(("marketing", "sales", "finance")), st.booleans()
)


@st.composite
def histories(draw: st.DrawFn) -> list[Version | SignOff]:
    """What was published and signed, in the order in which it was recorded, at most one thing a day."""
    out: list[Version | SignOff] = []
    for n, (publishes, what, sign) in enumerate(
        draw(st.lists(st.tuples(st.booleans(), published, signatures), max_size=14))
    ):
        if publishes:
            number = 1 + sum(isinstance(o, Version) for o in out)
            out.append(version(number, n, what[0], what[1]))
        else:
            out.append(signed(sign[0], sign[1], n, "" if sign[2] else "feedfeedfeed"))
    return out


def known_of(events: list[Version | SignOff]) -> Agreements:
    return Agreements(
        tuple(e for e in events if isinstance(e, Version)),
        tuple(e for e in events if isinstance(e, SignOff)),
    )


@given(histories(), st.integers(0, 14))
def test_what_is_recorded_later_changes_no_earlier_answer(
    events: list[Version | SignOff], upto: int
) -> None:
    """the whole history, and what of it was there after so many days, asked of every moment until then"""
    whole, part = known_of(events), known_of(events[:upto])
    for n in range(upto):
        at = day(n)
        assert (
            whole.in_force(at) == part.in_force(at) == in_force(whole.versions, whole.sign_offs, at)
        )
        assert whole.as_of(at).in_force(at) == whole.in_force(at)
        for v in part.as_of(at).versions:
            assert whole.state(v, at) == part.state(v, at)


@given(histories())
def test_one_version_is_in_force_at_any_moment_after_the_first(
    events: list[Version | SignOff],
) -> None:
    """the numbers in force never go down; exactly one version says of itself that it is in force"""
    known = known_of(events)
    seen: list[int] = []
    for n in range(60):
        found = known.in_force(day(n))
        assert found is not None or not seen
        saying = [v for v in known.versions if known.state(v, day(n)).word == "in force"]
        assert saying == ([found] if found else [])
        seen += [found.number] if found else []
    assert seen == sorted(seen)


@given(histories(), moments, moments)
def test_the_parts_of_a_stretch_join_and_are_right(
    events: list[Version | SignOff], a: int, b: int
) -> None:
    """any stretch of time"""
    known, now = known_of(events), day(60)
    since, until = day(min(a, b)), day(max(a, b) + 1)
    parts = known.periods(since, until, now)
    assert (parts[0][0], parts[-1][1]) == (since, until)
    assert all(x[1] == y[0] and x[2] != y[2] for x, y in pairwise(parts))
    for n in range(min(a, b), max(a, b) + 1):
        (ruling,) = [v for x, y, v in parts if x <= day(n) < y]
        assert ruling == known.version_for(day(n), now)
