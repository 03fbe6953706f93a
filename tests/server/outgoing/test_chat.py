"""Sentences for Slack, Teams, Telegram and mail: harmless whatever a lead calls itself."""

from __future__ import annotations

import json
import time

from hypothesis import given
from hypothesis import strategies as st

from leadlight.facts.transitions import LabelMove
from leadlight.results.text.transitions import transition_list, transition_sentence
from leadlight.server.outgoing.chat import MOST, ChatSender
from tests.server.outgoing.company import Company
from tests.server.outgoing.examples import transition
from tests.server.outgoing.receivers import receiver


def test_a_sentence_says_where_a_lead_stands_who_acts_and_why() -> None:
    """L1 became hot: sales should call within a quarter of an hour"""
    assert transition_sentence(transition()) == (
        "L1: temperature hot (before: cold). sales, call within 15 min. Asked for a demo."
    )
    assert transition_sentence(transition(gone=True)) == "L1 has left the base."
    plain = transition(moves=(), department=None, next_step=None, reasons=())
    assert transition_sentence(plain) == "L1: other segments or another route."


@given(st.text(alphabet="<>&@*_`~[]()|#\\!\n\r\x1b\u202e:/w.aé", max_size=60))
def test_nothing_in_a_sentence_acts(text: str) -> None:
    """<!channel>, @everyone, [click](http://evil.example), *bold*, line breaks"""
    odd = transition(
        1,
        text,
        moves=(LabelMove(text, text, text),),
        reasons=(text,),
        department=text,
        next_step=text,
    )
    said = transition_sentence(odd)
    frame = said.replace("(before: ", "").replace(")", "", said.count("(before: "))
    assert not set("<>&@*`~[]|#\\\n\r\x1b\u202e!_") & set(frame)
    assert "://" not in said
    assert len(transition_list([odd] * 3).split("\n")) == 3


def test_many_leads_stand_in_one_message(company: Company) -> None:
    """Thirty leads move at once: a channel gets two messages, not thirty"""
    with receiver() as chat:
        address = chat.url.replace("http://", "json://")
        with company.dispatcher(environment={"CHAT": address}) as dispatcher:
            company.endpoint("env:CHAT")
            company.run(*(f"L{n:02}" for n in range(30)))
            dispatcher.wake()
            got = chat.wait(2)
            time.sleep(0.3)
    assert len(chat.got) == 2
    bodies = [json.loads(one.body) for one in got]
    assert [b["message"].count("\n") + 1 for b in bodies] == [MOST, 10]
    assert bodies[0]["title"] == "20 leads moved"
    assert "L00: temperature hot" in bodies[0]["message"]


def test_an_address_that_nobody_understands_is_no_address() -> None:
    """A variable with something else in it"""
    assert ChatSender().send("nonsense", [transition()]).status == "no-address"
