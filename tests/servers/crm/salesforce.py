"""The mock as Salesforce: SOQL as far as a connection asks it, links of pages, collections in parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from tests.servers.crm.server import Ask, Reply
from tests.servers.crm.store import Record, Store

_V = "/services/data/v62.0"
_PAGE = 50
_SORTS = {
    "Lead": "people",
    "Task": "calls",
    "Event": "meetings",
    "CampaignMember": "campaign_members",
}


def salesforce(store: Store, ask: Ask) -> Reply:
    """Answer as Salesforce does."""
    path = ask.path.removeprefix(_V)
    if path in ("/query", "/queryAll"):
        return 200, _page(_rows(store, ask.query["q"]), 0, ask.query["q"])
    if path.startswith("/query/"):
        at = int(path.rsplit("-", 1)[1])
        q = _CURSORS[path.split("/")[2].rsplit("-", 1)[0]]
        return 200, _page(_rows(store, q), at, q)
    if path == "/sobjects/Lead/describe":
        return 200, {"fields": [{"name": "Email"}, *store.properties.values()]}
    if path == "/tooling/sobjects/CustomField":
        if {*ask.body} != {"FullName", "Metadata"} or "label" not in ask.body["Metadata"]:
            return 400, [{"errorCode": "INVALID_FIELD"}]
        name = ask.body["FullName"].removeprefix("Lead.")
        store.properties[name] = {"name": name, "label": ask.body["Metadata"]["label"]}
        return 201, {"success": True}
    if path == "/composite/sobjects":
        return _update(store, ask.body["records"])
    return 404, [{"errorCode": "NOT_FOUND"}]


_CURSORS: dict[str, str] = {}


def _page(rows: Sequence[object], at: int, q: str) -> object:
    cursor = f"01g{abs(hash(q))}"
    _CURSORS[cursor] = q
    more = {"nextRecordsUrl": f"{_V}/query/{cursor}-{at + _PAGE}"} if at + _PAGE < len(rows) else {}
    return {"totalSize": len(rows), "done": not more, "records": rows[at : at + _PAGE], **more}


def _rows(store: Store, q: str) -> list[object]:
    found = re.match(r"SELECT (.+?) FROM (\w+) WHERE (.+)", q)
    assert found, q
    wanted, sort, where = found[1].split(","), _SORTS[found[2]], found[3]
    wanted = [w.strip() for w in wanted]
    if "Id IN" in where:
        ids = re.findall(r"'([^']+)'", where)
        records = [r for i in ids if (r := store.records[sort].get(i)) and not r.archived]
        return [_lead(r, wanted) for r in records]
    since = re.search(r">= (\S+)", where)
    assert since
    at = datetime.fromisoformat(since[1]).replace(tzinfo=None)
    if "IsDeleted = true" in where:
        gone = [r for r in store.by_change("people") if r.archived and r.archived >= at]
        return [
            {"Id": r.id, "MasterRecordId": r.into, "SystemModstamp": _time(r.archived)}
            for r in gone
        ]
    if "IsConverted = true" in where:
        return [
            {"Id": p, "ConvertedOpportunity": _opportunity(r)}
            for r in store.since("deals", at)
            for p in r.fields["people"]  # type: ignore[attr-defined]
        ]
    every = store.since(sort, at)
    if sort == "people":
        return [_lead(r, wanted) for r in every]
    return [_activity(r) for r in every]


def _lead(r: Record, wanted: Sequence[str]) -> dict[str, object]:
    f = r.fields
    out: dict[str, object] = {
        "Id": r.id,
        "Email": f.get("email"),
        "FirstName": f.get("first_name"),
        "LastName": f.get("last_name"),
        "Phone": f.get("phone"),
        "Title": f.get("job_title"),
        "City": f.get("city"),
        "Country": f.get("country"),
        "Company": f"Company {f.get('company')}",
        "NumberOfEmployees": 700,
        "Owner": {"Name": f"rep{f.get('owner')}@acme.example"},
        "HasOptedOutOfEmail": bool(f.get("opt_out")),
        "DoNotCall": False,
        "CreatedDate": _time(r.created),
        "SystemModstamp": _time(r.changed),
    }
    return out | {k: v for k, v in r.own.items() if k in wanted}


def _opportunity(r: Record) -> object:
    f = r.fields
    return {
        "Id": f"006{r.id}",
        "IsWon": f["won"],
        "IsClosed": f["closed"],
        "Amount": f["amount"],
        "CloseDate": f"{f['closed_at']:%Y-%m-%d}",
        "CreatedDate": _time(r.created),
        "StageName": "Closed",
        "Owner": {"Name": "rep1"},
        "SystemModstamp": _time(r.changed),
    }


def _activity(r: Record) -> object:
    f = r.fields
    who, at = (f.get("people") or [None])[0], _time(f["at"])  # type: ignore[index]
    return {
        "Id": r.id,
        "WhoId": who,
        "LeadId": who,
        "TaskSubtype": "Call",
        "CompletedDateTime": at,
        "StartDateTime": at,
        "HasResponded": True,
        "FirstRespondedDate": f"{f['at']:%Y-%m-%d}",
        "Campaign": {"Name": f.get("campaign")},
        "Owner": {"Name": "rep2"},
        "SystemModstamp": _time(r.changed),
    }


def _update(store: Store, records: Sequence[dict[str, object]]) -> Reply:
    store.batches.append(len(records))
    answers: list[object] = []
    for one in records:
        id_ = str(one["Id"])
        record = store.records["people"].get(id_)
        own = {k: v for k, v in one.items() if k not in ("Id", "attributes")}
        if record is None or record.archived:
            answers.append(
                {"success": False, "errors": [{"statusCode": "ENTITY_IS_DELETED", "message": "x"}]}
            )
        elif id_ in store.faults.refuse or any(k not in store.properties for k in own):
            answers.append(
                {"success": False, "errors": [{"statusCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION"}]}
            )
        else:
            store.write_own(id_, own, by_us=True)
            answers.append({"id": id_, "success": True, "errors": []})
    return 200, answers


def _time(at: object) -> str:
    assert isinstance(at, datetime)
    return f"{at.isoformat(timespec='milliseconds')}+0000"
