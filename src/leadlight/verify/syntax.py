"""The form of an address: the library's word, and a short way to the same word for the plain ones."""

from __future__ import annotations

import re

LONGEST = 320  # 64 before the @, 255 behind it; nothing longer is looked at
_WHOLE = 254  # bytes of an address on its way
_BEFORE = 64

# Runs of the allowed characters with single dots between them. A dot is in no run, so there is one way to match only.
_PLAIN_MAILBOX = re.compile(r"[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+(?:\.[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+)*")
_PLAIN_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)")

plain_mailbox = _PLAIN_MAILBOX.fullmatch

# The library refuses these as well, but calls them malformed; they are well formed, and have a rule of their own.
RESERVED = frozenset(
    {"test", "example", "invalid", "localhost", "local", "onion", "arpa", "internal", "localdomain", "alt"}
)


def plain_domain(domain: str) -> bool:
    """Whether a domain in small letters is plainly well formed; Punycode and everything unusual is left to the library."""
    return (
        "--" not in domain
        and len(domain) <= 253
        and _PLAIN_DOMAIN.fullmatch(domain) is not None
        and not domain[-1].isdigit()
        and domain.rpartition(".")[2] not in RESERVED
    )


def short_enough(mailbox: str, domain: str) -> bool:
    """Whether a plain address keeps to the lengths mail is carried with."""
    return len(mailbox) <= _BEFORE and len(mailbox) + 1 + len(domain) <= _WHOLE


def parted(address: str) -> tuple[str, str] | None:
    """The mailbox and the domain (in Punycode, small letters) when the library accepts the address; None when it does not."""
    from email_validator import validate_email

    if len(address) > LONGEST:
        return None
    whole, at, domain = address.rpartition("@")
    stands_in = bool(at) and _reserved(domain)
    try:
        # A reserved ending is hidden behind another one, so that the library judges the form only.
        found = validate_email(
            f"{whole}@{domain}.com" if stands_in else address, check_deliverability=False, strict=True
        )
    except ValueError:  # EmailNotValidError, and what lone surrogates bring about
        return None
    reached = found.ascii_domain.lower()
    return found.local_part, reached.removesuffix(".com") if stands_in else reached


def _reserved(domain: str) -> bool:
    return domain.rpartition(".")[2].lower() in RESERVED
