"""`geo list`: the best buildings for one trade, with reasons, contacts, and how many are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.geo.building_order import (
    Order,
    Row,
    labels_of,
    local_fit,
    order_of,
    qualify_buildings,
)
from leadlight.desk.geo.building_table import read_buildings
from leadlight.desk.geo.detector import spots_of
from leadlight.desk.leads.run import qualify_base
from leadlight.desk.progress import NullProgress, Progress, unknown
from leadlight.desk.session import Session
from leadlight.desk.wiring import building_tables, output_files, pictures
from leadlight.facts.catalog import Type
from leadlight.geo.views import Crop, Spot, Tile
from leadlight.playbook.spec import ModelScore
from leadlight.predict.places.label_choice import COUNT
from leadlight.predict.places.list_length import (
    FEWEST_OF_LIST,
    Expectation,
    expectation_of_model,
    expectation_of_sample,
)
from leadlight.predict.places.local_cut import FEWEST, LocalFit, chance, cut_of
from leadlight.problems import CannotDo, plural
from leadlight.results.files import WrittenFile
from leadlight.results.geo_list import ListEntry, SpecialistList

if TYPE_CHECKING:
    from leadlight.desk.wiring.output_files import Claim

#: Entries that have a crop on the page.
CROPS = 20
#: The length of a list of which a model says how right it was.
COUNT_OF_LIST = 100
_LIMITS = (
    "The interval holds what these few leave open; it does not hold mistakes of whoever looked."
)
LONGEST = 10_000


@dataclass(frozen=True)
class GeoListRequest:
    """The best `count` buildings of `leads`, a file of buildings or of leads in them; without one,
    of the workspace. They are ordered by `score` of `playbook` (default: its model, else
    `building_fit`).

    `labels` is a table of buildings that somebody looked at: by it the list says how many are
    right. `buildings` has the outlines where `leads` has none; `picture` is shown. `out` is the
    list as a table, `report` as a page.
    """

    now: datetime
    leads: Path | None = None
    playbook: str | None = None
    score: str | None = None
    count: int = 100
    labels: Path | None = None
    column: str | None = None
    positive: str | None = None
    buildings: Path | None = None
    picture: Path | None = None
    out: Path | None = None
    report: Path | None = None
    title: str | None = None


def list_buildings(
    session: Session, request: GeoListRequest, progress: Progress = NullProgress()
) -> SpecialistList:
    """Qualify, order and write. Raises `CannotDo` for what cannot be read or written."""
    if not 1 <= request.count <= LONGEST:
        raise CannotDo(f"A list has 1 to {LONGEST:,} buildings.", field="count")
    reads = (request.leads, request.labels, request.buildings, request.picture, request.playbook)
    claims: tuple[Claim, ...] = ((request.out, "specialist"), (request.report, "report"))
    with output_files.together(reads, claims) as outputs:
        progress.step("Qualifying buildings", unknown)
        order = _order(session, request)
        labels = labels_of(request.labels, request.column, request.positive)
        known = order.answers(labels)
        fit = local_fit(order, known)
        result = _result(order, known, fit, request)
        files = tuple(_write(result, order, request, progress))
        outputs.appear()
    return replace(result, files=files)


def _order(session: Session, request: GeoListRequest) -> Order:
    if request.leads is not None:
        if request.playbook is None:
            raise CannotDo(
                "Name the playbook of the trade, such as solar-installer.", field="playbook"
            )
        return order_of(
            qualify_buildings(request.leads, request.playbook, request.now), request.score
        )
    with session.read("geo", request.now) as workspace:
        found = qualify_base(workspace, request.playbook, request.now)
        return order_of(found, request.score)


def _result(
    order: Order, known: Sequence[bool | None], fit: LocalFit | None, request: GeoListRequest
) -> SpecialistList:
    count = min(request.count, len(order.rows))
    chances = _chances(order, fit)
    expected = _expectation(order, known, fit, count)
    cut = cut_of(chances) if fit is not None and chances is not None else None
    entries = tuple(
        _entry(n, order.rows[n], chances[n] if chances else None, known[n]) for n in range(count)
    )
    first = order.rows[:count]
    return SpecialistList(
        title=request.title or order.playbook.name,
        playbook=order.playbook.name,
        score=order.score,
        as_of=request.now,
        buildings=len(order.rows),
        entries=entries,
        expected=expected,
        basis=tuple(_basis(order, known, fit, count)),
        labels=sum(k is not None for k in known),
        cut=cut.probability if cut else None,
        named=cut.buildings if cut else 0,
        reachable=sum(bool(e.phone or e.email or e.website) for e in entries),
        sources=tuple(_sources(first)),
        licences=tuple(sorted({e.licence for e in entries if e.licence})),
    )


def _chances(order: Order, fit: LocalFit | None) -> list[float] | None:
    if fit is not None:
        return [chance(fit.log_odds(s)) for s in order.seen]
    return [chance(s) for s in order.seen] if order.by_model else None


def _expectation(
    order: Order, known: Sequence[bool | None], fit: LocalFit | None, count: int
) -> Expectation | None:
    if not order.by_model:
        return expectation_of_sample(known[:count])
    if fit is None:
        return None
    return expectation_of_model(order.seen[:count], fit, known[:count])


def _basis(
    order: Order, known: Sequence[bool | None], fit: LocalFit | None, count: int
) -> Iterator[str]:
    """What the number rests on, and what would make it known."""
    if order.homeless:
        homeless = plural(order.homeless, "lead has", "leads have")
        yield f"{homeless} no building that is known, and cannot be listed."
    if all(row.get("ground_resolution") is None for row in order.rows):
        yield (
            "No picture was measured: the order rests on outlines and on what the map says, and"
            " nothing is known of what a roof or a yard looks like."
        )
    if order.by_model:
        yield from _of_model(order, known, fit)
        return
    seen = [k for k in known[:count] if k is not None]
    if len(seen) >= FEWEST_OF_LIST:
        yield (
            f"By {len(seen)} buildings of the list that somebody looked at: {sum(seen)} are right."
        )
        yield _LIMITS
    else:
        looked = "None" if not seen else f"Only {len(seen)}"
        verb = "was" if len(seen) < 2 else "were"
        yield (
            f"{looked} of these buildings {verb} looked at, and the points of a playbook are no"
            f" probability. Label {COUNT} of them: leadlight geo label."
        )


def _of_model(order: Order, known: Sequence[bool | None], fit: LocalFit | None) -> Iterator[str]:
    model = next(
        s.model
        for s in order.playbook.scores
        if isinstance(s, ModelScore) and s.name == order.score
    )
    lists = model.verdict.get("lists")
    for one in lists if isinstance(lists, list | tuple) else ():
        if isinstance(one, Mapping) and str(one.get("length")) == str(COUNT_OF_LIST):
            yield (
                f"Where it was learned, {one['right']} of the best {COUNT_OF_LIST} were right, in"
                " places that it had not seen."
            )
    labels = [k for k in known if k is not None]
    if fit is not None:
        yield f"By {len(labels)} buildings here that somebody looked at: {sum(labels)} are right."
        yield _LIMITS
        return
    if labels:
        few = plural(len(labels), "label is", "labels are")
        yield f"{few} too few, or all the same: {FEWEST} are needed, of both kinds."
    yield (
        "In a new place the order of a model holds, its probabilities need not: label"
        f" {model.verdict.get('labels_wanted', COUNT)} buildings there to know how many are right"
        " (leadlight geo label)."
    )


def _entry(n: int, row: Row, sure: float | None, known: bool | None) -> ListEntry:
    silent = row.get("consent") is False
    no_call = silent or row.get("do_not_call") is True
    no_mail = silent or row.get("do_not_email") is True
    names = [_text(row, "first_name"), _text(row, "last_name")]
    refuses = [w for w, no in (("not to be called", no_call), ("not to be mailed", no_mail)) if no]
    town = " ".join(t for t in (_text(row, "postal_code"), _text(row, "city")) if t)
    return ListEntry(
        place=n + 1,
        lead_id=str(row["lead_id"]),
        building=str(row.get("building_id") or row["lead_id"]),
        score=round(float(str(row["score"])), 6),
        reasons=_text(row, "reasons"),
        chance=None if sure is None else round(sure, 4),
        looked_at=known,
        who=_text(row, "company") or _text(row, "full_name") or " ".join(t for t in names if t),
        trade=_text(row, "building_trade"),
        address=", ".join(t for t in (_text(row, "street"), town) if t),
        phone="" if no_call else _text(row, "phone") or _text(row, "mobile"),
        email="" if no_mail else _text(row, "email"),
        website=_text(row, "website"),
        refuses=" and ".join(refuses),
        licence=_text(row, "contact_licence"),
        longitude=_number(row, "longitude"),
        latitude=_number(row, "latitude"),
    )


def _sources(rows: Sequence[Row]) -> Iterator[str]:
    seen = {
        (str(r.get("picture_taken"))[:10], _text(r, "picture_source"), _text(r, "picture_purpose"))
        for r in rows
        if r.get("picture_source")
    }
    for taken, source, purpose in sorted(seen)[:5]:
        yield f"Measured on {source}, {taken}, for: {purpose}."


def _write(
    result: SpecialistList, order: Order, request: GeoListRequest, progress: Progress
) -> Iterator[WrittenFile]:
    if request.out is not None:
        yield WrittenFile(
            request.out, building_tables.write_building_list(TYPES, _table(result), request.out)
        )
    if request.report is not None:
        progress.step("Drawing the page", unknown)
        tile, crops = _views(result, order, request)
        building_tables.write_list_page(result, tile, crops, request.report)
        yield WrittenFile(request.report)


TYPES: Mapping[str, Type] = {
    "place": Type.WHOLE,
    "lead_id": Type.TEXT,
    "building_id": Type.TEXT,
    "score": Type.NUMBER,
    "chance": Type.NUMBER,
    "looked_at": Type.YES_NO,
    "reasons": Type.TEXT,
    "who": Type.TEXT,
    "trade": Type.TEXT,
    "address": Type.TEXT,
    "phone": Type.TEXT,
    "email": Type.TEXT,
    "website": Type.TEXT,
    "refuses": Type.TEXT,
    "contact_licence": Type.TEXT,
    "longitude": Type.NUMBER,
    "latitude": Type.NUMBER,
}


#: What is called otherwise in the table than on the page.
_HEADERS = {"building": "building_id", "licence": "contact_licence"}


def _table(result: SpecialistList) -> list[dict[str, object]]:
    return [
        {_HEADERS.get(name, name): value for name, value in vars(entry).items()}
        for entry in result.entries
    ]


def _views(
    result: SpecialistList, order: Order, request: GeoListRequest
) -> tuple[Tile | None, list[Crop]]:
    """The map of the list, and crops of its first."""
    outlines = _outlines(request.buildings) if request.buildings else {}
    spots = []
    for entry, row in zip(result.entries, order.rows, strict=False):
        spot = outlines.get(entry.building) or _spot(entry, row)
        if spot is None:
            return None, []
        spots.append(spot)
    if request.picture is None:
        return pictures.plan_of(spots), []
    return pictures.tile(request.picture, spots), pictures.crops(request.picture, spots[:CROPS])


def _spot(entry: ListEntry, row: Row) -> Spot | None:
    if entry.longitude is None or entry.latitude is None:
        return None
    return Spot(entry.longitude, entry.latitude, _text(row, "outline") or None)


def _outlines(file: Path) -> dict[str, Spot]:
    table = read_buildings(file)
    return dict(zip(table.ids, spots_of(table), strict=True))


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _number(row: Row, name: str) -> float | None:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else None
