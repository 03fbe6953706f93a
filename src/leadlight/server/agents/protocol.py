"""The tools by the Model Context Protocol: over a terminal's streams, and mounted in the server."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations

from leadlight.problems import CannotDo
from leadlight.server.agents.tools import PATH, WARNING, Caller, Tools
from leadlight.server.http import Receive, Scope, Send

_INSTRUCTIONS = (
    "Leadlight classifies a company's leads and says why. Find leads, read why they are hot, warm"
    " or cold, who waits today, and what a change of the rules would do. Two tools write, and only"
    f" after a person has confirmed. {WARNING}"
)
_READS = (
    "find_leads",
    "get_lead",
    "why",
    "what_would_lift",
    "list_today",
    "show_ladder",
    "show_channels",
    "rehearse_change",
)
_WRITES = ("log_an_outcome", "propose_playbook")
#: Who makes the call under way.
_caller: ContextVar[Caller] = ContextVar("caller")


def make_server(tools: Tools, caller: Caller | None = None) -> MCPServer[Any]:
    """The protocol's server over tools; `caller` is who asks where there is one only."""
    server: MCPServer[Any] = MCPServer(
        "leadlight", title="Leadlight", instructions=_INSTRUCTIONS, log_level="ERROR"
    )
    for name in (*_READS, *_WRITES):
        writes = name in _WRITES
        server.add_tool(
            _tool(getattr(tools, name), caller),
            name=name,
            description=" ".join((inspect.getdoc(getattr(tools, name)) or "").split()),
            annotations=ToolAnnotations(
                read_only_hint=not writes,
                destructive_hint=False,
                idempotent_hint=not writes,
                open_world_hint=False,
            ),
        )
    return server


def _tool(method: Callable[..., dict[str, Any]], caller: Caller | None) -> Callable[..., Any]:
    """A tool as the protocol wants it: without the caller, who is known by the connection."""
    signature = inspect.signature(method, eval_str=True)
    parameters = [p for name, p in signature.parameters.items() if name != "caller"]

    async def call(**fields: Any) -> dict[str, Any]:
        who = caller or _caller.get()
        try:
            return await anyio.to_thread.run_sync(lambda: method(who, **fields))
        except CannotDo as fault:
            raise ToolError(str(fault)) from None

    call.__name__ = method.__name__
    call.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": dict[str, Any]}
    vars(call)["__signature__"] = inspect.Signature(
        parameters, return_annotation=signature.return_annotation
    )
    return call


class AgentEndpoint:
    """The protocol's server as an ASGI application, each request by a caller of its own."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._running: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def answer(self, scope: Scope, receive: Receive, send: Send, caller: Caller) -> None:
        """Answer a request of a caller."""
        if self._running is None:
            # Made for the first agent: most servers begin without one.
            self._server = make_server(self._tools)
            self._app = self._server.streamable_http_app(
                streamable_http_path=PATH,
                json_response=True,
                stateless_http=True,
                # Who has no key is answered nothing, whatever host a page of somebody else names.
                transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
            )
            self._running = asyncio.create_task(self._run())
        await self._ready.wait()
        token = _caller.set(caller)
        try:
            await self._app(scope, receive, send)
        finally:
            _caller.reset(token)

    async def _run(self) -> None:
        async with self._server.session_manager.run():
            self._ready.set()
            await asyncio.Event().wait()
