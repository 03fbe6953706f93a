"""Text from anywhere, made safe to show.

A lead's name can carry colour codes, line breaks, or marks that turn the words around them.
"""

from __future__ import annotations

import re
import unicodedata

# Whole terminal sequences go first (CSI, OSC and the two-character ones), so that no "[31m" is left
# of them.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|.)?"
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
_LINES = re.compile(r"[\s\x85\u2028\u2029]+")
# Marks that reorder or hide what stands around them. U+200D joins emoji and U+200C is Persian
# spelling: kept.
_HIDDEN = re.compile(
    r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-"
    r"\ufffb\U000e0000-\U000e007f]"
)
_MARKS = 4  # more accents than this on one letter climb over the lines above


def presentable(text: object, longest: int = 300) -> str:
    """The text on one line, without control characters, hidden marks or terminal sequences; cut
    with `…`.
    """
    if text is None:
        return ""
    raw = str(text)[: longest * 8]  # a cell may hold megabytes
    if raw.isascii() and raw.isprintable():
        flat = raw.strip()
    else:
        flat = _LINES.sub(" ", _HIDDEN.sub("", _ESCAPES.sub("", raw)))
        flat = "".join(
            c for c in flat if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn")
        ).strip()
        # What stood between two blanks may be gone, so that they are one now.
        flat = _LINES.sub(" ", _fewer_marks(flat)).strip()
    return flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"


def shown_number(value: object) -> object:
    """A measured number as it is shown: two places, below one two digits that count. Anything else
    as it is.
    """
    if not isinstance(value, float):
        return value
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) >= 1 else f"{value:.2g}"


def _fewer_marks(text: str) -> str:
    out: list[str] = []
    run = 0
    for c in text:
        run = run + 1 if unicodedata.combining(c) else 0
        if run <= _MARKS:
            out.append(c)
    return "".join(out)
