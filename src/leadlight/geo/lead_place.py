"""Where a lead is said to be, and what is concluded from it: a building, how far, how sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["BuildingLink", "How", "LeadPlace", "LostLead", "Why", "confidence"]

How = Literal["coordinates", "address"]
Why = Literal[
    "neither address nor coordinates",
    "address not in the extract",
    "no building near",
    "several places have this address",
]
#: Somebody may have typed it wrong, or a map may be old.
SURE = 0.95


@dataclass(frozen=True)
class LeadPlace:
    """A lead with its address and its coordinates, as far as somebody stated them; `building` is
    the one that it was linked with before, `match` how.
    """

    lead: str
    street: str | None
    postal_code: str | None
    city: str | None
    building: str | None
    latitude: float | None
    longitude: float | None
    match: str | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude, where somebody stated both and they are possible ones."""
        if self.latitude is None or self.longitude is None or self.match == "address":
            return None  # coordinates that its address led to are of the building
        if not (-90 < self.latitude < 90 and -180 <= self.longitude <= 180):
            return None
        if not self.latitude and not self.longitude:  # what a form sends that knows nothing
            return None
        return self.longitude, self.latitude


@dataclass(frozen=True)
class BuildingLink:
    """A lead's building by its number, how it was found, how far away its wall is in metres (0:
    within), and how sure that is, from 0 to 1.
    """

    lead: str
    building: int
    how: How
    metres: float
    confidence: float


@dataclass(frozen=True)
class LostLead:
    """A lead that has no building, and why."""

    lead: str
    why: Why


def confidence(metres: float, within: float, places: int = 1) -> float:
    """How sure it is that a lead belongs to a building: the nearer, the surer; with several places
    of one address, as many times less.
    """
    near = SURE * (1 - metres / (2 * within)) if within > 0 else SURE
    return round(near / max(1, places), 3)
