"""The columns of the list of leads, and a lead's cells in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from leadlight.desk.live.lead_change import value_text
from leadlight.results.lead_list import LeadFilters, LeadLine
from leadlight.results.summary import duration, label_text
from leadlight.server.pages.names import name_text

#: So many columns are shown at the most.
MOST = 20
ROUTE, WHY, SEGMENTS, CHANGED = ":route", ":why", ":segments", ":changed"


@dataclass(frozen=True)
class Column:
    """A column: its name in the address, its word, what its cells are, and whether it is shown."""

    name: str
    word: str
    kind: str
    is_shown: bool = False


@dataclass(frozen=True)
class Cell:
    """A lead's cell. `text` is what stands in a field when it is edited."""

    name: str
    kind: str
    text: str
    label: str = ""


def all_columns(known: LeadFilters, query: QueryDict) -> list[Column]:
    """Every column that could be shown, and which are."""
    wanted = query.getlist("col")[:MOST]
    usual = [*known.labels, *known.scores, ROUTE, WHY]
    shown = wanted or usual
    out = [Column(n, label_text(n).capitalize(), "label", n in shown) for n in known.labels]
    out += [Column(n, label_text(n).capitalize(), "score", n in shown) for n in known.scores]
    words = ((ROUTE, _("Whose turn")), (WHY, _("Why")), (SEGMENTS, _("Segments")))
    out += [Column(n, word, "text", n in shown) for n, word in words]
    out.append(Column(CHANGED, _("Last change"), "moment", CHANGED in shown))
    made = {*known.labels, *known.scores}
    out += [
        Column(n, capfirst(name_text(n)), "attribute", n in shown)
        for n in known.attributes
        if n not in made and not n.startswith("newest_")
    ]
    return out


def cells(lead: LeadLine, columns: Sequence[Column]) -> Iterator[Cell]:
    """A lead's cells in these columns."""
    for column in columns:
        name, label = column.name, ""
        match column.kind:
            case "label":
                label = lead.labels.get(name) or ""
                text = label_text(label) if label else ""
            case "score":
                score = lead.scores.get(name)
                text = "" if score is None else f"{score:.0f}"
            case "attribute":
                text = value_text(lead.attributes.get(name))
            case _:
                text = _text_of(lead, name)
        yield Cell(name, column.kind, text, label)


def _text_of(lead: LeadLine, name: str) -> str:
    if name == WHY:
        return lead.reasons[0] if lead.reasons else ""
    if name == SEGMENTS:
        return ", ".join(map(label_text, lead.segments))
    if name == CHANGED:
        return f"{lead.changed_at:%Y-%m-%d %H:%M}"
    if not lead.department:
        return ""
    if lead.respond_within is None:
        return lead.department
    within = duration(int(lead.respond_within.total_seconds()))
    return str(
        _("%(department)s within %(time)s") % {"department": lead.department, "time": within}
    )
