"""Hostile senders: whatever comes is refused with a 4xx or kept in quarantine, and nobody else
notices.

The suite sends some hundreds; `make fuzz-live` a million.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from leadlight.server.intake.keeper import Keeper
from tests.server.conftest import Served, wait_for

COUNT = int(os.environ.get("LEADLIGHT_BODIES", "600"))
SEED = int(os.environ.get("LEADLIGHT_SEED", "1"))
CALLS = ("identify", "track", "page", "screen", "group", "alias", "batch", "events", "nothing")
HOOKS = ("google", "meta", "sendgrid", "mailgun", "postmark", "nobody")
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**53, 10**30, 1e308, -0.0, "", " ", "x" * 300, "\x00", "\u202e", "💥" * 50,
    "'; DROP TABLE runs; --", "<script>alert(1)</script>", "=cmd()", "../../etc/passwd", [], {},
    [[]], {"a": {"b": {}}}, "2999-01-01T00:00:00Z", "1970-01-01", "0000-00-00", "9" * 40, -9e18,
    ["a@b.com"], {"email": 7}, "a@b.com", "anonymous/x", "user/x", "L1",
)  # fmt: skip
NAMES = (
    "userId", "anonymousId", "messageId", "type", "event", "name", "traits", "properties",
    "context", "timestamp", "sentAt", "originalTimestamp", "previousId", "groupId", "writeKey",
    "kind", "email", "attributes", "columns", "user_column_data", "lead_id", "batch",
)  # fmt: skip


def bodies(dice: random.Random) -> Iterator[bytes]:
    """Bodies of all sorts: nearly right, broken, deep, long, in no encoding."""
    while True:
        text = json.dumps(_message(dice, 3)).encode("utf-8", "surrogatepass")
        sort = dice.randrange(10)
        if sort == 0:
            cut = dice.randrange(len(text) + 1)
            yield text[:cut]
        elif sort == 1:
            at = dice.randrange(len(text) or 1)
            yield text[:at] + bytes([dice.randrange(256)]) + text[at + 1 :]
        elif sort == 2:
            yield dice.choice([b"[", b'{"a":', b'[{"a":']) * dice.choice([3, 300, 30_000])
        elif sort == 3:
            yield dice.randbytes(dice.choice([0, 1, 50, 40_000]))
        elif sort == 4:
            yield json.dumps({"batch": [_message(dice, 2) for _ in range(5)]}).encode()
        elif sort == 5:
            yield b'{"userId": "\\ud800", "event": NaN}'
        else:
            yield text


def _message(dice: random.Random, depth: int) -> Any:
    if depth == 0:
        return dice.choice(VALUES)
    names = dice.sample(NAMES, dice.randrange(1, 8))
    return {n: _message(dice, dice.choice([0, 0, depth - 1])) for n in names}


def test_no_body_is_answered_with_a_fault(served: Served) -> None:
    """Sizes, depth, encodings, numbers, clocks, ids twice: and a good event in between is taken."""
    dice = random.Random(SEED)
    statuses: dict[int, int] = {}
    for _, body in zip(range(COUNT), bodies(dice), strict=False):
        path = (
            f"/v1/{dice.choice(CALLS)}" if dice.random() < 0.8 else f"/hooks/{dice.choice(HOOKS)}"
        )
        answer = served.client.post(path, content=body, auth=(served.write, ""))
        if answer.status_code == 429:
            continue
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert answer.status_code < 500, (path, body)
    assert statuses[200] > COUNT / 20
    assert statuses[400] > COUNT / 20
    served.send("track", {"userId": "L1", "event": "Demo Requested", "messageId": "good"})
    journal = served.server.journal
    wait_for(lambda: journal.position == journal.last)
    with served.server.session.read("test", served.server.now()) as workspace:
        assert workspace.ledger.known_activities(["good"]) == {"good"}
    assert served.server.worker.fault is None


@pytest.mark.parametrize("path", ["/v1/track", "/v1/batch", "/hooks/google"])
def test_a_head_that_is_odd_is_no_fault(served: Served, path: str) -> None:
    for auth in ("Basic !!!", "Basic", "Bearer", "Digest x", "Basic " + "A" * 5000, "\x80"):
        headers = {"authorization": auth.encode("latin-1")}
        assert served.client.post(path, content=b"{}", headers=headers).status_code == 401


def test_a_full_disk_refuses_and_recovers(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """507 with a Retry-After, `/readyz` red; with room again all is well, by itself."""
    event = {"userId": "L1", "event": "x"}
    with monkeypatch.context() as patch:
        patch.setattr(served.server.journal, "free", lambda: 0)
        answer = served.send("track", event)
        assert (answer.status_code, answer.headers["retry-after"]) == (507, "30")
        assert served.client.get("/readyz").status_code == 503
        assert served.client.get("/healthz").status_code == 200
    assert served.send("track", event).status_code == 200
    assert served.client.get("/readyz").status_code == 200


def test_too_much_at_once_is_asked_to_come_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadlight.server.intake.keeper.WAITING", -1)
    answer = served.send("track", {"userId": "L1", "event": "x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


def test_no_answer_leaves_before_the_sync(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every 200 is sent after the sync of its record: the order of both is written down."""
    order: list[str] = []
    plain_sync, plain_answer = os.fdatasync, Keeper.keep

    def sync(file: int) -> None:
        plain_sync(file)
        order.append("sync")

    async def keep(self: Keeper, body: bytes) -> int:
        order.append("begin")
        number = await plain_answer(self, body)
        order.append("answer")
        return number

    monkeypatch.setattr(os, "fdatasync", sync)
    monkeypatch.setattr(Keeper, "keep", keep)
    for n in range(20):
        served.send("track", {"userId": "L1", "event": "x", "messageId": f"s{n}"})
        mine = order[len(order) - 1 - order[::-1].index("begin") :]
        assert mine.index("sync") < mine.index("answer")


def test_the_script_is_served(served: Served) -> None:
    answer = served.client.get("/js/leadlight.js")
    assert answer.status_code == 200
    assert b"leadlight" in answer.content
