"""A run in a workspace: the base as of a moment, qualified by the workspace's playbook, stored and
compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from leadlight.desk.leads.qualifications import Qualifications
from leadlight.desk.leads.run_files import RunFiles
from leadlight.desk.leads.story import past_of_workspace
from leadlight.desk.playbooks import find_playbook, usable
from leadlight.desk.routing.turns_section import turns_section
from leadlight.desk.wiring import bases
from leadlight.desk.workspace.workspace import AgreedPlaybook, Workspace
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone, Known
from leadlight.facts.ledger import Agreement, QualificationTable, Run, RunReceipt, TouchedLeads
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo, NextStep
from leadlight.results.files import WrittenFile


@dataclass
class StoredRun:
    """A run that was stored: the qualifications, what became of them, and which leads were
    evaluated.

    `touched` is set when only some were: then `found` has only those. `complete_because` says why
    all were, when only some were asked for.
    """

    qualifications: Qualifications
    receipt: RunReceipt
    files: tuple[WrittenFile, ...] = ()
    touched: TouchedLeads | None = None
    complete_because: str | None = None

    @property
    def local_qualifications(self) -> Qualifications:
        """The qualifications, until the next run of the same workspace. They are fetched from a
        server when asked for.
        """
        self.qualifications.base.fetch()
        return self.qualifications


def run(
    workspace: Workspace,
    files: RunFiles = RunFiles(),
    *,
    as_of: datetime,
    playbook: str | None = None,
    known: Known = "then",
    touched: bool = False,
) -> StoredRun:
    """Qualify a workspace that is open for writing and store the run; with `touched` only the leads
    for whom something can differ since the last.

    The files are written before the run is stored: where there is no room for them, there is no run
    either.
    """
    if not touched:
        return _run_all(workspace, files, playbook, as_of, known)
    catalog = workspace.ledger.catalog()
    agreed, standing = _playbook_of_run(workspace, playbook, as_of, catalog)
    book, text = usable(agreed.text, agreed.name, catalog)[0], agreed.text
    last = next(iter(workspace.ledger.runs(1)), None)
    why = why_all_leads(last, book, as_of, known)
    if last is None or why is not None:
        done = _run_all(workspace, files, playbook, as_of, known)
        return replace(done, complete_because=why)
    return run_touched_leads(workspace, files, book, text, last, as_of, standing)


def run_touched_leads(
    workspace: Workspace,
    files: RunFiles,
    book: Playbook,
    text: str,
    last: Run,
    as_of: datetime,
    standing: str = "",
    touched: TouchedLeads | None = None,
) -> StoredRun:
    """Qualify the leads for whom something can differ since the last run (`touched`, where that is
    known already), and store that.
    """
    touched = touched or workspace.ledger.touch(last, as_of=as_of)
    base = bases.qualify_touched_leads(workspace.con, workspace.ledger, book, touched, as_of)
    found = Qualifications(base, book, text, as_of, standing=standing)
    written = files.without_report().write(found)
    qualified = replace(
        _qualification_table(book), due=True, only=touched.relation, always=base.unverified_leads()
    )
    receipt = workspace.ledger.record_run(
        qualified,
        Agreement(book.fingerprint, book.name, text),
        as_of=as_of,
        now=workspace.now,
        known=last.known,
    )
    return StoredRun(found, receipt, written, touched)


def _run_all(
    workspace: Workspace, files: RunFiles, playbook: str | None, as_of: datetime, known: Known
) -> StoredRun:
    # Verdicts that were never recorded may depend on all leads: then a later run cannot build on
    # this one.
    found = qualify_base(workspace, playbook, as_of, known, due=True)
    book = found.playbook
    due = not verifies(book) or workspace.ledger.holdings().checked
    found.base = found.base.with_newest()
    always = found.base.unverified_leads() if due and verifies(book) else None
    if files.report is not None:
        found.turns = turns_section(workspace, as_of)
    written = files.write(found)
    receipt = workspace.ledger.record_run(
        replace(_qualification_table(book), due=due, always=always),
        Agreement(book.fingerprint, book.name, found.playbook_text),
        as_of=found.as_of,
        now=workspace.now,
        known=known,
    )
    return StoredRun(found, receipt, written)


def _qualification_table(book: Playbook) -> QualificationTable:
    return QualificationTable(
        "dated_qualifications",
        tuple(s.name for s in book.scores),
        tuple(s.name for s in book.scales),
        due=True,
    )


def why_all_leads(last: Run | None, book: Playbook, as_of: datetime, known: Known) -> str | None:
    """Why all leads must be evaluated, in a sentence; None when they need not."""
    if last is None:
        return "There is no run to build on yet."
    if book.ranks:
        return "The playbook compares the leads with each other: news of one can move any other."
    if last.fingerprint != book.fingerprint:
        return "The playbook is not that of the last run."
    if last.upto is None:
        return (
            "The last run cannot be updated incrementally: it predates incremental runs, or"
            " contacts were never verified here."
        )
    if as_of < last.as_of:
        return f"The last run was of a later moment, {last.as_of:%Y-%m-%d %H:%M}."
    if known != last.known:
        return f"The last run saw what was known {last.known}."
    return None


def _playbook_of_run(
    workspace: Workspace, playbook: str | AgreedPlaybook | None, at: datetime, catalog: Catalog
) -> tuple[AgreedPlaybook, str]:
    """The playbook to go by as of a moment, and how outputs name it; one that is named in words
    stands for itself.
    """
    if isinstance(playbook, AgreedPlaybook):
        return playbook, ""
    if playbook is not None:
        return AgreedPlaybook(*find_playbook(playbook, catalog)[:2]), ""
    agreed = workspace.agreed_playbook(at)
    workspace.tell_of_other_version(agreed)
    return agreed, agreed.version_name


def open_base(
    workspace: Workspace,
    playbook: str | AgreedPlaybook | None,
    as_of: datetime,
    known: Known = "then",
) -> Qualifications:
    """A workspace's base as of a moment and the playbook to go by, with nothing qualified yet:
    enough to explain one lead.
    """
    base = bases.base_of_ledger(workspace.con, workspace.ledger, Everyone(as_of, known))
    agreed, standing = _playbook_of_run(workspace, playbook, as_of, base.sources.catalog)
    book, doubts = usable(agreed.text, agreed.name, base.sources.catalog)
    if verifies(book):
        base = base.with_checks(as_of)
    past = past_of_workspace(workspace, book, playbook is not None, known)
    return Qualifications(
        base, book, agreed.text, as_of, doubts=tuple(doubts), standing=standing, past=past
    )


def qualify_base(
    workspace: Workspace,
    playbook: str | AgreedPlaybook | None,
    as_of: datetime,
    known: Known = "then",
    *,
    due: bool = False,
) -> Qualifications:
    """A workspace's base, qualified; nothing is stored. With `due` it is known when each lead's
    labels can change. Raises `CannotDo` where there is no lead.
    """
    found = open_base(workspace, playbook, as_of, known)
    found.passes = found.base.qualify(found.playbook, Everyone(as_of, known), due=due)
    if not found.summary.leads:
        raise _nobody(workspace, as_of, known)
    return found


def _nobody(workspace: Workspace, as_of: datetime, known: Known) -> CannotDo:
    imports = workspace.ledger.imports()
    if not imports:
        return no_lead_yet()
    first = imports[-1].recorded_at
    if known == "then" and as_of < first:
        return before_first_import(f"on {as_of:%Y-%m-%d %H:%M}", first)
    return CannotDo(f"There was no lead on {as_of:%Y-%m-%d %H:%M}.")


def no_lead_yet() -> CannotDo:
    """The refusal of a workspace that is empty."""
    return CannotDo(
        "There is no lead in this workspace yet.", step=NextStep("import", {"files": "leads.csv"})
    )


def before_first_import(moment: str, first: datetime) -> CannotDo:
    """The refusal of a moment before the `first` import."""
    return CannotDo(
        f"Nothing was known {moment}: the first import was on {first:%Y-%m-%d %H:%M}. Ask for what"
        " is known now about that time, or import histories with backfill.",
        field="known",
    )
