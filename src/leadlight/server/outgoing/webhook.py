"""Sending a message to a webhook: one connection, one deadline, no redirects, no proxy."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache

import httpcore
import httpx

from leadlight.desk.live.targets import url_fault
from leadlight.server.outgoing.guard import (
    Deadline,
    ForbiddenAddressError,
    GuardedNetwork,
    Resolve,
    system_addresses,
)
from leadlight.server.outgoing.retries import Answer, parse_retry_after

#: An endpoint answers within so many seconds, or has not answered.
TIME_OUT = 15.0
_KEEP_ALIVE = 30.0
#: So many bytes of an answer are read and forgotten.
_LONGEST_ANSWER = 16_384


class WebhookSender:
    """The connection of one thread to one webhook."""

    def __init__(
        self,
        *,
        allow_private: bool,
        clock: Callable[[], datetime],
        resolve: Resolve = system_addresses,
        time_out: float = TIME_OUT,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._deadline = Deadline()
        self._clock, self._time_out = clock, time_out
        self._pool = httpcore.ConnectionPool(
            ssl_context=context or _context(),
            max_connections=1,
            keepalive_expiry=_KEEP_ALIVE,
            network_backend=GuardedNetwork(
                self._deadline, allow_private=allow_private, resolve=resolve
            ),
        )

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What the webhook answers; a redirect is an answer, and is not followed."""
        if url_fault(url) is not None:
            return Answer("no-address")
        self._deadline.at = time.monotonic() + self._time_out
        try:
            return self._post(url, headers, body)
        except ForbiddenAddressError:
            return Answer("forbidden-address")
        except httpcore.TimeoutException:
            return Answer("timeout")
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
            return Answer("unreachable")
        except (httpx.InvalidURL, httpcore.UnsupportedProtocol, ValueError):
            return Answer("no-address")

    def close(self) -> None:
        """Let go of the connection."""
        with suppress(OSError, RuntimeError):
            self._pool.close()

    def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        address = httpx.URL(url)
        target = httpcore.URL(
            scheme=address.raw_scheme,
            host=address.raw_host,
            port=address.port,
            target=address.raw_path,
        )
        said: list[tuple[str | bytes, str | bytes]] = [("host", address.netloc), *headers.items()]
        limits = dict.fromkeys(("connect", "read", "write", "pool"), self._time_out)
        with self._pool.stream(
            "POST", target, headers=said, content=body, extensions={"timeout": limits}
        ) as response:
            given = {k.lower(): v for k, v in response.headers}
            after = given.get(b"retry-after")
            rest = parse_retry_after(
                after.decode("latin-1") if after is not None else None, self._clock()
            )
            self._drain(response)
            return Answer(str(response.status), rest)

    def _drain(self, response: httpcore.Response) -> None:
        """Read a short answer, so that the connection can be used again; a long one ends it."""
        length = 0
        try:
            for part in response.iter_stream():
                length += len(part)
                if length > _LONGEST_ANSWER:
                    return
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
            return  # it has said what counts


@cache
def _context() -> ssl.SSLContext:
    """Which authorities are trusted: those that httpx trusts."""
    return httpx.create_ssl_context()
