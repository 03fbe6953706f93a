"""A mail to oneself, as a lead would get it. Nothing is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from leadlight.desk.leads.run import open_base
from leadlight.desk.session import Session
from leadlight.desk.wiring import mail_delivery
from leadlight.facts.steps import StepFact
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.nurture import SampleMailResult

if TYPE_CHECKING:
    from leadlight.desk.wiring.mail_delivery import PostOffice

#: Who stands in a test for a lead.
SAMPLE = {
    "lead_id": "test",
    "first_name": "Ana",
    "last_name": "Abel",
    "full_name": "Ana Abel",
    "company": "Acme",
    "job_title": "Head of Sales",
}


@dataclass(frozen=True)
class SampleMailRequest:
    """A mail to one's own address; `content` names which, else it is the first of the first
    track.
    """

    now: datetime
    to: str
    content: str | None = None


def send_sample_mail(
    session: Session, request: SampleMailRequest, post: PostOffice | None
) -> SampleMailResult:
    """Send a mail to oneself. Raises `CannotDo` where there is no relay, or no such content."""
    if post is None:
        raise CannotDo("No relay is named. Set LEADLIGHT_SMTP and LEADLIGHT_MAIL_FROM.")
    if request.to.count("@") != 1 or not request.to.isascii() or len(request.to.split()) != 1:
        raise CannotDo(f"{request.to[:80]!r} is no e-mail address.", field="to")
    with session.read("send", request.now) as workspace:
        book = open_base(workspace, None, request.now).playbook
        names = [v.content for t in book.tracks for s in t.steps for v in s.variants]
        wanted = request.content or next(iter(names), None)
        if wanted is None:
            raise CannotDo("No track of the playbook sends a mail.")
        if wanted not in names:
            hint = did_you_mean(wanted, names) or f"There are {', '.join(names)}."
            raise CannotDo(f"No step sends {wanted!r}. {hint}", field="content")
        content = mail_delivery.read_contents(workspace.folder, {wanted}).find(wanted, None)
    fact = StepFact(
        "test", "test", 1, 1, "sent", request.now, mail_id=post.mail_id("test", wanted, 1, 1)
    )
    mail, subject = post.write(content, fact, request.to, SAMPLE)
    said: list[str] = []
    try:
        fault = post.hand_over(
            [mail],
            lambda one: None,
            lambda one, outcome: said.append("" if outcome.fate == "sent" else outcome.because),
        )
    finally:
        post.close()
    why = fault or next(iter(said), "")
    return SampleMailResult(request.to, wanted, subject, why or None, tuple(content.doubts(SAMPLE)))
