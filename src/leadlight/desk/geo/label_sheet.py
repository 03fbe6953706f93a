"""`geo label`: which buildings of a place somebody should look at, and what they said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.geo.building_order import Order, local_fit, order_of, qualify_buildings
from leadlight.desk.geo.building_table import BuildingTable, read_buildings
from leadlight.desk.geo.detector import spots_of
from leadlight.desk.progress import NullProgress, Progress, unknown
from leadlight.desk.session import Session
from leadlight.desk.wiring import label_sheets, pictures
from leadlight.facts.catalog import slug
from leadlight.geo.views import Spot
from leadlight.predict.places.label_choice import COUNT, least_sure, list_sample
from leadlight.predict.places.local_cut import LocalFit, chance
from leadlight.problems import CannotDo
from leadlight.results.geo_labels import LabelSheet, SheetRow

#: The folder of a workspace in which its sheets lie.
SHEETS = "labels"
MOST = 1_000


@dataclass(frozen=True)
class LabelBuildingsRequest:
    """Choose `count` of `buildings` that `playbook` is least sure of, and cut them out of
    `picture`. The sheet goes into the folder `out`; without one, beside the workspace's playbook,
    where the desk shows it. A sheet that is there keeps its answers, and gets more buildings.
    """

    now: datetime
    buildings: Path
    playbook: str
    picture: Path
    out: Path | None = None
    score: str | None = None
    question: str | None = None
    count: int = COUNT
    seed: int = 0


@dataclass(frozen=True)
class SheetsRequest:
    """The sheets of the workspace."""

    now: datetime


@dataclass(frozen=True)
class AnswerRequest:
    """What somebody said of a building on a sheet of the workspace (null: take the answer back)."""

    now: datetime
    sheet: str
    building: str
    label: bool | None


@dataclass(frozen=True)
class SheetList:
    """The sheets of a workspace."""

    sheets: tuple[LabelSheet, ...]


def label_buildings(
    session: Session, request: LabelBuildingsRequest, progress: Progress = NullProgress()
) -> LabelSheet:
    """Choose and cut out. Raises `CannotDo` for what cannot be read, and where nobody says where
    the buildings are.
    """
    if not 1 <= request.count <= MOST:
        raise CannotDo(f"A sheet has 1 to {MOST:,} buildings.", field="count")
    folder = _folder(session, request)
    progress.step("Qualifying buildings", unknown)
    order = order_of(
        qualify_buildings(request.buildings, request.playbook, request.now), request.score
    )
    before = label_sheets.read_sheet(folder).rows if label_sheets.has_sheet(folder) else ()
    said = {row.building: row.label for row in before}
    names = order.names()
    known = [said.get(name) for name in names]
    open_ones = [n for n, name in enumerate(names) if name not in said]
    wanted = max(0, request.count - len(before))
    fresh = [names[n] for n in _choice(order, known, open_ones, wanted, request.seed)]
    added = [SheetRow(name, f"{len(before) + n:04d}.jpg") for n, name in enumerate(fresh, 1)]
    question = request.question or f"Is this one for {order.playbook.name}?"
    sheet = LabelSheet(folder.name, question, (*before, *added), folder, len(names))
    progress.step("Cutting out", unknown)
    crops = pictures.crops(request.picture, _spots(read_buildings(request.buildings), fresh))
    label_sheets.write_sheet(sheet, dict(zip(fresh, crops, strict=True)))
    return sheet


def sheets(session: Session, request: SheetsRequest) -> SheetList:
    """The sheets of the workspace, with what was said so far. One that cannot be read is left
    out.
    """
    found = []
    for folder in label_sheets.sheet_folders(session.place.folder / SHEETS):
        try:
            found.append(label_sheets.read_sheet(folder))
        except CannotDo:
            continue
    return SheetList(tuple(found))


def answer_label(session: Session, request: AnswerRequest) -> LabelSheet:
    """Write an answer into the table of a sheet. Raises `CannotDo` where there is no such sheet or
    building.
    """
    folders = label_sheets.sheet_folders(session.place.folder / SHEETS)
    folder = next((f for f in folders if f.name == request.sheet), None)
    if folder is None:
        raise CannotDo("There is no such sheet.", field="sheet")
    return label_sheets.save_answer(folder, request.building, request.label)


def _choice(
    order: Order, known: Sequence[bool | None], open_ones: Sequence[int], wanted: int, seed: int
) -> list[int]:
    """Which of the buildings that nobody looked at come next."""
    if not order.by_model:
        places = list_sample(len(open_ones), wanted, seed=seed) if open_ones else []
        return [open_ones[n] for n in places]
    fit = local_fit(order, known) or LocalFit(0.0, 1.0)
    chances = [chance(fit.log_odds(order.seen[n])) for n in open_ones]
    return [open_ones[n] for n in least_sure(chances, wanted, seed)]


def _folder(session: Session, request: LabelBuildingsRequest) -> Path:
    if request.out is None and not session.has_workspace:
        raise CannotDo("Name a folder for the crops and the table.", field="out")
    name = slug(Path(request.playbook).stem) or "sheet"
    folder = request.out or session.place.folder / SHEETS / name
    over = next((p for p in (folder, *folder.parents) if p.exists()), folder)
    if not over.is_dir():
        raise CannotDo(f"{over} is a file, not a folder.", field="out")
    if folder.exists() and not label_sheets.has_sheet(folder) and any(folder.iterdir()):
        raise CannotDo(f"{folder} exists and holds something else.", field="out")
    return folder


def _spots(table: BuildingTable, names: Sequence[str]) -> list[Spot]:
    places = {name: n for n, name in enumerate(table.ids)}
    return spots_of(table, [places[name] for name in names])
