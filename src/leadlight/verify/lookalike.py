"""Domains that imitate another with letters that look alike: `gmаil.com` with a Cyrillic a,
`paypa1.com`, `rnicrosoft.com`.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from leadlight.verify import providers

# Letters that are drawn like a Latin one, after Unicode's confusables (UTS 39); only those that
# stand in domain names.
_DRAWN_LIKE = str.maketrans(
    {
        "а": "a",
        "ɑ": "a",
        "α": "a",
        "ạ": "a",
        "Ь": "b",
        "ь": "b",
        "с": "c",
        "ϲ": "c",
        "ԁ": "d",
        "ɗ": "d",
        "е": "e",
        "ҽ": "e",
        "ε": "e",
        "ɡ": "g",
        "ց": "g",
        "һ": "h",
        "հ": "h",
        "і": "i",
        "ı": "i",
        "ι": "i",
        "ӏ": "l",
        "ɩ": "i",
        "ј": "j",
        "к": "k",
        "κ": "k",
        "ⅼ": "l",
        "ǀ": "l",
        "м": "m",
        "п": "n",
        "ո": "n",
        "η": "n",
        "о": "o",
        "ο": "o",
        "օ": "o",
        "σ": "o",
        "р": "p",
        "ρ": "p",
        "ԛ": "q",
        "զ": "q",
        "г": "r",
        "ѕ": "s",
        "т": "t",
        "τ": "t",
        "υ": "u",
        "ս": "u",
        "ν": "v",
        "ѵ": "v",
        "ԝ": "w",
        "ѡ": "w",
        "ω": "w",
        "х": "x",
        "χ": "x",
        "у": "y",
        "ү": "y",
        "γ": "y",
        "ʏ": "y",
        "ᴢ": "z",
        "ø": "o",
        "ł": "l",
        "đ": "d",
    }
)

# Digits and pairs of letters that pass for another in plain type.
_PASSES_FOR = (("0", "o"), ("1", "l"), ("1", "i"), ("rn", "m"), ("vv", "w"), ("5", "s"))

# Who is imitated besides the mail providers.
_FAMOUS = frozenset(
    {
        "amazon",
        "apple",
        "microsoft",
        "google",
        "paypal",
        "facebook",
        "instagram",
        "linkedin",
        "netflix",
        "whatsapp",
        "twitter",
        "ebay",
        "dhl",
        "fedex",
        "office365",
        "adobe",
        "dropbox",
        "docusign",
        "salesforce",
        "hubspot",
        "wellsfargo",
        "chase",
        "barclays",
        "hsbc",
        "santander",
        "binance",
        "coinbase",
        "spotify",
        "shopify",
        "stripe",
        "visa",
        "mastercard",
        "americanexpress",
        "walmart",
        "oracle",
        "samsung",
        "github",
        "telegram",
        "youtube",
        "booking",
        "airbnb",
    }
)

# Scripts that are at home together in one word.
_TOGETHER = (
    frozenset(
        {
            "LATIN",
            "CJK",
            "HIRAGANA",
            "KATAKANA",
            "KATAKANA-HIRAGANA",
            "HANGUL",
            "BOPOMOFO",
            "IDEOGRAPHIC",
        }
    ),
)


@cache
def imitations() -> dict[str, tuple[str, str]]:
    """Names worth imitating, and what passes for them in plain type: of each the name and its usual
    domain.
    """
    names = {name: f"{name}.com" for name in _FAMOUS} | {
        b: f"{b}.{ends[0]}" for b, ends in providers.BRANDS.items()
    }
    long = {name: usual for name, usual in names.items() if len(name) >= 4}
    passing = {form: (name, usual) for name, usual in long.items() for form in _disguises(name)}
    return passing | {name: (name, usual) for name, usual in long.items()}


def _disguises(name: str) -> set[str]:
    """The forms a name takes when any of its letters is written with what passes for it."""
    forms = {name}
    for looks, letter in _PASSES_FOR:
        for i in range(len(name) - 1, -1, -1):  # from behind, so that places stay right
            forms |= {
                f[:i] + looks + f[i + 1 :]
                for f in forms
                if f[i : i + 1] == letter and len(f) == len(name)
            }
        forms |= {name.replace(letter, looks)}
    return forms


def imitates(domain: str) -> str | None:
    """The domain that this one (in letters, not Punycode) is drawn like; the empty text when it
    only mixes scripts in a word.
    """
    names = imitations()
    labels = domain.split(".")
    for label in labels[:-1]:
        drawn = names.get(label) or (None if label.isascii() else names.get(_plain(label)))
        if drawn is not None and drawn[0] != label:
            return _provider(drawn[0], labels[-1], drawn[1])
        if not label.isascii() and _mixes_scripts(label):
            return ""
    return None


def _plain(label: str) -> str:
    if label.isascii():
        return label
    apart = unicodedata.normalize("NFKD", label.translate(_DRAWN_LIKE))
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(_DRAWN_LIKE)


def _provider(name: str, ending: str, usual: str) -> str:
    return f"{name}.{ending}" if ending in providers.BRANDS.get(name, ()) else usual


def _mixes_scripts(label: str) -> bool:
    """Whether letters of scripts that are never at home together stand in one word."""
    scripts = {unicodedata.name(c, "").partition(" ")[0] for c in label if c.isalpha()} - {
        "MODIFIER",
        "MIDDLE",
        "FULLWIDTH",
        "",
    }
    return len(scripts) > 1 and not any(scripts <= home for home in _TOGETHER)
