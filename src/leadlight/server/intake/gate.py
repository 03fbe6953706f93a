"""The gate: a sender's request is checked, kept, and only then answered."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import datetime

from leadlight.server.http import (
    Answer,
    BrokenError,
    Receive,
    Scope,
    TooLongError,
    headers_of,
    problem,
    query_of,
    read_body,
)
from leadlight.server.intake.envelope import seal
from leadlight.server.intake.keeper import BusyError, Keeper, NoRoomError
from leadlight.server.intake.source import IntakeRequest, Source
from leadlight.server.keys import KeyHolder, KeyRing
from leadlight.server.log import Log
from leadlight.server.metrics import Metrics
from leadlight.server.scopes import may

#: The longest body of any sender.
LONGEST = 4 * 1024 * 1024
_DONE = json.dumps({"success": True}).encode()
#: Pages of any site may send; a key that may stand in a page can do nothing but send.
CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": "authorization, content-type, content-encoding",
    "access-control-max-age": "86400",
}
_KEPT_HEADERS = ("content-type", "user-agent", "dnt", "sec-gpc", "purpose", "sec-purpose")


class Gate:
    """Lets requests of senders in: `sources` by their names, `keys` that may write."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        keys: KeyRing,
        keeper: Keeper,
        metrics: Metrics,
        log: Log,
        now: Callable[[], datetime],
    ) -> None:
        self._sources, self._keys, self._keeper = sources, keys, keeper
        self._metrics, self._log, self._now = metrics, log, now

    async def answer(self, scope: Scope, receive: Receive, name: str, call: str) -> Answer:
        """The answer to a request to a source; everything it says is on the disk by then."""
        source = self._sources.get(name)
        if source is None:
            return problem(404, "There is no such source.")
        answer = await self._answer(scope, receive, source, call)
        self._metrics.requests.labels(name, str(answer.status)).inc()
        headers = {**CORS, **answer.headers}
        return Answer(answer.status, answer.body, answer.content_type, headers)

    async def _answer(self, scope: Scope, receive: Receive, source: Source, call: str) -> Answer:
        method = scope["method"]
        if method == "OPTIONS":
            return Answer(204)
        headers = headers_of(scope)
        if method in ("GET", "HEAD"):
            return await self._challenge(source, IntakeRequest(call, b"", headers, query_of(scope)))
        if method != "POST":
            return problem(405, "Send it by POST.", allow="POST, OPTIONS")
        try:
            body = await read_body(scope, receive, LONGEST)
        except TooLongError:
            return problem(400, f"The body is longer than {LONGEST // 1024} KB.")
        except BrokenError:
            return problem(400, "The body ends early, or is not compressed as it says.")
        request = IntakeRequest(call, body, headers, query_of(scope))
        return await self._keep(source, request)

    async def _challenge(self, source: Source, request: IntakeRequest) -> Answer:
        """What a vendor is answered who asks whether this is the place."""
        holder = await self._holder(source, request)
        said = source.answer(request) if holder is not None else None
        if said is None:
            return problem(405, "Send it by POST.", allow="POST, OPTIONS")
        return Answer(200, said.encode()[:1000], "text/plain")

    async def _keep(self, source: Source, request: IntakeRequest) -> Answer:
        holder = await self._holder(source, request)
        if holder is None:
            return problem(401, "The key is missing, unknown or revoked.")
        if not may(holder.scopes, "write"):
            return problem(403, "This key may not send events.")
        wait = self._keys.wait(holder)
        if wait > 0:
            return _come_again(wait)
        refusal = source.check(request)
        if refusal is not None:
            return problem(refusal.status, refusal.why)
        kept = {
            n: v[:1000]
            for n, v in request.headers.items()
            if n in _KEPT_HEADERS or n.startswith("x-")
        }
        body = seal(self._now(), holder.name, source.name, request, kept)
        try:
            await self._keeper.keep(body)
        except NoRoomError:
            return problem(507, "The disk is full.", **{"retry-after": "30"})
        except BusyError:
            return _come_again(1)
        except OSError as fault:
            self._log.fault("journal", fault)
            return problem(503, "It could not be kept.", **{"retry-after": "5"})
        return Answer(200, _DONE)

    async def _holder(self, source: Source, request: IntakeRequest) -> KeyHolder | None:
        token = token_of(request.headers) or source.key_of(request)
        return await self._keys.look(token) if token else None


def _come_again(wait: float) -> Answer:
    seconds = str(max(1, int(wait + 0.999)))
    return problem(
        429, "Too much at once.", **{"retry-after": seconds, "x-ratelimit-reset": seconds}
    )


def token_of(headers: Mapping[str, str]) -> str | None:
    """The key in a request's headers: as the user of Basic, or as a Bearer."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    value = value.strip()
    if scheme.lower() == "bearer":
        return value or None
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value, validate=True).decode("utf-8").partition(":")[0] or None
    except (binascii.Error, UnicodeDecodeError):
        return None
