"""What a picture can be asked of a building, in which unit, and how fine it must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["BY_NAME", "QUESTIONS", "Need", "Question", "refusal"]

Need = Literal["footprint", "grey", "colour"]


@dataclass(frozen=True)
class Question:
    """One feature of a building: its name as an attribute, its unit, and what it needs."""

    name: str
    unit: str
    about: str
    needs: Need = "colour"
    coarsest: float | None = None  # metres a pixel; None: any


#: A pool is four to ten metres long: a pixel above 0.5 m is half water, half stone. A panel is one
#: metre by 1.7.
POOL, PANEL, HOUSE = 0.5, 0.3, 2.0

QUESTIONS = (
    Question("roof_area", "m2", "area of the footprint", "footprint"),
    Question(
        "neighbours_100m", "count", "other footprints whose middle is within 100 m", "footprint"
    ),
    Question("yard_area", "m2", "ground nearest to this building, within the buffer", "footprint"),
    Question("ground_resolution", "m", "length of a pixel on the ground", "grey"),
    Question("picture_coverage", "share", "of roof and yard that the picture shows", "grey"),
    Question("shadow_share", "share", "of roof and yard in shadow", "grey"),
    Question("cloud_share", "share", "of roof and yard under cloud", "colour"),
    Question("roof_brightness", "share", "mean of the roof; 0 is black, 1 white", "grey", HOUSE),
    Question(
        "roof_contrast", "share", "standard deviation of the roof's brightness", "grey", HOUSE
    ),
    Question(
        "roof_texture", "share", "mean step of brightness between neighbour pixels", "grey", HOUSE
    ),
    Question("roof_red", "share", "mean of red on the roof", "colour", HOUSE),
    Question("roof_green", "share", "mean of green on the roof", "colour", HOUSE),
    Question("roof_blue", "share", "mean of blue on the roof", "colour", HOUSE),
    Question("roof_greenness", "index", "mean NDVI of the roof, or excess green", "colour", HOUSE),
    Question("roof_green_share", "share", "of the roof that is plants", "colour", HOUSE),
    Question("roof_tile_share", "share", "of the roof that is red or brown tile", "colour", HOUSE),
    Question("roof_dark_share", "share", "of the roof that is dark and grey", "grey", HOUSE),
    Question("roof_bright_share", "share", "of the roof that is bright and grey", "grey", HOUSE),
    Question(
        "panel_share",
        "share",
        "of the roof that is dark blue, as solar panels are",
        "colour",
        PANEL,
    ),
    Question("panel_area", "m2", "dark blue on the roof", "colour", PANEL),
    Question("yard_brightness", "share", "mean of the yard; 0 is black, 1 white", "grey", HOUSE),
    Question(
        "yard_texture", "share", "mean step of brightness between neighbour pixels", "grey", HOUSE
    ),
    Question("yard_greenness", "index", "mean NDVI of the yard, or excess green", "colour", HOUSE),
    Question("yard_green_share", "share", "of the yard that is plants", "colour", HOUSE),
    Question("paved_share", "share", "of the yard that is grey ground", "colour", HOUSE),
    Question("pool_share", "share", "of the yard that is the blue of a pool", "colour", POOL),
    Question("pool_area", "m2", "pool blue in the yard", "colour", POOL),
)
BY_NAME = {q.name: q for q in QUESTIONS}


def refusal(question: Question, metres: float, has_colour: bool) -> str | None:
    """Why a picture cannot be asked a question; None if it can."""
    if question.needs == "colour" and not has_colour:
        return f"{question.name} needs colours; this picture has one grey band."
    if question.coarsest is not None and metres > question.coarsest * 1.001:
        return (
            f"{question.name} needs pixels of {question.coarsest:g} m or less; "
            f"this picture has {metres:.2f} m."
        )
    return None
