"""Mails: their contents, what hands them over, and the log of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.mail.content import Content as Content
    from leadlight.adapters.mail.content import Contents as Contents
    from leadlight.adapters.mail.hand_over_log import HandOver as HandOver
    from leadlight.adapters.mail.hand_over_log import HandOverLog as HandOverLog
    from leadlight.adapters.mail.post_office import PostOffice as PostOffice
    from leadlight.adapters.mail.relay import Fate, Outcome
    from leadlight.adapters.mail.single_mails import SingleMails as SingleMails
    from leadlight.facts.steps import StepFact
    from leadlight.nurture.domain_check import NameServer


def hand_over_log(folder: Path) -> AbstractContextManager[HandOverLog]:
    """The log of what is handed over, held by one sender at a time."""
    from leadlight.adapters.mail.hand_over_log import open_log

    return open_log(folder)


def post_office(
    environment: Mapping[str, str],
    unsubscribe: Callable[[str, str, str], str],
    click: Callable[[StepFact, str], str] | None = None,
) -> PostOffice | None:
    """What hands mails over, as the environment names it; None where it names no relay."""
    from leadlight.adapters.mail.post_office import post_office

    return post_office(environment, unsubscribe, click)


def outcome(fate: Fate, because: str) -> Outcome:
    """What became of a message that was handed over."""
    from leadlight.adapters.mail.relay import Outcome

    return Outcome(fate, because)


def passage(text: str) -> str:
    """A text of ours, which is put into a content as it stands."""
    from leadlight.adapters.mail.content import Passage

    return Passage(text)


def single_mails(environment: Mapping[str, str]) -> SingleMails | None:
    """What hands mails over one by one; None where the environment names no relay."""
    from leadlight.adapters.mail.single_mails import single_mails

    return single_mails(environment)


def read_contents(folder: Path, names: set[str]) -> Contents:
    """Contents of a workspace, by name and language."""
    from leadlight.adapters.mail.content import Contents

    return Contents(folder, names)


def name_servers() -> NameServer:
    """The name servers of this computer."""
    from leadlight.adapters.mail.name_servers import NameServers

    return NameServers()


def parent_domain(domain: str) -> str:
    """The domain that was registered, of one below it."""
    from leadlight.adapters.mail.name_servers import parent_domain

    return parent_domain(domain)
