"""The word by which a company is known on the net, and whether a company's name could stand behind
it.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from leadlight.verify.letters import is_latin, spellings
from leadlight.verify.made_up import stem

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
    words = spellings(name)
    squeezed = known_as.replace("-", "")
    if any(w in squeezed or (len(w) > 3 and w[:4] in squeezed) for w in words if len(w) > 2):
        return True
    if any(part in w for part in known_as.split("-") if len(part) > 2 for w in words):
        return True
    joined = "".join(re.findall(r"[a-z]+", " ".join(_in_order(name))))
    initials = "".join(w[0] for w in _in_order(name))
    if len(initials) > 1 and (squeezed.startswith(initials) or initials.startswith(squeezed)):
        return True
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
