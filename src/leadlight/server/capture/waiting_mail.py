"""Mails that wait to be handed over because somebody sent a form: the link to confirm, the offer.

They lie in the folder `waiting-mail` of the workspace, synced before the form is answered, and no
longer than they wait: who does not confirm leaves nothing.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

FOLDER = "waiting-mail"
#: So many may wait: more is a storm, and nobody's mail.
MOST = 5_000
#: After so long nobody waits for it any more.
KEPT = timedelta(hours=24)


class WaitingMail(msgspec.Struct, frozen=True):
    """A mail: to whom, what it says (`subject`, `text`), and since when it waits."""

    to: str
    subject: str
    text: str
    language: str
    at: datetime


class FullError(Exception):
    """Too many mails wait."""


class WaitingMails:
    """The mails that wait in a workspace's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def add(self, name: str, mail: WaitingMail) -> None:
        """Keep a mail; one of the same name is the same. Raises `FullError`, and `OSError` where
        it cannot be kept.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        file = self._folder / f"{name}.json"
        if file.exists():
            return
        if sum(1 for _ in self._folder.iterdir()) >= MOST:
            raise FullError
        draft = self._folder / f".{secrets.token_hex(8)}"
        opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as written:
            written.write(msgspec.json.encode(mail))
            written.flush()
            os.fsync(written.fileno())
        draft.rename(file)

    def queue(self, now: datetime) -> Iterator[tuple[Path, WaitingMail]]:
        """Those that wait, the oldest first; what waited too long is dropped."""
        if not self._folder.is_dir():
            return
        found: list[tuple[datetime, Path, WaitingMail]] = []
        for file in self._folder.glob("*.json"):
            try:
                mail = msgspec.json.decode(file.read_bytes(), type=WaitingMail)
            except (msgspec.MsgspecError, OSError):
                file.unlink(missing_ok=True)
                continue
            if now - mail.at > KEPT:
                file.unlink(missing_ok=True)
            else:
                found.append((mail.at, file, mail))
        for _, file, mail in sorted(found, key=lambda each: (each[0], each[1].name)):
            yield file, mail
