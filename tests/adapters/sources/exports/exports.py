"""Small exports of real systems, written column by column: `exports/LANGUAGE.txt`.

`## system separator` begins an export. Each line under it is a column: its header, the attribute
that it should be taken for (`-`: an own one; `a/b`: either), some cells, and after `||` what the
first of them should be read as.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Column:
    """A column of an export, with what a person takes it for."""

    header: str
    wanted: tuple[str, ...]
    cells: tuple[str, ...]
    values: tuple[str, ...] = ()

    def agrees(self, name: str | None, how: str) -> bool:
        own = how in ("own", "ignored")
        return ("-" in self.wanted) if own else name in self.wanted


@dataclass(frozen=True)
class Export:
    """A small export of a system."""

    name: str
    separator: str
    columns: list[Column] = field(default_factory=list)

    def text(self) -> str:
        """The export as a CSV file."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.separator, lineterminator="\n")
        writer.writerow([c.header for c in self.columns])
        height = max(len(c.cells) for c in self.columns)
        padded = [(*c.cells, *[""] * (height - len(c.cells))) for c in self.columns]
        writer.writerows(zip(*padded, strict=True))
        return out.getvalue()


def exports() -> Iterator[Export]:
    """All exports, each with its language in the name."""
    for path in sorted(FOLDER.glob("*.txt")):
        export: Export | None = None
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                if export is not None:
                    yield export
                name, separator = line[3:].rsplit(" ", 1)
                export = Export(f"{path.stem}-{name}", separator)
            elif line and export is not None:
                export.columns.append(_column(line))
        if export is not None:
            yield export


def _column(line: str) -> Column:
    head, _, values = line.partition(" || ")
    named, *cells = [part.strip() for part in head.split("|")]
    header, _, wanted = named.rpartition(" = ")
    expected = tuple(v.strip() for v in values.split("|")) if values else ()
    return Column(header, tuple(wanted.strip().split("/")), tuple(cells), expected)
