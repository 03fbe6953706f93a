"""What `leadlight qualify FILE` answers, by the verb's own function in this process.

The leads are written as lines of JSON: in the order of the file, as in a CSV, and in a fraction of
its time. Times that users wait for are measured on the command itself (group `time`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.scorecard_tables import Table

from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from leadlight.desk.wiring import clock
from leadlight.results.qualification import QualifyResult


@dataclass(frozen=True)
class Answer:
    """One answer, row by row of the file. `places`: 1 is to be called first; those who are not to
    be called share the last place.
    """

    result: QualifyResult
    rows: tuple[Mapping[str, Any], ...]
    places: tuple[float, ...]
    seconds: float

    @property
    def basis(self) -> str:
        """What the answer says its order rests on."""
        return str(self.result.summary.rests_on.basis) if self.result.summary.rests_on else ""

    @property
    def claim(self) -> tuple[float, float] | None:
        """The interval that the answer gives for the worth of an order that it learned."""
        rests_on = self.result.summary.rests_on
        auc = rests_on.outcome.auc if rests_on and rests_on.outcome else None
        if auc is None or auc.low is None or auc.high is None:
            return None
        return auc.low, auc.high

    @property
    def labels(self) -> list[str]:
        """The temperature of each row; a row that was refused has none."""
        return [str(row["temperature"] or "refused") for row in self.rows]


def answer(
    file: Path,
    folder: Path,
    *,
    logs: Sequence[Path] = (),
    maps: Mapping[str, str] | None = None,
    as_of: datetime | None = None,
) -> Answer:
    """Qualify one file with nothing said, and read what was written."""
    out = folder / f"{file.stem}-qualified.jsonl"
    start = time.process_time()
    now = clock.now()
    request = QualifyRequest(
        now,
        leads=file,
        activities=tuple(logs),
        maps=maps or {},
        as_of=as_of,
        out=out,
        columns="all",
    )
    result = qualify(Session(None), request)
    seconds = time.process_time() - start
    with out.open(encoding="utf-8") as lines:
        rows = tuple(json.loads(line) for line in lines)
    return Answer(result, rows, tuple(places_of(rows)), seconds)


def answer_of_table(table: Table, folder: Path, **more: Any) -> Answer:
    """The same for a table; every row must come back, in the order of the file."""
    found = answer(table.write(folder), folder, **more)
    for n, (before, after) in enumerate(zip(table.rows, found.rows, strict=True), 1):
        back = (after[name] for name in table.header)
        if any(a.strip() != str(b or "").strip() for a, b in zip(before, back, strict=True)):
            raise ValueError(f"{table.name}: row {n} did not come back as it was.")
    return found


def places_of(rows: Sequence[Mapping[str, Any]]) -> list[float]:
    """The place of each row in the order in which the answer would have the leads called; whoever
    is not to be called has no rank and comes after everybody.
    """
    last = float(len(rows) + 1)
    return [last if row["rank"] is None else float(row["rank"]) for row in rows]
