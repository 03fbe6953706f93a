"""The log of what scanners did, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.scanners import ScannerAct, ScannerLog
from leadlight.results.text.lines import Hint, Line, Part


def render_scanners(log: ScannerLog) -> Iterator[Part]:
    """What was found, then each act in a line."""
    since = f"since {log.since:%Y-%m-%d %H:%M}"
    if not log.found and not log.apart:
        yield f"Nothing {since} looks like the work of a scanner."
        return
    if log.apart:
        yield f"{plural(log.apart, 'act', 'acts')} {since} {_be(log.apart)} set apart already."
    if log.import_id is not None:
        yield f"{_count_of(log)} {_be(log.found)} set apart now ({log.import_id})."
        yield Hint("For labels without them:", NextStep("qualify", {"touched": True}))
    elif log.found:
        yield f"{_count_of(log)} {since} {'looks' if log.found == 1 else 'look'} like a scanner's."
        yield Hint("To have them count no more:", NextStep("scanners", {"apply": True}))
    for act in log.acts:
        yield _line(act)
    hidden = log.found + log.apart - len(log.acts)
    if hidden:
        yield Line(f"... and {hidden:,} earlier ones.", "dim")


def _count_of(log: ScannerLog) -> str:
    return f"{plural(log.found, 'act', 'acts')} of {plural(log.leads, 'lead', 'leads')}"


def _be(number: int) -> str:
    return "is" if number == 1 else "are"


def _line(act: ScannerAct) -> Line:
    what = presentable(" ".join(filter(None, (act.kind, act.url))), 120)
    lead = presentable(act.lead_id, 60)
    return Line(
        f"  {act.occurred_at:%Y-%m-%d %H:%M:%S}  {lead}  {what}  {act.reason}",
        "dim" if act.is_apart else "plain",
    )
