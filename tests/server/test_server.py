"""A served workspace: what is sent moves leads, and whoever listens hears of it."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.live.audit import AuditRequest, audit
from leadlight.desk.live.endpoints import AddEndpointRequest, add_endpoint
from leadlight.desk.session import Session
from leadlight.desk.wiring import clock
from leadlight.facts.names import PAUSE
from leadlight.problems import CannotDo
from leadlight.server.server import open_place
from tests.server.conftest import Served, serve, wait_for


class Stream:
    """An open stream, read in a thread."""

    def __init__(self, served: Served, after: str | None = None) -> None:
        self.events: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self._open = threading.Event()
        headers = {"authorization": f"Bearer {served.read}"}
        if after:
            headers["last-event-id"] = after
        self._thread = threading.Thread(target=self._read, args=(served.url, headers), daemon=True)
        self._thread.start()
        assert self._open.wait(30)

    def _read(self, url: str, headers: dict[str, str]) -> None:
        with (
            httpx.Client(timeout=None) as client,
            client.stream("GET", f"{url}/stream", headers=headers) as answer,
        ):
            for line in answer.iter_lines():
                self._open.set()
                if line.startswith("id: "):
                    self.ids.append(line[4:])
                if line.startswith("data: "):
                    self.events.append(json.loads(line[6:]))

    def labels(self) -> dict[str, str]:
        return {e["lead_id"]: e["labels"].get("temperature") for e in self.events}


DEMO = {"userId": "u1", "event": "Demo Requested", "messageId": "m1"}
WHO = {"userId": "u1", "traits": {"email": "zed@zedco.com"}, "messageId": "m0"}


def test_a_lead_turns_hot_before_an_open_stream(served: Served) -> None:
    stream = Stream(served)
    assert served.send("identify", WHO).json() == {"success": True}
    assert served.send("track", DEMO).status_code == 200
    wait_for(lambda: stream.labels().get("u1") == "hot")


def test_a_stream_goes_on_where_it_left_off(served: Served) -> None:
    first = Stream(served)
    served.send("identify", WHO)
    wait_for(lambda: "u1" in first.labels())
    seen = first.ids[-1]
    served.send("track", DEMO)
    wait_for(lambda: first.labels().get("u1") == "hot")
    again = Stream(served, after=seen)
    wait_for(lambda: again.labels().get("u1") == "hot")
    assert seen not in again.ids


@pytest.mark.parametrize("seen", ["", "r", "r1", "r\u00b2:u1", "r9999999999:x", "x:y"])
def test_an_id_that_is_none_begins_with_what_is_new(served: Served, seen: str) -> None:
    key = {"authorization": f"Bearer {served.read}"}
    with served.client.stream("GET", "/stream", params={"after": seen}, headers=key) as answer:
        assert answer.status_code == 200
        assert next(answer.iter_lines()) == ": here"


@pytest.mark.parametrize(
    ("path", "method"),
    [("/v1/track", "POST"), ("/hooks/google", "POST"), ("/metrics", "GET"), ("/stream", "GET")],
)
def test_nothing_is_answered_without_its_scope(served: Served, path: str, method: str) -> None:
    wrong = served.read if method == "POST" else served.write
    for auth, status in ((None, 401), (("nobody", ""), 401), ((wrong, ""), 403)):
        answer = served.client.request(method, path, content=b"{}", auth=auth)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_compressed_is_unpacked_with_a_limit(served: Served) -> None:
    auth, headers = (served.write, ""), {"content-encoding": "gzip"}

    def post(body: bytes) -> int:
        return served.client.post("/v1/track", content=body, auth=auth, headers=headers).status_code

    assert post(gzip.compress(json.dumps(DEMO).encode())) == 200
    assert post(gzip.compress(b" " * 50_000_000)) == 400
    assert post(gzip.compress(json.dumps(DEMO).encode())[:-3]) == 400
    assert post(b"no gzip") == 400


def test_what_was_acknowledged_is_taken_by_the_next_server(folder: Path) -> None:
    """The worker never ran: the next process finds the event in the journal."""
    with serve(str(folder)) as served:
        served.server.worker.close()
        assert served.send("identify", WHO).status_code == 200
        assert served.send("track", DEMO).status_code == 200
    with serve(str(folder)) as served:
        stream = Stream(served, after="r0:")
        wait_for(lambda: stream.labels().get("u1") == "hot")


def test_the_labels_are_those_of_a_full_run(served: Served) -> None:
    events = [
        {"type": "track", "userId": f"L{n % 3 + 1}", "event": "Pricing Viewed", "messageId": str(n)}
        for n in range(60)
    ]
    assert served.send("batch", {"batch": events}).status_code == 200
    stream = Stream(served, after="r0:")
    wait_for(lambda: stream.labels().get("L1") == "warm")
    found = audit(served.server.session, AuditRequest(clock.now()))
    assert (found.leads, found.differences) == (3, ())


def test_a_page_is_told_what_is_the_matter(served: Served) -> None:
    """Pages of other sites may send, and learn why not."""
    answer = served.client.options("/v1/batch", headers={"origin": "https://x.com"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert served.client.get("/v1/track").status_code == 405
    answer = served.client.put("/v1/track", auth=(served.write, ""))
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")


def test_nothing_personal_is_in_the_log(served: Served) -> None:
    served.send("identify", WHO)
    served.send("track", b'{"userId": "zed@zedco.com", "event": ')
    served.send("track", {"event": "of nobody", "who": "zed@zedco.com"})
    stream = Stream(served, after="r0:")
    wait_for(lambda: "u1" in stream.labels())
    assert "zed" not in served.lines.getvalue()


def test_a_command_on_a_served_workspace_borrows_it(served: Served) -> None:
    served.send("identify", WHO)
    stream = Stream(served, after="r0:")
    wait_for(lambda: "u1" in stream.labels())
    command = [sys.executable, "-c", "from leadlight.cli import main; main()"]
    done = subprocess.run(
        [*command, "explain", "u1"], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "temperature" in done.stdout
    served.send("track", DEMO)
    wait_for(lambda: stream.labels().get("u1") == "hot")


def test_a_damaged_journal_is_told(folder: Path) -> None:
    with serve(str(folder)) as served:
        served.server.worker.close()
        served.send("identify", WHO)
        served.send("track", DEMO)
    (segment,) = [p for p in (folder / "intake").glob("*.journal") if p.stat().st_size]
    data = bytearray(segment.read_bytes())
    data[len(data) // 4] ^= 1
    segment.write_bytes(bytes(data))
    with serve(str(folder)) as served:
        (damage,) = served.server.welcome().damages
        assert "damaged" in damage
        assert "journal-damage" in served.lines.getvalue()
        stream = Stream(served, after="r0:")
        wait_for(lambda: "u1" in stream.labels())


def test_a_webhook_hears_of_a_hot_lead(folder: Path) -> None:
    """A signed request, once, whose id is the transition's."""
    heard: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append({"id": self.headers["webhook-id"], **json.loads(body)})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    target = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=target.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{target.server_address[1]}/hook"
    qualify(Session(folder), QualifyRequest(clock.now()))
    add_endpoint(Session(folder), AddEndpointRequest(clock.now(), url, "eve"))
    with serve(str(folder), allow_private=True) as served:
        served.send("identify", WHO)
        served.send("track", DEMO)
        wait_for(lambda: any(h["data"]["labels"].get("temperature") == "hot" for h in heard))
    assert len({h["id"] for h in heard}) == len(heard)
    assert {h["data"]["lead_id"] for h in heard} == {"u1"}
    target.shutdown()
    target.server_close()


def test_a_restored_workspace_tells_nobody_before_it_is_told_to(folder: Path) -> None:
    (folder / PAUSE).touch()
    with serve(str(folder)) as served:
        assert served.server.welcome().paused
    with serve(str(folder), resume_deliveries=True) as served:
        assert not served.server.welcome().paused
    assert not (folder / PAUSE).exists()


def test_a_new_workspace_is_made_where_a_folder_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an empty folder one is made; a name that leads nowhere, or a file, makes none."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sales").mkdir()
    (tmp_path / "leads.csv").write_text("id\n1\n", encoding="utf-8")
    told: list[str] = []
    assert open_place("sales", told.append).folder == Path("sales")
    assert len(told) == 1
    assert open_place("sales", told.append).folder == Path("sales")
    for slip in ("salse", "leads.csv", "sales/none"):
        with pytest.raises(CannotDo, match="not a workspace"):
            open_place(slip, told.append)
    monkeypatch.setenv("LEADLIGHT_WORKSPACE", "salse")
    with pytest.raises(CannotDo, match="not a workspace"):
        open_place(None, told.append)
    assert len(told) == 1
    assert not (tmp_path / "leadlight.duckdb").exists()
