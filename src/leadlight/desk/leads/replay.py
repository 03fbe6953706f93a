"""`replay`: what every lead was in a stretch of time, who changed when, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.leads.qualifications import open_files
from leadlight.desk.leads.run import before_first_import, no_lead_yet
from leadlight.desk.playbooks import find_playbook, usable
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.desk.wiring import output_files, replays
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.cohort import Known
from leadlight.plan.timeline import ReplayPeriod, ReplayTables
from leadlight.playbook.spec import Playbook, Scale
from leadlight.problems import CannotDo, NextStep, did_you_mean
from leadlight.results.files import WrittenFile
from leadlight.results.replay import ChangeList, LabelDuration, ReplayResult, ReplayStep

if TYPE_CHECKING:
    from leadlight.desk.wiring.db import Connection
    from leadlight.desk.wiring.output_files import Claim
    from leadlight.desk.wiring.replays import ReplayStatistics

USUAL = timedelta(days=90)  # how far back it is looked when nobody says
SHORTEST = timedelta(minutes=1)  # step between two counts
MOST_STEPS = 100_000
EVERYTHING = 1_000_000  # changes that are listed at most
DEPARTMENT = "department"


@dataclass(frozen=True)
class ReplayRequest:
    """Replay a stretch of time in a workspace, by the versions that were in force then or by
    `playbook`; or with `leads` of that file, in which a lead has the attributes of today.

    `since` is 90 days before `until` where it is null, `until` is now. Labels of `scale` are
    counted `every` so often; changes are found to the minute in any case. With `before` or `after`
    the changes from and to these labels are listed, at most `most` of them (null: all). `out` is
    the file of all changes to write, `states` that of every evaluated state.
    """

    now: datetime
    since: datetime | None = None
    until: datetime | None = None
    every: timedelta = timedelta(days=1)
    scale: str | None = None
    before: str | None = None
    after: str | None = None
    most: int | None = 25
    leads: Path | None = None
    activities: tuple[Path, ...] = ()
    playbook: str | None = None
    known: Known = "then"
    out: Path | None = None
    states: Path | None = None

    @property
    def end(self) -> datetime:
        """The end of the period."""
        return self.now if self.until is None else self.until

    @property
    def begin(self) -> datetime:
        """Its beginning, on a whole minute."""
        begin = self.end - USUAL if self.since is None else self.since
        return begin.replace(second=0, microsecond=0)


@dataclass(frozen=True)
class Replay:
    """A stretch of time, replayed: `found` names its relations in the connection, `books` whose
    rules counted (name, playbook).
    """

    con: Connection
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
    def labels(self) -> dict[str, tuple[str, ...]]:
        """Each scale's labels, the best first."""
        scales: list[Scale] = [s for _, book in self.books for s in book.scales]
        return {s.name: tuple(la.name for la in s.labels) for s in scales}

    @property
    def statistics(self) -> ReplayStatistics:
        """Its numbers."""
        return replays.replay_statistics(self.con)

    def steps(self, scale: str, every: timedelta) -> list[ReplayStep]:
        """How many leads had each label, every so often from the beginning, and at the end."""
        begin, end = self.found.since, self.found.until
        number = (end - begin) // every
        if number > MOST_STEPS:
            raise CannotDo(
                f"That are {number:,} steps. Take longer ones, such as 1d, or a shorter period.",
                field="every",
            )
        moments = [begin + every * n for n in range(number + 1)]
        return self.statistics.steps(scale, moments if moments[-1] == end else [*moments, end])

    def durations(self) -> list[LabelDuration]:
        """For how long labels were kept."""
        return self.statistics.durations(self.found.since)

    def scale(self, wanted: str | None) -> str:
        """The scale that is asked for; raises `CannotDo` for one that no playbook of the period
        has.
        """
        names = [*self.found.scales, DEPARTMENT]
        if wanted is None:
            return "temperature" if "temperature" in names else names[0]
        if wanted not in names:
            hint = did_you_mean(wanted, names) or f"There are {', '.join(names)}."
            raise CannotDo(f"There is no scale {wanted!r}. {hint}", field="scale")
        return wanted

    def change_list(self, request: ReplayRequest) -> ChangeList | None:
        """The changes that a request lists, where it lists any."""
        before, after = request.before, request.after
        if before is None and after is None:
            return None
        scale = self._scale_of([la for la in (before, after) if la], request.scale)
        most = EVERYTHING if request.most is None else request.most
        changes, total = self.statistics.changes(scale, before, after, most)
        return ChangeList(before, after, total, tuple(changes))

    def _scale_of(self, labels: Sequence[str], wanted: str | None) -> str | None:
        """The scale that has these labels, where only one has them all; raises `CannotDo` for a
        label that none has.
        """
        if wanted is not None:
            named = self.scale(wanted)
            if named != DEPARTMENT:
                self._check_labels(labels)
            return named
        self._check_labels(labels)
        fitting = [s for s, known in self.labels.items() if set(labels) <= set(known)]
        return fitting[0] if len(fitting) == 1 else None

    def _check_labels(self, labels: Sequence[str]) -> None:
        """Raises `CannotDo` for a label that no scale has."""
        known = list(dict.fromkeys(la for those in self.labels.values() for la in those))
        for label in labels:
            if label not in known:
                hint = did_you_mean(label, known) or f"There are {', '.join(known)}."
                raise CannotDo(f"No scale has the label {label!r}. {hint}")


def replay(
    session: Session, request: ReplayRequest, progress: Progress = NullProgress()
) -> ReplayResult:
    """Replay a stretch of time; nothing is stored. Raises `CannotDo` for a period that is none, or
    in which there was no lead.
    """
    _check_period(request)
    reads = (request.leads, *request.activities, request.playbook)
    claims: tuple[Claim, ...] = ((request.out, "changes"), (request.states, "looks"))
    with output_files.together(reads, claims), open_replay(session, request, progress) as found:
        return _result_of(found, request)


@contextmanager
def open_replay(
    session: Session, request: ReplayRequest, progress: Progress = NullProgress()
) -> Iterator[Replay]:
    """A replay while its connection is open, so that its relations can be read."""

    def tell(text: str) -> None:
        progress.step(text, lambda: None)

    if request.leads is not None:
        yield _replay_files(request.leads, request, tell)
        return
    if request.activities:
        raise CannotDo(
            "A log goes with a file of leads.",
            field="leads",
            step=NextStep("replay", {"leads": "leads.csv", "activities": "log.csv"}),
        )
    with session.read_often("replay", request.now) as workspace:
        yield replay_workspace(workspace, request, progress)


def replay_workspace(
    workspace: Workspace, request: ReplayRequest, progress: Progress = NullProgress()
) -> Replay:
    """The replay of an open workspace, which lies in its connection. Raises `CannotDo` where there
    was no lead.
    """

    def tell(text: str) -> None:
        progress.step(text, lambda: None)

    books = _books(workspace, request)
    found = replays.replay(
        workspace.con,
        workspace.ledger,
        [period for _, period in books],
        known=request.known,
        tell=tell,
    )
    if not found.leads:
        raise _nobody(workspace, request)
    return Replay(workspace.con, found, tuple((name, p.book) for name, p in books))


def _replay_files(leads: Path, request: ReplayRequest, tell: Callable[[str], None]) -> Replay:
    if request.known == "now":
        raise CannotDo("Files say only what is known now; a workspace knows more.", field="known")
    found = open_files(
        leads, request.activities, playbook=request.playbook, as_of=request.end, verify=False
    )
    period = ReplayPeriod(request.begin, request.end, found.playbook)
    replayed = replays.replay_of_files(found.base, [period], tell=tell)
    if not replayed.leads:
        raise _nobody_between(request)
    return Replay(found.base.con, replayed, ((found.playbook.name, found.playbook),))


def _result_of(replayed: Replay, request: ReplayRequest) -> ReplayResult:
    found, statistics = replayed.found, replayed.statistics
    scale = replayed.scale(request.scale)
    ladders = replayed.ladders
    return ReplayResult(
        found.since,
        found.until,
        found.known,
        tuple(name for name, _ in replayed.books),
        found.leads,
        found.moves,
        found.looks,
        found.rounds,
        found.scales,
        scale,
        replayed.labels,
        tuple(replayed.steps(scale, request.every)),
        tuple(statistics.flows()),
        tuple(replayed.durations()),
        tuple(
            velocity
            for name in found.scales
            for velocity in statistics.velocity(name, ladders.get(name, []), found.since)
        ),
        replayed.change_list(request),
        tuple(_write(replayed, request)),
        any(book.ranks for _, book in replayed.books),
    )


def _write(replayed: Replay, request: ReplayRequest) -> Iterator[WrittenFile]:
    found = replayed.found
    for target, relation in ((request.out, found.transitions), (request.states, found.states)):
        if target is not None:
            yield WrittenFile(target, replayed.statistics.write(relation, target))


def _check_period(request: ReplayRequest) -> None:
    begin, end = request.begin, request.end
    if request.every < SHORTEST:
        raise CannotDo("Counts are at least a minute apart, such as 1h, 1d or 1w.", field="every")
    if end > request.now:
        raise CannotDo(
            f"{end:%Y-%m-%d %H:%M} has not come yet: a replay looks back. Explain a lead to look"
            " ahead.",
            field="until",
        )
    if request.since is not None and request.since >= end:
        raise CannotDo(
            f"Nothing lies between {begin:%Y-%m-%d %H:%M} and {end:%Y-%m-%d %H:%M}: the beginning"
            " must be before the end.",
            field="since",
        )


def _books(workspace: Workspace, request: ReplayRequest) -> list[tuple[str, ReplayPeriod]]:
    """The playbooks of the period, each with its name and its part of it."""
    begin, end, catalog = request.begin, request.end, workspace.ledger.catalog()
    if request.playbook is not None:
        name, text, _ = find_playbook(request.playbook, catalog)
        book = usable(text, name, catalog)[0]
        return [(book.name, ReplayPeriod(begin, end, book))]
    out = []
    for p in workspace.agreed_playbooks(begin, end):
        book = usable(p.agreed.text, p.agreed.name, catalog)[0]
        out.append((p.agreed.version_name, ReplayPeriod(p.since, p.until, book)))
    return out


def _nobody(workspace: Workspace, request: ReplayRequest) -> CannotDo:
    imports = workspace.ledger.imports()
    if not imports:
        return no_lead_yet()
    first = imports[-1].recorded_at
    if request.known == "then" and request.end < first:
        return before_first_import(f"until {request.end:%Y-%m-%d %H:%M}", first)
    return _nobody_between(request)


def _nobody_between(request: ReplayRequest) -> CannotDo:
    return CannotDo(
        f"There was no lead between {request.begin:%Y-%m-%d} and {request.end:%Y-%m-%d}."
    )
