"""The mock as HubSpot: objects, search, associations, properties."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.servers.crm.server import Ask, Reply
from tests.servers.crm.store import Record, Store

_SORTS = {"contacts": "people"}
_NAMES = {
    "people": {
        "email": "email",
        "first_name": "firstname",
        "last_name": "lastname",
        "phone": "phone",
        "job_title": "jobtitle",
        "city": "city",
        "country": "country",
        "owner": "hubspot_owner_id",
        "status": "hs_lead_status",
        "opt_out": "hs_email_optout",
        "company": "associatedcompanyid",
    },
    "companies": {"name": "name", "industry": "industry", "employees": "numberofemployees"},
    "deals": {
        "amount": "amount",
        "won": "hs_is_closed_won",
        "closed": "hs_is_closed",
        "closed_at": "closedate",
        "reason": "closed_lost_reason",
        "owner": "hubspot_owner_id",
    },
    "calls": {"at": "hs_timestamp", "status": "hs_call_status", "owner": "hubspot_owner_id"},
    "meetings": {
        "at": "hs_timestamp",
        "outcome": "hs_meeting_outcome",
        "owner": "hubspot_owner_id",
    },
    "emails": {
        "at": "hs_timestamp",
        "direction": "hs_email_direction",
        "owner": "hubspot_owner_id",
    },
}


def hubspot(store: Store, ask: Ask) -> Reply:
    """Answer as HubSpot does."""
    parts = [p for p in ask.path.split("/") if p]
    match parts:
        case ["crm", "owners", _] | ["marketing", "campaigns", _]:
            sort = parts[1]
            records = [
                {
                    "id": r.id,
                    "email": r.fields.get("name"),
                    "properties": {"hs_name": r.fields.get("name")},
                }
                for r in store.living(sort)
            ]
            return 200, {"results": records}
        case ["crm", "properties", _, "contacts"]:
            return 200, {"results": list(store.properties.values())}
        case ["crm", "properties", _, "contacts", "batch", "create"]:
            for one in ask.body["inputs"]:
                if one["name"] in store.properties:
                    return 409, {"category": "OBJECT_ALREADY_EXISTS"}
                store.properties[one["name"]] = one
            return 201, {"results": ask.body["inputs"]}
        case ["crm", "objects", _, name, "search"]:
            return _search(store, _SORTS.get(name, name), ask.body)
        case ["crm", "objects", _, "contacts", "batch", "update"]:
            return _update(store, ask.body["inputs"])
        case ["crm", "objects", _, "contacts", "batch", "read"]:
            return _read(store, ask.body)
        case ["crm", "objects", _, name]:
            return _list(store, _SORTS.get(name, name), ask.query)
        case ["crm", "associations", _, name, "contacts", "batch", "read"]:
            found = [store.records[name].get(one["id"]) for one in ask.body["inputs"]]
            return 200, {
                "results": [
                    {
                        "from": {"id": r.id},
                        "to": [{"toObjectId": p} for p in r.fields.get("people", [])],
                    }
                    for r in found
                    if r is not None
                ]
            }
    return 404, {"category": "OBJECT_NOT_FOUND"}


def _list(store: Store, sort: str, query: dict[str, str]) -> Reply:
    archived = query.get("archived") == "true"
    every = store.by_change(sort, by_id=True)
    limit, start = int(query.get("limit", 100)), int(query.get("after", 0))
    if archived:
        every = [r for r in every if r.archived is not None]
    page, at = [], start
    while at < len(every) and len(page) < limit:
        if archived or every[at].archived is None:
            page.append(every[at])
        at += 1
    if store.faults.twice and start:
        page = [every[start - 1], *page]
    records = [
        _record(sort, r, query.get("properties", "").split(","), "associations" in query)
        for r in page
    ]
    return 200, _paged(records, at, len(every))


def _search(store: Store, sort: str, body: dict[str, Any]) -> Reply:
    value = int(body["filterGroups"][0]["filters"][0]["value"])
    since = datetime.fromtimestamp(value / 1000, UTC).replace(tzinfo=None)
    every = store.since(sort, since)
    limit, start = int(body["limit"]), int(body.get("after", 0))
    if start + limit > 10_000:
        return 400, {"category": "VALIDATION_ERROR"}
    page = every[start : start + limit]
    if store.faults.twice and start:
        page = [every[start - 1], *page]
    return 200, _paged(
        [_record(sort, r, body["properties"]) for r in page], start + limit, len(every)
    )


def _paged(records: list[object], at: int, count: int) -> dict[str, object]:
    more = {"paging": {"next": {"after": str(at)}}} if at < count else {}
    return {"results": records, **more}


def _read(store: Store, body: dict[str, Any]) -> Reply:
    found = [store.records["people"].get(one["id"]) for one in body["inputs"]]
    living = [_record("people", r, body["properties"]) for r in found if r and r.archived is None]
    if len(living) == len(found):
        return 200, {"status": "COMPLETE", "results": living}
    return 207, {
        "status": "COMPLETE",
        "results": living,
        "errors": [{"category": "OBJECT_NOT_FOUND"}],
    }


def _update(store: Store, inputs: list[dict[str, Any]]) -> Reply:
    store.batches.append(len(inputs))
    done, errors = [], []
    for one in inputs:
        record = store.records["people"].get(one["id"])
        if record is None or record.archived is not None:
            errors.append(_error("OBJECT_NOT_FOUND", one["id"]))
        elif one["id"] in store.faults.refuse:
            errors.append(_error("VALIDATION_ERROR", one["id"]))
        elif any(k not in store.properties for k in one["properties"]):
            errors.append(_error("PROPERTY_DOESNT_EXIST", one["id"]))
        else:
            store.write_own(one["id"], one["properties"], by_us=True)
            done.append({"id": one["id"]})
    if errors:
        return 207, {"status": "COMPLETE", "results": done, "errors": errors}
    return 200, {"status": "COMPLETE", "results": done}


def _error(category: str, id_: str) -> dict[str, object]:
    return {
        "status": "error",
        "category": category,
        "message": "secret@example.com",
        "context": {"ids": [id_]},
    }


def _record(sort: str, r: Record, wanted: list[str], linked: bool = False) -> dict[str, object]:
    properties: dict[str, object] = {
        theirs: _text(r.fields.get(ours)) for ours, theirs in _NAMES[sort].items()
    }
    properties |= {
        "createdate": _iso(r.created),
        ("lastmodifieddate" if sort == "people" else "hs_lastmodifieddate"): _iso(r.changed),
    }
    if r.merged:
        properties["hs_merged_object_ids"] = ";".join(r.merged)
    properties |= {k: str(r.own[k]) for k in wanted if r.own.get(k) not in (None, "")}
    out: dict[str, object] = {
        "id": r.id,
        "properties": properties,
        "archived": r.archived is not None,
    }
    if r.archived:
        out["archivedAt"] = _iso(r.archived)
    people = r.fields.get("people")
    if linked and people:
        out["associations"] = {"contacts": {"results": [{"id": p, "type": "x"} for p in people]}}  # type: ignore[attr-defined]
    elif linked:
        out["associations"] = {}
    return out


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _iso(at: datetime) -> str:
    return f"{at.isoformat(timespec='milliseconds')}Z"
