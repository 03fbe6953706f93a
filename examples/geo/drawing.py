"""The plan as a picture, and the truth of each house, counted from what was painted."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from affine import Affine
from examples.geo.plan import Town
from rasterio.features import rasterize

#: Red, green, blue and near infrared of each material in the sun.
COLOURS = {
    "grass": (84, 122, 62, 190),
    "road": (118, 117, 114, 120),
    "paving": (150, 147, 141, 150),
    "soil": (122, 96, 72, 130),
    "tree": (50, 84, 42, 180),
    "pool": (92, 186, 214, 40),
    "tarpaulin": (40, 92, 190, 150),
    "car": (34, 44, 92, 70),
    "tile": (168, 92, 70, 150),
    "slate": (72, 72, 76, 80),
    "metal": (196, 198, 202, 200),
    "garden": (104, 128, 74, 170),
    "panel": (28, 40, 84, 40),
}
MATERIALS = tuple(COLOURS)
GREEN = ("grass", "tree", "garden")
FAMILIES = {"roof_tile_share": "tile", "roof_dark_share": "slate", "roof_bright_share": "metal"}
#: What of the sun's light falls into the shade, and how noisy a sensor is, of 255.
SHADE, NOISE = 0.27, 3.0
CLOUD = (246, 247, 248, 245)


class Drawing:
    """The town painted with pixels of `metres`, north above: what each pixel is of, in shade or
    under cloud, and whose roof.
    """

    def __init__(self, town: Town, metres: float = 0.2) -> None:
        self.town, self.metres = town, metres
        self.shape = (round(town.height / metres), round(town.width / metres))
        self.to_plan = Affine(metres, 0, 0, 0, -metres, town.height)
        things = [("road", r) for r in town.roads]
        things += [t for h in town.houses for t in h.things]
        things += [(h.roof, h.outline) for h in town.houses]
        things += [("panel", h.panels) for h in town.houses if h.panels is not None]
        self.material = self.burn([(s, MATERIALS.index(m)) for m, s in things])
        self.roofs = self.burn([(h.outline, n) for n, h in enumerate(town.houses, 1)])
        self.shade = (self.burn([(h.shadow, 1) for h in town.houses]) > 0) & (self.roofs == 0)
        self.cloud = self.burn([(c, 1) for c in town.clouds]) > 0

    def burn(self, pairs: list[tuple[Any, int]]) -> Any:
        """Shapes as numbers in pixels; later ones lie above."""
        if not pairs:
            return np.zeros(self.shape, dtype=np.int32)
        return rasterize(pairs, out_shape=self.shape, transform=self.to_plan, fill=0, dtype="int32")

    def bands(self, seed: int = 7) -> Any:
        """Red, green, blue and near infrared, 8 bits each."""
        random = np.random.default_rng(seed)
        table = np.array([COLOURS[m] for m in MATERIALS], dtype=np.float32)
        out = np.empty((4, *self.shape), dtype=np.uint8)
        light = np.where(self.shade, np.float32(SHADE), np.float32(1))
        for n in range(4):
            band = table[self.material, n] * light
            band[self.cloud] = CLOUD[n]
            band += random.normal(0, NOISE, self.shape).astype(np.float32)
            out[n] = np.clip(np.round(band), 0, 255)
        return out

    def truth(self, reach: float = 15.0) -> list[dict[str, float]]:
        """What is so of each house: counted from what was painted where, not from its colours."""
        owner = self._owner(reach)
        return [self._of_house(n, owner == n) for n in range(1, len(self.town.houses) + 1)]

    def _owner(self, reach: float) -> Any:
        """Whose yard each pixel is: that of the house whose wall is nearest, by distance to its
        outline.
        """
        best = np.full(self.shape, reach, dtype=np.float64)
        owner = np.zeros(self.shape, dtype=np.int32)
        for n, house in enumerate(self.town.houses, 1):
            left, bottom, right, top = house.outline.buffer(reach).bounds
            columns = slice(max(0, int(left / self.metres)), int(right / self.metres) + 1)
            above = self.town.height
            rows = slice(
                max(0, int((above - top) / self.metres)), int((above - bottom) / self.metres) + 1
            )
            part = best[rows, columns]
            x = (np.arange(part.shape[1]) + columns.start + 0.5) * self.metres
            y = above - (np.arange(part.shape[0]) + rows.start + 0.5) * self.metres
            away = _to_walls(house.outline, x, y)
            nearer = away < part
            part[nearer] = away[nearer]
            owner[rows, columns][nearer] = n
        owner[self.roofs > 0] = 0
        return owner

    def _of_house(self, n: int, yard: Any) -> dict[str, float]:
        house, roof = self.town.houses[n - 1], self.roofs == n
        box = _box(roof | yard)
        roof, yard = roof[box], yard[box]
        material, shade = self.material[box], self.shade[box]
        cloud = self.cloud[box]
        lit = ~shade & ~cloud

        def share(of: Any, *names: str, where: Any = lit) -> float:
            is_one = np.isin(material, [MATERIALS.index(m) for m in names])
            return float((is_one & of & where).sum() / max(1, (of & ~cloud).sum()))

        pixel = self.metres**2
        roof_pixels, yard_pixels = roof.sum(), yard.sum()
        roof_seen, yard_seen = (roof & ~cloud).sum(), (yard & ~cloud).sum()
        return {
            "roof_area": house.outline.area,
            "yard_area": yard_pixels * pixel,
            **{name: share(roof, m) for name, m in FAMILIES.items()},
            "roof_green_share": share(roof, *GREEN),
            "panel_share": share(roof, "panel"),
            "panel_area": share(roof, "panel") * roof_seen * pixel,
            "pool_share": share(yard, "pool"),
            "pool_area": share(yard, "pool") * yard_seen * pixel,
            "yard_green_share": share(yard, *GREEN, where=~cloud),
            "paved_share": share(yard, "paving", "road"),
            "shadow_share": float(
                ((roof | yard) & shade & ~cloud).sum() / (roof_pixels + yard_pixels)
            ),
            "cloud_share": float(((roof | yard) & cloud).sum() / (roof_pixels + yard_pixels)),
        }


def _to_walls(outline: Any, x: Any, y: Any) -> Any:
    """How far each point of a grid is from the nearest wall."""
    right, up = np.meshgrid(x, y)
    nearest = np.full(right.shape, np.inf)
    for (ax, ay), (bx, by) in pairwise(shapely.get_coordinates(outline)):
        along, across = bx - ax, by - ay
        part = ((right - ax) * along + (up - ay) * across) / (along**2 + across**2)
        np.clip(part, 0, 1, out=part)
        away = (right - ax - part * along) ** 2 + (up - ay - part * across) ** 2
        np.minimum(nearest, away, out=nearest)
    return np.sqrt(nearest)


def _box(mask: Any) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
