"""What was measured and matched, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.geo import MatchResult, MeasureResult
from leadlight.results.text.lines import Hint, Line, Part, files_line

__all__ = ["render_match", "render_measure"]


def render_measure(found: MeasureResult) -> Iterator[Part]:
    """The picture, the buildings, and what could not be asked."""
    if found.picture is not None:
        p = found.picture
        yield (
            f"{presentable(p.name)}: {p.width:,} x {p.height:,} pixels of {p.metres:.2f} m, bands"
            f" {', '.join(p.bands)}, of {found.taken}."
        )
    yield f"{_buildings(found.buildings)} measured, for: {presentable(found.purpose)}."
    if found.outside:
        yield f"{plural(found.outside, 'footprint lies', 'footprints lie')} outside the picture."
    if found.partly:
        shown = plural(found.partly, "building is", "buildings are")
        yield f"{shown} on the picture by less than half: picture_coverage says how much."
    if found.left_out:
        yield f"{plural(found.left_out, 'shape is', 'shapes are')} no outline and left out."
    for refused in found.refused:
        yield Line(f"Not asked: {refused.why}", "doubt")
    if found.leads:
        news = plural(found.leads, "lead that is", "leads that are")
        yield f"{news} linked with these buildings have the news."
    if found.import_id:
        yield Hint("To take it back:", NextStep("undo", {"import_id": found.import_id}))
    yield from files_line([found.file])
    if found.licence:
        yield found.licence
    if not found.leads:
        yield Hint("Next:", NextStep("match-buildings", {"buildings": found.file.path}))


def render_match(found: MatchResult) -> Iterator[Part]:
    """Who was found where, who was not, and whom nobody knew yet."""
    leads, houses = plural(found.leads, "lead", "leads"), _buildings(found.buildings)
    yield (
        f"{leads}, {houses}: {found.in_buildings:,} placed"
        f" ({found.by_coordinates:,} by coordinates, {found.by_address:,} by address),"
        f" in {_buildings(found.occupied)}."
    )
    for group in found.unplaced:
        more = ", ..." if group.leads > len(group.first) else ""
        first = ", ".join(map(presentable, group.first))
        yield f"  not placed: {group.leads:,}, {group.why} ({first}{more})"
    if found.prospects:
        yield (
            f"{plural(found.prospects, 'prospect', 'prospects')}: buildings with an address and no"
            f" lead; {found.reachable:,} with a contact by the map."
        )
    if found.nameless:
        without = plural(found.nameless, "building has", "buildings have")
        yield f"{without} no address that is known, and can be no prospect."
    if found.import_id:
        yield Hint("To take it back:", NextStep("undo", {"import_id": found.import_id}))
    if found.file is not None:
        yield from files_line([found.file])
        yield Hint("Next:", NextStep("qualify", {"leads": found.file.path}))
    if found.licence:
        yield found.licence


def _buildings(count: int) -> str:
    return plural(count, "building", "buildings")
