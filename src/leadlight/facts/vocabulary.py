"""What columns and their answers are called, in nine languages: one file a language, in `words/`.

A file has the headers of leads, activities and spend; words for yes and no; the months; the states
of a lead in a CRM or a mailer; industries and titles, by the words that playbooks use. A language
is added by adding its file.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

#: The order in which languages are tried where nothing speaks for one of them.
LANGUAGES = ("en", "de", "fr", "es", "pt", "nl", "pl", "ru", "ja")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


@lru_cache(maxsize=1 << 16)
def key(text: str) -> str:
    """A header or a word as it is compared: nothing but its letters and digits, in lower case,
    without accents.
    """
    flat = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return "".join(c for c in flat if c.isalnum())


@dataclass(frozen=True)
class Language:
    """The words of one language. Lists of words are sections by attribute or meaning; headers are
    sections by what a file holds.
    """

    code: str
    sections: Mapping[str, Mapping[str, tuple[str, ...]]]

    def words(self, section: str, meaning: str) -> tuple[str, ...]:
        """The words of a section that mean something, the best first."""
        return self.sections.get(section, {}).get(meaning, ())


@cache
def language(code: str) -> Language:
    """The words of a language, by its two letters."""
    text = (files("leadlight.facts") / "words" / f"{code}.toml").read_text(encoding="utf-8")
    sections = {
        section: {meaning: tuple(words) for meaning, words in table.items()}
        for section, table in tomllib.loads(text).items()
    }
    return Language(code, sections)


@cache
def meanings(section: str, languages: tuple[str, ...] = LANGUAGES) -> Mapping[str, str]:
    """The key of each word of a section -> what it means; of two meanings that of the earlier
    language.
    """
    found: dict[str, str] = {}
    for code in languages:
        for meaning, words in language(code).sections.get(section, {}).items():
            for word in words:
                found.setdefault(key(word) or word, meaning)
    return found


def words_meaning(section: str, meaning: str) -> Iterable[str]:
    """The words of all languages for one meaning."""
    for code in LANGUAGES:
        yield from language(code).words(section, meaning)


@cache
def systems() -> Mapping[str, Mapping[str, str]]:
    """How CRMs and mailers spell their own headers: system -> header -> attribute."""
    text = (files("leadlight.facts") / "words" / "systems.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
