"""Cells that a spreadsheet would run as a formula, made harmless.

A lead can fill in a form with `=HYPERLINK(...)`; opened in a spreadsheet, the cell would run. Such a cell gets a
leading apostrophe, which spreadsheets take as "this is text". Plain numbers (`-5`, `+1,5`) and phone numbers of digits
and blanks (`+49 30 123456`) are left alone: nothing in them can run, and a CRM that imports the file back must find
them unchanged. Anything else that begins with `=`, `+`, `-` or `@` is guarded, also behind blanks, a tab or a line
break, and in the wide forms (`＝`) that East Asian spreadsheets accept.
"""

from __future__ import annotations

import re

#: A cell that would run.
RISKY = r"^[\s\x00]*[=+\-@＝＋－＠]|^[\t\r\n]"
#: A cell that begins like one that would run but is only a number or a phone number.
PLAIN = r"^[+-]?[0-9][0-9 ]*([.,][0-9]+)?([eE][+-]?[0-9]{1,3})?$"


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return f"'{text}" if re.search(RISKY, text) and not re.search(PLAIN, text) else text


def guarded_sql(cell: str) -> str:
    """The same as an SQL expression. Cells that begin with an ASCII letter or digit skip the patterns: most do."""
    harmless = f"({cell} >= '0' AND {cell} < '=') OR ({cell} >= 'A' AND {cell} < '~')"
    risky = f"regexp_matches({cell}, {_literal(RISKY)}) AND NOT regexp_matches({cell}, {_literal(PLAIN)})"
    return f"CASE WHEN {harmless} THEN {cell} WHEN {risky} THEN '''' || {cell} ELSE {cell} END"


def _literal(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"
