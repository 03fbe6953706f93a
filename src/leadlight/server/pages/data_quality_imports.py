"""Data quality: what was imported, how its columns were read, what was rejected; and to take an
import back.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.leads.undo import (
    MOST_REJECTS,
    ImportContentRequest,
    ImportsRequest,
    UndoRequest,
    import_content,
    imports,
    undo,
)
from leadlight.facts.ledger import ImportContent
from leadlight.problems import CannotDo
from leadlight.server.access.audit import record
from leadlight.server.pages.csv_answer import csv_answer
from leadlight.server.pages.data_quality_page import QualityPage, requalify
from leadlight.server.pages.desk_page import now, session_of
from leadlight.server.pages.names import name_text
from leadlight.server.pages.part_page import unknown_button
from leadlight.server.scopes import may

#: The import in which scanners' acts are set apart: it states again what others brought.
STATED_AGAIN = "scanners"
#: Imports on the page, and rejected rows on that of an import.
LIMIT, REJECTS = 100, 100


class ImportsPage(QualityPage):
    """The newest imports."""

    part = "imports"
    template = "pages/data_quality_imports.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        found = imports(session_of(request), ImportsRequest(now(), LIMIT)).imports
        return {"rows": [(line, PurePath(line.file).name) for line in found], "limit": LIMIT}


class ImportPage(QualityPage):
    """One import: its columns, its rejected rows, and the button that takes it back."""

    part = "imports"
    template = "pages/data_quality_import.html"
    scope_to_do = "rules"

    def get(self, request: HttpRequest, import_id: str) -> HttpResponse:  # type: ignore[override]
        self._import_id = import_id
        return super().get(request)

    def post(self, request: HttpRequest, import_id: str) -> HttpResponse:  # type: ignore[override]
        self._import_id = import_id
        return super().post(request)

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        wanted = ImportContentRequest(self._import_id, now(), REJECTS)
        found = import_content(session_of(request), wanted)
        if found.rejects:
            record(request, "see rejected rows", found.line.import_id)
        return {
            "found": found,
            "line": found.line,
            "file": PurePath(found.line.file).name,
            "columns": [_column(header, found) for header in found.headers],
            "left_out": sum(found.mapping.get(h, "-") == "-" for h in found.headers),
            "more": found.line.rejected > len(found.rejects),
            "states_again": found.line.file == STATED_AGAIN,
            "may_undo": may(self.scopes, "rules"),
        }

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        if form.get("do") != "undo":
            raise unknown_button()
        done = undo(session_of(request), UndoRequest(self._import_id, now()))
        record(request, "undo", done.import_id)
        requalify(request)
        said = _(
            "%(import)s is taken back: %(facts)s facts no longer count, %(leads)s leads are gone."
        )
        words = {
            "import": done.import_id,
            "facts": f"{done.facts:,}",
            "leads": f"{done.leads_gone:,}",
        }
        messages.info(request, said % words)
        return HttpResponseRedirect(reverse("imports"))


class RejectsFilePage(QualityPage):
    """The rejected rows of an import as a file, to be mended and imported again."""

    scope = "act"

    def get(self, request: HttpRequest, import_id: str) -> FileResponse:  # type: ignore[override]
        wanted = ImportContentRequest(import_id, now(), MOST_REJECTS)
        found = import_content(session_of(request), wanted)
        if not found.rejects:
            raise CannotDo(_("No row of this import was rejected."))
        record(request, "export rejected rows", import_id)
        rows = ([row.line, row.reason, row.text] for row in found.rejects)
        return csv_answer(("line", "reason", "text"), rows, f"rejects-{found.line.import_id}.csv")


def _column(header: str, found: ImportContent) -> dict[str, Any]:
    """A column: what it was taken for, and how that came."""
    name = found.mapping.get(header, "-")
    return {
        "header": header,
        "word": "" if name == "-" else name_text(name),
        "is_left_out": name == "-",
        "is_decided": header in found.said,
        "is_own": name in found.own,
    }
