"""The plan of the town: what stands where, in metres. Nothing of it is real."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

import shapely
from shapely import affinity

#: A plot of a house, and the road between two rows of plots, in metres.
WIDE, DEEP, ROAD = 30.0, 28.0, 10.0
#: The ground around the town.
RIM = 30.0
STREETS = (
    "Lindenstrasse",
    "Gartenweg",
    "Am Muehlbach",
    "Schulstrasse",
    "Ahornallee",
    "Kirchgasse",
    "Bergstrasse",
    "Rosenweg",
    "Hauptstrasse",
    "Wiesenweg",
    "Birkenweg",
    "Talstrasse",
)
ROOFS = ("tile", "tile", "tile", "tile", "slate", "slate", "metal", "garden")


@dataclass
class House:
    """A house: its outline, what its roof is of, and the things on its roof and around it."""

    name: str
    street: str
    number: int
    outline: Any
    roof: str
    panels: Any = None
    pool: Any = None
    things: list[tuple[str, Any]] = field(default_factory=list)
    shadow: Any = None
    has_address: bool = True


@dataclass
class Town:
    """Houses, roads and clouds on a piece of ground of `width` by `height` metres."""

    width: float
    height: float
    houses: list[House]
    roads: list[Any]
    clouds: list[Any]


def plan(houses: int = 120, seed: int = 7) -> Town:
    """A town of so many houses; the same seed plans the same one."""
    dice = Random(seed)
    across = max(4, round((houses * 1.3) ** 0.5))
    rows = -(-houses // across)
    width = 2 * RIM + across * WIDE
    height = 2 * RIM + rows * (DEEP + ROAD)
    built, roads = [], []
    for row in range(rows):
        bottom = RIM + row * (DEEP + ROAD)
        roads.append(shapely.box(0, bottom, width, bottom + ROAD - 2))
        for column in range(min(across, houses - row * across)):
            left = RIM + column * WIDE
            street = STREETS[row % len(STREETS)] + (
                f" {row // len(STREETS) + 1}" if row >= len(STREETS) else ""
            )
            name = f"h{row * across + column + 1:05d}"
            built.append(_house(name, street, column + 1, left, bottom + ROAD, dice))
    clouds = []
    if len(built) >= 40:
        middle = built[-1].outline.centroid
        clouds.append(affinity.scale(middle.buffer(34), 1.3, 0.9))
    return Town(width, height, built, roads, clouds)


def _house(name: str, street: str, number: int, left: float, bottom: float, dice: Random) -> House:
    long, short = dice.uniform(9, 15), dice.uniform(8, 11)
    x = left + WIDE / 2 + dice.uniform(-2, 2)
    y = bottom + 10.5 + dice.uniform(-1, 1)
    angle = dice.uniform(-8, 8)
    turn = lambda shape: affinity.rotate(shape, angle, origin=(x, y))  # noqa: E731
    outline = turn(shapely.box(x - long / 2, y - short / 2, x + long / 2, y + short / 2))
    roof = dice.choice(ROOFS)
    house = House(name, street, number, outline, roof, has_address=dice.random() < 0.9)
    if roof != "garden" and dice.random() < 0.3:
        share = dice.uniform(0.12, 0.42)
        house.panels = turn(
            shapely.box(
                x - long / 2 + 1,
                y - short / 2 + 1,
                x + long / 2 - 1,
                y - short / 2 + 1 + short * share,
            )
        )
    # The sun stands in the south: a house's shade falls to its north.
    house.shadow = affinity.translate(outline, dice.uniform(-1, 1), dice.uniform(2.5, 4))
    back = y + short / 2 + 5.2
    if dice.random() < 0.8:
        drive = shapely.box(x - long / 2 - 3.2, bottom, x - long / 2 - 0.4, y)
        house.things.append(("paving", drive))
    if dice.random() < 0.7:
        house.things.append(("paving", shapely.box(x - 3, back - 1, x + 2, back + 2)))
    if dice.random() < 0.25:
        house.pool = _pool(x + long / 4, back + 2.6, dice)
        house.things += [("paving", house.pool.buffer(0.8)), ("pool", house.pool)]
    elif dice.random() < 0.3:
        house.things.append(("tarpaulin", shapely.box(x + 3, back, x + 6, back + 2.4)))
    if dice.random() < 0.4:  # a dark blue car on the drive: no panel, no pool
        house.things.append(
            ("car", shapely.box(x - long / 2 - 2.7, bottom + 1, x - long / 2 - 0.9, bottom + 5))
        )
    for _ in range(dice.randint(0, 4)):
        tree = shapely.Point(
            left + dice.uniform(1.5, 4.5) + dice.choice((0, 21.5)), bottom + dice.uniform(13, 25)
        ).buffer(dice.uniform(1, 2.2))
        if house.pool is None or not tree.intersects(house.pool.buffer(1)):
            house.things.append(("tree", tree))
    if dice.random() < 0.35:
        house.things.append(("soil", shapely.box(left + 1, bottom + 22, left + 7, bottom + 26)))
    return house


def _pool(x: float, y: float, dice: Random) -> Any:
    if dice.random() < 0.5:
        return shapely.box(x - dice.uniform(2, 4), y - 1.8, x + dice.uniform(2, 4), y + 1.8)
    return affinity.scale(shapely.Point(x, y).buffer(2), dice.uniform(1, 2), 1)
