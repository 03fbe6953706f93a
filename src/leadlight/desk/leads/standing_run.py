"""The last run that was stored, by which leads stand as they do."""

from __future__ import annotations

from leadlight.desk.playbooks import usable
from leadlight.desk.wiring import ledgers
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.ledger import Run
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo, NextStep


def standing_run(workspace: Workspace, upto: int | None = None) -> tuple[Run, int, Playbook]:
    """The last run (or that of the number `upto`), its number, and the playbook that it was made
    by. Raises `CannotDo` where no run was stored yet.
    """
    runs = workspace.ledger.runs(1)
    if upto is not None and runs and runs[0].run_id != f"r{upto}":
        runs = [run for run in workspace.ledger.runs() if run.run_id == f"r{upto}"]
    run = next(iter(runs), None)
    if run is None:
        raise CannotDo("No run was stored yet.", step=NextStep("qualify"))
    text = ledgers.playbook_text(workspace.con, run.fingerprint) or ""
    name = f"the playbook of {run.run_id}"
    book = usable(text, name, workspace.ledger.catalog())[0]
    return run, int(run.run_id.removeprefix("r")), book
