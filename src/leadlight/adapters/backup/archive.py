"""The archive of a workspace: a ZIP file of its files and a manifest, which says how long each is
and what its checksum is.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from leadlight.facts.names import ACCOUNTS, JOURNAL, LEDGER, PLAYBOOK, SECRET
from leadlight.problems import CannotDo

MANIFEST = "leadlight-backup.json"
VERSION = 1
_CHUNK = 1 << 20
_LARGEST_MANIFEST = 16 << 20
#: What an archive may hold: no name in it can leave the folder that it is restored to.
_NAMES = re.compile(
    "|".join(map(re.escape, (LEDGER, ACCOUNTS, SECRET, PLAYBOOK, "playbook.tests.yml")))
    + rf"|models/[A-Za-z0-9_][A-Za-z0-9_.-]*\.yml|{JOURNAL}/(\d{{16}}\.journal|taken)"
)


@dataclass(frozen=True)
class ArchiveFile:
    """A file of an archive: how long it is, and its SHA-256."""

    size: int
    checksum: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds: the moment it is of, its files by name, the rows of each table of the
    ledger, and the ledger's format.
    """

    made_at: datetime
    files: Mapping[str, ArchiveFile]
    rows: Mapping[str, int]
    ledger_format: int


@dataclass
class ArchiveDraft:
    """An archive that is being written."""

    archive: zipfile.ZipFile
    files: dict[str, ArchiveFile] = field(default_factory=dict)

    def add(self, name: str, file: Path) -> None:
        """Put a file into it under a name."""
        with file.open("rb") as source:
            self._write(name, source)

    def add_bytes(self, name: str, data: bytes) -> None:
        """Put these bytes into it under a name."""
        with self.archive.open(name, "w") as target:
            target.write(data)
        self.files[name] = ArchiveFile(len(data), hashlib.sha256(data).hexdigest())

    def finish(self, rows: Mapping[str, int], ledger_format: int, made_at: datetime) -> Manifest:
        """Write the manifest, last of all."""
        manifest = Manifest(made_at, dict(self.files), dict(rows), ledger_format)
        said = {
            "leadlight": "backup",
            "version": VERSION,
            "made_at": made_at.isoformat(),
            "ledger_format": ledger_format,
            "files": {
                n: {"bytes": f.size, "sha256": f.checksum} for n, f in manifest.files.items()
            },
            "rows": manifest.rows,
        }
        self.archive.writestr(MANIFEST, json.dumps(said, indent=2) + "\n")
        return manifest

    def _write(self, name: str, source: IO[bytes]) -> None:
        checksum, size = hashlib.sha256(), 0
        with self.archive.open(name, "w", force_zip64=True) as target:
            while block := source.read(_CHUNK):
                target.write(block)
                checksum.update(block)
                size += len(block)
        self.files[name] = ArchiveFile(size, checksum.hexdigest())


@contextmanager
def new_archive(file: Path) -> Iterator[ArchiveDraft]:
    """An archive to write; only its owner may read it, for it holds everybody's data."""
    file.touch(0o600)
    file.chmod(0o600)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        yield ArchiveDraft(archive)


@contextmanager
def open_archive(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An archive and its manifest, to be read. Raises `CannotDo` for a file that is none, or that
    is damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive, _manifest(archive, file)
    except FileNotFoundError:
        raise CannotDo(f"There is no file {file}.", field="file") from None
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError) as fault:
        raise _damage(file, "it is not a whole archive") from fault
    except OSError as fault:
        raise CannotDo(f"{file} cannot be read: {fault.strerror or fault}.", field="file") from None


def extract(archive: zipfile.ZipFile, manifest: Manifest, file: Path, folder: Path) -> None:
    """Put the files of an archive into a folder. Raises `CannotDo` where one is not what it was."""
    for name, expected in manifest.files.items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        checksum, size = hashlib.sha256(), 0
        with archive.open(name) as source, target.open("xb") as written:
            target.chmod(0o600)
            while block := source.read(_CHUNK):
                size += len(block)
                if size > expected.size:
                    break
                written.write(block)
                checksum.update(block)
        if size != expected.size or checksum.hexdigest() != expected.checksum:
            raise _damage(file, f"{name} in it is not what was written")


def _manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        if archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
            raise ValueError
        said = json.loads(archive.read(MANIFEST))
        version, kind = int(said["version"]), said["leadlight"]
        manifest = Manifest(
            datetime.fromisoformat(said["made_at"]),
            {
                str(n): ArchiveFile(int(f["bytes"]), str(f["sha256"]))
                for n, f in said["files"].items()
            },
            {str(n): int(rows) for n, rows in said["rows"].items()},
            int(said["ledger_format"]),
        )
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        raise CannotDo(
            f"{file} is no backup of a workspace: `leadlight backup` writes those.", field="file"
        ) from None
    if kind != "backup" or version > VERSION:
        raise CannotDo(
            f"{file} was written by a newer leadlight. Upgrade with `pip install -U leadlight`.",
            field="file",
        )
    _check_names(archive, manifest, file)
    return manifest


def _check_names(archive: zipfile.ZipFile, manifest: Manifest, file: Path) -> None:
    """The archive holds what its manifest says, and nothing that is no part of a workspace."""
    names = [info.filename for info in archive.infolist() if info.filename != MANIFEST]
    if len(names) != len(set(names)) or set(names) != set(manifest.files):
        raise _damage(file, "it does not hold the files that it says")
    if LEDGER not in names or not all(_NAMES.fullmatch(name) for name in names):
        raise _damage(file, "it holds files that are no part of a workspace")


def _damage(file: Path, how: str) -> CannotDo:
    return CannotDo(
        f"{file} is damaged: {how}. Nothing was restored. Take another backup.", field="file"
    )
