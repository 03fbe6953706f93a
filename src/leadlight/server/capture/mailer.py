"""The mailer of forms: hands over what waits, and tries again what could not be handed over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

from leadlight.problems import CannotDo
from leadlight.server.capture.waiting_mail import WaitingMail, WaitingMails
from leadlight.server.log import Log

if TYPE_CHECKING:
    from leadlight.desk.wiring.mail_delivery import SingleMails

#: How often it looks by itself, in seconds: what was refused is tried again.
EVERY = 60.0


class FormMailer:
    """Hands over the mails of forms by `mails`; None where no relay is named: they wait then."""

    def __init__(
        self,
        waiting: WaitingMails,
        mails: SingleMails | None,
        log: Log,
        now: Callable[[], datetime],
    ) -> None:
        self._waiting, self._mails = waiting, mails
        self._log, self._now = log, now
        self._news, self._closing = threading.Event(), False
        self._thread = threading.Thread(target=self._work, name="form-mailer", daemon=True)

    def start(self) -> None:
        """Begin to hand over."""
        if self._mails is not None:
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
        """Hand over all that waits; how many the relay took. What nobody can receive is dropped,
        and what the relay wants later waits on.
        """
        if self._mails is None:
            return 0
        count = 0
        for file, mail in self._waiting.queue(self._now()):
            if self._closing:
                break
            try:
                message = message_of(mail, self._mails.sender, self._mails.imprint, self._now())
                outcome = self._mails.hand_over(message)
            except CannotDo as fault:  # the relay is away: it is tried again in a while
                self._log.tell("form-mail-waits", why=str(fault))
                break
            if outcome.fate in ("sent", "bounced", "refused"):
                file.unlink(missing_ok=True)
            if outcome.fate == "sent":
                count += 1
            else:
                self._log.tell("form-mail", fate=outcome.fate)
        return count

    def _work(self) -> None:
        while not self._closing:
            self._news.clear()
            self.round()
            self._news.wait(EVERY)


def message_of(mail: WaitingMail, sender: str, imprint: str, now: datetime) -> EmailMessage:
    """The mail as it is handed over: one that a program sent, which nobody's absence answers."""
    message = EmailMessage()
    message["From"], message["To"] = sender, mail.to
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = f"{now:%a, %d %b %Y %H:%M:%S} +0000"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = mail.language
    message.set_content(f"{mail.text}\n\n-- \n{imprint}\n" if imprint else f"{mail.text}\n")
    return message
