"""Values of a roster that more than one of its sections has."""

from __future__ import annotations

from datetime import date

from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.route.roster.hours import parse_date

_YES, _NO = ("yes", "true", "on"), ("no", "false", "off")


def read_yes_no(r: Reader, node: Node, key: str, *, usual: bool) -> bool:
    """Yes or no."""
    text = r.text(node, key)
    if text is None:
        return usual
    plain = text.strip().lower()
    if plain in _YES or plain in _NO:
        return plain in _YES
    r.fault("wrong-shape", f"{key} is yes or no, not {text!r}.", node.get(key) or node)
    return usual


def read_whole(r: Reader, node: Node, key: str, least: int, most: int) -> int | None:
    """A whole number."""
    text = r.text(node, key)
    if text is None:
        return None
    plain = text.strip()
    if plain.isascii() and plain.isdigit() and len(plain) < 10 and least <= int(plain) <= most:
        return int(plain)
    said = f"{key} takes a whole number from {least} to {most:,}, not {text!r}."
    r.fault("not-a-number", said, node.get(key) or node)
    return None


def read_date(r: Reader, node: Node, key: str) -> date | None:
    """A day."""
    text = r.text(node, key)
    if text is None:
        return None
    found = parse_date(text)
    if found is None:
        hint = "Write it as 2026-12-24."
        r.fault("not-a-day", f"{text!r} is no day.", node.get(key) or node, hint)
    return found
