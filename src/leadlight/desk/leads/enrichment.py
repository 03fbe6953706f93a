"""`enrich`: plug-ins add facts to the leads of a workspace, or columns to a file of leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.leads.enrichers import find_enrichers
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.desk.wiring import bases, db, enrichment, nurture, output_files, staging
from leadlight.desk.workspace.workspace import Workspace
from leadlight.enrich.acceptance import accept, fault_of, provenance_name
from leadlight.enrich.enricher import Enricher, Value
from leadlight.facts.catalog import LEAD_ATTRIBUTES, Attribute, Type
from leadlight.facts.cohort import Everyone
from leadlight.facts.ledger import Arrival
from leadlight.facts.relation import Relation
from leadlight.presentable import presentable
from leadlight.problems import CannotDo
from leadlight.results.enrichment import (
    EnricherLine,
    EnricherList,
    EnricherReport,
    EnrichmentExample,
    EnrichmentRefusal,
    EnrichmentResult,
)
from leadlight.results.files import WrittenFile

if TYPE_CHECKING:
    from leadlight.desk.wiring.enrichment import EnrichedBase

#: So many distinct inputs are given to a plug-in at once.
BATCH = 1_000
#: So many leads are shown of each plug-in.
SHOWN = 10


@dataclass(frozen=True)
class EnrichRequest:
    """Ask the plug-ins named (none named: all that are installed) about the leads of the workspace,
    or with `file` of that file, and add what they find: as facts, or as columns of `out`.

    What people and files say of a lead is never outweighed. With `dry_run` nothing is added. A
    plug-in has `within` for all of its answers.
    """

    now: datetime
    enrichers: tuple[str, ...] = ()
    dry_run: bool = False
    file: Path | None = None
    out: Path | None = None
    within: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class EnrichersRequest:
    """The plug-ins that are installed."""

    now: datetime


@dataclass
class _Answers:
    """What was taken of a plug-in's answers, by input."""

    taken: list[tuple[int, Mapping[str, tuple[Value, str]]]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    fault: str | None = None


def enrichers(session: Session, request: EnrichersRequest) -> EnricherList:
    """The plug-ins that are installed, with those that cannot be used."""
    found, faults = find_enrichers(())
    lines = []
    for each in found:
        fault = fault_of(each, {})
        reads, adds = ((), ()) if fault else (tuple(each.reads), tuple(each.adds))
        lines.append(EnricherLine(each.name, str(each.about), reads, adds, fault))
    lines += [EnricherLine(fault.name, "", (), (), fault.because) for fault in faults]
    return EnricherList(tuple(lines))


def enrich(
    session: Session, request: EnrichRequest, progress: Progress | None = None
) -> EnrichmentResult:
    """Ask the plug-ins and add what they find. One that fails, hangs or lies costs its own facts
    only. Raises `CannotDo` for a plug-in that is not installed.
    """
    progress = progress or NullProgress()
    found, faults = find_enrichers(request.enrichers)
    broken = tuple(EnricherReport(f.name, "", fault=f.because) for f in faults)
    if request.file is not None:
        return _enrich_file(request, found, broken, progress)
    opened = session.read_often if request.dry_run else session.write
    with opened("enrich", request.now) as workspace:
        at = replace(workspace, now=workspace.after(request.now))
        if not request.dry_run:
            workspace.ledger.prefetch("leads", "checks", "links")
        reports = [_enrich_workspace(at, request, each, progress) for each in found]
    return EnrichmentResult(request.now, request.dry_run, (*reports, *broken))


def _enrich_workspace(
    workspace: Workspace, request: EnrichRequest, enricher: Enricher, progress: Progress
) -> EnricherReport:
    ledger = workspace.ledger
    held = ledger.holdings()
    derived = workspace.playbook_names()
    fault = fault_of(enricher, held.attributes) or _clash(enricher, derived)
    about = presentable(str(enricher.about), 200)
    if fault is not None:
        return EnricherReport(presentable(str(enricher.name), 60), about, fault=fault)
    base = bases.base_of_ledger(workspace.con, ledger, Everyone(workspace.now))
    asked = enrichment.enriched_base(base)
    adds = tuple(enricher.adds)
    title = f"{enrichment.ENRICHMENT}{enricher.name}"
    before = [line for line in ledger.imports() if line.file == title and line.undone_at is None]
    store = nurture.track_facts(workspace.con, ledger)
    members = ledger.members() if held.linked else None
    numbers = [int(line.import_id.removeprefix("i")) for line in before]
    asked.find_statements(store, members, held.attributes, adds, numbers)
    leads, _ = asked.make_inputs(enricher.reads, adds)
    if not leads:
        said = f"No lead has what it reads: {', '.join(enricher.reads)}."
        return EnricherReport(enricher.name, about, fault=said)
    answers = _ask(asked, enricher, request, progress)
    asked.take(enricher.adds, answers.taken)
    new = asked.make_new(enricher.name, adds)
    report = _report(asked, enricher, leads, answers)
    if request.dry_run:
        return report
    taken_back: tuple[str, ...] = ()
    if before and answers.fault is None and asked.lost_values(adds):
        taken_back = tuple(line.import_id for line in before)
        for import_id in taken_back:
            ledger.undo(import_id, now=workspace.now)
    arrival = Arrival(
        "leads",
        new,
        title,
        f"{title}-{workspace.now.isoformat()}",
        own=_own(enricher, held.attributes),
        read=report.enriched,
        one_row_a_lead=True,
        is_weakest=True,
    )
    if not ledger.judge(arrival, now=workspace.now).imported:
        return replace(report, taken_back=taken_back)
    receipt = ledger.append(arrival, now=workspace.now)
    return replace(
        report, import_id=receipt.import_id, added=receipt.imported, taken_back=taken_back
    )


def _enrich_file(
    request: EnrichRequest,
    found: tuple[Enricher, ...],
    broken: tuple[EnricherReport, ...],
    progress: Progress,
) -> EnrichmentResult:
    file = request.file
    assert file is not None
    stem = file.name.removesuffix(".gz").rsplit(".", 1)[0]
    out = request.out or file.with_name(f"{stem}-enriched.csv")
    claims = () if request.dry_run else ((out, "enriched"),)
    with output_files.together(reads=(file,), claims=claims):  # type: ignore[arg-type]
        con = db.connect()
        staged = staging.stage(con, file, name=str(file), prefix="leads")
        if staged.what != "leads":
            raise CannotDo(f"{file} holds {staged.what}, not leads. Name the file of leads.")
        base = bases.base_of_files(con, [staged], request.now)
        reports: list[EnricherReport] = []
        parts: list[Relation] = []
        for each in found:
            fault = fault_of(each, base.sources.catalog.lead)
            about = presentable(str(each.about), 200)
            asked = enrichment.enriched_base(base)
            leads = 0
            if fault is None:
                asked.find_file_statements(tuple(each.adds))
                leads, _ = asked.make_inputs(each.reads, ())
            if not leads:
                said = fault or f"No lead has what it reads: {', '.join(each.reads)}."
                reports.append(EnricherReport(presentable(str(each.name), 60), about, fault=said))
                continue
            answers = _ask(asked, each, request, progress)
            asked.take(each.adds, answers.taken)
            asked.make_new(each.name, tuple(each.adds))
            reports.append(_report(asked, each, leads, answers))
            parts.append(asked.keep_for_file(len(parts)))
        written = None
        if not request.dry_run and parts:
            written = WrittenFile(out, enrichment.export_enrichment(base, parts, out))
    return EnrichmentResult(request.now, request.dry_run, (*reports, *broken), written)


def _ask(
    asked: EnrichedBase, enricher: Enricher, request: EnrichRequest, progress: Progress
) -> _Answers:
    """Give a plug-in its inputs part by part. It is asked no more once it failed."""
    answers, until = _Answers(), enrichment.deadline(request.within.total_seconds())
    progress.step(f"Asking {presentable(enricher.name, 40)}", lambda: None)
    for part in asked.inputs(BATCH):
        try:
            found = enrichment.ask_plugin(enricher, [row for _, row in part], until)
        except TimeoutError:
            answers.fault = "It took too long, so it was not asked about the rest."
            break
        except ValueError:
            answers.fault = "It failed, so it was not asked about the rest (ValueError)."
            break
        except BaseException as fault:
            if isinstance(fault, KeyboardInterrupt):
                raise
            kind = type(fault).__name__
            answers.fault = f"It failed, so it was not asked about the rest ({kind})."
            break
        for (n, _), findings in zip(part, found, strict=True):
            taken = accept(findings, enricher.adds, answers.refused)
            if taken:
                answers.taken.append((n, taken))
    return answers


def _report(
    asked: EnrichedBase, enricher: Enricher, leads: int, answers: _Answers
) -> EnricherReport:
    adds = tuple(enricher.adds)
    enriched, values, left_out = asked.counts(adds)
    return EnricherReport(
        enricher.name,
        presentable(str(enricher.about), 200),
        leads,
        enriched,
        values,
        left_out,
        tuple(EnrichmentRefusal(why, n) for why, n in sorted(answers.refused.items())),
        tuple(
            EnrichmentExample(lead, {n: str(v) for n, v in found.items()})
            for lead, found in asked.examples(adds, SHOWN)
        ),
        answers.fault,
    )


def _own(enricher: Enricher, held: Mapping[str, Attribute]) -> tuple[Attribute, ...]:
    """The attributes that neither the catalog nor the ledger has yet."""
    wanted = {**enricher.adds, provenance_name(enricher.name): Type.TEXT.value}
    return tuple(
        Attribute(name, Type(type_), own=True)
        for name, type_ in wanted.items()
        if name not in LEAD_ATTRIBUTES and (name not in held or held[name].gone)
    )


def _clash(enricher: Enricher, derived: frozenset[str]) -> str | None:
    taken = sorted({*enricher.adds, provenance_name(enricher.name)} & derived)
    if not taken:
        return None
    return f"The playbook calls something else {taken[0]}, so it cannot be added."
