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

from leadlight.desk import wiring
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from leadlight.results.qualification import QualifyResult

TEMPERATURES = ("hot", "warm", "cold")
STAGES = (
    "customer",
    "member_service_request",
    "sales_qualified",
    "sales_accepted",
    "sales_ready",
    "product_qualified",
    "marketing_qualified",
    "information_qualified",
    "non_qualified",
)


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
        """What the answer says its order rests on; nothing before it said so."""
        rests_on = getattr(self.result, "rests_on", None)
        return str(rests_on.basis) if rests_on else ""

    @property
    def claim(self) -> tuple[float, float] | None:
        """The interval that the answer gives for the worth of an order that it learned."""
        rests_on = getattr(self.result, "rests_on", None)
        auc = rests_on.outcome.auc if rests_on and rests_on.outcome else None
        return (auc.low, auc.high) if auc and auc.low is not None else None

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
    now = wiring.now()
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
    """The place of each row in the order in which the answer would have the leads called."""
    if rows and "rank" in rows[0]:
        last = float(len(rows) + 1)
        return [last if row["rank"] is None else float(row["rank"]) for row in rows]
    keys = [_key(row) for row in rows]
    place = {key: float(n) for n, key in enumerate(sorted(set(keys)), 1)}
    return [place[key] for key in keys]


def _key(row: Mapping[str, Any]) -> tuple[float, ...]:
    """Before `rank` was written: by temperature, stage, engagement, then the other scores."""
    names = list(row)
    scores = names[names.index("contact") + 1 : names.index("segments")]
    scores.sort(key=lambda name: name != "engagement")
    return (
        _place(row["temperature"], TEMPERATURES),
        _place(row["stage"], STAGES),
        *(-float(row[name] or 0) for name in scores),
    )


def _place(word: object, words: Sequence[str]) -> int:
    return words.index(str(word)) if word in words else len(words)
