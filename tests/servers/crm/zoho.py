"""The mock as Zoho CRM: modules, tokens of pages, answers by position, 204 and 304 for nothing."""

from __future__ import annotations

from datetime import datetime

from tests.servers.crm.server import Ask, Reply
from tests.servers.crm.store import Record, Store

_SORTS = {
    "Contacts": "people",
    "Accounts": "companies",
    "Deals": "deals",
    "Calls": "calls",
    "Events": "meetings",
}


def zoho(store: Store, ask: Ask) -> Reply:
    """Answer as Zoho does."""
    match [p for p in ask.path.split("/") if p]:
        case ["crm", "v8", "users"]:
            users = [{"id": r.id, "email": r.fields["name"]} for r in store.living("owners")]
            return 200, {"users": users, "info": {"more_records": False}}
        case ["crm", "v8", "settings", "fields"] if ask.method == "POST":
            fields = ask.body["fields"]
            if len(fields) > 5:
                return 400, {"code": "LIMIT_EXCEEDED"}
            for one in fields:
                name = one["field_label"].replace(" ", "_")
                store.properties[name] = {"api_name": name, **one}
            return 200, {"fields": [{"code": "SUCCESS", "details": {"id": "1"}} for _ in fields]}
        case ["crm", "v8", "settings", "fields"]:
            return 200, {"fields": list(store.properties.values())}
        case ["crm", "v8", "Contacts", "deleted"]:
            return _deleted(store, ask)
        case ["crm", "v8", "Contacts"] if ask.method == "PUT":
            return _update(store, ask.body["data"])
        case ["crm", "v8", module] if module in _SORTS:
            return _list(store, _SORTS[module], ask)
    return 404, {"code": "INVALID_URL_PATTERN"}


def _list(store: Store, sort: str, ask: Ask) -> Reply:
    if "ids" in ask.query:
        ids = ask.query["ids"].split(",")
        found = [r for i in ids if (r := store.records[sort].get(i)) and not r.archived]
        return (200, {"data": [_record(sort, r) for r in found]}) if found else (204, None)
    since = datetime.fromisoformat(ask.headers["If-Modified-Since"]).replace(tzinfo=None)
    every = store.since(sort, since)
    if not every:
        return 304, None
    at, limit = int(ask.query.get("page_token", 0)), int(ask.query["per_page"])
    more = at + limit < len(every)
    info = {"more_records": more, "next_page_token": str(at + limit) if more else None}
    return 200, {"data": [_record(sort, r) for r in every[at : at + limit]], "info": info}


def _deleted(store: Store, ask: Ask) -> Reply:
    kind = "permanent" if "permanent" in ask.query.values() else "recycle"
    gone = [
        r
        for r in store.by_change("people")
        if r.archived and (r.fields.get("erased") is True) == (kind == "permanent")
    ]
    if not gone:
        return 204, None
    data = [{"id": r.id, "type": kind, "deleted_time": _time(r.archived)} for r in gone]
    at = 200 * (int(ask.query["page"]) - 1)
    return 200, {"data": data[at : at + 200], "info": {"more_records": at + 200 < len(data)}}


def _update(store: Store, data: list[dict[str, object]]) -> Reply:
    store.batches.append(len(data))
    answers: list[object] = []
    for one in data:
        id_ = str(one["id"])
        record = store.records["people"].get(id_)
        own = {k: v for k, v in one.items() if k != "id"}
        if record is None or record.archived:
            answers.append(
                {
                    "code": "INVALID_DATA_ID",
                    "status": "error",
                    "message": "the id given seems to be invalid",
                }
            )
        elif id_ in store.faults.refuse or any(k not in store.properties for k in own):
            answers.append(
                {"code": "INVALID_DATA", "status": "error", "message": "secret@example.com"}
            )
        else:
            store.write_own(id_, own, by_us=True)
            answers.append({"code": "SUCCESS", "status": "success", "details": {"id": id_}})
    return (207 if any(a["code"] != "SUCCESS" for a in answers) else 200), {"data": answers}  # type: ignore[index]


def _record(sort: str, r: Record) -> dict[str, object]:
    f = r.fields
    out: dict[str, object] = {
        "id": r.id,
        "Created_Time": _time(r.created),
        "Modified_Time": _time(r.changed),
    }
    who = [{"id": p} for p in f.get("people") or []]  # type: ignore[attr-defined]
    if sort == "people":
        return out | {
            "Email": f["email"],
            "First_Name": f["first_name"],
            "Last_Name": f["last_name"],
            "Phone": f.get("phone"),
            "Title": f.get("job_title"),
            "Mailing_City": f.get("city"),
            "Mailing_Country": f.get("country"),
            "Owner": {"id": f.get("owner"), "name": "x"},
            "Account_Name": {"id": f.get("company")},
            "Email_Opt_Out": bool(f.get("opt_out")),
            "Tag": [],
            **r.own,
        }
    if sort == "companies":
        return out | {
            "Account_Name": f["name"],
            "Industry": f["industry"],
            "Employees": f["employees"],
        }
    if sort == "deals":
        stage = "Closed Won" if f["won"] else "Closed Lost" if f["closed"] else "Qualification"
        return out | {
            "Amount": f["amount"],
            "Stage": stage,
            "Closing_Date": f"{f['closed_at']:%Y-%m-%d}",
            "Reason_For_Loss__s": f["reason"],
            "Contact_Name": who[0],
            "Owner": {"id": f["owner"]},
        }
    at = _time(f["at"])
    return out | {
        "Who_Id": who[0] if who else None,
        "Call_Start_Time": at,
        "Start_DateTime": at,
        "Call_Status": "Completed",
        "Owner": {"id": f["owner"]},
    }


def _time(at: object) -> str:
    """In the zone of the CRM's user, which is not UTC."""
    from datetime import timedelta

    assert isinstance(at, datetime)
    return f"{at + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}+02:00"
