"""The words of a table that say whether a lead was won."""

from __future__ import annotations

#: Won, the plainest word first.
WON = (
    "true",
    "won",
    "closed won",
    "yes",
    "converted",
    "customer",
    "success",
    "bought",
    "1",
    "y",
    "1.0",
)
#: Lost.
LOST = ("false", "lost", "closed lost", "no", "not converted", "failure", "0", "n")
#: Of those the ones that may as well mean: not yet.
NOT_YET = ("false", "no", "not converted", "0", "n")
