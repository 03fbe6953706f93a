"""The mailer of forms: hands over what waits, and tries again what could not be handed over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

from leadlight.server.capture.waiting_mail import WaitingMail, WaitingMails
from leadlight.server.log import Log

#: How often it looks by itself, in seconds: what was refused is tried again.
EVERY = 60.0


class FormMailer:
    """Hands over the mails of forms. `hand_over` raises `OSError` for what the relay did not take;
    None where no relay is set: the mails wait then.
    """

    def __init__(
        self,
        waiting: WaitingMails,
        hand_over: Callable[[EmailMessage], None] | None,
        sender: str,
        log: Log,
        now: Callable[[], datetime],
    ) -> None:
        self._waiting, self._hand_over, self._sender = waiting, hand_over, sender
        self._log, self._now = log, now
        self._news, self._closing = threading.Event(), False
        self._thread = threading.Thread(target=self._work, name="form-mailer", daemon=True)

    def start(self) -> None:
        """Begin to hand over."""
        if self._hand_over is not None:
            self._thread.start()

    def wake(self) -> None:
        """A mail waits."""
        self._news.set()

    def stop(self) -> None:
        """Finish the mail under way, and stop."""
        self._closing = True
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def round(self) -> int:
        """Hand over all that waits; how many were taken. What is refused waits on."""
        if self._hand_over is None:
            return 0
        count = 0
        for file, mail in self._waiting.queue(self._now()):
            if self._closing:
                break
            try:
                self._hand_over(message_of(mail, self._sender, self._now()))
            except OSError as fault:
                self._log.fault("form-mail", fault)
                continue
            file.unlink(missing_ok=True)
            count += 1
        return count

    def _work(self) -> None:
        while not self._closing:
            self._news.clear()
            self.round()
            self._news.wait(EVERY)


def message_of(mail: WaitingMail, sender: str, now: datetime) -> EmailMessage:
    """The mail as it is handed over: one that a program sent, which nobody's absence answers."""
    message = EmailMessage()
    message["From"], message["To"] = sender, mail.to
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = f"{now:%a, %d %b %Y %H:%M:%S} +0000"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = mail.language
    message.set_content(mail.text)
    return message
