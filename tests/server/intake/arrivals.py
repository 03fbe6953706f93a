"""What a source makes of a body, for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from leadlight.facts.intake import Event
from leadlight.server.intake.source import (
    IntakeRecord,
    IntakeRequest,
    QuarantineRow,
    Source,
)

NOW = datetime(2026, 11, 1, 9)
PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


def arrive(
    source: Source, body: Any, headers: Mapping[str, str] | None = None
) -> list[Event | QuarantineRow]:
    """What is in a body, which is of the form."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = IntakeRequest(source.name, raw, headers or {})
    assert source.check(request) is None
    return list(source.parse(IntakeRecord(NOW, "k1", source.name, request)))


def one_event(source: Source, body: Any, headers: Mapping[str, str] | None = None) -> Event:
    """The only event of a body."""
    (found,) = arrive(source, body, headers)
    assert isinstance(found, Event)
    return found


def one_row(source: Source, body: Any) -> QuarantineRow:
    """The only row of a body, which is put in quarantine."""
    (found,) = arrive(source, body)
    assert isinstance(found, QuarantineRow)
    return found
