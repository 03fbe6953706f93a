"""Sheets of buildings that a person looks at and labels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.geo.views import Crop
    from leadlight.results.geo_labels import LabelSheet


def has_sheet(folder: Path) -> bool:
    """Whether a folder holds a sheet of buildings to look at."""
    from leadlight.adapters.geo.label_sheet import TABLE

    return (folder / TABLE).is_file()


def sheet_folders(folder: Path) -> list[Path]:
    """The sheets that lie in a folder."""
    from leadlight.adapters.geo.label_sheet import sheet_folders

    return sheet_folders(folder)


def read_sheet(folder: Path) -> LabelSheet:
    """A sheet of buildings to look at."""
    from leadlight.adapters.geo.label_sheet import read_sheet

    return read_sheet(folder)


def write_sheet(sheet: LabelSheet, crops: Mapping[str, Crop]) -> None:
    """A sheet as a folder of crops with a table."""
    from leadlight.adapters.geo.label_sheet import write_sheet

    write_sheet(sheet, crops)


def save_answer(folder: Path, building: str, label: bool | None) -> LabelSheet:
    """What somebody said of a building, in the table of its sheet."""
    from leadlight.adapters.geo.label_sheet import save_answer

    return save_answer(folder, building, label)
