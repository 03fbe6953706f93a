"""The quick binding of libphonenumber and the plain one say the same."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys

import phonenumbers
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from leadlight.verify.numbering import NumberingPlan
from leadlight.verify.phone import judge

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("rphonenumbers") is None, reason="the extra `fast` is absent"
)
COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)


@pytest.fixture(scope="module")
def both() -> tuple[NumberingPlan, NumberingPlan]:
    return NumberingPlan("rphonenumbers"), NumberingPlan("phonenumbers")


def same_plan(text: str, country: str) -> bool:
    """Whether the two bindings themselves agree; each ships its own release of the numbering plans, and plans change."""
    said = []
    for lib in (importlib.import_module("rphonenumbers"), phonenumbers):
        try:
            number = lib.parse(text, country)
            said.append(
                (
                    lib.is_valid_number(number),
                    lib.number_type(number),
                    lib.region_code_for_number(number),
                )
            )
        except lib.NumberParseException as bad:
            said.append(bad.error_type)
        except BaseException as broken:  # a panic of the one in Rust is no Exception
            if type(broken).__name__ != "PanicException":
                raise
            return False
    return said[0] == said[1]


@st.composite
def near_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A number near an example of some country's plan: digits changed, written in some form, maybe of another country."""
    country = draw(st.sampled_from(COUNTRIES))
    example = phonenumbers.example_number(country)
    form = draw(st.integers(0, 3))
    text = phonenumbers.format_number(example, form)
    at = draw(st.integers(0, len(text)))
    text = (
        text[:at]
        + draw(st.text("0123456789 +-()x/.a", max_size=3))
        + text[at + draw(st.integers(0, 2)) :]
    )
    return text, draw(st.sampled_from((country, draw(st.sampled_from(COUNTRIES)))))


@settings(max_examples=300, deadline=None)
@given(near_numbers())
def test_both_bindings_give_equal_checks(both, case):
    """A number near a plan's own example, with some characters changed."""
    quick, plain = both
    assume(same_plan(*case))
    assert judge(quick, *case, None) == judge(plain, *case, None)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(COUNTRIES))
def test_both_bindings_give_equal_checks_of_any_text(both, text, country):
    """Any text at all."""
    quick, plain = both
    assume(same_plan(text, country))
    assert judge(quick, text, country, None) == judge(plain, text, country, None)


def test_the_numbering_plans_are_loaded_with_the_first_number_only():
    """`leadlight --help` reads no plan."""
    code = (
        "import sys, leadlight.verify.lead; assert not {'phonenumbers', 'rphonenumbers'} &"
        " set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_where_a_number_is_dialled_from_breaks_nothing():
    """The binding in Rust panics over a context that stands before the number."""
    for text in (
        ";phone-context=+1tel:5",
        "1;phone-context=+49;ext=4 tel:030 23126555",
        ";isub=1tel:;phone-context=",
    ):
        assert judge(NumberingPlan("rphonenumbers"), text, "DE", None).verdict
