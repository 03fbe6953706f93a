"""The desk's verbs as tests ask them: the workspace and the moment first, each in a session of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any

from leadlight.cli.answer import open_session
from leadlight.cli.console import command_of, refusal_text
from leadlight.cli.options import horizon_of
from leadlight.desk.leads import dedupe as _dedupe
from leadlight.desk.leads import import_ as _import
from leadlight.desk.leads import lake as _lake
from leadlight.desk.leads import replay as _replay
from leadlight.desk.leads import run as _run
from leadlight.desk.leads import undo as _undo
from leadlight.desk.leads import verify as _verify
from leadlight.desk.leads.qualifications import Qualifications
from leadlight.desk.models import tune as _tune
from leadlight.desk.models.labelled_table import LeadTable
from leadlight.desk.models.lead_history import HistoryOptions, LeadFiles
from leadlight.desk.moments import when
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.rules import agreement as _agreement
from leadlight.desk.rules import case_starter as _starter
from leadlight.desk.rules import check as _check
from leadlight.desk.rules import plan as _plan
from leadlight.desk.rules import rehearse as _rehearse
from leadlight.desk.rules import test as _test
from leadlight.desk.session import Session
from leadlight.desk.wiring import clock
from leadlight.desk.workspace.workspace import Place, Workspace, ignore
from leadlight.desk.workspaces import copy as _copy
from leadlight.desk.workspaces import init as _init
from leadlight.facts.ledger import ImportLine, UndoReceipt
from leadlight.problems import CannotDo
from leadlight.results.agreement import PlaybookHistory, Publication, SignedVersion
from leadlight.results.cases import CaseResults, StarterCases
from leadlight.results.duplicates import DecideResult, DedupeResult
from leadlight.results.imports import ImportedFile
from leadlight.results.plan import PlaybookPlan
from leadlight.results.playbooks import PlaybookCheck
from leadlight.results.qualification import LakeResult
from leadlight.results.rehearsal import Rehearsal
from leadlight.results.text.lines import Hint, Part
from leadlight.results.tuning import TuneResult
from leadlight.results.verification import AcceptResult, Repair, VerifyResult
from leadlight.results.workspace import NewWorkspace, WorkspaceCopy

#: Hears what is no part of an answer.
notices: ContextVar[Callable[[str], None]] = ContextVar("notices", default=ignore)


def session_on(place: Place | Path | None) -> Session:
    return Session(place, notify=lambda sentence: notices.get()(sentence))


@contextmanager
def opened(
    place: Place | Path, verb: str, now: datetime, *, write: bool = False
) -> Iterator[Workspace]:
    """A workspace while a verb has it open."""
    session = session_on(place)
    with (session.write if write else session.read)(verb, now) as workspace:
        yield workspace


def imports(place: Place | Path, now: datetime, newest: int | None = None) -> Sequence[ImportLine]:
    return _undo.imports(session_on(place), _undo.ImportsRequest(now, newest)).imports


def init(where: str | Path, now: datetime, preset: str = "b2b-saas") -> NewWorkspace:
    return _init.init(Session(), _init.InitRequest(now, str(where), preset))


def copy(
    source: str,
    target: str,
    now: datetime,
    progress: Progress = NullProgress(),
    *,
    parquet: bool = False,
) -> WorkspaceCopy:
    return _copy.copy(Session(), _copy.CopyRequest(source, target, now, parquet), progress)


def undo(place: Place | Path, import_id: str, now: datetime) -> UndoReceipt:
    return _undo.undo(session_on(place), _undo.UndoRequest(import_id, now))


def refusal(fault: BaseException | None) -> str:
    """A refusal as the command line prints it, with the next step."""
    assert isinstance(fault, CannotDo), fault
    return refusal_text(fault)


def import_files(
    place: Place | Path, files: Sequence[Path], now: datetime, **options: Any
) -> tuple[ImportedFile, ...]:
    request = _import.ImportRequest(tuple(files), now, **options)
    return _import.import_files(session_on(place), request).files


def verify(place: Place | Path, now: datetime, **options: Any) -> VerifyResult:
    return _verify.verify(session_on(place), _verify.VerifyRequest(now, **options))


def verify_file(file: Path, now: datetime, out: Path | None = None) -> VerifyResult:
    return _verify.verify_file(Session(), _verify.VerifyFileRequest(file, now, out=out))


def repairs(place: Place | Path, now: datetime, only: Sequence[str] = ()) -> Sequence[Repair]:
    return _verify.repairs(session_on(place), _verify.RepairsRequest(now, tuple(only))).repairs


def accept(place: Place | Path, now: datetime, words: Sequence[str]) -> AcceptResult:
    return _verify.accept(session_on(place), _verify.AcceptRequest(tuple(words), now))


@contextmanager
def run(
    place: Place | Path, *, as_of: datetime | str | None = None, **options: Any
) -> Iterator[_run.StoredRun]:
    """A stored run while its workspace is open, so that its rows can be read."""
    now = clock.now()
    with session_on(place).write("qualify", now) as workspace:
        yield _run.run(workspace, as_of=when(as_of, now), **options)


@contextmanager
def live_base(
    place: Place | Path,
    verb: str,
    *,
    playbook: Any = None,
    as_of: datetime | str | None = None,
    known: Any = "then",
    whole: bool = True,
) -> Iterator[Qualifications]:
    """A workspace's base while it is open, qualified; without `whole` the plan is not run yet."""
    now = clock.now()
    with session_on(place).read(verb, now) as workspace:
        made = _run.qualify_base if whole else _run.open_base
        yield made(workspace, playbook, when(as_of, now), known)


def qualify_lake(
    facts: str, out: str, *, as_of: datetime | str | None = None, **options: Any
) -> LakeResult:
    now = clock.now()
    request = _lake.LakeRequest(facts, out, now, as_of=when(as_of, now), **options)
    return _lake.qualify_lake(Session(), request)


def publish(
    place: Place | Path,
    playbook: Path | None,
    now: datetime,
    *,
    by: str,
    since: str | None = None,
    note: str = "",
) -> Publication:
    wished = when(since, now, "since") if since else None
    request = _agreement.PublishRequest(by, now, playbook, wished, note)
    return _agreement.publish(session_on(place), request)


def sign(
    place: Place | Path,
    role: str,
    now: datetime,
    *,
    by: str,
    wanted: str | None = None,
    fingerprint: str | None = None,
) -> SignedVersion:
    request = _agreement.SignRequest(role, by, now, wanted, fingerprint)
    return _agreement.sign(session_on(place), request)


def history(place: Place | Path, now: datetime, at: str | None = None) -> PlaybookHistory:
    moment = when(at, now) if at else None
    return _agreement.history(session_on(place), _agreement.HistoryRequest(now, moment))


def version_text(place: Place | Path, version: str, now: datetime) -> str:
    return _agreement.version_text(
        session_on(place), _agreement.VersionTextRequest(version, now)
    ).text


def check(playbook: Path, now: datetime) -> PlaybookCheck:
    return _check.check(open_session(around=playbook), _check.CheckRequest(now, playbook))


def plan(playbook: str, as_of: datetime, engine: str, **options: Any) -> PlaybookPlan:
    request = _plan.PlanRequest(as_of, playbook, as_of, engine, **options)
    return _plan.plan(Session(), request)


def lines(parts: Iterable[Part]) -> list[str]:
    """A result's lines as the command line prints them."""
    return [f"{p.text} {command_of(p.step)}" if isinstance(p, Hint) else str(p) for p in parts]


@contextmanager
def live_replay(place: Place | Path, **options: Any) -> Iterator[_replay.Replay]:
    """A replay while its workspace is open, so that its relations can be read."""
    request = _replay.ReplayRequest(clock.now(), **options)
    with _replay.open_replay(session_on(place), request) as found:
        yield found


def dedupe(place: Place | Path, now: datetime, **options: Any) -> DedupeResult:
    return _dedupe.dedupe(session_on(place), _dedupe.DedupeRequest(now, **options))


def decide(
    place: Place | Path, now: datetime, decisions: Sequence[tuple[str, str, Any]], by: str
) -> DecideResult:
    made = tuple(_dedupe.Decision(*d) for d in decisions)
    return _dedupe.decide(session_on(place), _dedupe.DecideRequest(made, by, now))


def tune(
    options: HistoryOptions, source: LeadFiles | LeadTable | None = None, out: Path | None = None
) -> TuneResult:
    return _tune.tune(
        Session(), _tune.TuneRequest(datetime(2026, 1, 1), out, options, source=source)
    )


def rehearse(
    new: str, *, at: Sequence[str], horizon: str, place: Place | Path | None = None, **options: Any
) -> Rehearsal:
    now = clock.now()
    request = _rehearse.RehearseRequest(
        new,
        now,
        moments=tuple(when(moment, now) for moment in at),
        horizon=horizon_of(horizon),
        **{k: tuple(v) if isinstance(v, list) else v for k, v in options.items()},
    )
    return _rehearse.rehearse(session_on(place), request)


def run_cases(playbook: str, **options: Any) -> CaseResults:
    """The cases of a playbook that stands alone."""
    request = _test.CasesRequest(clock.now(), playbook, alone=True, **options)
    return _test.run_cases(Session(), request)


def begin_cases(playbook: str) -> StarterCases:
    request = _starter.BeginCasesRequest(clock.now(), playbook, alone=True)
    return _starter.begin_cases(Session(), request)
