"""The name of a shop, an office or a firm as it is compared."""

from __future__ import annotations

from leadlight.dedupe.addresses import fold_umlauts, plain
from leadlight.dedupe.companies import company_key

_JOINING = frozenset(
    [
        "and",
        "und",
        "et",
        "e",
        "y",
        "i",
        "en",
        "og",
        "och",
        "&",
        "the",
        "der",
        "die",
        "das",
        "le",
        "la",
        "les",
        "el",
        "il",
        "lo",
    ]
)


def site_words(name: str | None) -> tuple[str, ...]:
    """The words of a name without legal form, accents, signs and little words, each once and in
    order: `Café Müller & Söhne GmbH` and `Cafe Mueller und Soehne` have the same.
    """
    words = [fold_umlauts(plain(word)) for word in (company_key(name) or "").split()]
    return tuple(dict.fromkeys([w for w in words if w not in _JOINING] or words))
