"""Settings: backups of the workspace, made and listed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db import connections
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from leadlight.desk.workspaces.backup import BackupRequest, backup
from leadlight.problems import CannotDo
from leadlight.server.access.audit import record
from leadlight.server.api.tasks import TASKS, Task, TaskProgress
from leadlight.server.pages.desk_page import now, session_of
from leadlight.server.pages.settings_page import SettingsPage, unknown_button

#: Where backups are kept in the workspace's folder.
FOLDER = "backups"
#: So long a page waits for a backup that is quick, in seconds.
PATIENCE = 2.0
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
        task = TASKS.find(_owner(request), request.GET.get("task", ""))
        folder = folder_of(request)
        return {
            "archives": sorted(_archives(folder), key=lambda a: a.name, reverse=True),
            "folder": folder,
            "task": task if task is not None and task.state != "done" else None,
        }

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        if form.get("do") != "make":
            raise unknown_button()
        session, moment = session_of(request), now()
        folder = folder_of(request)
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / f"leadlight-{moment:%Y%m%d-%H%M%S}.zip"

        def make(progress: TaskProgress) -> Task:
            try:
                backup(session, BackupRequest(file, moment), progress)
            except CannotDo as fault:
                return Task("", "failed", fault=str(fault))
            finally:
                connections.close_all()
            return Task("", "done", done=100.0)

        task = TASKS.start(_owner(request), make)
        record(request, "make a backup", file.name)
        if self._is_done(request, task.task_id):
            messages.info(request, _("The backup %(name)s is there.") % {"name": file.name})
        return self.again(f"?task={task.task_id}")

    def _is_done(self, request: HttpRequest, task_id: str) -> bool:
        """Whether it is done soon."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            task = TASKS.find(_owner(request), task_id)
            if task is None or task.state != "running":
                return task is not None and task.state == "done"
            time.sleep(0.05)
        return False


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


def _owner(request: HttpRequest) -> str:
    return f"backups of {request.user.pk}"
