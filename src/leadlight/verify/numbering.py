"""The international numbering plan, by the fastest binding of libphonenumber that is installed.

`rphonenumbers` (the extra `fast`) reads about eight times as many numbers a second as
`phonenumbers`. Both speak one language; this module is the only one that knows there are two.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

Line = Literal[
    "mobile", "fixed", "fixed_or_mobile", "toll_free", "premium", "voip", "pager", "unknown"
]
Fault = Literal["no_number", "impossible", "local", "not_in_plan", "no_country"]

LINES: Mapping[int, Line] = {
    0: "fixed",
    1: "mobile",
    2: "fixed_or_mobile",
    3: "toll_free",
    4: "premium",
    5: "unknown",
    6: "voip",
    7: "unknown",
    8: "pager",
    9: "unknown",
    10: "unknown",
}
"""libphonenumber's types; 5, 7, 9 and 10 (shared cost, personal, company-wide, voicemail) are no
line by themselves.
"""

NO_TYPE = 99
EVERYWHERE = "001"  # libphonenumber's region of numbers that belong to no country, such as +800
ALIASES = {"UK": "GB", "EL": "GR"}
_CONTEXT = re.compile(r";(?:phone-context|isub)=?[^;]*", re.IGNORECASE)
LONGEST = 250  # characters; libphonenumber reads no more either


Read = tuple[str, str | None, Line, int, str, bool]
"""A number that a plan holds: E.164, the country it belongs to, what it rings, its calling code,
its digits behind that, and whether an extension follows. A bare tuple, because millions are made.
"""


class NumberingPlan:
    """The numbering plans of all countries, asked through one binding."""

    def __init__(self, binding: str) -> None:
        numbers: Any = importlib.import_module(binding)
        self.binding = binding
        self._parse = numbers.parse
        self._type = numbers.number_type
        self._region = numbers.region_code_for_number
        self._length = numbers.is_possible_number_with_reason
        self._calling_code = numbers.country_code_for_region
        self._bad: type[Exception] = numbers.NumberParseException
        self._format, self._national = numbers.format_number, numbers.PhoneNumberFormat.NATIONAL
        self.countries: frozenset[str] = frozenset(numbers.SUPPORTED_REGIONS)
        self._main: dict[int, str] = {
            code: countries[0] for code, countries in numbers.COUNTRY_CODE_TO_REGION_CODE.items()
        }
        # Most calling codes are of one country only, so there is nothing to ask.
        self._alone: dict[int, str] = {
            code: countries[0]
            for code, countries in numbers.COUNTRY_CODE_TO_REGION_CODE.items()
            if len(countries) == 1
        }

    def country(self, text: str | None) -> str | None:
        """The ISO code of a country that has a numbering plan, or None."""
        if text is None or text in self.countries:
            return text
        code = text.strip().upper()
        code = ALIASES.get(code, code)
        return code if code in self.countries else None

    def calling_code(self, country: str | None) -> int:
        """1 for the United States as for Canada, 0 for no country."""
        known = self.country(country)
        return int(self._calling_code(known)) if known else 0

    def country_behind(self, start: str) -> str | None:
        """The country whose calling code the start of a number (`+4912`) has; the main one of a
        code that several share.
        """
        digits = start[1:4]
        for length in (1, 2, 3):
            found = self._main.get(int(digits[:length])) if digits[:length].isdecimal() else None
            if found is not None and found != EVERYWHERE:
                return found
        return None

    def read(self, text: str, country: str | None) -> Read | Fault:
        """The number that stands in a text, or what is wrong with it; `country` is an ISO code that
        has a plan.
        """
        if ";" in text:
            # RFC 3966: where a number is dialled from. The quick binding panics over one at the
            # wrong place.
            text = _CONTEXT.sub("", text)
        try:
            number = self._parse(text, country)
        except self._bad as bad:
            return _fault(bad, text, country)
        except BaseException as broken:  # a panic of Rust is no Exception
            if type(broken).__name__ != "PanicException" or self.binding == "phonenumbers":
                raise
            return _python_plan().read(text, country)
        kind = self._type(number)
        if kind == NO_TYPE:
            return self._why(number)
        code, national = number.country_code, _national_digits(number)
        region = self._alone.get(code) or self._region(number)
        return (
            f"+{code}{national}",
            None if region == EVERYWHERE else region,
            LINES.get(kind, "unknown"),
            code,
            national,
            bool(number.extension),
        )

    def national_form(self, e164: str) -> str:
        """A number as it is dialled within its country: `(650) 253-0000`, `030 1234567`."""
        written: str = self._format(self._parse(e164, None), self._national)
        return written

    def _why(self, number: Any) -> Fault:
        length = self._length(number)
        if length == 0:
            return "not_in_plan"
        if length == 1:
            return "no_country"
        return "local" if length == 4 else "impossible"


def _national_digits(number: Any) -> str:
    """The digits behind the calling code, with the zeros that an Italian number keeps."""
    digits = str(number.national_number)
    if not number.italian_leading_zero:
        return digits
    zeros = number.number_of_leading_zeros
    return "0" * (1 if zeros is None else zeros) + digits


def _fault(bad: Any, text: str, country: str | None) -> Fault:
    if (
        bad.error_type == 0
    ):  # the country's code: none is said and none is known, or it is one that no country has
        return "not_in_plan" if text.lstrip().startswith("+") else "no_country"
    return "no_number" if bad.error_type == 1 else "impossible"


@cache
def plan() -> NumberingPlan:
    """The numbering plans through the fastest binding at hand; loaded with the first number that is
    checked.
    """
    try:
        return NumberingPlan("rphonenumbers")
    except ImportError:
        return NumberingPlan("phonenumbers")


@cache
def _python_plan() -> NumberingPlan:
    return NumberingPlan("phonenumbers")


def short_number(text: str, country: str) -> Literal["short", "emergency"] | None:
    """Whether the digits are a number that works within a country only: a hotline to call, or the
    emergency services.

    Short codes that only take text messages are no number to call, and half of all five-digit
    numbers are one in some places.
    """
    from phonenumbers import NumberParseException, parse, shortnumberinfo

    try:
        number = parse(text, country)
    except NumberParseException:
        return None
    if shortnumberinfo.is_emergency_number(text, country):
        return "emergency"
    if not shortnumberinfo.is_valid_short_number_for_region(number, country):
        return None
    return None if shortnumberinfo.is_sms_service_for_region(number, country) else "short"
