"""The outer application: intake, forms, the stream, health and metrics; the rest is the web's.

What a sender or a probe waits for is answered here, in the event loop, with no thread between.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from leadlight.desk.session import Session
from leadlight.server.agents.tools import PATH as AGENTS_PATH
from leadlight.server.agents.tools import Caller
from leadlight.server.capture.capture import Capture
from leadlight.server.http import (
    Answer,
    Receive,
    Scope,
    Send,
    headers_of,
    problem,
    query_of,
    send_answer,
)
from leadlight.server.hub import Hub
from leadlight.server.intake.gate import CORS, Gate, token_of
from leadlight.server.keys import KeyRing
from leadlight.server.log import Log
from leadlight.server.metrics import Metrics
from leadlight.server.page_script import PATH as SCRIPT
from leadlight.server.page_script import TYPE as SCRIPT_TYPE
from leadlight.server.page_script import page_script
from leadlight.server.scopes import Scope as KeyScope
from leadlight.server.scopes import may
from leadlight.server.stream import stream


class Agents(Protocol):
    """The tools for agents, each request by a caller."""

    async def answer(self, scope: Scope, receive: Receive, send: Send, caller: Caller) -> None:
        """Answer a request."""
        ...


Asgi: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Parts:
    """What the outer application stands on. `ready` says why it is not ready; None when it is."""

    session: Session
    gate: Gate
    capture: Capture
    agents: Agents | None
    keys: KeyRing
    hub: Hub
    metrics: Metrics
    log: Log
    web: Asgi
    ready: Callable[[], str | None]
    now: Callable[[], datetime]


class App:
    """The ASGI application."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            return
        path = str(scope["path"])
        if path == AGENTS_PATH:
            await self._call_agents(scope, receive, send)
            return
        if path == "/stream":
            await self._stream(scope, receive, send)
            return
        answer = await self._answer(scope, receive, path)
        if answer is None:
            await self._parts.web(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            answer = Answer(answer.status, b"", answer.content_type, answer.headers)
        await send_answer(send, answer)

    async def _answer(self, scope: Scope, receive: Receive, path: str) -> Answer | None:
        """The answer, where it is given here."""
        if path.startswith("/v1/"):
            call = path.removeprefix("/v1/").rstrip("/")
            source = "plain" if call == "events" else "segment"
            return await self._parts.gate.answer(scope, receive, source, call)
        if path.startswith("/hooks/"):
            name = path.removeprefix("/hooks/").rstrip("/")
            return await self._parts.gate.answer(scope, receive, name, name)
        if path.startswith(("/f/", "/u/", "/c/")):
            return await self._parts.capture.answer(scope, receive, path)
        if path == "/healthz":
            return Answer(200, b'{"status": "alive"}')
        if path == "/readyz":
            return self._readiness()
        if path == "/metrics":
            return await self._guard(scope, "read") or self._metrics()
        if path == SCRIPT:
            headers = {"cache-control": "public, max-age=3600", **CORS}
            return Answer(200, page_script(), SCRIPT_TYPE, headers)
        return None

    def _readiness(self) -> Answer:
        why = self._parts.ready()
        if why is None:
            return Answer(200, b'{"status": "ready"}', headers={"cache-control": "no-store"})
        return problem(503, why, **{"cache-control": "no-store", "retry-after": "5"})

    def _metrics(self) -> Answer:
        self._parts.metrics.subscribers.set(self._parts.hub.size)
        return Answer(200, self._parts.metrics.render(), _TEXT, {"cache-control": "no-store"})

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = await self._guard(scope, "read")
        if refusal is None and scope["method"] != "GET":
            refusal = problem(405, "Open it by GET.", allow="GET")
        if refusal is not None:
            await send_answer(send, refusal)
            return
        parts = self._parts
        await stream(scope, receive, send, parts.session, parts.hub, parts.now)

    async def _call_agents(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The tools for agents, under the key of whoever asks."""
        agents = self._parts.agents
        refusal = await self._guard(scope, "read")
        if agents is None:
            refusal = problem(404, "Agents are not served here: pip install 'leadlight[mcp]'.")
        if refusal is not None or agents is None:
            await send_answer(send, refusal or problem(404, "There is nothing here."))
            return
        holder = await self._parts.keys.look(token_of(headers_of(scope)) or "")
        if holder is None:
            await send_answer(send, problem(401, "Send the key as a header."))
            return
        await agents.answer(scope, receive, send, Caller(f"key {holder.name}", holder.scopes))

    async def _guard(self, scope: Scope, needs: KeyScope) -> Answer | None:
        """Why somebody may not; None when their key has the scope. A browser's stream cannot send
        a header, so the key may stand in the query.
        """
        token = token_of(headers_of(scope)) or query_of(scope).get("key")
        holder = await self._parts.keys.look(token) if token else None
        if holder is None:
            return problem(401, "The key is missing, unknown or revoked.")
        if not may(holder.scopes, needs):
            return problem(403, f"This key has not the scope {needs}.")
        wait = self._parts.keys.wait(holder)
        if wait > 0:
            return problem(429, "Too much at once.", **{"retry-after": str(int(wait) + 1)})
        return None


async def _live(receive: Receive, send: Send) -> None:
    """What a server of ASGI asks when it begins and ends: nothing is to be done."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
