"""A same-as link between two leads: how sure it is, what speaks for it, and whether it is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["person", "company"]
State = Literal["made", "waiting", "refused"]


@dataclass(frozen=True, slots=True)
class Link:
    """Two leads that are one person (or people of one company), `lead_a` the smaller id; `weight`
    is from 0 to 1.

    `by` names the person who decided it; it is empty for a link that was found. `turn` grows with
    what was recorded: the newer word has the greater one. The evidence holds no contact value.
    """

    lead_a: str
    lead_b: str
    kind: Kind
    state: State
    weight: float
    evidence: str
    by: str = ""
    turn: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if self.lead_a >= self.lead_b:
            raise ValueError("A link names two different leads, the smaller id first.")


def pair(one: str, other: str) -> tuple[str, str]:
    """The two ids as a link names them: the smaller one first."""
    return (one, other) if one < other else (other, one)
