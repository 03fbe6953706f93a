"""What was done with a person's rights, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadlight.problems import NextStep
from leadlight.results.persons import Objection
from leadlight.results.text.lines import Hint, Part


def render_objection(objection: Objection) -> Iterator[Part]:
    """Who objects since when, and what follows from it."""
    leads, several = leads_phrase(objection.leads), len(objection.leads) > 1
    if objection.import_id is None and objection.withdrawn:
        yield f"{leads} did not object to profiling. Nothing was changed."
        return
    if objection.import_id is None:
        yield f"{leads} objected to profiling already. Nothing was changed."
        return
    when = f"{objection.at:%Y-%m-%d %H:%M}"
    if objection.withdrawn:
        yield (
            f"{leads} {'do' if several else 'does'} not object to profiling any more since {when}"
            f" ({objection.import_id}): qualified again from the next run on."
        )
    else:
        yield (
            f"{leads} {'object' if several else 'objects'} to profiling since {when}"
            f" ({objection.import_id}): neither scored nor put into segments, and gone from the"
            " next run on."
        )
    yield Hint("For labels that show it:", NextStep("qualify", {"touched": True}))


def leads_phrase(leads: Sequence[str]) -> str:
    """Some leads by their ids, at the beginning of a sentence."""
    return f"The lead{'s' if len(leads) > 1 else ''} {', '.join(leads)}"
