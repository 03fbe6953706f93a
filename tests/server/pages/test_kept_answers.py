"""Numbers of a large base are counted once a minute, those of a small one each time."""

from __future__ import annotations

import time
from collections.abc import Callable

from leadlight.server.pages.kept_answers import KeptAnswers


def slow(answers: list[int]) -> Callable[[], int]:
    def compute() -> int:
        time.sleep(0.01)
        answers.append(len(answers))
        return answers[-1]

    return compute


def test_a_quick_answer_is_counted_each_time() -> None:
    kept: KeptAnswers[int] = KeptAnswers(quick=60)
    compute = slow([])
    assert [kept.get("ladder", compute) for _ in range(3)] == [0, 1, 2]


def test_a_slow_answer_is_kept_for_whoever_asks_the_same() -> None:
    kept: KeptAnswers[int] = KeptAnswers(quick=0)
    compute = slow([])
    assert [kept.get(key, compute) for key in ("a", "b", "a", "b")] == [0, 1, 0, 1]


def test_an_older_answer_is_shown_while_a_new_one_is_counted() -> None:
    kept: KeptAnswers[int] = KeptAnswers(quick=0, fresh=0)
    compute = slow([])
    assert (kept.get("a", compute), kept.get("a", compute)) == (0, 0)
    until = time.monotonic() + 5
    while kept.get("a", lambda: -1) == 0 and time.monotonic() < until:
        time.sleep(0.005)
    assert kept.get("a", lambda: -1) != 0


def test_an_answer_that_is_too_old_is_not_shown() -> None:
    kept: KeptAnswers[int] = KeptAnswers(quick=0, stale=0)
    compute = slow([])
    assert [kept.get("a", compute) for _ in range(2)] == [0, 1]
