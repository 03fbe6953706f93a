"""A run in a workspace: the base as of a moment, qualified by the workspace's playbook, stored and
compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from leadlight.desk import wiring
from leadlight.desk.leads.qualify import Qualifications
from leadlight.desk.leads.story import past_of_workspace
from leadlight.desk.moments import when
from leadlight.desk.playbooks import playbook_named, usable
from leadlight.desk.workspace.workspace import Agreed, Place, Workspace, opened
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone, Known
from leadlight.facts.ledger import Agreement, Qualified, Run, RunReceipt, Touched
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo


@dataclass(frozen=True)
class Wanted:
    """The files that a run leaves: the leads (`columns`: which of their columns) and the report."""

    out: Path | None = None
    page: Path | None = None
    columns: Literal["all", "qualification"] | None = None

    def claims(self, *, touched: bool) -> tuple[wiring.Claim, ...]:
        """Which of them are written; of some leads only, there is no report."""
        out: wiring.Claim = (self.out, "qualified")
        return (out,) if touched else (out, (self.page, "report"))

    def written(self, found: Qualifications, *, touched: bool = False) -> int:
        """Write them; how many rows the leads have."""
        if self.out or self.page:
            found.base.fetch()
        if self.page and not touched:
            found.report(self.page)
        if self.out is None:
            return 0
        return found.export(self.out, "qualification" if touched else self.columns)


@dataclass
class Ran:
    """A run that was stored: the qualifications, what became of them, and which leads were looked
    at.

    `touched` is set when only some were: then `found` has only those. `why_whole` says why not,
    when only some were asked for.
    """

    qualifications: Qualifications
    receipt: RunReceipt
    touched: Touched | None = None
    why_whole: str | None = None
    rows: int = 0  # of the file of leads

    @property
    def found(self) -> Qualifications:
        """The qualifications, until the next run of the same workspace. They are fetched from a
        server when asked for.
        """
        self.qualifications.base.fetch()
        return self.qualifications


@contextmanager
def run(
    folder: Place | Path,
    *,
    playbook: str | None = None,
    as_of: str | datetime | None = None,
    known: Known = "then",
    touched: bool = False,
    wanted: Wanted = Wanted(),
) -> Iterator[Ran]:
    """Qualify a workspace and store the run; with `touched` only the leads for whom something can
    differ since the last.

    The files `wanted` are written before the run is stored, and appear after it: where there is no
    room for them, there is no run either, and the next one says what changed since the one before.
    """
    now = wiring.now()
    with (
        wiring.together((playbook,), wanted.claims(touched=touched)) as outputs,
        opened(folder, "qualify", now, write=True) as workspace,
    ):
        if wanted.page and not touched:
            wiring.start_drawing()
        ran = _run(workspace, playbook, when(as_of), known, touched, wanted)
        outputs.appear()
        yield ran


def _run(
    workspace: Workspace,
    playbook: str | None,
    moment: datetime,
    known: Known,
    touched: bool,
    wanted: Wanted,
) -> Ran:
    if not touched:
        return _whole(workspace, playbook, moment, known, wanted)
    catalog = workspace.ledger.catalog()
    agreed, standing = _agreed(workspace, playbook, moment, catalog)
    book, text = usable(agreed.text, agreed.name, catalog)[0], agreed.text
    last = next(iter(workspace.ledger.runs(1)), None)
    why = _why_whole(last, book, moment, known)
    if last is None or why is not None:
        return replace(_whole(workspace, playbook, moment, known, wanted), why_whole=why)
    return look_again(workspace, book, text, last, moment, workspace.now, standing, wanted)


def look_again(
    workspace: Workspace,
    book: Playbook,
    text: str,
    last: Run,
    as_of: datetime,
    now: datetime,
    standing: str = "",
    wanted: Wanted = Wanted(),
) -> Ran:
    """Qualify the leads for whom something can differ since the last run, and store that."""
    touched = workspace.ledger.touch(last, as_of=as_of)
    base = wiring.qualify_touched(workspace.con, workspace.ledger, book, touched, as_of)
    found = Qualifications(base, book, text, as_of, standing=standing)
    rows = wanted.written(found, touched=True)
    receipt = workspace.ledger.record_run(
        replace(_qualified_as(book), due=True, only=touched.relation, always=base.unverified()),
        Agreement(book.fingerprint, book.name, text),
        as_of=as_of,
        now=now,
        known=last.known,
    )
    return Ran(found, receipt, touched, rows=rows)


def _whole(
    workspace: Workspace, playbook: str | None, as_of: datetime, known: Known, wanted: Wanted
) -> Ran:
    # Verdicts that were never recorded may depend on all leads: then a later run cannot build on
    # this one.
    found = _qualified(workspace, playbook, as_of, known, due=True)
    book = found.playbook
    due = not verifies(book) or workspace.ledger.holdings().checked
    found.base = found.base.with_newest()
    always = found.base.unverified() if due and verifies(book) else None
    rows = wanted.written(found)
    receipt = workspace.ledger.record_run(
        replace(_qualified_as(book), due=due, always=always),
        Agreement(book.fingerprint, book.name, found.playbook_text),
        as_of=found.as_of,
        now=workspace.now,
        known=known,
    )
    return Ran(found, receipt, rows=rows)


def _qualified_as(book: Playbook) -> Qualified:
    return Qualified(
        "dated_qualifications",
        tuple(s.name for s in book.scores),
        tuple(s.name for s in book.scales),
        due=True,
    )


def _why_whole(last: Run | None, book: Playbook, as_of: datetime, known: Known) -> str | None:
    """Why the whole base must be looked at, in a sentence; None when it need not."""
    if last is None:
        return "There is no run to build on yet."
    if last.fingerprint != book.fingerprint:
        return "The playbook is not that of the last run."
    if last.upto is None:
        return (
            "The last run left nothing to build on: either it is older than this way of running, or"
            " contacts were never verified here (leadlight verify)."
        )
    if as_of < last.as_of:
        return f"The last run was of a later moment, {last.as_of:%Y-%m-%d %H:%M}."
    if known != last.known:
        return f"The last run saw what was known {last.known}."
    return None


def _agreed(
    workspace: Workspace, playbook: str | Agreed | None, at: datetime, catalog: Catalog
) -> tuple[Agreed, str]:
    """The playbook to go by as of a moment, and how outputs name it; one that is named in words
    stands for itself.
    """
    if isinstance(playbook, Agreed):
        return playbook, ""
    if playbook is not None:
        return Agreed(*playbook_named(playbook, catalog)[:2]), ""
    agreed = workspace.agreed(at)
    workspace.tell_unpublished(agreed)
    return agreed, agreed.standing


@contextmanager
def looked_at(
    folder: Place | Path,
    verb: str,
    *,
    playbook: str | Agreed | None = None,
    as_of: str | datetime | None = None,
    known: Known = "then",
    whole: bool = True,
) -> Iterator[Qualifications]:
    """A workspace's base qualified to be looked at: nothing is stored. Without `whole` the plan is
    not run yet.
    """
    with opened(folder, verb, wiring.now()) as workspace:
        yield _qualified(workspace, playbook, when(as_of), known, whole=whole)


def _qualified(
    workspace: Workspace,
    playbook: str | Agreed | None,
    as_of: datetime,
    known: Known,
    *,
    whole: bool = True,
    due: bool = False,
) -> Qualifications:
    base = wiring.base_of_ledger(workspace.con, workspace.ledger, Everyone(as_of, known))
    agreed, standing = _agreed(workspace, playbook, as_of, base.sources.catalog)
    book, doubts = usable(agreed.text, agreed.name, base.sources.catalog)
    if verifies(book):
        base = base.with_checks(as_of)
    past = past_of_workspace(workspace, book, playbook is not None, known)
    found = Qualifications(
        base, book, agreed.text, as_of, doubts=tuple(doubts), standing=standing, past=past
    )
    if not whole:
        return found
    found.passes = base.qualify(book, Everyone(as_of, known), due=due)
    if not found.summary.leads:
        _nobody(workspace, as_of, known)
    return found


def _nobody(workspace: Workspace, as_of: datetime, known: Known) -> None:
    imports = workspace.ledger.imports()
    if not imports:
        raise CannotDo(
            "There is no lead in this workspace yet. Begin with `leadlight import leads.csv`."
        )
    first = imports[-1].recorded_at
    if known == "then" and as_of < first:
        raise CannotDo(
            f"Nothing was known on {as_of:%Y-%m-%d %H:%M}: the first import was on"
            f" {first:%Y-%m-%d %H:%M}. Add --known now for what we know now about then; or import"
            " histories with --backfill."
        )
    raise CannotDo(f"There was no lead on {as_of:%Y-%m-%d %H:%M}.")
