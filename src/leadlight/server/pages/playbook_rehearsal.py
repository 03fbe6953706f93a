"""Rehearsing a draft on the whole base: who would move where, what each department would get, and
which rules would have ranked the leads better that bought since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.progress import Progress
from leadlight.desk.rules.rehearse import RehearseRequest, rehearse
from leadlight.problems import CannotDo
from leadlight.results.rehearsal import Rehearsal, ScaleMoves
from leadlight.results.summary import label_text
from leadlight.results.text.rehearsal import render_rehearsal
from leadlight.server.access.audit import record
from leadlight.server.drafts.playbook_draft import find_draft
from leadlight.server.pages.desk_page import DeskPage, moment_of_text, now, session_of
from leadlight.server.pages.page_task import TaskPage, start_task
from leadlight.server.pages.playbook import difference_views
from leadlight.server.pages.playbook_lead import changed_views
from leadlight.server.pages.playbook_text import playbook_file
from leadlight.server.scopes import Scope

KIND = "rehearsal"
#: The longest that leads are looked back at, in days.
LONGEST = 3660


@dataclass(frozen=True)
class Cell:
    """How many leads go from a label to another."""

    leads: int
    stays: bool


@dataclass(frozen=True)
class MatrixRow:
    """A label by the old rules, and where its leads go."""

    label: str
    word: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """A scale: who goes from which label (a row) to which (a column)."""

    name: str
    heads: tuple[tuple[str, str], ...]
    rows: tuple[MatrixRow, ...]
    moves: int
    leads: int


class RehearsePage(DeskPage):
    """Begins a rehearsal of the draft."""

    scope: ClassVar[Scope] = "rules"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request, {"horizon": "90", "outcome": "won"})

    def post(self, request: HttpRequest) -> HttpResponse:
        draft, form = find_draft(request.user), request.POST
        if draft is None or not draft.text:
            raise CannotDo(_("There is no draft to rehearse. Edit the playbook first."))
        session, text, moment = session_of(request), draft.text, now()
        try:
            horizon = _days(form.get("horizon", "90"))
            at = moment_of_text(form.get("as_of", ""), "as_of")
        except CannotDo as fault:
            return self._show(request, form, fault)
        outcome = form.get("outcome", "").strip() or "won"

        def work(progress: Progress) -> Rehearsal:
            with playbook_file(session, text) as file:
                asked = RehearseRequest(
                    str(file), moment, None, () if at is None else (at,), horizon, outcome
                )
                found = rehearse(session, asked, progress)
            return replace(found, new=replace(found.new, name="the draft"))

        task_id = start_task(request, KIND, work)
        request.session[KIND] = task_id
        record(request, "rehearse")
        return HttpResponseRedirect(reverse("playbook-rehearsal", args=[task_id]))

    def _show(
        self, request: HttpRequest, form: Mapping[str, object], fault: CannotDo | None = None
    ) -> HttpResponse:
        """The form, with what was typed where it cannot be done."""
        words = {
            "here": "playbook",
            "last": request.session.get(KIND, ""),
            "draft": find_draft(request.user),
            "form": form,
            "fault": str(fault) if fault else "",
            "fault_field": (fault.field or "") if fault else "",
        }
        status = 409 if fault else 200
        return self.show(request, "pages/playbook_rehearse.html", words, status)


class RehearsalPage(TaskPage):
    """How far a rehearsal is, and what it found."""

    scope: ClassVar[Scope] = "rules"
    kind, template, place = KIND, "pages/playbook_rehearsal.html", "playbook"

    def words_of(self, request: HttpRequest, result: object) -> dict[str, Any]:
        return _words(result) if isinstance(result, Rehearsal) else {}


def _words(found: Rehearsal) -> dict[str, object]:
    matrices = list(_matrices(found.moves))
    return {
        "found": found,
        "differences": difference_views(found.differences),
        "matrices": matrices,
        "unmoved": [scale.name for scale in matrices if not scale.moves],
        "changed": changed_views(found.changed),
        "rest": found.relabelled - len(found.changed),
        "over": [d for d in found.departments if d.capacity and d.weekly[1] > d.capacity],
        "body": "\n".join(str(line) for line in render_rehearsal(found)),
    }


def _matrices(scales: Sequence[ScaleMoves]) -> Iterator[Matrix]:
    """The scales on which somebody moves."""
    for scale in scales:
        present = {x for move in scale.counts for x in (move.before, move.after)}
        labels = [label for label in scale.labels if label in present]
        counts = scale.by_labels
        moves = sum(m.leads for m in scale.counts if m.before != m.after)
        rows = tuple(
            MatrixRow(
                before,
                label_text(before),
                tuple(Cell(counts.get((before, x), 0), before == x) for x in labels),
            )
            for before in labels
        )
        heads = tuple((label, label_text(label)) for label in labels)
        leads = sum(m.leads for m in scale.counts)
        yield Matrix(label_text(scale.scale), heads, rows, moves, leads)


def _days(text: str) -> timedelta:
    days = int(text) if text.isascii() and text.strip().isdigit() else 0
    if not 1 <= days <= LONGEST:
        raise CannotDo(
            _("Say how many days to look back: from 1 to %(most)s.") % {"most": f"{LONGEST:,}"},
            field="horizon",
        )
    return timedelta(days=days)
