"""Bytes to UTF-8: unpacks .gz, recognises the encoding, and transcodes to a temporary file when it
is another one.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import charset_normalizer

from leadlight.problems import CannotDo

CHUNK = 1 << 22
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "iso8859_2",
    "iso8859_15",
    "koi8_r",
    "mac_roman",
    "shift_jis",
    "euc_jp",
    "gb18030",
    "big5",
    "euc_kr",
)


@dataclass(frozen=True)
class Text:
    """A file as UTF-8 on disk: where it is, what it was, and how many line feeds it has."""

    path: Path
    encoding: str
    line_feeds: int
    has_nul: bool = False
    ascii_only: bool = False
    tabs: bool = True
    longest_line: int = 0  # in bytes, give or take a block; what matters is whether it is absurd


def as_utf8(source: Path, folder: Path, place: str) -> Text:
    """The file as UTF-8: itself when it already is, else a transcoded copy in the folder."""
    with source.open("rb") as f:
        head = f.read(1 << 16)
    if not head:
        raise CannotDo(
            f"{place} is empty: there is nothing to read. Export it again with its header row."
        )
    encoding = _by_mark(head)
    if encoding is None and _binary(head):
        raise CannotDo(
            f"{place} is not a text file (it looks like {_what(head)}). Save it as CSV, XLSX, JSON"
            " lines or Parquet."
        )
    if encoding in (None, "utf-8-sig"):
        scanned = _scan(source)
        if scanned is not None:
            return Text(source, encoding or "utf-8", *scanned)
        encoding = _guess(source)
    copy = folder / "as-utf8.txt"
    return _transcode(source, copy, encoding, place)


MUCH = 1 << 30
"""Bytes that a packed file may grow to, whatever it is packed from; beyond, packing by more than
`DENSE` times tells of a file that was made to fill disks: tables are packed by 3 to 50 times."""
DENSE = 250


def without_gzip(source: Path, folder: Path, place: str) -> Path:
    """The file without its .gz, in the folder; the file itself when it is not packed."""
    with source.open("rb") as f:
        packed = f.read(2) == b"\x1f\x8b"
    if not packed:
        return source
    copy = folder / (source.name.removesuffix(".gz") or "unpacked")
    most = max(MUCH, DENSE * source.stat().st_size)
    try:
        with gzip.open(source, "rb") as packed_file, copy.open("wb") as out:
            while block := packed_file.read(CHUNK):
                out.write(block)
                if out.tell() > most:
                    raise CannotDo(
                        f"{place} unpacks to more than {most >> 20:,} MB, over {DENSE} times its"
                        " size, which no table of leads does. If it really is one, unpack it and"
                        " read that file."
                    )
    except (gzip.BadGzipFile, EOFError, zlib.error) as e:
        raise CannotDo(f"{place} is a damaged .gz file ({e}). Fetch or pack it again.") from e
    return copy


def _by_mark(head: bytes) -> str | None:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    sample = head[:4096]
    if len(sample) >= 4 and sample.count(0) >= len(sample) // 4:
        odd, even = sample[1::2].count(0), sample[::2].count(0)
        if odd > 0.7 * len(sample[1::2]) and even <= len(sample) // 50:
            return "utf-16-le"
        if even > 0.7 * len(sample[::2]) and odd <= len(sample) // 50:
            return "utf-16-be"
    return None


def _binary(head: bytes) -> bool:
    if head.startswith(
        (
            b"PK\x03\x04",
            b"%PDF",
            b"\x89PNG",
            b"\xd0\xcf\x11\xe0",
            b"\xff\xd8\xff",
            b"PAR1",
            b"SQLite",
        )
    ):
        return True
    strange = sum(head.count(b) for b in (*range(9), *range(14, 27), 28, 29, 30, 31))
    return head.count(0) > max(4, len(head) // 100) or strange > max(8, len(head) // 10)


def _what(head: bytes) -> str:
    known = {
        b"PK": "a ZIP or Excel file",
        b"%PDF": "a PDF",
        b"\xd0\xcf": "an old Excel .xls file",
        b"PAR1": "Parquet",
    }
    return next((words for mark, words in known.items() if head.startswith(mark)), "a binary file")


class _LineLengths:
    """How long the longest line is, as far as it fills whole blocks: that costs nothing to know."""

    def __init__(self) -> None:
        self.longest = self._open = 0

    def add(self, size: int, breaks: bool) -> None:
        self._open = 0 if breaks else self._open + size
        self.longest = max(self.longest, self._open)


def _scan(path: Path) -> tuple[int, bool, bool, bool, int] | None:
    """Counts line feeds and looks for NUL, letters beyond ASCII and tabs; None when a byte is not
    UTF-8.
    """
    lengths = _LineLengths()
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    feeds, nul, pending, ascii_only, tabs = 0, False, False, True, False
    with path.open("rb") as f:
        while block := f.read(CHUNK):
            in_block = block.count(b"\n")
            feeds += in_block
            lengths.add(len(block), in_block > 0 or b"\r" in block)
            nul = nul or b"\0" in block
            tabs = tabs or b"\t" in block
            if pending or not block.isascii():
                ascii_only = False
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    return None
                pending = bool(decoder.getstate()[0])
    return None if pending else (feeds, nul, ascii_only, tabs, lengths.longest)


def _guess(path: Path) -> str:
    """Bytes that are not UTF-8: most often Windows-1252; else what the letters suggest."""
    with path.open("rb") as f:
        sample = b"".join(line for line in _lines(f) if not line.isascii())[: 1 << 17]
    try:
        sample.decode("cp1252")
        western = True
    except UnicodeDecodeError:
        western = False
    high = [b for b in sample if b >= 0xC0]
    letters = sum(1 for b in sample if b >= 0xC0 or chr(b).isalpha())
    if western and len(high) <= 0.35 * max(1, letters):
        return "cp1252"
    best = charset_normalizer.from_bytes(sample, cp_isolation=list(_LIKELY)).best()
    return str(best.encoding) if best else ("cp1252" if western else "latin-1")


def _lines(f: IO[bytes]) -> Iterator[bytes]:
    taken = 0
    for line in f:
        if not line.isascii():
            taken += len(line)
            yield line
        if taken > 1 << 17:
            return


def _transcode(plain: Path, copy: Path, encoding: str, place: str) -> Text:
    feeds, nul, lengths = 0, False, _LineLengths()
    decoder = codecs.getincrementaldecoder(encoding)(
        "strict" if encoding.startswith("utf") else "replace"
    )
    try:
        with plain.open("rb") as f, copy.open("wb") as out:
            while block := f.read(CHUNK):
                text = decoder.decode(block)
                in_block = text.count("\n")
                feeds += in_block
                lengths.add(len(text), in_block > 0 or "\r" in text)
                nul = nul or "\0" in text
                out.write(text.removeprefix("\ufeff").encode("utf-8", "replace"))
            out.write(decoder.decode(b"", True).encode("utf-8", "replace"))
    except UnicodeError as e:
        raise CannotDo(
            f"{place} begins like {encoding} but breaks off or is damaged. Save it as UTF-8."
        ) from e
    return Text(copy, encoding, feeds, nul, longest_line=lengths.longest)
