"""A verb that takes long runs on while its caller asks how far it is: imports always, others when
they are asked for it (`Prefer: respond-async`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, get_type_hints

from django.db import connections
from django.http import HttpRequest, HttpResponse

from leadlight.desk.session import Session
from leadlight.desk.verbs import VERBS
from leadlight.desk.wiring import clock
from leadlight.problems import CannotDo
from leadlight.results.data import to_data
from leadlight.server.api.calls import OF_VERSIONS, data_answer, note, session_of
from leadlight.server.api.faults import ApiFault, of_ours, of_refusal
from leadlight.server.api.guard import caller_of
from leadlight.server.api.request_content import (
    RequestContent,
    hidden_folder,
    open_content,
    request_of,
)
from leadlight.server.api.tasks import TASKS, Task, TaskProgress

#: The header by which somebody asks for it, and what it says.
HEADER, ASYNC = "Prefer", "respond-async"


def is_wanted(request: HttpRequest, verb: str) -> bool:
    """Whether a verb is to run on after the answer."""
    return VERBS[verb].is_long and ASYNC in request.headers.get(HEADER, "").lower()


def start_verb(request: HttpRequest, verb: str) -> HttpResponse:
    """Begin what was asked for; the answer names the task."""
    with ExitStack() as held:
        sent = held.enter_context(open_content(request))
        caller, session = caller_of(request), session_of(request)
        resolve = verb not in OF_VERSIONS
        with hidden_folder(sent):
            asked = request_of(
                sent, VERBS[verb].request, session, clock.now(), caller.name, resolve
            )
        note(request, verb, asked)
        folder = held.pop_all()  # it is the task's from here on

    def do(progress: TaskProgress) -> Task:
        with folder:
            return _run(session, verb, asked, sent, progress)

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


def _run(
    session: Session, verb: str, asked: Any, sent: RequestContent, progress: TaskProgress
) -> Task:
    """Do it, and say how it ended."""
    function = VERBS[verb].load()
    more = {"progress": progress} if "progress" in get_type_hints(function) else {}
    try:
        with hidden_folder(sent):
            result = function(session, asked, **more)
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
