"""`import`: files become facts. Each file is read, mapped, judged and appended whole, or left out
with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from leadlight.desk.leads.verify import VerifyRequest, verify_due
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.desk.wiring import db, staging
from leadlight.desk.workspace.workspace import REJECTS, Workspace
from leadlight.facts.catalog import LEAD_ATTRIBUTES
from leadlight.facts.file_options import FileOptions
from leadlight.facts.ledger import Arrival, ImportReceipt, SavedMapping, What
from leadlight.facts.vocabulary import key
from leadlight.playbook.own_names import free_name
from leadlight.problems import CannotDo, Problem, Refusal, did_you_mean
from leadlight.results.imports import ImportedFile, ImportResult

if TYPE_CHECKING:
    from leadlight.desk.wiring.staging import StagedFile

Ready: TypeAlias = "tuple[int, Path, StagedFile, SavedMapping | None]"
_ORDER = {
    "leads": 0,
    "activities": 1,
    "spend": 2,
}  # a log may name its leads by the addresses that the leads bring
_DECIDED = ("you", "ignored", "apart")  # how columns were mapped that a later file has alike


@dataclass(frozen=True)
class ImportRequest:
    """Import files into a workspace.

    `what` is what they hold, where that cannot be detected; `maps` is header -> attribute (`-`
    leaves a column out), `reading` what the files do not say of themselves. With `preview` nothing
    is written. With `backfill` each fact was known when it happened. Without `verify` no contact is
    checked. `folder` is where files were put that somebody sent: the ledger does not name it.
    """

    files: tuple[Path, ...]
    now: datetime
    what: Literal["leads", "activities", "spend"] | None = None
    maps: Mapping[str, str] = field(default_factory=dict)
    preview: bool = False
    backfill: bool = False
    verify: bool = True
    reading: FileOptions = field(default_factory=FileOptions)
    folder: Path | None = None


def import_files(
    session: Session, request: ImportRequest, progress: Progress = NullProgress()
) -> ImportResult:
    """Import files, leads first. Each file comes in whole or not at all; what kept one out stands
    in the result, and the others come in.

    Raises `CannotDo` where the command as a whole cannot go on; its sentence says which files are
    in by then.
    """
    done: dict[int, ImportedFile] = {}
    opening = (
        session.read("import", request.now, snapshot=False)
        if request.preview
        else session.write("import", request.now)
    )
    try:
        with opening as workspace:
            now = workspace.after(request.now)
            ready = _read(workspace, request, progress, done)
            _add(workspace, ready, done, replace(request, now=now), progress)
            _verify(workspace, replace(request, now=now), progress, done)
    except CannotDo as fault:
        raise CannotDo(
            f"{fault}{_came_in(done)}", fault.problems, field=fault.field, step=fault.step
        ) from fault
    return ImportResult(tuple(done[n] for n in sorted(done)), request.preview)


def _read(
    workspace: Workspace,
    request: ImportRequest,
    progress: Progress,
    done: dict[int, ImportedFile],
) -> list[Ready]:
    """Every file that can be read, staged; what keeps another one out goes to `done`."""
    ready: list[Ready] = []
    for n, file in enumerate(request.files):
        progress.step(f"Reading {file.name}", lambda: db.progress(workspace.con))
        try:
            ready.append((n, file, *_stage_file(workspace, file, n, request)))
        except CannotDo as fault:
            done[n] = ImportedFile(file, refusal=Refusal.of(fault))
    _every_map_is_used(request.maps, [staged for _, _, staged, _ in ready])
    return ready


def _add(
    workspace: Workspace,
    ready: Sequence[Ready],
    done: dict[int, ImportedFile],
    request: ImportRequest,
    progress: Progress,
) -> None:
    """Append what was read, leads first."""
    for n, file, staged, saved in sorted(ready, key=lambda r: (_ORDER[r[2].what], r[0])):
        progress.step(f"Adding {file.name}", lambda: db.progress(workspace.con))
        try:
            done[n] = _append(workspace, file, staged, saved, request)
        except CannotDo as fault:
            done[n] = ImportedFile(
                file,
                staged.mapping,
                problems=staged.problems,
                saved=saved,
                refusal=Refusal.of(fault),
            )
        else:
            if staged.rejected and not request.preview:
                taken = [b.rejects for b in done.values()]
                done[n] = _with_rejects(workspace, staged, done[n], taken)
        staging.drop_staging(workspace.con, staged)


def _verify(
    workspace: Workspace,
    request: ImportRequest,
    progress: Progress,
    done: dict[int, ImportedFile],
) -> None:
    """Verify what came in, and what an earlier import brought whose command was ended before it
    could.
    """
    if not request.verify or request.preview:
        return
    of_leads = _receipts_of_leads(done)
    news = [n for n, receipt in of_leads.items() if receipt.imported]
    if news or (of_leads and _is_verification_due(workspace)):
        last = (news or list(of_leads))[-1]
        done[last] = _verify_file(workspace, done[last], request.now, progress)


def _receipts_of_leads(done: Mapping[int, ImportedFile]) -> dict[int, ImportReceipt]:
    """The files that are in and say something of leads, by their place among the files."""
    receipts = {n: file.receipt for n, file in done.items() if file.receipt is not None}
    return {n: receipt for n, receipt in receipts.items() if receipt.what != "spend"}


def _verify_file(
    workspace: Workspace, file: ImportedFile, now: datetime, progress: Progress
) -> ImportedFile:
    """What came in, verified; the facts are in whether that can be done or not."""
    try:
        return replace(file, verified=verify_due(workspace, VerifyRequest(now), progress))
    except Exception as fault:
        if not isinstance(fault, CannotDo) and not staging.without_room(fault):
            raise
        why = str(fault) if isinstance(fault, CannotDo) else "The disk is full."
        problem = Problem(
            "not-verified", f"What came in is not verified. {why}", hint="Run `leadlight verify`."
        )
        return replace(file, not_done=(*file.not_done, problem))


def _is_verification_due(workspace: Workspace) -> bool:
    """Whether leads came in after the newest checks were recorded: an import records its checks
    last.
    """
    counting = [i for i in workspace.ledger.imports() if i.undone_at is None and i.imported]
    newest = next((i for i in counting if i.what in ("leads", "checks")), None)
    return newest is not None and newest.what == "leads"


def _came_in(done: Mapping[int, ImportedFile]) -> str:
    """What a command that failed had done by then: each file is a transaction of its own."""
    receipts = [done[n].receipt for n in sorted(done)]
    complete = [f"{r.file} (as {r.import_id})" for r in receipts if r and r.imported]
    if not complete:
        return ""
    files = ", ".join(complete)
    return f" Imported before that, and complete: {files}. Importing them again changes nothing."


def _stage_file(
    workspace: Workspace, file: Path, n: int, request: ImportRequest
) -> tuple[StagedFile, SavedMapping | None]:
    """The file as a relation, mapped as the user says, else as they said of a file with the same
    headers.

    An own column with a name that the workspace's playbook makes is set aside under another one.
    """
    staged, saved, decided = _map_file(workspace, file, f"file{n}", request)
    other = _set_aside(workspace, staged)
    if not other:
        return staged, saved
    aside = [c for c in staged.mapping.columns if c.name in other]
    decided = {**decided, **{c.header: _target(other[str(c.name)], c.order) for c in aside}}
    again = staging.stage(
        workspace.con,
        file,
        what=staged.what,
        maps=decided,
        prefix=f"file{n}",
        reading=request.reading,
    )
    return _with_renames(again, other), saved


def _set_aside(workspace: Workspace, staged: StagedFile) -> dict[str, str]:
    """The file's own columns that must have another name, and which; what the workspace has already
    keeps its own.
    """
    own = [a.name for a in staged.own] if staged.what == "leads" else []
    held = workspace.ledger.holdings().attributes
    new = [name for name in own if name not in held or held[name].gone]
    if not new:
        return {}
    names = workspace.playbook_names()
    taken = {*names, *LEAD_ATTRIBUTES, *staged.mapping.names}
    return {name: free_name(name, taken) for name in new if name in names}


def _with_renames(staged: StagedFile, other: Mapping[str, str]) -> StagedFile:
    """The same, with a sentence on each column that was set aside."""
    names = {new: old for old, new in other.items()}
    columns = tuple(
        replace(c, how="apart") if c.name in names else c for c in staged.mapping.columns
    )
    renamed = [
        Problem(
            "name-of-the-playbook",
            f"{names[str(c.name)]!r} is a name that the playbook makes itself: "
            f"column {c.header!r} is kept as {c.name}.",
            level="doubt",
        )
        for c in columns
        if c.how == "apart"
    ]
    mapping = replace(staged.mapping, columns=columns)
    return replace(staged, mapping=mapping, problems=(*staged.problems, *renamed))


def _map_file(
    workspace: Workspace, file: Path, prefix: str, request: ImportRequest
) -> tuple[StagedFile, SavedMapping | None, Mapping[str, str]]:
    """The file by the user's mapping, by a saved one or by itself; the decided part of the mapping
    goes with it.
    """
    first = _stage(workspace, file, prefix, request)
    headers = [c.header for c in first.mapping.columns]
    saved = workspace.ledger.saved_mapping(headers)
    decided = _decided_columns(request.maps, headers, saved)
    if not decided:
        return first, None, {}
    what = request.what or (saved.what if saved else None)
    staged = staging.stage(
        workspace.con, file, what=what, maps=decided, prefix=prefix, reading=request.reading
    )
    return staged, saved, decided


def _decided_columns(
    maps: Mapping[str, str], headers: Sequence[str], saved: SavedMapping | None
) -> dict[str, str]:
    """The part of the mapping that a person decided, now or when such a file was imported."""
    known = {key(h) for h in headers}
    now = {h: t for h, t in maps.items() if key(h) in known}
    if saved is None:
        return now
    outdone = {key(h) for h in now}
    return {**{h: t for h, t in saved.said.items() if key(h) not in outdone}, **now}


def _stage(workspace: Workspace, file: Path, prefix: str, request: ImportRequest) -> StagedFile:
    """The file as it maps by itself; when that fails, with the user's mapping, which may be what it
    lacks.
    """
    con, what, reading = workspace.con, request.what, request.reading
    try:
        return staging.stage(con, file, what=what, prefix=prefix, reading=reading)
    except CannotDo:
        if not request.maps:
            raise
        return staging.stage(
            con, file, what=what, maps=request.maps, prefix=prefix, reading=reading
        )


def _every_map_is_used(maps: Mapping[str, str], staged: Sequence[StagedFile]) -> None:
    """A header that no file has is a slip of the pen: nothing is imported before it is mended."""
    headers = [c.header for s in staged for c in s.mapping.columns]
    for header in maps:
        if staged and key(header) not in {key(h) for h in headers}:
            hint = did_you_mean(header, headers) or f"The columns are: {', '.join(headers[:12])}."
            raise CannotDo(f"No file has a column {header!r}. {hint}", field="maps")


def _append(
    workspace: Workspace,
    file: Path,
    staged: StagedFile,
    saved: SavedMapping | None,
    request: ImportRequest,
) -> ImportedFile:
    if staged.read and staged.usable == 0:
        raise CannotDo(f"No row of {file} could be used.", staged.problems)
    arrival = _arrival(file, staged, file.name if request.folder else str(file))
    verb = workspace.ledger.judge if request.preview else workspace.ledger.append
    receipt = verb(arrival, now=request.now, backfill=request.backfill)
    future = staging.future_dates(workspace.con, staged, request.now)
    problems = (*staged.problems, *receipt.problems, *future, *_assumed_zone(staged, request))
    return ImportedFile(file, staged.mapping, receipt, problems, saved)


def _assumed_zone(staged: StagedFile, request: ImportRequest) -> Iterator[Problem]:
    """What a preview says of times that state no zone."""
    local = [c.header for c in staged.mapping.columns if c.name and c.is_local]
    if not request.preview or request.reading.zone or not local:
        return
    headers = ", ".join(map(repr, local[:3]))
    yield Problem(
        "times-without-zone",
        f"Times in {headers} state no zone and are read as UTC.",
        hint="If they are those of another zone, name it.",
        level="doubt",
        field="zone",
    )


def _with_rejects(
    workspace: Workspace, staged: StagedFile, imported: ImportedFile, taken: Sequence[Path | None]
) -> ImportedFile:
    """The rejected rows as a file of their own, also beside that of another file of the same name;
    the facts are in anyway.
    """
    folder, name = workspace.folder / REJECTS, imported.file.name
    numbered = (folder / f"{name}.{n}.rejects.csv" for n in count(2))
    target = next(p for p in chain((folder / f"{name}.rejects.csv",), numbered) if p not in taken)
    try:
        staging.write_rejects(workspace.con, staged.rejects, target)
    except CannotDo as fault:
        problem = Problem(
            "rejects-not-written", f"The rejected rows could not be written to a file: {fault}"
        )
        return replace(imported, not_done=(*imported.not_done, problem))
    return replace(imported, rejects=target)


def _arrival(file: Path, staged: StagedFile, name: str) -> Arrival:
    columns = staged.mapping.columns
    what: What = staged.what  # type: ignore[assignment]
    return Arrival(
        what,
        staged.relation,
        name,
        staging.fingerprint(file),
        headers=tuple(c.header for c in columns),
        mapping={c.header: c.name or "-" for c in columns},
        said={c.header: _target(c.name, c.order) for c in columns if c.how in _DECIDED},
        own=staged.own,
        read=staged.read,
        rejected=staged.rejected,
        rejects=staged.rejects,
        one_row_a_lead=staged.what == "leads" and staged.duplicates == 0,
    )


def _target(name: str | None, order: str | None) -> str:
    return "-" if name is None else f"{name}:{order}" if order else name
