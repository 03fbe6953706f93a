"""The columns that the product wrote itself: a table of qualified leads that is read again.

They stand together, from the lead's id or its labels to the moment and the playbook, each under its
own name or, where the company has one of that name, with `leadlight_` before it. What stands in
them is an answer and no fact: read as one, a label `contact` would be somebody's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from leadlight.problems import Problem

#: Which playbook said it: the version and its fingerprint, alike in every row.
PLAYBOOK_COLUMN = "playbook"
#: The place of a lead in the call order.
RANK_COLUMN = "rank"
#: The fixed columns of an answer, in their order. What people look for first stands first; the
#: playbook's other scales, its scores and segments stand between, the playbook itself last.
FIRST_COLUMNS = ("lead_id", RANK_COLUMN, "temperature", "stage", "audience", "contact")
LAST_COLUMNS = (
    "segments",
    "department",
    "respond_within",
    "next_step",
    "contact_because",
    "reasons",
    "as_of",
)
_END = (*LAST_COLUMNS, PLAYBOOK_COLUMN)
_ALWAYS = frozenset({"respond_within", "next_step", "as_of"})
_PREFIX = re.compile(r"^(?:leadlight_)+")


@dataclass(frozen=True)
class OwnOutput:
    """The places of the product's own columns in a file, and that of the id which it gave each
    lead.
    """

    positions: frozenset[int] = frozenset()
    lead_id: int | None = None

    def problem(self, headers: Sequence[str]) -> Problem:
        """The one line that is said of them."""
        aside = sorted(self.positions - {self.lead_id})
        return Problem(
            "own-output",
            f"{len(aside)} columns from {headers[aside[0]]!r} to {headers[aside[-1]]!r} are results"
            " of Leadlight and no facts: they were set aside.",
            hint="To read one all the same, map it: Their column=attribute.",
            level="doubt",
        )


def own_output(headers: Sequence[str]) -> OwnOutput:
    """The product's own columns among these headers."""
    names = [_PREFIX.sub("", header) for header in headers]
    found: set[int] = set()
    lead_id = None
    for last in (i for i, name in enumerate(names) if name == "as_of"):
        first = _answer_start(names, last)
        if first is None:
            continue
        end = last + 1 if names[last + 1 : last + 2] == [PLAYBOOK_COLUMN] else last
        found.update(range(first, end + 1))
        if lead_id is None and names[first] == "lead_id":
            lead_id = first
    return OwnOutput(frozenset(found), lead_id)


def _answer_start(names: Sequence[str], last: int) -> int | None:
    """Where the answer that ends there begins; None where it is none."""
    tail = _in_order(names, last, _END)
    if not set(names[tail : last + 1]) >= _ALWAYS:
        return None
    labels = [i for i in range(tail) if names[i] in FIRST_COLUMNS]
    return _in_order(names, labels[-1], FIRST_COLUMNS) if labels else tail


def _in_order(names: Sequence[str], last: int, order: Sequence[str]) -> int:
    """How far back from there the columns stand in that order."""
    first, place = last, order.index(names[last])
    while first > 0 and names[first - 1] in order[:place]:
        first -= 1
        place = order.index(names[first])
    return first
