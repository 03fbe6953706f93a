"""Numbers that people type where they do not want to give their own, and numbers that countries
keep free for films.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_UP, _DOWN = "01234567890", "9876543210"
_CHUNKS = ("12", "123", "1234", "12345", "321", "01", "012", "0123")


def _easy_digits() -> Iterator[str]:
    """Digits in a row (`1234567890`), backwards, one digit only, `123123123`."""
    yield from ("12345678901", "123456789012")
    for digit in _UP:
        yield from (digit * n for n in range(3, 18))
    for start in (0, 1):
        yield from (_UP[start:end] for end in range(start + 3, 12))
        yield from ("0" + _DOWN[start:end] for end in range(start + 4, 11))
    for start in range(4):
        yield from (_DOWN[start:end] for end in range(start + 4, 11))
    for chunk in _CHUNKS:
        yield from ((chunk * 8)[:n] for n in range(max(6, 2 * len(chunk)), 17))


TYPED: frozenset[str] = frozenset(_easy_digits())
"""All that was typed, digits only, when it is a placeholder."""

# A chunk of two or three digits over and over: a placeholder only where no plan holds the number
# (taxis have such ones).
AGAIN = re.compile(r"(\d{2,3})\1{2,}\d{0,2}")

# The range of films in North America, also without the area code that nobody would have been able
# to call.
FILM = re.compile(r"1?(?:\d{3})?55501\d\d")
FILM_AREA = re.compile(r"1?555\d{7}")

RESERVED: Mapping[int, re.Pattern[str]] = {
    1: re.compile(r"\d{3}55501\d\d"),
    33: re.compile(r"(?:19900|26191|35301|46571|53649|63998)\d{4}"),  # Arcep
    44: re.compile(  # Ofcom
        r"7700900\d{3}|2079460\d{3}|1632960\d{3}|1(?:1[3-8]|21|31|41|51|61)4960\d{3}"
        r"|1914980\d{3}|2896496\d{3}"
        r"|2920180\d{3}|8081570\d{3}|9098790\d{3}|3069990\d{3}"
    ),
    49: re.compile(
        r"3023125\d{3}|6990009\d{3}|4066969\d{3}|2214710\d{3}|8999998\d{3}|17139200\d\d"
        r"|17604069\d{3}"
    ),
    61: re.compile(r"[2378](?:5550|7010)\d{4}|491570(?:006|110|15[6-9]|313|737)"),  # ACMA
}
"""By calling code: numbers that the country's regulator gives to nobody, for use in films and
examples.
"""
