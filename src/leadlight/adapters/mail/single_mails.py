"""Mails that go out one by one, as answers to somebody: by the relay that the environment names."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP

from leadlight.adapters.mail.message import Mail, Sender
from leadlight.adapters.mail.post_office import relay_of
from leadlight.adapters.mail.relay import Outcome, RelayConnection


class SingleMails:
    """Hands mails over, each as soon as it is there."""

    def __init__(self, connection: RelayConnection, sender: Sender) -> None:
        self._connection, self._sender = connection, sender

    @property
    def sender(self) -> str:
        """Who sends, with a name, and the words under each mail."""
        return self._sender.address

    @property
    def imprint(self) -> str:
        """The words under each mail; empty where the environment has none."""
        return self._sender.imprint

    def hand_over(self, message: EmailMessage) -> Outcome:
        """Hand one over. Raises `CannotDo` when the relay cannot be reached."""
        mail = Mail("", str(message["To"]), message.as_bytes(policy=SMTP))
        try:
            return self._connection.hand_over(mail)
        finally:
            self._connection.close()


def single_mails(environment: Mapping[str, str]) -> SingleMails | None:
    """What hands single mails over; None where the environment names no relay. Raises `CannotDo`
    for a relay or a sender that is none.
    """
    found = relay_of(environment)
    if found is None:
        return None
    address, sender = found
    return SingleMails(RelayConnection(address, sender.email), sender)
