"""The bands of HubSpot's scores as scales: thresholds of one score, or a matrix of two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from leadlight.playbook.translation.document import Item
from leadlight.playbook.translation.draft import Draft, labels_of
from leadlight.playbook.translation.quotes import number, one_line
from leadlight.playbook.translation.remarks import Untranslatable


@dataclass(frozen=True)
class Band:
    """A label, and from how many points on."""

    label: str
    begin: Decimal


def write_scales(item: Item, totals: Mapping[str, str], called: str, draft: Draft) -> None:
    """A scale for each output that has bands. `totals` are the signals of each category and, under
    an empty key, of all.
    """
    outputs = item.get("outputConfiguration")
    for output in outputs.get("outputs").items() if outputs else ():
        kind = output.get("outputType").text("SCORE")
        title = one_line(output.get("propertyLabel", "propertyName", "id").text("band"), 60)
        if kind == "THRESHOLD":
            with draft.attempt(f"bands {title!r}"):
                _bands(output, title, totals, draft)
        elif kind == "MATRIX":
            with draft.attempt(f"matrix {title!r}"):
                _matrix(output, title, totals, draft)


def _bands(output: Item, title: str, totals: Mapping[str, str], draft: Draft) -> None:
    bands = _read(output.get("boundaries"))
    wanted = [c.text() for c in output.get("categories").items()]
    of = totals.get(wanted[0], totals[""]) if len(wanted) == 1 else totals[""]
    cells = [(b.label, f"{of} >= {number(b.begin)}") for b in bands]
    labels = labels_of(cells, "" if bands[-1].begin <= 0 else "below")
    name = draft.name(title, "band")
    draft.scale(name, labels, f"HubSpot's bands {title}")
    draft.carry(f"bands {title!r}", name)


def _matrix(output: Item, title: str, totals: Mapping[str, str], draft: Draft) -> None:
    boundaries = output.get("boundaries")
    missing = [c for c in ("FIT", "INTENT") if not boundaries.get(c) or c not in totals]
    if missing:
        raise Untranslatable(
            f"the score has no bands or no rules of {' and '.join(missing).lower()}",
            "Write the scale by hand",
        )
    fits, intents = (_read(boundaries.get(c)) for c in ("FIT", "INTENT"))
    cells = [
        (
            f"{fit.label}{intent.label}",
            f"{totals['FIT']} >= {number(fit.begin)}"
            f" and {totals['INTENT']} >= {number(intent.begin)}",
        )
        for fit in fits
        for intent in intents
    ]
    begins_at_0 = max(fits[-1].begin, intents[-1].begin) <= 0
    name = draft.name(title, "matrix")
    draft.scale(name, labels_of(cells, "" if begins_at_0 else "below"), f"HubSpot's matrix {title}")
    draft.carry(f"matrix {title!r}", name)


def _read(boundaries: Item) -> list[Band]:
    bands = [
        Band(b.get("newLabel", "label").text(), b.get("threshold").points())
        for b in boundaries.items()
    ]
    if not bands:
        raise Untranslatable("it has no bands", "Write the scale by hand")
    return sorted(bands, key=lambda band: -band.begin)
