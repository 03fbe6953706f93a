"""Texts of tracks, handed over to the endpoints that their steps name: each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, Protocol

from leadlight.desk.nurture.hand_overs import settle
from leadlight.desk.session import Session
from leadlight.desk.wiring import mail_delivery, nurture
from leadlight.facts.deliveries import Endpoint
from leadlight.facts.steps import StepFact
from leadlight.problems import CannotDo
from leadlight.results.nurture import SendResult

if TYPE_CHECKING:
    from leadlight.desk.nurture.round_plan import PlannedText, RoundPlan
    from leadlight.desk.wiring.mail_delivery import HandOverLog

#: What a lead can be reached and spoken to by, as far as it is known.
REACH = ("email", "phone", "mobile", "first_name", "last_name", "language")


@dataclass(frozen=True)
class TrackText:
    """A text as it is handed over; `text_id` is the same at every attempt."""

    text_id: str
    lead_id: str
    track: str
    step: int
    variant: str | None
    made_at: datetime
    subject: str
    text: str
    reach: Mapping[str, str]


@dataclass(frozen=True)
class TextAnswer:
    """What became of a text: sent, refused for good, or to be tried again later; and why."""

    fate: Literal["sent", "refused", "later"]
    because: str


class TextPost(Protocol):
    """Hands texts over."""

    def fault(self, endpoint: Endpoint) -> str | None:
        """Why nothing can be handed to an endpoint at all, as a sentence; None where it can."""
        ...

    def leave_url(self, lead: str, track: str, language: str) -> str:
        """The address of the page on which a lead wants no more."""
        ...

    def hand_over(self, endpoint: Endpoint, text: TrackText) -> TextAnswer:
        """What became of a text."""
        ...

    def close(self) -> None:
        """Close the connections; they are opened again when they are needed."""
        ...


def hand_texts_over(
    session: Session, plan: RoundPlan, log: HandOverLog, post: TextPost, result: SendResult
) -> SendResult:
    """Hand the texts of a round over, and enter what became of them into the ledger."""
    now = plan.now
    with session.read("send", now) as workspace:
        endpoints = {
            e.name: e for e in workspace.ledger.deliveries().endpoints() if e.state == "active"
        }
        store = nurture.track_facts(workspace.con, workspace.ledger)
        changes = nurture.leads_with_changes(store, plan.recorded_until)
    faults: dict[str, None] = {}
    try:
        for one in plan.hand_overs:
            endpoint = _endpoint(one.to, endpoints, now)
            fault = (
                f"There is no active endpoint {one.to!r}: its texts stay owed."
                if endpoint is None
                else post.fault(endpoint)
            )
            if fault is not None:
                faults[fault] = None
            elif endpoint is not None and one.fact.lead_id not in changes:
                _hand_over(plan, one, endpoint, log, post)
    finally:
        post.close()
    with session.write("send", now) as workspace:
        done = settle(workspace, log)
    return replace(
        result,
        texts=result.texts - done.texts - len(done.failed),
        texts_sent=done.texts,
        later=done.later,
        failed=done.failed,
        fault=" ".join(faults) or None,
    )


def _hand_over(
    plan: RoundPlan, one: PlannedText, endpoint: Endpoint, log: HandOverLog, post: TextPost
) -> None:
    fact = replace(one.fact, mail_id=_text_id(one.fact), because=f"handed to {endpoint.name}")
    language = str(one.values.get("language") or "en").strip().lower()[:2]
    leave = mail_delivery.passage(post.leave_url(fact.lead_id, fact.track, language))
    content = plan.contents.find(one.content, one.values.get("language"))
    try:
        letter = content.render({**one.values, "unsubscribe_url": leave})
    except CannotDo:
        return  # a mail of that content says so; the text stays owed
    reach = {n: str(v) for n in REACH if (v := one.values.get(n)) not in (None, "")}
    assert fact.mail_id is not None
    text = TrackText(
        fact.mail_id,
        fact.lead_id,
        fact.track,
        fact.step,
        fact.variant,
        fact.at,
        letter.subject,
        letter.text,
        reach,
    )
    log.begin(fact, letter.subject)
    answer = post.hand_over(endpoint, text)
    log.finish(fact.mail_id, mail_delivery.outcome(answer.fate, answer.because))


def _text_id(fact: StepFact) -> str:
    """The same id for a step of a lead however often it is handed over; it says nothing of it."""
    said = f"text|{fact.lead_id}|{fact.track}|{fact.entry}|{fact.step}"
    return f"msg_{sha256(said.encode()).hexdigest()[:32]}"


def _endpoint(to: str, endpoints: Mapping[str, Endpoint], now: datetime) -> Endpoint | None:
    """The endpoint of that name; a variable of the environment is one of its own."""
    if not to.startswith("env:"):
        return endpoints.get(to)
    return Endpoint(to, to, "apprise", to, (), "active", "", 0, 0, None, "playbook", now)
