"""Tables and lists of buildings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.base.base import Base
    from leadlight.adapters.destinations.marks import Kind
    from leadlight.facts.catalog import Type
    from leadlight.geo.views import Crop, Tile
    from leadlight.results.geo_list import SpecialistList


def check_ending(target: Path) -> None:
    """Raises `CannotDo` for a table that is to be neither Parquet nor CSV."""
    from leadlight.adapters.geo.table_file import check_ending

    check_ending(target)


def write_table(
    types: Mapping[str, Type], rows: Sequence[Mapping[str, object]], target: Path, kind: Kind
) -> None:
    """Rows as Parquet or CSV, whole or not at all."""
    from leadlight.adapters.geo.table_file import write_table

    write_table(types, rows, target, kind)


def read_table(file: Path, texts: Sequence[str]) -> list[dict[str, object]]:
    """The rows of a table; `texts` are columns that hold text whatever it looks like."""
    from leadlight.adapters.geo.table_file import read_table

    return read_table(file, texts)


def list_rows(base: Base, score: str, wanted: Sequence[str]) -> list[dict[str, object]]:
    """The leads of a qualified base in the order of a score, with these attributes of each."""
    from leadlight.adapters.geo.list_rows import list_rows

    return list_rows(base.con, base.sources.leads, score, wanted)


def write_building_list(
    types: Mapping[str, Type], rows: Sequence[Mapping[str, object]], target: Path
) -> int:
    """A specialist list as a table."""
    from leadlight.adapters.destinations.building_list import write_building_list

    return write_building_list(types, rows, target)


def write_list_page(
    found: SpecialistList, tile: Tile | None, crops: Sequence[Crop], target: Path
) -> None:
    """A specialist list as a page with a map."""
    from leadlight.adapters.destinations.report.building_list import write_list_page

    write_list_page(found, tile, crops, target)
