"""What is handed over right now: a file in the workspace's folder, in which each mail is noted
before it is handed over and what became of it afterwards.

The ledger gets it a few hundred mails at a time. Who was killed in between leaves the file, and
whoever sends next enters it first. A mail that was begun and has no end is uncertain.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from leadlight.adapters.mail.relay import Outcome
from leadlight.facts.steps import StepFact
from leadlight.problems import CannotDo

try:
    import fcntl
except ImportError:  # another system than Unix
    fcntl = None  # type: ignore[assignment]

FILE = "sending.log"


@dataclass(frozen=True)
class HandOver:
    """A mail that was begun: the step as a fact, the subject, and what became of it (None: nobody
    knows).
    """

    fact: StepFact
    subject: str
    outcome: Outcome | None = None


class HandOverLog:
    """The file, held by one sender at a time."""

    def __init__(self, descriptor: int, file: Path) -> None:
        self._descriptor, self._file = descriptor, file

    def begin(self, fact: StepFact, subject: str) -> None:
        """A mail is about to be handed over."""
        said = {**asdict(fact), "at": fact.at.isoformat(), "subject": subject}
        self._write({"begin": said})

    def finish(self, mail_id: str, outcome: Outcome) -> None:
        """What became of it."""
        self._write({"end": mail_id, "fate": outcome.fate, "because": outcome.because})

    def read(self) -> list[HandOver]:
        """Every mail that was begun since the file was emptied, in that order."""
        found: dict[str, HandOver] = {}
        for line in self._file.read_bytes().splitlines():
            try:
                said: dict[str, Any] = json.loads(line)
            except ValueError:
                continue  # the last line of one who was killed, or of a full disk
            if "begin" in said:
                hand_over = _hand_over(said["begin"])
                found[str(hand_over.fact.mail_id)] = hand_over
            elif said.get("end") in found:
                outcome = Outcome(said["fate"], said["because"])
                found[said["end"]] = replace(found[said["end"]], outcome=outcome)
        return list(found.values())

    def empty(self) -> None:
        """The ledger has it all."""
        os.ftruncate(self._descriptor, 0)

    def _write(self, said: dict[str, Any]) -> None:
        line = json.dumps(said, ensure_ascii=True).encode() + b"\n"
        if os.write(self._descriptor, line) != len(line):
            raise CannotDo(f"There is no room for {self._file}: nothing more was sent.")


def _hand_over(said: dict[str, Any]) -> HandOver:
    subject = said.pop("subject")
    return HandOver(StepFact(**{**said, "at": datetime.fromisoformat(said["at"])}), subject)


@contextmanager
def open_log(folder: Path) -> Iterator[HandOverLog]:
    """The log of a workspace's folder. Raises `CannotDo` while somebody else sends."""
    file = folder / FILE
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as fault:
        raise CannotDo(f"{file} cannot be written: {fault.strerror}.") from None
    try:
        if fcntl is not None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise CannotDo("Somebody else is sending from this workspace right now.") from None
        _end_torn_line(descriptor, file)
        yield HandOverLog(descriptor, file)
    finally:
        os.close(descriptor)


def _end_torn_line(descriptor: int, file: Path) -> None:
    """A line that a kill tore is ended, so that the next one is whole."""
    data = file.read_bytes()
    if data and not data.endswith(b"\n"):
        os.write(descriptor, b"\n")
