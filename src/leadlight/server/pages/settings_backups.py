"""Settings: backups of the workspace, made and listed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from leadlight.desk.workspaces.backup import BackupRequest, backup
from leadlight.server.access.audit import record
from leadlight.server.api.tasks import TaskProgress
from leadlight.server.pages.background import begin, task_of
from leadlight.server.pages.desk_page import now, session_of
from leadlight.server.pages.part_page import unknown_button
from leadlight.server.pages.settings_page import SettingsPage

#: Where backups are kept in the workspace's folder.
FOLDER = "backups"
_NAME = re.compile(r"leadlight-[0-9]{8}-[0-9]{6}\.zip")


@dataclass(frozen=True)
class Archive:
    """A backup that is kept: its name, its bytes, when it was made (UTC)."""

    name: str
    size: int
    made_at: datetime


class BackupsPage(SettingsPage):
    """Backups: make one, see how far it is, and the list."""

    part = "settings-backups"
    template = "pages/settings_backups.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        folder = folder_of(request)
        return {
            "archives": sorted(_archives(folder), key=lambda a: a.name, reverse=True),
            "folder": folder,
            "task": task_of(request, "backups"),
        }

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        if form.get("do") != "make":
            raise unknown_button()
        session, moment = session_of(request), now()
        folder = folder_of(request)
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / f"leadlight-{moment:%Y%m%d-%H%M%S}.zip"

        def make(progress: TaskProgress) -> str:
            backup(session, BackupRequest(file, moment), progress)
            return str(_("The backup %(name)s is there.") % {"name": file.name})

        record(request, "make a backup", file.name)
        return self.again(begin(request, "backups", make))


class BackupFilePage(SettingsPage):
    """A backup as a file. It holds everything of the workspace."""

    def get(self, request: HttpRequest, name: str = "") -> FileResponse:
        file = folder_of(request) / name
        if not _NAME.fullmatch(name) or not file.is_file():
            raise Http404
        record(request, "fetch a backup", name)
        return FileResponse(file.open("rb"), as_attachment=True, filename=name)


def folder_of(request: HttpRequest) -> Path:
    """Where the backups of the workspace are."""
    return session_of(request).place.folder / FOLDER


def _archives(folder: Path) -> Iterator[Archive]:
    for file in folder.glob("leadlight-*.zip"):
        if _NAME.fullmatch(file.name):
            seen = file.stat()
            made = datetime.fromtimestamp(seen.st_mtime, UTC).replace(tzinfo=None)
            yield Archive(file.name, seen.st_size, made)
