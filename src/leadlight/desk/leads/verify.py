"""`verify`: every contact point that is new, changed or due again is checked, and the verdicts
become facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.desk.wiring import bases, contacts, db, output_files, staging
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.cohort import Everyone
from leadlight.facts.contact import APART, DECLINED, OTHER_EMAIL, RULES
from leadlight.facts.ledger import Arrival
from leadlight.facts.relation import Relation
from leadlight.plan.sources import Sources
from leadlight.problems import CannotDo, NextStep, did_you_mean
from leadlight.results.files import WrittenFile
from leadlight.results.quality import RECHECK_DAYS
from leadlight.results.verification import (
    AcceptResult,
    DeclineResult,
    ProbeCounts,
    Repair,
    RepairList,
    VerifyResult,
)

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base
    from leadlight.desk.wiring.contacts import ContactChecks
    from leadlight.verify.domains import DomainAnswer

REPAIRS = "repairs"
ALL = "all"
POINTS = ("email", "phone", "mobile")
BOUNCED = "email_bounced"


@dataclass(frozen=True)
class VerifyRequest:
    """Check the contacts of a workspace that are due, or with `everything` all of them.

    `country` is that of telephone numbers without a country code (`DE`). With `probe` e-mail
    domains are looked up in DNS.
    """

    now: datetime
    everything: bool = False
    every: timedelta = timedelta(days=RECHECK_DAYS)
    country: str | None = None
    probe: bool = False


@dataclass(frozen=True)
class VerifyFileRequest:
    """Check the contacts of a file of leads; with `out` its rows are written with the verdicts."""

    file: Path
    now: datetime
    country: str | None = None
    probe: bool = False
    out: Path | None = None


@dataclass(frozen=True)
class RepairsRequest:
    """The repairs that are proposed; `only` names rules, contact points or leads."""

    now: datetime
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class AcceptRequest:
    """Accept repairs by rule, by contact point, by lead, by both as `LEAD:email`, or `all`."""

    accept: tuple[str, ...]
    now: datetime


@dataclass(frozen=True)
class DeclineRequest:
    """Decline repairs by rule, by contact point, by lead, by both as `LEAD:email`, or `all`."""

    decline: tuple[str, ...]
    now: datetime


@dataclass(frozen=True)
class _Options:
    """How contacts are checked: as of when, and by which means."""

    now: datetime
    country: str | None
    probe: bool


def verify(
    session: Session, request: VerifyRequest, progress: Progress = NullProgress()
) -> VerifyResult:
    """Verify what is due in a workspace and record the verdicts."""
    with session.write("verify", request.now) as workspace:
        due = replace(request, now=workspace.after(request.now))
        return verify_due(workspace, due, progress)


def verify_due(workspace: Workspace, request: VerifyRequest, progress: Progress) -> VerifyResult:
    """The same in a workspace that is open already: an import verifies what came in."""
    con, ledger = workspace.con, workspace.ledger
    options, checks = _options_of(request), contacts.contact_checks(con)
    days = max(1, request.every.days)
    due = ledger.due_checks(now=request.now, every_days=days, everything=request.everything)
    if not checks.any_rows(due):
        return VerifyResult(0, every=request.every)
    base = bases.base_of_ledger(con, ledger, Everyone(request.now))
    rows = checks.with_crowd(due, base.sources, request.now)
    found = _check_rows(checks, rows, base.sources, options, progress)
    receipt = ledger.record_checks(checks.made, now=request.now)
    return replace(found, every=request.every, receipt=receipt)


def verify_file(
    session: Session, request: VerifyFileRequest, progress: Progress = NullProgress()
) -> VerifyResult:
    """Verify the leads of a file; no workspace is needed."""
    file, options, out = request.file, _options_of(request), request.out
    with output_files.together(reads=(file,), claims=((out, "verified"),)):
        con = db.connect()
        progress.step(f"Reading {file}", lambda: None)
        staged = staging.stage(con, file, name=str(file), prefix="leads")
        if staged.what != "leads":
            raise CannotDo(f"{file} holds {staged.what}, not leads. Name the file of leads.")
        base = bases.base_of_files(con, [staged], request.now)
        checks = contacts.contact_checks(con)
        rows = checks.every_lead(base.sources, request.now)
        found = _check_rows(checks, rows, base.sources, options, progress)
        if out is None:
            return found
        return replace(found, files=(WrittenFile(out, contacts.export_checks(base, out)),))


def repairs(session: Session, request: RepairsRequest) -> RepairList:
    """The repairs that are proposed, by lead."""
    with session.read("verify", request.now) as workspace:
        every = session.memory.recall(
            workspace,
            REPAIRS,
            request.now,
            lambda: _proposals(workspace, _base(workspace, request.now)),
        )
        return RepairList(tuple(_among(every, request.only)))


def accept(
    session: Session, request: AcceptRequest, progress: Progress = NullProgress()
) -> AcceptResult:
    """Accept repairs: each becomes a fact, and is verified at once. `undo` with the receipt's id
    takes them back.

    Raises `CannotDo` for a word that names no repair; nothing is accepted then.
    """
    with session.write("verify", request.now) as workspace:
        now = workspace.after(request.now)
        base = _base(workspace, now)
        every = _proposals(workspace, base)
        _must_be_known(base, every, request.accept)
        chosen = every if ALL in request.accept else _among(every, request.accept)
        if not chosen:
            raise _nothing(every, request.accept)
        receipt = workspace.ledger.append(_arrival(workspace, chosen, now), now=now)
        verify_due(workspace, VerifyRequest(now), progress)
        return AcceptResult(tuple(chosen), receipt)


def decline(session: Session, request: DeclineRequest) -> DeclineResult:
    """Decline repairs: they are proposed no more, until another value is. Each is a fact, and
    `undo` with the receipt's id takes them back.

    Raises `CannotDo` for a word that names no repair; nothing is declined then.
    """
    with session.write("verify", request.now) as workspace:
        now = workspace.after(request.now)
        base = _base(workspace, now)
        every = _proposals(workspace, base)
        _must_be_known(base, every, request.decline)
        chosen = every if ALL in request.decline else _among(every, request.decline)
        if not chosen:
            raise _nothing(every, request.decline)
        receipt = workspace.ledger.append(_refusals(workspace, base, chosen, now), now=now)
        return DeclineResult(tuple(chosen), receipt)


def _refusals(workspace: Workspace, base: Base, chosen: Sequence[Repair], now: datetime) -> Arrival:
    """What is declined since, with what was before, as rows to append."""
    checks = contacts.contact_checks(workspace.con)
    before = checks.declined_repairs(base.sources)
    words: dict[str, list[str]] = {}
    for repair in chosen:
        known = words.setdefault(repair.lead_id, list(before.get(repair.lead_id, ())))
        known.append(f"{repair.point}={repair.proposed}")
    rows = [(lead, DECLINED, APART.join(dict.fromkeys(w))) for lead, w in words.items()]
    columns = ("lead_id", DECLINED)
    return Arrival(
        "leads",
        checks.repairs(rows),
        "declined repairs",
        f"declined {REPAIRS} {now.isoformat()}",
        headers=columns,
        mapping={n: n for n in columns},
        read=len(rows),
        one_row_a_lead=True,
    )


def _arrival(workspace: Workspace, chosen: Sequence[Repair], now: datetime) -> Arrival:
    """The repairs as rows to append."""
    accepted = [(r.lead_id, r.point, r.proposed) for r in chosen]
    if BOUNCED in workspace.ledger.holdings().attributes:
        # What bounced was the address before: nothing is known of the one in its place.
        accepted += [(r.lead_id, BOUNCED, "false") for r in chosen if OTHER_EMAIL in r.rules]
    relation = contacts.contact_checks(workspace.con).repairs(accepted)
    columns = ("lead_id", *sorted({name for _, name, _ in accepted}))
    return Arrival(
        "leads",
        relation,
        REPAIRS,
        f"{REPAIRS} {now.isoformat()}",
        headers=columns,
        mapping={n: n for n in columns},
        read=len({r.lead_id for r in chosen}),
        one_row_a_lead=True,
    )


def _base(workspace: Workspace, now: datetime) -> Base:
    workspace.ledger.prefetch("leads", "checks")
    base = bases.base_of_ledger(workspace.con, workspace.ledger, Everyone(now))
    return base.with_checks(now)


def _proposals(workspace: Workspace, base: Base) -> list[Repair]:
    return [Repair(*row) for row in contacts.contact_checks(workspace.con).proposals(base.sources)]


def _among(every: Sequence[Repair], only: Sequence[str]) -> list[Repair]:
    wanted = {o.strip() for o in only if o.strip()}
    return [r for r in every if not wanted or wanted & _names(r)]


def _names(repair: Repair) -> set[str]:
    """The words by which a repair can be named."""
    lead, point = repair.lead_id, repair.point
    return {point, lead, f"{lead}:{point}", *repair.rules}


def _must_be_known(base: Base, every: Sequence[Repair], words: Sequence[str]) -> None:
    """A word that names nothing is a slip of the pen: nothing is accepted before it is mended."""
    proposed = _words(every)
    if not proposed:
        return
    known = {ALL, *POINTS, *RULES, *proposed}
    for word in (w.strip() for w in words):
        if word not in known and not bases.lead_search(base).find(word):
            raise _nothing(every, [word])


def _nothing(every: Sequence[Repair], words: Sequence[str]) -> CannotDo:
    if not every:
        return CannotDo(
            "No repair is proposed. A verification looks for what could be repaired.",
            step=NextStep("verify"),
        )
    hint = did_you_mean(words[0], _words(every)) if words else None
    advice = hint or "Name a rule, a contact point, a lead, or all."
    return CannotDo(
        f"No repair is proposed for {', '.join(words)}, and nothing was accepted. {advice}"
    )


def _words(every: Sequence[Repair]) -> set[str]:
    """The words by which these repairs can be named."""
    return {word for r in every for word in _names(r)}


def _options_of(request: VerifyRequest | VerifyFileRequest) -> _Options:
    return _Options(request.now, _country(request.country), request.probe)


def _country(code: str | None) -> str | None:
    """The country as numbering plans name it. Raises `CannotDo` for one that has none."""
    if code is None:
        return None
    from leadlight.verify.numbering import plan

    found = plan().country(code.strip().upper())
    if found is None:
        raise CannotDo(
            f"There is no country {code.strip().upper()} with telephone numbers. Write a two-letter"
            " code such as DE or US.",
            field="country",
        )
    return found


def _check_rows(
    checks: ContactChecks,
    rows: Relation,
    sources: Sources,
    options: _Options,
    progress: Progress,
) -> VerifyResult:
    """Check the rows, after asking their domains where that is wanted, and say what was found."""
    left, done = 0, [0.0]
    answers: dict[str, DomainAnswer] = {}
    if options.probe:
        progress.step("Looking up e-mail domains", lambda: None)
        answers, left = checks.ask_domains(rows, sources, options.now)
    progress.step("Verifying contacts", lambda: done[0])
    leads = checks.check(
        rows,
        sources,
        as_of=options.now,
        country=options.country,
        answers=answers,
        watch=lambda share: done.__setitem__(0, share),
    )
    tally = checks.tally()
    return VerifyResult(
        leads,
        tally.verdicts,
        tally.rules,
        tally.nobody,
        tally.repairs,
        ProbeCounts(len(answers), left) if options.probe else None,
    )
