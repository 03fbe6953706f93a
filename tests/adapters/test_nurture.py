"""The statement that decides of a whole base says what the gate says of each lead."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.adapters.nurture.contact_list import ContactRows
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.run import open_base
from leadlight.desk.session import Session
from leadlight.desk.wiring import nurture
from leadlight.facts.contact_channels import Channel
from leadlight.nurture.permission import (
    ALL_PURPOSES,
    WAYS,
    Addressee,
    Consent,
    standing_refusal,
)
from leadlight.playbook.spec import PURPOSES
from tests.desk.live.conftest import make_workspace
from tests.desk.nurture.conftest import MONDAY, PLAYBOOK

LEADS = 300
KINDS = ("email_bounced", "email_complained", "unsubscribed", "consent_given", "consent_withdrawn")


@pytest.mark.parametrize("seed", [1, 2])
def test_the_statement_and_the_gate_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """300 random histories: whoever the statement lets in, the gate lets through, and the reverse"""
    monkeypatch.chdir(tmp_path)
    where, draw = make_workspace(tmp_path), random.Random(seed)
    (tmp_path / "playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    people = write_histories(tmp_path, draw)
    session = Session(where)
    files = (tmp_path / "leads.csv", tmp_path / "log.csv")
    import_files(session, ImportRequest(files, MONDAY, verify=False))
    with session.write("test", MONDAY) as workspace:
        found = open_base(workspace, None, MONDAY)
        store = nurture.track_facts(workspace.con, workspace.ledger)
        nurture.track_round(store, workspace.ledger, found.base, found.playbook, MONDAY)
        rows = workspace.con.execute(
            "SELECT lead_id, refusal_marketing, refusal_newsletter, refusal_service FROM"
            " _nurture_contacts WHERE lead_id LIKE 'R%'"
        ).fetchall()
    assert len(rows) == LEADS
    for lead, *refusals in rows:
        assert refusals == [standing_refusal(people[str(lead)], p) for p in PURPOSES], lead
    assert len({refusals[0] for _, *refusals in rows}) >= 7


WAY_PURPOSES = [
    (way, purpose, strict) for way in WAYS for purpose in ALL_PURPOSES for strict in (False, True)
]


def test_the_statement_and_the_gate_agree_for_every_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """300 random histories with numbers, streets and a "no" to each way: what a list leaves out is
    what the gate refuses, for calls, texts, letters and ads as for mail, and by each reason
    """
    monkeypatch.chdir(tmp_path)
    where, draw = make_workspace(tmp_path), random.Random(7)
    people = write_histories(tmp_path, draw, ways=True)
    session = Session(where)
    files = (tmp_path / "leads.csv", tmp_path / "log.csv")
    import_files(session, ImportRequest(files, MONDAY, verify=False))
    seen: set[str | None] = set()
    with session.read_often("test", MONDAY) as workspace:
        base = open_base(workspace, None, MONDAY).base
        for way, purpose, strict in WAY_PURPOSES:
            rows = ContactRows(base, Channel("test", "", way), MONDAY)
            rows.take_all()
            rows.judge(purpose, needs_consent=strict)
            found = workspace.con.execute(
                "SELECT lead_id, code FROM _list_rows WHERE lead_id LIKE 'R%'"
            ).fetchall()
            assert len(found) == LEADS
            for lead, code in found:
                gate = standing_refusal(people[lead], purpose, way, needs_consent=strict)
                assert code == gate, (lead, way, purpose, strict)
                seen.add(gate)
    assert seen >= {None, *REASONS}


REASONS = (
    "no-address",
    "bounced",
    "complained",
    "do-not-email",
    "do-not-call",
    "objected",
    "unsubscribed",
    "withdrawn",
    "no-consent",
    "no-ads-consent",
    "no-contact",
    "no-number",
    "number-unreachable",
    "no-mobile",
    "no-postal-address",
)


def write_histories(
    folder: Path, draw: random.Random, *, ways: bool = False
) -> dict[str, Addressee]:
    """Leads with random attributes and random statements; what the gate is to be told of each."""
    leads, log, people = (
        ["lead_id,email,consent,do_not_email"],
        ["lead_id,occurred_at,kind,result"],
        {},
    )
    for n in range(LEADS):
        email = f"r{n}@acme.com" if draw.random() < 0.9 else ""
        consent, stop = draw.choice(["yes", "no", ""]), draw.choice(["yes", "", "", "", ""])
        leads.append(f"R{n},{email},{consent},{stop}")
        events = [
            (
                draw.choice(KINDS[2:] if draw.random() < 0.8 else KINDS),
                MONDAY - timedelta(hours=draw.randrange(1, 500)),
                draw.choice(["", *PURPOSES]),
            )
            for _ in range(draw.choice([0, 0, 1, 2, 3]))
        ]
        log += [f"R{n},{at:%Y-%m-%d %H:%M},{kind},{purpose}" for kind, at, purpose in events]
        people[f"R{n}"] = addressee(email, consent, stop, events)
        if ways:
            leads[-1] += "," + ",".join(
                draw_ways(draw, n, people, draw.choice(["", "", "fixed", "mobile", "dead"]))
            )
    if ways:
        leads[0] += ",phone,mobile,street,city,do_not_call,profiling_objected,ads_consent,country"
    (folder / "leads.csv").write_text("\n".join(leads) + "\n", encoding="utf-8")
    (folder / "log.csv").write_text("\n".join(log) + "\n", encoding="utf-8")
    return people


def draw_ways(
    draw: random.Random, n: int, people: dict[str, Addressee], number: str
) -> tuple[str, ...]:
    """Numbers, a street and what somebody says of calls, profiling and ads; the lead of that number
    learns them, too.
    """
    fixed, mobile = f"+49302345{n:04}", f"+4915112345{n:03}"
    phone = {"fixed": fixed, "dead": "12", "mobile": "", "": ""}[number]
    cell = mobile if number == "mobile" else ""
    street = draw.choice(["", f"Weg {n}"])
    calls, objected, ads = (draw.choice(["", "", "", "yes"]) for _ in range(3))
    ads = draw.choice([ads, "no"])
    answers = {"yes": True, "no": False, "": None}
    people[f"R{n}"] = replace(
        people[f"R{n}"],
        phone=cell or (phone if number == "fixed" else "") or None,
        mobile=cell or None,
        has_number=bool(phone or cell),
        has_street=bool(street),
        do_not_call=answers[calls],
        objected=objected == "yes",
        ads_consent=answers[ads],
    )
    return phone, cell, street, "Berlin" if street else "", calls, objected, ads, "DE"


def addressee(
    email: str, consent: str, stop: str, events: list[tuple[str, datetime, str]]
) -> Addressee:
    kinds = {kind for kind, _, _ in events}
    consents = [
        Consent(at, kind == "consent_given", purpose or None)
        for kind, at, purpose in events
        if kind in KINDS[2:]
    ]
    return Addressee(
        email or None,
        None,
        "email_bounced" in kinds,
        "email_complained" in kinds,
        do_not_email=stop == "yes" or None,
        consent={"yes": True, "no": False, "": None}[consent],
        consents=consents,
    )
