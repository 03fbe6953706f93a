"""How sure a link must be, and whose contact points prove nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from leadlight.dedupe.companies import FREE_MAIL
from leadlight.dedupe.link import State
from leadlight.problems import CannotDo


@dataclass(frozen=True)
class Settings:
    """What a company may set about its duplicates.

    `make` and `ask` are probabilities that two leads are one. The optimal rule of Fellegi and
    Sunter (A Theory for Record Linkage, JASA 64, 1969) has the same two limits: above the upper one
    a pair is linked, below the lower one it is not, and those between are looked at by a person. A
    wrong link mixes two people's facts and consents and is noticed late; a missed one costs a
    second call: 0.95 makes at most one link in twenty wrong where the weights are right, and nobody
    is asked about a pair that is more probably two people than one.

    `external_ids` names the columns whose equal values prove that two leads are one (a customer
    number of another system). An address or number that stands with more than `shared` different
    names belongs to an office, not to a person. `columns` sets what a column counts as (`off`
    leaves it out).
    """

    make: float = 0.95
    ask: float = 0.5
    shared: int = 2
    external_ids: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    free_mail: frozenset[str] = FREE_MAIL

    def __post_init__(self) -> None:
        if not 0 < self.ask <= self.make <= 1:
            raise CannotDo(
                f"A link is asked about from {self.ask:g} and made from {self.make:g}: "
                "the first must be above 0 and not above the second, the second at most 1."
            )

    def state(self, weight: float) -> State | None:
        """What becomes of a pair of that weight; None when it is no link."""
        return "made" if weight >= self.make else "waiting" if weight >= self.ask else None
