"""Opens and clicks that no person made: security scanners and proxies that look at mail first.

What they do stays a fact, under a kind of its own, so that no rule counts it. Here is what gives
them away by their behaviour; what a browser calls itself is looked at where it is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: A kind of activity -> the kind under which it is kept when no person did it.
APART: Mapping[str, str] = {
    "email_opened": "email_opened_by_scanner",
    "email_clicked": "email_clicked_by_scanner",
    "page_viewed": "page_viewed_by_bot",
    "pricing_viewed": "page_viewed_by_bot",
    "screen_viewed": "page_viewed_by_bot",
}

#: Nobody clicks so soon after a mail was delivered.
AT_ONCE = timedelta(seconds=3)
#: Nobody clicks so many different links of one mail within so short a time.
MANY_LINKS, BURST = 3, timedelta(seconds=10)
#: Within this time two links are enough.
BLINK = timedelta(seconds=1)
#: From one address of the internet the mails of so many people are not clicked within that time.
MANY_PEOPLE = 3

#: Why an act is no person's, in a sentence.
REASONS: Mapping[str, str] = {
    "crawler": "The browser calls itself a crawler or a script.",
    "scanner": "The browser calls itself a scanner of mail.",
    "proxy": "A mailbox fetched the picture for its user, whether or not the mail was read.",
    "head": "The page was asked for without being loaded.",
    "at-once": "The link was clicked within seconds of delivery.",
    "many-links": "Several links of one mail were clicked within seconds.",
    "many-people": "Links of several people's mails were clicked from one address within seconds.",
}


@dataclass(frozen=True)
class Act:
    """An open or a click, as far as it is known: of which `person` and `mail`, which `link`, when
    the mail was delivered, from which address of the internet.
    """

    kind: str
    person: str
    occurred_at: datetime
    link: str | None = None
    mail: str | None = None
    delivered_at: datetime | None = None
    address: str | None = None


def behaviours(acts: Sequence[Act]) -> list[str | None]:
    """Of each act the behaviour (a code of `REASONS`) by which no person did it; None where nothing
    speaks against one.
    """
    clicks = [n for n, act in enumerate(acts) if act.kind == "email_clicked"]
    found: dict[int, str] = {n: "at-once" for n in clicks if _is_at_once(acts[n])}
    for mail in _by_mail(acts, clicks):
        for n in _burst(mail, MANY_LINKS, BURST) | _burst(mail, 2, BLINK):
            found.setdefault(n, "many-links")
    for address in _by_address(acts, clicks):
        for n in _burst(address, MANY_PEOPLE, BURST):
            found.setdefault(n, "many-people")
    return [found.get(n) for n in range(len(acts))]


def _is_at_once(act: Act) -> bool:
    if act.delivered_at is None:
        return False
    return timedelta(0) <= act.occurred_at - act.delivered_at <= AT_ONCE


@dataclass(frozen=True)
class _Moment:
    """An act in a group: which one it is, when it was, and what differs within the group."""

    n: int
    at: datetime
    what: Hashable


def _by_mail(acts: Sequence[Act], clicks: Iterable[int]) -> Iterable[list[_Moment]]:
    groups: dict[Hashable, list[_Moment]] = defaultdict(list)
    for n in clicks:
        act = acts[n]
        if act.link is not None:
            groups[act.person, act.mail].append(_Moment(n, act.occurred_at, act.link))
    return groups.values()


def _by_address(acts: Sequence[Act], clicks: Iterable[int]) -> Iterable[list[_Moment]]:
    groups: dict[Hashable, list[_Moment]] = defaultdict(list)
    for n in clicks:
        act = acts[n]
        if act.address is not None:
            groups[act.address].append(_Moment(n, act.occurred_at, act.person))
    return groups.values()


def _burst(group: Sequence[_Moment], least: int, within: timedelta) -> set[int]:
    """The acts of a group around which so many different ones lie within that time."""
    found: set[int] = set()
    ordered = sorted(group, key=lambda m: m.at)
    first, inside = 0, defaultdict[Hashable, int](int)
    for last, moment in enumerate(ordered):
        inside[moment.what] += 1
        while moment.at - ordered[first].at > within:
            inside[ordered[first].what] -= 1
            if not inside[ordered[first].what]:
                del inside[ordered[first].what]
            first += 1
        if len(inside) >= least:
            found.update(m.n for m in ordered[first : last + 1])
    return found
