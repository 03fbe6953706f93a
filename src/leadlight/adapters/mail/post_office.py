"""What hands mails over: the relay, the sender, and how a lead unsubscribes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from leadlight.adapters.mail.content import Content, Passage
from leadlight.adapters.mail.message import Mail, Sender, mail_id_of, make_mail, sender_of
from leadlight.adapters.mail.relay import (
    IMPRINT,
    SENDER,
    VARIABLE,
    Outcome,
    Relay,
    RelayAddress,
    relay_address,
)
from leadlight.facts.steps import StepFact
from leadlight.problems import CannotDo


@dataclass(frozen=True)
class PostOffice:
    """`unsubscribe` says the address of the page on which a lead (its id, the track, its language)
    wants no more mails; `click` the address that notes that a step's link was followed, and leads
    on (None: nobody notes it).
    """

    relay: Relay
    sender: Sender
    unsubscribe: Callable[[str, str, str], str]
    click: Callable[[StepFact, str], str] | None = None

    def write(
        self,
        content: Content,
        fact: StepFact,
        to: str,
        values: Mapping[str, object],
        *,
        notes_clicks: bool = False,
    ) -> tuple[Mail, str]:
        """The mail of a step, and its subject. With `notes_clicks` it will be known that somebody
        followed a link of its page; its text has the addresses as they are. Raises
        `CannotDo` where the content breaks.
        """
        language = str(values.get("language") or "en").strip().lower()[:2]
        leave = self.unsubscribe(fact.lead_id, fact.track, language)
        letter = content.render({**values, "unsubscribe_url": Passage(leave)})
        if notes_clicks and self.click is not None:
            click = self.click
            letter = content.with_links(
                letter, lambda address: address if address == leave else click(fact, address)
            )
        mail = make_mail(letter, to, self.sender, fact.at, str(fact.mail_id), leave)
        return mail, letter.subject

    def mail_id(self, lead: str, track: str, entry: int, step: int) -> str:
        """The Message-ID of a step of a lead."""
        return mail_id_of(self.sender.domain, lead, track, entry, step)

    def hand_over(
        self,
        mails: Iterable[Mail],
        before: Callable[[Mail], None],
        after: Callable[[Mail, Outcome], None],
    ) -> str | None:
        """Hand mails over; why the sender itself is refused, if it is."""
        return self.relay.hand_over(mails, before, after)

    def close(self) -> None:
        """Close the connections to the relay; they are opened again when they are needed."""
        self.relay.close()


def post_office(
    environment: Mapping[str, str],
    unsubscribe: Callable[[str, str, str], str],
    click: Callable[[StepFact, str], str] | None = None,
) -> PostOffice | None:
    """The post office that the environment names; None where it names no relay. Raises `CannotDo`
    for a relay or a sender that is none.
    """
    found = relay_of(environment)
    if found is None:
        return None
    address, sender = found
    return PostOffice(Relay(address, sender.email), sender, unsubscribe, click)


def relay_of(environment: Mapping[str, str]) -> tuple[RelayAddress, Sender] | None:
    """The relay and the sender that the environment names; None where it names no relay. Raises
    `CannotDo` for a relay or a sender that is none.
    """
    url, said = environment.get(VARIABLE), environment.get(SENDER)
    if not url:
        return None
    if not said:
        raise CannotDo(f"Nobody is named as the sender: set {SENDER} to Acme <hello@acme.com>.")
    return relay_address(url), sender_of(said, environment.get(IMPRINT, ""))
