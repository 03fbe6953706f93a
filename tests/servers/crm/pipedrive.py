"""The mock as Pipedrive: API v2 with cursors, fields with codes of their own, one person at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from tests.servers.crm.server import Ask, Reply
from tests.servers.crm.store import Record, Store

_SORTS = {
    "persons": "people",
    "organizations": "companies",
    "deals": "deals",
    "activities": "calls",
}


def pipedrive(store: Store, ask: Ask) -> Reply:
    """Answer as Pipedrive does."""
    match [p for p in ask.path.split("/") if p]:
        case ["api", "v1", "users"]:
            users = [{"id": int(r.id), "email": r.fields["name"]} for r in store.living("owners")]
            return 200, {"success": True, "data": users}
        case ["api", "v1", "recents"]:
            return 200, _recents(store, ask.query)
        case ["api", "v2", "personFields"] if ask.method == "POST":
            name = ask.body["field_name"]
            code = hashlib.sha1(name.encode()).hexdigest()
            store.properties[code] = {"field_code": code, **ask.body}
            return 201, {"success": True, "data": store.properties[code]}
        case ["api", "v2", "personFields"]:
            return 200, {
                "success": True,
                "data": list(store.properties.values()),
                "additional_data": {"next_cursor": None},
            }
        case ["api", "v2", "persons", id_]:
            return _update(store, id_, ask)
        case ["api", "v2", name] if name in _SORTS:
            return 200, _list(store, _SORTS[name], ask.query)
    return 404, {"success": False, "error": "not found"}


def _recents(store: Store, query: Mapping[str, str]) -> object:
    since = datetime.fromisoformat(query["since_timestamp"])
    gone = [r for r in store.by_change("people") if r.archived and r.archived >= since]
    data = [
        {
            "item": "person",
            "id": int(r.id),
            "data": {"active_flag": False, "update_time": _time(r.archived)},
        }
        for r in gone
    ]
    start, limit = int(query["start"]), int(query["limit"])
    more = {"pagination": {"more_items_in_collection": start + limit < len(data)}}
    return {"success": True, "data": data[start : start + limit] or None, "additional_data": more}


def _list(store: Store, sort: str, query: Mapping[str, str]) -> object:
    if "ids" in query:
        every = [
            r
            for i in query["ids"].split(",")
            if (r := store.records[sort].get(i)) and not r.archived
        ]
    else:
        every = store.since(
            sort, datetime.fromisoformat(query["updated_since"]).replace(tzinfo=None)
        )
    at, limit = int(query.get("cursor", 0)), int(query["limit"])
    page = every[at : at + limit]
    following = str(at + limit) if at + limit < len(every) else None
    return {
        "success": True,
        "data": [_record(sort, r) for r in page],
        "additional_data": {"next_cursor": following},
    }


def _update(store: Store, id_: str, ask: Ask) -> Reply:
    record = store.records["people"].get(id_)
    if record is None or record.archived:
        return 404, {"success": False, "error": "Person not found"}
    if id_ in store.faults.refuse or any(
        k not in store.properties for k in ask.body["custom_fields"]
    ):
        return 400, {"success": False, "code": "ERR_SCHEMA_VALIDATION_FAILED"}
    store.write_own(id_, ask.body["custom_fields"], by_us=True)
    return 200, {"success": True, "data": _record("people", record)}


def _record(sort: str, r: Record) -> dict[str, object]:
    f = r.fields
    out: dict[str, object] = {
        "id": int(r.id),
        "add_time": _time(r.created),
        "update_time": _time(r.changed),
    }
    if sort == "people":
        return out | {
            "name": f"{f['first_name']} {f['last_name']}",
            "first_name": f["first_name"],
            "last_name": f["last_name"],
            "emails": [{"value": f["email"], "primary": True, "label": "work"}],
            "phones": [{"value": f.get("phone"), "primary": True}],
            "job_title": f.get("job_title"),
            "owner_id": int(str(f.get("owner", 1))),
            "org_id": int(str(f.get("company", 1))),
            "marketing_status": "unsubscribed" if f.get("opt_out") else "subscribed",
            "custom_fields": {code: r.own.get(code) for code in store_codes(r)},
        }
    if sort == "companies":
        return out | {
            "name": f["name"],
            "industry": f["industry"],
            "employee_count": f["employees"],
        }
    people = f.get("people") or [None]
    out |= {
        "person_id": int(str(people[0])) if people[0] else None,
        "owner_id": int(str(f.get("owner", 1))),
    }  # type: ignore[index]
    if sort == "deals":
        status = "won" if f["won"] else "lost" if f["closed"] else "open"
        at = _time(f["closed_at"])
        return out | {
            "status": status,
            "value": f["amount"],
            "won_time": at if f["won"] else None,
            "lost_time": at,
            "lost_reason": f["reason"],
        }
    return out | {"type": "call", "done": True, "marked_as_done_time": _time(f["at"])}


def store_codes(r: Record) -> list[str]:
    return list(r.own)


def _time(at: object) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if isinstance(at, datetime) else str(at)
