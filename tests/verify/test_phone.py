"""Phone numbers: the docstring's lines are `number | lead's country | verdict | rules | repair`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.facts.contact import RULES
from leadlight.verify.numbering import LINES
from leadlight.verify.phone import PhoneCheck, check_phone, check_phones

VERDICTS = {"reachable", "risky", "unreachable", "unknown"}


def holds(case: str | None, default: str | None = None) -> None:
    """Each line of a case is what the check says."""
    lines = [
        [cell.strip() for cell in line.split("|")]
        for line in (case or "").splitlines()
        if "|" in line
    ]
    assert lines
    for number, country, verdict, because, repair in lines:
        found = check_phone(number, country or None, default)
        assert (found.verdict, "; ".join(found.because), found.repair or "") == (
            verdict,
            because,
            repair,
        ), number


def test_a_number_that_its_plan_holds():
    """
    +49 30 23126555           |    | reachable |  |
    +493023126555             | US | reachable |  |
    +49 (0)30 23126-555       |    | reachable |  | +493023126555
    030/23126555              | DE | reachable |  | +493023126555
    0049 30 23126555          |    | reachable |  | +493023126555
    0049 30 23126555          | US | reachable |  | +493023126555
    011 49 30 23126555        | US | reachable |  | +493023126555
    (212) 736-1234            | US | reachable |  | +12127361234
    1-212-736-1234            | US | reachable |  | +12127361234
    1-800-FLOWERS             | US | reachable |  | +18003569377
    8 (812) 123-45-67         | RU | reachable |  | +78121234567
    020 7183 8750             | UK | reachable |  | +442071838750
    tel:+49-30-23126555       |    | reachable |  | +493023126555
    +683 4002                 |    | reachable |  |
    """
    holds(test_a_number_that_its_plan_holds.__doc__)


def test_an_extension_is_kept_and_never_repaired_away():
    """
    (212) 736-1234 x12        | US | reachable |  |
    +49 30 23126555 ext. 4    |    | reachable |  |
    tel:+49-30-23126555;ext=4 |    | reachable |  |
    +7 812 123 45 67 доб. 12  |    | reachable |  |
    """
    holds(test_an_extension_is_kept_and_never_repaired_away.__doc__)
    assert check_phone("(212) 736-1234 x12", "US").e164 == "+12127361234"


def test_words_around_a_number_and_two_numbers_in_one_cell():
    """
    call me: 0171 1234567 please  | DE | reachable |  | +491711234567
    030 23126555 or 0171 1234567  | DE | reachable |  | +493023126555
    """
    holds(test_words_around_a_number_and_two_numbers_in_one_cell.__doc__)


def test_what_people_type_instead_of_a_number():
    """
    1234567890          | DE | unreachable | placeholder_number |
    0123456789          | FR | unreachable | placeholder_number |
    0000000000          | US | unreachable | placeholder_number |
    1111111111          |    | unreachable | placeholder_number |
    9999999999          | DE | unreachable | placeholder_number |
    99999               | DE | unreachable | placeholder_number |
    123123123           | DE | unreachable | placeholder_number |
    123456              |    | unreachable | placeholder_number |
    555-0100            | DE | unreachable | placeholder_number |
    555-0100            |    | unreachable | placeholder_number |
    +1 555 0100         | DE | unreachable | placeholder_number |
    (212) 555-0123      | US | unreachable | placeholder_number |
    +1 212 555 0199     |    | unreachable | placeholder_number |
    (555) 123-4567      | US | unreachable | placeholder_number |
    +49 123456789       |    | unreachable | placeholder_number |
    +1 (000) 000-0000   |    | unreachable | placeholder_number |
    +44 7700 900123     |    | unreachable | placeholder_number |
    07700 900123        | GB | unreachable | placeholder_number |
    110                 | DE | unreachable | placeholder_number |
    """
    holds(test_what_people_type_instead_of_a_number.__doc__)


def test_a_placeholder_that_a_plan_holds_is_only_doubted():
    """
    +33 1 23 45 67 89   |    | risky     | show_number |
    +48 123 456 789     |    | risky     | show_number |
    555 0100            | IS | reachable |             | +3545550100
    """
    holds(test_a_placeholder_that_a_plan_holds_is_only_doubted.__doc__)


def test_no_number_at_all():
    """
    n/a          | DE | unreachable | no_number   |
    ask me       | DE | unreachable | no_number   |
    4.9171E+11   | DE | unreachable | no_number   |
    7            | US | unreachable | impossible  |
    45678        | US | unreachable | impossible  |
    +4930        |    | unreachable | impossible  |
    +999 555123  |    | unreachable | not_in_plan |
    """
    holds(test_no_number_at_all.__doc__)


def test_a_country_that_is_only_a_default_makes_nothing_unreachable():
    """
    0171 1234567   |    | reachable |                 | +491711234567
    (0) 000 12-3   |    | risky     | guessed_country |
    2              | US | unreachable | impossible    |
    """
    holds(test_a_country_that_is_only_a_default_makes_nothing_unreachable.__doc__, default="DE")
    assert check_phone("030 23126555", None, "US").because == ("guessed_country",)


def test_a_number_without_any_country():
    """
    030 23126555        |    | unknown | no_country      |
    491711234567        |    | risky   | guessed_country | +491711234567
    491711234567.0      |    | risky   | guessed_country | +491711234567
    """
    holds(test_a_number_without_any_country.__doc__)


def test_short_and_dear_numbers():
    """
    115             | DE | risky | short_number |
    3900            | FR | risky | short_number |
    736-1234        | US | risky | short_number |
    0900 1234567    | DE | risky | premium      | +499001234567
    """
    holds(test_short_and_dear_numbers.__doc__)


def test_digits_of_other_scripts_and_marks_of_direction():
    """A number from an address book that writes from right to left, and one typed with a wide keyboard."""
    assert check_phone("٠٣٠٢٣١٢٦٥٥٥", "DE").e164 == "+493023126555"
    assert check_phone("\u202a+49 30 23126555\u202c").verdict == "reachable"
    assert check_phone("＋４９ ３０ ２３１２６５５５").e164 == "+493023126555"


@pytest.mark.parametrize(
    ("number", "line", "country"),
    [
        ("+49 1711234567", "mobile", "DE"),
        ("+49 30 23126555", "fixed", "DE"),
        ("+1 212 736 1234", "fixed_or_mobile", "US"),
        ("+1 800 356 9377", "toll_free", "US"),
        ("+49 900 1234567", "premium", "DE"),
        ("+44 56 1234 5678", "voip", "GB"),
        ("+7 701 234 56 78", "mobile", "KZ"),
    ],
)
def test_what_a_number_rings_and_where(number, line, country):
    """The line and the country come from the number, whatever the lead says."""
    found = check_phone(number, "FR")
    assert (found.line, found.country) == (line, country)


def test_many_numbers_are_checked_as_each_one():
    """The batch form gives the same checks, in the order asked."""
    pairs = [("030 23126555", "DE"), ("030 23126555", None), ("1234567890", None)]
    assert list(check_phones(pairs)) == [check_phone(*pair) for pair in pairs]


@settings(deadline=None)  # the first number loads the plans
@given(
    st.text(max_size=40),
    st.sampled_from([None, "DE", "US", "xx", "uk", ""]),
    st.sampled_from([None, "GB"]),
)
def test_any_text_ends_in_a_verdict_of_the_table(text, country, default):
    """Whatever stands in the cell: a verdict, known rules, a line, and a repair that is E.164 and reads back as itself."""
    found = check_phone(text, country, default)
    assert isinstance(found, PhoneCheck)
    assert found.verdict in VERDICTS
    assert all(RULES[rule].subject == "phone" for rule in found.because)
    assert found.line in set(LINES.values()) | {"unknown"}
    assert found.repair is None or (
        found.repair == found.e164 and check_phone(found.repair).e164 == found.e164
    )


@settings(deadline=None)  # the first number loads the plans
@given(st.text(alphabet="0123456789+ ()-./x", max_size=30))
def test_only_a_default_never_makes_a_possible_number_unreachable(text):
    """With a default country alone, only placeholders and what is no number's length anywhere are unreachable."""
    found = check_phone(text, None, "DE")
    if found.verdict == "unreachable" and not text.strip().startswith("+"):
        assert "not_in_plan" not in found.because
