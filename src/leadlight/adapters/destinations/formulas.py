"""Cells that a spreadsheet would run as a formula, made harmless.

A lead can fill in a form with `=HYPERLINK(...)`; opened in a spreadsheet, the cell would run. Such
a cell gets a leading apostrophe, which spreadsheets take as "this is text". What begins with `=`,
`+`, `-` or `@` is guarded, also in the wide and small forms (`＝`, `﹦`) and behind blanks, line
breaks and marks that nobody sees.

A spreadsheet may cut a line elsewhere than the file means: a German one opens `a,x;=1+1,b` as three
cells. So what follows `;`, a tab, `|` or a line break within a text is looked at as a cell of its
own, and the apostrophe goes there; in a file that does not separate by commas, what follows a comma
too (else a text with a comma is quoted).

Plain numbers (`-5`, `+1,5`) and phone numbers (`+49 30 123456`, `+49 (0)30 123-456`) are left
alone: nothing in them can run, and a CRM that imports the file back must find them unchanged. So is
a line of plain words in a note (`- call back`).
"""

from __future__ import annotations

import re

#: What nobody sees: blanks, controls, marks of format, fillers.
UNSEEN = (
    "\\x00-\\x20\\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
#: What begins a formula, in all its forms.
SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
#: Where another reader may cut a text into cells; where commas do not separate, also at a comma.
CUTS = "\r\n;\t|"
#: A cell that would run.
RISKY = f"^[{UNSEEN}]*[{SIGNS}]|^[\\t\\r\\n]"
_NUMBER = "[+\\-\u2212]?[0-9][0-9 ]*([.,'][0-9]{3})*([.,][0-9]+)?([eE][+-]?[0-9]{1,3})?"
_PHONE = "\\+[0-9]+( [0-9]| ?\\([0-9]+\\))[0-9 ()./-]*"
_WORDS = '[^()|!=*/&^<>:"@#;{}\\[\\]\\\\\\x00-\\x1f\ufe50-\ufe6b\uff01-\uff5e]*'
#: A cell that begins like one that would run but is only a number or a phone number.
PLAIN = f"^({_NUMBER}|{_PHONE})$"
#: The same for a part of a text, where a blank may stand around it; or it is a dash and plain
#: words.
PLAIN_PART = f"^ *({_NUMBER}|{_PHONE}|[+-]( {_WORDS})?) *$"
_BEGINS = f"[{UNSEEN}]*[{SIGNS}]"
#: What a cell might do: run as a whole; or have a part that runs where another reader cuts it.
WHOLE_RUNS, PART_RUNS = 1, 2


def guard(text: str, delimiter: str = ",") -> str:
    """The text as a cell that no spreadsheet runs, wherever it cuts the lines of a file with this
    delimiter.
    """
    if re.search(RISKY, text) and not _is_plain(PLAIN, text):
        text = f"'{text}"
    cuts = _cuts(delimiter)
    if not re.search(f"[{cuts}]{_BEGINS}", text):
        return text
    for cut in cuts:
        first, *parts = text.split(cut)
        text = cut.join([first, *(_part(p) for p in parts)])
    return text


def _cuts(delimiter: str) -> str:
    return CUTS if delimiter == "," else f"{CUTS},"


def _part(text: str) -> str:
    risky = re.match(_BEGINS, text) and not _is_plain(PLAIN_PART, text)
    return f"'{text}" if risky else text


def _is_plain(pattern: str, text: str) -> bool:
    # Python lets $ stand before a last line break; the engine does not.
    return re.search(pattern.removesuffix("$") + r"\Z", text) is not None


def guard_sql(cell: str, delimiter: str = ",", risk: int = PART_RUNS) -> str:
    """The same as an SQL expression; `risk` is the greatest of the cells that it is put to."""
    whole = f"CASE WHEN {_risky_sql(cell)} THEN '''' || {cell} ELSE {cell} END"
    harmless = f"WHEN {_harmless_sql(cell, delimiter)} THEN {cell}"  # patterns would be slow
    if risk < PART_RUNS:
        return f"CASE {harmless} ELSE {whole} END"
    parts = whole
    for cut in _cuts(delimiter):
        parts = _parts_sql(parts, f"chr({ord(cut)})")
    begins = _part_begins_sql(cell, delimiter)
    return f"CASE {harmless} WHEN NOT {begins} THEN {whole} ELSE {parts} END"


def suspect_sql(cell: str, delimiter: str = ",") -> str:
    """Whether a cell needs a second look, as SQL."""
    return f"NOT ({_harmless_sql(cell, delimiter)})"


def risk_sql(cell: str, delimiter: str = ",") -> str:
    """That second look, as SQL: 0 for each cell that a guard leaves as it is, but for parts of it
    that are numbers or plain words; else whether the whole runs, or perhaps a part.
    """
    return (
        f"CASE WHEN {_harmless_sql(cell, delimiter)} THEN 0 "
        f"WHEN {_part_begins_sql(cell, delimiter)} THEN {PART_RUNS} "
        f"WHEN {_risky_sql(cell)} THEN {WHOLE_RUNS} ELSE 0 END"
    )


def _harmless_sql(cell: str, delimiter: str) -> str:
    """Most cells begin with an ASCII letter or digit and hold no place to cut."""
    letter = f"({cell} >= '0' AND {cell} < '=' OR {cell} >= 'A' AND {cell} < '|')"
    cut = " OR ".join(f"contains({cell}, chr({ord(c)}))" for c in _cuts(delimiter))
    return f"{letter} AND NOT ({cut})"


def _risky_sql(cell: str) -> str:
    return (
        f"regexp_matches({cell}, {_literal(RISKY)}) AND NOT regexp_matches({cell},"
        f" {_literal(PLAIN)})"
    )


def _part_begins_sql(cell: str, delimiter: str) -> str:
    return f"regexp_matches({cell}, {_literal(f'[{_cuts(delimiter)}]{_BEGINS}')})"


def _parts_sql(text: str, cut: str) -> str:
    begins = f"regexp_matches(p, {_literal(f'^{_BEGINS}')})"
    risky = f"i > 1 AND {begins} AND NOT regexp_matches(p, {_literal(PLAIN_PART)})"
    guard = f"CASE WHEN {risky} THEN '''' || p ELSE p END"
    split = f"list_transform(string_split({text}, {cut}), lambda p, i: {guard})"
    return f"array_to_string({split}, {cut})"


def _literal(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"
