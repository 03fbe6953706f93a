"""`measure-buildings`: what a picture from above, or a map alone, says of every building."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.geo.building_rows import FILE, building_facts
from leadlight.desk.live.rows import append_rows
from leadlight.desk.progress import NullProgress, Progress, unknown
from leadlight.desk.session import Session
from leadlight.desk.wiring import building_tables, maps, output_files, pictures
from leadlight.geo.questions import BY_NAME, QUESTIONS, refusal
from leadlight.problems import CannotDo
from leadlight.results.files import WrittenFile
from leadlight.results.geo import MeasureResult, PictureFacts, RefusedQuestion

if TYPE_CHECKING:
    from leadlight.desk.wiring.pictures import Building, Footprints, Measurement, Picture
    from leadlight.desk.wiring.staging import Type

__all__ = ["MeasureRequest", "measure"]

#: Metres of yard that may be asked for.
FURTHEST = 100.0
LONGEST = 200
#: Decimals by unit.
DIGITS = {"share": 4, "index": 4, "m2": 1, "m": 3, "count": 0}


@dataclass(frozen=True)
class MeasureRequest:
    """Measure buildings on a picture; without one, only what their outlines say.

    `buffer` is how far a yard reaches, in m. `taken` is the day of the picture, where its file does
    not say it; `purpose` what it is measured for, `source` where it is from (default: what the file
    says, else its name). `crs` and `footprints_crs` name systems of reference that the files do
    not, `layer` one of several in a GeoPackage, `bands` the bands in their order. `out` is the file
    of buildings, Parquet or CSV.
    """

    footprints: Path
    now: datetime
    picture: Path | None = None
    buffer: float = 15.0
    taken: date | None = None
    purpose: str | None = None
    source: str | None = None
    crs: str | None = None
    footprints_crs: str | None = None
    layer: str | None = None
    bands: tuple[str, ...] = ()
    out: Path = Path("buildings.parquet")


def measure(
    session: Session, request: MeasureRequest, progress: Progress = NullProgress()
) -> MeasureResult:
    """Measure, and write a row a building. In a workspace, leads that are linked with one of these
    buildings get the news as facts of the day of the picture.

    Raises `CannotDo` for files that cannot be read, a picture without a day or a place, and where
    no purpose is stated.
    """
    purpose = _purpose(request)
    building_tables.check_ending(request.out)
    with output_files.together(
        (request.footprints, request.picture), ((request.out, "buildings"),)
    ) as outputs:
        progress.step("Reading footprints", unknown)
        found = pictures.read_footprints(request.footprints, request.layer, request.footprints_crs)
        measured, picture, refused, taken, source = _measure(request, found, progress)
        rows = [_row(b, found, taken, source, purpose) for b in measured.buildings]
        building_tables.write_table(_columns(rows), rows, request.out, "buildings")
        leads, import_id = _add_to_leads(session, request, rows)
        outputs.appear()
    return MeasureResult(
        len(rows),
        measured.outside,
        measured.partly,
        found.left_out,
        taken,
        source,
        purpose,
        refused,
        WrittenFile(request.out, len(rows)),
        picture,
        leads,
        import_id,
        found.licence,
    )


def _purpose(request: MeasureRequest) -> str:
    purpose = " ".join((request.purpose or "").split())
    if not purpose:
        raise CannotDo(
            "Say in a few words what the buildings are measured for, such as 'offers for solar"
            " panels': a picture of a home is personal data, and its purpose is kept with it.",
            field="purpose",
        )
    if not 0 <= request.buffer <= FURTHEST:
        raise CannotDo(f"A yard reaches 0 to {FURTHEST:g} m.", field="buffer")
    return purpose[:LONGEST]


def _measure(
    request: MeasureRequest, found: Footprints, progress: Progress
) -> tuple[Measurement, PictureFacts | None, tuple[RefusedQuestion, ...], date, str]:
    source = " ".join((request.source or "").split())[:LONGEST]
    if request.picture is None:
        taken = _day(request.taken, None, request.footprints, request.now)
        return (
            pictures.measure_outlines(found),
            None,
            (),
            taken,
            source or found.licence or request.footprints.name,
        )
    with pictures.open_picture(request.picture, request.crs, request.bands) as picture:
        taken = _day(request.taken, picture.taken, request.picture, request.now)
        done = [0.0]
        progress.step("Measuring buildings", lambda: 100 * done[0])

        def step(share: float) -> None:
            done[0] = share

        measured = pictures.measure_buildings(picture, found, request.buffer, step)
        return (
            measured,
            PictureFacts(
                request.picture.name, picture.width, picture.height, picture.metres, picture.bands
            ),
            _refusals(picture),
            taken,
            source or picture.copyright or request.picture.name,
        )


def _day(said: date | None, held: date | None, file: Path, now: datetime) -> date:
    day = said or held
    if day is None:
        raise CannotDo(
            f"{file.name} does not say when it was taken. A fact has a date: name it, such as"
            " 2025-06-01.",
            field="taken",
        )
    if day > now.date():
        raise CannotDo(f"{file.name} is dated {day}, which is still to come.", field="taken")
    return day


def _refusals(picture: Picture) -> tuple[RefusedQuestion, ...]:
    """Questions that this picture is not asked; of those that lack colour, one sentence for all."""
    why = {q.name: refusal(q, picture.metres, picture.has_colour) for q in QUESTIONS}
    if not picture.has_colour:
        sentence = "this picture has one grey band, so nothing that needs colours: pools, panels,"
        named = [RefusedQuestion("colours", f"{sentence} plants, tiles.")]
        grey = {q.name for q in QUESTIONS if q.needs != "colour"}
        return (*named, *(RefusedQuestion(n, w) for n, w in why.items() if w and n in grey))
    return tuple(RefusedQuestion(n, w) for n, w in why.items() if w)


def _row(
    building: Building, found: Footprints, taken: date, source: str, purpose: str
) -> dict[str, object]:
    tags = building.tags
    number, street = tags.get("addr:housenumber"), tags.get("addr:street")
    return {
        "building_id": building.name,
        "longitude": building.longitude,
        "latitude": building.latitude,
        **{name: _round(name, v) for name, v in building.features.items()},
        "picture_taken": datetime.combine(taken, time()),
        "picture_source": source,
        "picture_purpose": purpose,
        "street": f"{street} {number}" if street and number else None,
        "postal_code": tags.get("addr:postcode") if street and number else None,
        "city": tags.get("addr:city") if street and number else None,
        **maps.map_contact(tags, found.licence),
        "outline": building.outline,
    }


def _round(name: str, value: float | None) -> float | None:
    """A number with as many digits as it means something with."""
    return None if value is None else round(value, DIGITS[BY_NAME[name].unit])


def _columns(rows: Sequence[Mapping[str, object]]) -> dict[str, Type]:
    """The columns that say something of some building."""
    held = {name for row in rows for name, value in row.items() if value is not None}
    always = ("building_id", "outline", "picture_purpose")
    return {name: type_ for name, type_ in FILE.items() if name in held or name in always}


def _add_to_leads(
    session: Session, request: MeasureRequest, rows: Sequence[Mapping[str, object]]
) -> tuple[int | None, str | None]:
    if not session.has_workspace:
        return None, None
    by_name = {str(row["building_id"]): row for row in rows}
    with session.read_often("geo", request.now) as workspace:
        places = maps.lead_places_of_ledger(workspace.con, workspace.ledger, request.now)
    news = [building_facts(p.lead, by_name[p.building]) for p in places if p.building in by_name]
    if not news:
        return 0, None
    with session.write("geo", request.now) as workspace:
        now = workspace.after(request.now)
        receipt = append_rows(workspace, "leads", news, f"{request.out.name} (measured)", now, {})
    return len(news), receipt.import_id if receipt.imported else None
