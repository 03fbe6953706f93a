"""A playbook's text with one more segment, and the part of a playbook that one segment needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ruamel.yaml.error import YAMLError

from leadlight.playbook.amendments import apply_edits, under
from leadlight.playbook.canonical import names_of, uses
from leadlight.playbook.model_text import entry_edit
from leadlight.playbook.nodes import compose
from leadlight.playbook.reader import NAME
from leadlight.playbook.spec import Playbook


def with_segment(text: str, name: str, when: str) -> str:
    """The text with one more segment; every other character stays as its author wrote it. Raises
    `ValueError` for a text that is no YAML, and for a name that can be none.
    """
    return _with_entry(text, "segments", name, _in_quotes(when))


def with_track(text: str, name: str, when: str) -> str:
    """The text with one more track, whose one step sends the content of its own name. Raises
    `ValueError` as `with_segment` does.
    """
    value = f"{{when: {_in_quotes(when)}, steps: [{{content: {name}}}]}}"
    return _with_entry(text, "tracks", name, value)


def _with_entry(text: str, section: str, name: str, value: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be a name.")
    try:
        root = compose(text)
    except YAMLError as fault:
        raise ValueError("The text is no YAML.") from fault
    return apply_edits(text, [entry_edit(text, under(root, section), section, name, value)])


def _in_quotes(when: str) -> str:
    """A condition in double quotes: those of JSON are quotes of YAML as well."""
    return json.dumps(when, ensure_ascii=False)


def only_segment(book: Playbook, name: str) -> Playbook:
    """The playbook with this segment alone, and no more of the rest than it needs."""
    segment = next(s for s in book.segments if s.name == name)
    needed = _names_behind(book, uses(segment))
    key = hashlib.sha256(f"{book.fingerprint} {name} {segment.when}".encode()).hexdigest()[:12]
    return replace(
        book,
        signals=tuple(s for s in book.signals if needed & set(names_of(s))),
        scores=tuple(s for s in book.scores if s.name in needed),
        scales=tuple(s for s in book.scales if s.name in needed),
        segments=(segment,),
        routes=(),
        capacity={},
        order="",
        outcomes=None,
        tracks=(),
        fingerprint=f"{key}+segment",
    )


def _names_behind(book: Playbook, names: Iterable[str]) -> set[str]:
    """These names, and those that what makes them uses."""
    makers: dict[str, Any] = {n: s for s in book.signals for n in names_of(s)}
    makers |= {x.name: x for x in (*book.scores, *book.scales)}
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            if name in makers:
                waiting += uses(makers[name])
    return found
