"""The big mail providers: which domains are free mail, and which domain was meant by one that is
mistyped.
"""

from __future__ import annotations

from functools import cache

from leadlight.verify import word_lists

_EUROPE = (
    "de",
    "fr",
    "it",
    "es",
    "at",
    "be",
    "nl",
    "se",
    "dk",
    "ie",
    "gr",
    "pt",
    "cz",
    "hu",
    "sk",
    "ch",
    "fi",
    "no",
    "pl",
    "ro",
)
_SOUTH = (
    "com.ar",
    "com.br",
    "com.mx",
    "com.au",
    "co.in",
    "in",
    "co.jp",
    "jp",
    "co.id",
    "co.kr",
    "co.nz",
    "co.th",
    "co.za",
    "com.hk",
    "com.my",
    "com.ph",
    "com.pe",
    "com.sg",
    "com.tr",
    "com.tw",
    "com.vn",
    "com.ve",
    "com.co",
    "cl",
    "cn",
    "com.cn",
    "ca",
    "sg",
    "my",
    "ph",
    "co.il",
    "com.ua",
    "lv",
    "lt",
    "ee",
    "rs",
    "bg",
    "hr",
    "si",
    "ru",
)
_WORLD = ("com", "co.uk", "uk", *_EUROPE, *_SOUTH)

# A provider's name, and the endings it stands with; the first is the one meant when in doubt.
BRANDS: dict[str, tuple[str, ...]] = {
    "gmail": ("com",),
    "googlemail": ("com",),
    "yahoo": _WORLD,
    "hotmail": _WORLD,
    "outlook": _WORLD,
    "live": _WORLD,
    "icloud": ("com",),
    "aol": (
        "com",
        "de",
        "fr",
        "it",
        "es",
        "co.uk",
        "ca",
        "com.br",
        "com.mx",
        "com.au",
        "jp",
        "in",
        "nl",
        "se",
        "pl",
    ),
    "msn": ("com",),
    "gmx": (
        "de",
        "net",
        "at",
        "ch",
        "com",
        "fr",
        "es",
        "it",
        "co.uk",
        "us",
        "eu",
        "info",
        "biz",
        "org",
        "tm",
        "li",
        "cc",
        "ca",
    ),
    "web": ("de",),
    "freenet": ("de",),
    "t-online": ("de", "hu"),
    "protonmail": ("com", "ch"),
    "yandex": (
        "ru",
        "com",
        "by",
        "kz",
        "ua",
        "uz",
        "com.tr",
        "com.ua",
        "fr",
        "ee",
        "lt",
        "lv",
        "md",
        "az",
        "tm",
        "tj",
    ),
    "rambler": ("ru", "ua"),
    "orange": ("fr",),
    "wanadoo": ("fr",),
    "laposte": ("net",),
    "libero": ("it",),
    "virgilio": ("it",),
    "comcast": ("net",),
    "verizon": ("net",),
    "sbcglobal": ("net",),
    "bellsouth": ("net",),
    "btinternet": ("com",),
    "rediffmail": ("com",),
    "seznam": ("cz",),
    "centrum": ("cz", "sk"),
    "bluewin": ("ch",),
    "rocketmail": ("com",),
}

# Endings that are struck in haste. The first names no country; what exists is a slip only behind a
# big provider.
_COM = frozenset(
    {
        "con",
        "cmo",
        "ocm",
        "vom",
        "xom",
        "comm",
        "coom",
        "ccom",
        "cim",
        "cpm",
        "conm",
        "cvom",
        "comn",
        "cok",
        "clm",
        "dom",
        "ckm",
        "cin",
        "coml",
        "comp",
        "como",
        "cob",
    }
)
_HASTY = {
    **dict.fromkeys(_COM, "com"),
    **dict.fromkeys(("nte", "ner", "nett", "bet", "ney"), "net"),
    **dict.fromkeys(("ogr", "rog", "orgg", "prg", "otg"), "org"),
}
_COM_BEHIND_A_BRAND = frozenset(
    {"co", "cm", "om", "c", "co.m", "comcom", "com.com", "cam", "coma", "vom", "c.om"}
)

# Real domains that lie one key beside a provider's.
_REAL = frozenset(
    {
        "mail.com",
        "email.com",
        "ymail.com",
        "hitmail.com",
        "cloud.com",
        "web.com",
        "grange.fr",
        "range.fr",
    }
)


@cache
def free() -> tuple[frozenset[str], frozenset[str]]:
    """Free domains written in full, and the names that are free with every ending."""
    listed = word_lists.words("free")["."]
    return (
        frozenset(domain for domain in listed if not domain.endswith(".*")),
        frozenset(domain.removesuffix(".*") for domain in listed if domain.endswith(".*")),
    )


def is_free(domain: str) -> bool:
    """Whether anyone gets a mailbox there for nothing; `yahoo.co.uk` is, `yahoo.acme.com` is
    not.
    """
    whole, names = free()
    if domain in whole:
        return True
    name, _, ending = domain.partition(".")
    if name not in names:
        return False
    first, dot, last = ending.partition(".")
    return (
        (first in {"co", "com"} and len(last) == 2)
        if dot
        else len(first) == 2 or first in {"com", "net"}
    )


def intended_domain(domain: str, ending_known: bool) -> str | None:
    """The domain that was meant by a mistyped one: of a big provider, or any when only the ending
    is a slip of the finger.
    """
    name, _, ending = domain.partition(".")
    brand = name if name in BRANDS else misspellings().get(name)
    if brand is not None:
        if domain in _REAL or domain in free()[0]:
            return None
        proper = (
            ending
            if ending in BRANDS[brand]
            else _intended_ending(ending, BRANDS[brand], ending_known)
        )
        if proper is not None:
            return None if (brand, proper) == (name, ending) else f"{brand}.{proper}"
    if ending_known:
        return None
    rest, _, last = domain.rpartition(".")
    return f"{rest}.{_HASTY[last]}" if last in _HASTY else None


def _intended_ending(ending: str, endings: tuple[str, ...], known: bool) -> str | None:
    """The ending meant behind a big provider's name. One that exists is never a slip, but for those
    of `.com`.
    """
    if "com" in endings and (ending in _COM_BEHIND_A_BRAND or _HASTY.get(ending) == "com"):
        return "com"
    if endings == ("com",) and ending.startswith("com."):
        return "com"
    if known:
        return None
    return next((e for e in endings if ending and one_slip(ending, e)), None)


_KEYS = "abcdefghijklmnopqrstuvwxyz0123456789-"


@cache
def misspellings() -> dict[str, str]:
    """Every name one slip away from a provider's, and the provider; looking one up is quicker than
    measuring distances.

    The first letter must be the provider's, or swapped with the second: `ymail` and `mail` are
    others' names.
    """
    found: dict[str, str] = {}
    for brand in (b for b in BRANDS if len(b) >= 5):
        forms = {brand[1] + brand[0] + brand[2:]}
        for i in range(1, len(brand) + 1):
            before, behind = brand[:i], brand[i:]
            forms |= {before + key + behind for key in _KEYS} | {
                before + key + behind[1:] for key in _KEYS if behind
            }
            forms |= {before + behind[1:], before + behind[1:2] + behind[:1] + behind[2:]}
        found.update(dict.fromkeys(forms - BRANDS.keys(), brand))
    return found


def one_slip(a: str, b: str) -> bool:
    """Whether one letter too many, too few, or wrong, or two neighbours swapped, lead from one word
    to the other.
    """
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    if len(a) == len(b):
        swapped = (
            a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]
        )
        return swapped or a[start + 1 :] == b[start + 1 :]
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return longer[start + 1 :] == shorter[start:]
