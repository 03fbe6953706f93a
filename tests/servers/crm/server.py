"""The mock CRM's server: it speaks as one of the CRMs do, over HTTP on loopback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.servers.crm.store import Store


@dataclass(frozen=True)
class Ask:
    """A request to a dialect."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]


Reply = tuple[int, object]
Dialect = Callable[[Store, Ask], Reply]


@dataclass
class MockCrm:
    """A CRM that runs: its address and what it holds."""

    url: str
    store: Store


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Whoever asked was killed in the middle: that is what the tests are for."""


@contextmanager
def serve(store: Store, dialect: Dialect) -> Iterator[MockCrm]:
    """A CRM on a free port as long as this lasts."""
    server = _Server(("127.0.0.1", 0), _handler(store, dialect))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield MockCrm(f"http://127.0.0.1:{server.server_address[1]}", store)
    finally:
        server.shutdown()
        server.server_close()


def of_tests(store: Store, ask: Ask) -> object:
    """What a benchmark asks of a mock in another process: counts, or a change of some records."""
    if ask.path == "/_change":
        for n in range(1, int(ask.query["people"]) + 1):
            store.change("people", str(n), city=f"City {n} of {len(store.requests)}")
        return {}
    every = store.records["people"].values()
    return {
        "requests": len(store.requests),
        "throttled": store.throttled,
        "written": len(store.writes),
        "most": max(store.writes.values(), default=0),
        "with_values": sum(bool(r.own.get("leadlight_as_of")) for r in every),
    }


def _handler(store: Store, dialect: Dialect) -> type[BaseHTTPRequestHandler]:
    stamps: list[float] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            url = urlsplit(self.path)
            try:
                body = json.loads(raw) if raw else None
            except ValueError:
                body = dict(parse_qsl(raw.decode()))
            ask = Ask(self.command, url.path, dict(parse_qsl(url.query)), body, dict(self.headers))
            status, reply, more = self._reply(ask)
            if status == 0:  # the network drops it
                self.close_connection = True
                return
            data = b"" if reply is None else json.dumps(reply).encode()
            self.send_response_only(status)
            self.send_header("Date", format_datetime(store.now().replace(tzinfo=UTC), usegmt=True))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in more.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def _reply(self, ask: Ask) -> tuple[int, object, dict[str, str]]:
            faults = store.faults
            if ask.path.startswith("/_"):
                return 200, of_tests(store, ask), {}
            with store.lock:
                store.requests.append((ask.method, ask.path))
                if "token" in ask.path and ask.method == "POST":
                    store.token, store.of_token = f"token-{len(store.requests)}", 0
                    return 200, {"access_token": store.token, "expires_in": 3600}, {}
                if faults.drop and store.random.random() < faults.drop:
                    return 0, None, {}
                if faults.rate is not None:
                    now = time.monotonic()
                    while stamps and stamps[0] < now - 1:
                        stamps.pop(0)
                    if len(stamps) >= 1.5 * faults.rate:
                        store.throttled += 1
                        return 429, {"category": "RATE_LIMITS"}, {"Retry-After": "1"}
                    stamps.append(now)
                if faults.busy and store.random.random() < faults.busy:
                    store.throttled += 1
                    return 429, {"category": "RATE_LIMITS"}, {"Retry-After": faults.retry_after}
                store.of_token += 1
                if faults.token_life is not None and store.of_token > faults.token_life:
                    store.token = "gone"
                if not any(store.token in v for v in ask.headers.values()):
                    return 401, {"category": "EXPIRED_AUTHENTICATION"}, {}
                status, reply = dialect(store, ask)
            faults.before_reply()
            return status, reply, {}

        do_GET = do_POST = do_PATCH = do_PUT = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler
