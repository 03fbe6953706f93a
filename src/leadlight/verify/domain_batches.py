"""Many domains at once: which of them are plain, so that no rule on what stands behind an @ has
anything to say of them.

Most companies' are. Whoever is not surely plain is left to the rules themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from leadlight.verify import domains, lookalike, providers, syntax, word_lists
from leadlight.verify.text_lines import begins_of, clear, lines_of

#: A shorter one has no label that is too long.
_SHORT = 64
_LETTERS = b"abcdefghijklmnopqrstuvwxyz0123456789"
# A letter or a digit, a dot, a hyphen, and `!` for what needs a closer look.
_KINDS = bytes(i if i in b".-\n" else 97 if i in _LETTERS else 33 for i in range(256))
#: What is not well formed, or Punycode.
_ODD = (b"!", b"..", b"\n.", b"\n-", b"--", b".-", b"-.")


def plain_domains(names: Sequence[str]) -> bytearray:
    """A 1 for each domain that is well formed and of which no list speaks, a 0 for one that must be
    looked at.
    """
    found = bytearray(b"\x01" * len(names))
    text = lines_of(names)
    if text is None:
        return bytearray(len(names))
    lines = text[1:-1].split(b"\n")
    clear(found, text.translate(_KINDS), _ODD, begins_of(lines))
    endings, listed = _endings(), _listed_labels()
    for n, line in enumerate(lines):
        labels = line.split(b".")
        known = labels[-1] in endings and len(labels) > 1
        may_be_listed = not listed.isdisjoint(labels)
        if not known or len(line) >= _SHORT or (may_be_listed and _is_listed(labels)):
            found[n] = 0
    return found


@cache
def _endings() -> frozenset[bytes]:
    """The endings that there are, each of a domain that somebody can have."""
    return frozenset(e.encode() for e in word_lists.endings() - syntax.RESERVED)


def _is_listed(labels: list[bytes]) -> bool:
    """Whether a list has a domain, one above it, or one of its labels; of `acme.co.uk` none has,
    although it has a label in common with one that is listed.
    """
    above = (b".".join(labels[n:]) for n in range(len(labels)))
    return not (_listed_names().isdisjoint(labels) and _listed_domains().isdisjoint(above))


@cache
def _listed_labels() -> frozenset[bytes]:
    """Whatever list has a domain or one above it, one of these is a label of it."""
    return _listed_names() | {domain.partition(b".")[0] for domain in _listed_domains()}


@cache
def _listed_domains() -> frozenset[bytes]:
    """The domains that are listed in full."""
    return frozenset(
        domain.encode()
        for domain in (
            *domains.EXAMPLES,
            *word_lists.disposable(),
            *word_lists.words("fillers")["always"],
            *providers.free()[0],
        )
    )


@cache
def _listed_names() -> frozenset[bytes]:
    """The labels that are listed, whatever stands around them."""
    return frozenset(
        name.encode()
        for name in (
            *providers.free()[1],
            *providers.BRANDS,
            *providers.misspellings(),
            *lookalike.imitations(),
        )
    )
