"""The stream: transitions as server-sent events, from where a listener left off."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import datetime

from leadlight.desk.live.transitions import TransitionsRequest, transitions
from leadlight.desk.session import Session
from leadlight.facts.transitions import Transition
from leadlight.results.data import to_data
from leadlight.server.http import Receive, Scope, Send, headers_of, query_of
from leadlight.server.hub import Hub, Listener

#: A line without meaning is sent so often, so that proxies do not close a quiet stream.
HEARTBEAT = 15.0
_ID = re.compile(r"r([0-9]{1,9}):(.*)", re.DOTALL)
_HEADERS = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
)


async def stream(
    scope: Scope,
    receive: Receive,
    send: Send,
    session: Session,
    hub: Hub,
    now: Callable[[], datetime],
) -> None:
    """Send transitions until the listener goes. With `Last-Event-ID` (or `?after=`) those after
    that one come first.
    """
    listener = hub.listen()
    gone = asyncio.create_task(_wait_for_end(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        await _send(send, ": here\n\n")
        seen = await _send_backlog(send, session, _last_seen(scope), now)
        await _send_new(send, listener, gone, seen)
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        hub.leave(listener)


def event_text(transition: Transition) -> str:
    """A transition as an event of a stream."""
    data = json.dumps(to_data(transition), ensure_ascii=False, allow_nan=False)
    name = transition.transition_id.replace("\r", " ").replace("\n", " ").replace("\x00", " ")
    return f"id: {name}\nevent: transition\ndata: {data}\n\n"


def _last_seen(scope: Scope) -> str | None:
    return headers_of(scope).get("last-event-id") or query_of(scope).get("after")


def _place_of(seen: str | None) -> tuple[int, str] | None:
    """The run and the lead of an event's id."""
    found = _ID.fullmatch(seen or "")
    return (int(found[1]), found[2]) if found else None


async def _send_backlog(
    send: Send, session: Session, seen: str | None, now: Callable[[], datetime]
) -> tuple[int, str]:
    """What was missed; the place of the last that was sent."""
    place = _place_of(seen)
    if place is None:
        return (0, "")
    more = True
    while more:
        request = TransitionsRequest(now(), place[0], place[1])
        page = await asyncio.to_thread(transitions, session, request)
        for transition in page.transitions:
            await _send(send, event_text(transition))
            place = (transition.run_no, transition.lead_id)
        more = page.more
    return place


async def _send_new(
    send: Send, listener: Listener, gone: asyncio.Task[None], seen: tuple[int, str]
) -> None:
    while not gone.done():
        waiting = asyncio.ensure_future(listener.queue.get())
        done, _ = await asyncio.wait(
            {waiting, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED
        )
        if waiting not in done:
            waiting.cancel()
            if not done:
                await _send(send, ": still here\n\n")
            continue
        transition = waiting.result()
        if transition is None:
            return
        if (transition.run_no, transition.lead_id) > seen:
            await _send(send, event_text(transition))


async def _send(send: Send, text: str) -> None:
    body = text.encode("utf-8", "replace")
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _wait_for_end(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
