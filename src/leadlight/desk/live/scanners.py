"""`scanners`: opens and clicks that no person made, found after the fact, and set apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadlight.desk.session import Session
from leadlight.facts.mail_acts import ActChange, MailAct, MailActQuery
from leadlight.problems import CannotDo
from leadlight.results.scanners import ScannerAct, ScannerLog
from leadlight.verify.automata import APART, AT_ONCE, BURST, REASONS, Act, behaviours

#: What is looked at where nobody says since when, and how many are listed at most.
PERIOD, MOST = timedelta(days=30), 10_000


@dataclass(frozen=True)
class ScannersRequest:
    """Opens and clicks since a moment (the last thirty days). With `apply` those that no person
    made are set apart, so that no rule counts them. At most `limit` are listed.
    """

    now: datetime
    since: datetime | None = None
    apply: bool = False
    limit: int = 100


def scanners(session: Session, request: ScannersRequest) -> ScannerLog:
    """Find what scanners did. Raises `CannotDo` for a limit or a moment that is none."""
    if not 0 < request.limit <= MOST:
        raise CannotDo(f"Between 1 and {MOST:,} acts are listed at once.", field="limit")
    since = request.since or request.now - PERIOD
    if since > request.now:
        raise CannotDo("Nothing is known of what will be.", field="since")
    opening = session.write if request.apply else session.read
    with opening("scanners", request.now) as workspace:
        kinds = tuple(sorted(set(APART.values())))
        query = MailActQuery(since, request.now, max(BURST, AT_ONCE), kinds)
        acts = workspace.ledger.mail_acts(query)
        counting = [act for act in acts if act.kind not in APART.values()]
        found = _without_persons(counting)
        import_id = None
        if request.apply and found:
            changes = [ActChange(a.place, APART[a.kind], reason) for a, reason in found]
            import_id = workspace.ledger.set_apart(changes, now=request.now)
    apart = [(act, act.reason or "scanner") for act in acts if act.kind in APART.values()]
    listed = [_line(a, reason, is_apart=import_id is not None) for a, reason in found]
    listed += [_line(a, reason, is_apart=True) for a, reason in apart]
    newest = sorted(listed, key=lambda a: (a.occurred_at, a.lead_id), reverse=True)
    return ScannerLog(
        since,
        len(found),
        len({act.lead_id for act, _ in found}),
        len(apart),
        tuple(newest[: request.limit]),
        import_id,
    )


def _without_persons(acts: Sequence[MailAct]) -> list[tuple[MailAct, str]]:
    """Those that no person made, each with the code of the reason."""
    reasons = behaviours(
        [Act(a.kind, a.lead_id, a.occurred_at, a.url, a.mail, a.delivered_at) for a in acts]
    )
    return [(a, reason) for a, reason in zip(acts, reasons, strict=True) if reason is not None]


def _line(act: MailAct, reason: str, *, is_apart: bool) -> ScannerAct:
    why = REASONS.get(reason, "It is kept as a scanner's.")
    return ScannerAct(act.lead_id, act.occurred_at, act.kind, act.url, reason, why, is_apart)
