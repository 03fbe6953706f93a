"""`push`: what the workspace knows of leads is written into the CRM, where sales looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from leadlight.crm.declaration import OWN_PROPERTIES
from leadlight.crm.write_back import decide, fingerprint_of
from leadlight.desk.crm.attempts import note_attempt
from leadlight.desk.crm.connections import OpenConnection, open_connection
from leadlight.desk.crm.owed import OwedPush, OwedRecord, owed_push
from leadlight.desk.crm.sync import SyncRequest, read_changes, stop_people
from leadlight.desk.live.rows import moment_of_append
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.facts.crm import AttemptVerb, Connection, PushFact, PushState
from leadlight.problems import CannotDo, NextStep
from leadlight.results.crm import PushExample, PushResult, Refusals

_EXAMPLES = 10
#: So many batches are noted, sent and acknowledged together: what a kill leaves open at most.
_BATCHES = 10
#: So many records may be gone from a CRM at once without a doubt.
_FEW = 5
#: So many records may lose their values without another dry run.
_WITHDRAWN = 20
#: What is added to what was seen, where a dry run showed that very many values go.
WITHDRAWAL = ":withdrawal"
#: How each of our properties is called in a CRM.
LABELS: Mapping[str, str] = {
    "score": "score",
    "temperature": "temperature",
    "stage": "stage",
    "reason": "reason",
    "next": "next step",
    "as_of": "as of",
}


@dataclass(frozen=True)
class PushRequest:
    """Write what changed into a CRM: of a connection, or of the only one. With `dry_run` nothing is
    written, and ten examples are shown; it must be seen before the first push. `overwrite` are
    records (or leads) in which what somebody changed may be written over; `all` means every one.
    """

    now: datetime
    connection: str | None = None
    dry_run: bool = False
    overwrite: tuple[str, ...] = ()


def push(session: Session, request: PushRequest, progress: Progress = NullProgress()) -> PushResult:
    """Write what is owed. What somebody changed in the CRM is read first, and stays. Raises
    `CannotDo` where no dry run was seen of the connection as it is declared now.
    """
    verb: AttemptVerb = "sync" if request.dry_run else "push"
    with open_connection(session, request.connection, request.now, verb) as opened:
        if not request.dry_run:
            _must_be_rehearsed(opened)
        read_changes(session, opened, SyncRequest(request.now), progress)
        if request.overwrite:
            release(session, opened, request.overwrite, request.now)
        with session.read("push", request.now) as workspace:
            owed = owed_push(workspace, opened.name, opened.declaration)
        if request.dry_run:
            return _rehearse(session, opened, owed, request.now)
        with note_attempt(session, opened.name, "push", request.now):
            _must_not_take_away(opened, owed)
            return _Push(session, opened, owed, request.now, progress).run()


def _must_be_rehearsed(opened: OpenConnection) -> None:
    if opened.connection.rehearsal.removesuffix(WITHDRAWAL) != _fingerprint(opened):
        raise CannotDo(
            f"Nothing is written to {opened.name} before somebody has seen a dry run.",
            field="dry_run",
            step=NextStep("push", {"connection": opened.name, "dry_run": True}),
        )


def _must_not_take_away(opened: OpenConnection, owed: OwedPush) -> None:
    """Where very many values would go, a scale was renamed rather, or no run is there: somebody
    must have seen that too.
    """
    seen = opened.connection.rehearsal == f"{_fingerprint(opened)}{WITHDRAWAL}"
    if _takes_away(owed) and not seen:
        raise CannotDo(
            f"The values of {_withdrawn(owed)} records would be taken away: their leads are in"
            " no run, or have no labels of that name. See a dry run first.",
            field="dry_run",
            step=NextStep("push", {"connection": opened.name, "dry_run": True}),
        )


def _takes_away(owed: OwedPush) -> bool:
    return _withdrawn(owed) > max(_WITHDRAWN, owed.connected // 5)


def _withdrawn(owed: OwedPush) -> int:
    return sum(o.is_withdrawn for o in owed.owed)


def _fingerprint(opened: OpenConnection) -> str:
    return fingerprint_of(opened.name, opened.connection.url, opened.declaration)


def _rehearse(
    session: Session, opened: OpenConnection, owed: OwedPush, now: datetime
) -> PushResult:
    """Ten examples and the counts; and note that they were shown."""
    some = _spread(owed.owed)
    keys = opened.connection.keys
    there = opened.line.look([o.external_id for o in some], keys) if keys and some else {}
    examples = tuple(
        PushExample(o.external_id, o.lead_id, there.get(o.external_id, {}), d.write)
        for o in some
        if (d := decide(o.target, o.fact, there.get(o.external_id, {}))).write
    )
    seen = f"{_fingerprint(opened)}{WITHDRAWAL if _takes_away(owed) else ''}"
    _record(session, replace(opened.connection, rehearsal=seen), now)
    counts = opened.line.counts
    return PushResult(
        connection=opened.name,
        at=now,
        is_dry_run=True,
        connected=owed.connected,
        owed=len(owed.owed),
        written=0,
        unchanged=owed.connected - len(owed.owed),
        withdrawn=_withdrawn(owed),
        differs=owed.differs,
        gone=0,
        still_owed=len(owed.owed),
        examples=examples,
        made=() if keys else tuple(LABELS.values()),
        push_no=owed.push_no,
        requests=counts.requests,
        throttled=counts.throttled,
        retried=counts.retried,
    )


def _spread(owed: Sequence[OwedRecord]) -> list[OwedRecord]:
    """A few of each temperature, so that ten examples show what there is."""
    by_label: dict[str, list[OwedRecord]] = {}
    for one in owed:
        by_label.setdefault(one.target.get("temperature", ""), []).append(one)
    rounds = max((len(v) for v in by_label.values()), default=0)
    some = (v[n] for n in range(min(rounds, _EXAMPLES)) for v in by_label.values() if n < len(v))
    return list(some)[:_EXAMPLES]


def _record(session: Session, connection: Connection, now: datetime) -> None:
    with session.write("push", now) as workspace:
        at = moment_of_append(workspace, now)
        workspace.ledger.crm().record_connection(replace(connection, recorded_at=at))


def release(session: Session, opened: OpenConnection, which: Sequence[str], now: datetime) -> None:
    """What somebody changed in these records may be written over."""
    with session.write("push", now) as workspace:
        crm = workspace.ledger.crm()
        found = [
            replace(f, state="released")
            for f in crm.pushes(opened.name).values()
            if f.differs and ("all" in which or {f.external_id, f.lead_id} & {*which})
        ]
        if not found:
            raise CannotDo(
                "Nobody changed a property of ours in any of these records.",
                field="overwrite",
            )
        crm.record_pushes(opened.name, found, moment_of_append(workspace, now))


@dataclass
class _Push:
    session: Session
    open: OpenConnection
    owed: OwedPush
    now: datetime
    progress: Progress
    written: int = 0
    unchanged: int = 0
    differs: set[str] = field(default_factory=set)
    gone: int = 0
    refusals: Counter[str] = field(default_factory=Counter)

    def run(self) -> PushResult:
        made: tuple[str, ...] = ()
        if self.owed.owed:
            made = self._make_properties()
        size = self.open.declaration.write.batch * _BATCHES
        size = max(size, 100)
        done = 0
        self.progress.step(
            f"Writing to {self.open.name}", lambda: 100 * done / max(len(self.owed.owed), 1)
        )
        for start in range(0, len(self.owed.owed), size):
            self._write(self.owed.owed[start : start + size])
            done = start + size
        return self._result(made)

    def _make_properties(self) -> tuple[str, ...]:
        """Our properties are there, once and for all."""
        connection = self.open.connection
        if {*connection.keys} >= {*OWN_PROPERTIES}:
            return ()
        own = self.open.line.make_properties(LABELS)
        self.open = replace(self.open, connection=replace(connection, keys=own.keys))
        _record(self.session, self.open.connection, self.now)
        return tuple(label for name, label in LABELS.items() if name in own.made)

    def _write(self, owed: Sequence[OwedRecord]) -> None:
        """Look, note what is on its way, send, note what arrived."""
        keys, line = self.open.connection.keys, self.open.line
        there = line.look([o.external_id for o in owed], keys)
        lost = [o.external_id for o in owed if o.external_id not in there]
        notes, sending = [], {}
        for one in owed:
            note = self._intend(one, there.get(one.external_id))
            if note is not None:
                notes.append(note)
                if note.state == "sending":
                    sending[note.external_id] = note
        self._note(notes)
        answers = line.write({i: n.sending for i, n in sending.items()}, keys)
        arrived = []
        for answer in answers:
            note = sending[answer.external_id]
            if answer.is_gone:
                lost.append(answer.external_id)
            elif answer.is_done:
                self.written += 1
                arrived.append(_acknowledge(note))
            else:
                self.refusals[answer.code] += 1
                arrived.append(replace(note, state="failed", sending={}, status=answer.code))
        self._note(arrived)
        if len(lost) > max(_FEW, len(owed) // 5):
            self.refusals["not found"] += len(lost)  # so many are rather hidden from us than gone
        elif lost:
            self.gone += stop_people(self.session, self.open, lost, self.now)

    def _intend(self, one: OwedRecord, there: Mapping[str, str] | None) -> PushFact | None:
        """What is to be noted of a record before anything is sent; None where nothing changes."""
        fact = PushFact(self.owed.push_no, one.external_id, one.lead_id, "sending")
        if there is None:
            return None
        decision = decide(one.target, one.fact, there)
        fact = replace(fact, given=decision.given, differs=decision.differs)
        if decision.differs:
            self.differs.add(one.external_id)
        write = dict(decision.write)
        if set(write) <= {"as_of"}:
            self.unchanged += 1
            state = "differs" if decision.differs else "written"
            before = one.fact.before if one.fact else {}
            return replace(fact, state=state, before=before)  # type: ignore[arg-type]
        return replace(fact, sending=write, before=decision.before)

    def _note(self, facts: Sequence[PushFact]) -> None:
        if facts:
            with self.session.write("push", self.now) as workspace:
                at = moment_of_append(workspace, self.now)
                workspace.ledger.crm().record_pushes(self.open.name, facts, at)

    def _result(self, made: tuple[str, ...]) -> PushResult:
        owed, counts = self.owed, self.open.line.counts
        failed = sum(self.refusals.values())
        return PushResult(
            connection=self.open.name,
            at=self.now,
            is_dry_run=False,
            connected=owed.connected,
            owed=len(owed.owed),
            written=self.written,
            unchanged=owed.connected - len(owed.owed) + self.unchanged,
            withdrawn=_withdrawn(owed),
            differs=max(owed.differs, len(self.differs)),
            gone=self.gone,
            still_owed=failed,
            refusals=tuple(Refusals(c, n) for c, n in self.refusals.most_common()),
            made=made,
            push_no=owed.push_no,
            requests=counts.requests,
            throttled=counts.throttled,
            retried=counts.retried,
        )


def _acknowledge(note: PushFact) -> PushFact:
    state: PushState = "differs" if note.differs else "written"
    return replace(note, state=state, given={**note.given, **note.sending}, sending={})
