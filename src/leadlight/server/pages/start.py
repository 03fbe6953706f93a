"""Start: a file is dropped, its mapping is looked at and mended, and the first answer is there."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.rules.begin_rules import (
    BeginRulesRequest,
    FirstRules,
    begin_rules,
    may_begin_rules,
    may_leave_first_answer,
)
from leadlight.desk.session import Session
from leadlight.facts.catalog import ACTIVITY_COLUMNS, LEAD_ATTRIBUTES
from leadlight.playbook.presets import best_preset, preset_names, preset_title
from leadlight.problems import CannotDo
from leadlight.results.imports import ImportedFile
from leadlight.server.access.audit import record
from leadlight.server.pages.desk_page import DeskPage, now, session_of
from leadlight.server.pages.names import name_text
from leadlight.server.scopes import Scope

#: Where files wait until somebody has looked at their mapping, and how long.
UPLOADS, KEPT = ".uploads", timedelta(hours=6)
#: The largest file, in bytes.
LARGEST = 200 * 1024 * 1024
#: By the evidence in the file itself; what else is named is a preset.
EVIDENCE = "evidence"
#: The rules stay as they are.
KEEP = "keep"
_CONTACTS = {"email", "phone", "mobile", "other_emails", "other_phones"}
_TOKEN = re.compile(r"[\w-]{20,40}")


@dataclass(frozen=True)
class Column:
    """A column of the file as it is read: its header, some values, and what it is taken for."""

    number: int
    header: str
    examples: str
    name: str
    how: str


class StartPage(DeskPage):
    """The first visit, and every new file: drop it here."""

    scope: ClassVar[Scope] = "act"

    def get(self, request: HttpRequest) -> HttpResponse:
        _sweep(_folder(request), now())
        return self.show(request, "pages/start.html", {"largest": LARGEST // (1024 * 1024)})

    def post(self, request: HttpRequest) -> HttpResponse:
        sent = request.FILES.get("file")
        if sent is None:
            raise CannotDo(_("No file was sent. Choose one first."), field="file")
        token = secrets.token_urlsafe(24)
        place = _folder(request) / token
        place.mkdir(mode=0o700)
        try:
            _save(sent, place / _plain_name(sent.name or "leads.csv"))
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)  # half a file is nobody's
            raise
        return redirect("start-file", token=token)


class StartFilePage(DeskPage):
    """What was read of a file that was dropped, and what it will be taken for."""

    scope: ClassVar[Scope] = "act"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        file = _file(request, token)
        session = session_of(request)
        found = import_files(session, ImportRequest((file,), now(), preview=True)).files[0]
        if found.refusal is not None:
            raise CannotDo(found.refusal.message, found.refusal.problems)
        what = found.mapping.what if found.mapping else "leads"
        is_log = what == "activities"
        is_first = may_begin_rules(session, now())
        leaves = is_log and not is_first and may_leave_first_answer(session, now())
        words = {
            "file": file.name,
            "what": what,
            "columns": list(_columns(found)),
            "names": _names(found),
            "receipt": found.receipt,
            "names_maps": any("=" in f"{p.message}{p.hint}" for p in found.problems),
            "has_no_contact": not is_log and not _has_contact(found),
            "problems": found.problems,
            "chooses_rules": is_first or leaves,
            "leaves_first_answer": leaves,
            "by_evidence": is_first and not is_log,
            "best": _best(found),
            "presets": [(name, preset_title(name)) for name in preset_names()],
        }
        return self.show(request, "pages/start_file.html", words)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        file, session = _file(request, token), session_of(request)
        rules, first = request.POST.get("rules", ""), None
        if rules and rules != KEEP and _may_choose(session):
            first = _choose_rules(request, file, rules)
        found = import_files(session, ImportRequest((file,), now(), maps=_maps(request))).files[0]
        if found.refusal is not None:
            raise CannotDo(found.refusal.message, found.refusal.problems)
        record(request, "import a file", found.receipt.import_id if found.receipt else "")
        qualify(session, QualifyRequest(now()))
        shutil.rmtree(file.parent, ignore_errors=True)
        messages.info(request, _sentence(found))
        if first is not None:
            for sentence in first.basis:
                messages.info(request, sentence)
            for sentence in first.improvements:
                messages.info(request, _("It would be better with %(what)s") % {"what": sentence})
        return redirect("leads")


def _has_contact(found: ImportedFile) -> bool:
    """Whether a column says how leads can be reached."""
    columns = found.mapping.columns if found.mapping else ()
    return bool({c.name for c in columns} & _CONTACTS)


def _may_choose(session: Session) -> bool:
    return may_begin_rules(session, now()) or may_leave_first_answer(session, now())


def _best(found: ImportedFile) -> str:
    """The preset that the columns of a file, or the kinds in a log, speak of."""
    columns = found.mapping.columns if found.mapping else ()
    kinds = {kind for c in columns if c.name == "kind" for kind in c.examples}
    return best_preset({c.name for c in columns if c.name}, kinds)


def _columns(found: ImportedFile) -> Iterator[Column]:
    """The columns of the file; what they say besides is not shown."""
    columns = found.mapping.columns if found.mapping else ()
    for number, column in enumerate(columns):
        if column.how != "derived":
            examples = ", ".join(column.examples[:3])
            yield Column(number, column.header, examples, column.name or "-", column.how)


def _names(found: ImportedFile) -> list[tuple[str, str]]:
    """What a column may be taken for."""
    what = found.mapping.what if found.mapping else "leads"
    standard = ACTIVITY_COLUMNS if what == "activities" else LEAD_ATTRIBUTES
    own = [c.name for c in found.mapping.columns if c.name] if found.mapping else []
    return [(n, name_text(n)) for n in dict.fromkeys((*standard, *own))]


def _maps(request: HttpRequest) -> dict[str, str]:
    """What was chosen otherwise than it was read: header -> attribute."""
    maps: dict[str, str] = {}
    for key in request.POST:
        if not key.startswith("name-"):
            continue
        number = key.removeprefix("name-")
        header, before = request.POST.get(f"header-{number}"), request.POST.get(f"was-{number}")
        chosen = request.POST.get(key, "")
        if header and chosen and chosen != before:
            maps[header] = chosen
    return maps


def _choose_rules(request: HttpRequest, file: Path, rules: str) -> FirstRules:
    """Begin with a preset, or with the first answer on the file itself."""
    by_file = rules == EVIDENCE
    asked = BeginRulesRequest(
        now(),
        preset=None if by_file else rules,
        leads=file if by_file else None,
        maps=tuple(_maps(request).items()),
    )
    return begin_rules(session_of(request), asked)


def _sentence(found: ImportedFile) -> str:
    receipt = found.receipt
    if receipt is None:
        return str(_("Nothing was imported."))
    came = ngettext(
        "%(count)s of %(rows)s row came in", "%(count)s of %(rows)s rows came in", receipt.read
    )
    parts = [came % {"count": f"{receipt.imported:,}", "rows": f"{receipt.read:,}"}]
    if receipt.unchanged:
        parts.append(_("%(count)s were known already") % {"count": f"{receipt.unchanged:,}"})
    if receipt.rejected:
        parts.append(_("%(count)s could not be read") % {"count": f"{receipt.rejected:,}"})
    return f"{'; '.join(parts)} ({receipt.import_id})."


def _folder(request: HttpRequest) -> Path:
    folder = session_of(request).place.folder / UPLOADS
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _file(request: HttpRequest, token: str) -> Path:
    """The file that waits under a token."""
    folder = _folder(request) / token
    if not _TOKEN.fullmatch(token) or not folder.is_dir():
        raise CannotDo(_("That file is not here any more. Drop it again."))
    return next(folder.iterdir())


def _plain_name(name: str) -> str:
    """A file's name without anything that means something to a file system."""
    plain = re.sub(r"[^\w. ()-]", "_", Path(name).name).strip(". ")[-100:]
    return plain or "leads.csv"


def _save(sent: UploadedFile, target: Path) -> None:
    size = 0
    with target.open("wb") as file:
        for chunk in sent.chunks():
            size += len(chunk)
            if size > LARGEST:
                sentence = _("The file is longer than %(most)s MB. Import it with `%(command)s`.")
                words = {"most": LARGEST // (1024 * 1024), "command": "leadlight import"}
                raise CannotDo(sentence % words, field="file")
            file.write(chunk)


def _sweep(folder: Path, moment: datetime) -> None:
    """Remove what nobody came back to."""
    oldest = (moment - KEPT).timestamp() - datetime(1970, 1, 1).timestamp()
    for left in folder.iterdir():
        if left.stat().st_mtime < oldest:
            shutil.rmtree(left, ignore_errors=True)
