"""What whoever trains a model may choose. No numeric library is needed to say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class LearnOptions:
    """How to learn: columns a person wants used whatever looks suspicious, or left out; the column
    of time, of groups that must stay together, of points and of recency to compare with. `bought`
    is a column of days since the last outcome, which only the comparison with recency looks at.
    """

    use: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    time: str | None = None
    group: str | None = None
    points: str | None = None
    recency: str | None = None
    bought: str | None = None
    without_protected: bool = False
    rising: Mapping[str, int] = field(default_factory=dict)
    seed: int = 0
