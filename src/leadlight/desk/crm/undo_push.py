"""`push --undo`: what stood in our properties before is put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from leadlight.crm.write_back import known_values, same_value
from leadlight.desk.crm.connections import OpenConnection, open_connection
from leadlight.desk.live.rows import moment_of_append
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.facts.crm import PushFact
from leadlight.problems import CannotDo
from leadlight.results.crm import UndoPushResult

_TOGETHER = 1_000


@dataclass(frozen=True)
class UndoPushRequest:
    """Take the last push to a connection back."""

    now: datetime
    connection: str | None = None


def undo_push(
    session: Session, request: UndoPushRequest, progress: Progress = NullProgress()
) -> UndoPushResult:
    """Put back what stood there before the last push; what somebody changed since stays. The next
    push wants a dry run again. Raises `CannotDo` where nothing was pushed.
    """
    with open_connection(session, request.connection, request.now) as opened:
        with session.read("push", request.now) as workspace:
            pushes = workspace.ledger.crm().pushes(opened.name)
        standing = {i: f for i, f in pushes.items() if f.state != "undone" and f.before}
        if not standing:
            raise CannotDo(f"There is no push to {opened.name} that could be taken back.")
        last = max(f.push_no for f in standing.values())
        mine = {i: f for i, f in standing.items() if f.push_no == last}
        before = {i: f.before for i, f in mine.items()}
        with session.write("push", request.now) as workspace:
            at = moment_of_append(workspace, request.now)
            workspace.ledger.crm().record_connection(
                replace(opened.connection, rehearsal="", recorded_at=at)
            )
        restored, left, owed = put_back(session, opened, mine, before, request.now, progress)
    return UndoPushResult(opened.name, request.now, last, restored, left, owed)


def put_back(
    session: Session,
    opened: OpenConnection,
    facts: Mapping[str, PushFact],
    before: Mapping[str, Mapping[str, str]],
    now: datetime,
    progress: Progress,
) -> tuple[int, int, int]:
    """Write these values where ours still stand: how many records were restored, are left as
    somebody changed them or are gone, and were refused.
    """
    restored = left = owed = 0
    ids, keys = list(facts), opened.connection.keys
    progress.step(f"Putting back in {opened.name}", lambda: None)
    for start in range(0, len(ids), _TOGETHER):
        part = ids[start : start + _TOGETHER]
        there = opened.line.look(part, keys)
        values, notes = {}, {}
        for i in part:
            ours = known_values(facts[i], there.get(i, {}))
            free = {
                n: v
                for n, v in before[i].items()
                if i in there and same_value(n, there[i].get(n, ""), ours.get(n, ""))
            }
            if not free:
                left += 1
                continue
            left += len(free) < len(before[i])
            values[i] = free
            # What stood there stays noted until it stands there again.
            notes[i] = replace(facts[i], state="sending", given=ours, sending=free)
        _note(session, opened, list(notes.values()), now)
        arrived = []
        for answer in opened.line.write(values, keys):
            note = notes[answer.external_id]
            if answer.is_done:
                restored += 1
                given = {**note.given, **note.sending}
                arrived.append(replace(note, state="undone", given=given, sending={}, before={}))
            else:
                owed += 1
                arrived.append(replace(facts[answer.external_id], status=answer.code))
        _note(session, opened, arrived, now)
    return restored, left, owed


def _note(session: Session, opened: OpenConnection, facts: list[PushFact], now: datetime) -> None:
    if facts:
        with session.write("push", now) as workspace:
            workspace.ledger.crm().record_pushes(
                opened.name, facts, moment_of_append(workspace, now)
            )
