"""What was measured of buildings, and which leads were found in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from leadlight.results.files import WrittenFile

__all__ = ["LostGroup", "MatchResult", "MeasureResult", "PictureFacts", "RefusedQuestion"]


@dataclass(frozen=True)
class PictureFacts:
    """The picture: its name, pixels, length of a pixel on the ground in m, bands and day."""

    name: str
    width: int
    height: int
    metres: float
    bands: tuple[str, ...]


@dataclass(frozen=True)
class RefusedQuestion:
    """A feature that this picture cannot answer, and why, as a sentence."""

    feature: str
    why: str


@dataclass(frozen=True)
class MeasureResult:
    """The buildings that were measured, and where the rows are. `outside` counts footprints of
    which the picture shows nothing, `partly` those of which it shows less than half, `left_out`
    what was no outline. `leads` of the workspace, linked with such a building before, have the
    news.
    """

    buildings: int
    outside: int
    partly: int
    left_out: int
    taken: date
    source: str
    purpose: str
    refused: tuple[RefusedQuestion, ...]
    file: WrittenFile
    picture: PictureFacts | None = None
    leads: int | None = None
    import_id: str | None = None
    licence: str | None = None


@dataclass(frozen=True)
class LostGroup:
    """So many leads have no building, for one reason; the first of them by id."""

    why: str
    leads: int
    first: tuple[str, ...]


@dataclass(frozen=True)
class MatchResult:
    """Which leads were found in which buildings. `prospects` are buildings of no lead that have an
    address; `nameless` are those that have none; `reachable` prospects have a phone number, an
    e-mail address or a site by the map.
    """

    leads: int
    by_coordinates: int
    by_address: int
    unplaced: tuple[LostGroup, ...]
    buildings: int
    occupied: int
    prospects: int
    reachable: int
    nameless: int
    file: WrittenFile | None = None
    import_id: str | None = None
    licence: str | None = None

    @property
    def in_buildings(self) -> int:
        """Leads that have a building."""
        return self.by_coordinates + self.by_address
