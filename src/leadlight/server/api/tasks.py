"""What takes long and runs on while the caller asks how far it is."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

#: So many tasks are remembered, and the longest that one is after its end, in seconds.
_MOST, _KEPT = 1000, 24 * 3600.0


@dataclass(frozen=True)
class Task:
    """Something that runs on: `state`, the step it is at and how much of that is done (per cent,
    null: nobody knows). In the end `result` is what the verb answered, or `fault` the problem.
    """

    task_id: str
    state: Literal["running", "done", "failed"]
    step: str = ""
    done: float | None = None
    result: object = None
    fault: object = None


Share: TypeAlias = Callable[[], float | None]


class Tasks:
    """The tasks of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tasks: OrderedDict[str, tuple[float, str, Task]] = OrderedDict()
        self._shares: dict[str, Share] = {}
        self._threads: list[threading.Thread] = []

    def start(self, owner: str, do: Callable[[TaskProgress], Task]) -> Task:
        """Begin a task; `do` answers how it ended."""
        task = Task(secrets.token_urlsafe(12), "running")
        self._keep(owner, task)

        def run() -> None:
            ended = do(TaskProgress(self, owner, task))
            with self._lock:
                self._shares.pop(task.task_id, None)
            self._keep(owner, replace(ended, task_id=task.task_id))

        thread = threading.Thread(target=run, name=f"task {task.task_id}", daemon=True)
        with self._lock:
            self._threads = [t for t in self._threads if t.is_alive()]
            self._threads.append(thread)
        thread.start()
        return task

    def finish(self, seconds: float = 30.0) -> None:
        """Wait until what runs is done, but not for ever."""
        end = time.monotonic() + seconds
        with self._lock:
            running = list(self._threads)
        for thread in running:
            thread.join(max(0.0, end - time.monotonic()))

    def find(self, owner: str, task_id: str) -> Task | None:
        """A task of somebody; None when there is none, or it is of somebody else."""
        with self._lock:
            _, whose, task = self._tasks.get(task_id, (0.0, "", None))
            share = self._shares.get(task_id)
        if task is None or whose != owner:
            return None
        return replace(task, done=_share(share)) if task.state == "running" and share else task

    def note(self, owner: str, task: Task, share: Share) -> None:
        """A task is at another step; `share` answers how much of it is done."""
        with self._lock:
            self._shares[task.task_id] = share
        self._keep(owner, task)

    def _keep(self, owner: str, task: Task) -> None:
        now = time.monotonic()
        with self._lock:
            self._tasks[task.task_id] = (now, owner, task)
            while self._tasks:
                at, _, oldest = next(iter(self._tasks.values()))
                old = oldest.state != "running" and now - at > _KEPT
                if not old and len(self._tasks) <= _MOST:
                    break
                self._tasks.popitem(last=False)


class TaskProgress:
    """The progress of a task, for whoever asks."""

    def __init__(self, tasks: Tasks, owner: str, task: Task) -> None:
        self._tasks, self._owner, self._task = tasks, owner, task

    def step(self, text: str, done: Callable[[], float | None]) -> None:
        """A step begins."""
        self._tasks.note(self._owner, replace(self._task, step=text), done)


def _share(share: Share) -> float | None:
    """How much of a step is done; a step may just be over, so that nobody can tell."""
    try:
        return share()
    except Exception:
        return None


TASKS = Tasks()
