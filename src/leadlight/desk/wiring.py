"""Which adapters stand behind the desk: the only file of it that names any. Imported lazily, so
that help is quick.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeGuard

from leadlight.facts.file_options import FileOptions
from leadlight.facts.intake import QuarantineRow
from leadlight.facts.relation import Relation

if TYPE_CHECKING:
    import duckdb

    from leadlight.adapters.backup.archive import Manifest
    from leadlight.adapters.backup.workspace import JournalCopy
    from leadlight.adapters.base.base import Base as Base
    from leadlight.adapters.base.duckdb_base import DuckDBBase as DuckDBBase
    from leadlight.adapters.cases.case_runner import CaseRunner as CaseRunner
    from leadlight.adapters.compare.few_leads import FewLeads as FewLeads
    from leadlight.adapters.compare.rehearsal import Rehearsals as Rehearsals
    from leadlight.adapters.contacts.contact_checks import ContactChecks as ContactChecks
    from leadlight.adapters.db.postgres import Address as Address
    from leadlight.adapters.db.work_tables import WorkTables
    from leadlight.adapters.destinations.atomic_file import Claim as Claim
    from leadlight.adapters.destinations.atomic_file import Outputs as Outputs
    from leadlight.adapters.destinations.marks import Kind
    from leadlight.adapters.enrichment.enriched_base import EnrichedBase as EnrichedBase
    from leadlight.adapters.enrichment.plugins import Deadline as Deadline
    from leadlight.adapters.enrichment.plugins import PluginFault as PluginFault
    from leadlight.adapters.geo.footprints import Footprints as Footprints
    from leadlight.adapters.geo.match import Matches as Matches
    from leadlight.adapters.geo.match import Occupants as Occupants
    from leadlight.adapters.geo.measure import Building as Building
    from leadlight.adapters.geo.measure import Measurement as Measurement
    from leadlight.adapters.geo.osm import MapPlace as MapPlace
    from leadlight.adapters.geo.picture import Picture as Picture
    from leadlight.adapters.geo.placement import BuildingMap as BuildingMap
    from leadlight.adapters.ledger.copy import CopyReceipt
    from leadlight.adapters.ledger.postgres import PostgresLedger
    from leadlight.adapters.links.duplicates import Duplicates as Duplicates
    from leadlight.adapters.mail.content import Content as Content
    from leadlight.adapters.mail.content import Contents as Contents
    from leadlight.adapters.mail.hand_over_log import HandOver as HandOver
    from leadlight.adapters.mail.hand_over_log import HandOverLog as HandOverLog
    from leadlight.adapters.mail.post_office import PostOffice as PostOffice
    from leadlight.adapters.mail.relay import Fate
    from leadlight.adapters.mail.relay import Outcome as Outcome
    from leadlight.adapters.mail.single_mails import SingleMails as SingleMails
    from leadlight.adapters.nurture.contact_list import ContactRows as ContactRows
    from leadlight.adapters.nurture.contact_list import Without as Without
    from leadlight.adapters.nurture.fact_store import FactStore as FactStore
    from leadlight.adapters.nurture.round import TrackRound as TrackRound
    from leadlight.adapters.nurture.track_numbers import EntryNumbers as EntryNumbers
    from leadlight.adapters.nurture.track_numbers import StepNumbers as StepNumbers
    from leadlight.adapters.nurture.track_numbers import TrackNumbers as TrackNumbers
    from leadlight.adapters.qualify.foreign_relations import ForeignRelation as ForeignRelation
    from leadlight.adapters.qualify.lead_search import LeadSearch as LeadSearch
    from leadlight.adapters.qualify.one_lead import OneLead as OneLead
    from leadlight.adapters.replay.route_log import RouteLog as RouteLog
    from leadlight.adapters.replay.statistics import ReplayStatistics as ReplayStatistics
    from leadlight.adapters.sources.staged_file import StagedFile as StagedFile
    from leadlight.adapters.spark.lake_session import LakeSession
    from leadlight.adapters.spark.output import Target
    from leadlight.adapters.summary.channels import SpendAmount as SpendAmount
    from leadlight.adapters.summary.channels import TouchCount as TouchCount
    from leadlight.adapters.summary.channels import TouchQuery
    from leadlight.adapters.summary.market_research import MarketResearch as MarketResearch
    from leadlight.adapters.summary.segment_figures import SegmentCount as SegmentCount
    from leadlight.adapters.summary.segment_figures import SegmentQuery
    from leadlight.adapters.summary.segment_leads import SegmentLeads as SegmentLeads
    from leadlight.adapters.training.attribute_changes import AttributeChanges
    from leadlight.adapters.training.outcome_cohorts import OutcomeCohort
    from leadlight.adapters.training.outcome_cohorts import OutcomeCounts as OutcomeCounts
    from leadlight.adapters.training.rule_points import RulePoints as RulePoints
    from leadlight.adapters.training.training_rows import KnownOutcomes as KnownOutcomes
    from leadlight.adapters.training.training_rows import TrainingLook as TrainingLook
    from leadlight.adapters.training.training_rows import TrainingRows as TrainingRows
    from leadlight.adapters.training.training_table import TrainingTable as TrainingTable
    from leadlight.crm.declaration import Auth, Declaration
    from leadlight.desk.ports import DeliveryTurn, Journal, LoanDesk, Store
    from leadlight.enrich.enricher import Enricher, Row
    from leadlight.facts.catalog import Attribute, Catalog
    from leadlight.facts.catalog import Type as Type
    from leadlight.facts.cohort import Everyone, Known
    from leadlight.facts.contact_channels import Channel
    from leadlight.facts.crm_line import CrmLine
    from leadlight.facts.evidence import ColumnProfile
    from leadlight.facts.lead_list import LeadQuery
    from leadlight.facts.ledger import Holdings, Ledger, TouchedLeads
    from leadlight.facts.steps import StepFact
    from leadlight.geo.lead_place import LeadPlace as LeadPlace
    from leadlight.geo.lead_place import LostLead as LostLead
    from leadlight.geo.views import Crop, Spot, Tile
    from leadlight.nurture.domain_check import NameServer
    from leadlight.plan.timeline import ReplayPeriod, ReplayTables
    from leadlight.playbook.cases.cases import Case
    from leadlight.playbook.model import Model
    from leadlight.playbook.spec import Playbook
    from leadlight.problems import Problem
    from leadlight.results.audit import AuditDifference
    from leadlight.results.case_failures import CaseFailure
    from leadlight.results.channels import ChannelsResult, Touch
    from leadlight.results.coverage import PieceCounts
    from leadlight.results.geo_labels import LabelSheet
    from leadlight.results.geo_list import SpecialistList
    from leadlight.results.ladder import LadderScale
    from leadlight.results.model_card import ModelPicture
    from leadlight.results.quality import Quality
    from leadlight.results.summary import Summary
    from leadlight.results.whose_turn import WhoseTurn

    Connection: TypeAlias = duckdb.DuckDBPyConnection


def connect() -> Connection:
    """A connection in memory."""
    from leadlight.adapters.db.duckdb import connect

    return connect()


def store(
    folder: Path,
    file: str,
    address: Address | None,
    *,
    shared: bool,
    now: datetime,
    tell: Callable[[str], None],
) -> Store:
    """Where a workspace's facts lie: its file, or a server's database. With `shared` this process
    holds the file open for many requests.
    """
    from leadlight.adapters.ledger import stores

    if address is not None:
        return stores.ServerStore(address, tell)
    if shared:
        return stores.SharedFileStore(folder / file, "serve", now)
    return stores.FileStore(folder / file)


def journal(folder: Path) -> Journal:
    """The journal in a folder, which is made when it is not there. Raises `CannotDo` when another
    process has it.
    """
    from leadlight.adapters.journal.journal import FileJournal

    return FileJournal(folder)


def loan_desk(folder: Path, suspend: Callable[[], AbstractContextManager[None]]) -> LoanDesk:
    """Lends the ledger of a folder to commands as long as it is open."""
    from leadlight.adapters.ledger import loan

    return loan.LoanDesk(folder, suspend)


def delivery_turn(address: Address) -> DeliveryTurn:
    """Whose turn it is to deliver, of several servers on a database."""
    from leadlight.adapters.ledger.postgres import delivery_turn

    return delivery_turn.DeliveryTurn(address)


def create(file: Path, now: datetime) -> None:
    """A new, empty ledger."""
    from leadlight.adapters.ledger.open import create

    create(file, now)


def private_folder() -> AbstractContextManager[Path]:
    """A folder that only this process may read, for as long as it is used."""
    from leadlight.adapters.private_folders import private_folder

    return private_folder()


def is_url(said: str) -> bool:
    """Whether a workspace's name means a database of a server."""
    from leadlight.adapters.db.postgres import is_url

    return is_url(said)


def address(url: str) -> Address:
    """A server's URL; as a text it has no password."""
    from leadlight.adapters.db.postgres import address_of

    return address_of(url)


def connection_fields(address: Address) -> dict[str, str]:
    """What a driver needs to reach a server's database, the password included: for no eyes."""
    from leadlight.adapters.db.postgres import connection_fields

    return connection_fields(address)


def create_on_server(address: Address, now: datetime) -> None:
    """A new, empty ledger on a server."""
    from leadlight.adapters.ledger.postgres.open import create

    create(address, now)


def is_ledger(folder: Path, file: str) -> bool:
    """Whether a ledger can be copied from there: a workspace, or a folder of Parquet."""
    from leadlight.adapters.ledger.copy.parquet import NAMED

    return (folder / file).is_file() or (folder / NAMED).is_file()


def copy(
    source: Path | Address,
    target: Path | Address,
    file: str,
    now: datetime,
    tell: Callable[[str], None],
    *,
    parquet: bool,
) -> CopyReceipt:
    """A ledger copied with every row; it appears whole or not at all."""
    from leadlight.adapters.ledger.copy import CopySource, CopyTarget, copy
    from leadlight.adapters.ledger.copy.duckdb import duckdb_source, duckdb_target
    from leadlight.adapters.ledger.copy.parquet import NAMED, parquet_source, parquet_target

    kept: AbstractContextManager[CopySource]
    draft: AbstractContextManager[CopyTarget]
    if not isinstance(source, Path):
        from leadlight.adapters.ledger.copy.postgres import server_source

        kept = server_source(source, now, tell)
    elif (source / NAMED).is_file() and not (source / file).is_file():
        kept = parquet_source(source)
    else:
        kept = duckdb_source(source / file, now)
    if not isinstance(target, Path):
        from leadlight.adapters.ledger.copy.postgres import server_target

        draft = server_target(target, now, tell)
    else:
        draft = parquet_target(target, now) if parquet else duckdb_target(target / file, now)
    with kept as rows:
        return copy(rows, draft, tell)


def read_journal(folder: Path) -> JournalCopy:
    """What a server of the workspace accepted and has not taken yet."""
    from leadlight.adapters.backup.workspace import read_journal

    return read_journal(folder)


def write_backup(
    con: Connection,
    facts: Ledger,
    folder: Path,
    journal: JournalCopy,
    target: Path,
    now: datetime,
    tell: Callable[[str], None],
) -> Manifest:
    """An open workspace as one archive, whole or not at all."""
    from leadlight.adapters.backup.workspace import write_backup

    return write_backup(con, facts, folder, journal, target, now, tell)


def restore_backup(
    file: Path, folder: Path, now: datetime
) -> AbstractContextManager[tuple[Path, Manifest]]:
    """A workspace out of an archive, in a draft of its folder that appears when the block ends."""
    from leadlight.adapters.backup.workspace import restore_backup

    return restore_backup(file, folder, now)


def playbook_text(con: Connection, fingerprint: str) -> str | None:
    """The text of a playbook that some run was made with."""
    from leadlight.adapters.ledger.runs import playbook_text
    from leadlight.adapters.ledger.tables import DuckDBTables

    return playbook_text(DuckDBTables(con), fingerprint)


def future_dates(con: Connection, staged: StagedFile, now: datetime) -> list[Problem]:
    """What is said of dates of a staged file that lie after a moment."""
    from leadlight.adapters.sources.future import future_dates

    return future_dates(con, staged, now)


def stage(
    con: Connection,
    source: object,
    *,
    name: str | None = None,
    what: str | None = None,
    maps: Mapping[str, str] | None = None,
    prefix: str = "staged",
    types: Mapping[str, Type] | None = None,
    reading: FileOptions = FileOptions(),
) -> StagedFile:
    """A file or a data frame as a typed relation of the connection."""
    from leadlight.adapters.sources.stage import stage

    return stage(
        con,
        source,
        name=name or str(source),
        what=what,
        maps=maps or {},
        prefix=prefix,
        types=types or {},
        reading=reading,
    )


def fingerprint(path: Path) -> str:
    """What makes a file the same file."""
    from leadlight.adapters.ledger.fingerprint import fingerprint

    return fingerprint(path)


def write_rejects(con: Connection, rejects: Relation, target: Path) -> int:
    """The rows that could not be read, as a file for a person."""
    from leadlight.adapters.destinations.rejects import write_rejects

    return write_rejects(con, rejects, target)


def without_room(fault: BaseException) -> bool:
    """Whether there was no room on the disk."""
    from leadlight.adapters.ledger.faults import without_room

    return without_room(fault)


def make_table(
    con: Connection, name: str, types: Mapping[str, Type], rows: Sequence[Mapping[str, object]]
) -> Relation:
    """Rows of values as a relation, with `row_no` from 1."""
    from leadlight.adapters.ledger.event_table import make_table

    return make_table(con, name, types, rows)


def make_rejects(con: Connection, name: str, rows: Sequence[QuarantineRow]) -> Relation:
    """Events that cannot be used, as rejected rows of an import."""
    from leadlight.adapters.ledger.event_table import make_rejects

    return make_rejects(con, name, rows)


def drop_staging(con: Connection, staged: StagedFile) -> None:
    """Forget what a staging left in the connection."""
    from leadlight.adapters.ledger.staging import drop

    drop(con, staged.relation)


def progress(con: Connection) -> float | None:
    """How much of the running statement is done, 0 to 100, as far as the engine can tell."""
    done = con.query_progress()
    return done if done >= 0 else None


def who(folder: Path) -> tuple[str, str]:
    """Who is at the keyboard, and how that was found."""
    from leadlight.adapters.who import who

    return who(folder)


def now() -> datetime:
    """The moment it is, in UTC without zone."""
    from leadlight.adapters.clock import now

    return now()


def base_of_files(con: Connection, staged: Sequence[StagedFile], as_of: datetime) -> DuckDBBase:
    """A base from staged files."""
    from leadlight.adapters.base.files import base_of_files

    return base_of_files(con, staged, as_of)


def base_of_ledger(con: Connection, facts: Ledger, cohort: Everyone) -> Base:
    """A base from a ledger as of a moment."""
    if _on_server(facts):
        from leadlight.adapters.qualify.postgres_base import base_on_server

        return base_on_server(con, facts, cohort)
    from leadlight.adapters.base.ledger_base import base_of_ledger

    return base_of_ledger(con, facts, cohort)


def _on_server(facts: Ledger) -> TypeGuard[PostgresLedger]:
    """Whether the ledger is one of a server; its module is not imported for those who have none."""
    import sys

    known = sys.modules.get("leadlight.adapters.ledger.postgres")
    return known is not None and isinstance(facts, known.PostgresLedger)


def qualify_touched_leads(
    con: Connection, facts: Ledger, book: Playbook, touched: TouchedLeads, as_of: datetime
) -> Base:
    """Run the plan for some leads where the facts are: makes `qualifications` and
    `dated_qualifications`.
    """
    if _on_server(facts):
        from leadlight.adapters.qualify.postgres_base import qualify_on_server

        return qualify_on_server(facts, book, touched, as_of)
    from leadlight.adapters.qualify.incremental import qualify_touched_leads

    return qualify_touched_leads(con, facts, book, touched, as_of)


def lead_search(base: Base) -> LeadSearch:
    """The leads of a base, looked for by what a user may say of one."""
    from leadlight.adapters.qualify.lead_search import LeadSearch

    return LeadSearch(base)


def objection_rows(con: Connection, leads: Sequence[str], *, objected: bool) -> Relation:
    """Rows of a connection that state of each of these leads whether it objects to profiling."""
    from leadlight.adapters.ledger.objections import objection_rows

    return objection_rows(con, leads, objected=objected)


def files_that_name(folder: Path, values: Iterable[str]) -> list[Path]:
    """The files that a workspace's verbs wrote beside it and in which one of these texts stands."""
    from leadlight.adapters.destinations.mentions import files_that_name

    return files_that_name(folder, values)


def contact_checks(con: Connection) -> ContactChecks:
    """Verifying contacts in a connection."""
    from leadlight.adapters.contacts.contact_checks import ContactChecks

    return ContactChecks(con)


def duplicates(con: Connection, facts: Ledger) -> Duplicates:
    """The duplicates of a ledger: known links, and a search for more."""
    from leadlight.adapters.links.duplicates import Duplicates

    return Duplicates(con, facts)


def export_checks(base: Base, target: Path) -> int:
    """A file's leads with what verification says of them."""
    from leadlight.adapters.base.verdicts import stated_checks
    from leadlight.adapters.destinations.export import export

    return export(
        base.con,
        stated_checks(base.con),
        target,
        original=base.original,
        keys=base.keys,
        columns="all",
        kind="verified",
    ).rows


def lake_target(out: str, reads: Sequence[str | Path | None]) -> Target:
    """Where a run of Spark is written; refused where that would take the place of what is read."""
    from leadlight.adapters.spark.output import target_of

    return target_of(out, reads)


def lake_session(master: str | None, remote: str | None) -> AbstractContextManager[LakeSession]:
    """A session of Spark, for a company's lake."""
    from leadlight.adapters.spark.lake_session import lake_session

    return lake_session(master, remote)


def case_runner(con: Connection, book: Playbook, catalog: Catalog) -> CaseRunner:
    """A playbook tried on made-up leads."""
    from leadlight.adapters.cases.case_runner import CaseRunner as CaseRunner

    return CaseRunner(con, book, catalog)


def cover(base: Base, book: Playbook, as_of: datetime) -> PieceCounts:
    """Which pieces of a playbook a base of leads touches, and what its rules change."""
    from leadlight.adapters.cases.coverage import cover

    return cover(base, book, as_of)


def country_code(text: str) -> str:
    """The ISO code that the name of a country stands for, or the text itself."""
    from leadlight.adapters.sources.countries import country_code

    return country_code(text)


def write_text(target: Path, text: str, kind: Kind, *, folder: bool = False) -> None:
    """A text as a file, whole or not at all; `folder`: the last folder of its path is ours to
    make.
    """
    from leadlight.adapters.destinations.atomic_file import replace_file

    with replace_file(target, kind, folder=folder) as written:
        written.write_text(text, encoding="utf-8")


def together(
    reads: Iterable[Path | str | None] = (), claims: Iterable[Claim] = ()
) -> AbstractContextManager[Outputs]:
    """The files of one command, which appear together or not at all, and never over what it
    reads.
    """
    from leadlight.adapters.destinations.atomic_file import together

    return together(reads, claims)


def write_rows(
    head: Sequence[str], lines: Iterable[Sequence[object]], target: Path, kind: Kind
) -> None:
    """Rows as CSV, whole or not at all; no cell can run as a formula."""
    from leadlight.adapters.destinations.csv import write_rows

    write_rows(head, lines, target, kind)


def write_junit(
    cases: Sequence[Case], failed: Sequence[CaseFailure], suite: str, target: Path
) -> None:
    """The outcome of a playbook's cases as JUnit XML."""
    from leadlight.adapters.destinations.junit import write_junit

    write_junit(cases, failed, suite, target)


def compare_labels(
    con: Connection, scales: Sequence[str], most: int
) -> tuple[int, tuple[AuditDifference, ...]]:
    """The labels that stand beside those of the qualification in the connection."""
    from leadlight.adapters.compare.audit import compare_labels

    return compare_labels(con, scales, most)


def rehearsals(con: Connection) -> Rehearsals:
    """Two versions of the rules side by side, in a connection."""
    from leadlight.adapters.compare.rehearsal import Rehearsals

    return Rehearsals(con)


def few_leads(base: Base, ids: Sequence[str]) -> FewLeads:
    """A few leads of a base, to be qualified by several playbooks."""
    from leadlight.adapters.compare.few_leads import FewLeads

    return FewLeads(base, ids)


def first_ids(base: Base, most: int) -> list[str]:
    """Some ids of a base, in their order."""
    from leadlight.adapters.compare.few_leads import first_ids

    return first_ids(base, most)


def summarise(base: Base, book: Playbook, as_of: datetime) -> Summary:
    """A qualified base in numbers."""
    from leadlight.adapters.base.plan_run import RESULT
    from leadlight.adapters.summary.summary import summarise

    return summarise(
        base.con,
        RESULT,
        base.sources.leads,
        book,
        as_of,
        activities=base.sources.activities,
        spend=base.spend,
        catalog=base.sources.catalog,
        read=base.read,
        leads_of=base.leads_with,
    )


def export(
    base: Base,
    book: Playbook,
    target: Path,
    columns: Literal["all", "qualification"] | None,
    standing: str,
) -> int:
    """The qualifications as a file; each row names the playbook, and its place in the call
    order.
    """
    from leadlight.adapters.base.plan_run import RESULT
    from leadlight.adapters.destinations.export import export

    return export(
        base.con,
        RESULT,
        target,
        original=base.original,
        keys=base.keys,
        columns=columns,
        playbook=standing,
        ranks=_call_ranks(base, book),
    ).rows


def add_ranks(base: Base, book: Playbook, target: Path, standing: str) -> int:
    """A Parquet file that was written while the plan ran gets the place of each lead in the call
    order; the number of its rows.
    """
    from leadlight.adapters.base.streamed_parquet import add_ranks

    return add_ranks(base.con, target, standing, _call_ranks(base, book))


def _call_ranks(base: Base, book: Playbook) -> Relation:
    from leadlight.adapters.base.plan_run import RESULT
    from leadlight.adapters.summary.summary import make_ranks

    return make_ranks(base.con, RESULT, base.sources.leads, book, base.leads_with)


def replay(
    con: Connection,
    facts: Ledger,
    periods: Sequence[ReplayPeriod],
    *,
    known: Known = "then",
    lead: str | None = None,
    tables: WorkTables | None = None,
    tell: Callable[[str], None] | None = None,
) -> ReplayTables:
    """Replay a ledger, each period by its playbook; with `lead` only that one, and nothing is said
    of what brought its changes.
    """
    from leadlight.adapters.replay.facts import facts_of_ledger, only_lead
    from leadlight.adapters.replay.rounds import replay

    only = None if lead is None else only_lead(con, lead)
    found = facts_of_ledger(con, facts, known, only, tables)
    return replay(found, periods, tell, causes=lead is None)


def replay_of_files(
    base: Base,
    periods: Sequence[ReplayPeriod],
    *,
    lead: str | None = None,
    tell: Callable[[str], None] | None = None,
) -> ReplayTables:
    """Replay files; with `lead` only that one, and nothing is said of what brought its changes."""
    from leadlight.adapters.replay.facts import facts_of_files, only_lead
    from leadlight.adapters.replay.rounds import replay

    only = None if lead is None else only_lead(base.con, lead)
    return replay(facts_of_files(base, only), periods, tell, causes=lead is None)


def replay_statistics(con: Connection) -> ReplayStatistics:
    """The numbers of the replay that was last made in a connection."""
    from leadlight.adapters.replay.statistics import ReplayStatistics

    return ReplayStatistics(con)


def route_log(
    con: Connection,
    facts: Ledger,
    departments: Sequence[str],
    since: datetime,
    until: datetime,
) -> RouteLog:
    """What the replay that was last made in a connection says of leads in these departments."""
    from leadlight.adapters.replay.route_log import read_route_log

    return read_route_log(con, facts, departments, since, until)


def start_chart_process() -> None:
    """Charts will be wanted: let what draws them start while the leads are being read."""
    from leadlight.adapters.destinations.chart_process import drawer

    drawer.start()


def write_report(
    summary: Summary, book: Playbook, target: Path, turns: WhoseTurn | None = None
) -> Path:
    """The HTML report."""
    from leadlight.adapters.destinations.report import write_report

    write_report(summary, book, target, turns)
    return target


def training_rows(everything: Base) -> TrainingRows:
    """The training rows of a base that sees all there is."""
    from leadlight.adapters.training.training_rows import TrainingRows as TrainingRows

    return TrainingRows(everything)


def facts_at(holdings: Holdings, pairs: str, known: Known) -> tuple[Relation, Relation]:
    """A ledger's leads and activities as of the moments of a table of pairs."""
    from leadlight.adapters.training.training_rows import facts_at

    return facts_at(holdings, pairs, known)


def rule_points(con: Connection) -> RulePoints:
    """What each rule of a playbook gave each training row of a connection."""
    from leadlight.adapters.training.rule_points import RulePoints as RulePoints

    return RulePoints(con)


def attribute_changes(base: Base) -> AttributeChanges:
    """Which attributes change once it is decided whether a lead buys."""
    from leadlight.adapters.training.attribute_changes import AttributeChanges

    return AttributeChanges(base)


def names_of_condition(attributes: Mapping[str, Attribute], query: LeadQuery) -> dict[str, str]:
    """The names that the condition of a list of leads may use, each with its kind."""
    from leadlight.adapters.ledger.lead_condition import names_of_condition

    return names_of_condition(attributes, query)


def touch_counts(
    con: Connection, holdings: Holdings, query: TouchQuery
) -> tuple[list[TouchCount], int]:
    """What each source, medium and campaign brought, and how many leads arrived nobody knows
    when.
    """
    from leadlight.adapters.summary.channels import touch_counts

    return touch_counts(con, holdings, query)


def touch_query(
    touch: Touch,
    upto: int,
    scales: Sequence[str],
    won: Sequence[str],
    period: tuple[datetime | None, datetime | None],
    now: datetime,
) -> TouchQuery:
    """Which leads are counted, by which touch; `won` are the labels of SQL and above."""
    from leadlight.adapters.summary.channels import TouchQuery

    return TouchQuery(touch, upto, tuple(scales), tuple(won), *period, now)


def spend_amounts(
    con: Connection,
    holdings: Holdings,
    period: tuple[datetime | None, datetime | None],
    now: datetime,
) -> list[SpendAmount]:
    """What was spent in a period, by source, campaign and currency."""
    from leadlight.adapters.summary.channels import spend_amounts

    return spend_amounts(con, holdings, period, now)


def runs_of_period(con: Connection, since: datetime, until: datetime) -> tuple[int, int] | None:
    """The last run before a period and the last one in it; None where none was stored by its
    end.
    """
    from leadlight.adapters.summary.segment_figures import runs_of_period

    return runs_of_period(con, since, until)


def segment_query(
    upto: int,
    before: int,
    period: tuple[datetime, datetime],
    now: datetime,
    words: tuple[tuple[str, ...], ...],
) -> SegmentQuery:
    """Which leads are counted, beside which run, and what they did in a period."""
    from leadlight.adapters.summary.segment_figures import SegmentQuery

    return SegmentQuery(upto, before, *period, now, words)


def market_research(
    con: Connection, holdings: Holdings, upto: int, labels: tuple[str, str, str], now: datetime
) -> MarketResearch:
    """The leads outside an audience, to be counted; `labels` are its scale, and the labels of those
    outside and inside.
    """
    from leadlight.adapters.summary.market_research import MarketResearch as Research

    return Research(con, holdings, upto, labels, now)


def attributes_of_research() -> tuple[Sequence[str], Sequence[str]]:
    """By which attributes leads are told apart, and by which what they asked for is known."""
    from leadlight.adapters.summary.market_research import attributes_of_research

    return attributes_of_research()


def segment_leads(con: Connection, holdings: Holdings, now: datetime) -> SegmentLeads:
    """The leads of a segment, to be counted, shown and written."""
    from leadlight.adapters.summary.segment_leads import SegmentLeads as Leads

    return Leads(con, holdings, now)


#: How the imports of an enricher are called in the book, before its name.
ENRICHMENT = "enrichment by "


def installed_plugins() -> tuple[list[Enricher], list[PluginFault]]:
    """The enrichers of other packages, and those that cannot be loaded."""
    from leadlight.adapters.enrichment.plugins import installed_plugins

    return installed_plugins()


def plugin_fault(name: str, because: str) -> PluginFault:
    """An enricher that cannot be used, and why."""
    from leadlight.adapters.enrichment.plugins import PluginFault as Fault

    return Fault(name, because)


def deadline(seconds: float) -> Deadline:
    """The time that an enricher has for all of its answers, from now on."""
    from leadlight.adapters.enrichment.plugins import Deadline as Until

    return Until(seconds)


def ask_plugin(enricher: Enricher, rows: Sequence[Row], until: Deadline) -> Sequence[object]:
    """What an enricher finds of some rows, in time."""
    from leadlight.adapters.enrichment.plugins import ask

    return ask(enricher, rows, until)


def enriched_base(base: Base) -> EnrichedBase:
    """What enrichers are asked of a base."""
    from leadlight.adapters.enrichment.enriched_base import EnrichedBase as Enriched

    return Enriched(base)


def export_enrichment(base: Base, parts: Sequence[Relation], target: Path) -> int:
    """A file's leads with what enrichers found of them."""
    from leadlight.adapters.destinations.export import export
    from leadlight.adapters.enrichment.enriched_base import columns_of_file

    return export(
        base.con,
        columns_of_file(base.con, base, parts),
        target,
        original=base.original,
        keys=base.keys,
        columns="all",
        kind="enriched",
    ).rows


def foreign_relation(relation: object, what: str) -> ForeignRelation:
    """A relation of somebody else's connection, under a name there."""
    from leadlight.adapters.qualify.foreign_relations import ForeignRelation as Foreign

    return Foreign(relation, what)


def contact_rows(base: Base, channel: Channel, now: datetime) -> ContactRows:
    """The leads of a list for a channel, to be judged, counted and written."""
    from leadlight.adapters.nurture.contact_list import ContactRows as Leads

    return Leads(base, channel, now)


def control_group(store: FactStore) -> Relation:
    """The leads that are held out of a track, as one of its control group."""
    from leadlight.adapters.nurture.fact_store import control_group as group

    return group(store)


def no_segment_count() -> SegmentCount:
    """The numbers of a segment in which nobody is."""
    from leadlight.adapters.summary.segment_figures import SegmentCount

    return SegmentCount()


def segment_counts(
    con: Connection, holdings: Holdings, query: SegmentQuery
) -> tuple[dict[str, SegmentCount], list[tuple[str, str, int]]]:
    """What was counted of each segment, and how many leads are in both of two."""
    from leadlight.adapters.summary.segment_figures import segment_counts

    return segment_counts(con, holdings, query)


def ledger_state(con: Connection) -> tuple[object, ...]:
    """A few numbers that change whenever a ledger has news."""
    from leadlight.adapters.ledger.state import ledger_state

    return ledger_state(con)


def standing_quality(
    con: Connection, holdings: Holdings, book: Playbook, upto: int, now: datetime
) -> Quality | None:
    """The quality of a base's contacts by the labels of a run; None where none was verified."""
    from leadlight.adapters.summary.standing_quality import standing_quality

    return standing_quality(con, holdings, book, upto, now)


def draw_ladders(scales: Sequence[LadderScale]) -> list[str]:
    """Who stands on each label of scales: a picture of each, as SVG to stand in a page."""
    from leadlight.adapters.destinations.report.pictures import draw_ladders

    return draw_ladders(scales)


def draw_channels(found: ChannelsResult) -> str:
    """The shares of hot, target and empty leads by channel: a picture, as SVG to stand in a
    page.
    """
    from leadlight.adapters.destinations.report.pictures import draw_channels

    return draw_channels(found)


def draw_model(model: Model) -> list[ModelPicture]:
    """The pictures of a model, as SVG to stand in a page."""
    from leadlight.adapters.destinations.report.pictures import draw_model

    return draw_model(model)


def outcome_cohort(base: Base) -> OutcomeCohort:
    """The leads of a base by whether they were won: before it, what they did, what they bought."""
    from leadlight.adapters.training.outcome_cohorts import OutcomeCohort

    return OutcomeCohort(base)


def staged_rows(
    con: Connection, staged: StagedFile, names: Sequence[str], own: Sequence[str] = ()
) -> list[tuple[object, ...]]:
    """The rows of a staged table, in its order: these typed columns, then those of the file itself
    under their headers `own`, as text.
    """
    from leadlight.adapters.sources.staged_cells import staged_rows

    return staged_rows(con, staged, names, own)


def column_profiles(base: Base, headers: Mapping[str, str]) -> tuple[ColumnProfile, ...]:
    """What the columns of a base's leads hold, in numbers."""
    from leadlight.adapters.base.column_profiles import column_profiles

    catalog = base.sources.catalog
    known = [a for n, a in catalog.lead.items() if n in catalog.present]
    return column_profiles(base.con, base.sources.leads, known, headers)


def count_leads(base: Base) -> int:
    """How many leads a base has."""
    from leadlight.adapters.base.plan_run import count_leads

    return count_leads(base.con, base.sources.leads)


def newest_date(con: Connection, staged: Sequence[StagedFile], now: datetime) -> datetime | None:
    """The newest moment that files of leads and logs name, of those that lie before now."""
    from leadlight.adapters.base.files import newest_date

    return newest_date(con, staged, now)


def label_counts(base: Base, scale: str) -> dict[str, int]:
    """How many leads have each label of a scale, of a base that was just qualified."""
    from leadlight.adapters.base.plan_run import label_counts

    return label_counts(base.con, scale)


def rows_with_outcome(
    base: Base, outcome: str, score: str, names: Sequence[str], objected: str | None
) -> list[tuple[object, ...]]:
    """A row a lead of a base that was just qualified: a label that says whether it was won (None:
    not known yet), a score, and these attributes.
    """
    from leadlight.adapters.training.outcome_rows import rows_with_outcome

    return rows_with_outcome(base.con, base.sources.leads, outcome, score, names, objected)


def read_ids(file: Path) -> set[str]:
    """The ids that a file lists."""
    from leadlight.adapters.sources.id_list import read_ids

    return read_ids(file)


def training_table(everything: Base) -> TrainingTable:
    """The training rows that were made of a base, to be read."""
    from leadlight.adapters.training.training_table import TrainingTable as TrainingTable

    return TrainingTable(everything)


def objectors(base: Base) -> set[str]:
    """The leads who object to profiling, as known in a base."""
    from leadlight.adapters.training.training_table import objectors

    return objectors(base)


def kinds_by_frequency(base: Base) -> list[str]:
    """The kinds of activity of a base, the most frequent first."""
    from leadlight.adapters.training.training_table import kinds_by_frequency

    return kinds_by_frequency(base)


def group_of(con: Connection, members: Relation, lead: str) -> tuple[str, ...]:
    """The leads that belong together with one, itself among them; none where it stands alone."""
    from leadlight.adapters.links.current_links import group_of

    return group_of(con, members, lead)


def track_facts(con: Connection, facts: Ledger, *, is_preview: bool = False) -> FactStore:
    """Where the facts of tracks are read and added; in a preview nothing is added."""
    from leadlight.adapters.nurture.fact_store import LocalFacts, PreviewFacts, ServerFacts

    if is_preview:
        return PreviewFacts(track_facts(con, facts))

    if _on_server(facts):
        from leadlight.adapters.ledger.postgres.tables import PostgresTables

        return ServerFacts(con, PostgresTables(facts.server))
    return LocalFacts(con)


def track_round(
    store: FactStore,
    facts: Ledger,
    base: Base,
    book: Playbook,
    now: datetime,
    *,
    clicks: bool = False,
) -> TrackRound:
    """The tracks of a playbook over a base at a moment; with `clicks` for their numbers."""
    from leadlight.adapters.nurture.round import TrackRound

    members = facts.members() if facts.holdings().linked else None
    return TrackRound(store, base, members, book, now, clicks=clicks)


def add_step_facts(store: FactStore, found: Sequence[StepFact], now: datetime) -> int:
    """Add step facts that are not there yet."""
    from leadlight.adapters.nurture.round import add_step_facts

    return add_step_facts(store, found, now)


def leads_with_changes(store: FactStore, since: datetime) -> set[str]:
    """The leads of whom anything was recorded since that may forbid to write to them."""
    from leadlight.adapters.nurture.evidence import changes_since

    return changes_since(store, since)


def hand_over_log(folder: Path) -> AbstractContextManager[HandOverLog]:
    """The log of what is handed over, held by one sender at a time."""
    from leadlight.adapters.mail.content import Content as Content
    from leadlight.adapters.mail.content import Contents as Contents
    from leadlight.adapters.mail.hand_over_log import HandOver as HandOver
    from leadlight.adapters.mail.hand_over_log import open_log

    return open_log(folder)


def post_office(
    environment: Mapping[str, str],
    unsubscribe: Callable[[str, str, str], str],
    click: Callable[[StepFact, str], str] | None = None,
) -> PostOffice | None:
    """What hands mails over, as the environment names it; None where it names no relay."""
    from leadlight.adapters.mail.post_office import post_office

    return post_office(environment, unsubscribe, click)


def outcome(fate: Fate, because: str) -> Outcome:
    """What became of a message that was handed over."""
    from leadlight.adapters.mail.relay import Outcome

    return Outcome(fate, because)


def passage(text: str) -> str:
    """A text of ours, which is put into a content as it stands."""
    from leadlight.adapters.mail.content import Passage

    return Passage(text)


def single_mails(environment: Mapping[str, str]) -> SingleMails | None:
    """What hands mails over one by one; None where the environment names no relay."""
    from leadlight.adapters.mail.single_mails import single_mails

    return single_mails(environment)


def read_contents(folder: Path, names: set[str]) -> Contents:
    """Contents of a workspace, by name and language."""
    from leadlight.adapters.mail.content import Contents

    return Contents(folder, names)


def track_turns(store: FactStore, track: str) -> tuple[bool, int]:
    """Whether a track is stopped, and how often it was stopped or resumed."""
    from leadlight.adapters.nurture.track_health import turns_of

    why, _, count = turns_of(store).get(track, (None, None, 0))
    return why is not None, count


def variant_choices(store: FactStore) -> list[StepFact]:
    """Which variants of steps were found better, the oldest first."""
    from leadlight.adapters.nurture.track_health import choices_of

    return choices_of(store)


def name_servers() -> NameServer:
    """The name servers of this computer."""
    from leadlight.adapters.mail.name_servers import NameServers

    return NameServers()


def parent_domain(domain: str) -> str:
    """The domain that was registered, of one below it."""
    from leadlight.adapters.mail.name_servers import parent_domain

    return parent_domain(domain)


def open_track_tasks(store: FactStore, limit: int) -> list[StepFact]:
    """What tracks have asked people and programs to do, and nobody has done since."""
    from leadlight.adapters.nurture.track_tasks import open_tasks

    return open_tasks(store, limit)


def crm_line(declaration: Declaration, connection: str, url: str) -> CrmLine:
    """An open line to a CRM. Raises `CannotDo` where a secret or a package is missing."""
    from leadlight.adapters.crm.open_line import open_line

    return open_line(declaration, connection, url)


def must_be_safe(url: str) -> None:
    """Raises `CannotDo` where a secret would go over the network in the open."""
    from leadlight.adapters.crm.open_line import must_be_safe

    must_be_safe(url)


def secret_variables(connection: str, auth: Auth) -> tuple[str, ...]:
    """The variables of the environment that hold a connection's secrets."""
    from leadlight.adapters.crm.credentials import variable_of

    return tuple(variable_of(connection, n) for n in auth.secrets)


def keep_secret(connection: str, secret: str, value: str) -> None:
    """Keep a secret in the keyring of this computer."""
    from leadlight.adapters.crm.credentials import keep_secret

    keep_secret(connection, secret, value)


def drop_secrets(connection: str, auth: Auth) -> None:
    """Take a connection's secrets out of the keyring."""
    from leadlight.adapters.crm.credentials import drop_secrets

    drop_secrets(connection, auth)


def group_names(con: Connection, members: Relation) -> dict[str, str]:
    """Lead -> the lead after which its group is called."""
    from leadlight.adapters.links.current_links import group_names

    return group_names(con, members)


def check_ending(target: Path) -> None:
    """Raises `CannotDo` for a table that is to be neither Parquet nor CSV."""
    from leadlight.adapters.geo.table_file import check_ending

    check_ending(target)


def write_table(
    types: Mapping[str, Type], rows: Sequence[Mapping[str, object]], target: Path, kind: Kind
) -> None:
    """Rows as Parquet or CSV, whole or not at all."""
    from leadlight.adapters.geo.table_file import write_table

    write_table(types, rows, target, kind)


def read_table(file: Path, texts: Sequence[str]) -> list[dict[str, object]]:
    """The rows of a table; `texts` are columns that hold text whatever it looks like."""
    from leadlight.adapters.geo.table_file import read_table

    return read_table(file, texts)


def read_footprints(file: Path, layer: str | None, crs: str | None) -> Footprints:
    """Outlines of buildings of a GeoPackage, GeoJSON or an extract of OpenStreetMap."""
    from leadlight.adapters.geo.footprint_file import read_footprints

    return read_footprints(file, layer, crs)


def open_picture(
    file: Path, crs: str | None, bands: Sequence[str]
) -> AbstractContextManager[Picture]:
    """A picture from above, to be read by windows."""
    from leadlight.adapters.geo.picture import open_picture

    return open_picture(file, crs, bands or None)


def measure_buildings(
    picture: Picture, found: Footprints, reach: float, step: Callable[[float], None]
) -> Measurement:
    """What a picture says of each building on it."""
    from leadlight.adapters.geo.measure import measure

    return measure(picture, found, reach, step)


def measure_outlines(found: Footprints) -> Measurement:
    """What outlines alone say of each building."""
    from leadlight.adapters.geo.outline_features import measure_outlines

    return measure_outlines(found)


def map_contact(tags: Mapping[str, str], licence: str | None) -> dict[str, object]:
    """Who is at a building, as its own entry in a map says."""
    from leadlight.adapters.geo.match import map_contact

    return map_contact(tags, licence)


def map_licence() -> str:
    """What stands wherever something of OpenStreetMap is shown."""
    from leadlight.adapters.geo.osm import LICENCE

    return LICENCE


def read_places(file: Path) -> list[MapPlace]:
    """Addresses and trades of an extract of OpenStreetMap."""
    from leadlight.adapters.geo.osm import read_places

    return read_places(file)


def places_of_buildings(rows: Sequence[Mapping[str, object]]) -> list[MapPlace]:
    """The addresses that rows of buildings hold themselves."""
    from leadlight.adapters.geo.match import places_of_buildings

    return places_of_buildings(rows)


def building_map(outlines: Sequence[str]) -> BuildingMap:
    """Outlines that can be asked which building is where."""
    from leadlight.adapters.geo.placement import BuildingMap

    return BuildingMap(outlines)


def match_leads(
    leads: Sequence[LeadPlace], buildings: BuildingMap, places: Sequence[MapPlace], within: float
) -> Matches:
    """The building of each lead."""
    from leadlight.adapters.geo.address_book import AddressBook
    from leadlight.adapters.geo.match import match

    return match(leads, buildings, AddressBook(places), within)


def occupants(places: Sequence[MapPlace], buildings: BuildingMap, within: float) -> Occupants:
    """The address of each building, and who can be reached there, as a map says."""
    from leadlight.adapters.geo.match import occupants

    return occupants(places, buildings, within)


def lead_places(con: Connection, leads: Relation, held: Collection[str]) -> list[LeadPlace]:
    """Where the leads of a relation with these columns say that they are."""
    from leadlight.adapters.geo.lead_places import lead_places

    return lead_places(con, leads, held)


def lead_places_of_ledger(con: Connection, facts: Ledger, now: datetime) -> list[LeadPlace]:
    """Where the leads of a ledger are, as is known now."""
    from leadlight.facts.cohort import Everyone

    sources = base_of_ledger(con, facts, Everyone(now)).sources
    return lead_places(con, sources.leads, sources.catalog.present)


def detect(detector: Path, picture: Path, spots: Sequence[Spot]) -> list[float]:
    """What a detector of one's own says of buildings on a picture."""
    from leadlight.adapters.geo.detector import detect

    return detect(detector, picture, spots)


def crops(picture: Path, spots: Sequence[Spot]) -> list[Crop]:
    """Crops of a picture around buildings."""
    from leadlight.adapters.geo.crops import crops

    return crops(picture, spots)


def tile(picture: Path, spots: Sequence[Spot]) -> Tile:
    """The part of a picture in which buildings lie."""
    from leadlight.adapters.geo.crops import tile

    return tile(picture, spots)


def plan_of(spots: Sequence[Spot]) -> Tile:
    """A map of outlines alone."""
    from leadlight.adapters.geo.crops import plan_of

    return plan_of(spots)


def list_rows(base: Base, score: str, wanted: Sequence[str]) -> list[dict[str, object]]:
    """The leads of a qualified base in the order of a score, with these attributes of each."""
    from leadlight.adapters.geo.list_rows import list_rows

    return list_rows(base.con, base.sources.leads, score, wanted)


def write_building_list(
    types: Mapping[str, Type], rows: Sequence[Mapping[str, object]], target: Path
) -> int:
    """A specialist list as a table."""
    from leadlight.adapters.destinations.building_list import write_building_list

    return write_building_list(types, rows, target)


def write_list_page(
    found: SpecialistList, tile: Tile | None, crops: Sequence[Crop], target: Path
) -> None:
    """A specialist list as a page with a map."""
    from leadlight.adapters.destinations.report.building_list import write_list_page

    write_list_page(found, tile, crops, target)


def has_sheet(folder: Path) -> bool:
    """Whether a folder holds a sheet of buildings to look at."""
    from leadlight.adapters.geo.label_sheet import TABLE

    return (folder / TABLE).is_file()


def sheet_folders(folder: Path) -> list[Path]:
    """The sheets that lie in a folder."""
    from leadlight.adapters.geo.label_sheet import sheet_folders

    return sheet_folders(folder)


def read_sheet(folder: Path) -> LabelSheet:
    """A sheet of buildings to look at."""
    from leadlight.adapters.geo.label_sheet import read_sheet

    return read_sheet(folder)


def write_sheet(sheet: LabelSheet, crops: Mapping[str, Crop]) -> None:
    """A sheet as a folder of crops with a table."""
    from leadlight.adapters.geo.label_sheet import write_sheet

    write_sheet(sheet, crops)


def save_answer(folder: Path, building: str, label: bool | None) -> LabelSheet:
    """What somebody said of a building, in the table of its sheet."""
    from leadlight.adapters.geo.label_sheet import save_answer

    return save_answer(folder, building, label)
