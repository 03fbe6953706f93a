"""Is this phone number real? By the numbering plan of its country, and by what people type instead
of a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from leadlight.facts.contact import RULES, Verdict
from leadlight.verify.numbering import LONGEST, Fault, Line, NumberingPlan, Read, plan, short_number
from leadlight.verify.placeholders import AGAIN, FILM, FILM_AREA, RESERVED, TYPED

FEWEST, MOST = (
    5,
    17,
)  # digits of a number whose country nobody knows, with its trunk zero or country code
SEVEN_DIGITS = frozenset({"IS", "EE"})  # where 555 01xx is somebody's number
AREALESS = 7  # digits from which a number without its area code is one that a person can complete

_NO_DIGITS = bytes(b for b in range(256) if not 48 <= b <= 57)
_SPOILT = re.compile(
    r"\d[.,]\d+E\+\d+", re.IGNORECASE
)  # 4.9171E+11: what a spreadsheet leaves of a number
_PIECE = re.compile(r"\+?\(?\d[\d ().\-]{4,}")  # each of `030 12345678 or 0171 1234567`
_INSTEAD_OF_PLUS = re.compile(r"\(?(?:00|011)[\s)\-]*(?=[1-9])")
_HYPHENS = "‐‑‒–—―−﹣－"


class PhoneCheck(NamedTuple):
    """What the rules say of a phone number, with its E.164 form, what it rings (`mobile`, `fixed`
    ...) and its country.

    `repair` is the E.164 form where what stands cannot be dialled from everywhere: a national form,
    `00` for `+`, letters. A number with an extension is left as it is, because E.164 has no place
    for one.
    """

    verdict: Verdict
    because: tuple[str, ...] = ()
    repair: str | None = None
    e164: str | None = None
    line: Line = "unknown"
    country: str | None = None


def check_phone(
    text: str | None, country: str | None = None, default: str | None = None
) -> PhoneCheck:
    """The verdict on a phone number as it came. Its country is said by the number itself, else by
    the lead's `country` (an ISO code), else by `default`, by which no number is ever called
    unreachable.
    """
    return judge(plan(), text, country, default)


def check_phones(
    numbers: Iterable[tuple[str, str | None]], default: str | None = None
) -> Iterator[PhoneCheck]:
    """The verdicts on many distinct numbers, each with its lead's country, in their order."""
    plans = plan()
    return (judge(plans, text, country, default) for text, country in numbers)


def judge(
    plans: NumberingPlan, text: str | None, country: str | None, default: str | None
) -> PhoneCheck:
    """`check_phone` by the numbering plans of a given binding."""
    read: Read | Fault | None = None
    if text and text[0] == "+" and len(text) < 40 and text.isascii() and text.isprintable():
        read = plans.read(text, None)
        if isinstance(read, tuple):
            return _good(read, text)
    text = _plain(text or "")
    digits = _digits(text)
    if not digits or ("+" in text[1:] and _SPOILT.fullmatch(text)):
        return _NO_NUMBER
    if len(text) > LONGEST or len(digits) > 40:
        return _IMPOSSIBLE
    home = plans.country(country)
    if text[0] != "+" and (
        digits in TYPED or (digits[:5] == "55501" and len(digits) == 7 and home not in SEVEN_DIGITS)
    ):
        return _PLACEHOLDER
    guess = home or plans.country(default)
    found = read or plans.read(text, guess)  # behind a plus no country is asked for
    if not isinstance(found, tuple) and (again := _read_again(plans, text, guess)) is not None:
        found = again
    if isinstance(found, tuple):
        return _good(found, text)
    return _bad(plans, found, text, digits, home, plans.country(default))


def _plain(text: str) -> str:
    """One line of the same number without what is not seen: marks of direction, digits of other
    scripts, odd hyphens.
    """
    text = text.strip()
    if text.isascii() and text.isprintable():
        # A column of numbers read as floating ones says 491711234567.0.
        return text[:-2] if text[-2:] == ".0" and text[:-2].lstrip("+").isdigit() else text
    out = []
    for c in unicodedata.normalize("NFKC", text[: 4 * LONGEST]):
        kind = unicodedata.category(c)
        if kind == "Nd":
            out.append(str(unicodedata.decimal(c)))
        elif c in _HYPHENS:
            out.append("-")
        elif kind[0] == "Z" or kind == "Cc":
            out.append(" ")
        elif kind not in ("Cf", "Cs", "Mn"):
            out.append(c)
    return "".join(out).strip()


def _read_again(plans: NumberingPlan, text: str, country: str | None) -> Read | None:
    """The number when something stands around it, when `00` stands for the plus, or when a
    spreadsheet took the plus.
    """
    for piece in _PIECE.findall(text):
        tries = [piece.strip()]
        if _INSTEAD_OF_PLUS.match(piece):
            tries.append("+" + _INSTEAD_OF_PLUS.sub("", piece, count=1))
        for one in tries:
            if one != text and isinstance(found := plans.read(one, country), tuple):
                return found
    return None


def _digits(text: str) -> str:
    return text.encode("ascii", "ignore").translate(None, _NO_DIGITS).decode()


def _good(found: Read, text: str) -> PhoneCheck:
    e164, country, line, code, national, extension = found
    because: tuple[str, ...] = ()
    if code in RESERVED and RESERVED[code].fullmatch(national):
        return PhoneCheck("unreachable", ("placeholder_number",), None, e164, line, country)
    if national in TYPED:
        because = ("show_number",)
    elif line == "premium":
        because = ("premium",)
    if extension or text == e164:
        repair = None
    else:
        repair = None if text[0] == "+" and _digits(text) == e164[1:] else e164
    return PhoneCheck(
        _verdict(because[0]) if because else "reachable", because, repair, e164, line, country
    )


def _bad(
    plans: NumberingPlan, fault: str, text: str, digits: str, home: str | None, default: str | None
) -> PhoneCheck:
    """The verdict on a number that fits no plan it was read by."""
    abroad = text[0] == "+"
    if _placeholder(text, digits, plans.calling_code(home or default)):
        return _PLACEHOLDER
    if fault == "no_number" and len(digits) < FEWEST:
        return _NO_NUMBER if any(map(str.isalpha, text)) else _IMPOSSIBLE
    if len(digits) > MOST or (home is None and len(digits) < FEWEST):
        return _IMPOSSIBLE
    if abroad:
        return _IMPOSSIBLE if fault in ("impossible", "local") else _NOT_IN_PLAN
    if (len(digits) > 10 and isinstance(found := plans.read("+" + digits, None), tuple)) or (
        home and default and isinstance(found := plans.read(text, default), tuple)
    ):
        return PhoneCheck("risky", ("guessed_country",), found[0], found[0], found[2], found[1])
    if home is None:
        return _GUESSED if default else _NO_COUNTRY
    return _at_home(fault, digits, home)


def _placeholder(text: str, digits: str, calling_code: int) -> bool:
    """Whether digits that are in no plan are ones that people make up; `calling_code` is that of
    the lead's country.
    """
    abroad = text[0] == "+"
    if calling_code in (0, 1) or text[:2] == "+1":
        if (not abroad or text[:2] == "+1") and (
            FILM.fullmatch(digits) or FILM_AREA.fullmatch(digits)
        ):
            return True
    elif not abroad and len(digits) <= 8 and FILM.fullmatch(digits):
        return True
    if AGAIN.fullmatch(digits):
        return True
    if abroad:
        # What stands behind the country's code: +49 123456789, +1 (000) 000-0000.
        behind = [digits[n:] for n in (1, 2, 3) if len(digits) > n + 5]
        return any(b in TYPED or b.lstrip("0") in LONG_TYPED for b in behind) or any(
            digits.startswith(str(code)) and kept.fullmatch(digits[len(str(code)) :])
            for code, kept in RESERVED.items()
        )
    kept_here = RESERVED.get(calling_code)
    return kept_here is not None and kept_here.fullmatch(digits.lstrip("0")) is not None


def _at_home(fault: str, digits: str, home: str) -> PhoneCheck:
    """A national form that is in no plan of the lead's country."""
    if len(digits) <= 6 and (kind := short_number(digits, home)):
        return _PLACEHOLDER if kind == "emergency" else _SHORT
    if fault == "local" and len(digits) >= AREALESS:
        return _SHORT
    return _NOT_IN_PLAN if fault == "not_in_plan" else _IMPOSSIBLE


LONG_TYPED = frozenset(digits for digits in TYPED if len(digits) > 5)


def _verdict(rule: str) -> Verdict:
    means = RULES[rule].means
    return "reachable" if means == "fine" else means


def _only(rule: str) -> PhoneCheck:
    return PhoneCheck(_verdict(rule), (rule,))


_NO_NUMBER, _IMPOSSIBLE, _NOT_IN_PLAN = (
    _only("no_number"),
    _only("impossible"),
    _only("not_in_plan"),
)
_PLACEHOLDER, _SHORT = _only("placeholder_number"), _only("short_number")
_GUESSED, _NO_COUNTRY = _only("guessed_country"), _only("no_country")
