"""Handing the texts of tracks to webhooks, and to services of Apprise."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime

from leadlight.desk.live.targets import is_variable
from leadlight.desk.nurture.text_post import TextAnswer, TrackText
from leadlight.facts.deliveries import Endpoint
from leadlight.results.data import to_data
from leadlight.server.outgoing.chat import ChatSender
from leadlight.server.outgoing.guard import Resolve, system_addresses
from leadlight.server.outgoing.message import Message, headers_of
from leadlight.server.outgoing.webhook import WebhookSender

TYPE = "track.text"
#: A longer text is cut.
LONGEST = 10_000


class TrackTexts:
    """Hands each text over once; `leave` says the address of the page on which a lead wants no
    more.
    """

    def __init__(
        self,
        secret: bytes,
        leave: Callable[[str, str, str], str],
        clock: Callable[[], datetime],
        *,
        allow_private: bool = False,
        environment: Mapping[str, str] = os.environ,
        resolve: Resolve = system_addresses,
    ) -> None:
        self._secret, self._leave, self._clock = secret, leave, clock
        self._environment = environment
        self._chat = ChatSender()
        self._webhook = WebhookSender(allow_private=allow_private, clock=clock, resolve=resolve)

    def fault(self, endpoint: Endpoint) -> str | None:
        """Why nothing can be handed to an endpoint, as a sentence."""
        if self._target(endpoint):
            return None
        return f"{endpoint.target.removeprefix('env:')} is not set: its texts stay owed."

    def leave_url(self, lead: str, track: str, language: str) -> str:
        """The address of the page on which a lead wants no more."""
        return self._leave(lead, track, language)

    def hand_over(self, endpoint: Endpoint, text: TrackText) -> TextAnswer:
        """What became of a text. One that an endpoint in trouble did not take is owed still: its id
        is the same, so that a webhook knows it again.
        """
        url = self._target(endpoint)
        if endpoint.kind == "apprise":
            answer = self._chat.notify(url, text.subject, text.text[:LONGEST])
        else:
            message = _message(text)
            headers = headers_of(self._secret, endpoint, message, self._clock())
            answer = self._webhook.send(url, headers, message.body)
        if answer.is_good:
            return TextAnswer("sent", f"handed to {endpoint.name}")
        if answer.is_slow and endpoint.kind == "webhook":
            return TextAnswer("later", f"{endpoint.name} answered {answer.status}.")
        return TextAnswer("refused", f"{endpoint.name} answered {answer.status}.")

    def close(self) -> None:
        """Close the connections; they are opened again when they are needed."""
        self._webhook.close()
        self._chat.close()

    def _target(self, endpoint: Endpoint) -> str:
        if not is_variable(endpoint.target):
            return endpoint.target
        return self._environment.get(endpoint.target.removeprefix("env:"), "").strip()


def _message(text: TrackText) -> Message:
    """A text as a webhook gets it, in ASCII."""
    data = {
        "lead_id": text.lead_id,
        "track": text.track,
        "step": text.step,
        "variant": text.variant,
        "subject": text.subject,
        "text": text.text[:LONGEST],
        "to": dict(text.reach),
    }
    said = {"type": TYPE, "timestamp": to_data(text.made_at), "data": data}
    return Message(text.text_id, json.dumps(said, separators=(",", ":")).encode("ascii"))
