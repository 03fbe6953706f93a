"""Reads any file or data frame into a DuckDB connection: typed, cleaned, mapped, the unreadable
rows beside it.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.private_folders import private_folder
from leadlight.adapters.sources.csv import read_csv
from leadlight.adapters.sources.encoding import without_gzip
from leadlight.adapters.sources.parquet import stage_parquet
from leadlight.adapters.sources.raw import Names
from leadlight.adapters.sources.scratch import plain_file
from leadlight.adapters.sources.staged_file import StagedFile
from leadlight.adapters.sources.text_columns import stage_text
from leadlight.facts.catalog import Type, slug
from leadlight.facts.file_kind import CATALOGS
from leadlight.facts.file_options import FileOptions
from leadlight.problems import CannotDo, did_you_mean

__all__ = ["StagedFile", "stage"]


def stage(
    con: duckdb.DuckDBPyConnection,
    source: str | Path | Any,
    *,
    name: str,
    what: str | None = None,
    maps: Mapping[str, str] = {},
    prefix: str = "staged",
    types: Mapping[str, Type] = {},
    reading: FileOptions = FileOptions(),
) -> StagedFile:
    """Stages a file (CSV, TSV, XLSX, JSON, Parquet, each possibly .gz) or an Arrow, pandas or
    Polars frame.

    `name` is what the user calls the source; with `prefix` it names the relations made, so two
    sources staged in one connection need two names or two prefixes. `what` (`leads`, `activities`,
    `spend`) is found out when None. `maps` is the user's own mapping: header -> attribute, or `-`
    to leave a column out. `types`: what a file's own columns are taken for, whatever their cells
    look like. `reading` is what the user says of a file that it does not say itself.
    """
    what = what or ("activities" if reading.kind else None)
    if what is not None and what not in CATALOGS:
        raise CannotDo(
            f"A file holds leads, activities or spend, not {what!r}."
            f" {did_you_mean(what, CATALOGS) or ''}".strip()
        )
    names = _names(prefix, name)
    if not isinstance(source, (str, Path)):
        from leadlight.adapters.sources.frames import stage_frame  # Arrow takes a while to load

        _demand_choices(reading, name, sheets=False, lines=False)
        return stage_frame(con, source, names, what=what, maps=maps, place=name, reading=reading)
    path = Path(source)
    try:
        _readable(path)
        with private_folder() as folder:
            return _stage_file(con, path, folder, names, what, maps, types, reading)
    except OSError as e:
        raise CannotDo(f"{path} cannot be read: {_reason(e)}.") from e


def _stage_file(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    folder: Path,
    names: Names,
    what: str | None,
    maps: Mapping[str, str],
    types: Mapping[str, Type],
    reading: FileOptions,
) -> StagedFile:
    file = plain_file(path)
    plain = without_gzip(file, folder, str(path))
    with plain.open("rb") as f:
        head = f.read(4)
    is_workbook = head in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    is_json = head != b"PAR1" and not is_workbook and _is_json(path, plain)
    has_lines = head != b"PAR1" and not is_json
    _demand_choices(reading, str(path), sheets=is_workbook, lines=has_lines)
    if head == b"PAR1":
        return stage_parquet(
            con,
            plain,
            names,
            what=what,
            maps=maps,
            place=str(path),
            unpacked=plain != file,
            reading=reading,
        )
    if is_workbook:
        from leadlight.adapters.sources.xlsx import read_xlsx

        raw = read_xlsx(
            con,
            plain,
            names,
            place=str(path),
            sheet=reading.sheet,
            header_line=reading.header_row,
        )
    elif is_json:
        from leadlight.adapters.sources.jsonl import read_json

        raw = read_json(con, plain, folder, names, place=str(path))
    else:
        raw = read_csv(con, plain, folder, names, place=str(path), header_row=reading.header_row)
    return stage_text(
        con, raw, names, what=what, maps=maps, place=str(path), types=types, reading=reading
    )


def _demand_choices(reading: FileOptions, place: str, *, sheets: bool, lines: bool) -> None:
    """Refuses the choice of a sheet or a header's line where a file has none."""
    if reading.sheet is not None and not sheets:
        raise CannotDo(
            f"{place} has no sheets, so none can be chosen. Only workbooks have them.",
            field="sheet",
        )
    if reading.header_row is not None and not lines:
        raise CannotDo(
            f"{place} has no line of headers to choose: each of its values states its name.",
            field="header_row",
        )


def _is_json(path: Path, plain: Path) -> bool:
    with plain.open("rb") as f:
        first = f.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    named = path.name.lower().removesuffix(".gz").endswith((".json", ".jsonl", ".ndjson"))
    return first in (b"{", b"[") if not named else True


def _reason(fault: OSError) -> str:
    """Why the system gives no file, in words of this machine or plainer ones."""
    if fault.errno == errno.ELOOP:
        return "it is a link that leads back to itself"
    if fault.errno == errno.ENAMETOOLONG:
        return "its name is longer than this system allows"
    return fault.strerror or str(fault)


def _readable(path: Path) -> None:
    """Says in a sentence why a path is no file to read."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        shown = str(path).encode("utf-8", "replace").decode()
        raise CannotDo(
            f"The name of {shown} is not UTF-8. Rename the file and read it again."
        ) from None
    if path.is_symlink():
        _link_to_nothing(path)
    if path.is_dir():
        inside = ", ".join(sorted(p.name for p in path.iterdir() if p.is_file())[:5])
        raise CannotDo(f"{path} is a folder. Name a file in it{': ' + inside if inside else ''}.")
    if not _exists(path):
        there = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = did_you_mean(path.name, there)
        raise CannotDo(f"There is no file {path}.{' ' + hint if hint else ''}")


def _link_to_nothing(path: Path) -> None:
    """Refuses a link whose file is gone; one that leads back to itself is the system's to
    refuse.
    """
    try:
        path.stat()
    except FileNotFoundError:
        raise CannotDo(
            f"{path} is a link to {path.readlink()}, and there is no such file."
        ) from None


def _exists(path: Path) -> bool:
    """Whether there is one; what keeps the system from telling is raised."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _names(prefix: str, name: str) -> Names:
    base = "_".join(part for part in (slug(prefix), slug(name)[:60]) if part) or "staged"
    return Names(
        quoted(base),
        quoted(f"{base}_raw"),
        quoted(f"{base}_original"),
        quoted(f"{base}_rejects"),
        f"{base}_lookup",
    )
