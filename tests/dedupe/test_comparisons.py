"""What is compared is chosen by standard names and by what stands in a company's own columns, never by their headers."""

from __future__ import annotations

import pytest

from leadlight.dedupe.comparisons import ColumnProfile, Comparison, How, choose, own_column
from leadlight.dedupe.settings import Settings
from leadlight.facts.catalog import Type
from leadlight.problems import CannotDo


def own(distinct: int, filled: int = 1000, type_: Type = Type.TEXT, **seen: float) -> How:
    return own_column(
        ColumnProfile("x", type_, True, filled, distinct, **{"length": 8, **seen}), 1000
    )  # type: ignore[arg-type]


def test_an_own_column_is_compared_by_what_it_holds() -> None:
    assert own(900, digits=1) is How.CODE
    assert own(900, type_=Type.WHOLE) is How.CODE
    assert own(40, type_=Type.WHOLE, length=2) is How.CATEGORY
    assert own(12) is How.CATEGORY
    assert own(400) is How.TEXT
    assert own(400, words=4) is How.WORDS
    assert own(300, type_=Type.MOMENT) is How.DATE


def test_what_says_nothing_of_a_person_is_not_compared() -> None:
    assert own(1000, digits=1) is How.OFF, "an id of the row"
    assert own(1) is How.OFF, "one value for all"
    assert own(5, filled=10) is How.OFF, "hardly ever filled"
    assert own(900, longest=400, words=30) is How.OFF, "free text"
    assert own(900, repeats_name=0.9) is How.OFF, "the name once more"
    assert own(900, type_=Type.NUMBER) is How.OFF, "an amount"


def seen(*names: str) -> list[ColumnProfile]:
    return [ColumnProfile(n, Type.TEXT, False, 900, 500) for n in names]


def test_standard_columns_that_say_the_same_are_one_comparison() -> None:
    chosen = choose(
        seen(
            "first_name",
            "last_name",
            "full_name",
            "phone",
            "mobile",
            "city",
            "postal_code",
            "source",
        ),
        1000,
    )
    assert chosen == (
        Comparison(How.NAME, ("first_name", "last_name", "full_name")),
        Comparison(How.PHONE, ("phone", "mobile")),
        Comparison(How.PLACE, ("postal_code", "city")),
    )


def test_the_company_may_set_how_a_column_is_compared() -> None:
    assert choose(seen("email", "city"), 1000, {"city": "off"}) == (
        Comparison(How.EMAIL, ("email",)),
    )
    with pytest.raises(CannotDo, match="Did you mean 'street'"):
        choose(seen("city"), 1000, {"city": "stret"})


def test_limits_that_cannot_be() -> None:
    with pytest.raises(CannotDo, match=r"asked about from 0\.9 and made from 0\.8"):
        Settings(make=0.8, ask=0.9)


def test_what_plug_ins_made_of_a_title_does_not_speak_a_second_time() -> None:
    """job_title, seniority, department, titles_provenance, tier"""
    own_ones = [
        ColumnProfile(n, Type.TEXT, True, 900, 12, length=8)
        for n in ("seniority", "department", "titles_provenance", "tier")
    ]
    chosen = {c.about for c in choose([*seen("job_title"), *own_ones], 1000)}
    assert chosen == {"job title", "tier"}
    of_the_company = {c.about for c in choose([*seen("job_title"), *own_ones[:2]], 1000)}
    assert of_the_company == {"job title", "seniority", "department"}
