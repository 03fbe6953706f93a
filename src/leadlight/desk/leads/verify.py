"""`verify`: every contact point that is new, changed or due again is checked, and the verdicts
become facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadlight.desk import wiring
from leadlight.desk.progress import Progress
from leadlight.desk.workspace.workspace import Place, Workspace, opened
from leadlight.facts.cohort import Everyone
from leadlight.facts.contact import RULES
from leadlight.facts.ledger import Arrival, ImportReceipt
from leadlight.facts.relation import Relation
from leadlight.plan.sources import Sources
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.quality import RECHECK_DAYS

if TYPE_CHECKING:
    from leadlight.verify.domains import DomainAnswer

REPAIRS = "repairs"
ALL = "all"
POINTS = ("email", "phone", "mobile")


@dataclass(frozen=True)
class Asked:
    """What the user said of a verification: all leads or the due ones, the country of numbers that
    do not say theirs, and whether e-mail domains may be asked over the network.
    """

    everything: bool = False
    every_days: int = RECHECK_DAYS
    country: str | None = None
    probe: bool = False


@dataclass(frozen=True)
class Verified:
    """What a verification found: how many leads were checked, their verdicts, the rules that spoke,
    the repairs proposed.
    """

    leads: int
    verdicts: Mapping[str, Mapping[str, int]] = field(
        default_factory=dict
    )  # email -> reachable -> leads
    rules: Mapping[str, int] = field(default_factory=dict)
    nobody: int = 0  # leads without any contact point
    repairs: int = 0
    domains_asked: int = 0
    domains_left: int = 0  # were not asked: there were too many for one run
    receipt: ImportReceipt | None = None


@dataclass(frozen=True)
class Repair:
    """A value proposed in the place of another: of which lead's contact point, and by which
    rules.
    """

    lead_id: str
    point: str
    value: str
    proposed: str
    because: str


def verify(folder: Place | Path, now: datetime, asked: Asked, watch: Progress) -> Verified:
    """Verify what is due in a workspace and record the verdicts."""
    with opened(folder, "verify", now, write=True) as workspace:
        return verified(workspace, workspace.after(now), asked, watch)


def verified(workspace: Workspace, now: datetime, asked: Asked, watch: Progress) -> Verified:
    """The same in a workspace that is open already: an import verifies what came in."""
    con, ledger = workspace.con, workspace.ledger
    checks = wiring.contact_checks(con)
    due = ledger.due_checks(now=now, every_days=asked.every_days, everything=asked.everything)
    if not checks.some(due):
        return Verified(0)
    base = wiring.base_of_ledger(con, ledger, Everyone(now))
    rows = checks.with_crowd(due, base.sources, now)
    found = _checked(checks, rows, base.sources, now, asked, watch)
    return replace(found, receipt=ledger.record_checks(checks.made, now=now))


def known_country(code: str) -> str:
    """The country of numbers that do not say theirs. Raises `CannotDo` for one that has no
    numbering plan.
    """
    from leadlight.verify.numbering import plan

    found = plan().country(code)
    if found is None:
        raise CannotDo(
            f"There is no country {code} with telephone numbers. Write a two-letter code such as DE"
            " or US."
        )
    return found


def verify_file(
    source: Any, now: datetime, asked: Asked, watch: Progress, out: Path | None = None
) -> tuple[Verified, int]:
    """Verify the leads of a file, without a workspace; with `out`, its rows are written with the
    verdicts beside them.
    """
    con = wiring.connect()
    watch.step(f"Reading {source}", lambda: None)
    staged = wiring.stage(con, source, name=str(source), prefix="leads")
    if staged.what != "leads":
        raise CannotDo(f"{source} holds {staged.what}, not leads. Name the file of leads.")
    base = wiring.base_of_files(con, [staged], now)
    checks = wiring.contact_checks(con)
    rows = checks.every_lead(base.sources, now)
    found = _checked(checks, rows, base.sources, now, asked, watch)
    return found, wiring.export_checks(base, out) if out else 0


def repairs(folder: Place | Path, now: datetime, only: Sequence[str] = ()) -> list[Repair]:
    """What is proposed, by lead; `only` names rules, contact points or leads."""
    with opened(folder, "verify", now) as workspace:
        return _among(_proposed(workspace, _base(workspace, now)), only)


def accept(
    folder: Place | Path, now: datetime, what: Sequence[str], watch: Progress
) -> tuple[list[Repair], ImportReceipt]:
    """Accept repairs, by rule, by contact point, by lead or `all`: each becomes a fact, and is
    verified at once.

    `leadlight undo` with the receipt's id takes them back.
    """
    with opened(folder, "verify", now, write=True) as workspace:
        now = workspace.after(now)
        base = _base(workspace, now)
        every = _proposed(workspace, base)
        _must_be_known(base, every, what)
        chosen = every if ALL in what else _among(every, what)
        if not chosen:
            raise CannotDo(_nothing(every, what))
        relation = wiring.contact_checks(workspace.con).repairs(
            [(r.lead_id, r.point, r.proposed) for r in chosen]
        )
        points = sorted({r.point for r in chosen})
        arrival = Arrival(
            "leads",
            relation,
            REPAIRS,
            f"{REPAIRS} {now.isoformat()}",
            headers=("lead_id", *points),
            mapping={n: n for n in ("lead_id", *points)},
            read=len({r.lead_id for r in chosen}),
            one_row_a_lead=True,
        )
        receipt = workspace.ledger.append(arrival, now=now)
        verified(workspace, now, Asked(), watch)
        return chosen, receipt


def _base(workspace: Workspace, now: datetime) -> wiring.Base:
    workspace.ledger.prefetch("leads", "checks")
    base = wiring.base_of_ledger(workspace.con, workspace.ledger, Everyone(now))
    return wiring.with_checks(base, now)


def _proposed(workspace: Workspace, base: wiring.Base) -> list[Repair]:
    return [Repair(*row) for row in wiring.contact_checks(workspace.con).proposals(base.sources)]


def _among(every: Sequence[Repair], only: Sequence[str]) -> list[Repair]:
    wanted = {o.strip() for o in only if o.strip()}
    return [r for r in every if not wanted or wanted & {r.point, r.lead_id, *_rules(r)}]


def _rules(repair: Repair) -> list[str]:
    return [rule for rule in repair.because.split("; ") if rule]


def _must_be_known(base: wiring.Base, every: Sequence[Repair], what: Sequence[str]) -> None:
    """A word that names nothing is a slip of the pen: nothing is accepted before it is mended."""
    proposed = {w for r in every for w in (r.point, r.lead_id, *_rules(r))}
    if not proposed:
        return
    known = {ALL, *POINTS, *RULES, *proposed}
    for word in (w.strip() for w in what):
        if word not in known and not wiring.lead_search(base).find(word):
            raise CannotDo(_nothing(every, [word]))


def _nothing(every: Sequence[Repair], what: Sequence[str]) -> str:
    if not every:
        return "Nothing is proposed. `leadlight verify` looks for what could be repaired."
    known = {w for r in every for w in (r.point, r.lead_id, *_rules(r))}
    hint = did_you_mean(what[0], known) if what else None
    advice = hint or "Name a rule, a contact point, a lead, or all."
    return f"No repair is proposed for {', '.join(what)}, and nothing was accepted. {advice}"


def _checked(
    checks: wiring.ContactChecks,
    rows: Relation,
    sources: Sources,
    now: datetime,
    asked: Asked,
    watch: Progress,
) -> Verified:
    """Check the rows, after asking their domains where that is wanted, and say what was found."""
    left, done = 0, [0.0]
    answers: dict[str, DomainAnswer] = {}
    if asked.probe:
        watch.step("Asking e-mail domains", lambda: None)
        answers, left = checks.ask_domains(rows, sources, now)
    watch.step("Verifying contacts", lambda: done[0])
    leads = checks.check(
        rows,
        as_of=now,
        country=asked.country,
        answers=answers,
        watch=lambda share: done.__setitem__(0, share),
    )
    tally = checks.tally()
    return Verified(
        leads, tally.verdicts, tally.rules, tally.nobody, tally.repairs, len(answers), left
    )
