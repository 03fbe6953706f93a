"""What the headers of a file name: the CRMs' own spellings, and what people call things by hand, in
nine languages.

Headers are compared by their `key`: letters and digits only, without case, accents, byte-order mark
or separators, so that `First Name`, `first_name`, `FirstName` and `FIRST-NAME` are one header.
Earlier synonyms are better ones. The headers of a file are read together: they tell its language,
and `Name` is a family name beside `Vorname`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from leadlight.facts.vocabulary import LANGUAGES, key, language, systems, words_meaning

What = Literal["leads", "activities", "spend"]


class HeaderHit(NamedTuple):
    """What a header names: the attribute, how that is known (`crm` or `synonym`), and how good a
    spelling it is (0 is the best).
    """

    attribute: str
    how: str
    rank: int


LATE_KINDS = frozenset(
    map(key, ("status", "deal status", "stage", "deal stage", "last activity", "what", "action"))
)
"""Headers that name a kind only when the file is already known to be a log."""

#: A header that is a name: which one depends on what stands beside it.
_NAME = "name"
#: What exports add to a header's end: a kind of contact, a note that it is required, a unit.
_WRAPPED = re.compile(
    r"\s*[([](work|home|mobile|other|required|optional|primary|utc|minutes?|"
    r"erforderlich|pflichtfeld|obligatoire|obligatorio|verplicht|wymagane|必須)[)\]]\s*$|[*:?]+\s*$"
    r"|\s+(?:[-–]\s*)?(?:geschäftlich|privat|professionnel(?:le)?|trabajo|trabalho|zakelijk|privé"
    r"|służbow[ya]|prywatn[ya]|рабочий|раб\.|личный|домашний)\s*$",
    re.I,
)
_PREFIX = re.compile(
    r"^\s*(?:\(do not modify\)\s*|(?:person|lead|deal|organi[sz]ation|contact|activity|properties"
    r"|traits|context)\s*[-.:/]\s*|(?:pessoa|persona|personne|persoon|osoba|kontakt|contacto|contato"
    r"|контакт|人)\s*[-–:]\s*)",
    re.I,
)
#: What stands before a part of an address: `Default Address City`, `Address 1: City`.
_OF_ADDRESS = re.compile(
    r"^(?:(?:default|billing|shipping|mailing|business|home|work|person|company|primary)[\W_]*)?"
    r"(?:(?:address|adresse|dirección|endereço|adres|адрес|住所)[\W_]*\d*[\W_]*)?(?=\w)",
    re.I,
)
_ADDRESS = frozenset({"street", "city", "region", "postal_code", "country"})
#: What a form puts before what it asks for: `What is your e-mail address?`, `お役職`.
_QUESTION = re.compile(
    r"^\s*(?:(?:please )?(?:enter|type|provide|give us|tell us) |what(?:'|\u2019)?s |what is "
    r"|what are |which is |and )?(?:your |the |[ごお御貴])?(?=\w)",
    re.I,
)
#: A unit or a remark behind a header: `Revenue (in thousands)`, `Umsatz in TEUR`, `Budget, EUR`.
_UNIT = re.compile(
    r"\s*(?:[([][^()\[\]]{1,30}[)\]]|(?:\bin|,|/)\s*(?:[a-z]{3}|[$€£%]|[kt]?€|teur|thousands?"
    r"|millions?|minutes?|seconds?|hours?|tausend|mio))\s*$",
    re.I,
)
_PENALTY = 100  # of a spelling that is found only without its wrapping
_FOREIGN = 1_000  # of a spelling of another language than the file's own
_QUESTION_WORDS = 3  # of a header that is a question, at least
_SHORT = 5  # letters of a word that may mean something else in the language of the file


@cache
def _synonyms(what: str, code: str) -> Mapping[str, tuple[HeaderHit, ...]]:
    """Key of a header -> what it may name in a language, the better spellings first."""
    found: dict[str, dict[str, HeaderHit]] = {}
    for name, spellings in language(code).sections.get(what, {}).items():
        own = (name,) if code == "en" else ()
        for rank, spelling in enumerate((*own, *spellings)):
            meant = found.setdefault(key(spelling) or spelling, {})
            meant.setdefault(name, HeaderHit(name, "synonym", rank))
    return {
        k: tuple(sorted(meant.values(), key=lambda hit: hit.rank)) for k, meant in found.items()
    }


@cache
def _index(what: str) -> Mapping[str, Mapping[str, tuple[HeaderHit, ...]]]:
    """Key of a header -> language -> what it may name there."""
    found: dict[str, dict[str, tuple[HeaderHit, ...]]] = {}
    for code in LANGUAGES:
        for word, hits in _synonyms(what, code).items():
            found.setdefault(word, {})[code] = hits
    return found


@cache
def _crm_exact() -> Mapping[str, tuple[str, ...]]:
    """An exact header -> the attributes that the CRMs mean by it (only one when they agree)."""
    known = language("en").sections["leads"].keys()
    found: dict[str, list[str]] = {}
    for headers in systems().values():
        for header, name in headers.items():
            if name in known and name not in found.setdefault(header, []):
                found[header].append(name)
    return {h: tuple(names) for h, names in found.items()}


def bare(header: str) -> str:
    """A header without blanks and a byte-order mark around it."""
    return header.strip().removeprefix("\ufeff").strip()


def plain(header: str) -> str:
    """A header without the wrapping that exports and forms add: `Person - Email (Work)` is `Email`,
    `Budget__c` is `Budget`, `What is your name?` is `name`.
    """
    text = re.sub(r"__c$", "", bare(header))
    text = re.sub(r"^hs_", "", text)
    text = _WRAPPED.sub("", _WRAPPED.sub("", _PREFIX.sub("", text))).strip()
    return _QUESTION.sub("", text).strip() or text or bare(header)


def languages_of(headers: Sequence[str], what: str = "leads") -> tuple[str, ...]:
    """The languages in the order in which these headers speak for them; one that nothing speaks for
    comes later.
    """
    votes: Counter[str] = Counter()
    for header in headers:
        speaking = _hits(header, what)
        # A word of one language only says more than one that many share, as `Status` does.
        votes.update(dict.fromkeys(speaking, 1 + (4 if len(speaking) == 1 else 0)))
    return tuple(sorted(LANGUAGES, key=lambda code: (-votes[code], LANGUAGES.index(code))))


@lru_cache(maxsize=1 << 14)
def _hits(header: str, what: str) -> Mapping[str, tuple[HeaderHit, ...]]:
    """Language -> what a header may name in it; only languages that know it."""
    index, name = _index(what), plain(header)
    found: dict[str, tuple[HeaderHit, ...]] = {}
    for step, spelling in enumerate((bare(header), name, _UNIT.sub("", name))):
        for code, hits in index.get(key(spelling) or spelling, {}).items():
            found.setdefault(code, _later(hits, step * _PENALTY))
    for code, hits in (_part_of_address(name, index) | _either(name, index)).items():
        found.setdefault(code, hits)
    return found


def _later(hits: Sequence[HeaderHit], penalty: int) -> tuple[HeaderHit, ...]:
    return tuple(hit._replace(rank=hit.rank + penalty) for hit in hits)


def _part_of_address(
    header: str, index: Mapping[str, Mapping[str, tuple[HeaderHit, ...]]]
) -> dict[str, tuple[HeaderHit, ...]]:
    """What a header names behind the word for an address: `Address 1 - City` is `City`."""
    part = _OF_ADDRESS.sub("", header)
    named = index.get(key(part), {}) if part != header else {}
    parts = {c: [h for h in hits if h.attribute in _ADDRESS] for c, hits in named.items()}
    return {code: _later(hits, 3 * _PENALTY) for code, hits in parts.items() if hits}


def _either(
    header: str, index: Mapping[str, Mapping[str, tuple[HeaderHit, ...]]]
) -> dict[str, tuple[HeaderHit, ...]]:
    """The part of an address that a header of two words names, where all that are known name the
    same: `Staat/regio`.
    """
    words = [index.get(key(word), {}) for word in re.split(r"[/／]", header)]
    found: dict[str, tuple[HeaderHit, ...]] = {}
    for code in LANGUAGES if len(words) > 1 and any(words) else ():
        known = [word[code][0] for word in words if code in word]
        named = {hit.attribute for hit in known}
        if len(named) == 1 and named <= _ADDRESS:
            found[code] = _later(known[:1], 3 * _PENALTY)
    return found


def _crm_hit(header: str, what: str) -> HeaderHit | None:
    if what != "leads":
        return None
    text = bare(header)
    exact = _crm_exact().get(text) or _crm_exact().get(_WRAPPED.sub("", text).strip())
    return HeaderHit(exact[0], "crm", 0) if exact and len(exact) == 1 else None


def meanings_of(headers: Sequence[str], what: str = "leads") -> list[tuple[HeaderHit, ...]]:
    """What each header of a file may name, the likeliest first; nothing where nothing is known of
    it.
    """
    order = languages_of(headers, what)
    hits = [_all_meanings(h, what, order) for h in headers]
    return _resolve_name(_resolve_state(hits))


def read_headers(headers: Sequence[str], what: str = "leads") -> list[HeaderHit | None]:
    """What each header of a file names, None where nothing is known of it."""
    return [hits[0] if hits else None for hits in meanings_of(headers, what)]


def _all_meanings(header: str, what: str, order: Sequence[str]) -> tuple[HeaderHit, ...]:
    crm = _crm_hit(header, what)
    spelled = _in_languages(header, what, order) or _subject_of_question(header, what)
    first = (crm,) if crm else ()
    return first + tuple(h for h in spelled if crm is None or h.attribute != crm.attribute)


def _in_languages(header: str, what: str, order: Sequence[str]) -> tuple[HeaderHit, ...]:
    """The meanings in the file's own language and English first; a short word of another language
    is none here: `data`, `land` and `art` are English words too.
    """
    found = _hits(header, what)
    for place, code in enumerate(order if found else ()):
        hits = found.get(code)
        if not hits:
            continue
        if place == 0 or code == "en":
            return hits
        word = key(plain(header))
        if len(word) > _SHORT or not word.isascii():
            return tuple(hit._replace(rank=hit.rank + _FOREIGN) for hit in hits)
    return ()


def _subject_of_question(header: str, what: str) -> tuple[HeaderHit, ...]:
    """What a form's question is about: `How many people work at your company?`"""
    if what != "leads" or not _is_sentence(header):
        return ()
    text = key(header)
    name = next((name for phrase, name in _questions() if phrase in text), None)
    return (HeaderHit(name, "synonym", _FOREIGN),) if name else ()


@cache
def _questions() -> tuple[tuple[str, str], ...]:
    """The keys of phrases that occur in questions, each with what these are about."""
    return tuple(
        (key(phrase), name)
        for code in LANGUAGES
        for name, phrases in language(code).sections.get("questions", {}).items()
        for phrase in phrases
    )


#: Signs of a language that writes no blanks between its words.
_KANA = re.compile(r"[\u3040-\u30ff]")


def _is_sentence(header: str) -> bool:
    """Whether a header is long enough to be a question or a remark."""
    return len(header.split()) >= _QUESTION_WORDS or bool(_KANA.search(header))


def _resolve_state(hits: Sequence[tuple[HeaderHit, ...]]) -> list[tuple[HeaderHit, ...]]:
    """`Estado` is a status and a part of a country. Beside a city, a postal code, a country or
    another status it is the latter, as long as its cells are no states of a lead.
    """
    alone = {meant[0].attribute for meant in hits if len({hit.attribute for hit in meant}) == 1}
    beside = alone & {"city", "postal_code", "country", "crm_status"}
    first = "region" if beside else "crm_status"
    return [
        _prefer(meant, first)
        if {"region", "crm_status"} <= {hit.attribute for hit in meant}
        else meant
        for meant in hits
    ]


def _prefer(meant: Sequence[HeaderHit], attribute: str) -> tuple[HeaderHit, ...]:
    """The meanings with one of them before the others."""
    best = min(hit.rank for hit in meant)
    ordered = sorted(meant, key=lambda hit: (hit.attribute != attribute, hit.rank))
    return tuple(hit._replace(rank=best + place) for place, hit in enumerate(ordered))


_OF_A_COMPANY = frozenset({"website", "industry", "employees", "revenue"})
_OF_A_PERSON = frozenset(
    {"company", "email", "mobile", "job_title", "department", "gender", "age", "birthday"}
    | {"full_name", "first_name", "last_name"}
)


def _resolve_name(hits: Sequence[tuple[HeaderHit, ...]]) -> list[tuple[HeaderHit, ...]]:
    """`Name` beside a given name is the family name, beside a family name the given one, alone the
    whole name; that of the company in a list that has nothing of a person.
    """
    known = {meant[0].attribute for meant in hits if meant}
    found = known & {"full_name", "first_name", "last_name"}
    name = "full_name"
    if len(known & _OF_A_COMPANY) > 1 and not known & _OF_A_PERSON:
        name = "company"
    elif found == {"first_name"}:
        name = "last_name"
    elif found == {"last_name"}:
        name = "first_name"
    return [tuple(_with_name(h, name) for h in meant) for meant in hits]


def _with_name(hit: HeaderHit, name: str) -> HeaderHit:
    return hit._replace(attribute=name) if hit.attribute == _NAME else hit


def is_no_phone(header: str) -> bool:
    """Whether a header says that its digits are no phone number: `Fax`, `CNPJ`, `Order number`."""
    text = key(header)
    words = {key(word) for word in re.split(r"[\W_]+", header)}
    return any(
        word in words or ((len(word) >= _SHORT or word[0] >= "\u3040") and word in text)
        for word in _no_phones()
    )


@cache
def _no_phones() -> tuple[str, ...]:
    return tuple(map(key, words_meaning("numbers", "no_phone")))


def attribute_for(header: str, what: str = "leads") -> HeaderHit | None:
    """What a header names by its spelling alone, without the others of its file."""
    return read_headers([header], what)[0]


def looks_like(headers: Sequence[str]) -> str | None:
    """The system whose export this is: a good part of the headers, three of them nobody else's."""
    given = {bare(h) for h in headers}
    scores = {system: len(given & spelled.keys()) for system, spelled in systems().items()}
    best = max(scores, key=lambda s: scores[s])
    others = {h for system, spelled in systems().items() if system != best for h in spelled}
    alone = (given & systems()[best].keys()) - others
    enough = scores[best] >= max(4, 0.3 * len(headers))
    return best if enough and len(alone) >= 3 else None


#: Units that a header names, with what brings its numbers to ours: money in units, time in minutes.
_UNITS: Mapping[str, tuple[tuple[str, float], ...]] = {
    "money": (
        (
            r"\b(?:k|tsd|thousands?|000s?|teur|t€|k€|keur|\$k|k\$|tausend|milliers|miles)\b",
            1e3,
        ),
        (r"\b(?:m|mio|mn|millions?|mln|m€|meur|\$m|millionen|millones)\b", 1e6),
    ),
    "time": (
        (r"\b(?:seconds?|secs?|s|sekunden|secondes|segundos)\b", 1 / 60),
        (r"\b(?:hours?|hrs?|h|stunden|heures|horas)\b", 60.0),
        (r"\b(?:milliseconds?|ms)\b", 1 / 60_000),
    ),
}
_UNIT_OF = {"revenue": "money", "income": "money", "budget": "money", "minutes_on_site": "time"}


def factor_of(header: str, attribute: str) -> float:
    """What brings the numbers of a column to the unit of its attribute, as far as the header names
    another one: `Revenue (in thousands)` are units of money times 1,000.
    """
    text = re.sub(r"[_()\[\]]+", " ", header.casefold())
    for pattern, factor in _UNITS.get(_UNIT_OF.get(attribute, ""), ()):
        if re.search(pattern, text):
            return factor
    return 1
