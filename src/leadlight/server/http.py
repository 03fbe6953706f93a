"""HTTP as the outer application speaks it: a request read with a limit, an answer sent."""

from __future__ import annotations

import json
import zlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

JSON, PROBLEM = "application/json", "application/problem+json"


@dataclass(frozen=True)
class Answer:
    """What is answered."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def problem(status: int, title: str, **headers: str) -> Answer:
    """A refusal as RFC 9457 has it."""
    body = json.dumps({"type": "about:blank", "title": title, "status": status}).encode()
    return Answer(status, body, PROBLEM, headers)


class TooLongError(Exception):
    """A body that is longer than its limit."""


class BrokenError(Exception):
    """A body that ends early, or is not compressed as it says."""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body, unpacked; raises `TooLongError` as soon as it is longer than `limit`."""
    headers = headers_of(scope)
    packed = headers.get("content-encoding", "").lower() == "gzip"
    stated = headers.get("content-length", "")
    if stated.isdigit() and int(stated) > limit:
        raise TooLongError
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BrokenError
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLongError
        parts.append(part)
        more = message.get("more_body", False)
    body = b"".join(parts)
    return _unpack(body, limit) if packed else body


def _unpack(body: bytes, limit: int) -> bytes:
    """A body that was compressed; a small one can hide a very large one."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, limit + 1)
    except zlib.error:
        raise BrokenError from None
    if len(plain) > limit or unpacker.unconsumed_tail:
        raise TooLongError
    if not unpacker.eof:
        raise BrokenError
    return plain


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers, their names in lower case; of several of a name the last."""
    return {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}


def query_of(scope: Scope) -> dict[str, str]:
    """What stands in the query; at most fifty words of it."""
    text = scope.get("query_string", b"").decode("latin-1")
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=50))
    except ValueError:
        return {}


async def send_answer(send: Send, answer: Answer) -> None:
    """Send an answer."""
    headers = {
        "content-type": answer.content_type,
        "content-length": str(len(answer.body)),
        "x-content-type-options": "nosniff",
        **answer.headers,
    }
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": answer.body})
