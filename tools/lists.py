"""The word lists that verification stands on: where each comes from, how old it is, and how it is brought up to date.

    python tools/lists.py              # what stands, and whether the shipped lists contradict the packages'
    python tools/lists.py --strange    # prints the pairs of letters of verify/mash.py anew, from the installed Babel

Nothing is ever downloaded at run time. What others keep comes as packages, so it is brought up to date by

    pip install --upgrade disposable-email-domains tldextract email-validator phonenumberslite babel

and this program then says what to change by hand: a domain of `lists/free.txt` that has become disposable, or whose
ending is gone. The lists in src/leadlight/verify/lists/ are this project's own; each says its source in its head.
"""

from __future__ import annotations

import argparse
import unicodedata
from collections import Counter
from importlib.metadata import version
from string import ascii_lowercase

PACKAGES = {
    "disposable-email-domains": "domains of throw-away addresses",
    "tldextract": "the public suffix list: which endings exist",
    "email-validator": "what a well-formed address is",
    "phonenumberslite": "the international numbering plans",
}
RARE = 60  # times, among all names of the CLDR


def standing() -> int:
    """Print every list with its size; the number of contradictions found."""
    from leadlight.verify import providers, word_lists

    for package, holds in PACKAGES.items():
        print(f"{package} {version(package)}: {holds}")
    print(
        f"  {len(word_lists.disposable()):,} disposable domains, {len(word_lists.endings()):,} endings"
    )
    for name in ("free", "mailboxes", "fillers"):
        groups = word_lists.words(name)
        print(
            f"lists/{name}.txt: "
            + ", ".join(
                f"{len(words)} {'' if g == '.' else g}".strip() for g, words in groups.items()
            )
        )
    free = providers.free()[0]
    wrong = dict.fromkeys(free & word_lists.disposable(), "is disposable")
    wrong |= {
        domain: "has no known ending"
        for domain in free
        if domain.rpartition(".")[2] not in word_lists.endings()
    }
    for domain, why in sorted(wrong.items()):
        print(f"Take {domain} out of lists/free.txt: it {why}.")
    return len(wrong)


def strange() -> None:
    """Print which letters hardly follow which, in the names of languages, countries and cities of every Latin-written locale."""
    words = [plain for word in _names() if (plain := _plain(word)).isascii()]
    pairs = Counter(word[i : i + 2] for word in words for i in range(len(word) - 1))
    for first in ascii_lowercase:
        rare = "".join(second for second in ascii_lowercase if pairs[first + second] < RARE)
        if rare and first not in "aeiou":
            print(f'    "{first}": "{rare}",')


def _names() -> set[str]:
    from babel import Locale, localedata

    words: set[str] = set()
    for locale in map(Locale.parse, localedata.locale_identifiers()):
        if locale.script in (None, "Latn"):
            cities = [zone["city"] for zone in locale.time_zones.values() if "city" in zone]
            for name in (*locale.territories.values(), *locale.languages.values(), *cities):
                words.update(str(name).replace("-", " ").replace("'", " ").split())
    return words


def _plain(name: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c)
    )


def main() -> None:
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument(
        "--strange", action="store_true", help="print the pairs of letters of verify/mash.py anew"
    )
    if asked.parse_args().strange:
        strange()
    else:
        raise SystemExit(1 if standing() else 0)


if __name__ == "__main__":
    main()
