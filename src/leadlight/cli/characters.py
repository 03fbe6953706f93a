"""Characters that a terminal would obey, and how they are shown instead."""

from __future__ import annotations

import re

#: What commands a terminal (C0 without tab and line feed, DEL, C1), ends a line or turns and hides
#: what stands around it, and half characters, which cannot be written at all. U+200C and U+200D
#: belong to words and are kept.
UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-"
    r"\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    r"""The text with every character that a terminal would obey as its number: `\x1b`, `\u202e`."""
    return UNSAFE.sub(lambda m: escape(m[0]), text)


def escape(character: str) -> str:
    r"""A character as its number: `\x1b`, `\u202e`, `\U000e0001`."""
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def is_safe(text: str) -> bool:
    """Whether the text can be shown as it is."""
    return UNSAFE.search(text) is None
