"""The statement that decides of a whole base says what the gate says of each lead."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk import wiring
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.run import open_base
from leadlight.desk.session import Session
from leadlight.nurture.permission import Addressee, Consent, standing_refusal
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
        store = wiring.track_facts(workspace.con, workspace.ledger)
        wiring.track_round(store, workspace.ledger, found.base, found.playbook, MONDAY)
        rows = workspace.con.execute(
            "SELECT lead_id, refusal_marketing, refusal_newsletter, refusal_service FROM"
            " _nurture_contacts WHERE lead_id LIKE 'R%'"
        ).fetchall()
    assert len(rows) == LEADS
    for lead, *refusals in rows:
        assert refusals == [standing_refusal(people[str(lead)], p) for p in PURPOSES], lead
    assert len({refusals[0] for _, *refusals in rows}) >= 7


def write_histories(folder: Path, draw: random.Random) -> dict[str, Addressee]:
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
    (folder / "leads.csv").write_text("\n".join(leads) + "\n", encoding="utf-8")
    (folder / "log.csv").write_text("\n".join(log) + "\n", encoding="utf-8")
    return people


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
