"""How soon `leadlight mcp` answers an agent: a lead, why, and what would lift it.

    python benchmarks/agents.py [WORKSPACE] [--calls 100]

The command runs as an agent starts it, and is asked over its streams by the protocol's own client.
Leads are drawn by their activity, so that those of whom much is known come up more often.  Besides
the time of each call its CPU is shown, which tells of a busy machine what an idle one would do.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import time
from pathlib import Path

import duckdb
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

HERE = Path(__file__).parent
TOOLS = ("why", "get_lead", "what_would_lift")
#: What is asked of `why`, in milliseconds.
GOAL = 300


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument(
        "workspace", nargs="?", default=str(HERE.parent / "out" / "bench" / "w1000000")
    )
    said.add_argument("--calls", type=int, default=100)
    args = said.parse_args()
    leads = draw_leads(Path(args.workspace))
    times = asyncio.run(ask(args.workspace, leads, args.calls))
    for name, (first, took, cpu) in times.items():
        goal = f" (goal: p95 <= {GOAL} ms)" if name == "why" else ""
        print(f"{name}: first {first:.0f} ms, {spread(took)}; CPU {spread(cpu)}{goal}")


def spread(values: list[float]) -> str:
    """The middle and the slow end of some times in milliseconds."""
    ranked = sorted(values)
    p50, p95 = ranked[len(ranked) // 2], ranked[len(ranked) * 95 // 100]
    return f"median {p50:.0f} ms, p95 {p95:.0f} ms"


def cpu_of_children() -> float:
    """The CPU milliseconds of the processes that this one started and that still run (Linux)."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            ticks += int(fields[11]) + int(fields[12])
    return 1000 * ticks / os.sysconf("SC_CLK_TCK")


def draw_leads(workspace: Path) -> list[str]:
    """Leads of the workspace, each as often as it did something."""
    con = duckdb.connect(str(workspace / "leadlight.duckdb"), read_only=True)
    found = con.execute(
        "SELECT lead_id FROM activity_facts USING SAMPLE 20000 (system, 7)"
    ).fetchall()
    con.close()
    return [str(lead) for (lead,) in found]


async def ask(
    workspace: str, leads: list[str], calls: int
) -> dict[str, tuple[float, list[float], list[float]]]:
    """The milliseconds of the first call of each tool, of the others, and their CPU."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from leadlight.cli import main; main()", "mcp", "-w", workspace],
        env={**os.environ},
    )
    dice = random.Random(1)
    found: dict[str, tuple[float, list[float], list[float]]] = {}
    async with Client(stdio_client(server)) as client:
        for tool in TOOLS:
            took, cpu = [], []
            for lead in dice.choices(leads, k=calls + 1):
                before, begin = cpu_of_children(), time.perf_counter()
                answer = await client.call_tool(tool, {"lead": lead})
                took.append(1000 * (time.perf_counter() - begin))
                cpu.append(cpu_of_children() - before)
                if answer.is_error:
                    raise SystemExit(f"{tool} of {lead}: {answer.content}")
            found[tool] = took[0], took[1:], cpu[1:]
    return found


if __name__ == "__main__":
    main()
