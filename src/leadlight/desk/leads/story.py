"""One lead's story for `explain`: its labels replayed, its silences, what sales gave back, and
where its score is going.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from leadlight.desk.playbooks import usable
from leadlight.desk.wiring import replays
from leadlight.facts.catalog import standard_kind
from leadlight.facts.cohort import Known
from leadlight.plan.columns import AGE, slot_atom
from leadlight.plan.steps.atoms import Atoms
from leadlight.plan.timeline import ReplayPeriod
from leadlight.playbook.spec import Playbook
from leadlight.results.explanation import ScoreLedger
from leadlight.results.story import (
    BACK,
    Recycling,
    Spell,
    Story,
    Trend,
    ends_silence,
    score_of,
    story,
    trend,
)

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base, OneLead
    from leadlight.desk.workspace.workspace import Workspace

LONG = timedelta(days=731)  # a story begins at most so long ago

#: Looks at all leads that a story is worth, where they are compared with each other.
MOST_LOOKS = 200_000
LEAST = timedelta(days=7)  # a shorter story is none

#: The base that has a lead, its id, a moment and how far back -> the playbook's scales replayed up
#: to it: the spells of its labels.
LeadPast: TypeAlias = "Callable[[Base, str, datetime, timedelta], list[Spell]]"


def past_of_workspace(workspace: Workspace, book: Playbook, named: bool, known: Known) -> LeadPast:
    """The past as it was judged then: each stretch by the version in force, or all of it by a
    playbook that was named.
    """

    def past(base: Base, lead_id: str, as_of: datetime, back: timedelta) -> list[Spell]:
        since = as_of - back
        periods = (
            [ReplayPeriod(since, as_of, book)] if named else _versions(workspace, since, as_of)
        )
        if not book.ranks:
            periods = _without_ranks(periods)
        if not periods:
            return []
        only = None if book.ranks else lead_id
        replays.replay(
            base.con, workspace.ledger, periods, known=known, lead=only, tables=base.tables
        )
        return replays.replay_statistics(base.con).spells(lead_id)

    return past


def past_of_files(book: Playbook) -> LeadPast:
    """The past by what the files hold now."""

    def past(base: Base, lead_id: str, as_of: datetime, back: timedelta) -> list[Spell]:
        period = ReplayPeriod(as_of - back, as_of, book)
        replays.replay_of_files(base, [period], lead=None if book.ranks else lead_id)
        return replays.replay_statistics(base.con).spells(lead_id)

    return past


def how_far_back(book: Playbook, leads: int) -> timedelta | None:
    """How far back a lead's story begins; None where it is not told. A playbook that compares
    leads has all of them looked at on each day of it.
    """
    if not book.ranks:
        return LONG
    back = min(LONG, timedelta(days=MOST_LOOKS // max(1, leads)))
    return back if back >= LEAST else None


def _without_ranks(periods: Sequence[ReplayPeriod]) -> list[ReplayPeriod]:
    """The last periods, as far as their playbooks compare no leads: the others' past would be
    needed for more.
    """
    last = max((n for n, p in enumerate(periods) if p.book.ranks), default=-1)
    return list(periods[last + 1 :])


@dataclass(frozen=True)
class Before:
    """A lead as it was a while before the story's end: its plan's `row` of then, with the facts as
    they stand now; None where leads are compared with each other, and only the replay can say.
    """

    one: OneLead
    row: Mapping[str, Any] | None

    def score(self, name: str, at: datetime) -> float | None:
        """A score of the lead at that moment."""
        if self.row is None:
            found = replays.replay_statistics(self.one.con)
            return found.score_at(self.one.lead_id, name, at)
        value = self.row.get(name)
        return None if value is None else float(value)


def tell(
    before: Before,
    book: Playbook,
    atoms: Atoms,
    scores: Sequence[ScoreLedger],
    rows: Sequence[Mapping[str, Any]],
    slots: int,
    spells: Sequence[Spell],
    as_of: datetime,
) -> Story:
    """The story of one lead, from its spells and its activities that some rule looks at
    (`rows`).
    """
    since = min((s.since for s in spells), default=as_of)
    at = [(as_of - timedelta(microseconds=int(r[AGE])), r) for r in rows]
    numbers = _ends_of_silence(book, atoms)
    acted = [when for when, r in at if any(r[slot_atom(n)] in numbers for n in range(1, slots + 1))]
    back = [
        Recycling(when, r.get("result"))
        for when, r in at
        if standard_kind(str(r["kind"])) == "recycled"
    ]
    return story(
        book, spells, acted, back, _trend(before, book, scores, since, as_of), since, as_of
    )


def _ends_of_silence(book: Playbook, atoms: Atoms) -> set[int | None]:
    """The numbers of the rules that say whether a lead sleeps: what they mean ends a silence."""
    signal = ends_silence(book)
    if signal is None:
        return set()
    return {atoms.of_signal.get(signal.name), atoms.of_silence.get(signal.name)} - {None}


def _trend(
    before: Before, book: Playbook, scores: Sequence[ScoreLedger], since: datetime, as_of: datetime
) -> Trend:
    name = score_of(book)
    ledger = next((s for s in scores if s.name == name), None)
    if name is None or ledger is None or as_of - since < BACK:
        return trend(book, name, None, None, 0, as_of - since)
    facts = sum(len(rule.given) or 1 for rule in ledger.rules)
    now = float(ledger.score) if ledger.answer is None else ledger.answer
    then = before.score(name, as_of - BACK)
    return trend(book, name, then, now, facts, as_of - since)


def _versions(workspace: Workspace, since: datetime, as_of: datetime) -> list[ReplayPeriod]:
    catalog = workspace.ledger.catalog()
    periods = workspace.agreed_playbooks(since, as_of)
    return [
        ReplayPeriod(p.since, p.until, usable(p.agreed.text, p.agreed.name, catalog)[0])
        for p in periods
    ]
