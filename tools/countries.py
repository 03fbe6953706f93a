"""The names of countries that imports understand: made from the CLDR as the installed Babel holds it.

python tools/countries.py            writes src/leadlight/adapters/sources/country_names.txt
python tools/countries.py --check    says whether it is not what would be written, and exits 1
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

from babel import Locale

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "src" / "leadlight" / "adapters" / "sources" / "country_names.txt"
LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "sv",
    "da",
    "nb",
    "fi",
    "cs",
    "tr",
    "ru",
    "uk",
    "ja",
    "zh",
]
NO_COUNTRIES = {"ZZ", "EU", "EZ", "UN", "XA", "XB"}


def table() -> str:
    """A line a country: its ISO 3166-1 alpha-2 code and its names, in lower case, tabs between."""
    english = Locale("en").territories
    codes = [c for c in english if len(c) == 2 and c.isalpha() and c not in NO_COUNTRIES]
    owner: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in codes:
                owner.setdefault(str(name).casefold(), str(code))
    names: dict[str, list[str]] = {code: [] for code in sorted(codes)}
    for name, code in owner.items():
        names[code].append(name)
    lines = ["\t".join([code, *found]) for code, found in names.items()]
    return "\n".join([*head(), *lines]) + "\n"


def head() -> list[str]:
    """Where the names come from, and on what terms."""
    import babel

    licence = Path(babel.__file__).parent / "locale-data" / "LICENSE.unicode"
    said = [
        "Names of countries in lower case: an ISO 3166-1 alpha-2 code and its names in "
        + ", ".join(LANGUAGES)
        + ".",
        f"Source: Unicode CLDR, as Babel {version('babel')} holds it. Written by tools/countries.py.",
        "",
        *licence.read_text(encoding="utf-8").strip().splitlines(),
    ]
    return [f"# {line}".rstrip() for line in said]


def main() -> int:
    text = table()
    if "--check" in sys.argv[1:]:
        stale = FILE.read_text(encoding="utf-8") != text
        if stale:
            print(f"{FILE.relative_to(ROOT)} is not what the installed Babel says.")
        return int(stale)
    FILE.write_text(text, encoding="utf-8")
    print(f"Written: {FILE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
