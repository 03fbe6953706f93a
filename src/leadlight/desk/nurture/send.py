"""A round: who enters and leaves tracks, and what is owed and allowed goes out.

What went out is noted mail by mail in the workspace's folder and entered into the ledger a few
hundred at a time, so that a process may be killed at any moment: whoever sends next enters what
the note says, and only mails that were being handed over right then are uncertain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from leadlight.desk.nurture.hand_overs import settle
from leadlight.desk.nurture.round_plan import PlannedMail, RoundPlan, plan_round
from leadlight.desk.nurture.text_post import TextPost, hand_texts_over
from leadlight.desk.session import Session
from leadlight.desk.wiring import mail_delivery, nurture
from leadlight.desk.workspace.pause import pause_reason
from leadlight.nurture.permission import REFUSALS
from leadlight.problems import CannotDo, NextStep
from leadlight.results.nurture import MailPreview, RefusalCount, SendResult

if TYPE_CHECKING:
    from leadlight.desk.wiring.mail_delivery import Content, Contents, HandOverLog, PostOffice

#: So many mails are handed over between two entries into the ledger; so many are shown.
BATCH, SHOWN = 500, 10
_SENTENCE = "The workspace is a copy, and nothing is sent from it: {}"


@dataclass(frozen=True)
class SendRequest:
    """A round at a moment, of at most `limit` mails."""

    now: datetime
    limit: int = 10_000


@dataclass(frozen=True)
class OwedRequest:
    """What a round of at most `limit` mails would come to."""

    now: datetime
    limit: int = 10_000


def owed(session: Session, request: OwedRequest) -> SendResult:
    """What a round would come to, with its first mails. Nothing is sent or recorded. Raises
    `CannotDo` where the playbook has no track, or a content is missing.
    """
    with session.read("owed", request.now) as workspace:
        plan = plan_round(workspace, request.limit, is_preview=True)
        return replace(_result(plan), mails=tuple(_previews(plan)), doubts=_doubts(plan))


def send(
    session: Session,
    request: SendRequest,
    post: PostOffice | None = None,
    texts: TextPost | None = None,
) -> SendResult:
    """Make a round; `texts` hands texts to endpoints, which otherwise stay owed. Raises `CannotDo`
    where a workspace is paused, where there is no relay, and while somebody else sends.
    """
    paused = pause_reason(session.place.folder)
    if paused is not None:
        raise CannotDo(_SENTENCE.format(paused), step=NextStep("serve", {"resume": True}))
    with mail_delivery.hand_over_log(session.place.folder) as log:
        with session.write("send", request.now) as workspace:
            recovery = settle(workspace, log, is_recovery=True)
            plan = plan_round(workspace, request.limit)
        result = replace(_result(plan), recovered=recovery.count, uncertain=recovery.uncertain)
        if texts is not None and plan.hand_overs:
            result = hand_texts_over(session, plan, log, texts, result)
        if not plan.mails:
            return result
        if post is None:
            said = f"{len(plan.mails):,} mails are owed, and no relay is named."
            said = f"{said} Set LEADLIGHT_SMTP and LEADLIGHT_MAIL_FROM."
            return replace(result, fault=f"{result.fault or ''} {said}".strip())
        try:
            return _Round(session, plan, log, post, result).run()
        finally:
            post.close()


class _Round:
    """The mails of a round on their way."""

    def __init__(
        self,
        session: Session,
        plan: RoundPlan,
        log: HandOverLog,
        post: PostOffice,
        result: SendResult,
    ) -> None:
        self._session, self._plan, self._log, self._post = session, plan, log, post
        self._result = result
        self._changes: set[str] = set()

    def run(self) -> SendResult:
        """Hand over batch by batch, and enter each into the ledger."""
        mails = self._plan.mails
        for begin in range(0, len(mails), BATCH):
            fault = self._hand_over(mails[begin : begin + BATCH])
            self._settle()
            if fault is not None:
                return replace(self._result, fault=f"{self._result.fault or ''} {fault}".strip())
        return self._result

    def _hand_over(self, planned: Sequence[PlannedMail]) -> str | None:
        facts, letters = {}, []
        for one in planned:
            if one.fact.lead_id in self._changes:
                self._add_refusal("changed")
                continue
            fact = replace(one.fact, mail_id=self._mail_id(one))
            content = self._plan.contents.find(one.content, one.values.get("language"))
            try:
                mail, subject = self._post.write(
                    content, fact, one.email, one.values, notes_clicks=one.notes_clicks
                )
            except CannotDo as fault:
                return str(fault)
            facts[mail.mail_id] = (fact, subject)
            letters.append(mail)
        return self._post.hand_over(
            letters,
            lambda mail: self._log.begin(*facts[mail.mail_id]),
            lambda mail, outcome: self._log.finish(mail.mail_id, outcome),
        )

    def _mail_id(self, one: PlannedMail) -> str:
        fact = one.fact
        return self._post.mail_id(fact.lead_id, fact.track, fact.entry, fact.step)

    def _settle(self) -> None:
        now = self._plan.now
        with self._session.write("send", now) as workspace:
            done = settle(workspace, self._log)
            store = nurture.track_facts(workspace.con, workspace.ledger)
            self._changes = nurture.leads_with_changes(store, self._plan.recorded_until)
        self._result = replace(
            self._result,
            sent=self._result.sent + done.sent,
            later=self._result.later + done.later,
            failed=(*self._result.failed, *done.failed),
            uncertain=(*self._result.uncertain, *done.uncertain),
        )

    def _add_refusal(self, code: str) -> None:
        known = {r.code: r for r in self._result.refusals}
        old = known.get(code, RefusalCount(code, REFUSALS[code], 0))
        known[code] = replace(old, mails=old.mails + 1)
        self._result = replace(
            self._result, refusals=tuple(known.values()), allowed=self._result.allowed - 1
        )


def _result(plan: RoundPlan) -> SendResult:
    refusals = sorted(plan.refusals.items(), key=lambda each: -each[1])
    return SendResult(
        plan.now,
        plan.is_preview,
        plan.entered,
        plan.left,
        plan.owed,
        len(plan.mails),
        tasks=plan.tasks,
        texts=plan.texts + len(plan.hand_overs),
        refusals=tuple(RefusalCount(code, REFUSALS[code], n) for code, n in refusals),
        stopped=plan.stopped,
    )


def _previews(plan: RoundPlan) -> list[MailPreview]:
    found = []
    for one in plan.mails[:SHOWN]:
        letter = _content(plan.contents, one).render({**one.values, "unsubscribe_url": "..."})
        fact = one.fact
        found.append(
            MailPreview(
                fact.lead_id,
                fact.track,
                fact.step,
                fact.variant,
                one.content,
                one.email,
                letter.subject,
                letter.text,
            )
        )
    return found


def _doubts(plan: RoundPlan) -> tuple[str, ...]:
    """What would keep the mails from being read, once for each content."""
    by_content = {one.content: one for one in plan.mails}
    return tuple(
        doubt
        for one in by_content.values()
        for doubt in _content(plan.contents, one).doubts(one.values)
    )


def _content(contents: Contents, one: PlannedMail) -> Content:
    return contents.find(one.content, one.values.get("language"))
