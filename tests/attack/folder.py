"""Every file of a folder before and after a command: only what the command names as its output may
change."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

#: What a program leaves that was stopped, or forgot to tidy up.
LEFTOVERS = ("*.part", "*.tmp", "tmp_*", "*.part.*")


@dataclass(frozen=True)
class Entry:
    """One name in a folder: what stands there, its bytes, its mode and which file it is."""

    kind: str
    bytes: str
    mode: int
    inode: int
    size: int


@dataclass(frozen=True)
class Rule:
    """What a command may change: the outputs it names, whole trees, and names that it may add but
    not change."""

    outputs: frozenset[Path] = frozenset()
    trees: frozenset[Path] = frozenset()
    additions: tuple[str, ...] = ()
    protected: frozenset[Path] = frozenset()

    def allows(self, path: Path, *, new: bool) -> bool:
        """Whether a name may be another one after the command, or appear (`new`)."""
        if path in self.protected:
            return False
        if path in self.outputs or any(path == t or t in path.parents for t in self.trees):
            return True
        return new and any(fnmatch(str(path), pattern) for pattern in self.additions)


Snapshot = Mapping[Path, Entry]


def snapshot(folder: Path) -> Snapshot:
    """Every name below a folder; links are not followed."""
    return dict(_entries(folder))


def _entries(folder: Path) -> Iterator[tuple[Path, Entry]]:
    with os.scandir(folder) as names:
        for name in sorted(names, key=lambda n: os.fsencode(n.name)):
            path = folder / name.name
            about = name.stat(follow_symlinks=False)
            yield (
                path,
                Entry(
                    *_content(path, about), stat.S_IMODE(about.st_mode), about.st_ino, about.st_size
                ),
            )
            if stat.S_ISDIR(about.st_mode):
                yield from _entries(path)


def _content(path: Path, about: os.stat_result) -> tuple[str, str]:
    """What stands there, and a digest of it."""
    if stat.S_ISLNK(about.st_mode):
        return "link", os.readlink(path)
    if stat.S_ISDIR(about.st_mode):
        return "folder", ""
    if stat.S_ISREG(about.st_mode):
        return "file", hashlib.sha256(path.read_bytes()).hexdigest()
    return "other", ""


@dataclass
class Change:
    """What is otherwise at one name."""

    path: Path
    before: Entry | None
    after: Entry | None
    what: str = field(init=False)

    def __post_init__(self) -> None:
        if self.before is None:
            self.what = "appeared"
        elif self.after is None:
            self.what = "is gone"
        else:
            self.what = "changed"

    def __str__(self) -> str:
        sizes = [f"{e.kind} of {e.size} bytes" for e in (self.before, self.after) if e]
        return f"{str(self.path)!r} {self.what} ({' -> '.join(sizes)})"


def changes(before: Snapshot, after: Snapshot) -> list[Change]:
    """The names at which something else stands, or whose bytes are others."""
    return [
        Change(path, before.get(path), after.get(path))
        for path in sorted({*before, *after}, key=os.fsencode)
        if _differs(before.get(path), after.get(path))
    ]


def _differs(before: Entry | None, after: Entry | None) -> bool:
    if before is None or after is None:
        return True
    return (before.kind, before.bytes) != (after.kind, after.bytes)


def wrongs(before: Snapshot, after: Snapshot, rule: Rule) -> list[str]:
    """What a command did to the files beyond its rule, each as a sentence."""
    out = []
    for change in changes(before, after):
        if change.before is None and any(
            fnmatch(change.path.name, pattern) for pattern in LEFTOVERS
        ):
            out.append(f"{change}, and is a leftover")
        elif not rule.allows(change.path, new=change.before is None):
            out.append(f"{change}, and no output was called that")
    return out + _modes(before, after)


def _modes(before: Snapshot, after: Snapshot) -> list[str]:
    """A file that was replaced is as open to others as it was."""
    return [
        f"the mode of {str(path)!r} was {entry.mode:o} and is {after[path].mode:o}"
        for path, entry in before.items()
        if path in after and entry.kind == after[path].kind and entry.mode != after[path].mode
    ]
