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
    read = plans.read(text, None) if text and _is_plainly_abroad(text) else None
    if isinstance(read, tuple):  # nearly all numbers of a clean base
        return _good(read, text or "")
    return _judge_text(plans, _plain(text or ""), read, country, default)


def _judge_text(
    plans: NumberingPlan,
    text: str,
    read: Fault | None,
    country: str | None,
    default: str | None,
) -> PhoneCheck:
    """The verdict on one line of text; `read` is what is wrong with it, where it was read."""
    digits = _digits(text)
    unreadable = _unreadable(text, digits)
    if unreadable is not None:
        return unreadable
    home = plans.country(country)
    if text[0] != "+" and _is_made_up(digits, home):
        return _PLACEHOLDER
    guess = home or plans.country(default)
    found = read or plans.read(text, guess)  # behind a plus no country is asked for
    if not isinstance(found, tuple):
        found = _read_again(plans, text, guess) or found
    if isinstance(found, tuple):
        return _good(found, text)
    return _bad(plans, found, text, digits, home, plans.country(default))


def _unreadable(text: str, digits: str) -> PhoneCheck | None:
    """The verdict on what is no number at all, or far too long; None where it may be one."""
    if not digits or ("+" in text[1:] and _SPOILT.fullmatch(text)):
        return _NO_NUMBER
    return _IMPOSSIBLE if len(text) > LONGEST or len(digits) > 40 else None


def _is_plainly_abroad(text: str) -> bool:
    """Whether a text is a plus and what may be read as it stands."""
    return text[0] == "+" and len(text) < 40 and text.isascii() and text.isprintable()


def _is_made_up(digits: str, home: str | None) -> bool:
    """Whether digits without a country's code are ones that people type instead of a number."""
    if digits in TYPED:
        return True
    return digits[:5] == "55501" and len(digits) == 7 and home not in SEVEN_DIGITS


def _plain(text: str) -> str:
    """One line of the same number without what is not seen: marks of direction, digits of other
    scripts, odd hyphens.
    """
    text = text.strip()
    if text.isascii() and text.isprintable():
        # A column of numbers read as floating ones says 491711234567.0.
        return text[:-2] if text[-2:] == ".0" and text[:-2].lstrip("+").isdigit() else text
    flat = unicodedata.normalize("NFKC", text[: 4 * LONGEST])
    return "".join(map(_plain_sign, flat)).strip()


def _plain_sign(c: str) -> str:
    """A sign as a number on one line has it; nothing for one that is not seen."""
    kind = unicodedata.category(c)
    if kind == "Nd":
        return str(unicodedata.decimal(c))
    if c in _HYPHENS:
        return "-"
    if kind[0] == "Z" or kind == "Cc":
        return " "
    return "" if kind in ("Cf", "Cs", "Mn") else c


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
    if _is_placeholder(text, digits, plans.calling_code(home or default)):
        return _PLACEHOLDER
    wrong = _wrong_length(fault, text, digits, home)
    if wrong is not None:
        return wrong
    if text[0] == "+":
        return _IMPOSSIBLE if fault in ("impossible", "local") else _NOT_IN_PLAN
    guessed = _read_elsewhere(plans, text, digits, default if home else None)
    if guessed is not None:
        e164, country, line = guessed[:3]
        return PhoneCheck("risky", ("guessed_country",), e164, e164, line, country)
    if home is None:
        return _GUESSED if default else _NO_COUNTRY
    return _at_home(fault, digits, home)


def _wrong_length(fault: str, text: str, digits: str, home: str | None) -> PhoneCheck | None:
    """The verdict on too few digits, or too many."""
    few = len(digits) < FEWEST
    if few and fault == "no_number":
        return _NO_NUMBER if any(map(str.isalpha, text)) else _IMPOSSIBLE
    return _IMPOSSIBLE if len(digits) > MOST or (few and home is None) else None


def _read_elsewhere(
    plans: NumberingPlan, text: str, digits: str, default: str | None
) -> Read | None:
    """The number with its country's code but no plus, or one of the default country."""
    if len(digits) > 10 and isinstance(found := plans.read("+" + digits, None), tuple):
        return found
    if default and isinstance(found := plans.read(text, default), tuple):
        return found
    return None


def _is_placeholder(text: str, digits: str, calling_code: int) -> bool:
    """Whether digits that are in no plan are ones that people make up; `calling_code` is that of
    the lead's country.
    """
    abroad = text[0] == "+"
    if _is_of_a_film(text, digits, calling_code) or AGAIN.fullmatch(digits):
        return True
    if abroad:
        return _is_placeholder_abroad(digits)
    kept_here = RESERVED.get(calling_code)
    return kept_here is not None and kept_here.fullmatch(digits.lstrip("0")) is not None


def _is_of_a_film(text: str, digits: str, calling_code: int) -> bool:
    """Whether digits are of the range that North America keeps for films, or look so elsewhere."""
    american, abroad = text[:2] == "+1", text[0] == "+"
    if calling_code in (0, 1) or american:
        if abroad and not american:
            return False
        return bool(FILM.fullmatch(digits) or FILM_AREA.fullmatch(digits))
    return not abroad and len(digits) <= 8 and FILM.fullmatch(digits) is not None


def _is_placeholder_abroad(digits: str) -> bool:
    """What stands behind the country's code: +49 123456789, +1 (000) 000-0000."""
    behind = [digits[n:] for n in (1, 2, 3) if len(digits) > n + 5]
    if any(b in TYPED or b.lstrip("0") in LONG_TYPED for b in behind):
        return True
    return any(
        digits.startswith(str(code)) and kept.fullmatch(digits[len(str(code)) :])
        for code, kept in RESERVED.items()
    )


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
