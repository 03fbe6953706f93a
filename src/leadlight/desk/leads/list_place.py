"""Where a page of a list begins, as a text that the page before tells."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from math import isfinite

from leadlight.problems import CannotDo, NextStep


@dataclass(frozen=True)
class ListPlace:
    """Where a page begins: after a lead, in the picture of a run."""

    upto: int
    keys: tuple[float, ...]
    lead_id: str


def write_place(sort: str, place: ListPlace) -> str:
    """A place in a list of that order, as a text."""
    parts = [sort, place.upto, list(place.keys), place.lead_id]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_place(text: str, sort: str, keys: int) -> ListPlace:
    """Where a page begins, as the page before told it. Whoever asks may have written it, so that
    every part is looked at. Raises `CannotDo` for what is no place.
    """
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        of_sort, upto, numbers, lead_id = json.loads(base64.b64decode(padded, b"-_", validate=True))
        values = tuple(float(n) for n in numbers)
        place = ListPlace(int(upto), values, str(lead_id))
        place.lead_id.encode()
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise no_such_page() from None
    if of_sort != sort:
        raise CannotDo("The pages before were sorted otherwise. Begin anew.", field="after")
    sound = len(values) == keys and all(map(isfinite, values)) and "\0" not in place.lead_id
    if not sound or not 0 < place.upto < 2**31:
        raise no_such_page()
    return place


def no_such_page() -> CannotDo:
    """No page begins there."""
    return CannotDo(
        "No page begins there. Take `next` of the page before as it is.",
        field="after",
        step=NextStep("leads"),
    )
