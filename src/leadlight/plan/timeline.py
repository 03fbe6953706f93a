"""Where a base can change between two moments, and what becomes of it: windows that close,
transitions, spells.

A qualification is constant in time but for moments that are known beforehand (decision 8).  Here is
what a playbook says of them, and how looks at a lead become its transitions;
`adapters/replay/rounds.py` does the looking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from leadlight.facts.cohort import Known
from leadlight.plan.asof.query_text import quote
from leadlight.plan.dialects import dialect
from leadlight.plan.once import make_once
from leadlight.plan.sources import Sources
from leadlight.plan.steps.atoms import Atom, Atoms, atoms_of
from leadlight.plan.steps.lowering import Lowering
from leadlight.plan.steps.next_change import clock_atoms
from leadlight.plan.terms import among, col, every, some
from leadlight.playbook.spec import Playbook
from leadlight.playbook.types import KIND_OF

STATES, TRANSITIONS, SPELLS = "replay_states", "replay_transitions", "replay_spells"
FOREVER = (
    10_000_000_000  # seconds: longer than any window, and still a moment when it is added to one
)
DEPARTMENT = "department"
MOST_LOOKS = 4_000_000  # of all leads day by day, where they are compared with each other


@dataclass(frozen=True)
class ReplayPeriod:
    """A playbook and the time in which it is asked: from `since` up to `until`."""

    since: datetime
    until: datetime
    book: Playbook


@dataclass(frozen=True)
class ReplayTables:
    """A replay: its relations by name, and how much was looked at.

    `replay_states` has a row for each moment at which a lead was looked at: lead_id, as_of, the
    scores, a label for each scale, department, changes_in (seconds) and cause.
    `replay_transitions` has lead_id, scale, before, after, at, cause (facts, clock, rules, undo,
    others), what; `replay_spells` lead_id, scale, label, since, until (NULL: still).
    """

    since: datetime
    until: datetime
    known: Known
    scales: tuple[str, ...]
    scores: tuple[str, ...]
    leads: int
    looks: int
    rounds: int
    moves: int
    states: str = STATES
    transitions: str = TRANSITIONS
    spells: str = SPELLS
    doubts: tuple[str, ...] = ()  # what was not looked at to the minute, in sentences


@dataclass(frozen=True)
class Reach:
    """How long an activity matters to a playbook, as texts over the log's columns.

    `spans` is a list of seconds, a window each of the rules, NULL where a rule does not mean the
    activity; `comes` likewise of the ages from which on a rule means it, and `ages` of those at
    which a rule about its own age may turn; `kinds` the kinds that matter as the log writes them,
    none when all do.
    """

    kinds: tuple[str, ...]
    spans: str
    comes: str
    ages: str
    bounded: bool  # False: nothing tells when the clock changes a label


#: Seconds, and the conditions on an activity to which they belong.
Spans = dict[int, list[exp.Expr]]


def reach(book: Playbook, sources: Sources, engine: str = "duckdb") -> Reach:
    """What the rules of a playbook say of the time in which an activity matters."""
    depends_on = ("reach", book.fingerprint, engine, *sources.shape())
    return make_once(depends_on, lambda: _reach(book, sources, engine))


def _reach(book: Playbook, sources: Sources, engine: str) -> Reach:
    atoms = atoms_of(book)
    watch = clock_atoms(atoms)
    windows: Spans = {}
    comes: Spans = {}
    for atom in atoms.all:
        windows.setdefault(atom.match.within or FOREVER, []).append(_holds(atom, sources, engine))
        if atom.match.before is not None:
            comes.setdefault(atom.match.before, []).append(_holds(atom, sources, engine))
    return Reach(
        _kinds(atoms, sources),
        _spans(windows, engine),
        _spans(comes, engine),
        _spans(_ages(watch.atoms.all[len(atoms.all) :], sources), engine),
        not watch.unbounded,
    )


def _kinds(atoms: Atoms, sources: Sources) -> tuple[str, ...]:
    """The kinds that some rule means, as the log writes them; none when a rule means all."""
    if any(not a.match.kinds for a in atoms.all):
        return ()
    return sources.kinds(tuple(dict.fromkeys(k for a in atoms.all for k in a.match.kinds)))


def _ages(atoms: Sequence[Atom], sources: Sources) -> Spans:
    """At which age a rule about an activity's own age may turn, and of which kinds it is."""
    kinds = {a.match.within - 1: a.match.kinds for a in atoms if a.match.within is not None}
    return {
        age: [_of(sources.kinds(names)) if names else exp.true()] for age, names in kinds.items()
    }


def _holds(atom: Atom, sources: Sources, engine: str) -> exp.Expr:
    """Whether a rule means an activity at some age or other."""
    speak = dialect(engine)
    types = {a.name: KIND_OF[a.type] for a in sources.catalog.activity.values()}
    lower = Lowering(speak, speak.moment(datetime(1970, 1, 1)), types)
    conditions: list[exp.Expr] = []
    if atom.match.kinds:
        conditions.append(_of(sources.kinds(atom.match.kinds)))
    if atom.match.when is not None and "days_since" not in atom.match.when.text.lower():
        conditions.append(lower(atom.match.when))
    return every(conditions)


def _of(kinds: Sequence[str]) -> exp.Expr:
    return among(col("kind"), [exp.Literal.string(k) for k in kinds])


def _spans(windows: Spans, engine: str) -> str:
    arms = [
        f"CASE WHEN {some(conditions).sql(dialect=engine, identify=True)} THEN {seconds} END"
        for seconds, conditions in sorted(windows.items())
    ]
    return f"[{', '.join(arms)}]" if arms else "CAST([NULL] AS BIGINT[])"


def transitions(changed: str, scales: Iterable[str], begin: datetime) -> str:
    """The moments at which a label of a scale differs from that of the lead's look before, each
    with the look's cause.

    `changed` has _lead, as_of, _cause, _what and a column for each scale: every look at which
    something changed, and each lead's first.
    """
    parts = [
        f"SELECT _lead AS lead, '{_escape(s)}' AS scale, lag({quote(s)}) OVER w AS before,"
        f" {quote(s)} AS after, as_of, _cause AS cause, _what AS what FROM {changed} WINDOW w AS"
        " (PARTITION BY _lead ORDER BY as_of)"
        for s in scales
    ]
    return (
        'SELECT lead, scale, before, after, as_of AS "at", cause, what FROM ('
        + " UNION ALL ".join(parts)
        + ") "
        f"WHERE before IS DISTINCT FROM after AND as_of > TIMESTAMP '{begin.isoformat(sep=' ')}'"
    )


def spells(changed: str, scales: Iterable[str], moves: str, begin: datetime) -> str:
    """For how long each label held: what a lead had when the period began, then what its
    transitions brought.
    """
    at = f"TIMESTAMP '{begin.isoformat(sep=' ')}'"
    first = [
        f"SELECT _lead AS lead, '{_escape(s)}' AS scale, {quote(s)} AS label, as_of AS \"at\" FROM"
        f" {changed}"
        f" WHERE as_of = {at}"
        for s in scales
    ]
    told = " UNION ALL ".join([*first, f'SELECT lead, scale, after AS label, "at" FROM {moves}'])
    return (
        'SELECT lead, scale, label, since, until FROM (SELECT lead, scale, label, "at" AS since,'
        f' lead("at") OVER (PARTITION BY lead, scale ORDER BY "at") AS until FROM ({told})) WHERE'
        " label IS NOT NULL"
    )


def _escape(name: str) -> str:
    return name.replace("'", "''")
