"""What a person sees of buildings: where they are, crops of a picture, a tile of it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Crop", "Spot", "Tile"]


@dataclass(frozen=True)
class Spot:
    """Where a building is: longitude, latitude, and its outline as WKT where it is known."""

    longitude: float
    latitude: float
    outline: str | None = None


@dataclass(frozen=True)
class Crop:
    """A crop as JPEG, `side` pixels wide and high, with the outline in its pixels."""

    jpeg: bytes
    side: int
    outline: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Tile:
    """A part of a picture as JPEG (empty where there is no picture), its width and height, and the
    outline of each building in its pixels.
    """

    jpeg: bytes
    width: int
    height: int
    outlines: tuple[tuple[tuple[float, float], ...], ...]
