"""Kill an importing, undoing or storing process at random moments, and look whether the workspace is whole.

    python -m tests.adapters.ledger.kill_loop [ROUNDS] [SEED]

Each round starts a process that writes to a workspace, kills it with SIGKILL at a random moment, opens the workspace
and checks that what it was doing has happened whole or not at all.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.ledger import Agreement, QualificationTable
from tests.forks import fork
from tests.verbs import import_files, init, opened, undo

NOW = datetime.fromisoformat("2026-01-01")
LEADS = 4000
#: The relations whose rows an import counts.
FACTS = ("attribute_facts", "contact_facts", "activity_facts", "spend_facts", "link_facts")


def work(place: str, number: str) -> None:
    """The process that is killed: imports, undoes and stores runs until the end of its days."""
    folder, seed = Path(place), int(number)
    pick = random.Random(seed)
    n = 0
    while True:
        n += 1
        now = NOW + timedelta(days=seed, minutes=n)
        file = folder / f"leads-{seed}-{n}.csv"
        rows = (f"L{pick.randrange(LEADS * 2)},{pick.randrange(100)},x{n}" for _ in range(LEADS))
        file.write_text("lead id,age,own column\n" + "\n".join(rows) + "\n", encoding="utf-8")
        brought = import_files(folder, [file], now)
        file.unlink()
        receipt = brought[0].receipt
        assert receipt, brought
        print(n, flush=True)  # from the first whole import on, it may be killed
        if n % 3 == 0:
            undo(folder, receipt.import_id, now)
        if n % 2 == 0:
            _store_run(folder, now)


def _store_run(folder: Path, now: datetime) -> None:
    with opened(folder, "qualify", now, write=True) as w:
        w.con.execute(
            "CREATE TEMP TABLE q AS SELECT DISTINCT lead_id, hash(lead_id) % 7 + 0.5 AS fit, 'l' ||"
            " (random() * 3)::INT AS t, '' AS segments, '' AS department, 5 AS respond_within, ''"
            " AS next_step, '' AS reasons FROM attribute_facts"
        )
        w.ledger.record_run(
            QualificationTable("q", ("fit",), ("t",)),
            Agreement("f", "n", "text"),
            as_of=now,
            now=now,
        )


def check(workspace: Workspace) -> None:
    """Every import in the book has exactly its facts, nothing else has any, and the same holds for runs."""
    con = workspace.con
    facts = " + ".join(f"(SELECT count(*) FROM {t} f WHERE f._import = i.import_no)" for t in FACTS)
    lines = con.execute(f"SELECT i.import_no, i.imported, {facts} FROM imports i").fetchall()
    assert all(imported == there for _, imported, there in lines), lines
    for table in FACTS:
        orphans = con.execute(
            f"SELECT count(*) FROM {table} WHERE _import NOT IN (SELECT import_no FROM imports)"
        )
        assert orphans.fetchall() == [(0,)], table
    firsts = con.execute(
        "SELECT count(*) FROM (SELECT lead_id FROM attribute_facts GROUP BY 1 HAVING count(*)"
        " FILTER (WHERE NOT _revises) <> 1)"
    )
    assert firsts.fetchall() == [(0,)]
    runs = con.execute(
        "SELECT changed, (SELECT count(*) FROM run_changes c WHERE c.run_no = r.run_no) FROM runs r"
    ).fetchall()
    assert all(changed == there for changed, there in runs), runs
    strays = con.execute(
        "SELECT count(*) FROM run_changes WHERE run_no NOT IN (SELECT run_no FROM runs)"
    )
    assert strays.fetchall() == [(0,)]
    workspace.ledger.holdings()
    workspace.ledger.imports()


def loop(rounds: int, seed: int, folder: Path, longest: float = 1.2) -> int:
    """Kill `rounds` times; how many imports the workspace ended with."""
    pick = random.Random(seed)
    init(folder, NOW)
    for n in range(1, rounds + 1):
        process = fork("tests.adapters.ledger.kill_loop:work", str(folder), str(n))
        assert process.stdout.readline(), "the process died by itself"
        time.sleep(pick.random() * longest)
        process.kill()
        later = NOW + timedelta(days=n, hours=23)
        with opened(folder, "report", later) as read_only:
            check(read_only)
        with opened(folder, "import", later, write=True) as writer:
            check(writer)
    with opened(folder, "undo", NOW) as workspace:
        return len(workspace.ledger.imports())


if __name__ == "__main__":
    rounds, seed = (int(a) for a in (*sys.argv[1:], *("200", "1")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as base:
        print(f"{rounds} kills: {loop(rounds, seed, Path(base) / 'ws')} imports, every one whole")
