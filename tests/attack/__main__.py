"""Attack for some minutes.

    python -m tests.attack --minutes 60 --seed 1 [--only SUBJECT] [--at N]

Prints each finding with the command that shows it and how to run its attempt again, keeps its files
in out/attack, and ends with 1 if something fell.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections import Counter

from tests.attack.attempt import attempt
from tests.attack.room import Room, visible
from tests.attack.subjects import SUBJECTS
from tests.command import ROOT

KEPT = ROOT / "out" / "attack"


def main() -> int:
    """The exit code: 1 if something fell."""
    options = _options()
    subjects = [options.only] if options.only else list(SUBJECTS)
    end = time.monotonic() + options.minutes * 60
    tried: Counter[str] = Counter()
    fell: Counter[str] = Counter()
    numbers = itertools.count(1) if options.at is None else [options.at]
    for number in numbers:
        for subject in subjects:
            if time.monotonic() > end:
                return _end(tried, fell)
            room = attempt(subject, options.seed, number, thorough=True, keep=KEPT)
            tried[subject] += 1
            fell[subject] += bool(room.findings)
            _report(room, subject, options.seed, number)
            if sys.stdout.isatty() or number % 10 == 0:
                left = max(0, end - time.monotonic())
                print(f"{_counts(tried, fell)}; {left / 60:.0f} minutes left", flush=True)
    return _end(tried, fell)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.attack", description="Attack for some minutes."
    )
    parser.add_argument("--minutes", type=float, default=60, help="how long (60)")
    parser.add_argument(
        "--seed", type=int, default=1, help="the same seed makes the same attempts (1)"
    )
    parser.add_argument("--only", choices=SUBJECTS, help="one subject alone")
    parser.add_argument("--at", type=int, help="the attempt of this number alone")
    return parser.parse_args()


def _report(room: Room, subject: str, seed: int, number: int) -> None:
    for finding in room.findings:
        print(f"FELL {subject}: {visible(finding)}")
    if room.findings:
        print(f"  again: python -m tests.attack --only {subject} --seed {seed} --at {number}")
        print(f"  files: {KEPT / f'{subject}-{seed}-{number}'}", flush=True)


def _counts(tried: Counter[str], fell: Counter[str]) -> str:
    return ", ".join(f"{subject} {n} ({fell[subject]} fell)" for subject, n in tried.items())


def _end(tried: Counter[str], fell: Counter[str]) -> int:
    print(f"{_counts(tried, fell)}.")
    return 1 if fell.total() else 0


if __name__ == "__main__":
    sys.exit(main())
