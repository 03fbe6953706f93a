"""What was handed over, entered into the ledger: as steps of tracks, and as activities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leadlight.desk.live.rows import Row, append_rows, moment_of_append
from leadlight.desk.wiring import nurture
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.catalog import Attribute, Type
from leadlight.facts.steps import StepFact, StepKind
from leadlight.results.nurture import StepReport

if TYPE_CHECKING:
    from leadlight.desk.wiring.mail_delivery import HandOver, HandOverLog

#: How the import of sent mails is called in the book of imports.
NAME = "tracks"
_OWN = {"mail_id": Attribute("mail_id", Type.TEXT, "the id of the mail", own=True)}
_KINDS: dict[str, StepKind] = {
    "sent": "sent",
    "bounced": "failed",
    "refused": "failed",
    "uncertain": "uncertain",
}
NOBODY_KNOWS = "The sender was stopped while this mail was handed over."


@dataclass(frozen=True)
class HandOverCount:
    """What became of mails that were handed over."""

    sent: int = 0
    texts: int = 0
    later: int = 0
    failed: tuple[StepReport, ...] = ()
    uncertain: tuple[StepReport, ...] = ()

    @property
    def count(self) -> int:
        """How many are no longer owed."""
        return self.sent + self.texts + len(self.failed) + len(self.uncertain)


def settle(workspace: Workspace, log: HandOverLog, *, is_recovery: bool = False) -> HandOverCount:
    """Enter into the ledger what the log holds, and empty the log. What is entered twice counts
    once. With `is_recovery` what has no end is uncertain; else nobody was stopped.
    """
    found = log.read()
    if not found:
        return HandOverCount()
    now = moment_of_append(workspace, workspace.now)
    facts = [fact for each in found if (fact := _fact(each)) is not None]
    nurture.add_step_facts(nurture.track_facts(workspace.con, workspace.ledger), facts, now)
    rows = [row for each in found for row in _activities(each)]
    if rows:
        append_rows(replace(workspace, now=now), "activities", rows, NAME, now, _OWN)
    log.empty()
    return _count(found)


def _fact(each: HandOver) -> StepFact | None:
    fate = each.outcome.fate if each.outcome is not None else "uncertain"
    kind = _KINDS.get(fate)
    if kind is None:
        return None  # it is owed still
    because = each.outcome.because if each.outcome is not None else NOBODY_KNOWS
    if kind == "sent":
        kind = each.fact.kind
    return replace(each.fact, kind=kind, because=because or None)


def _activities(each: HandOver) -> list[Row]:
    """What the log of activities is told: a mail that was sent, or that came back at once."""
    fate = each.outcome.fate if each.outcome is not None else ""
    kind = {"sent": "email_sent", "bounced": "email_bounced"}.get(fate)
    if kind is None or each.fact.kind == "text":
        return []
    fact = each.fact
    row: Row = {
        "lead_id": fact.lead_id,
        "occurred_at": fact.at,
        "kind": kind,
        "activity_id": fact.mail_id,
        "mail_id": fact.mail_id,
        "channel": "email",
        "campaign": fact.track,
        "subject": each.subject,
    }
    if fate == "bounced" and each.outcome is not None:
        row["result"] = each.outcome.because
    return [row]


def _count(found: Sequence[HandOver]) -> HandOverCount:
    fates = [each.outcome.fate if each.outcome is not None else "uncertain" for each in found]
    pairs = list(zip(found, fates, strict=True))
    return HandOverCount(
        sum(fate == "sent" and each.fact.kind == "sent" for each, fate in pairs),
        sum(fate == "sent" and each.fact.kind == "text" for each, fate in pairs),
        fates.count("later") + fates.count("ours"),
        tuple(_report(e) for e, fate in pairs if fate in ("bounced", "refused")),
        tuple(_report(e) for e, fate in pairs if fate == "uncertain"),
    )


def _report(each: HandOver) -> StepReport:
    because = each.outcome.because if each.outcome is not None else NOBODY_KNOWS
    return StepReport(each.fact.lead_id, each.fact.track, each.fact.step, because)
