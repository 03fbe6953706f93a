"""How good the answer of `leadlight qualify FILE` is, with nothing said, on data whose outcome is known.

    make scorecard
    python -m benchmarks.scorecard --shared ../shared [--only with,noise] [--draws 3] [--noise 100] [--keep DIR] [--write]

Every figure is measured, beside it what issue 16 asks. `--only` measures some groups; `--keep` keeps the files that were
answered; `--write` (what `make scorecard` does, of the whole form only) writes the page and a line of its history.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks import scorecard_page as page
from benchmarks.scorecard_figures import GROUPS, Bench, Effort, Figure


def measure_all(bench: Bench, groups: list[str]) -> list[Figure]:
    """The figures of these groups, in the order of the page."""
    return [figure for name in groups for figure in GROUPS[name](bench)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--only", default="")
    parser.add_argument("--draws", type=int, default=Effort.draws)
    parser.add_argument("--noise", type=int, default=Effort.noise)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--line", type=Path, help="add a line of the history to this file instead")
    told = parser.parse_args()
    groups = told.only.split(",") if told.only else list(GROUPS)
    start = time.monotonic()
    effort = Effort(draws=told.draws, noise=told.noise)

    def tell(line: str) -> None:
        print(f"{time.monotonic() - start:6.0f} s  {line}", flush=True)

    with tempfile.TemporaryDirectory() as name:
        folder = told.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        figures = measure_all(Bench(told.shared / "data", folder, effort, tell), groups)
    found = page.record(figures, effort)
    if told.line:
        with told.line.open("a", encoding="utf-8") as lines:
            lines.write(page.to_line(found) + "\n")
    if told.write:
        page.write(found)
    for f in figures:
        value = "-" if f.value is None else f"{f.value:.3f}"
        print(f"{f.key:<36} {value:>9}   asked {f.asked:<24} {f.said}")


if __name__ == "__main__":
    main()
