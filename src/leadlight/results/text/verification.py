"""A verification, and the repairs it proposes, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadlight.facts.contact import RULES
from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.text.lines import Hint, Line, Part, files_line
from leadlight.results.verification import (
    VERDICTS,
    AcceptResult,
    DeclineResult,
    Repair,
    RepairList,
    VerifyResult,
)

SHOWN = 40


def render_verification(found: VerifyResult) -> Iterator[Part]:
    """The verdicts, why, and what to do next."""
    if not found.leads and found.every is not None:
        yield (
            "No contact is new, changed or due: all were verified in the last"
            f" {max(1, found.every.days)} days."
        )
        return
    yield (
        f"{plural(found.leads, 'lead', 'leads')} verified;"
        f" {plural(found.without_contact, 'has', 'have')} no contact point at all."
    )
    yield _verdict_table(found.verdicts)
    if found.rules:
        yield "\nWhy:"
    for rule, leads in found.rules.items():
        if rule in RULES:
            yield f"{leads:>10,}  {RULES[rule].say}  ({rule})"
    yield from _domain_lines(found)
    yield from _next_steps(found)


def render_repairs(found: RepairList) -> Iterator[Part]:
    """The repairs, a line each."""
    if not found.repairs:
        yield "No repair is proposed."
        yield Hint("Look for what could be repaired:", NextStep("verify"))
        return
    yield from _repair_lines(found.repairs)
    yield "\nAccept them by lead, by rule, by contact point, or all at once."
    yield Hint("For example:", NextStep("verify", {"accept": _example(found.repairs)}))


def render_acceptance(found: AcceptResult) -> Iterator[Part]:
    """The repairs that were accepted, and how to take them back."""
    yield from _repair_lines(found.repairs)
    accepted = plural(len(found.repairs), "repair", "repairs")
    yield f"\n{accepted} accepted as {found.receipt.import_id}."
    yield Hint("To undo:", NextStep("undo", {"import_id": found.receipt.import_id}))


def render_refusal(found: DeclineResult) -> Iterator[Part]:
    """The repairs that were declined, and how to take that back."""
    yield from _repair_lines(found.repairs)
    declined = plural(len(found.repairs), "repair", "repairs")
    yield f"\n{declined} declined as {found.receipt.import_id}."
    yield Hint("To undo:", NextStep("undo", {"import_id": found.receipt.import_id}))


def _verdict_table(verdicts: Mapping[str, Mapping[str, int]]) -> Part:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    for verdict in VERDICTS:
        table.add_column(verdict, justify="right")
    for point, counts in verdicts.items():
        table.add_row(point, *(f"{counts.get(v, 0):,}" for v in VERDICTS))
    return table


def _domain_lines(found: VerifyResult) -> Iterator[Part]:
    domains = found.domains
    if domains is None:
        yield Line("\nE-mail domains were not looked up in DNS.", "dim")
        if found.receipt is not None:
            yield Hint("To look them up:", NextStep("verify", {"probe": True}))
        return
    left = f"; {domains.left:,} are left for the next time" if domains.left else ""
    yield (
        f"\n{plural(domains.asked, 'e-mail domain was', 'e-mail domains were')} looked up in"
        f" DNS{left}."
    )


def _next_steps(found: VerifyResult) -> Iterator[Part]:
    if found.receipt:
        yield f"\nRecorded as {found.receipt.import_id}."
        yield Hint("To undo:", NextStep("undo", {"import_id": found.receipt.import_id}))
        if found.repairs:
            yield Hint(
                f"{plural(found.repairs, 'repair is', 'repairs are')} proposed:",
                NextStep("verify", {"repairs": True}),
            )
    for line in files_line(found.files):
        yield f"\n{line}"


def _repair_lines(repairs: Sequence[Repair]) -> Iterator[str]:
    for one in repairs[:SHOWN]:
        why = f"  ({one.because})" if one.because else ""
        yield (
            f"{presentable(one.lead_id, 40)}  {one.point}: {presentable(one.value, 80)} -> "
            f"{presentable(one.proposed, 80)}{why}"
        )
    if len(repairs) > SHOWN:
        yield f"... and {len(repairs) - SHOWN:,} more."


def _example(repairs: Sequence[Repair]) -> str:
    """A rule that proposes some of them."""
    return next((rule for r in repairs for rule in r.rules), "all")
