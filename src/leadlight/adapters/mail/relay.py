"""Handing mails over to a relay by SMTP, over connections that stay open.

What became of a mail is told before the next is begun, so that a process may be killed at any
moment and at most the one mail that each connection was handing over is uncertain.
"""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Literal
from urllib.parse import unquote, urlsplit

from leadlight.adapters.mail.message import Mail
from leadlight.adapters.mail.rejections import Rejection, explain_rejection
from leadlight.problems import CannotDo

#: The environment variables that name the relay, the sender, and what stands under each mail.
VARIABLE, SENDER, IMPRINT = "LEADLIGHT_SMTP", "LEADLIGHT_MAIL_FROM", "LEADLIGHT_MAIL_IMPRINT"
#: So many connections are used at once, and so long is waited for an answer, in seconds.
CONNECTIONS, PATIENCE = 4, 30
#: `uncertain`: the connection broke while the mail was handed over.
Fate = Literal["sent", "bounced", "refused", "later", "ours", "uncertain"]


@dataclass(frozen=True)
class RelayAddress:
    """Where a relay is. As a text it has no password."""

    host: str
    port: int
    user: str
    password: str
    tls: bool

    def __str__(self) -> str:
        return f"smtp{'s' if self.tls else ''}://{self.host}:{self.port}"


@dataclass(frozen=True)
class Outcome:
    """What became of a mail, with the reason where it was not taken."""

    fate: Fate
    because: str = ""


def relay_address(url: str) -> RelayAddress:
    """The relay of a URL. Raises `CannotDo` for what is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise CannotDo(f"{VARIABLE} is no relay. Write it as smtps://user:password@host:465.")
    tls = parts.scheme == "smtps"
    return RelayAddress(
        parts.hostname,
        port or (465 if tls else 587),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        tls,
    )


class RelayConnection:
    """One connection, opened when it is needed and again when it broke."""

    def __init__(self, address: RelayAddress, sender: str) -> None:
        self._address, self._sender = address, sender
        self._smtp: smtplib.SMTP | None = None

    def hand_over(self, mail: Mail) -> Outcome:
        """Hand a mail over. Raises `CannotDo` when the relay cannot be reached or does not let us
        in: then no mail was handed over.
        """
        for is_last in (False, True):
            smtp = self._smtp or self._open()
            try:
                refusal = _envelope(smtp, self._sender, mail.to)
            except (smtplib.SMTPServerDisconnected, OSError) as fault:
                self.close()
                if is_last:
                    raise CannotDo(f"{self._address} broke off: {fault}.") from None
                continue
            if refusal is not None:
                _reset(smtp)
                return Outcome(refusal.verdict, refusal.sentence)
            return self._data(smtp, mail)
        raise AssertionError

    def _data(self, smtp: smtplib.SMTP, mail: Mail) -> Outcome:
        try:
            code, text = smtp.data(mail.data)
        except smtplib.SMTPDataError as fault:  # refused before the mail itself
            rejection = _rejection(fault.smtp_code, fault.smtp_error, of_recipient=False)
            _reset(smtp)
            return Outcome(rejection.verdict, rejection.sentence)
        except (smtplib.SMTPException, OSError):
            self.close()
            return Outcome("uncertain", "The connection broke while the mail was handed over.")
        if code == 250:
            return Outcome("sent")
        rejection = _rejection(code, text, of_recipient=False)
        return Outcome(rejection.verdict, rejection.sentence)

    def close(self) -> None:
        """Say goodbye."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except (smtplib.SMTPException, OSError):
                smtp.close()

    def _open(self) -> smtplib.SMTP:
        at = self._address
        context = ssl.create_default_context()
        try:
            smtp: smtplib.SMTP = (
                smtplib.SMTP_SSL(at.host, at.port, timeout=PATIENCE, context=context)
                if at.tls
                else smtplib.SMTP(at.host, at.port, timeout=PATIENCE)
            )
            smtp.ehlo()
            if not at.tls and smtp.has_extn("starttls"):
                smtp.starttls(context=context)
                smtp.ehlo()
            if at.user:
                _log_in(smtp, at)
        except smtplib.SMTPAuthenticationError:
            raise CannotDo(f"{at} refuses the user or the password of {VARIABLE}.") from None
        except (smtplib.SMTPException, OSError) as fault:
            raise CannotDo(f"The relay {at} cannot be reached: {fault}.") from None
        self._smtp = smtp
        return smtp


def _log_in(smtp: smtplib.SMTP, at: RelayAddress) -> None:
    """Log in, but never send a password that others can read."""
    is_local = at.host in ("localhost", "127.0.0.1", "::1")
    if not isinstance(smtp.sock, ssl.SSLSocket) and not is_local:
        raise CannotDo(
            f"{at} does not encrypt, and the password would be seen on the way. Use smtps://."
        )
    smtp.login(at.user, at.password)


def _envelope(smtp: smtplib.SMTP, sender: str, to: str) -> Rejection | None:
    """Say from whom and to whom; why not, where the server does not take it."""
    if not to.isascii():
        return Rejection("refused", "The address has letters that the relay does not take.")
    code, text = smtp.mail(sender)
    if code != 250:
        found = _rejection(code, text, of_recipient=False)
        return Rejection("ours" if code >= 500 else "later", found.sentence)
    code, text = smtp.rcpt(to)
    return None if code in (250, 251) else _rejection(code, text, of_recipient=True)


def _rejection(code: int, text: bytes | str, *, of_recipient: bool) -> Rejection:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return explain_rejection(code, said, of_recipient=of_recipient)


def _reset(smtp: smtplib.SMTP) -> None:
    try:
        smtp.rset()
    except (smtplib.SMTPException, OSError):
        smtp.close()


class Relay:
    """Hands over many mails at once; `before` and `after` are called around each."""

    def __init__(self, address: RelayAddress, sender: str, connections: int = CONNECTIONS) -> None:
        self._connections = [RelayConnection(address, sender) for _ in range(connections)]

    def hand_over(
        self,
        mails: Iterable[Mail],
        before: Callable[[Mail], None],
        after: Callable[[Mail, Outcome], None],
    ) -> str | None:
        """Hand mails over until all are, or the sender itself is refused; then why, as a
        sentence.
        """
        batch = _Batch(mails, before, after)
        threads = [threading.Thread(target=batch.work, args=(c,)) for c in self._connections]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if batch.broken is not None:
            raise batch.broken
        return batch.fault

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            connection.close()


class _Batch:
    """Mails that several connections share."""

    def __init__(
        self,
        mails: Iterable[Mail],
        before: Callable[[Mail], None],
        after: Callable[[Mail, Outcome], None],
    ) -> None:
        self._before, self._after = before, after
        self._queue: SimpleQueue[Mail] = SimpleQueue()
        for mail in mails:
            self._queue.put(mail)
        self.fault: str | None = None
        self.broken: BaseException | None = None

    def work(self, connection: RelayConnection) -> None:
        """Hand over until nothing is left, or the sender is refused."""
        try:
            while self.fault is None and self.broken is None:
                self._hand_over(connection, self._queue.get_nowait())
        except Empty:
            return
        except BaseException as fault:
            self.broken = fault

    def _hand_over(self, connection: RelayConnection, mail: Mail) -> None:
        self._before(mail)
        try:
            outcome = connection.hand_over(mail)
        except CannotDo as fault:
            outcome = Outcome("later", str(fault))
            self.fault = str(fault)
        self._after(mail, outcome)
        if outcome.fate == "ours":
            self.fault = outcome.because
