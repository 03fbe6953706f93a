"""A playbook's YAML as nodes that know their lines, so that every fault can be placed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from leadlight.problems import Place, Problem

LARGEST = 1_000_000
DEEPEST = 12


@dataclass(frozen=True)
class Node:
    """A piece of YAML: a mapping (`pairs`), a list (`items`) or a single value (`text`), with its
    place.
    """

    place: Place
    text: str | None = None
    items: tuple[Node, ...] | None = None
    pairs: tuple[tuple[Node, Node], ...] | None = None

    @property
    def line(self) -> int:
        return self.place.line or 0

    @property
    def is_blank(self) -> bool:
        """Nothing is written here, not even an empty list."""
        return self.text is None and self.items is None and self.pairs is None

    def plain(self) -> Any:
        """The node as plain data: dicts, lists and texts, in the order written."""
        if self.pairs is not None:
            return {k.text: v.plain() for k, v in self.pairs}
        if self.items is not None:
            return [i.plain() for i in self.items]
        return self.text

    def get(self, key: str) -> Node | None:
        return next((v for k, v in self.pairs or () if k.text == key), None)

    def entries(self) -> Iterator[tuple[str, Node, Node]]:
        """The pairs of a mapping as (key, key's node, value)."""
        for k, v in self.pairs or ():
            yield k.text or "", k, v


def read_nodes(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """The YAML of a playbook, or None and why it cannot be read."""
    if len(text) > LARGEST:
        return None, [
            Problem(
                "playbook-too-long",
                "The playbook is longer than a million characters.",
                Place(file),
            )
        ]
    try:
        root = _read_yaml(text)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        return None, [
            Problem(
                "not-yaml",
                f"This is not YAML: {fault.problem or fault.context}.",
                place,
                "Check indentation, brackets and quotes.",
            )
        ]
    except (YAMLError, ValueError, RecursionError) as fault:
        said = str(fault).splitlines()[0] if str(fault) else "it is nested too deeply"
        return None, [Problem("not-yaml", f"This is not YAML: {said}.", Place(file))]
    if root is None:
        return None, [
            Problem(
                "empty-playbook",
                "The playbook is empty.",
                Place(file),
                "Begin with `leadlight init`, which writes one to start from.",
            )
        ]
    problems: list[Problem] = []
    return _node(root, file, problems, 0), problems


@lru_cache(maxsize=8)
def compose(text: str) -> Any:
    """The YAML of a text as ruamel's own nodes, which know their offsets; nobody changes them."""
    return YAML(typ="safe", pure=True).compose(text)


#: What libyaml does not show, or reads by the older YAML 1.1: anchors, tags, directives, tabs, and
#: signs that were line breaks.
_ONLY_RUAMEL = re.compile(
    r"(?<![^\s\[\]{},:?-])(&\S|!(?!=))|^%|[\t\x85\u2028\u2029\ufeff]", re.MULTILINE
)


@lru_cache(maxsize=8)
def _read_yaml(text: str) -> Any:
    """The YAML of a text as nodes that know their lines; nobody changes them.

    libyaml reads a text twenty times faster than ruamel, which took most of the time of reading a
    playbook. What libyaml refuses ruamel reads too: its sentences are the better ones.
    """
    if yaml.__with_libyaml__ and not _ONLY_RUAMEL.search(text):
        try:
            return yaml.compose(text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError as fault:
            if "nesting depth" in str(fault):  # ruamel would work on it for seconds
                raise ValueError("it is nested too deeply") from fault
        except UnicodeError:
            pass
    return compose(text)


def _node(raw: Any, file: str, problems: list[Problem], depth: int) -> Node:
    place = Place(file, raw.start_mark.line + 1, raw.start_mark.column + 1)
    anchor = getattr(raw, "anchor", None)  # libyaml reads no text that has one
    if anchor or depth > DEEPEST:
        what = "uses a YAML anchor" if anchor else "is nested too deeply"
        problems.append(
            Problem("not-yaml", f"This {what}; a playbook is written out plainly.", place)
        )
        return Node(place, text="")
    if raw.id == "mapping":
        return Node(place, pairs=_pairs(raw, file, problems, depth))
    if raw.id == "sequence":
        return Node(place, items=tuple(_node(i, file, problems, depth + 1) for i in raw.value))
    missing = raw.tag is not None and str(raw.tag).endswith(":null") and not raw.style
    return Node(place, text=None if missing else _scalar(str(raw.value), place, problems))


def _pairs(
    raw: Any, file: str, problems: list[Problem], depth: int
) -> tuple[tuple[Node, Node], ...]:
    """The keys and values of a mapping; of a key that stands there twice the first counts."""
    pairs: list[tuple[Node, Node]] = []
    keys: set[str] = set()
    for key, value in raw.value:
        k, v = _node(key, file, problems, depth + 1), _node(value, file, problems, depth + 1)
        if k.text in keys:
            problems.append(
                Problem("said-twice", f"{k.text!r} is said twice here; keep one.", k.place)
            )
            continue
        keys.add(k.text or "")
        pairs.append((k, v))
    return tuple(pairs)


def _scalar(value: str, place: Place, problems: list[Problem]) -> str:
    """The text of a value. YAML's quotes take a sign beyond 16 bits as JSON writes it, in two
    halves.
    """
    if value.isascii():
        return value
    try:
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        said = r"This text holds half of a sign (\ud800 to \udfff); write the sign itself."
        problems.append(Problem("not-yaml", said, place))
        return value.encode("utf-8", "replace").decode()
