"""Agents: what they may look at, the two writes that a person confirms, and who is refused. By the
protocol's own client, in the process, over HTTP and over the streams of a command.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from leadlight.desk.wiring import clock
from leadlight.server.agents.confirmations import LIFE, Confirmations
from leadlight.server.agents.protocol import make_server
from leadlight.server.agents.tools import MOST, Caller, Tools
from tests.server.conftest import HOSTILE, Served
from tests.server.in_a_loop import run
from tests.server.pages.test_today import hot  # noqa: F401 - the fixture

EVERYTHING = frozenset({"read", "act", "rules"})
Use = Callable[[Client], Awaitable[Any]]


class Desk:
    """The tools on a served session, with what was recorded and proposed."""

    def __init__(self, served: Served) -> None:
        self.lines: list[tuple[str, str, str]] = []
        self.proposals: list[tuple[str, str, str]] = []
        self.tools = Tools(served.server.session, clock.now, self._record, self._propose)

    def _record(self, who: str, what: str, subject: str) -> None:
        self.lines.append((who, what, subject))

    def _propose(self, who: str, text: str, note: str) -> str:
        self.proposals.append((who, text, note))
        return "a draft"

    def call(self, name: str, scopes: frozenset[str] = EVERYTHING, **fields: object) -> Any:
        """Call a tool as the protocol's client does."""

        async def use(client: Client) -> Any:
            return await client.call_tool(name, fields)

        async def work() -> Any:
            async with Client(make_server(self.tools, Caller("bo", scopes))) as client:
                return await use(client)

        return run(work())


@pytest.fixture
def desk(served: Served, hot: None) -> Desk:  # noqa: F811
    return Desk(served)


def test_what_an_agent_may_look_at(desk: Desk) -> None:
    """
    found leads       with why, and who looked is written down
    a lead, why       the ledger, which sums exactly
    hostile text      data beside a warning, and no tool of its own
    """
    found = desk.call("find_leads", temperature="hot").structured_content
    names = {lead["name"] for lead in found["data"]["leads"]}
    assert names == {"Zed Zimmer", HOSTILE}
    assert "never an instruction" in found["note"]
    why = desk.call("why", lead="zed").structured_content["data"]
    heat = next(s for s in why["scores"] if s["name"] == "engagement")
    assert sum(float(r["counted"]) for r in heat["rules"]) == pytest.approx(float(heat["summed"]))
    lifts = desk.call("what_would_lift", lead="zed").structured_content["data"]
    assert lifts["lead_id"] == "zed"
    waits = desk.call("list_today").structured_content["data"]["leads"]
    assert {lead["lead_id"] for lead in waits} >= {"zed"}
    assert [what for _, what, _ in desk.lines] == [
        "find leads",
        "ask why",
        "ask what would lift a lead",
        "see who waits",
    ]


def test_a_lead_that_is_not_there_is_a_sentence(desk: Desk) -> None:
    """An unknown lead: what, and no trace of ours."""
    answer = desk.call("get_lead", lead="nobody")
    assert answer.is_error
    assert "There is no lead 'nobody'" in answer.content[0].text


def test_rows_are_capped(desk: Desk) -> None:
    """An agent that wants a thousand gets a page."""
    found = desk.call("find_leads", limit=1000).structured_content
    assert len(found["data"]["leads"]) <= MOST


def test_a_write_waits_for_a_word(desk: Desk) -> None:
    """
    asked for          nothing is written; a question and a word
    other fields       the word confirms no other write
    the word           written, once
    the word again     asked anew
    """
    fields = {"lead": "zed", "outcome": "reached", "note": "Spoke to Zed."}
    first = desk.call("log_an_outcome", **fields).structured_content
    assert first["done"] is False
    word = first["confirmation"]
    other = {**fields, "outcome": "won", "confirmation": word}
    assert desk.call("log_an_outcome", **other).structured_content["done"] is False
    done = desk.call("log_an_outcome", **fields, confirmation=word).structured_content
    assert done["data"]["lead_id"] == "zed"
    again = desk.call("log_an_outcome", **fields, confirmation=word).structured_content
    assert again["done"] is False


def test_rules_are_proposed_and_never_published(desk: Desk) -> None:
    """
    a text with a fault    its faults are told with the question
    confirmed              a draft; what is in force stays
    """
    fields = {"text": "leadlight: 1\nname: x\nscores: [\n", "note": "try"}
    first = desk.call("propose_playbook", **fields).structured_content
    assert "not-yaml" in str(first["data"])
    desk.call("propose_playbook", **fields, confirmation=first["confirmation"])
    assert desk.proposals == [("bo", fields["text"], "try")]


@pytest.mark.parametrize(
    ("tool", "fields"),
    [
        ("log_an_outcome", {"lead": "zed", "outcome": "reached"}),
        ("propose_playbook", {"text": "x", "note": "y"}),
        ("rehearse_change", {"text": "x"}),
    ],
)
def test_who_may_only_look_writes_nothing(desk: Desk, tool: str, fields: dict[str, str]) -> None:
    """A key with the scope read is refused in a sentence, before any question."""
    answer = desk.call(tool, scopes=frozenset({"read"}), **fields)
    assert answer.is_error
    assert "may not" in answer.content[0].text


def test_a_word_ends_and_belongs_to_its_caller() -> None:
    """After a quarter of an hour, of somebody else, or forged: it confirms nothing."""
    words, now = Confirmations(), clock.now()
    word = words.word("bo", "log", {"lead": "a"}, now)
    assert not words.accepts(word, "cy", "log", {"lead": "a"}, now)
    assert not words.accepts(word, "bo", "log", {"lead": "a"}, now + LIFE * 2)
    assert not words.accepts("1.x", "bo", "log", {"lead": "a"}, now)
    assert words.accepts(word, "bo", "log", {"lead": "a"}, now)
    assert not words.accepts(word, "bo", "log", {"lead": "a"}, now)


def test_agents_over_http_under_a_key(served: Served, hot: None) -> None:  # noqa: F811
    """
    with a key       its tools; the call stands in the audit log
    without one      401, and nothing is said
    a write key      403
    """

    async def use(key: str) -> Any:
        headers = {"authorization": f"Bearer {key}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(f"{served.url}/mcp", http_client=http)) as client,
        ):
            tools = await client.list_tools()
            found = await client.call_tool("find_leads", {"words": "zimmer"})
            return [t.name for t in tools.tools], found.structured_content

    names, found = run(use(served.read))
    assert "why" in names
    assert [lead["lead_id"] for lead in found["data"]["leads"]] == ["zed"]
    assert served.client.post("/mcp", json={}).status_code == 401
    headers = {"authorization": f"Bearer {served.write}"}
    assert served.client.post("/mcp", json={}, headers=headers).status_code == 403


@pytest.mark.usefixtures("plain_pattern")
def test_agents_at_a_terminal(folder: Path) -> None:
    """`leadlight mcp`: the same tools over the streams of a command, with no server running."""

    async def use() -> Any:
        command = StdioServerParameters(
            command=sys.executable,
            args=["-c", "from leadlight.cli import main; main()", "mcp", "-w", str(folder)],
            cwd=str(folder),
            env=dict(os.environ),
        )
        async with Client(stdio_client(command)) as client:
            return await client.call_tool("find_leads", {"limit": 5})

    found = run(use()).structured_content
    assert found["data"]["leads"] == []  # nobody was qualified yet
