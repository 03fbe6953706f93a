"""Tracks to begin with, written into a workspace: the section of the playbook, and its contents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.session import Session
from leadlight.desk.wiring import output_files
from leadlight.playbook.read import must_read
from leadlight.playbook.shipped_tracks import NAMES, shipped_content, tracks_for
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo
from leadlight.results.nurture import BegunTracks

_HEAD = """
# What leads are sent step by step. `limits:` says in which hours and how often at most.
tracks:
"""


@dataclass(frozen=True)
class BeginTracksRequest:
    """Write the shipped tracks into the playbook of a workspace that has none."""

    now: datetime


def begin_tracks(session: Session, request: BeginTracksRequest) -> BegunTracks:
    """Write them. Contents that are there already stay as they are. Raises `CannotDo` where the
    playbook has tracks, or none of the shipped ones goes with it.
    """
    with session.read("tracks", request.now) as workspace:
        catalog = workspace.ledger.holdings().catalog()
        written = workspace.written_playbook().text
        folder, file = workspace.folder, workspace.playbook
    if must_read(written, str(file), catalog).tracks:
        raise CannotDo(f"{file} has tracks already.", field="begin")
    found = tracks_for(written, catalog)
    if not found or not file.is_file():
        raise CannotDo(
            "None of the shipped tracks goes with this playbook: they ask for its temperature,"
            " stage and contact. Write your own under tracks.",
            field="begin",
        )
    section = f"{_HEAD}{''.join(found.values())}"
    book = must_read(f"{written.rstrip()}\n{section}", str(file), catalog)
    contents = _write_contents(folder / "content", book)
    _append(file, section)
    left_out = tuple(name for name in NAMES if name not in found)
    return BegunTracks(file, tuple(found), contents, left_out)


def _write_contents(folder: Path, book: Playbook) -> tuple[Path, ...]:
    """The contents that are not there yet."""
    names = {v.content for t in book.tracks for s in t.steps for v in s.variants}
    fresh = [folder / f"{name}.md" for name in sorted(names)]
    fresh = [file for file in fresh if not file.exists()]
    for file in fresh:
        output_files.write_text(file, shipped_content(file.stem), "new", folder=True)
    return tuple(fresh)


def _append(file: Path, section: str) -> None:
    """The section at the end of the playbook; what stands before it is not touched."""
    try:
        ends_well = file.read_bytes().endswith(b"\n")
        with file.open("a", encoding="utf-8") as book:
            book.write(section if ends_well else f"\n{section}")
    except OSError as fault:
        raise CannotDo(f"{file} cannot be written: {fault.strerror}.") from None
