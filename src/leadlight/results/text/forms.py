"""Forms as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.forms import FormLine, FormList
from leadlight.results.text.lines import Line, Part


def render_forms(found: FormList) -> Iterator[Part]:
    """Each form with where it is and what came of it; its faults below it."""
    if not found.forms:
        yield "There is no form yet. Write one: forms/guide.yml in the folder of the workspace."
    for form in found.forms:
        yield Line(f"{form.path}   {presentable(form.title, 60)}", "bold")
        yield f"  {form_sentence(form)}"
        yield from (f"  {problem}" for problem in form.problems)


def form_sentence(form: FormLine) -> str:
    """What came of a form."""
    if any(p.level == "fault" for p in form.problems):
        return "It has a fault, and is not shown to anybody."
    if not form.count or form.last is None:
        return "Nobody has sent it yet."
    times = "once" if form.count == 1 else f"{form.count:,} times"
    leads = plural(form.leads, "lead", "leads")
    confirmed = ", each confirmed by mail" if form.double_opt_in else ""
    return f"Sent {times} by {leads}{confirmed}; last on {form.last:%Y-%m-%d %H:%M} UTC."
