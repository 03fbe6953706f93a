"""The mailbox: mails that came back and answers are read by IMAP, and go the way of every event.

What is read is marked as seen only after its events are in the journal.
"""

from __future__ import annotations

import imaplib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import unquote, urlsplit

from leadlight.problems import CannotDo
from leadlight.server.intake.envelope import seal
from leadlight.server.intake.mailbox_message import MailFact, read_message
from leadlight.server.intake.source import IntakeRequest
from leadlight.server.log import Log

#: The environment variable that names it: imaps://user:password@host/INBOX.
VARIABLE = "LEADLIGHT_MAILBOX"
#: How often it is looked into, in seconds, and how many mails at once.
EVERY, MOST = 60.0, 200


@dataclass(frozen=True)
class MailboxAddress:
    """Where a mailbox is. As a text it has no password."""

    host: str
    port: int
    user: str
    password: str
    folder: str

    def __str__(self) -> str:
        return f"imaps://{self.user}@{self.host}:{self.port}/{self.folder}"


def mailbox_address(url: str) -> MailboxAddress:
    """The mailbox of a URL. Raises `CannotDo` for what is none; mails are read by TLS only."""
    parts = urlsplit(url)
    if parts.scheme != "imaps" or not parts.hostname or not parts.username:
        raise CannotDo(f"{VARIABLE} is no mailbox. Write it as imaps://user:password@host/INBOX.")
    return MailboxAddress(
        parts.hostname,
        parts.port or 993,
        unquote(parts.username),
        unquote(parts.password or ""),
        unquote(parts.path.strip("/")) or "INBOX",
    )


class Connection(Protocol):
    """What of IMAP is used (imaplib.IMAP4)."""

    def select(self, mailbox: str) -> tuple[str, Sequence[object]]: ...

    def uid(self, command: str, *args: str) -> tuple[str, Sequence[object]]: ...

    def logout(self) -> object: ...


def connect(address: MailboxAddress) -> Connection:
    """A connection that is logged in."""
    connection = imaplib.IMAP4_SSL(address.host, address.port, timeout=30)
    connection.login(address.user, address.password)
    return connection


class Mailbox:
    """Looks into a mailbox again and again. `keep` puts records into the journal."""

    def __init__(
        self,
        address: MailboxAddress,
        keep: Callable[[Sequence[bytes]], object],
        log: Log,
        now: Callable[[], datetime],
        open_connection: Callable[[MailboxAddress], Connection] = connect,
    ) -> None:
        self._address, self._keep, self._log, self._now = address, keep, log, now
        self._open = open_connection
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="mailbox", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._is_over.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def look(self) -> int:
        """Look once; how many mails were read."""
        connection = self._open(self._address)
        try:
            connection.select(_quote(self._address.folder))
            unseen = _ids(connection.uid("SEARCH", "UNSEEN"))[:MOST]
            for uid in unseen:
                records = list(
                    self._records(_content(connection.uid("FETCH", uid, "(BODY.PEEK[])")))
                )
                if records:
                    self._keep(records)
                connection.uid("STORE", uid, "+FLAGS", r"(\Seen)")
            return len(unseen)
        finally:
            with suppress(Exception):
                connection.logout()

    def _records(self, data: bytes) -> Iterator[bytes]:
        now = self._now()
        for fact in read_message(data, now):
            request = IntakeRequest("events", json.dumps(_event_of(fact)).encode())
            yield seal(now, "mailbox", "plain", request, {})

    def _work(self) -> None:
        while not self._is_over.is_set():
            try:
                self.look()
            except Exception as fault:  # whatever a mail server does, the next look may succeed
                self._log.tell("mailbox", cannot=type(fault).__name__)
            self._is_over.wait(EVERY)


def _event_of(fact: MailFact) -> dict[str, object]:
    """A fact as the plain source takes it: its id is that of the mail, so that it counts once."""
    return {
        "kind": fact.kind,
        "email": fact.email,
        "occurred_at": fact.occurred_at.isoformat(),
        "id": f"{fact.message_id}:{fact.email}:{fact.kind}" if fact.message_id else None,
        "columns": {"result": fact.result, "channel": "email"},
    }


def _ids(answer: tuple[str, Sequence[object]]) -> list[str]:
    found = answer[1][0] if answer[1] else b""
    return found.decode("ascii", "replace").split() if isinstance(found, bytes) else []


def _content(answer: tuple[str, Sequence[object]]) -> bytes:
    for part in answer[1]:
        if isinstance(part, tuple) and len(part) > 1 and isinstance(part[1], bytes):
            return part[1]
    return b""


def _quote(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
