"""The history of leads, to learn from: a workspace or files with a log, at past moments or each
lead as it came in; or a flat table, which has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from leadlight.desk.models.decided_leads import no_known_lead
from leadlight.desk.models.labelled_table import LeadTable, no_column
from leadlight.desk.models.outcome_words import WON
from leadlight.desk.playbooks import find_playbook, usable
from leadlight.desk.session import Session
from leadlight.desk.wiring import bases, db, staging, training_sets
from leadlight.facts.cohort import Everyone, Known
from leadlight.facts.ledger import Ledger
from leadlight.facts.relation import Relation
from leadlight.facts.vocabulary import key
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.spec import Playbook
from leadlight.predict.tune.periods import MOMENTS, periods
from leadlight.predict.tune.tunable_parts import Tunable, scores_only
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.tuning import TuningSample

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base, DuckDBBase
    from leadlight.desk.wiring.db import Connection
    from leadlight.desk.wiring.staging import StagedFile
    from leadlight.desk.wiring.training_sets import (
        KnownOutcomes,
        RulePoints,
        TrainingLook,
        TrainingRows,
    )

MOST = 60_000  # rows of the past, and of the judged period: more would teach little and take long
NEWEST = 0.25  # of leads that are each looked at once, the newest share judges
_MOMENT = timedelta(minutes=1)  # within which a table's outcome comes


@dataclass(frozen=True)
class HistoryOptions:
    """Which outcome, how far ahead, by which rules, at which moments leads are looked at.

    `outcome` are the activities that count; `playbook` is a file or a preset (None: the
    workspace's). Leads are looked at at so many `moments` between `since` and `until`, or, with
    `entry`, each lead once, so long after it came in. `again`: also leads that had the outcome
    before.
    """

    outcome: tuple[str, ...] = ("won",)
    horizon: timedelta = timedelta(days=90)
    playbook: str | None = None
    moments: int = MOMENTS
    since: datetime | None = None
    until: datetime | None = None
    known: Known = "then"
    again: bool = False
    entry: timedelta | None = None


@dataclass(frozen=True)
class LeadFiles:
    """Leads and what they did, in files."""

    leads: Path
    activities: tuple[Path, ...] = ()
    maps: Mapping[str, str] = field(default_factory=dict)


#: What is learned from instead of a workspace.
Source: TypeAlias = LeadFiles | LeadTable


class Past(Protocol):
    """How leads were at past moments."""

    def base_at(self, moment: datetime) -> Base:
        """Every lead as of a moment."""

    def facts_at(self, pairs: str) -> tuple[Relation, Relation | None]:
        """Leads and activities as of the moments of a table of pairs (lead_id, as_of)."""

    @property
    def is_dated(self) -> bool:
        """Whether these facts are those of each moment: files tell only what is."""


@dataclass(frozen=True)
class _Split:
    """Which training rows judge: the condition of it, the day from which they do (or which they
    are), and the moments that were looked at.
    """

    condition: str
    label: str
    moments: tuple[datetime, ...] = ()


@dataclass
class LeadHistory:
    """The history of leads, open in a connection; training rows are made of it.

    `everything` sees all there is. `won` is, of a flat table, a query of lead_id, won, place.
    """

    con: Connection
    options: HistoryOptions
    now: datetime
    book: Playbook
    text: str
    everything: Base
    past: Past
    table: LeadTable | None = None
    won: str | None = None
    _looks: list[tuple[datetime | None, TrainingLook]] = field(default_factory=list)

    @property
    def horizon(self) -> timedelta:
        """How far ahead the outcome is looked for."""
        return self.options.horizon if self.won is None else _MOMENT

    @property
    def until(self) -> datetime:
        """The moment after which nothing is known."""
        return self.options.until or self.now

    @property
    def training(self) -> TrainingRows:
        """The training rows of the base."""
        return training_sets.training_rows(self.everything)

    @property
    def rule_points(self) -> RulePoints:
        """What each rule gave each training row."""
        return training_sets.rule_points(self.con)

    @property
    def lost_rows(self) -> int:
        """How many rows were left out because their lead had been lost and was silent since."""
        return sum(look.lost for _, look in self._looks)

    def sample(
        self, book: Playbook, scores: Sequence[str], rules: Sequence[Tunable]
    ) -> TuningSample:
        """Make the training rows and what each rule gave them. Raises `CannotDo` where there are
        none.
        """
        points = self.rule_points
        points.clear()
        only = scores_only(book, scores)
        outcome, notes, split = self._make_rows(only)
        for _, look in self._looks:
            points.add_sums(book, rules, look)
        points.number_rows(split.condition)
        past, past_winners = points.counts(later=False)
        later, later_winners = points.counts(later=True)
        return TuningSample(
            self.now,
            outcome,
            split.label,
            past,
            past_winners,
            later,
            later_winners,
            split.moments,
            sum(look.left_out for _, look in self._looks),
            self.options.known,
            notes,
            self.lost_rows,
        )

    def make_rows(self, book: Playbook) -> tuple[KnownOutcomes, str, tuple[datetime, ...]]:
        """Make training rows of every lead at each moment by a playbook as it is: the outcomes
        there are, the day from which rows judge, the moments.
        """
        outcomes = self._outcomes()
        split = self._at_past_moments(book)
        return outcomes, split.label, split.moments

    def make_rows_at(self, book: Playbook, moments: Sequence[datetime]) -> None:
        """Make training rows of every lead at these moments by a playbook as it is; where no
        outcome is known, nobody has it.
        """
        self.training.note_outcomes(self.options.outcome)
        for moment in moments:
            self._add_moment(book, moment, MOST)

    def repeat_rows(self, text: str, scores: Sequence[str]) -> None:
        """Make the same rows by another playbook."""
        catalog = self.everything.sources.catalog
        book = scores_only(usable(text, "the tuned playbook", catalog)[0], scores)
        for moment, look in self._looks:
            base = self._base(moment, book) if moment else self.everything
            self.training.repeat(base, book, look, self.horizon)

    def dated_leads(self, pairs: str) -> Relation | None:
        """The leads as they were known at the moments of a table of pairs; None where nobody
        knows.
        """
        return self.past.facts_at(pairs)[0] if self.past.is_dated else None

    def _make_rows(self, book: Playbook) -> tuple[str, tuple[str, ...], _Split]:
        """Look at the leads: the outcome in words, what to know of it, and which rows judge."""
        options = self.options
        if self.table is not None and self.won is not None:
            return self._label_text(self.table), (), self._table_rows(book, self.won, self.table)
        outcomes = self._outcomes()
        split = (
            self._at_past_moments(book)
            if options.entry is None
            else self._at_entry(options.entry, book)
        )
        outcome = f"{' or '.join(options.outcome)} within {options.horizon.days} days"
        return outcome, self._notes(outcomes), split

    def _at_past_moments(self, book: Playbook) -> _Split:
        first, last = self.training.span()
        if first is None or last is None:
            raise CannotDo(
                "Nothing that leads did is known here, so nothing can be learned from it. Import a"
                " log of activities."
            )
        options = self.options
        found = periods(
            options.since or first, min(last, self.until), options.horizon, options.moments
        )
        every = (*found.past, *found.later)
        for moment in every:
            together = found.past if moment < found.split else found.later
            self._add_moment(book, moment, MOST // max(1, len(together)))
        if not any(look.rows for _, look in self._looks):
            days = ", ".join(f"{m:%Y-%m-%d}" for m in every)
            raise no_known_lead(f"No lead was known at any of {days}.", options.known)
        day = f"{found.split:%Y-%m-%d}"
        return _Split(f"as_of >= TIMESTAMP '{day}'", day, every)

    def _at_entry(self, after: timedelta, book: Playbook) -> _Split:
        training, options = self.training, self.options
        if book.ranks:
            raise CannotDo(
                f"{book.name} compares leads with each other (rank: ...), so all of them must be"
                " looked at together, not each at a moment of its own. Look at past moments"
                " instead.",
                field="entry",
            )
        split = training.make_entry_pairs(
            after, options.horizon, NEWEST, since=options.since, until=self.until, most=MOST
        )
        if split is None:
            raise CannotDo(
                "No lead says when it came in (created_at) long enough ago for the horizon to be"
                " over. Name a shorter horizon, or look at past moments instead.",
                field="entry",
            )
        leads, activities = self.past.facts_at(training.pairs)
        look = training.add_entries(
            book,
            options.horizon,
            leads=leads,
            activities=activities,
            at_moments=self.past.is_dated,
            again=options.again,
        )
        self._looks.append((None, look))
        return _Split(f"as_of >= TIMESTAMP '{split}'", f"{split:%Y-%m-%d}")

    def _table_rows(self, book: Playbook, won: str, table: LeadTable) -> _Split:
        training = self.training
        training.note_labels(won, self.until)
        look = training.add_moment(self.everything, book, self.until, self.horizon)
        self._looks.append((self.until, look))
        by = f"by {table.time}" if table.time else "in the order of the table"
        return _Split(
            training.newest_condition(won, NEWEST), f"the newest {NEWEST:.0%} of the rows, {by}"
        )

    @staticmethod
    def _label_text(table: LeadTable) -> str:
        label = table.label
        return label.column if label.positive is None else f"{label.column}={label.positive}"

    def _add_moment(self, book: Playbook, moment: datetime, most: int) -> None:
        base = self._base(moment, book)
        look = self.training.add_moment(
            base, book, moment, self.options.horizon, again=self.options.again, most=most
        )
        self._looks.append((moment, look))

    def _base(self, moment: datetime, book: Playbook) -> Base:
        base = self.everything if self.won is not None else self.past.base_at(moment)
        return base.with_checks(moment) if verifies(book) else base

    def _outcomes(self) -> KnownOutcomes:
        """The outcomes that are known. Raises `CannotDo` when there are none."""
        names = self.options.outcome
        if not names:
            raise CannotDo(
                "No outcome is named. Name the activity that counts, such as won.", field="outcome"
            )
        found = self.training.note_outcomes(names)
        if found.found:
            return found
        kinds = sorted(self.everything.sources.catalog.kinds)
        there = f"Activities here are {', '.join(kinds[:12])}."
        hint = did_you_mean(names[0], kinds) or (
            there if kinds else "There is no log of activities here."
        )
        raise CannotDo(
            f"No outcome {' or '.join(names)!r} is known of any lead, so there is nothing to learn"
            f" from. {hint}",
            field="outcome",
        )

    def _notes(self, outcomes: KnownOutcomes) -> tuple[str, ...]:
        if self.options.again or outcomes.again * 2 <= outcomes.found:
            return ()
        return (
            f"{outcomes.again:,} of {outcomes.found:,} outcomes are of leads that had one before;"
            " where repeat purchases count, keep those leads in (again).",
        )


@contextmanager
def open_history(
    session: Session,
    verb: str,
    options: HistoryOptions,
    now: datetime,
    source: Source | None = None,
) -> Iterator[LeadHistory]:
    """The history of a workspace's leads, or that of files or a table, open for one request."""
    if source is None:
        with session.read_often(verb, now) as workspace:
            con, ledger = workspace.con, workspace.ledger
            everything = bases.base_of_ledger(con, ledger, Everyone(now, "now"))
            catalog = everything.sources.catalog
            if options.playbook is None:
                name, text = workspace.agreed_playbook()[:2]
            else:
                name, text, _ = find_playbook(options.playbook, catalog)
            book = usable(text, name, catalog)[0]
            past = _LedgerPast(con, ledger, options.known)
            yield LeadHistory(con, options, now, book, text, everything, past)
        return
    with closing(db.connect()) as con:
        yield _of_files(con, options, now, source)


@dataclass(frozen=True)
class _LedgerPast:
    """The past of a ledger."""

    con: Connection
    ledger: Ledger
    known: Known
    is_dated: bool = True

    def base_at(self, moment: datetime) -> Base:
        return bases.base_of_ledger(self.con, self.ledger, Everyone(moment, self.known))

    def facts_at(self, pairs: str) -> tuple[Relation, Relation | None]:
        return training_sets.facts_at(self.ledger.holdings(), pairs, self.known)


@dataclass(frozen=True)
class _FilesPast:
    """The past of files: their log has moments, their leads are as they are."""

    con: Connection
    staged: Sequence[StagedFile]
    everything: Base
    is_dated: bool = False

    def base_at(self, moment: datetime) -> Base:
        return bases.base_of_files(self.con, self.staged, moment)

    def facts_at(self, pairs: str) -> tuple[Relation, Relation | None]:
        return self.everything.sources.leads, self.everything.sources.activities


def _of_files(
    con: Connection, options: HistoryOptions, now: datetime, source: Source
) -> LeadHistory:
    table = source if isinstance(source, LeadTable) else None
    files = LeadFiles(table.file, maps=table.maps) if table else source
    assert isinstance(files, LeadFiles)
    staged = [_stage(con, files.leads, "leads", files.maps)]
    staged += [
        _stage(con, log, "activities", files.maps, n) for n, log in enumerate(files.activities)
    ]
    everything = bases.base_of_files(con, staged, options.until or now)
    won = None
    if table is not None:
        won = _label_query(everything, staged[0], table)
        everything = _without_label(everything, staged[0], table)
    catalog = everything.sources.catalog
    name, text, _ = find_playbook(options.playbook, catalog)
    book = usable(text, name, catalog)[0]
    past = _FilesPast(con, staged, everything)
    return LeadHistory(con, options, now, book, text, everything, past, table, won)


def _stage(
    con: Connection, file: Path, what: str, maps: Mapping[str, str], number: int = 0
) -> StagedFile:
    return staging.stage(con, file, name=str(file), what=what, maps=maps, prefix=f"{what}{number}")


def _label_query(base: Base, staged: StagedFile, table: LeadTable) -> str:
    """A query of who has the outcome that a table states."""
    column = _column(staged, table.label.column, "label")
    place = _column(staged, table.time, "order") if table.time else "row_no"
    return training_sets.training_rows(base).label_query(column, table.label.positive, place, WON)


def _without_label(base: DuckDBBase, staged: StagedFile, table: LeadTable) -> DuckDBBase:
    """The base without the label, which no rule may see."""
    catalog = base.sources.catalog
    there = catalog.present - {_column(staged, table.label.column, "label")}
    return replace(base, sources=replace(base.sources, catalog=replace(catalog, present=there)))


def _column(staged: StagedFile, header: str, field: str) -> str:
    for c in staged.mapping.columns:
        if c.name and key(header) in (key(c.header), key(c.name)):
            return str(c.name)
    raise no_column(header, [c.header for c in staged.mapping.columns], field)
