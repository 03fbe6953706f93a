"""The word by which a company is known on the net, and whether a company's name could stand behind
it.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from leadlight.verify.letters import is_latin, spellings
from leadlight.verify.placeholder_names import stem

_SECOND = frozenset({"co", "com", "org", "net", "ac", "gov", "edu", "ne", "or", "go", "ltd", "plc"})
_HOST = re.compile(r"(?:[a-z]+://)?(?:[^/@\s]*@)?([^/:?#\s]+)", re.IGNORECASE)
# Sites on which other companies have a page: they say nothing of the company's own domain.
PLATFORMS = frozenset(
    {
        "linkedin",
        "facebook",
        "instagram",
        "twitter",
        "x",
        "xing",
        "youtube",
        "google",
        "wixsite",
        "wordpress",
        "blogspot",
        "business",
        "etsy",
        "shopify",
        "myshopify",
        "ebay",
        "amazon",
        "github",
        "linktr",
        "tiktok",
        "weebly",
        "jimdo",
        "notion",
        "jimdosite",
        "webflow",
        "squarespace",
        "t",
        "bit",
        "telegram",
        "vk",
        "whatsapp",
        "medium",
    }
)


@lru_cache(1 << 15)
def label(site: str) -> str:
    """`acme` of acme.com, www.acme.co.uk and https://shop.acme.de/about; empty when it is no
    domain's name.
    """
    found = _HOST.match(site[:300].strip().lower())
    parts = found[1].strip(".").split(".") if found else []
    if len(parts) < 2 or parts[-1].isdigit():
        return ""
    if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND:
        return parts[-3]
    return parts[-2]


def same_site(one: str, other: str) -> bool:
    """Whether two labels are of one company as far as letters tell: `acme` and `acme-group`."""
    a, b = one.replace("-", ""), other.replace("-", "")
    short = min(len(a), len(b))
    return (
        a in b
        or b in a
        or (short >= 4 and a[:4] == b[:4])
        or SequenceMatcher(None, a, b).ratio() >= 0.6
    )


@lru_cache(1 << 15)
def could_be(name: str, known_as: str) -> bool:
    """Whether a company (or a person) of that name could be known by the label: a word, a part,
    initials, a short form.
    """
    name = name[:200]
    if not is_latin(name) or known_as.startswith("xn--"):
        return True
    squeezed = known_as.replace("-", "")
    return _shares_a_word(name, known_as, squeezed) or _abbreviates(name, squeezed)


def _shares_a_word(name: str, known_as: str, squeezed: str) -> bool:
    """Whether a word of the name, or its beginning, is in the label, or a part of the label in a
    word.
    """
    words = spellings(name)
    if any(_is_in(w, squeezed) for w in words):
        return True
    parts = [part for part in known_as.split("-") if len(part) > 2]
    return any(part in w for part in parts for w in words)


def _is_in(word: str, squeezed: str) -> bool:
    """Whether a word of three letters or more, or its first four, is in a label."""
    return len(word) > 2 and (word in squeezed or (len(word) > 3 and word[:4] in squeezed))


def _abbreviates(name: str, squeezed: str) -> bool:
    """Whether the label is the name's initials, a short form of it, or nearly the name."""
    words = _in_order(name)
    initials = "".join(w[0] for w in words)
    if len(initials) > 1 and (squeezed.startswith(initials) or initials.startswith(squeezed)):
        return True
    joined = "".join(re.findall(r"[a-z]+", " ".join(words)))
    if squeezed[:1] == joined[:1] and len(squeezed) <= 6 and _within(squeezed, joined):
        return True
    return SequenceMatcher(None, joined, squeezed).ratio() >= 0.6


def spells_another(company: str, known_as: str) -> bool:
    """Whether a label says two whole words where the company's name says two others:
    `nordwerk-tools` of Brimond Foods.
    """
    parts = known_as.split("-")
    words = [w for w in _in_order(stem(company)) if len(w) > 3]
    return len(parts) > 1 and all(len(part) > 3 for part in parts) and len(words) > 1


def _in_order(name: str) -> list[str]:
    return [min(spellings(word)) for word in name.split() if spellings(word)]


def _within(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)
