"""What a page begins and does not wait for: it runs on, and the page says how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.contrib import messages
from django.db import connections
from django.http import HttpRequest

from leadlight.problems import CannotDo
from leadlight.server.api.tasks import TASKS, Task, TaskProgress

#: So long a page waits for what is quick, in seconds.
PATIENCE = 2.0


def begin(request: HttpRequest, what: str, do: Callable[[TaskProgress], str]) -> str:
    """Begin something of that name; `do` answers with the sentence that is shown when it is done.
    The answer is the query of the page that tells how far it is: empty where it is done already.
    """

    def run(progress: TaskProgress) -> Task:
        try:
            return Task("", "done", done=100.0, result=do(progress))
        except CannotDo as fault:
            return Task("", "failed", fault=str(fault))
        finally:
            connections.close_all()

    task_id = TASKS.start(_owner(request, what), run).task_id
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        task = TASKS.find(_owner(request, what), task_id)
        if task is not None and task.state != "running":
            _tell(request, task)
            return ""
        time.sleep(0.02)
    return f"?task={task_id}"


def task_of(request: HttpRequest, what: str) -> Task | None:
    """What the page's address names, while it runs. Where it is over, that is said."""
    task = TASKS.find(_owner(request, what), request.GET.get("task", ""))
    if task is None or task.state == "running":
        return task
    _tell(request, task)
    return None


def _tell(request: HttpRequest, task: Task) -> None:
    if task.state == "failed":
        messages.error(request, str(task.fault))
    else:
        messages.info(request, str(task.result))


def _owner(request: HttpRequest, what: str) -> str:
    return f"{what} of {request.user.pk}"
