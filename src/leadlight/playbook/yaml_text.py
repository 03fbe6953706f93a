"""Any text as one scalar of YAML."""

from __future__ import annotations


def quoted(text: str) -> str:
    """A text in double quotes: every text is one scalar, whatever it holds."""
    return '"' + "".join(map(_character, text)) + '"'


def _character(c: str) -> str:
    if c in '"\\':
        return "\\" + c
    if c.isprintable():
        return c
    code = ord(c)
    if 0xD800 <= code < 0xE000:  # half of a pair, which no file can hold
        return "?"
    return (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65_536 else f"\\U{code:08x}"
    )
