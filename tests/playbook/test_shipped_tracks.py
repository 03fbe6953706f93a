"""The shipped tracks go with the shipped presets, and what they say can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadlight.adapters.mail.content import Contents
from leadlight.facts.catalog import Catalog
from leadlight.playbook.presets import NAMES, preset_text
from leadlight.playbook.read import must_read, read_playbook
from leadlight.playbook.shipped_tracks import shipped_content, tracks_for


@pytest.mark.parametrize("preset", NAMES)
def test_every_preset_has_its_tracks(preset: str, tmp_path: Path) -> None:
    """Whoever begins with a preset has tracks for the cold, the warm, who wakes and who falls
    asleep; every content is there, can be rendered, and has its blanks told
    """
    text = preset_text(preset)
    found = tracks_for(text, Catalog())
    assert {"cold", "warm", "waking", "falling_asleep"} <= set(found)
    whole = f"{text.rstrip()}\n\ntracks:\n{''.join(found.values())}"
    _, problems = read_playbook(whole)
    assert not [p for p in problems if p.level == "fault"]
    book = must_read(whole)
    names = {v.content for t in book.tracks for s in t.steps for v in s.variants}
    (tmp_path / "content").mkdir()
    for name in names:
        (tmp_path / "content" / f"{name}.md").write_text(shipped_content(name), encoding="utf-8")
    contents = Contents(tmp_path, names)
    for name in names:
        letter = contents.find(name, None).render({"first_name": "Ana"})
        assert letter.subject
        assert "Hello Ana," in letter.text
