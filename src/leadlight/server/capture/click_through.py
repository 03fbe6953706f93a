"""Links of mails: noted in the journal, and led on to the address that the link itself holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from leadlight.server.capture.limits import Limiter
from leadlight.server.capture.links import LinkError, read_link
from leadlight.server.capture.submission import FORM, Click, encode, submission_id
from leadlight.server.http import Answer
from leadlight.server.intake.envelope import seal
from leadlight.server.intake.keeper import BusyError, NoRoomError
from leadlight.server.intake.source import IntakeRequest
from leadlight.server.intake.values import LONGEST_ID
from leadlight.server.log import Log


@dataclass(frozen=True)
class Follower:
    """Who follows a link: from which address of the internet, by which browser, as it calls itself,
    by which method.
    """

    ip: str
    agent: str
    method: str


class ClickThrough:
    """Answers `/c/TOKEN`. `keep` appends to the journal."""

    def __init__(
        self,
        secret: bytes,
        keep: Callable[[bytes], Awaitable[int]],
        log: Log,
        now: Callable[[], datetime],
    ) -> None:
        self._secret, self._keep, self._log, self._now = secret, keep, log, now
        self._limits = Limiter(60, 1.0)

    async def follow(self, token: str, who: Follower) -> Answer | None:
        """The way on; None where the link is none of ours. Whoever clicks gets there, whether or
        not it can be noted.
        """
        try:
            subject = read_link(self._secret, "click", token, self._now()).subject
        except LinkError:
            return None
        address = str(subject.get("to", ""))
        if who.method not in ("GET", "HEAD") or not _is_web_address(address):
            return None
        if self._limits.take(who.ip):
            # Pressed twice within a minute it is one click.
            minute = self._now().strftime("%Y-%m-%dT%H:%M")
            await self._note(
                Click(
                    submission_id(f"{token} {minute} {who.method}", who.agent),
                    str(subject["lead"]),
                    str(subject.get("track", "")),
                    str(subject.get("mail", "")),
                    address,
                    who.agent[:LONGEST_ID],
                    who.method,
                )
            )
        headers = {
            "location": address,
            "cache-control": "no-store",
            "referrer-policy": "no-referrer",
            "x-robots-tag": "noindex",
        }
        return Answer(303, b"", "text/plain", headers)

    async def _note(self, click: Click) -> None:
        request = IntakeRequest("click", encode(click))
        try:
            await self._keep(seal(self._now(), "form", FORM.name, request, {}))
        except (NoRoomError, BusyError, OSError) as fault:
            self._log.fault("click", fault)


def _is_web_address(address: str) -> bool:
    """Whether a browser may be led there: no script, and no line of a header."""
    return (
        address.startswith(("http://", "https://"))
        and address.isascii()
        and address.isprintable()
        and " " not in address
    )
