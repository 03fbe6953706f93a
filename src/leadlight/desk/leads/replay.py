"""`replay`: what every lead was in a stretch of time, who changed when, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk import wiring
from leadlight.desk.leads.qualifications import open_files
from leadlight.desk.moments import when
from leadlight.desk.playbooks import playbook_named, usable
from leadlight.desk.workspace.workspace import Place, Workspace, brought
from leadlight.facts.cohort import Known
from leadlight.plan.timeline import ReplayPeriod, ReplayTables
from leadlight.playbook.durations import seconds
from leadlight.playbook.spec import Playbook, Scale
from leadlight.problems import CannotDo, did_you_mean

if TYPE_CHECKING:
    from leadlight.adapters.replay.statistics import (
        Flow,
        LabelChange,
        LabelDuration,
        ReplayStep,
        Velocity,
    )

USUAL = timedelta(days=90)  # how far back it is looked when nobody says
MOST_STEPS = 100_000
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Replay:
    """A stretch of time, replayed: `found` names its relations in the connection, `books` who was
    asked (name, playbook).
    """

    con: wiring.Connection
    found: ReplayTables
    books: tuple[tuple[str, Playbook], ...]

    @property
    def ladders(self) -> dict[str, list[str]]:
        """Each scale's labels, the worst first, without those that stand aside; of the last
        playbook that has the scale.
        """
        out: dict[str, list[str]] = {}
        for _, book in self.books:
            out |= {
                s.name: [la.name for la in reversed(s.labels) if not la.aside] for s in book.scales
            }
        return out

    @property
    def labels(self) -> dict[str, list[str]]:
        """Each scale's labels, the best first."""
        scales: list[Scale] = [s for _, book in self.books for s in book.scales]
        return {s.name: [la.name for la in s.labels] for s in scales}

    @property
    def _statistics(self) -> wiring.ReplayStatistics:
        return wiring.replay_statistics(self.con)

    def steps(self, scale: str, every: int) -> list[ReplayStep]:
        """How many leads had each label, every so many seconds from the beginning, and at the
        end.
        """
        begin, end = self.found.since, self.found.until
        number = int((end - begin).total_seconds() // every)
        if number > MOST_STEPS:
            raise CannotDo(
                f"That are {number:,} steps. Take longer ones (--every 1d), or a shorter period."
            )
        moments = [begin + timedelta(seconds=every * n) for n in range(number + 1)]
        return self._statistics.steps(scale, moments if moments[-1] == end else [*moments, end])

    def flows(self) -> list[Flow]:
        """Who went where, and by what."""
        return self._statistics.flows()

    def changes(
        self, scale: str | None, before: str | None, after: str | None, most: int
    ) -> tuple[list[LabelChange], int]:
        """The changes from one label to another, the newest first, and how many there are."""
        return self._statistics.changes(scale, before, after, most)

    def durations(self) -> list[LabelDuration]:
        """For how long labels were kept."""
        return self._statistics.durations(self.found.since)

    def velocity(self, scale: str) -> list[Velocity]:
        """How fast leads climbed a scale."""
        return self._statistics.velocity(scale, self.ladders.get(scale, []), self.found.since)

    def write(self, relation: str, target: str | Path) -> int:
        """The transitions, or the states, as a CSV, TSV, XLSX, Parquet or JSON file; how many
        rows.
        """
        return self._statistics.write(relation, Path(target))

    def scale(self, wanted: str | None) -> str:
        """The scale that is asked for; raises `CannotDo` for one that no playbook of the period
        has.
        """
        names = [*self.found.scales, "department"]
        if wanted is None:
            return "temperature" if "temperature" in names else names[0]
        if wanted not in names:
            raise CannotDo(
                f"There is no scale {wanted!r}."
                f" {did_you_mean(wanted, names) or 'There are ' + ', '.join(names)}"
            )
        return wanted


@contextmanager
def replay(
    place: Place | Path,
    *,
    since: str | datetime | None = None,
    until: str | datetime | None = None,
    playbook: str | None = None,
    known: Known = "then",
    tell: Tell | None = None,
) -> Iterator[Replay]:
    """Replay a workspace by the versions that were in force then, or by the playbook named. Nothing
    is stored.
    """
    with brought(place, "replay", wiring.now()) as workspace:
        begin, end = _span(since, until)
        books = _books(workspace, playbook, begin, end)
        found = wiring.replay(
            workspace.con, workspace.ledger, [p for _, p in books], known=known, tell=tell
        )
        if not found.leads:
            _nobody(workspace, known, begin, end)
        yield Replay(workspace.con, found, tuple((name, p.book) for name, p in books))


def replay_files(
    leads: Path,
    activities: Sequence[Path],
    *,
    since: str | datetime | None = None,
    until: str | datetime | None = None,
    playbook: str | None = None,
    tell: Tell | None = None,
) -> Replay:
    """Replay files: a lead is there from the day it was created, with the attributes that the file
    has now.
    """
    begin, end = _span(since, until)
    found = open_files(leads, activities, playbook=playbook, as_of=end, verify=False)
    replayed = wiring.replay_of_files(
        found.base, [ReplayPeriod(begin, end, found.playbook)], tell=tell
    )
    if not replayed.leads:
        raise CannotDo(f"There was no lead between {begin:%Y-%m-%d} and {end:%Y-%m-%d}.")
    return Replay(found.base.con, replayed, ((found.playbook.name, found.playbook),))


def every(text: str) -> int:
    """The seconds of a step. Raises `CannotDo` for what is no duration."""
    found = seconds(text)
    if found is None or found < 60:
        raise CannotDo(
            f"--every takes a duration of a minute and more, such as 1h, 1d or 1w, not {text!r}."
        )
    return found


def _span(since: str | datetime | None, until: str | datetime | None) -> tuple[datetime, datetime]:
    now = wiring.now()
    end = now if until is None else when(until)
    begin = when(since) if since is not None else end - USUAL
    if end > now:
        raise CannotDo(
            f"{end:%Y-%m-%d %H:%M} has not come yet: a replay looks back. `leadlight explain` looks"
            " ahead."
        )
    if begin >= end:
        raise CannotDo(
            f"Nothing lies between {begin:%Y-%m-%d %H:%M} and {end:%Y-%m-%d %H:%M}: --from must be"
            " before --to."
        )
    minute = timedelta(seconds=begin.second, microseconds=begin.microsecond)
    return begin - minute, end


def _books(
    workspace: Workspace, playbook: str | None, since: datetime, until: datetime
) -> list[tuple[str, ReplayPeriod]]:
    catalog = workspace.ledger.catalog()
    if playbook is not None:
        name, text, _ = playbook_named(playbook, catalog)
        book = usable(text, name, catalog)[0]
        return [(book.name, ReplayPeriod(since, until, book))]
    return [
        (
            p.agreed.standing,
            ReplayPeriod(p.since, p.until, usable(p.agreed.text, p.agreed.name, catalog)[0]),
        )
        for p in workspace.agreed_between(since, until)
    ]


def _nobody(workspace: Workspace, known: Known, since: datetime, until: datetime) -> None:
    imports = workspace.ledger.imports()
    if not imports:
        raise CannotDo(
            "There is no lead in this workspace yet. Begin with `leadlight import leads.csv`."
        )
    first = imports[-1].recorded_at
    if known == "then" and until < first:
        raise CannotDo(
            f"Nothing was known until {until:%Y-%m-%d %H:%M}: the first import was on"
            f" {first:%Y-%m-%d %H:%M}. Add --known now for what we know now about then; or import"
            " histories with --backfill."
        )
    raise CannotDo(f"There was no lead between {since:%Y-%m-%d} and {until:%Y-%m-%d}.")
