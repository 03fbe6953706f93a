"""Where `tune` gets its rows: a workspace at past moments, files with a log, each lead as it came
in, or a flat table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadlight.desk import wiring
from leadlight.desk.moments import when
from leadlight.desk.playbooks import playbook_named, usable
from leadlight.desk.workspace.workspace import brought, named
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone, Known
from leadlight.facts.relation import Relation
from leadlight.facts.vocabulary import key
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.spec import Playbook, SignalScore
from leadlight.predict.tune.periods import MOMENTS, periods
from leadlight.predict.tune.tunable_parts import Tunable, scores_only
from leadlight.problems import CannotDo, did_you_mean

if TYPE_CHECKING:
    from leadlight.desk.wiring import Base, DuckDBBase

MOST = 60_000  # rows of the past, and of the judged period: more would teach little and take long
NEWEST = 0.25  # of leads that are each looked at once, the newest share judges
YES = ("yes", "y", "true", "1", "1.0", "won", "closed won", "converted", "customer")


@dataclass(frozen=True)
class Asked:
    """What is asked of `tune`: which outcome, how far ahead, by which rules, of which leads, at
    which moments.
    """

    outcome: tuple[str, ...] = ("won",)
    horizon: timedelta = timedelta(days=90)
    playbook: str | None = None
    scores: tuple[str, ...] = ()
    moments: int = MOMENTS
    since: datetime | None = None
    until: datetime | None = None
    known: Known = "then"
    again: bool = False  # also leads that had the outcome before
    entry: timedelta | None = None  # each lead once, so long after it came in
    workspace: str | None = None
    leads: Any = None
    activities: tuple[Any, ...] = ()
    label: str | None = None  # a flat table's column (or COLUMN=VALUE)
    order: str | None = None
    maps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """What was looked at: rows and leads with the outcome, in the past and in the judged period, in
    words where need be.
    """

    made: datetime
    outcome: str  # won within 90 days
    split: str  # 2026-06-02, or: the newest 25% of the rows, by Lead Number
    past: int
    past_winners: int
    later: int
    later_winners: int
    moments: tuple[datetime, ...] = ()
    left_out: int = 0
    known: Known = "then"
    notes: tuple[str, ...] = ()


@dataclass
class Rows:
    """The training rows of one question, in a connection."""

    con: wiring.Connection
    asked: Asked
    book: Playbook
    text: str
    catalog: Catalog
    everything: Base
    then: Callable[[datetime], Base]
    entries: Callable[[str], tuple[Relation, Relation | None, bool]] | None = None
    won: str | None = None  # of a flat table: a query of lead_id, won, place
    now: datetime = field(default_factory=wiring.now)
    _looks: list[tuple[datetime | None, wiring.TrainingLook]] = field(default_factory=list)

    @property
    def training(self) -> wiring.TrainingRows:
        return wiring.training_rows(self.everything)

    @property
    def rule_points(self) -> wiring.RulePoints:
        return wiring.rule_points(self.con)

    def look(self, book: Playbook, scores: Sequence[str], rules: Sequence[Tunable]) -> Seen:
        """Make the rows and what each rule gave them."""
        points = self.rule_points
        points.clear()
        only = scores_only(book, scores)
        if self.won is not None:
            later, split, outcome, moments, notes = self._flat(only, self.won)
        else:
            found = self.training.note_outcomes(self.asked.outcome)
            self._any(found)
            outcome = f"{' or '.join(self.asked.outcome)} within {self.asked.horizon.days} days"
            notes = self._notes(found)
            later, split, moments = (
                self._entry if self.asked.entry is not None else self._moments
            )(only)
        for _, looked in self._looks:
            points.add_sums(book, rules, looked)
        points.number_rows(later)
        past, past_winners = points.counts(later=False)
        later_rows, later_winners = points.counts(later=True)
        left_out = sum(looked.left_out for _, looked in self._looks)
        return Seen(
            self.now,
            outcome,
            split,
            past,
            past_winners,
            later_rows,
            later_winners,
            moments,
            left_out,
            self.asked.known,
            notes,
        )

    def history(self, book: Playbook) -> tuple[wiring.KnownOutcomes, str, tuple[datetime, ...]]:
        """Every lead at each moment by a playbook as it is: the outcomes there are, from when on
        rows judge, the moments.
        """
        found = self.training.note_outcomes(self.asked.outcome)
        self._any(found)
        _, split, moments = self._moments(book)
        return found, split, moments

    def at_moments(self, book: Playbook, moments: Sequence[datetime]) -> None:
        """Every lead at these moments by a playbook as it is; where no outcome is known, nobody has
        it.
        """
        training = self.training
        training.note_outcomes(self.asked.outcome)
        for moment in moments:
            base = self._base(moment, book)
            self._looks.append(
                (
                    moment,
                    training.add_moment(
                        base, book, moment, self.asked.horizon, again=self.asked.again, most=MOST
                    ),
                )
            )

    def look_again(self, text: str, scores: Sequence[str]) -> None:
        """The same leads and moments by another playbook."""
        book = scores_only(usable(text, "the tuned playbook", self.catalog)[0], scores)
        for moment, looked in self._looks:
            base = self._base(moment, book) if moment else self.everything
            self.training.repeat(base, book, looked, self.asked.horizon)

    def _moments(self, book: Playbook) -> tuple[str, str, tuple[datetime, ...]]:
        first, last = self.training.span()
        if first is None or last is None:
            raise CannotDo(
                "Nothing that leads did is known here, so nothing can be learnt from it. Import a"
                " log of activities."
            )
        since = self.asked.since or first
        found = periods(
            since, min(last, self.asked.until or self.now), self.asked.horizon, self.asked.moments
        )
        every = (*found.past, *found.later)
        for moment in every:
            base = self._base(moment, book)
            most = MOST // max(1, len(found.past if moment < found.split else found.later))
            self._looks.append(
                (
                    moment,
                    self.training.add_moment(
                        base, book, moment, self.asked.horizon, again=self.asked.again, most=most
                    ),
                )
            )
        if not any(looked.rows for _, looked in self._looks):
            said = (
                " Add --known now for what we know now about then; or import histories with"
                " --backfill."
            )
            hint = said if self.asked.known == "then" else ""
            raise CannotDo(
                f"No lead was known at any of {', '.join(f'{m:%Y-%m-%d}' for m in every)}.{hint}"
            )
        return f"as_of >= TIMESTAMP '{found.split:%Y-%m-%d}'", f"{found.split:%Y-%m-%d}", every

    def _entry(self, book: Playbook) -> tuple[str, str, tuple[datetime, ...]]:
        assert self.asked.entry is not None
        assert self.entries is not None
        training = self.training
        split = training.make_entry_pairs(
            self.asked.entry,
            self.asked.horizon,
            NEWEST,
            since=self.asked.since,
            until=self.asked.until or self.now,
            most=MOST,
        )
        if split is None:
            raise CannotDo(
                "No lead says when it came in (created_at) long enough ago for the horizon to be"
                " over. Leave --entry out, or name a shorter --horizon."
            )
        leads, activities, at_moments = self.entries(training.pairs)
        looked = training.add_entries(
            book,
            self.asked.horizon,
            leads=leads,
            activities=activities,
            at_moments=at_moments,
            again=self.asked.again,
        )
        self._looks.append((None, looked))
        return f"as_of >= TIMESTAMP '{split}'", f"{split:%Y-%m-%d}", ()

    def _flat(
        self, book: Playbook, won: str
    ) -> tuple[str, str, str, tuple[datetime, ...], tuple[str, ...]]:
        training = self.training
        moment = self.asked.until or self.now
        training.note_labels(won, moment)
        self._looks.append(
            (moment, training.add_moment(self.everything, book, moment, timedelta(minutes=1)))
        )
        self.asked = replace(self.asked, horizon=timedelta(minutes=1))
        by = f"by {self.asked.order}" if self.asked.order else "in the order of the table"
        later = training.newest_condition(won, NEWEST)
        return later, f"the newest {NEWEST:.0%} of the rows, {by}", str(self.asked.label), (), ()

    def _base(self, moment: datetime, book: Playbook) -> Base:
        base = self.everything if self.won is not None else self.then(moment)
        return base.with_checks(moment) if verifies(book) else base

    def _any(self, found: wiring.KnownOutcomes) -> None:
        if found.found:
            return
        if not self.asked.outcome:
            raise CannotDo("No outcome is named. Name the activity that counts, such as won.")
        kinds = sorted(self.everything.sources.catalog.kinds)
        wanted = " or ".join(self.asked.outcome)
        hint = did_you_mean(self.asked.outcome[0], kinds) or (
            f"Activities here are {', '.join(kinds[:12])}."
            if kinds
            else "There is no log of activities here."
        )
        raise CannotDo(
            f"No outcome {wanted!r} is known of any lead, so there is nothing to learn from. {hint}"
        )

    def _notes(self, found: wiring.KnownOutcomes) -> tuple[str, ...]:
        if self.asked.again or found.again * 2 <= found.found:
            return ()
        return (
            (
                f"{found.again:,} of {found.found:,} outcomes are of leads that had one before;"
                " --again keeps those leads in."
            ),
        )


@contextmanager
def rows_of(asked: Asked) -> Iterator[Rows]:
    """The base of a question, open."""
    if asked.leads is None:
        with _of_workspace(asked) as found:
            yield found
    else:
        yield _of_files(asked)


@contextmanager
def _of_workspace(asked: Asked) -> Iterator[Rows]:
    place = named(asked.workspace)
    now = wiring.now()
    with brought(place, "tune", now) as workspace:
        con, ledger = workspace.con, workspace.ledger
        everything = wiring.base_of_ledger(con, ledger, Everyone(now, "now"))
        catalog = everything.sources.catalog
        if asked.playbook is None:
            name, text = workspace.agreed()[:2]
        else:
            name, text, _ = playbook_named(asked.playbook, catalog)
        book = usable(text, name, catalog)[0]

        def then(moment: datetime) -> Base:
            return wiring.base_of_ledger(con, ledger, Everyone(moment, asked.known))

        def entries(pairs: str) -> tuple[Relation, Relation | None, bool]:
            return (*wiring.facts_at(ledger.holdings(), pairs, asked.known), True)

        yield Rows(con, asked, book, text, catalog, everything, then, entries)


def _of_files(asked: Asked) -> Rows:
    con = wiring.connect()
    staged = [_staged(con, asked.leads, "leads", asked.maps)]
    staged += [
        _staged(con, log, "activities", asked.maps, n) for n, log in enumerate(asked.activities)
    ]
    moment = asked.until or wiring.now()
    everything = wiring.base_of_files(con, staged, moment)
    won = None
    if asked.label is not None:
        everything, won = _labelled(asked, everything, staged[0])
    catalog = everything.sources.catalog
    name, text, _ = playbook_named(asked.playbook, catalog)
    book = usable(text, name, catalog)[0]

    def then(moment: datetime) -> Base:
        return wiring.base_of_files(con, staged, moment)

    def entries(pairs: str) -> tuple[Relation, Relation | None, bool]:
        return everything.sources.leads, everything.sources.activities, False

    return Rows(con, asked, book, text, catalog, everything, then, entries, won)


def _staged(
    con: wiring.Connection, source: Any, what: str, maps: Mapping[str, str], number: int = 0
) -> Any:
    name = str(source) if isinstance(source, str | Path) else what
    return wiring.stage(con, source, name=name, what=what, maps=maps, prefix=f"{what}{number}")


def _labelled(asked: Asked, base: DuckDBBase, staged: Any) -> tuple[DuckDBBase, str]:
    """The base without the label, which no rule may see, and a query of who has it."""
    said, _, value = str(asked.label).partition("=")
    column = _column(staged, said)
    place = _column(staged, asked.order) if asked.order else "row_no"
    training = wiring.training_rows(base)
    won = training.label_query(column, value.strip() or None, place, YES)
    catalog = base.sources.catalog
    catalog = replace(catalog, present=catalog.present - {column})
    return replace(base, sources=replace(base.sources, catalog=catalog)), won


def _column(staged: Any, header: str) -> str:
    for c in staged.mapping.columns:
        if c.name and key(header) in (key(c.header), key(c.name)):
            return str(c.name)
    headers = [c.header for c in staged.mapping.columns]
    raise CannotDo(
        f"The table has no column {header!r}."
        f" {did_you_mean(header, headers) or 'It has ' + ', '.join(headers[:12]) + '.'}"
    )


def tuned_names(book: Playbook, scores: Sequence[str]) -> set[str]:
    """The names whose values change with the points: the scores, and the signals they are."""
    return {
        *scores,
        *(s.signal for s in book.scores if isinstance(s, SignalScore) and s.name in scores),
    }


def moment_of(text: str | None) -> datetime | None:
    """A date as a user writes it."""
    return None if text is None else when(text)
