"""What a browser calls itself: crawlers, scanners of mail, and proxies that fetch pictures."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from crawlerdetect import CrawlerDetect

from leadlight.facts.intake import Event
from leadlight.verify.automata import APART

#: A longer name is cut before it is looked at.
_LONGEST = 400
#: Systems that look at mail before its reader does.
_SCANNER = re.compile(
    r"\b(?:avanan|barracuda\w*|bitdefender|bluecoat|check ?point|cloudmark|fireeye|forcepoint"
    r"|fortinet|fortiguard|hornetsecurity|ironport|kaspersky|messagelabs|mimecast|netskope"
    r"|phishme|proofpoint|retarus|safelinks|sophos|spamtitan|symantec|trendmicro|trend micro"
    r"|urldefense|urlscan|vadesecure|virustotal|websense|zscaler)\b",
    re.IGNORECASE,
)
#: Mailboxes that fetch the pictures of a mail for their user. Apple's says nothing but Mozilla/5.0.
_PROXY = re.compile(
    r"GoogleImageProxy|ggpht\.com|YahooMailProxy|yahoo-?mail-?proxy|BingPreview"
    r"|^Mozilla/\d+\.\d+$",
    re.IGNORECASE,
)
#: Programs in which people read mail, which a list of crawlers takes for one.
_MAIL_PROGRAM = re.compile(r"Microsoft Outlook|Outlook-(?:iOS|Android)|MSOffice \d", re.IGNORECASE)


@cache
def _crawlers() -> CrawlerDetect:
    return CrawlerDetect()


def agent_reason(user_agent: str | None, kind: str) -> str | None:
    """Why an open, a click or a page view by such a browser is no person's: a code of `REASONS`.
    None where nothing speaks against one, or for another kind of activity.
    """
    if user_agent is None or kind not in APART:
        return None
    agent = user_agent[:_LONGEST].strip()
    if _PROXY.search(agent):
        # A proxy fetches pictures: a click in its name is some program's.
        return "proxy" if kind == "email_opened" else "crawler"
    if _SCANNER.search(agent):
        return "scanner"
    if _MAIL_PROGRAM.search(agent):
        return None
    return "crawler" if _crawlers().is_crawler(agent) else None


def method_reason(method: str | None, kind: str) -> str | None:
    """The same by the method of the request: a HEAD loads nothing."""
    return "head" if kind in APART and (method or "").upper() == "HEAD" else None


def set_apart(event: Event, reason: str | None) -> Event:
    """The event under the kind of what no person did, with the reason as its result; as it is where
    there is no reason.
    """
    if reason is None or event.kind not in APART:
        return event
    return replace(event, kind=APART[event.kind], columns={**event.columns, "result": reason})
