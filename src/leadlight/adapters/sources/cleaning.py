"""SQL expressions that turn a text cell into a clean, typed value: nothing here runs once per row
in Python.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from leadlight.adapters.db.duckdb import text_literal
from leadlight.adapters.sources.raw import in_list
from leadlight.facts.answers import answer_of, besides, no_words, yes_words
from leadlight.facts.missing_values import UNSEEN, missing_words

BLANKS = text_literal(f" {UNSEEN}")


def trim_cell(x: str) -> str:
    """The cell without blanks around it; only a cell with an unusual character at an end is really
    trimmed.
    """
    usual = f"left({x}, 1) BETWEEN '!' AND '~' AND right({x}, 1) BETWEEN '!' AND '~'"
    return f"(CASE WHEN {usual} THEN {x} ELSE trim({x}, {BLANKS}) END)"


def stated_value(x: str, attribute: str, own: bool = False) -> str:
    """The trimmed cell, or NULL when it states nothing."""
    text = trim_cell(x)
    return f"CASE WHEN {_is_one_of(text, missing_words(attribute, own))} THEN NULL ELSE {text} END"


def stated_bare_value(x: str, attribute: str, own: bool = False) -> str:
    """The same for a column that has no blanks at its ends: half the work, since a long cell is not
    looked at.
    """
    words = missing_words(attribute, own)
    return (
        f"CASE WHEN strlen({x}) > {_longest(words)} THEN {x} WHEN {_is_one_of(x, words)} THEN NULL"
        f" ELSE {x} END"
    )


def odd_sql(x: str, attribute: str, own: bool, blanks: Sequence[str]) -> tuple[str, str]:
    """Two cheap conditions, one of which holds for every cell that `stated` would change: few
    columns have any.

    The first finds words for missing, the second blanks at the ends.
    """
    others = "".join(b for b in blanks if not b.isascii())
    edges = [
        f"{x} < '!'",
        *(f"suffix({x}, {text_literal(e)})" for e in (" ", *blanks) if e.isascii()),
    ]
    if others:
        edges += [f"contains({text_literal(others)}, {end}({x}, 1))" for end in ("left", "right")]
    words = missing_words(attribute, own)
    missing = f"strlen({x}) <= {_longest(words)} AND lower({x}) IN ({in_list(sorted(words))})"
    return missing, " OR ".join(edges)


def _is_one_of(x: str, words: Collection[str]) -> str:
    """Whether the text is one of the words, in any case. (`IN` with many words would be planned as
    a join, which is made for every row even when nobody reads the column.)
    """
    pattern = "|".join(re.escape(w) for w in sorted(words))
    return (
        f"(strlen({x}) <= {_longest(words)} AND regexp_full_match(lower({x}),"
        f" {text_literal(pattern)}))"
    )


def _longest(words: Collection[str]) -> int:
    return max(len(w.encode()) for w in words)


def yes_no_sql(x: str) -> str:
    """A BOOLEAN from yes and no in several languages, 1 and 0, x."""
    yes, no = _is_one_of(x, yes_words()), _is_one_of(x, no_words())
    return f"(CASE WHEN {yes} THEN true WHEN {no} THEN false END)"


#: Distinct cells of a column of answers: more are dates or reasons, and none of a closed list.
MOST_ANSWERS = 500


def answers_sql(x: str, cells: Collection[str], attribute: str, *, affirmed: bool) -> str:
    """A BOOLEAN from the distinct cells of a column, in the words of nine languages; with
    `affirmed` any cell but a no is a yes: the day or the reason of it.
    """
    if affirmed:
        return (
            f"(CASE WHEN {_is_one_of(x, no_words())} THEN false WHEN {x} IS NOT NULL THEN true END)"
        )
    if len(cells) > MOST_ANSWERS:
        return yes_no_sql(x)
    return _cases(x, {c: answer_of(c, attribute) for c in cells})


def besides_sql(x: str, cells: Collection[str], attribute: str, *, of_mailing: bool) -> str:
    """What the states of a column say besides, as a BOOLEAN or a text; see `answers.besides`."""
    said = {c: besides(c, attribute, of_mailing=of_mailing) for c in cells}
    if attribute == "dropped_reason":
        reasons = in_list(sorted(c for c, reason in said.items() if reason))
        return f"(CASE WHEN {x} IN ({reasons}) THEN {x} END)" if reasons else "NULL::VARCHAR"
    return _cases(x, {c: None if v is None else bool(v) for c, v in said.items()})


def _cases(x: str, said: Mapping[str, bool | None]) -> str:
    parts = []
    for answer in (True, False):
        words = sorted(cell for cell, meant in said.items() if meant is answer)
        if words:
            parts.append(f"WHEN {x} IN ({in_list(words)}) THEN {str(answer).lower()}")
    return f"(CASE {' '.join(parts)} END)" if parts else "NULL::BOOLEAN"


def email_sql(x: str) -> str:
    """The address in lower case: the first of several, out of `Name <a@b>` and `mailto:`; a
    malformed one stays.
    """
    first = f"split_part(replace({x}, ';', ','), ',', 1)"
    bare = (
        f"coalesce(nullif(regexp_extract({x}, '<\\s*([^<>]+?)\\s*>', 1), ''),"
        f" nullif({trim_cell(first)}, ''), {x})"
    )
    bare = f"regexp_replace(regexp_replace({bare}, '^\\s*mailto:\\s*', '', 'i'), '\\?.*$', '')"
    special = " OR ".join(f"contains({x}, '{c}')" for c in "<,;:?")
    return f"(CASE WHEN {special} THEN lower({trim_cell(bare)}) ELSE lower({x}) END)"


def phone_sql(x: str) -> str:
    """The number as it is written: the first of several, without `tel:` and a spreadsheet's
    apostrophe.
    """
    first = f"split_part(replace({_with_extension(x)}, ';', ','), ',', 1)"
    bare = (
        f"regexp_replace(coalesce(nullif({trim_cell(first)}, ''), {x}),"
        " '^(p:|tel:|''|=?\"|\\s)+|\"$', '', 'gi')"
    )
    special = " OR ".join(f"contains({x}, {text_literal(c)})" for c in ",;:'\"=")
    return f"(CASE WHEN {special} THEN {bare} ELSE {x} END)"


def _with_extension(x: str) -> str:
    """A number whose extension no separator cuts off: `...;ext=15` and `..., ext. 15` are one."""
    extension = r"\s*[;,]+\s*(?:ext|extension|x|dw|durchwahl|poste|int|doorkies)\.?\s*[=:]?\s*(\d)"
    return f"regexp_replace({x}, {text_literal(extension)}, ' x\\1', 'gi')"


def same_phone(x: str) -> str:
    """A number without its spaces and signs, to call a lead by that has neither an id nor an
    address.
    """
    return f"nullif(regexp_replace({x}, '[^0-9+]', '', 'g'), '')"


#: What stands between several addresses or numbers in one cell.
_APART = (
    r"\s*(?:[;,|\n]|:::|\s/\s"
    r"|\s(?:or|and|oder|und|ou|et|o|y|e|of|en|lub|или|и|または|&)\s)\s*"
)
_SEVERAL = {
    "email": re.compile(rf"@.*{_APART}.*@", re.S),
    "phone": re.compile(rf"(?:\d\D{{0,3}}){{6}}\d.*{_APART}.*(?:\d\D{{0,3}}){{6}}\d", re.S),
}
#: What a part of a cell has at least that is an address or a number: the rest are remarks.
_IS_CONTACT = {"email": "@", "phone": r"(?:\d\D*){5}"}
#: A remark around an address or a number: `office: a@b.com`, `a@b.com (private)`.
_REMARK = r"^[^\W\d_]{2,12}:\s+|\s*[(\[][^()\[\]\d@]{2,20}[)\]]\s*$"
_WORKS = {
    "email": r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+",
    "phone": r"\D*(?:\d\D*){7,}",
}
_STAND_INS = (
    r"(?:no-?e?mail|none|test|unknown|noreply|no-reply|na|keine)@.*"
    r"|.*@(?:noemail|none|test|example)\..*"
)


def several(cells: Sequence[str], contact: str) -> bool:
    """Whether some cell holds more than one address or number."""
    return any(_SEVERAL[contact].search(c) for c in cells)


def best_contact_sql(texts: Sequence[str], contact: str) -> tuple[str, str]:
    """Of all addresses or numbers that some texts of a lead hold: the first that can be used, and
    the others, apart by semicolons.
    """
    clean = email_sql if contact == "email" else phone_sql
    apart, remark = text_literal(_APART), text_literal(_REMARK)
    joined = f"concat_ws(';', {', '.join(texts)})"
    joined = _with_extension(joined) if contact == "phone" else joined
    bare = f"regexp_replace(p, {remark}, '', 'g')"
    each = f"regexp_split_to_array({joined}, {apart})"
    each = f"list_transform(list_transform({each}, lambda p: {bare}), lambda p: {clean('p')})"
    parts = f"list_filter({each}, lambda p: p IS NOT NULL AND p <> '')"
    works = f"regexp_full_match(p, {text_literal(_WORKS[contact])})"
    if contact == "email":
        works += f" AND NOT regexp_full_match(p, {text_literal(_STAND_INS)})"
    contacts = f"list_filter(ps, lambda p: regexp_matches(p, {text_literal(_IS_CONTACT[contact])}))"
    best = f"coalesce(list_filter(ps, lambda p: {works})[1], {contacts}[1], ps[1])"
    others = "list_filter(cs, lambda p, i: list_position(cs, p) = i AND p <> best)"
    others = _let("best", best, _let("cs", contacts, others))
    return _let("ps", parts, best), _let(
        "ps", parts, f"nullif(array_to_string({others}, '; '), '')"
    )


def _let(name: str, value: str, expression: str) -> str:
    """An expression in which a value has a name, so that it is worked out once."""
    return f"list_transform([{value}], lambda {name}: {expression})[1]"
