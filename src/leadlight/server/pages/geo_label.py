"""Label buildings: crops of a picture, and yes or no by a tap on each. The answers stand in the
table of the sheet, where `leadlight geo list` reads them.
"""

from __future__ import annotations

from typing import ClassVar

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.geo.label_sheet import AnswerRequest, SheetsRequest, answer_label, sheets
from leadlight.problems import CannotDo
from leadlight.results.geo_labels import LabelSheet, SheetRow
from leadlight.server.access.audit import record
from leadlight.server.pages.desk_page import DeskPage, now, session_of
from leadlight.server.scopes import Scope

_ANSWERS = {"yes": True, "no": False, "": None}


class LabelSheetsPage(DeskPage):
    """The sheets of the workspace."""

    scope: ClassVar[Scope] = "act"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = sheets(session_of(request), SheetsRequest(now())).sheets
        return self.show(request, "pages/geo_sheets.html", {"here": "model", "sheets": found})


class LabelSheetPage(DeskPage):
    """One sheet: every crop with what was said of it. A tap goes on to the next without an
    answer.
    """

    scope: ClassVar[Scope] = "act"

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        sheet = _sheet(request, name)
        rows = list(enumerate(sheet.rows, 1))
        return self.show(
            request, "pages/geo_sheet.html", {"here": "model", "s": sheet, "rows": rows}
        )

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        answer = request.POST.get("label", "")
        if answer not in _ANSWERS:
            raise CannotDo(_("Say yes or no."))
        building = request.POST.get("building", "")
        asked = AnswerRequest(now(), _sheet(request, name).name, building, _ANSWERS[answer])
        sheet = answer_label(session_of(request), asked)
        record(request, "label a building", sheet.name)
        place = reverse("geo-label-sheet", args=[sheet.name])
        return HttpResponseRedirect(f"{place}#crop-{_next(sheet, building)}")


class CropPage(DeskPage):
    """A crop of a sheet. A picture of a home is personal data: nobody keeps a copy on the way."""

    scope: ClassVar[Scope] = "act"

    def get(self, request: HttpRequest, name: str, number: int) -> FileResponse:
        sheet = _sheet(request, name)
        row = _row(sheet, number)
        file = sheet.folder / row.crop
        if not row.crop or not file.is_file():
            raise Http404
        answer = FileResponse(file.open("rb"), content_type="image/jpeg")
        answer["Cache-Control"] = "private, no-store"
        return answer


def _sheet(request: HttpRequest, name: str) -> LabelSheet:
    found = sheets(session_of(request), SheetsRequest(now())).sheets
    sheet = next((s for s in found if s.name == name), None)
    if sheet is None:
        raise Http404
    return sheet


def _row(sheet: LabelSheet, number: int) -> SheetRow:
    if not 1 <= number <= len(sheet.rows):
        raise Http404
    return sheet.rows[number - 1]


def _next(sheet: LabelSheet, building: str) -> int:
    """The next crop without an answer, else the one that was tapped."""
    at = next((n for n, row in enumerate(sheet.rows) if row.building == building), 0)
    places = [*range(at + 1, len(sheet.rows)), *range(at)]
    return 1 + next((n for n in places if sheet.rows[n].label is None), at)
