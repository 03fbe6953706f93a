"""How a file is to be read, as far as the user says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileOptions:
    """What a file does not say of itself. `sheet` is the name or the number of a workbook's sheet,
    `header_row` the line of its header, counted from 1. `zone` is the zone of times that state none
    (`Europe/Berlin`; else UTC). `kind` is what all rows of a log did, where no column says it
    (`webinar_attended`).
    """

    sheet: str | None = None
    header_row: int | None = None
    zone: str | None = None
    kind: str | None = None
