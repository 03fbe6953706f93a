"""Texts of tracks go to the endpoints that their steps name, once, and to nobody who said no."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.live.endpoints import AddEndpointRequest, add_endpoint
from leadlight.desk.nurture.send import SendRequest, send
from leadlight.desk.nurture.tracks import TracksRequest, tracks
from leadlight.desk.session import Session
from leadlight.results.nurture import SendResult
from leadlight.server.outgoing.track_texts import TrackTexts
from tests.desk.live.conftest import make_workspace
from tests.desk.nurture.conftest import MONDAY, PLAYBOOK, write_files
from tests.server.outgoing.examples import SECRET
from tests.server.outgoing.receivers import Delivered, Receiver, receiver

STEPS = """    steps:
      - {by: text, to: sms, content: welcome}
      - {after: 1d, by: text, to: "env:CHAT", content: case-study}
"""
LEADS = """lead_id,email,mobile,first_name,consent,do_not_email,do_not_call
T1,ana@acme.com,,Ana,yes,,
T2,,+4915112345678,Bob,yes,,
T3,cem@core.com,,Cem,no,,
T4,dia@dome.com,,Dia,yes,yes,
T5,,,Eve,yes,,
T6,fay@fine.com,+4915112345679,Fay,yes,,yes
"""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A track of two texts, for Ana by mail address and Bob by number; nobody else may have one."""
    monkeypatch.chdir(tmp_path)
    make_workspace(tmp_path)
    write_files(tmp_path)
    head, _, rest = PLAYBOOK.partition("    steps:\n")
    limits = rest[rest.index("limits:") :]
    (tmp_path / "playbook.yml").write_text(f"{head}{STEPS}{limits}", encoding="utf-8")
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    session = Session(".")
    import_files(session, ImportRequest((tmp_path / "leads.csv",), MONDAY, verify=False))
    return session


def round_of(session: Session, days: float, **environment: str) -> SendResult:
    now = MONDAY + timedelta(days=days)
    texts = TrackTexts(
        SECRET,
        lambda lead, track, language: f"https://alm.example/u/{lead}",
        lambda: now,
        allow_private=True,
        environment=environment,
    )
    return send(session, SendRequest(now), None, texts)


def add(session: Session, sms: Receiver) -> None:
    add_endpoint(session, AddEndpointRequest(MONDAY, sms.url, "ana", "sms", ("temperature=hot",)))


def test_a_text_is_handed_over_once_to_who_may_have_it(session: Session) -> None:
    """Before there is an endpoint the texts stay owed; then two go out, signed, and not again"""
    missing = round_of(session, 0)
    assert missing.fault == "There is no active endpoint 'sms': its texts stay owed."
    assert (missing.texts, missing.texts_sent) == (2, 0)
    with receiver() as sms, receiver() as chat:
        add(session, sms)
        done = round_of(session, 0.1)
        assert (done.texts, done.texts_sent, done.failed, done.fault) == (0, 2, (), None)
        refused = {r.code for r in done.refusals}
        said_no = {"withdrawn", "do-not-email", "do-not-call", "no-consent"}
        assert refused == {*said_no, "no-contact"}
        said = [json.loads(one.body) for one in sms.got]
        assert sorted(s["data"]["lead_id"] for s in said) == ["T1", "T2"]
        bob = next(s["data"] for s in said if s["data"]["lead_id"] == "T2")
        assert bob["to"] == {"mobile": "+4915112345678", "first_name": "Bob"}
        assert bob["text"].startswith("Hello Bob,")
        assert all(one.headers["webhook-signature"].startswith("v1,") for one in sms.got)
        assert round_of(session, 0.2).texts_sent == 0
        assert len(set(sms.ids())) == len(sms.got) == 2
        unset = round_of(session, 1.2)
        assert (unset.texts_sent, unset.fault) == (0, "CHAT is not set: its texts stay owed.")
        chats = round_of(session, 1.3, CHAT=chat.url.replace("http://", "json://"))
        assert (chats.texts_sent, len(chat.got)) == (2, 2)
        assert json.loads(chat.got[0].body)["message"] == "For you."
    shown = tracks(session, TracksRequest(MONDAY + timedelta(days=1.4)))
    assert ([s.done for s in shown.tracks[0].steps], shown.tasks) == ([2, 2], ())


def test_a_text_that_is_not_taken_is_listed(session: Session) -> None:
    """An endpoint in trouble gets it again under the same id; one that refuses it does not"""
    statuses = iter([503, 503, 200, 400])

    def answer(_: Delivered) -> tuple[int, dict[str, str]]:
        return next(statuses), {}

    with receiver(answer) as sms:
        add(session, sms)
        later = round_of(session, 0)
        assert (later.texts, later.texts_sent, later.later, later.failed) == (2, 0, 2, ())
        done = round_of(session, 0.1)
        assert (done.texts, done.texts_sent) == (0, 1)
        assert [f.because for f in done.failed] == ["sms answered 400."]
        assert round_of(session, 0.2).texts_sent == 0
        assert len(sms.got) == 4
        assert sms.ids()[:2] == sms.ids()[2:]


def test_a_text_in_flight_when_the_sender_is_killed_is_uncertain(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether the endpoint got it: it is listed, and not handed over again"""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with receiver() as sms:
        add(session, sms)
        with monkeypatch.context() as patch:
            patch.setattr(TrackTexts, "hand_over", die)
            with pytest.raises(KeyboardInterrupt):
                round_of(session, 0)
        done = round_of(session, 0.1)
        assert ([u.lead_id for u in done.uncertain], done.texts_sent) == (["T1"], 1)
        assert [json.loads(one.body)["data"]["lead_id"] for one in sms.got] == ["T2"]
        assert round_of(session, 0.2).texts_sent == 0
