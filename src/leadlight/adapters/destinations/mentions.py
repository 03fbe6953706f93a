"""Files that verbs wrote for people and in which a text stands: reports, lists, rejected rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_ENDINGS = frozenset({".csv", ".tsv", ".html", ".json", ".jsonl", ".ndjson", ".txt", ".md", ".yml"})
_LARGEST = 256 << 20


def files_that_name(folder: Path, values: Iterable[str]) -> list[Path]:
    """The files of a folder, and of its folder of rejected rows, in which one of these texts
    stands, in capital or small letters. Packed tables (Parquet, XLSX) are not looked into.
    """
    words = [v.lower().encode() for v in values if v]
    return [file for file in _candidates(folder) if words and _holds(file, words)]


def _candidates(folder: Path) -> Iterator[Path]:
    for place in (folder, folder / "rejects"):
        with suppress(OSError):
            yield from sorted(
                f for f in place.iterdir() if f.suffix.lower() in _ENDINGS and f.is_file()
            )


def _holds(file: Path, words: Iterable[bytes]) -> bool:
    with suppress(OSError):
        if file.stat().st_size <= _LARGEST:
            text = file.read_bytes().decode(errors="replace").lower().encode()
            return any(word in text for word in words)
    return False
