"""Segments that buy, groups that behave alike and look-alikes, as lines."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.predict.segments.segment import Persona
from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.persona import ClusterResult, LookalikeResult, PersonaResult

SHOWN = 20  # look-alikes


def render_personas(result: PersonaResult) -> Iterator[str]:
    """Who buys and who does not, each segment with its figures; or why the data name none."""
    search = result.search
    yield (
        f"{search.won:,} of {search.rows:,} leads have the outcome"
        f" ({presentable(result.outcome, 60)}); {presentable(search.split, 120)}."
    )
    yield from result.notes
    for s in search.leaks:
        yield f"Set aside: {presentable(s.header, 50)!r} {presentable(s.why, 240)}."
    for title, personas in (("Who buys", search.buys), ("Who does not", search.buys_not)):
        if personas:
            yield ""
            yield (
                f"{title} (of the {search.judged:,} leads that judge, {search.base:.1%} were won)"
            )
            for persona in personas:
                yield from _segment(persona, search.value)
    yield ""
    yield from _evidence(result)


def _segment(p: Persona, all_value: float | None) -> Iterator[str]:
    """One segment, in three lines."""
    yield f"  {presentable(p.name, 60)}"
    yield f"    {presentable(p.condition, 1_000)}"
    yield (
        f"    {p.leads:,} leads ({p.share:.0%}), {p.rate.value:.1%} won ({p.rate.low:.1%} to"
        f" {p.rate.high:.1%}), {p.lift.value:.2f} times all ({p.lift.low:.2f} to"
        f" {p.lift.high:.2f}){_value(p, all_value)}"
    )


def _value(p: Persona, all_value: float | None) -> str:
    if p.value is None or p.value.value is None:
        return ""
    mine = f"; {p.value.value:,.0f} a lead ({p.value.low:,.0f} to {p.value.high:,.0f})"
    return mine + (f" against {all_value:,.0f} of all" if all_value is not None else "")


def _evidence(result: PersonaResult) -> Iterator[str]:
    search = result.search
    if search.why_not:
        yield f"The data name no ideal customer. {search.why_not}"
    if search.buys or search.buys_not:
        yield (
            f"{search.tried:,} rules were tried on {search.taught:,} leads, and the"
            f" {search.proposed} best judged on others; the chance that even one of those shown is"
            " a fluke is at most 1 in 100 (Fisher's exact test, Holm's correction)."
        )
    if result.file is not None:
        many = plural(len(search.buys) + len(search.buys_not), "segment", "segments")
        yield (
            f"Written to {result.file.path}: an audience scale and {many}. Take what you like of it"
            " into your playbook."
        )


def render_clusters(result: ClusterResult) -> Iterator[str]:
    """Each group with its name, size and what sets it apart."""
    yield from result.notes
    for c in result.clusters:
        won = "" if c.won is None else f", {c.won:.1%} won"
        yield ""
        yield f"  {presentable(c.name, 100)}"
        yield f"    {plural(c.leads, 'lead', 'leads')} ({c.share:.0%}){won}"
        yield from (f"    {presentable(difference, 120)}" for difference in c.apart)
    if result.file is not None:
        yield ""
        yield f"Which lead is in which group: {result.file.path}."


def render_lookalikes(result: LookalikeResult) -> Iterator[str]:
    """The leads most like a set, nearest first, with what they share."""
    yield from result.notes
    for lead in result.leads[:SHOWN]:
        shares = presentable(", ".join(lead.shares), 100)
        yield f"  {presentable(lead.lead_id, 40):<40} {lead.likeness:>6.0%}  {shares}"
    if len(result.leads) > SHOWN:
        yield f"  and {len(result.leads) - SHOWN:,} more"
    if result.file is not None:
        yield f"Written to {result.file.path}."
