"""Sending sentences to Slack, Teams, Telegram, a mailbox and the like, through Apprise."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from leadlight.facts.transitions import Transition
from leadlight.problems import plural
from leadlight.results.text.transitions import transition_list
from leadlight.server.outgoing.retries import Answer

if TYPE_CHECKING:
    from apprise import Apprise

#: So many transitions stand in one message at most.
MOST = 20
_TIME_OUT = 30


class ChatSender:
    """The service that an address of Apprise names."""

    def __init__(self) -> None:
        self._url: str | None = None
        self._service: Apprise | None = None

    def send(self, url: str, transitions: Sequence[Transition]) -> Answer:
        """Whether a message with these transitions was taken."""
        said = plural(len(transitions), "lead moved", "leads moved")
        return self.notify(url, said, transition_list(transitions))

    def notify(self, url: str, title: str, text: str) -> Answer:
        """Whether a message with a title was taken."""
        service = self._service_of(url)
        if service is None:
            return Answer("no-address")
        try:
            taken = service.notify(body=text, title=title, body_format="text")
        except Exception as fault:  # whatever a service of others raises is an answer of it
            return Answer(f"fault-{type(fault).__name__}"[:60])
        return Answer("200" if taken else "not-taken")

    def close(self) -> None:
        """Nothing is held."""

    def _service_of(self, url: str) -> Apprise | None:
        if url != self._url:
            self._url, self._service = url, _apprise(url)
        return self._service


def _apprise(url: str) -> Apprise | None:
    import apprise

    # It logs addresses, which hold tokens, and what is sent, which is personal.
    logging.getLogger("apprise").disabled = True
    asset = apprise.AppriseAsset(
        app_id="leadlight",
        plugin_paths=[],
        storage_mode="memory",
        service_timeout=_TIME_OUT,
        allow_templates=False,
        http_redirects=False,
    )
    service = apprise.Apprise(asset=asset)
    return service if service.add(url) else None
