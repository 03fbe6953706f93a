"""How soon a lead is explained in an open session: its reasons, what would lift it and when it changes; and with its story.

    python benchmarks/explain.py [WORKSPACE] [--calls 100]

Leads are drawn by their activity, so that those of whom much is known come up more often.  CPU is of the whole process.
"""

from __future__ import annotations

import argparse
import random
import time
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.explain import ExplainRequest, explain
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import find_workspace

HERE = Path(__file__).parent
AS_OF = datetime(2026, 1, 1)


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument(
        "workspace", nargs="?", default=str(HERE.parent / "out" / "bench" / "w1000000")
    )
    said.add_argument("--calls", type=int, default=100)
    said.add_argument("--playbook", default=str(HERE / "reference.yml"))
    args = said.parse_args()
    dice = random.Random(1)
    with Session(find_workspace(args.workspace), shared=True) as session:
        with session.read("bench", AS_OF) as workspace:
            ids = [
                str(i)
                for (i,) in workspace.con.execute(
                    "SELECT lead_id FROM activity_facts USING SAMPLE 20000 (system, 7)"
                ).fetchall()
            ]
        for story in (False, True):
            took, cpu = [], time.process_time()
            for n, lead in enumerate(dice.choices(ids, k=args.calls + 2)):
                request = ExplainRequest(
                    lead, AS_OF, as_of=AS_OF, playbook=args.playbook, story=story
                )
                begin = time.perf_counter()
                explain(session, request)
                if n >= 2:
                    took.append(1000 * (time.perf_counter() - begin))
                else:
                    cpu = time.process_time()
            took.sort()
            each = 1000 * (time.process_time() - cpu) / len(took)
            p50, p95 = took[len(took) // 2], took[len(took) * 95 // 100]
            what = "with its story" if story else "reasons, lifts, next change"
            asked = 300 if story else 120
            print(
                f"explain, {what}: asked p95 <= {asked} ms, reached median {p50:.0f} ms, p95"
                f" {p95:.0f} ms, CPU {each:.0f} ms"
            )


if __name__ == "__main__":
    main()
