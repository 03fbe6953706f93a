"""Rows as a file that a browser keeps; no cell of it can run as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import FileResponse

from leadlight.desk.wiring import computer, output_files


def csv_answer(head: Sequence[str], lines: Iterable[Sequence[object]], name: str) -> FileResponse:
    """A comma-separated file under a name. It is gone from this machine once it is sent."""
    with computer.private_folder() as folder:
        file = folder / "rows.csv"
        output_files.write_rows(head, lines, file, "new")
        opened = file.open("rb")
    return FileResponse(
        opened, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )
