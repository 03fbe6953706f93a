"""The steps on activities: which atoms each belongs to and how much age has faded it; then one row
a lead and atom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from leadlight.facts.catalog import Type
from leadlight.facts.cohort import Cohort, Everyone, Moments, Some
from leadlight.plan.columns import (
    AGE,
    ATOM,
    HITS,
    OLDEST,
    WEIGHT,
    WEIGHT_SUM,
    YOUNGEST,
    age_factor,
    slot_atom,
)
from leadlight.plan.dialects import SqlDialect
from leadlight.plan.sources import Sources, relation
from leadlight.plan.steps.atoms import FACTOR, Atom, Atoms, slots
from leadlight.plan.steps.lowering import Lowering, absent
from leadlight.plan.steps.numbers import Numbers, of_columns
from leadlight.plan.terms import (
    Tree,
    add,
    alias,
    all_rows,
    among,
    call,
    case,
    cast,
    col,
    divide,
    every,
    everything,
    greatest,
    is_known,
    minus,
    null,
    num,
    select,
    some,
    subquery,
    times,
)
from leadlight.playbook.spec import DaysSince, Measure, Playbook, Sleeping, Woken
from leadlight.playbook.types import KIND_OF

#: Micro-seconds in a second: ages are whole micro-seconds, so that a window's edge is exact.
US = 1_000_000
DECIMALS = 10_000  # a summed value keeps four decimals
HIGHEST = 90_000_000_000  # the largest value that is summed: ten thousand of them fit into 64 bits
DEAD = 64  # after so many half-lives not a billionth is left


@dataclass(frozen=True)
class PlanStep:
    """A named step of the plan: a common table expression."""

    name: str
    query: exp.Query


@dataclass(frozen=True)
class ActivitySteps:
    """Builds the steps that read activities."""

    book: Playbook
    sources: Sources
    cohort: Cohort
    dialect: SqlDialect
    atoms: Atoms
    oldest: bool = False  # also say how old the oldest activity of each atom is

    @property
    def keys(self) -> tuple[str, ...]:
        """What a qualification is of: the lead, and the moment where the cohort has many."""
        return ("lead_id", "as_of") if isinstance(self.cohort, Moments) else ("lead_id",)

    @property
    def needs_ages(self) -> bool:
        asked = DaysSince | Sleeping | Woken
        return any(
            isinstance(s, asked) and s.name in self.atoms.of_signal for s in self.book.signals
        )

    @property
    def needs_oldest(self) -> bool:
        """Whether it is asked how old the oldest activity of an atom is."""
        return self.oldest or bool(self.atoms.of_silence)

    @property
    def measures(self) -> list[Measure]:
        return [
            s
            for s in self.book.signals
            if isinstance(s, Measure) and s.name in self.atoms.of_signal
        ]

    def steps(self) -> list[PlanStep]:
        """activity: its numbers and factors; hit: one row for each; rule: one row a lead and
        atom.
        """
        return [
            PlanStep("activity", self.activity()),
            PlanStep("hit", self.hits()),
            PlanStep("rule", self.rules()),
        ]

    def columns(self, atoms: Sequence[Atom] | None = None) -> list[str]:
        """The activity columns that some condition, measure or once-per rule (of these atoms)
        reads.
        """
        used: set[str] = set()
        for atom in self.atoms.all if atoms is None else atoms:
            used |= atom.match.when.names if atom.match.when else set()
            used |= {atom.match.once_per} - {"day"} if atom.match.once_per else set()
        used |= {m.column for m in self.measures}
        return [
            c for c in self.sources.catalog.activity if c in used and c not in ("lead_id", "kind")
        ]

    def carried_columns(self) -> list[str]:
        """The columns still needed once an activity has its numbers."""
        once = {a.match.once_per for a in self.atoms.all if a.match.once_per} - {"day"}
        return [c for c in self.columns() if c in once or any(m.column == c for m in self.measures)]

    def scans(self, columns: Sequence[str], split: bool = True) -> list[exp.Select]:
        """The reads of the log: the recent past with every column, the far past only for the kinds
        with long windows.
        """
        split = split and not self.sources.at_moments  # pairs are met with their facts once
        recent, long_kinds, longest = self.windows() if split else (None, (), self.longest())
        every_kind = self.kinds(self.atoms.all)
        if recent is None:
            return [self.scan(columns, None, longest, every_kind)]
        far = self.columns(
            [a for a in self.atoms.all if a.match.within is None or a.match.within > recent]
        )
        return [
            self.scan(columns, None, recent, every_kind),
            self.scan(columns, recent, longest, long_kinds, read=frozenset(far)),
        ]

    def scan(
        self,
        columns: Sequence[str],
        after: int | None,
        within: int | None,
        kinds: Sequence[str],
        read: frozenset[str] | None = None,
    ) -> exp.Select:
        """A read of the log between two ages. Columns that are not in `read` are left unread: no
        rule asks for them.
        """
        at, as_of = col("occurred_at", "a"), self._scan_moment()
        age = minus(self.dialect.epoch_us(as_of), self.dialect.epoch_us(at.copy()))
        picked: list[Tree] = [alias(col("lead_id", "a"), "lead_id")]
        if isinstance(self.cohort, Moments):
            picked.append(alias(self._scan_moment(), "as_of"))
        picked += [alias(col("kind", "a"), "kind"), alias(age, AGE)]
        picked += [alias(self._log_column(c, read), c) for c in columns]
        assert self.sources.activities is not None
        log = relation(self.sources.activities, self.dialect.name, "a")
        query = self._of_cohort(select(picked, log))
        latest = as_of.copy() if after is None else self._before(as_of, after)
        query = query.where(exp.LTE(this=at.copy(), expression=latest))
        if within is not None:
            query = query.where(exp.GT(this=at.copy(), expression=self._before(as_of, within)))
        if kinds:
            query = query.where(among(col("kind", "a"), [exp.Literal.string(k) for k in kinds]))
        return query

    def _scan_moment(self) -> Tree:
        """The moment from which a read of the log looks back."""
        if not isinstance(self.cohort, Moments):
            return self.as_of()
        return col("as_of", "a" if self.sources.at_moments else "c")

    def _log_column(self, name: str, read: frozenset[str] | None) -> Tree:
        """A column of the log as its type; unknown where the log lacks it or nobody reads it."""
        attribute = self.sources.catalog.activity[name]
        present = self.sources.catalog.activity_present
        if (present and name not in present) or (read is not None and name not in read):
            return absent(KIND_OF[attribute.type])
        return self.dialect.read(col(name, "a"), attribute.type)

    def _of_cohort(self, query: exp.Select) -> exp.Select:
        """The read for the cohort's leads only."""
        if isinstance(self.cohort, Moments) and not self.sources.at_moments:
            return query.join(
                relation(self.cohort.pairs, self.dialect.name, "c"),
                on=exp.EQ(this=col("lead_id", "a"), expression=col("lead_id", "c")),
            )
        if isinstance(self.cohort, Some):
            return query.where(is_one_of(col("lead_id", "a"), self.cohort.leads))
        return query

    def as_of(self) -> Tree:
        """The one place where time enters: the cohort's moment."""
        assert isinstance(self.cohort, Everyone | Some)
        return self.dialect.moment(self.cohort.as_of)

    def _before(self, as_of: Tree, seconds: int) -> Tree:
        return exp.Sub(
            this=as_of.copy(),
            expression=exp.Interval(this=exp.Literal.string(str(seconds)), unit=exp.var("SECOND")),
        )

    def windows(self) -> tuple[int | None, Sequence[str], int | None]:
        """Where to part recent from far past: far back, at most a quarter of the kinds should still
        matter.
        """
        kinds = self._windows_of_kinds() if all(a.match.kinds for a in self.atoms.all) else {}
        for cut in sorted(w for w in set(kinds.values()) if w is not None):
            far = _longer_than(cut, kinds)
            if len(far) <= len(kinds) / 4:
                return (cut if far else None), self.sources.kinds(far), self.longest()
        return None, (), self.longest()

    def _windows_of_kinds(self) -> dict[str, int | None]:
        """The longest window of each kind in seconds; None: some atom looks back for ever."""
        kinds: dict[str, int | None] = {}
        for atom in self.atoms.all:
            for kind in atom.match.kinds:
                longest = kinds.get(kind, 0)
                endless = longest is None or atom.match.within is None
                kinds[kind] = None if endless else max(longest or 0, atom.match.within or 0)
        return kinds

    def longest(self) -> int | None:
        """The longest window in seconds, or None when some atom looks back for ever."""
        found = [a.match.within for a in self.atoms.all]
        return (
            None
            if any(w is None for w in found)
            else max((w for w in found if w is not None), default=None)
        )

    def kinds(self, atoms: Iterable[Atom]) -> tuple[str, ...]:
        """The kinds that matter, as the log writes them; none when every kind does."""
        atoms = list(atoms)
        if any(not a.match.kinds for a in atoms):
            return ()
        return self.sources.kinds(tuple(dict.fromkeys(k for a in atoms for k in a.match.kinds)))

    def age_condition(self) -> Tree:
        """Whether some rule can mean an activity at the cohort's moment, by its kind and age."""
        every_kind = all(a.match.kinds for a in self.atoms.all)
        kinds = self._windows_of_kinds() if every_kind else {}
        by_window: dict[int | None, list[Tree]] = {} if every_kind else {self.longest(): []}
        for kind, window in kinds.items():
            written = [exp.Literal.string(k) for k in self.sources.kinds((kind,))]
            by_window.setdefault(window, []).extend(written)
        return some([every(self._younger(w, its)) for w, its in by_window.items()])

    def _younger(self, window: int | None, kinds: Sequence[Tree]) -> list[Tree]:
        """What an activity of these kinds (none: of any) is when it lies in a window."""
        asked = [among(col("kind"), kinds)] if kinds else []
        if window is not None:
            begin = self._before(self.as_of(), window)
            asked.append(exp.GT(this=col("occurred_at"), expression=begin))
        return asked

    def activity(self) -> exp.Query:
        """Each activity of a kind and an age that matter, with its slots' atom numbers and its age
        factors.

        Those that no atom means are left out by the steps that read it. Were they left out here,
        DuckDB would number every activity twice: to choose, and to tell.
        """
        source = subquery(all_rows(self.scans(self.columns())), "log")
        kept = [*self.keys, AGE, *self.carried_columns()]
        numbered = select([col(k) for k in kept], source)
        numbers = [slot_atom(n) for n in range(1, len(slots(self.atoms.all)) + 1)]
        add(numbered, self.slot_columns())
        outer = select(
            [col(c) for c in (*kept, *numbers)],
            subquery(self.dialect.compute_once(numbered), "numbered"),
        )
        add(outer, self.factor_columns())
        return outer

    def slot_columns(self) -> list[Tree]:
        """The number of each slot's atom for an activity."""
        found = enumerate(slots(self.atoms.all), 1)
        return [alias(self.slot(slot), slot_atom(n)) for n, slot in found]

    def factor_columns(self) -> list[Tree]:
        """What age has left of an activity, by each half-life."""
        lives = enumerate(self.atoms.half_lives, 1)
        return [alias(self.factor(life), age_factor(n)) for n, life in lives if life is not None]

    def factor(self, half_life: int) -> Tree:
        """2^(-age / half-life) in billionths, rounded half up: an integer, so that sums do not
        depend on order.
        """
        halvings = divide(exp.Neg(this=col(AGE)), num(half_life * US))
        longest = (
            self.longest()
        )  # of any rule: the factor is worked out for every activity that is read
        if longest is None or longest > DEAD * half_life:
            # Nothing is left long before; and PostgreSQL calls a power too small for a number a
            # fault.
            halvings = greatest(halvings, cast(num(-DEAD), "double"))
        power = call("pow", cast(num(2), "double"), halvings)
        scaled = exp.Add(
            this=times(power, cast(num(FACTOR), "double")), expression=exp.Literal.number("0.5")
        )
        return cast(exp.Floor(this=scaled), "int")

    def slot(self, slot: Sequence[Atom]) -> Tree:
        """The number of the slot's atom that holds for an activity, or nothing."""
        lower = self._lowering()
        by_kind: dict[str, list[Atom]] = {}
        for atom in slot:
            for kind in self.sources.kinds(atom.match.kinds):
                by_kind.setdefault(kind, []).append(atom)
        any_kind = [atom for atom in slot if not atom.match.kinds]
        rest = _first_number(any_kind, lower) if any_kind else None
        number = rest if rest is not None else null()
        if by_kind:
            branches = (
                (exp.Literal.string(kind), _first_number([*atoms, *any_kind], lower))
                for kind, atoms in by_kind.items()
            )
            number = case(branches, rest, subject=col("kind"))
        return cast(number, "tinyint" if len(self.atoms.all) < 127 else "smallint")

    def _lowering(self) -> Lowering:
        """What lowers conditions on activities."""
        moment = col("as_of") if isinstance(self.cohort, Moments) else self.as_of()
        columns = self.sources.catalog.activity.values()
        types = {a.name: KIND_OF[a.type] for a in columns}
        return Lowering(self.dialect, moment, types, numbers=Numbers(of_columns(columns)))

    def hits(self) -> exp.Query:
        """One row for each activity and atom it belongs to."""
        latest = any(m.how == "latest" for m in self.measures)
        carried = sorted({m.column for m in self.measures})
        if self.needs_ages or self.needs_oldest or latest:
            carried = [AGE, *carried]
        found = enumerate(slots(self.atoms.all), 1)
        return all_rows([self._hits_of_slot(n, slot, carried) for n, slot in found])

    def _hits_of_slot(self, n: int, slot: Sequence[Atom], carried: Sequence[str]) -> exp.Select:
        """The rows of one slot; of what counts once for an occasion a row an occasion."""
        number = col(slot_atom(n))
        weight = self._weight(slot, number)
        query = select([*[col(k) for k in self.keys], alias(number, ATOM)], "activity")
        query.where(is_known(number.copy()), copy=False)
        once = slot[0].match.once_per
        if once is None:
            add(query, [alias(weight, WEIGHT), *[col(c) for c in carried]])
            return query
        # The newest of each counts: factors fall with age, so the largest factor is the newest's.
        same = self._day() if once == "day" else col(once)
        add(query, [alias(exp.Max(this=weight), WEIGHT)])
        add(query, [alias(self._of_occasion(c), c) for c in carried])
        query.group_by(*[col(k) for k in self.keys], number.copy(), same, copy=False)
        return query

    def _of_occasion(self, column: str) -> Tree:
        """What an occasion has in a column: the least age, the largest of other values."""
        return exp.Min(this=col(column)) if column == AGE else self.most(col(column), column)

    def _day(self) -> Tree:
        as_of: Tree = col("as_of") if isinstance(self.cohort, Moments) else self.as_of()
        at = exp.Paren(this=minus(self.dialect.epoch_us(as_of), col(AGE)))
        return self.dialect.quotient(at, num(86_400 * US))

    def _weight(self, slot: Sequence[Atom], number: Tree) -> Tree:
        lives = self.atoms.half_lives
        places = {a.number: lives.index(a.half_life) + 1 for a in slot}
        whole = cast(num(FACTOR), "int")

        def of(place: int) -> Tree:
            return whole.copy() if lives[place - 1] is None else col(f"_w{place}")

        distinct = sorted(set(places.values()))
        if len(distinct) == 1:
            return of(distinct[0])
        branches = [
            (among(number.copy(), [num(n) for n, p in places.items() if p == place]), of(place))
            for place in distinct[1:]
        ]
        return case(branches, of(distinct[0]))

    def rules(self) -> exp.Query:
        """One row a lead and atom: the sum of the age factors, how many, the youngest age, what is
        measured.
        """
        query = select([*[col(k) for k in self.keys], col(ATOM)], "hit")
        total = cast(exp.Sum(this=col(WEIGHT)), "bigint")
        add(query, [alias(total, WEIGHT_SUM), alias(exp.Count(this=everything()), HITS)])
        if self.needs_ages:
            add(query, [alias(exp.Min(this=col(AGE)), YOUNGEST)])
        if self.needs_oldest:
            add(query, [alias(exp.Max(this=col(AGE)), OLDEST)])
        for m in self.measures:
            mine = exp.EQ(this=col(ATOM), expression=num(self.atoms.of_signal[m.name]))
            add(query, [alias(self._measured_value(m, case([(mine, col(m.column))])), m.name)])
        return query.group_by(*[col(k) for k in self.keys], col(ATOM), copy=False)

    def most(self, value: Tree, column: str) -> Tree:
        """Aggregate: the largest value of an activity's column; of yes and no, which not every
        engine orders, yes.
        """
        yes_no = self.sources.catalog.activity[column].type is Type.YES_NO
        return exp.LogicalOr(this=value) if yes_no else exp.Max(this=value)

    def _measured_value(self, m: Measure, value: Tree) -> Tree:
        if m.how == "largest":
            return self.most(value, m.column)
        if m.how == "smallest":
            return exp.Min(this=value)
        if m.how == "sum":
            # Whole ten-thousandths, so that the sum does not depend on the order of rows. A value
            # beyond ninety billion is no amount of anything: it counts as that, and the sum still
            # fits.
            value = cast(value, "double")
            high, low = cast(num(HIGHEST), "double"), cast(num(-HIGHEST), "double")
            kept = case(
                [
                    (exp.GT(this=value, expression=high), high.copy()),
                    (exp.LT(this=value.copy(), expression=low), low.copy()),
                ],
                value.copy(),
            )
            scaled = exp.Add(this=times(kept, num(DECIMALS)), expression=exp.Literal.number("0.5"))
            return cast(exp.Sum(this=cast(exp.Floor(this=scaled), "bigint")), "bigint")
        return self.dialect.latest(value, exp.Neg(this=col(AGE)))


def is_one_of(lead_id: Tree, table: str) -> Tree:
    """The lead is in a table of lead ids."""
    return exp.In(this=lead_id, query=exp.Subquery(this=select([col("lead_id")], table)))


def _longer_than(cut: int, windows: Mapping[str, int | None]) -> tuple[str, ...]:
    """The kinds that matter longer than so many seconds."""
    return tuple(kind for kind, w in windows.items() if w is None or w > cut)


def _first_number(atoms: Sequence[Atom], lower: Lowering) -> Tree:
    """The number of the first of some atoms that holds for an activity of their kind."""
    if not _demands(atoms[0], lower):
        return num(atoms[0].number)
    return case((every(_demands(a, lower)), num(a.number)) for a in atoms)


def _demands(atom: Atom, lower: Lowering) -> list[Tree]:
    """What an atom asks of an activity of its kind."""
    out: list[Tree] = []
    if atom.match.within is not None:
        out.append(exp.LT(this=col(AGE), expression=num(atom.match.within * US)))
    if atom.match.before is not None:
        out.append(exp.GTE(this=col(AGE), expression=num(atom.match.before * US)))
    if atom.match.when is not None:
        out.append(lower(atom.match.when))
    return out
