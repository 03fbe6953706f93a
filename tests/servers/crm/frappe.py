"""The mock as a CRM on Frappe: documents, filters as JSON, one document at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote

from tests.servers.crm.server import Ask, Reply
from tests.servers.crm.store import Record, Store


def frappe(store: Store, ask: Ask) -> Reply:
    """Answer as Frappe does."""
    match [unquote(p) for p in ask.path.split("/") if p]:
        case ["api", "resource", "Custom Field"] if ask.method == "POST":
            store.properties[ask.body["fieldname"]] = ask.body
            return 200, {"data": ask.body}
        case ["api", "resource", "Custom Field"]:
            return 200, {"data": [{"fieldname": n} for n in store.properties]}
        case ["api", "resource", "Deleted Document"]:
            gone = [
                r
                for r in store.by_change("people")
                if r.archived and r.archived >= _since(ask.query)
            ]
            return 200, {
                "data": _cut(
                    [{"deleted_name": r.id, "creation": _time(r.archived)} for r in gone], ask.query
                )
            }
        case ["api", "resource", "CRM Lead", name]:
            return _update(store, name, ask.body)
        case ["api", "resource", "CRM Lead"]:
            filters = json.loads(ask.query["filters"])
            if filters[0][1] == "in":
                found = [
                    r
                    for i in filters[0][2]
                    if (r := store.records["people"].get(i)) and not r.archived
                ]
            else:
                found = store.since("people", _since(ask.query))
            return 200, {"data": _cut([_lead(r) for r in found], ask.query)}
        case ["api", "resource", "CRM Call Log"]:
            calls = [
                {
                    "name": r.id,
                    "modified": _time(r.changed),
                    "start_time": _time(r.fields["at"]),
                    "status": "Completed",
                    "reference_docname": r.fields["people"][0],
                    "caller": "rep",
                }  # type: ignore[index]
                for r in store.since("calls", _since(ask.query))
            ]
            return 200, {"data": _cut(calls, ask.query)}
    return 404, {"exc_type": "DoesNotExistError"}


def _since(query: Mapping[str, str]) -> datetime:
    filters = json.loads(query["filters"])
    return datetime.fromisoformat(next(f[2] for f in filters if f[1] == ">="))


def _cut(rows: list[dict[str, object]], query: Mapping[str, str]) -> list[dict[str, object]]:
    at, limit = int(query.get("limit_start", 0)), int(query.get("limit_page_length", 20))
    return rows[at : at + limit] if limit else rows


def _update(store: Store, name: str, body: dict[str, object]) -> Reply:
    record = store.records["people"].get(name)
    if record is None or record.archived:
        return 404, {"exc_type": "DoesNotExistError"}
    if name in store.faults.refuse or any(k not in store.properties for k in body):
        return 417, {"exc_type": "ValidationError"}
    store.write_own(name, body, by_us=True)
    return 200, {"data": _lead(record)}


def _lead(r: Record) -> dict[str, object]:
    f = r.fields
    return {
        "name": r.id,
        "email": f["email"],
        "first_name": f["first_name"],
        "last_name": f["last_name"],
        "organization": f"Company {f.get('company')}",
        "job_title": f.get("job_title"),
        "lead_owner": f.get("owner"),
        "no_of_employees": "700",
        "modified": _time(r.changed),
        "creation": _time(r.created),
        **r.own,
    }


def _time(at: object) -> str:
    assert isinstance(at, datetime)
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"
