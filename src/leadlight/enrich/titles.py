"""Job title -> seniority and department, by words of six languages.

The words stand in `words/*.toml`. A title is cut into words without accents and endings of gender;
the longest phrases count first, and of a German or Dutch compound its head (`Vertriebsleiter`) and
its beginning. Titles that say what somebody was are not read.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import ClassVar, NamedTuple

from leadlight.enrich.enricher import Finding, Row

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
#: From the lowest to the highest.
LEVELS = (
    "training",
    "entry",
    "staff",
    "senior",
    "manager",
    "director",
    "vice_president",
    "executive",
    "partner",
    "owner",
)
#: Whoever has one of these is that, whatever else the title says: a trainee in management is none
#: of the management.
_FIRST = ("none", "training", "support")
_LONGEST = 5
_GENDER = re.compile(r"(?<=\w)\s?[/:*_(]\s?-?\s?(?:in(?:nen)?|e|euse|trice|rice|a|ra|o)\b\)?")
_MARKS = re.compile(r"\((?:[mwfdxhv]\s?[/|]\s?)+[mwfdxhv]\)|\b(?:[mwfdxhv]/)+[mwfdxhv]\b")
_OF = frozenset(
    {"of", "for", "de", "des", "du", "der", "dei", "del", "della", "di", "von", "fur", "fuer"}
    | {"van", "voor", "d"}
)
_WAS = frozenset(
    {"former", "formerly", "ex", "retired", "previously", "ehemalig", "ehemaliger", "ancien"}
)


class TitleReading(NamedTuple):
    """What a title says, and by which words; None where it says nothing of it."""

    seniority: str | None
    level_words: str
    department: str | None
    department_words: str
    is_stated: bool  # a word for the level stands in it; else it is only an occupation


@dataclass(frozen=True)
class Words:
    """The phrases of all languages -> what they say."""

    levels: dict[tuple[str, ...], str] = field(default_factory=dict)
    departments: dict[tuple[str, ...], str] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    beginnings: dict[str, str] = field(default_factory=dict)


class Hit(NamedTuple):
    """A phrase of a title: where it begins and ends, and what it says."""

    begin: int
    end: int
    says: str


@cache
def title_words() -> Words:
    """The shipped words."""
    found = Words()
    for language in LANGUAGES:
        text = files("leadlight.enrich").joinpath("words", f"{language}.toml").read_text("utf-8")
        table = tomllib.loads(text)
        for kind, into in (("seniority", found.levels), ("department", found.departments)):
            for says, phrases in table.get(kind, {}).items():
                for phrase in phrases:
                    for spelling in _spellings(phrase):
                        into.setdefault(tuple(spelling.split()), says)
        for kind, heads in (("ends", found.ends), ("beginnings", found.beginnings)):
            for says, parts in table.get(kind, {}).items():
                heads.update({s: says for part in parts for s in _spellings(part)})
    return found


def read_title(title: str) -> TitleReading:
    """What a job title says."""
    words = _words_of(title)
    if not words or len(words) > 25 or _WAS.intersection(words[:2]):
        return TitleReading(None, "", None, "", False)
    known = title_words()
    levels = list(_hits(words, known.levels, known.ends))
    departments = list(_hits(words, known.departments, known.beginnings, at_beginning=True))
    level = _level(words, levels)
    department = _department(words, departments, level)
    seniority = level.says if level is not None else None
    if seniority == "none":
        return TitleReading(None, "", None, "", False)
    is_stated = seniority is not None
    if seniority in (None, "support") and (department is not None or seniority):
        seniority = "staff"
    said = department.says if department is not None else None
    if _is_support(level) and said in (None, "management") and _phrase(words, level) != "assistant":
        said, department = "administration", level
    return TitleReading(
        seniority,
        _phrase(words, level),
        said,
        _phrase(words, department),
        is_stated,
    )


class TitleEnricher:
    """Says of a job title how senior it is and of which department."""

    name = "titles"
    about = "Seniority and department by the job title."
    reads = ("job_title",)
    adds: ClassVar[Mapping[str, str]] = {"seniority": "text", "department": "text"}

    def enrich(self, rows: Sequence[Row]) -> list[list[Finding]]:
        """Findings of each title."""
        return [list(_findings(read_title(str(row.get("job_title") or "")))) for row in rows]


def _findings(read: TitleReading) -> Iterator[Finding]:
    if read.seniority is not None:
        sure = 0.9 if read.is_stated else 0.6
        source = f"title: {read.level_words or read.department_words}"
        yield Finding("seniority", read.seniority, source, sure)
    if read.department is not None:
        yield Finding("department", read.department, f"title: {read.department_words}", 0.85)


def _is_support(level: Hit | None) -> bool:
    return level is not None and level.says == "support"


def _phrase(words: Sequence[str], hit: Hit | None) -> str:
    return "" if hit is None else " ".join(words[hit.begin : hit.end])


def _level(words: Sequence[str], hits: Sequence[Hit]) -> Hit | None:
    """The phrase that decides: a support role or a trainee first, a junior before a manager, else
    the highest.
    """
    for first in _FIRST:
        found = next((h for h in hits if h.says == first), None)
        if found is not None:
            return found
    hits = [_lead(words, h) for h in hits]
    ranked = sorted((h for h in hits if h.says in LEVELS), key=lambda h: LEVELS.index(h.says))
    if not ranked:
        return None
    if ranked[0].says == "entry" and LEVELS.index(ranked[-1].says) <= LEVELS.index("manager"):
        return ranked[0]
    # What a phrase such as "product manager" calls staff, a word beside it may raise.
    return ranked[-1]


def _lead(words: Sequence[str], hit: Hit) -> Hit:
    """A lead at the end of a title leads people (`AP lead`), one before a craft is the best of
    them (`lead engineer`). A chief is an executive as an officer, else a foreman (`crew chief`).
    """
    if hit.says == "chief":
        return hit._replace(says="executive" if "officer" in words else "manager")
    if hit.says != "lead":
        return hit
    return hit._replace(says="manager" if hit.end == len(words) else "senior")


def _department(words: Sequence[str], hits: Sequence[Hit], level: Hit | None) -> Hit | None:
    """Behind "head of" the first, before "manager" the last."""
    hits = [h for h in hits if h.says != "none"]
    if not hits:
        return None
    if level is not None:
        if level.end < len(words) and (words[level.end] in _OF or words[level.end - 1] in _OF):
            behind = [h for h in hits if h.begin >= level.end]
            if behind:
                return behind[0]
        before = [h for h in hits if h.begin < level.end]
        if before:
            return before[-1]
    return hits[0]


def _hits(
    words: Sequence[str],
    phrases: dict[tuple[str, ...], str],
    parts: dict[str, str],
    *,
    at_beginning: bool = False,
) -> Iterator[Hit]:
    """The longest phrases from left to right; of a word that is none, what its end or beginning
    says.
    """
    at = 0
    while at < len(words):
        for n in range(min(_LONGEST, len(words) - at), 0, -1):
            says = phrases.get(tuple(words[at : at + n]))
            if says is not None:
                yield Hit(at, at + n, says)
                at += n
                break
        else:
            says = _part(words[at], parts, at_beginning=at_beginning)
            if says is not None:
                yield Hit(at, at + 1, says)
            at += 1


def _part(word: str, parts: dict[str, str], *, at_beginning: bool) -> str | None:
    fits = str.startswith if at_beginning else str.endswith
    found = [p for p in parts if len(word) > len(p) + 2 and fits(word, p)]
    return parts[max(found, key=len)] if found else None


def _words_of(title: str) -> list[str]:
    text = _MARKS.sub(" ", title[:300])
    text = _GENDER.sub("", text).replace("&", " and ").replace(".", "")
    return re.sub(r"[^a-z0-9]+", " ", _plain(text)).split()


def _plain(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("œ", "oe"))
    return "".join(c for c in flat if not unicodedata.combining(c)).lower()


def _spellings(phrase: str) -> set[str]:
    """A phrase without its accents, and with a German umlaut as two letters."""
    two = phrase
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        two = two.replace(umlaut, letters)
    return {_plain(phrase), _plain(two)}
