"""What takes long and was begun on a page: it runs on in the background, and its own page says how
far it is until the result is there. A task belongs to who began it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse

from leadlight.desk.progress import Progress
from leadlight.problems import CannotDo, Problem
from leadlight.server.api.faults import of_ours
from leadlight.server.api.tasks import TASKS, Task, TaskProgress
from leadlight.server.pages.desk_page import DeskPage

#: After so many seconds a page asks anew how far it is.
REFRESH = 2

Work = Callable[[Progress], object]


@dataclass(frozen=True)
class TaskFault:
    """Why a task failed: the sentence and its details."""

    sentence: str
    problems: tuple[Problem, ...] = ()


def start_task(request: HttpRequest, kind: str, work: Work) -> str:
    """Begin something long; the id of its task. `kind` is what its page shows."""

    def do(progress: TaskProgress) -> Task:
        try:
            return Task("", "done", done=100.0, result=work(progress))
        except CannotDo as fault:
            return Task("", "failed", fault=TaskFault(str(fault), fault.problems))
        except Exception as fault:  # our own: it is told, and the server goes on
            return Task("", "failed", fault=TaskFault(json.loads(of_ours(fault).content)["detail"]))
        finally:
            connections.close_all()

    return TASKS.start(_owner(request, kind), do).task_id


def find_task(request: HttpRequest, kind: str, task_id: str) -> Task:
    """A task of whoever asks. Raises `Http404` where there is none, or the server began anew."""
    task = TASKS.find(_owner(request, kind), task_id)
    if task is None:
        raise Http404
    return task


def task_words(task: Task) -> dict[str, Any]:
    """What a page says of a task that is under way, or that failed."""
    fault = task.fault if isinstance(task.fault, TaskFault) else None
    return {
        "task": task,
        "step": task.step,
        "done": None if task.done is None else round(task.done),
        "fault": fault,
    }


class TaskPage(DeskPage):
    """How far a task of a `kind` is, and what it found: the page asks anew until it is over."""

    kind: ClassVar[str]
    template: ClassVar[str]
    place: ClassVar[str]

    def get(self, request: HttpRequest, task_id: str) -> HttpResponse:
        task = find_task(request, self.kind, task_id)
        words = {"here": self.place, **task_words(task), **self.words_of(request, task.result)}
        answer = self.show(request, self.template, words)
        if task.state == "running":
            answer.headers["Refresh"] = str(REFRESH)
        return answer

    def words_of(self, request: HttpRequest, result: object) -> dict[str, Any]:
        """What the page says of a result; None is one that is not there yet."""
        raise NotImplementedError


def _owner(request: HttpRequest, kind: str) -> str:
    return f"page {kind} {request.user.pk}"
