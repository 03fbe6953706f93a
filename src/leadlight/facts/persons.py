"""A person's rights: to object to profiling, to be forgotten, and to have what is known of them."""

from __future__ import annotations

import re

#: How the fingerprint of an import begins that states an objection of a person, or its withdrawal.
#: Those of files are hexadecimal numbers.
OBJECTION = "objection"

_ADDRESS = re.compile(r"[^;,\s]+@[^;,\s]+")


def addresses_in(*texts: str | None) -> frozenset[str]:
    """The e-mail addresses that stand in values of a lead, as they are compared: in small letters.

    A value may hold several, apart by semicolons.
    """
    return frozenset(
        found.strip("<>\"'").casefold()
        for text in texts
        if text
        for found in _ADDRESS.findall(text)
    )
