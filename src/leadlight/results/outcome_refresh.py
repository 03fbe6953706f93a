"""What `qualify` learned anew from the outcomes of a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from leadlight.facts.agreements import Version
from leadlight.predict.judge.metrics import Estimate

#: A version in force, or one that waits for signatures; nothing new was learned, or nothing that
#: ranks leads; it is time, but nothing is published, or another version waits.
RefreshState = Literal["published", "proposed", "unchanged", "refused", "unpublished", "waits"]


@dataclass(frozen=True)
class OutcomeRefresh:
    """That it was time to learn anew from outcomes, and what came of it.

    `learned` is the day of the correction before. `won` of `decided` leads taught, `open` ones are
    not decided; `auc` is how the order ranks leads that it has not seen, `because` says why nothing
    was learned. `version` was made, or is waited for, and `missing` are the roles that must sign
    it.
    """

    state: RefreshState
    learned: date | None
    won: int = 0
    decided: int = 0
    open: int = 0
    auc: Estimate | None = None
    because: str | None = None
    version: Version | None = None
    missing: tuple[str, ...] = ()
