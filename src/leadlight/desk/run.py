"""A run in a workspace: the base as of a moment, qualified by the workspace's playbook, stored and compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from leadlight.desk import wiring
from leadlight.desk.qualify import Qualifications, playbook_for, read_text, usable, when
from leadlight.desk.workspace import Workspace, opened
from leadlight.facts.cohort import Everyone, Known
from leadlight.facts.ledger import Agreement, Qualified, RunReceipt
from leadlight.plan.lead import verifies
from leadlight.problems import CannotDo


@contextmanager
def run(
    folder: Path, *, playbook: str | None = None, as_of: str | datetime | None = None, known: Known = "then"
) -> Iterator[tuple[Qualifications, RunReceipt]]:
    """Qualify a workspace and store the run."""
    now = wiring.now()
    with opened(folder, "qualify", now, write=True) as workspace:
        found = _qualified(workspace, playbook, when(as_of), known)
        found.base = wiring.with_newest(found.base)
        book = found.playbook
        yield (
            found,
            workspace.ledger.record_run(
                Qualified("qualifications", tuple(s.name for s in book.scores), tuple(s.name for s in book.scales)),
                Agreement(book.fingerprint, book.name, found.playbook_text),
                as_of=found.as_of,
                now=now,
                known=known,
            ),
        )


@contextmanager
def looked_at(
    folder: Path,
    verb: str,
    *,
    playbook: str | None = None,
    as_of: str | datetime | None = None,
    known: Known = "then",
    whole: bool = True,
) -> Iterator[Qualifications]:
    """A workspace's base qualified to be looked at: nothing is stored. Without `whole` the plan is not run yet."""
    with opened(folder, verb, wiring.now()) as workspace:
        yield _qualified(workspace, playbook, when(as_of), known, whole=whole)


def _qualified(
    workspace: Workspace, playbook: str | None, as_of: datetime, known: Known, *, whole: bool = True
) -> Qualifications:
    base = wiring.base_of_ledger(workspace.con, workspace.ledger, Everyone(as_of, known))
    if playbook is None:
        name, text = str(workspace.playbook), read_text(workspace.playbook)
    else:
        name, text, _ = playbook_for(playbook, base)
    book, doubts = usable(text, name, base)
    if verifies(book):
        base = wiring.with_checks(base, as_of)
    found = Qualifications(base, book, text, as_of, doubts=tuple(doubts))
    if not whole:
        return found
    wiring.qualifying().qualify_base(base, book, Everyone(as_of, known))
    if not found.summary.leads:
        _nobody(workspace, as_of, known)
    return found


def _nobody(workspace: Workspace, as_of: datetime, known: Known) -> None:
    imports = workspace.ledger.imports()
    if not imports:
        raise CannotDo("There is no lead in this workspace yet. Begin with `leadlight import leads.csv`.")
    first = imports[-1].recorded_at
    if known == "then" and as_of < first:
        raise CannotDo(f"Nothing was known on {as_of:%Y-%m-%d %H:%M}: the first import was on {first:%Y-%m-%d %H:%M}. "
                       "Add --known now for what we know now about then; or import histories with --backfill.")  # fmt: skip
    raise CannotDo(f"There was no lead on {as_of:%Y-%m-%d %H:%M}.")
