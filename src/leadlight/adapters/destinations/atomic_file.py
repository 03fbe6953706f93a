"""Where files are written: what may be written over, and that the files of a command appear whole
and together.

A file is written beside its place and moved there when done. What a command reads, what it wrote
already, a ledger, the playbook of a workspace, and any file that the same verb did not write before
(`marks`) are left as they are.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from leadlight.adapters.destinations.marks import MARKS, Kind, is_replaceable
from leadlight.facts.names import LEDGER, PLAYBOOK
from leadlight.problems import CannotDo

Claim = tuple[Path | None, Kind]
_BESIDE = (".wal", ".holder")  # what stands beside a database while it is open, and after a crash


@dataclass
class Outputs:
    """What one command reads and writes: its inputs, the places it will write to, and what is
    written but not there yet.
    """

    reads: list[Path] = field(default_factory=list)
    #: By place: whether it was written.
    claimed: dict[str, bool] = field(default_factory=dict)
    #: By place: the part, and how the user named the place.
    parts: dict[Path, tuple[Path, Path]] = field(default_factory=dict)
    #: Those that were made for an output.
    folders: list[Path] = field(default_factory=list)

    def claim(self, target: Path, kind: Kind) -> None:
        """Say that a file will be written. Raises `CannotDo` where that would destroy something."""
        place = _place(target)
        self._may_be_written(target, place, kind)
        if _same_name(place) in self.claimed or self._twin(place):
            raise CannotDo(f"{target} is named for two outputs. Name another file for one of them.")
        self.claimed[_same_name(place)] = False

    def begin(self, target: Path, kind: Kind, *, folder: bool = False) -> tuple[Path, Path]:
        """The place and a new, empty file beside it, with the rights of the file whose place it
        will take.
        """
        place = _place(target)
        if folder and not place.parent.exists():
            place.parent.mkdir()
            self.folders.append(place.parent)
        self._may_be_written(target, place, kind)
        if self.claimed.get(_same_name(place)):
            raise CannotDo(f"{target} is named for two outputs. Name another file for one of them.")
        self.claimed[_same_name(place)] = True
        part = place.with_name(f".{place.name[:80]}.{secrets.token_hex(4)}.part")
        # What takes the place of a file is its owner's alone until it is complete: it may hold what
        # nobody else may read.
        rights = 0o600 if place.exists() else 0o666
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, rights))
        self.parts[place] = (part, target)
        return place, part

    def appear(self) -> None:
        """Move everything that was written to its place."""
        for place, (part, target) in self.parts.items():
            with _plain_faults(target), part.open("rb") as written:
                # Else a power cut could leave an empty file under the right name.
                os.fsync(written.fileno())
                if place.exists():
                    part.chmod(stat.S_IMODE(place.stat().st_mode))
        for place, (part, target) in list(self.parts.items()):
            with _plain_faults(target):
                part.replace(place)
            del self.parts[place]
        self.folders.clear()

    def drop(self, place: Path) -> None:
        """Remove what was begun for a place."""
        part, _ = self.parts.pop(place, (None, None))
        if part is not None:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove whatever did not appear."""
        for place in list(self.parts):
            self.drop(place)
        for folder in self.folders:
            with suppress(OSError):
                folder.rmdir()

    def _may_be_written(self, target: Path, place: Path, kind: Kind) -> None:
        if place.is_dir():
            raise CannotDo(
                f"{target} is a directory. Name a file in it, such as {target / 'qualified.csv'}."
            )
        if place.exists() and not place.is_file():
            raise CannotDo(
                f"{target} is not a plain file, so it cannot be replaced. Name another file."
            )
        if any(_is_one(place, read) for read in self.reads):
            raise CannotDo(f"{target} is an input; name another file to write.")
        _no_workspace(target, place)
        if place.exists() and not is_replaceable(place, kind):
            raise CannotDo(
                f"{target} is there already, and it is no {MARKS[kind].what}, so it was left as it"
                " is. Name another file, or move that one away."
            )

    def _twin(self, place: Path) -> bool:
        """Whether another output is the same file under another name: a hard link."""
        mine = _same_name(place)
        others = [Path(p) for p in self.claimed if p != mine]
        return place.exists() and any(p.exists() and p.samefile(place) for p in others)


_outputs: ContextVar[Outputs | None] = ContextVar("outputs", default=None)


@contextmanager
def together(
    reads: Iterable[Path | str | None] = (), claims: Iterable[Claim] = ()
) -> Iterator[Outputs]:
    """Whatever is written inside appears when the block ends well, or at `appear()`, and nothing of
    it when it does not.

    `reads` are the inputs, `claims` the files that will be written: a bad one is refused before any
    work is done. A block within a block belongs to it.
    """
    outer = _outputs.get()
    outputs = outer or Outputs()
    outputs.reads += [Path(r) for r in reads if r is not None]
    for target, kind in claims:
        if target is not None:
            with _plain_faults(target):
                _folder_is_there(target)
                outputs.claim(target, kind)
    if outer is not None:
        yield outer
        return
    before = _outputs.set(outputs)
    try:
        yield outputs
        outputs.appear()
    finally:
        _outputs.reset(before)
        outputs.close()


@contextmanager
def replace_file(target: Path, kind: Kind, *, folder: bool = False) -> Iterator[Path]:
    """The path to write to. The file takes the target's place when the block, and that of
    `together` around it, ends well.

    `folder`: the last folder of the path is ours to make.
    """
    with together() as outputs:
        if not folder:
            _folder_is_there(target)
        with _plain_faults(target):
            place, part = outputs.begin(target, kind, folder=folder)
        try:
            with _plain_faults(target):
                yield part
        except BaseException:
            outputs.drop(place)
            raise


def location_of(target: Path) -> Path:
    """Where a file lies that was written already: its place, or beside it as long as it waits for
    the others.
    """
    outputs, place = _outputs.get(), _place(target)
    return outputs.parts[place][0] if outputs is not None and place in outputs.parts else place


def _folder_is_there(target: Path) -> None:
    if not _place(target).parent.is_dir():
        raise CannotDo(f"{target} cannot be written: the directory {target.parent} does not exist.")


def _no_workspace(target: Path, place: Path) -> None:
    """Raises `CannotDo` for what a workspace is made of."""
    named = place.with_name(place.name.removesuffix(".wal").removesuffix(".holder"))
    if (
        place.name == LEDGER
        or _is_database(place)
        or (place.suffix in _BESIDE and _is_database(named))
    ):
        raise CannotDo(f"{target} belongs to the ledger of a workspace. Name another file.")
    if place.name == PLAYBOOK and place.exists() and (place.parent / LEDGER).exists():
        raise CannotDo(f"{target} is the playbook of a workspace. Name another file.")


def _is_database(file: Path) -> bool:
    with suppress(OSError), file.open("rb") as f:
        return f.read(12)[8:] == b"DUCK"
    return False


def _place(target: Path) -> Path:
    return Path(os.path.realpath(target))  # a link stays a link


def _same_name(place: Path) -> str:
    """Alike for names that are one file where letters of both cases are the same."""
    return str(place).casefold() if sys.platform in ("darwin", "win32") else str(place)


def _is_one(place: Path, other: Path) -> bool:
    """One file: by its name, or by what the name stands for, as a hard link does."""
    with suppress(OSError):
        return other.exists() and (
            place == _place(other) or (place.exists() and place.samefile(other))
        )
    return False


@contextmanager
def _plain_faults(target: Path) -> Iterator[None]:
    """What the disk refuses becomes a sentence."""
    try:
        yield
    except (OSError, duckdb.IOException) as fault:
        plain = isinstance(fault, OSError) and fault.strerror
        reason = plain or str(fault).split("\n")[0]
        raise CannotDo(f"{target} cannot be written: {reason}.") from fault
