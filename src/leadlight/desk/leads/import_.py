"""`import`: files become facts. Each file is read, mapped, judged and appended whole, or left out
with a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from leadlight.desk import wiring
from leadlight.desk.leads.verify import Asked, Verified, verified
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.workspace.workspace import REJECTS, Place, Workspace, opened
from leadlight.facts.catalog import LEAD_ATTRIBUTES
from leadlight.facts.ledger import Arrival, ImportReceipt, SavedMapping, What
from leadlight.facts.vocabulary import key
from leadlight.playbook.shadows import free_name
from leadlight.problems import CannotDo, Problem, did_you_mean

if TYPE_CHECKING:
    from leadlight.adapters.sources.staged_file import Staged
    from leadlight.facts.mapping import Mapping as ColumnMapping

Ready: TypeAlias = "tuple[int, Path, Staged, SavedMapping | None]"
_ORDER = {
    "leads": 0,
    "activities": 1,
    "spend": 2,
}  # a log may name its leads by the addresses that the leads bring


_SAID = ("you", "ignored", "apart")  # how columns were mapped that a later file has alike


@dataclass(frozen=True)
class Wish:
    """What the user said of an import."""

    what: str | None = None
    maps: Mapping[str, str] | None = None
    preview: bool = False
    backfill: bool = False
    verify: bool = True


@dataclass(frozen=True)
class Brought:
    """What became of one file: a receipt with its mapping, or the fault that kept it out."""

    file: Path
    mapping: ColumnMapping | None = None
    receipt: ImportReceipt | None = None
    problems: tuple[Problem, ...] = ()
    saved: SavedMapping | None = None  # the earlier import whose mapping was used again
    rejects: Path | None = None
    fault: CannotDo | None = None
    undone: tuple[Problem, ...] = ()  # the facts are in, and this could not be done beside
    verified: Verified | None = (
        None  # what came of verifying all that this import brought; told once, with the last file
    )


def bring(
    folder: Place | Path,
    files: Sequence[Path],
    now: datetime,
    wish: Wish,
    watch: Progress | None = None,
) -> list[Brought]:
    """Import files into a workspace, leads first; with `preview` nothing at all is written."""
    watch = watch or NullProgress()
    done: dict[int, Brought] = {}
    try:
        with opened(folder, "import", now, write=not wish.preview) as workspace:
            now = workspace.after(now)
            ready = _read(workspace, files, wish, watch, done)
            _add(workspace, ready, done, now, wish, watch)
            _verify(workspace, now, wish, watch, done)
    except CannotDo as fault:
        raise CannotDo(f"{fault}{_came_in(done)}", fault.problems) from fault
    return [done[n] for n in sorted(done)]


def _read(
    workspace: Workspace,
    files: Sequence[Path],
    wish: Wish,
    watch: Progress,
    done: dict[int, Brought],
) -> list[Ready]:
    """Every file that can be read, staged; what keeps another one out goes to `done`."""
    ready: list[Ready] = []
    for n, file in enumerate(files):
        watch.step(f"Reading {file.name}", lambda: wiring.progress(workspace.con))
        try:
            ready.append((n, file, *_staged(workspace, file, n, wish)))
        except CannotDo as fault:
            done[n] = Brought(file, fault=fault)
    _every_map_is_used(wish, [staged for _, _, staged, _ in ready], done)
    return ready


def _add(
    workspace: Workspace,
    ready: Sequence[Ready],
    done: dict[int, Brought],
    now: datetime,
    wish: Wish,
    watch: Progress,
) -> None:
    """Append what was read, leads first."""
    for n, file, staged, saved in sorted(ready, key=lambda r: (_ORDER[r[2].what], r[0])):
        watch.step(f"Adding {file.name}", lambda: wiring.progress(workspace.con))
        try:
            done[n] = _append(workspace, file, staged, saved, now, wish)
        except CannotDo as fault:
            done[n] = Brought(
                file, staged.mapping, problems=staged.problems, saved=saved, fault=fault
            )
        else:
            if staged.rejected and not wish.preview:
                done[n] = _with_rejects(
                    workspace, staged, done[n], [b.rejects for b in done.values()]
                )
        wiring.drop_staged(workspace.con, staged)


def _verify(
    workspace: Workspace, now: datetime, wish: Wish, watch: Progress, done: dict[int, Brought]
) -> None:
    """Verify what came in, and what an earlier import brought whose command was ended before it
    could.
    """
    of_leads = [n for n, b in done.items() if b.receipt and b.receipt.what != "spend"]
    if not wish.verify or wish.preview or not of_leads:
        return
    came = [n for n in of_leads if (r := done[n].receipt) and r.imported]
    if not came and not _left_unverified(workspace):
        return
    last = (came or of_leads)[-1]
    done[last] = _verified(workspace, done[last], now, watch)


def _verified(workspace: Workspace, brought: Brought, now: datetime, watch: Progress) -> Brought:
    """What came in, verified; the facts are in whether that can be done or not."""
    try:
        return replace(brought, verified=verified(workspace, now, Asked(), watch))
    except Exception as fault:
        if not isinstance(fault, CannotDo) and not wiring.without_room(fault):
            raise
        why = str(fault) if isinstance(fault, CannotDo) else "The disk is full."
        said = f"What came in is not verified. {why}"
        return replace(
            brought,
            undone=(*brought.undone, Problem("not-verified", said, hint="Run `leadlight verify`.")),
        )


def _left_unverified(workspace: Workspace) -> bool:
    """Whether leads came in after the newest checks were recorded: an import records its checks
    last.
    """
    counting = [i for i in workspace.ledger.imports() if i.undone_at is None and i.imported]
    newest = next((i for i in counting if i.what in ("leads", "checks")), None)
    return newest is not None and newest.what == "leads"


def _came_in(done: Mapping[int, Brought]) -> str:
    """What a command that failed had done by then: each file is a transaction of its own."""
    receipts = [done[n].receipt for n in sorted(done)]
    whole = [f"{r.file} (as {r.import_id})" for r in receipts if r and r.imported]
    if not whole:
        return ""
    files = ", ".join(whole)
    return f" Imported before that, and whole: {files}. To import them again changes nothing."


def _staged(
    workspace: Workspace, file: Path, n: int, wish: Wish
) -> tuple[Staged, SavedMapping | None]:
    """The file as a relation, mapped as the user says, else as they said of a file with the same
    headers.

    An own column with a name that the workspace's playbook makes is set aside under another one.
    """
    staged, saved, said = _mapped(workspace, file, f"file{n}", wish)
    other = _set_aside(workspace, staged)
    if not other:
        return staged, saved
    aside = [c for c in staged.mapping.columns if c.name in other]
    said = {**said, **{c.header: _target(other[str(c.name)], c.order) for c in aside}}
    again = wiring.stage(workspace.con, file, what=staged.what, maps=said, prefix=f"file{n}")
    return _saying_so(again, other), saved


def _set_aside(workspace: Workspace, staged: Staged) -> dict[str, str]:
    """The file's own columns that must have another name, and which; what the workspace has already
    keeps its own.
    """
    own = [a.name for a in staged.own] if staged.what == "leads" else []
    held = workspace.ledger.holdings().attributes
    new = [name for name in own if name not in held or held[name].gone]
    if not new:
        return {}
    names = workspace.names_made()
    taken = {*names, *LEAD_ATTRIBUTES, *staged.mapping.names}
    return {name: free_name(name, taken) for name in new if name in names}


def _saying_so(staged: Staged, other: Mapping[str, str]) -> Staged:
    """The same, with a sentence on each column that was set aside."""
    names = {new: old for old, new in other.items()}
    columns = tuple(
        replace(c, how="apart") if c.name in names else c for c in staged.mapping.columns
    )
    said = [
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
    return replace(staged, mapping=mapping, problems=(*staged.problems, *said))


def _mapped(
    workspace: Workspace, file: Path, prefix: str, wish: Wish
) -> tuple[Staged, SavedMapping | None, Mapping[str, str]]:
    """The file by the user's mapping, by a saved one or by itself; the mapping that was said goes
    with it.
    """
    maps = wish.maps or {}
    first = _stage(workspace, file, wish.what, {}, prefix, maps)
    headers = [c.header for c in first.mapping.columns]
    said = {h: t for h, t in maps.items() if key(h) in {key(c) for c in headers}}
    saved = workspace.ledger.saved_mapping(headers)
    if saved:
        said = {
            **{h: t for h, t in saved.said.items() if key(h) not in {key(s) for s in said}},
            **said,
        }
    if not said:
        return first, None, {}
    what = wish.what or (saved.what if saved else None)
    return wiring.stage(workspace.con, file, what=what, maps=said, prefix=prefix), saved, said


def _stage(
    workspace: Workspace,
    file: Path,
    what: str | None,
    said: Mapping[str, str],
    prefix: str,
    maps: Mapping[str, str],
) -> Staged:
    """The file as it maps by itself; when that fails, with the user's mapping, which may be what it
    lacks.
    """
    try:
        return wiring.stage(workspace.con, file, what=what, maps=said, prefix=prefix)
    except CannotDo:
        if not maps:
            raise
        return wiring.stage(workspace.con, file, what=what, maps=maps, prefix=prefix)


def _every_map_is_used(wish: Wish, staged: Sequence[Staged], done: Mapping[int, Brought]) -> None:
    """A header that no file has is a slip of the pen: nothing is imported before it is mended."""
    headers = [c.header for s in staged for c in s.mapping.columns]
    for header in wish.maps or {}:
        if staged and key(header) not in {key(h) for h in headers}:
            hint = did_you_mean(header, headers) or f"The columns are: {', '.join(headers[:12])}."
            raise CannotDo(f"No file has a column {header!r}. {hint}")


def _append(
    workspace: Workspace,
    file: Path,
    staged: Staged,
    saved: SavedMapping | None,
    now: datetime,
    wish: Wish,
) -> Brought:
    if staged.read and staged.usable == 0:
        raise CannotDo(f"No row of {file} could be used.", staged.problems)
    arrival = _arrival(file, staged)
    verb = workspace.ledger.judge if wish.preview else workspace.ledger.append
    receipt = verb(arrival, now=now, backfill=wish.backfill)
    return Brought(file, staged.mapping, receipt, (*staged.problems, *receipt.problems), saved)


def _with_rejects(
    workspace: Workspace, staged: Staged, brought: Brought, taken: Sequence[Path | None]
) -> Brought:
    """The rejected rows as a file of their own, also beside that of another file of the same name;
    the facts are in anyway.
    """
    folder, name = workspace.folder / REJECTS, brought.file.name
    numbered = (folder / f"{name}.{n}.rejects.csv" for n in count(2))
    target = next(p for p in chain((folder / f"{name}.rejects.csv",), numbered) if p not in taken)
    try:
        wiring.write_rejects(workspace.con, staged.rejects, target)
    except CannotDo as fault:
        problem = Problem("rejects-not-written", f"The rejected rows are not written down: {fault}")
        return replace(brought, undone=(*brought.undone, problem))
    return replace(brought, rejects=target)


def _arrival(file: Path, staged: Staged) -> Arrival:
    columns = staged.mapping.columns
    what: What = staged.what  # type: ignore[assignment]
    return Arrival(
        what,
        staged.relation,
        str(file),
        wiring.fingerprint(file),
        headers=tuple(c.header for c in columns),
        mapping={c.header: c.name or "-" for c in columns},
        said={c.header: _target(c.name, c.order) for c in columns if c.how in _SAID},
        own=staged.own,
        read=staged.read,
        rejected=staged.rejected,
        rejects=staged.rejects,
        one_row_a_lead=staged.what == "leads" and staged.duplicates == 0,
    )


def _target(name: str | None, order: str | None) -> str:
    return "-" if name is None else f"{name}:{order}" if order else name
