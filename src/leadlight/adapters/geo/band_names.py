"""Which band of a picture is which: by what its file says, by its order, or as a person says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from leadlight.geo.arrays import Pixels
from leadlight.geo.bands import NAMES
from leadlight.geo.windows import look_up
from leadlight.problems import CannotDo, did_you_mean

__all__ = ["expand", "name_bands"]

COLOURS = ("red", "green", "blue")
_WORDS = {"red": "red", "green": "green", "blue": "blue", "nir": "nir", "infrared": "nir"}
_HINT = "Name the bands in their order, such as blue,green,red,nir, and - for one of no use."


def name_bands(file: Path, data: Any, named: Sequence[str] | None) -> tuple[str, ...]:
    """The name of each band; `-` for what is not looked at, `palette` for numbers of colours.

    Three bands are red, green and blue, a fourth is near infrared, unless the file says otherwise.
    """
    if named:
        return _of_person(file, data.count, named)
    meanings = [c.name for c in data.colorinterp]
    if meanings[0] == "palette":
        return ("palette", *["-"] * (data.count - 1))
    if len(meanings) - meanings.count("alpha") == 1:
        return tuple("-" if m == "alpha" else "grey" for m in meanings)
    names = [_word(d) or (m if m in COLOURS else None) for d, m in _texts(data, meanings)]
    if set(COLOURS) <= set(names):
        return tuple(_rest(n, m, names) for n, m in zip(names, meanings, strict=True))
    usual = [m for m in meanings if m != "alpha"]
    if len(usual) not in (3, 4) or any(m == "alpha" for m in meanings[: len(usual)]):
        raise CannotDo(
            f"{file} has {data.count} bands and does not say which are red, green and blue."
            f" {_HINT}",
            field="bands",
        )
    order = (*COLOURS, "nir")[: len(usual)]
    return (*order, *["-"] * (data.count - len(usual)))


def expand(numbers: Pixels, colours: Mapping[int, tuple[int, ...]]) -> dict[str, Pixels]:
    """Red, green and blue of a picture that holds numbers of colours."""
    return {name: look_up(numbers, colours, n) for n, name in enumerate(COLOURS)}


def _of_person(file: Path, count: int, named: Sequence[str]) -> tuple[str, ...]:
    for name in named:
        if name not in (*NAMES, "-"):
            guess = did_you_mean(name, NAMES)
            raise CannotDo(f"{name!r} is not a band. {guess or _HINT}", field="bands")
    if len(named) != count:
        raise CannotDo(
            f"{file} has {count} bands, and {len(named)} are named. {_HINT}", field="bands"
        )
    used = [n for n in named if n != "-"]
    if len(set(used)) != len(used) or not (set(COLOURS) <= set(used) or "grey" in used):
        raise CannotDo(
            "A picture needs red, green and blue, or one grey band, each once.", field="bands"
        )
    return tuple(named)


def _texts(data: Any, meanings: Sequence[str]) -> list[tuple[str, str]]:
    return [(d or "", m) for d, m in zip(data.descriptions, meanings, strict=True)]


def _word(description: str) -> str | None:
    words = description.lower().replace("-", " ").replace("_", " ").split()
    return next((_WORDS[w] for w in reversed(words) if w in _WORDS), None)


def _rest(name: str | None, meaning: str, names: Sequence[str | None]) -> str:
    """A fourth band of no name is near infrared, if it is the only one."""
    if name is not None:
        return name
    nameless = [n for n in names if n is None]
    return "nir" if meaning == "undefined" and len(nameless) == 1 and "nir" not in names else "-"
