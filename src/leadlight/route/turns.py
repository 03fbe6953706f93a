"""Turns: who of a department is next, so that each has its share to within one lead.

Time goes by one lead at a time. With weights w of together W, a person is due for its next lead
when the department has had as many as bring it up to its share, and must have it before it falls a
lead behind: the earliest of these deadlines is next. Numbers are whole, so that they are the same
everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: A lead, in the units of turns: a person of weight 1 moves so far with each.
UNIT = 1_000_000_000
#: Whoever is passed over has credit for so many leads at the most.
MOST_CREDIT = 5
_NEVER = np.int64(2**62)


@dataclass
class Turns:
    """The turns of a department's people, in the order of their ids, and the department's own
    (`clock`).
    """

    steps: Whole
    turns: Whole
    clock: int

    def __post_init__(self) -> None:
        self._credits = MOST_CREDIT * self.steps
        self._deadlines = self.turns + self.steps
        # Whether somebody may have more credit than there is: as long as each lead goes to whose
        # turn it is, and nobody is passed over, nobody is a lead behind.
        self._may_lag = True
        self._next: int | None = None

    @staticmethod
    def of(weights: Sequence[int], turns: Sequence[int], clock: int) -> Turns:
        """Of people with these weights, where they stand."""
        steps = np.array([UNIT // w for w in weights], dtype=np.int64)
        return Turns(steps, np.array(turns, dtype=np.int64), clock)

    def look(self) -> None:
        """See whether anybody has more credit than there is."""
        self._may_lag = bool((self.turns < self.clock - self._credits).any())

    def choose(self, eligible: Mask, draw: int, *, is_whole: bool = False) -> int | None:
        """The place of who is next of these (`is_whole`: of all); `draw` decides between equals.
        None: there is none.
        """
        self._may_lag |= not is_whole
        turns, deadlines = self.turns, self._deadlines
        if self._may_lag:
            turns = np.maximum(turns, self.clock - self._credits)
            deadlines = turns + self.steps
        is_due = turns <= self.clock
        if not is_whole:
            is_due &= eligible
        place = first_least(np.where(is_due, deadlines, _NEVER), draw)
        if place is None:
            place = first_least(np.where(eligible, deadlines, _NEVER), draw)
        self._next = place
        return place

    def take(self, place: int, whole_weight: int) -> int:
        """That person gets a lead, of a department whose people have this weight together; its turn
        after it.
        """
        # An owner keeps a lead, whosever turn it is: the others fall behind by it.
        self._may_lag |= place != self._next
        step = int(self.steps[place])
        turn = max(int(self.turns[place]), self.clock - MOST_CREDIT * step) + step
        self._place(place, turn)
        self.clock += UNIT // max(whole_weight, 1)
        return turn

    def lift(self, place: int, to: int) -> None:
        """No credit is left of an absence: the person's turn is not before that."""
        self._place(place, max(int(self.turns[place]), to))

    def _place(self, place: int, turn: int) -> None:
        self.turns[place] = turn
        self._deadlines[place] = turn + int(self.steps[place])


def choose_least_busy(eligible: Mask, busy: Whole, steps: Whole, draw: int) -> int | None:
    """The place of who has the fewest open leads for its weight; None: there is none."""
    return first_least(np.where(eligible, busy * steps, _NEVER), draw)


def first_least(values: Whole, draw: int) -> int | None:
    """The place of the least value, of equals the first from that one on which is drawn; None where
    there is none.
    """
    size = len(values)
    if not size:
        return None
    begin = draw % size
    place = begin + int(values[begin:].argmin())
    if begin:
        before = int(values[:begin].argmin())
        if values[before] < values[place]:
            place = before
    return place if values[place] < _NEVER else None
