"""What lies in the journal: a request with when it arrived and by which key, as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from leadlight.server.intake.source import IntakeRecord, IntakeRequest


class _Head(msgspec.Struct):
    """The first line of a record."""

    at: datetime
    key: str
    source: str
    call: str
    headers: dict[str, str]
    query: dict[str, str]


_decoder = msgspec.json.Decoder(_Head)


def seal(
    at: datetime, key: str, source: str, request: IntakeRequest, headers: Mapping[str, str]
) -> bytes:
    """A request as a record. Of its headers those are kept that its source looks at again."""
    head = _Head(at, key, source, request.call, dict(headers), dict(request.query))
    return msgspec.json.encode(head) + b"\n" + request.body


def unseal(body: bytes) -> IntakeRecord:
    """The request of a record. Raises `ValueError` for what is none."""
    first, _, rest = body.partition(b"\n")
    try:
        head = _decoder.decode(first)
    except msgspec.MsgspecError as fault:
        raise ValueError("no record of a request") from fault
    request = IntakeRequest(head.call, rest, head.headers, head.query)
    return IntakeRecord(head.at, head.key, head.source, request)
