"""Whether a domain may send mail that providers take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.session import Session
from leadlight.desk.wiring import mail_delivery
from leadlight.nurture.domain_check import check_domain
from leadlight.problems import CannotDo
from leadlight.results.mail_check import MailCheckLine, MailCheckResult

_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.I)
_SELECTOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")


@dataclass(frozen=True)
class MailCheckRequest:
    """A domain that sends mail; `selector` names its DKIM key, `relay` the host that hands over."""

    now: datetime
    domain: str
    selector: str | None = None
    relay: str | None = None


def mail_check(session: Session, request: MailCheckRequest) -> MailCheckResult:
    """Ask the name servers about a domain. Raises `CannotDo` for what is none, and where nobody
    answers.
    """
    domain = request.domain.strip().rpartition("@")[2].rstrip(".").lower()
    for name, field in ((domain, "domain"), (request.relay, "relay")):
        if name is not None and not (len(name) <= 253 and _DOMAIN.fullmatch(name)):
            raise CannotDo(f"{name[:80]!r} is no domain.", field=field)
    if request.selector is not None and not _SELECTOR.fullmatch(request.selector):
        raise CannotDo(f"{request.selector[:80]!r} is no name of a key.", field="selector")
    found = check_domain(
        mail_delivery.name_servers(),
        domain,
        mail_delivery.parent_domain(domain),
        request.selector,
        request.relay,
    )
    lines = tuple(MailCheckLine(f.about, f.state, f.says) for f in found)
    return MailCheckResult(domain, request.now, all(f.state != "fault" for f in found), lines)
