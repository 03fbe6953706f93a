"""How leads were handled: the newest touch of each, who waits for somebody, and since when a
lead has its label.

What was done before the first run says nothing of a label that a run gave, so it is never read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from leadlight.adapters.db.duckdb import text_literal
from leadlight.adapters.ledger.lead_states import as_since, folded_upto
from leadlight.adapters.ledger.runs import as_column
from leadlight.adapters.ledger.tables import Tables, number
from leadlight.facts.catalog import Type
from leadlight.facts.ledger import Holdings
from leadlight.facts.sales_touches import NEXT_TOUCH, TOUCH_KINDS, QueueFilter, SalesTouch

TOUCHES, DUE, ANSWERED, OF_OWNER = (
    "_sales_touches",
    "_touches_due",
    "_leads_answered",
    "_leads_of_owner",
)
#: A key of a row `c` of the log: whose next touch is due comes first.
DUE_FIRST = (
    f"CAST(CASE WHEN c.lead_id IN (SELECT lead_id FROM {DUE}) THEN 0 ELSE 1 END AS DOUBLE"
    " PRECISION)"
)


def make_queue(tables: Tables, holdings: Holdings, queue: QueueFilter, has: set[str]) -> None:
    """Make the tables that `queue_condition` asks: whose next touch is due, who was handled since
    the label was had, and of whom the owner was stated. `has` are the columns of statements.
    """
    now = text_literal(f"{queue.now:%Y-%m-%d %H:%M:%S.%f}")
    tables.fresh(TOUCHES, _newest(holdings, ""))
    tables.fresh(DUE, f"SELECT lead_id FROM {TOUCHES} WHERE next_touch <= CAST({now} AS TIMESTAMP)")
    since = _label_since(tables, queue.scale, f"SELECT lead_id FROM {TOUCHES}")
    tables.fresh(
        ANSWERED,
        f"SELECT h.lead_id FROM {TOUCHES} AS h JOIN ({since}) AS s ON s.lead_id = h.lead_id WHERE"
        " h.handled_at >= s.since",
    )
    if queue.owner is not None:
        stated = _of_owner(queue.owner, holdings, "owner" in has)
        tables.fresh(OF_OWNER, f"{stated}{_of_person(queue.person)}")


def queue_condition(queue: QueueFilter) -> str:
    """Whether the lead of a row `c` of the log waits for somebody."""
    parts = [f"c.lead_id NOT IN (SELECT lead_id FROM {ANSWERED})"]
    if queue.scale is not None:
        parts.append(f"c.{as_column('label', queue.scale)} IN ({_literals(queue.labels)})")
    for scale, labels in queue.without.items():
        column = as_column("label", scale)
        parts.append(f"coalesce(c.{column} NOT IN ({_literals(labels)}), true)")
    waits = f"(c.lead_id IN (SELECT lead_id FROM {DUE}) OR ({' AND '.join(parts)}))"
    if queue.owner is None:
        return waits
    return f"{waits} AND c.lead_id IN (SELECT lead_id FROM {OF_OWNER})"


def list_touches(
    tables: Tables, holdings: Holdings, leads: Sequence[str], scale: str | None
) -> dict[str, SalesTouch]:
    """How each of these leads was handled last."""
    newest = _newest(holdings, f" AND lead_id IN ({_literals(leads)})")
    return _touches(tables, leads, scale, f"({newest}) AS newest")


def touches_of_queue(
    tables: Tables, leads: Sequence[str], scale: str | None
) -> dict[str, SalesTouch]:
    """The same of leads of the queue that was made."""
    return _touches(
        tables, leads, scale, f"{TOUCHES} AS newest WHERE lead_id IN ({_literals(leads)})"
    )


def _touches(
    tables: Tables, leads: Sequence[str], scale: str | None, source: str
) -> dict[str, SalesTouch]:
    if not leads:
        return {}
    labels = _label_since(tables, scale, _literals(leads))
    since = {str(lead): at for lead, at in tables.rows(labels)}
    newest = tables.rows(
        f"SELECT lead_id, handled_at, kind, agent, next_touch, version FROM {source}"
    )
    found = {lead: SalesTouch(lead, _moment(since.get(lead))) for lead in leads}
    for lead, at, kind, agent, touch, version in newest:
        found[str(lead)] = SalesTouch(
            str(lead),
            _moment(since.get(str(lead))),
            f"i{version}",
            _text(kind),
            _moment(at),
            _text(agent),
            _moment(touch),
        )
    return found


def _newest(holdings: Holdings, condition: str) -> str:
    """SQL: the newest touch of each lead that there is one of."""
    columns = holdings.activity_columns
    agent = "agent" if "agent" in columns else "CAST(NULL AS VARCHAR)"
    own = columns.get(NEXT_TOUCH.name)
    is_kept = own is not None and own.type is Type.MOMENT
    touch = NEXT_TOUCH.name if is_kept else "CAST(NULL AS TIMESTAMP)"
    return (
        "SELECT lead_id, handled_at, kind, agent, next_touch, version FROM (SELECT lead_id,"
        f" occurred_at AS handled_at, kind, {agent} AS agent, {touch} AS next_touch, _import AS"
        " version, row_number() OVER (PARTITION BY lead_id ORDER BY occurred_at DESC, _import"
        " DESC, _row DESC) AS place FROM"
        f" activity_facts WHERE kind IN ({_literals(TOUCH_KINDS)}) AND occurred_at >= (SELECT"
        " min(as_of) FROM runs) AND _import NOT IN (SELECT import_no FROM undos)"
        f"{condition}) AS touches WHERE place = 1"
    )


def _label_since(tables: Tables, scale: str | None, leads: str) -> str:
    """SQL: since when each of these leads (`leads` is a list of texts or a query) has the label of
    the scale that it has; without one, since when a run knows it.
    """
    folded = folded_upto(tables)
    if scale is None or not folded:
        return _since_in_log(scale, leads)
    since = (
        f"SELECT s.lead_id, r.as_of AS since FROM lead_states AS s JOIN runs AS r ON r.run_no ="
        f" s.{as_since(scale)} WHERE s.lead_id IN ({leads})"
    )
    behind = f"SELECT lead_id FROM run_changes WHERE run_no > {folded}"
    if not number(tables, f"SELECT count(*) FROM ({behind}) AS behind"):
        return since
    in_log = _since_in_log(scale, f"SELECT lead_id FROM ({behind}) AS b WHERE lead_id IN ({leads})")
    return f"{since} AND s.lead_id NOT IN ({behind}) UNION ALL {in_log}"


def _since_in_log(scale: str | None, leads: str) -> str:
    if scale is None:
        return (
            "SELECT c.lead_id, min(r.as_of) AS since FROM run_changes AS c JOIN runs AS r ON"
            f" r.run_no = c.run_no WHERE c.lead_id IN ({leads}) GROUP BY c.lead_id"
        )
    label = f"c.{as_column('label', scale)}"
    return (
        "SELECT lead_id, max(CASE WHEN label IS DISTINCT FROM was OR place = 1 THEN as_of END) AS"
        f" since FROM (SELECT c.lead_id, r.as_of, {label} AS label, lag({label}) OVER w AS was,"
        " row_number() OVER w AS place FROM run_changes AS c JOIN runs AS r ON r.run_no = c.run_no"
        f" WHERE c.lead_id IN ({leads}) WINDOW w AS (PARTITION BY c.lead_id ORDER BY c.run_no)) AS"
        " labels GROUP BY lead_id"
    )


def _of_person(person: str | None) -> str:
    """SQL: the leads that were assigned to a person of the roster besides."""
    if person is None:
        return ""
    return (
        " UNION SELECT lead_id FROM assignment_facts WHERE person ="
        f" {text_literal(person)} AND _import NOT IN (SELECT import_no FROM undos)"
    )


def _of_owner(owner: str, holdings: Holdings, is_stated: bool) -> str:
    """SQL: the leads of whom that owner was stated; a person is found by any of its leads."""
    if not is_stated:
        return "SELECT CAST(NULL AS VARCHAR) AS lead_id WHERE 1 = 0"
    stated = f"SELECT lead_id FROM attribute_facts WHERE owner = {text_literal(owner)}"
    if not holdings.linked:
        return stated
    return (
        f"{stated} UNION SELECT group_id FROM member_facts WHERE kind = 'person' AND lead_id IN"
        f" ({stated})"
    )


def _literals(values: Sequence[str]) -> str:
    return ", ".join(map(text_literal, values)) if values else "NULL"


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
