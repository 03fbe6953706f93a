"""A sheet of buildings to look at, as a folder: a crop of each, a page, and a table to fill in."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from secrets import token_hex

from markupsafe import escape

from leadlight.adapters.destinations.formulas import guard
from leadlight.adapters.destinations.report.page import source_hash
from leadlight.geo.views import Crop
from leadlight.problems import CannotDo
from leadlight.results.geo_labels import LabelSheet, SheetRow

__all__ = ["read_sheet", "save_answer", "sheet_folders", "write_sheet"]

TABLE, PAGE, QUESTION = "labels.csv", "sheet.html", "question.txt"
HEAD = ("building_id", "label", "crop")
_CROP = re.compile(r"\d{4}\.jpg")
_WORDS = {"yes": True, "y": True, "1": True, "true": True, "no": False, "n": False, "0": False}
_WORDS |= {"false": False}


def sheet_folders(folder: Path) -> list[Path]:
    """The sheets that lie in a folder, by name."""
    return sorted(p.parent for p in folder.glob(f"*/{TABLE}")) if folder.is_dir() else []


def read_sheet(folder: Path) -> LabelSheet:
    """A sheet. Raises `CannotDo` where the folder holds none, or its table was changed beyond
    understanding.
    """
    try:
        text = (folder / TABLE).read_bytes().decode("utf-8-sig")
        rows = tuple(_row(folder, one) for one in _table_rows(folder, text))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise CannotDo(f"{folder} holds no sheet of buildings that Leadlight can read.") from fault
    asked = folder / QUESTION
    question = asked.read_text(encoding="utf-8").strip() if asked.is_file() else ""
    return LabelSheet(folder.name, question, rows, folder, len(rows))


def write_sheet(sheet: LabelSheet, crops: Mapping[str, Crop]) -> None:
    """Write a sheet: new crops, the page, and the table with the answers that are known."""
    sheet.folder.mkdir(parents=True, exist_ok=True)
    for row in sheet.rows:
        if row.building in crops:
            (sheet.folder / row.crop).write_bytes(crops[row.building].jpeg)
    (sheet.folder / QUESTION).write_text(sheet.question + "\n", encoding="utf-8")
    (sheet.folder / PAGE).write_text(_page(sheet), encoding="utf-8")
    _write_table(sheet.folder, sheet.rows)


def save_answer(folder: Path, building: str, label: bool | None) -> LabelSheet:
    """Write what somebody said of a building. Raises `CannotDo` where the sheet has no such
    building.
    """
    sheet = read_sheet(folder)
    if building not in {row.building for row in sheet.rows}:
        raise CannotDo("The sheet has no such building.", field="building")
    rows = tuple(
        SheetRow(row.building, row.crop, label if row.building == building else row.label)
        for row in sheet.rows
    )
    _write_table(folder, rows)
    return read_sheet(folder)


def _table_rows(folder: Path, text: str) -> Iterator[Mapping[str, str | None]]:
    """The rows of a table, also of one that a spreadsheet saved with semicolons or tabs. A table
    without its columns is refused: an answer written into it would leave the others nameless.
    """
    head = text.partition("\n")[0]
    separator = max((",", ";", "\t"), key=head.count)
    table = csv.DictReader(StringIO(text, newline=""), delimiter=separator)
    missing = [name for name in HEAD if name not in (table.fieldnames or ())]
    if missing:
        raise CannotDo(
            f"{folder / TABLE} has no column {', '.join(missing)}. Its first line is"
            f" {','.join(HEAD)}."
        )
    yield from table


def _row(folder: Path, cells: Mapping[str, str | None]) -> SheetRow:
    building, word = cells.get("building_id") or "", (cells.get("label") or "").strip().lower()
    crop = cells.get("crop") or ""
    if word and word not in _WORDS:
        raise CannotDo(
            f"{folder / TABLE} says {word[:40]!r} of a building. Write yes or no, or nothing."
        )
    shown = crop if _CROP.fullmatch(crop) else ""  # never a path that leads elsewhere
    return SheetRow(building.removeprefix("'"), shown, _WORDS.get(word))


def _write_table(folder: Path, rows: Sequence[SheetRow]) -> None:
    words = {None: "", True: "yes", False: "no"}
    part = folder / f".{TABLE}.{token_hex(8)}.part"
    with part.open("x", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEAD)
        table.writerows((guard(r.building), words[r.label], r.crop) for r in rows)
    os.replace(part, folder / TABLE)


#: A sheet is a grid of crops, as many side by side as there is room for.
_STYLE = (
    "body{font:16px system-ui,sans-serif;margin:24px;color-scheme:light dark}"
    ".sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:16px}"
    "figure{margin:0}img{width:100%;height:auto;border-radius:6px}"
)


def _page(sheet: LabelSheet) -> str:
    """The crops as a page that asks for nothing else than its pictures."""
    cells = "".join(
        f'<figure><img src="{escape(row.crop)}" alt="" width="200" height="200"><figcaption>{n}.'
        f" {escape(row.building[:60])}</figcaption></figure>"
        for n, row in enumerate(sheet.rows, 1)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src'
        f" 'self' file:; style-src '{source_hash(_STYLE)}'\">"
        f"<title>{escape(sheet.name)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(sheet.question)}</h1>"
        f"<p>Write yes or no into {TABLE} beside this page.</p>"
        f'<div class="sheet">{cells}</div></body></html>\n'
    )
