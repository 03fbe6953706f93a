"""A specialist list as lines."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.problems import plural
from leadlight.results.geo_list import ListEntry, SpecialistList
from leadlight.results.text.lines import Part, files_line, presentable_line

_SHOWN, _LONGEST = 20, 400


def right_sentence(found: SpecialistList) -> str:
    """How many of the list are right, as somebody may repeat it."""
    length = len(found.entries)
    if found.expected is None:
        return "How many of them are right is not known."
    e = found.expected
    return (
        f"About {e.right:.0f} of these {length:,} are expected to be right (95 %: {e.low:.0f} to"
        f" {e.high:.0f})."
    )


def render_list(found: SpecialistList) -> Iterator[Part]:
    """The first twenty with why, how many are right, and where the files are."""
    yield (
        f"{found.title}: the best {len(found.entries):,} of"
        f" {plural(found.buildings, 'building', 'buildings')}, by {found.score} of"
        f" {found.playbook}; {found.reachable:,} with a contact."
    )
    yield right_sentence(found)
    for sentence in found.basis:
        yield presentable_line(sentence, _LONGEST)
    yield ""
    for entry in found.entries[:_SHOWN]:
        yield from _entry(entry)
    more = len(found.entries) - _SHOWN
    if more > 0:
        yield f"... and {more:,} more."
    yield from (presentable_line(s, _LONGEST) for s in (*found.sources, *found.licences))
    yield from files_line(found.files)


def _entry(entry: ListEntry) -> Iterator[str]:
    words = [entry.who or entry.building, entry.trade, entry.address]
    sure = "" if entry.chance is None else f"  {entry.chance:.0%}"
    seen = {None: "", True: "  looked at: yes", False: "  looked at: no"}[entry.looked_at]
    head = ", ".join(w for w in words if w)
    yield presentable_line(f"{entry.place:>3}. {head}  {entry.score:g}{sure}{seen}", _LONGEST)
    contact = ", ".join(w for w in (entry.phone, entry.email, entry.website, entry.refuses) if w)
    if contact:
        yield presentable_line(f"     {contact}", _LONGEST)
    if entry.reasons:
        yield presentable_line(f"     {entry.reasons}", _LONGEST)
