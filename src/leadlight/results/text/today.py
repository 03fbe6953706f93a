"""The leads that wait, and an outcome that was logged, as sentences and lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from leadlight.facts.catalog import standard_kind
from leadlight.facts.sales_touches import KIND_OF_OUTCOME, OUTCOMES, SalesTouch
from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.summary import label_text
from leadlight.results.text.lines import Hint, Part
from leadlight.results.today import OutcomeReceipt, QueuedLead, TodayQueue, UndoneOutcome

_MOST_REASONS = 2


def reason_sentence(
    label: str | None, reasons: Sequence[str], last: SalesTouch, *, is_due: bool
) -> str:
    """Why a lead waits, in one sentence."""
    why = "; ".join(presentable(r, 120) for r in reasons[:_MOST_REASONS])
    if is_due and last.next_touch is not None:
        said = f"You agreed to be in touch on {last.next_touch:%Y-%m-%d}"
        return f"{said}; {why}." if why else f"{said}."
    if label is None:
        return f"{why}." if why else "Nobody has been in touch yet."
    return f"{label_text(label).capitalize()}: {why}." if why else f"{label_text(label)}."


def touch_sentence(last: SalesTouch) -> str:
    """What was done last with a lead, when and by whom."""
    if last.at is None or last.kind is None:
        return "Nobody has been in touch since."
    by = f" by {presentable(last.by, 80)}" if last.by else ""
    return f"Logged {last.at:%Y-%m-%d %H:%M}{by}: {kind_words(last.kind)}."


def time_left_text(left: timedelta) -> str:
    """How much time is left to answer, or since when none is."""
    length = _length(abs(left))
    return f"{length} left" if left >= timedelta(0) else f"{length} overdue"


def render_today(queue: TodayQueue) -> Iterator[Part]:
    """The leads that wait, each with its reason, its ways and its clock."""
    if queue.run_id is None:
        yield Hint("Nobody has been qualified yet:", NextStep("qualify"))
        return
    if not queue.leads:
        yield "Nobody waits for you now."
        return
    for place, lead in enumerate(queue.leads, 1):
        yield f"{place:>3}  {_head(lead)}"
        yield f"     {presentable(lead.reason, 300)}"
        yield f"     {_ways(lead)}"
    if queue.more:
        yield "There are more after them."
    first = queue.leads[0].lead_id
    yield Hint("To log what came of it:", NextStep("log-outcome", {"lead": first}))


def render_outcome(receipt: OutcomeReceipt) -> Iterator[Part]:
    """What was logged, what it changed, and how to take it back."""
    lead, said = presentable(receipt.lead_id, 120), OUTCOMES[receipt.outcome]
    touch = f", next touch {receipt.next_touch:%Y-%m-%d %H:%M}" if receipt.next_touch else ""
    yield f"{lead}: {said} is logged{touch}."
    for move in receipt.moves:
        yield f"  {move.scale}: {move.before or 'none'} -> {move.after or 'none'}"
    if receipt.pending:
        yield f"It is not qualified again yet: {receipt.pending}"
    yield Hint("To take it back:", NextStep("undo-outcome", {"outcome_id": receipt.outcome_id}))


def render_undone_outcome(undone: UndoneOutcome) -> Iterator[Part]:
    """What was taken back."""
    imports = ", ".join(undone.imports)
    yield f"The outcome is taken back ({imports}), and the lead waits as it did before."
    if undone.pending:
        yield f"It is not qualified again yet: {undone.pending}"


def queue_title(queue: TodayQueue) -> str:
    """How many wait, in a few words."""
    more = " and more" if queue.more else ""
    return f"{plural(len(queue.leads), 'lead', 'leads')}{more}"


def _head(lead: QueuedLead) -> str:
    company = presentable(lead.attributes.get("company"), 60)
    parts = [presentable(lead.lead_id, 60), presentable(lead.name, 60), company]
    if lead.time_left is not None:
        parts.append(time_left_text(lead.time_left))
    return " · ".join(p for p in dict.fromkeys(parts) if p)


def _ways(lead: QueuedLead) -> str:
    ways = [f"{way.channel} {presentable(way.value, 80)}" for way in lead.ways]
    return " · ".join([*ways, *lead.ways_barred]) or "There is no way to be in touch."


def kind_words(kind: str) -> str:
    """An outcome by the kind of activity it is kept as; else the kind itself, in words."""
    standard = standard_kind(kind)
    for outcome, of_outcome in KIND_OF_OUTCOME.items():
        if of_outcome == standard:
            return OUTCOMES[outcome]
    return presentable(standard.replace("_", " "), 40)


def _length(time: timedelta) -> str:
    minutes = int(time / timedelta(minutes=1))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"
