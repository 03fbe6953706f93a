"""Tracks to begin with, and what they say: texts that are shipped, to be filled in."""

from __future__ import annotations

from importlib import resources

from leadlight.facts.catalog import Catalog
from leadlight.playbook.read import read_playbook

#: In the order in which a reader wants them.
NAMES = ("cold", "warm", "waking", "falling_asleep", "goodbye", "newcomers", "win_back")


def tracks_for(text: str, catalog: Catalog) -> dict[str, str]:
    """The shipped tracks that go with a playbook's text, by name: those whose conditions ask only
    for what it defines.
    """
    found = {}
    for name in NAMES:
        track = _read("tracks", f"{name}.yml")
        book, _ = read_playbook(f"{text.rstrip()}\n\ntracks:\n{track}", catalog=catalog)
        if book is not None:
            found[name] = track
    return found


def shipped_content(name: str) -> str:
    """What a shipped track says by a step."""
    return _read("content", f"{name}.md")


def _read(folder: str, name: str) -> str:
    place = resources.files("leadlight.playbook.presets").joinpath(folder, name)
    return place.read_text("utf-8")
