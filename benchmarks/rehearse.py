"""What a rehearsal costs beside batch runs: two versions of the rules at one moment, a week and a horizon before, on one base.

    python benchmarks/rehearse.py [--live out/bench/w1000000] [--reps 3]

The workspace is the one that `benchmarks/ledger.py` makes. It holds no wins, so both versions are judged by meetings booked.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ledger import LEADLIGHT
from run import AS_OF, HERE, OUT, in_turn, row

VERSIONS, LOOKS = 2, 3  # now, a week ago, and a horizon ago


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--live", type=Path, default=OUT / "w1000000")
    said.add_argument("--reps", type=int, default=3)
    args = said.parse_args()
    old = (HERE / "reference.yml").read_text("utf-8")
    new = OUT / "proposed.yml"
    new.write_text(
        old.replace("half_life: 30d", "half_life: 14d").replace("points: 30,", "points: 40,"),
        "utf-8",
    )
    where = ["-w", str(args.live)]
    batch = [*LEADLIGHT, "qualify", "--no-report", "--as-of", AS_OF, *where]
    ours = [*LEADLIGHT, "rehearse", str(new), "--at", AS_OF, "--outcome", "meeting_booked", *where]
    found = in_turn(args.reps, batch=batch, rehearse=ours)
    one, all_ = found["batch"], found["rehearse"]
    times = all_.cpu / one.cpu
    row(
        f"rehearse, {VERSIONS} versions: CPU against a batch run, for each version and moment"
        " asked for",
        "< 3",
        f"{times / VERSIONS:.2f} ({all_.cpu:.1f} s, {all_.wall:.1f} wall, {all_.megabytes:.0f} MB;"
        f" batch {one.cpu:.1f} s)",
    )
    row("the same, for each version and moment looked at", "< 3", f"{times / VERSIONS / LOOKS:.2f}")


if __name__ == "__main__":
    main()
