"""Imports by HTTP: files that are sent, and a task that says how far their import is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse

from leadlight.desk import wiring
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.data import to_data
from leadlight.server.access.audit import record
from leadlight.server.api.calls import data_answer, session_of
from leadlight.server.api.faults import ApiFault, of_ours, of_refusal
from leadlight.server.api.guard import caller_of
from leadlight.server.api.request_content import (
    RequestContent,
    hidden_folder,
    open_content,
    request_of,
)
from leadlight.server.api.tasks import TASKS, Task, TaskProgress


def start_import(request: HttpRequest) -> HttpResponse:
    """Begin to import the files that were sent; the answer names the task."""
    with ExitStack() as held:
        sent = held.enter_context(open_content(request))
        caller, session = caller_of(request), session_of(request)
        with hidden_folder(sent):
            asked = request_of(sent, ImportRequest, session, wiring.now(), caller.name)
        names = ", ".join(file.name for file in asked.files)
        record(request, "import", names, who=caller.name)
        folder = held.pop_all()  # it is the task's from here on

    def do(progress: TaskProgress) -> Task:
        with folder:
            return _import(session, asked, sent, progress)

    task = TASKS.start(caller.identity, do)
    started = data_answer(json.dumps(_data(task)), 202)
    started.headers["Location"] = f"/api/v1/tasks/{task.task_id}"
    return started


def task_of(request: HttpRequest, task_id: str) -> HttpResponse:
    """How far a task is. Only who began it may ask."""
    task = TASKS.find(caller_of(request).identity, task_id)
    if task is None:
        raise ApiFault(404, "There is no such task, or the server was started anew since.")
    return data_answer(json.dumps(_data(task), ensure_ascii=False))


def _import(
    session: Session, asked: ImportRequest, sent: RequestContent, progress: TaskProgress
) -> Task:
    """Import, and say how it ended."""
    try:
        with hidden_folder(sent):
            result = import_files(session, asked, progress)
    except CannotDo as fault:
        return Task("", "failed", fault=json.loads(of_refusal(fault).content))
    except Exception as fault:
        return Task("", "failed", fault=json.loads(of_ours(fault).content))
    finally:
        connections.close_all()
    told = sent.hide(json.dumps(to_data(result), ensure_ascii=False))
    return Task("", "done", done=100.0, result=json.loads(told))


def _data(task: Task) -> Mapping[str, Any]:
    return {name: value for name, value in vars(task).items() if value is not None}
