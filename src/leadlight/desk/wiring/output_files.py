"""The files that a verb writes: whole or not at all, and never over what it reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.destinations.atomic_file import Claim as Claim
    from leadlight.adapters.destinations.atomic_file import Outputs as Outputs
    from leadlight.adapters.destinations.marks import Kind


def files_that_name(folder: Path, values: Iterable[str]) -> list[Path]:
    """The files that a workspace's verbs wrote beside it and in which one of these texts stands."""
    from leadlight.adapters.destinations.mentions import files_that_name

    return files_that_name(folder, values)


def write_text(target: Path, text: str, kind: Kind, *, folder: bool = False) -> None:
    """A text as a file, whole or not at all; `folder`: the last folder of its path is ours to
    make.
    """
    from leadlight.adapters.destinations.atomic_file import replace_file

    with replace_file(target, kind, folder=folder) as written:
        written.write_text(text, encoding="utf-8")


def together(
    reads: Iterable[Path | str | None] = (), claims: Iterable[Claim] = ()
) -> AbstractContextManager[Outputs]:
    """The files of one command, which appear together or not at all, and never over what it
    reads.
    """
    from leadlight.adapters.destinations.atomic_file import together

    return together(reads, claims)


def write_rows(
    head: Sequence[str], lines: Iterable[Sequence[object]], target: Path, kind: Kind
) -> None:
    """Rows as CSV, whole or not at all; no cell can run as a formula."""
    from leadlight.adapters.destinations.csv import write_rows

    write_rows(head, lines, target, kind)
