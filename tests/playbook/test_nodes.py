"""libyaml and ruamel say the same of a text: the one is quick, the other has the sentences."""

from __future__ import annotations

import random
import re
from importlib.resources import files
from pathlib import Path

import pytest

from leadlight.playbook import nodes
from leadlight.playbook.nodes import Node, read_nodes
from leadlight.problems import Place, Problem

TEXTS = [
    p.read_text("utf-8")
    for folder in (Path(str(files("leadlight"))), Path(__file__).parents[2] / "examples")
    for p in sorted(folder.rglob("*.yml"))
]
#: What people type into a playbook, and what nobody should.
PIECES = (
    *":\n\t- {}[],'\"#&*!%@`?~|>é😀\\=\r\x00\x7f\x85\u2028\ufeff\ud83d",
    *(": ", "- ", "\\n", '"\\/"', "<<: ", "---", "...", "!!str ", "&a x", "null", "0o7", "yes"),
    *("|+", "|2-", "> \n  a\n"),
)


def alone(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Node | None, list[Problem]]:
    """What ruamel alone says."""
    with monkeypatch.context() as patch:
        patch.setattr(nodes, "_read_yaml", nodes.compose)
        return read_nodes(text, "p.yml")


def test_shipped_texts_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Presets, their cases, translations and examples: every text, key, order and place."""
    assert len(TEXTS) > 20
    for text in TEXTS:
        assert read_nodes(text, "p.yml") == alone(text, monkeypatch)


def test_broken_texts_are_told_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of playbooks with signs put in anywhere: what is refused is refused in the same sentence, at the same place.
    Of what is read only the place of an empty value differs: libyaml says where it is missing.
    """
    draw = random.Random(5)
    refused = 0
    for _ in range(600):
        lines = draw.choice(TEXTS).split("\n")
        begin = draw.randrange(len(lines))
        text = "\n".join(lines[begin : begin + draw.randrange(1, 8)])
        for _ in range(draw.randrange(1, 4)):
            at = draw.randrange(len(text) + 1)
            text = text[:at] + draw.choice(PIECES) + text[at + draw.choice((0, 0, 1, 4)) :]
        quick, slow = read_nodes(text, "p.yml"), alone(text, monkeypatch)
        assert without_places_of_blanks(quick[0]) == without_places_of_blanks(slow[0]), text
        assert quick[1] == slow[1], text
        refused += slow[0] is None
    assert 100 < refused < 500


def without_places_of_blanks(node: Node | None) -> str:
    return re.sub(r"place=[^)]*\), text=None, items=None, pairs=None", "blank", str(node))


@pytest.mark.parametrize("text", ["[" * 20_000, "- " * 20_000, "{a: " * 20_000, "? " * 20_000])
def test_what_is_nested_without_end_is_refused(text: str) -> None:
    """A text of brackets ends neither the process nor its stack."""
    root, problems = read_nodes(text, "p.yml")
    assert root is None
    assert problems[0].code == "not-yaml"


def test_an_anchor_is_told_with_its_place() -> None:
    """libyaml's nodes do not show anchors; an `R&D` in a text is none."""
    _, problems = read_nodes("a: R&D\nb: &x 1\n", "p.yml")
    assert [p.place for p in problems] == [Place("p.yml", 2, 4)]
    assert read_nodes("a: R&D, R & D\nb: 1 != 2\n", "p.yml")[1] == []
