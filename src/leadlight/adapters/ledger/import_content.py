"""How an import was read, and what of it was rejected."""

from __future__ import annotations

import json

from leadlight.adapters.ledger.tables import Tables
from leadlight.facts.ledger import ImportContent, ImportLine, RejectCount, RejectedLine

_IMPORT = (
    "SELECT i.import_no, i.headers, i.mapping, i.said, i.import_id, i.file, i.what, i.recorded_at,"
    " i.read, i.imported, i.unchanged, i.rejected, i.backfill, u.recorded_at FROM imports i LEFT"
    " JOIN undos u ON u.import_no = i.import_no WHERE i.import_id = ?"
)


def import_content(tables: Tables, import_id: str, limit: int) -> ImportContent | None:
    """How an import was read, with at most so many of its rejected rows."""
    found = tables.rows(_IMPORT, import_id)
    if not found:
        return None
    number, headers, mapping, said, *line = found[0]
    own = tables.rows(
        "SELECT DISTINCT name FROM own_attributes WHERE import_no = ? ORDER BY name", number
    )
    reasons = tables.rows(
        "SELECT coalesce(code, ''), coalesce(min(reason), ''), count(*) FROM rejects WHERE"
        " import_no = ? GROUP BY 1 ORDER BY 3 DESC, 1",
        number,
    )
    rejects = tables.rows(
        "SELECT line, coalesce(reason, ''), text FROM rejects WHERE import_no = ? ORDER BY line"
        f" LIMIT {int(limit)}",
        number,
    )
    return ImportContent(
        ImportLine(*line),  # type: ignore[arg-type]
        tuple(json.loads(str(headers))),
        json.loads(str(mapping)),
        json.loads(str(said)),
        tuple(str(name) for (name,) in own),
        tuple(RejectCount(str(c), str(r), int(str(n))) for c, r, n in reasons),
        tuple(
            RejectedLine(
                None if at is None else int(str(at)), str(r), None if t is None else str(t)
            )
            for at, r, t in rejects
        ),
    )
