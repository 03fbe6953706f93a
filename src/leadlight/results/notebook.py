"""Results as a notebook shows them: tables with bars, every text escaped, nothing loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape
from typing import TypeAlias

from leadlight.results.summary import ScaleSummary, Summary, TopLead, label_text

#: A score's name, what each rule counts, and the score.
LedgerLines: TypeAlias = tuple[str, Sequence[tuple[str, Decimal]], Decimal]
#: So many leads are shown.
SHOWN = 10
_COLOURS = {"hot": "#b34700", "warm": "#8a6200", "cold": "#1f6fa8"}
_BAR = "display:inline-block;height:.8em;background:{};width:{:.0f}px"


def summary_html(summary: Summary) -> str:
    """A base in numbers: each scale with its labels, and whom to call first."""
    when = f"{summary.as_of:%Y-%m-%d %H:%M} UTC"
    head = f"<p><b>{summary.leads:,} leads</b> by {escape(summary.playbook)}, as of {when}</p>"
    scales = "".join(_scale(scale, summary.leads) for scale in summary.scales)
    best = summary.calls or summary.top
    return f"<div>{head}{scales}{_leads(best[:SHOWN])}</div>"


def lead_html(
    lead_id: str, labels: Sequence[tuple[str, str]], ledgers: Sequence[LedgerLines]
) -> str:
    """A lead: its labels (scale, label), and the ledger of each score, which sums exactly."""
    said = ", ".join(f"{escape(scale)} <b>{escape(label)}</b>" for scale, label in labels)
    shown = "".join(_ledger(*ledger) for ledger in ledgers)
    return f"<div><p><b>{escape(lead_id)}</b>: {said}</p>{shown}</div>"


def _scale(scale: ScaleSummary, leads: int) -> str:
    rows = [
        (
            escape(label_text(count.label)),
            f"{count.leads:,}",
            f"{100 * count.leads / max(leads, 1):.0f}%",
            f'<span style="{_bar(count.label, count.leads / max(leads, 1))}"></span>',
        )
        for count in scale.labels
    ]
    return _table((label_text(scale.name).capitalize(), "Leads", "", ""), rows)


def _bar(label: str, share: float) -> str:
    return _BAR.format(_COLOURS.get(label, "#62727b"), 200 * share)


def _leads(leads: Sequence[TopLead]) -> str:
    rows = [
        (
            escape(lead.name or lead.lead_id),
            escape(lead.company),
            escape(lead.temperature),
            escape(lead.next_step),
            escape(lead.reasons),
        )
        for lead in leads
    ]
    return _table(("Whom to call first", "Company", "", "Next step", "Why"), rows) if rows else ""


def _ledger(name: str, lines: Sequence[tuple[str, Decimal]], total: Decimal) -> str:
    rows = [(escape(what), f"{points:+.2f}") for what, points in lines if points]
    end = (f"<b>{escape(name)}</b>", f"<b>{total:.2f}</b>")
    return _table((name.capitalize(), ""), [*rows, end])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the head is escaped here, the cells are HTML already."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
