"""Rows of facts that no file brought, appended to the ledger as an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from leadlight.desk.wiring import ledgers
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.catalog import ACTIVITY_COLUMNS, LEAD_ATTRIBUTES, Attribute, Type
from leadlight.facts.intake import QuarantineRow
from leadlight.facts.ledger import Arrival, ImportReceipt, What

#: Names of the catalog, or of columns of one's own -> values.
Row: TypeAlias = dict[str, object]


def moment_of_append(workspace: Workspace, now: datetime) -> datetime:
    """This moment, or that of the newest import where the clock is behind it."""
    newest = next(iter(workspace.ledger.imports(1)), None)
    return now if newest is None else max(now, newest.recorded_at)


def append_rows(
    workspace: Workspace,
    what: What,
    rows: Sequence[Row],
    name: str,
    now: datetime,
    own: Mapping[str, Attribute],
    quarantine: Sequence[QuarantineRow] = (),
) -> ImportReceipt:
    """Append rows as an import that is called `name` in the book; `own` are columns that the
    catalog does not have, as far as they occur.
    """
    held = workspace.ledger.holdings()
    columns = held.attributes if what == "leads" else held.activity_columns
    types = _types(what, rows, columns, own)
    relation = ledgers.make_table(workspace.con, f"live_{what}", types, rows)
    rejects = (
        ledgers.make_rejects(workspace.con, "live_rejects", quarantine) if quarantine else None
    )
    arrival = Arrival(
        what,
        relation,
        name,
        f"{name}-{now.isoformat()}-{len(rows)}",
        own=tuple(
            replace(own[n], type=types[n])
            for n in types
            if n in own and n not in _standard(what) and (n not in columns or columns[n].gone)
        ),
        read=len(rows) + len(quarantine),
        rejected=len(quarantine),
        rejects=rejects,
    )
    return workspace.ledger.append(arrival, now=now)


def _standard(what: What) -> Mapping[str, Attribute]:
    return LEAD_ATTRIBUTES if what == "leads" else ACTIVITY_COLUMNS


def _types(
    what: What,
    rows: Sequence[Row],
    columns: Mapping[str, Attribute],
    own: Mapping[str, Attribute],
) -> dict[str, Type]:
    """The columns that some row has, each with its type: as the ledger has it, else the catalog's,
    else its own.
    """
    names = dict.fromkeys(name for row in rows for name in row)
    fixed = ("lead_id",) if what == "leads" else ("lead_id", "occurred_at", "kind")
    known = {**own, **_standard(what), **columns}
    return {
        name: known[name].type if name in known else Type.TEXT
        for name in dict.fromkeys((*fixed, *names))
    }
