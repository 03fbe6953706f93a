"""Receivers of webhooks on this computer, as slow or as broken as a test wants them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Delivered:
    """What a receiver was sent, and when."""

    at: float
    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """A web server that answers by `answer`: a status, and headers."""

    answer: Callable[[Delivered], tuple[int, dict[str, str]]]
    got: list[Delivered] = field(default_factory=list)
    url: str = ""
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, many: int, seconds: float = 10) -> list[Delivered]:
        """What it got, as soon as that is so many."""
        with self.arrived:
            enough = self.arrived.wait_for(lambda: len(self.got) >= many, seconds)
        assert enough, f"{len(self.got)} of {many} arrived"
        return list(self.got)

    def ids(self) -> list[str]:
        return [one.message_id for one in self.got]


@contextmanager
def receiver(
    answer: Callable[[Delivered], tuple[int, dict[str, str]]] = lambda _: (200, {}),
) -> Iterator[Receiver]:
    """A receiver on a free port."""
    told = Receiver(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            if len(body) < length:  # the sender was killed in the middle of it
                self.close_connection = True
                return
            headers = {k.lower(): v for k, v in self.headers.items()}
            one = Delivered(time.monotonic(), headers, body, self.path)
            with told.arrived:
                told.got.append(one)
                told.arrived.notify_all()
            status, more = told.answer(one)
            try:
                self.send_response(status)
                for name, value in {"content-length": "0", **more}.items():
                    self.send_header(name, value)
                self.end_headers()
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            """Whoever hangs up has had enough."""

    server = Server(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
