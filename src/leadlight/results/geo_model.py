"""What learning from buildings gave: a model, judged by place, and what a new place wants."""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.predict.places.list_length import ListPrecision
from leadlight.results.trained_model import LearnResult


@dataclass(frozen=True)
class BuildingModelResult:
    """A model of buildings. `learned` is the model with its evaluation; `places` is how many blocks
    or towns were held out in turn.

    `lists` says how many of the best buildings were right where the model had seen no neighbour.
    `cut` is the probability from which on a building is called one, with the F1, precision and
    recall it had there. `labels_wanted`: how many buildings of a new place somebody should look at
    before its list is trusted. `unknown` counts labels of buildings that the table does not have.
    """

    learned: LearnResult
    places: int
    lists: tuple[ListPrecision, ...]
    cut: float
    f1: float
    precision: float
    recall: float
    labels_wanted: int
    unknown: int = 0
