"""The form of an address: the library's word, and a short way to the same word for the plain
ones.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

LONGEST = 320  # 64 before the @, 255 behind it; nothing longer is looked at
WHOLE = 254  # bytes of an address on its way
LONGEST_MAILBOX = 64

# Runs of the allowed characters with single dots between them. A dot is in no run, so there is one
# way to match only.
_PLAIN_MAILBOX = re.compile(
    r"[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+(?:\.[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+)*"
)
_ATOM = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_!#$%&'*+-/=?^`{|}~."
)

# The library refuses these as well, but calls them malformed; they are well formed, and have a rule
# of their own.
RESERVED = frozenset(
    {
        "test",
        "example",
        "invalid",
        "localhost",
        "local",
        "onion",
        "arpa",
        "internal",
        "localdomain",
        "alt",
    }
)


def plain_domain(domain: str) -> bool:
    """Whether a domain in small letters is plainly well formed; Punycode and everything unusual is
    left to the library.
    """
    labels = domain.split(".")
    return (
        len(labels) > 1
        and len(domain) <= 253
        and _has_plain_letters(domain)
        and labels[-1] not in RESERVED
        and "" not in labels
        and (len(domain) < 64 or max(map(len, labels)) < 64)
    )


def _has_plain_letters(domain: str) -> bool:
    """Letters, digits, dots and hyphens only, with hyphens within the labels, a letter at the
    end.
    """
    joined = domain.replace(".", "").replace("-", "")
    return (
        joined.isalnum()
        and joined.isascii()
        and domain[0] not in ".-"
        and domain[-1].isalpha()
        and not ("-" in domain and ("--" in domain or ".-" in domain or "-." in domain))
    )


def never_a_domain(domain: str) -> bool:
    """Whether a domain in small letters is plainly malformed, so that the library need not be
    asked.
    """
    if not domain.isascii() or "--" in domain or domain.rpartition(".")[2] in RESERVED:
        return False
    return not plain_domain(domain)


def mailbox(text: str) -> str | None:
    """What stands before the @ as mail carries it; None when it is malformed."""
    if len(text) > LONGEST_MAILBOX:
        return None
    if text.isascii():
        return text if _PLAIN_MAILBOX.fullmatch(text) else None
    if (
        all(c.isalnum() or c in _ATOM for c in text)
        and unicodedata.is_normalized("NFC", text)
        and _has_single_dots(text)
    ):
        return text
    parts = split_address(f"{text}@a.com")
    return None if parts is None else parts.mailbox


def _has_single_dots(text: str) -> bool:
    return ".." not in text and text[0] != "." and text[-1] != "."


class AddressParts(NamedTuple):
    """An accepted address: what stands before the @, the domain in Punycode and small letters, and
    in letters as people read it.
    """

    mailbox: str
    domain: str
    letters: str


def split_address(address: str) -> AddressParts | None:
    """The address taken apart when the library accepts it; None when it does not."""
    from email_validator import validate_email

    if len(address) > LONGEST:
        return None
    whole, at, domain = address.rpartition("@")
    stands_in = bool(at) and _has_reserved_ending(domain)
    try:
        # A reserved ending is hidden behind another one, so that the library judges the form only.
        found = validate_email(
            f"{whole}@{domain}.com" if stands_in else address,
            check_deliverability=False,
            strict=True,
        )
    except ValueError:  # EmailNotValidError, and what lone surrogates bring about
        return None
    hidden = ".com" if stands_in else ""
    return AddressParts(
        found.local_part,
        *(d.lower().removesuffix(hidden) for d in (found.ascii_domain, found.domain)),
    )


def _has_reserved_ending(domain: str) -> bool:
    return domain.rpartition(".")[2].lower() in RESERVED
