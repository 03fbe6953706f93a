"""How much a workbook holds, seen before a reader opens it; sheets whose cells lie far apart are
drawn together.

A reader of spreadsheets makes a grid as large as the box around all filled cells: one stray cell in
XFD1048576 asks for half a terabyte. So the parts of the workbook are unpacked once in passing, and
where the box is out of all proportion to the cells, a copy of the workbook is made whose used rows
and columns stand side by side. Nothing is left out, and the rows keep their numbers.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from leadlight.problems import CannotDo

BLOCK = 1 << 20
LONGEST_TEXT = 32 << 20
"""Between two tags, in bytes. Excel allows 32,767 characters in a cell."""
LARGE = 5_000_000
"""Cells of a box that need no second look."""
SPARSE = 30
"""So many cells of the box for each filled one are out of proportion."""
BYTES_OF_A_CELL = 120
"""What a filled cell costs while it is read, in memory."""

_REFERENCE = re.compile(rb' r="([A-Z]+)')
"""As all programs write it; `_ANY_REFERENCE` is the slow one, for whoever writes it otherwise."""
_ANY_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]+)\d""")
_FAR_ROW = re.compile(rb"""\br=["'][A-Za-z]*\d{6}""")
_TAG = re.compile(rb"<((?:\w+:)?)(row|c)((?:\s[^<>]*)?)>")
_PLACE = re.compile(rb"""\sr=["']([A-Za-z]*)(\d+)["']""")
_SPANS = re.compile(rb"""\sspans=["'][^"']*["']""")
_MOST_ROWS = 1 << 20


@dataclass
class _Part:
    """What one part of the workbook holds, seen in passing."""

    size: int = 0
    cells: int = 0
    columns: set[bytes] = field(default_factory=set)
    far: bool = False

    @property
    def sparse(self) -> bool:
        """Whether its cells may lie so far apart that a grid around them is out of proportion."""
        widest = max(map(column_number, self.columns), default=0)
        box = widest * (_MOST_ROWS if self.far else 100_000)
        return box > max(LARGE, SPARSE * self.cells)


def column_number(letters: bytes) -> int:
    """`A` is 1, `XFD` 16,384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def column_letters(number: int) -> bytes:
    """1 is `A`, 16,384 is `XFD`."""
    letters = b""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = bytes([65 + letter]) + letters
    return letters


def readable(path: Path, folder: Path, place: str, memory: int) -> tuple[Path, bool]:
    """The workbook to read, and whether it is a copy without gaps, the first cell of whose rows
    holds the row's number. Refuses what would not fit into the memory."""
    try:
        with zipfile.ZipFile(path) as book:
            parts = {i.filename: _part(path, i, place) for i in book.infolist() if _holds_text(i)}
            cells = sum(p.cells for p in parts.values())
            texts = sum(p.size for n, p in parts.items() if n.endswith("haredStrings.xml"))
            if cells * BYTES_OF_A_CELL + 2 * texts > memory:
                raise CannotDo(
                    f"{place} holds {cells:,} cells, too many for the memory allowed. Save the"
                    " sheet as CSV, which is read in chunks, or raise LEADLIGHT_MEMORY."
                )
            if not any(p.sparse for p in parts.values()):
                return path, False
            return _without_gaps(path, book, parts, folder / "workbook.xlsx", place), True
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError) as e:
        raise CannotDo(damage_sentence(place)) from e


def damage_sentence(place: str) -> str:
    """The sentence on a workbook that no reader opens."""
    return (
        f"{place} cannot be opened as a spreadsheet; it may be damaged or locked by a password. "
        "Save it again as XLSX or CSV."
    )


def _holds_text(info: zipfile.ZipInfo) -> bool:
    return info.filename.lower().endswith((".xml", ".rels"))


def _part(path: Path, info: zipfile.ZipInfo, place: str) -> _Part:
    part = _Part()
    for piece in _pieces(path, info, place):
        columns = _REFERENCE.findall(piece)
        if len(columns) < piece.count(b"<c") or (not columns and b":c" in piece):
            columns = _ANY_REFERENCE.findall(piece)
        part.size += len(piece)
        part.cells += len(columns)
        part.columns.update(columns)
        ends = (piece[:2048], piece[-2048:])  # rows are in order
        part.far = part.far or any(_FAR_ROW.search(end) for end in ends)
    return part


def _pieces(path: Path, info: zipfile.ZipInfo, place: str) -> Iterator[bytes]:
    """A part's text in pieces, none of which ends within a tag; blanks that go on and on are left
    out.
    """
    rest = b""
    for block in _unpack(path, info):
        rest += block if not block.isspace() else block[:1]
        cut = rest.rfind(b"<")
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > LONGEST_TEXT:
            start = rest.find(b">") + 1
            if rest[start:].strip():
                raise CannotDo(
                    f"{place} has a cell of more than {LONGEST_TEXT >> 20} million characters,"
                    " which no table of leads has. Remove it and save the file again."
                )
            rest = rest[: start + 1]
    yield rest


def _unpack(path: Path, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part as it really is: what the file says of its size is not believed."""
    with path.open("rb") as f:
        f.seek(info.header_offset + 26)
        name, extra = struct.unpack("<HH", f.read(4))
        f.seek(name + extra, 1)
        left = info.compress_size
        inflate = zlib.decompressobj(-15)
        while left > 0 and (packed := f.read(min(left, 1 << 16))):
            left -= len(packed)
            if info.compress_type == zipfile.ZIP_STORED:
                yield packed
                continue
            while packed and not inflate.eof:
                yield inflate.decompress(packed, BLOCK)
                packed = inflate.unconsumed_tail


@dataclass
class _Gaps:
    """Which rows and columns of a sheet hold a filled cell, and where each of them goes."""

    rows: dict[int, int] = field(default_factory=dict)
    columns: dict[int, int] = field(default_factory=dict)
    cells: int = 0
    row: int = 0
    column: int = 0

    def start(self) -> None:
        self.row = self.column = 0

    def see(self, tag: re.Match[bytes]) -> bool:
        """Moves on to the row or cell of a tag; whether it is a filled cell."""
        place = _PLACE.search(tag[3])
        if tag[2] == b"row":
            self.row = int(place[2]) if place else self.row + 1
            self.column = 0
            return False
        self.column = column_number(place[1]) if place and place[1] else self.column + 1
        return not tag[3].endswith(b"/")

    def count(self, piece: bytes) -> None:
        for tag in _TAG.finditer(piece):
            if self.see(tag):
                self.cells += 1
                self.rows[self.row] = self.columns[self.column] = 0

    def close(self) -> None:
        """Gives each used row and column its new place; the first column is for the rows'
        numbers.
        """
        self.rows = {n: i for i, n in enumerate(sorted(self.rows), start=1)}
        self.columns = {n: i for i, n in enumerate(sorted(self.columns), start=2)}

    def move(self, tag: re.Match[bytes]) -> bytes:
        """The tag with its new place; an empty cell is left out."""
        filled, rest = self.see(tag), _SPANS.sub(b"", _PLACE.sub(b"", tag[3]))
        row = self.rows.get(self.row)
        if tag[2] == b"row":
            if row is None:
                return b"<%brow%b>" % (tag[1], rest)
            number = b'<%bc r="A%d"><%bv>%d</%bv></%bc>' % (
                tag[1],
                row,
                tag[1],
                self.row,
                tag[1],
                tag[1],
            )
            return b'<%brow r="%d"%b>%b' % (tag[1], row, rest, number)
        if not filled:
            return b""
        letters = column_letters(self.columns[self.column])
        return b'<%bc r="%b%d"%b>' % (tag[1], letters, row or 1, rest)


def _without_gaps(
    path: Path, book: zipfile.ZipFile, parts: dict[str, _Part], target: Path, place: str
) -> Path:
    """A copy of the workbook in which the used rows and columns of every sheet stand side by
    side.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for info in book.infolist():
            if info.filename not in parts:
                continue
            gaps = _Gaps()
            if parts[info.filename].cells:
                for piece in _pieces(path, info, place):
                    gaps.count(piece)
            gaps.close()
            _demand_box(gaps, place)
            gaps.start()
            with copy.open(info.filename, "w", force_zip64=True) as out:
                for piece in _pieces(path, info, place):
                    out.write(_TAG.sub(gaps.move, piece) if gaps.cells else piece)
    return target


def _demand_box(gaps: _Gaps, place: str) -> None:
    if len(gaps.rows) * len(gaps.columns) > max(LARGE, SPARSE * gaps.cells):
        raise CannotDo(
            f"{place} has filled cells in {len(gaps.columns):,} columns and {len(gaps.rows):,}"
            " rows, and nearly all between them are blank, so it is no table of leads. Save the"
            " table by itself."
        )
