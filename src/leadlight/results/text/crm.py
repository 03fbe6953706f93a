"""Connections with CRMs, as lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from leadlight.problems import NextStep, plural
from leadlight.results.crm import (
    Connections,
    ConnectionStatus,
    ConnectResult,
    Differences,
    DisconnectResult,
    OwedCounts,
    PushExample,
    PushResult,
    SyncResult,
    UndoPushResult,
)
from leadlight.results.text.lines import Hint, Line, Part


def render_connections(result: Connections) -> Iterator[Part]:
    """The connections of a workspace."""
    if not result.connections:
        yield "No CRM is connected."
        yield (
            f"Leadlight knows {', '.join(result.shipped)}. Any other is connected by a file that"
            " declares it."
        )
        yield Hint("For example:", NextStep("connect", {"crm": result.shipped[0]}))
    for c in result.connections:
        since = c.since or c.recorded_at
        yield f"{c.name:12} {c.state:13} {c.title}, {c.url}, by {c.by} on {since:%Y-%m-%d}"
        yield from _status(c)


def _status(c: ConnectionStatus) -> Iterator[Part]:
    space = " " * 13
    known = [
        f"{r.reading} {r.records:,}" if r.what != "activities" else f"{r.reading} {r.facts:,} facts"
        for r in c.readings
        if r.records or r.facts
    ]
    read = f"last read {_moment(c.read_at)}, last written {_moment(c.written_at)}"
    yield f"{space}{read}{': ' if known else ''}{', '.join(known)}"
    for fault in c.faults:
        word = f" ({fault.word})" if fault.word else ""
        at = _moment(fault.at)
        yield Line(f"{space}{fault.verb} failed on {at}{word}: {fault.sentence}", "fault")
    if c.owed is not None:
        yield from _owed(c.owed, space)
    for refusal in c.refusals:
        records = plural(refusal.records, "record was", "records were")
        yield Line(f"{space}{records} refused ({refusal.code}): still owed", "doubt")
    if c.differs:
        records = plural(c.differs, "record", "records")
        yield f"{space}in {records} somebody changed what Leadlight wrote: it stays so"
    if c.state == "connected" and not c.is_rehearsed:
        yield Line(f"{space}nobody has seen a dry run since it was connected", "dim")


def _owed(owed: OwedCounts, space: str) -> Iterator[Part]:
    gone = f", of which {owed.withdrawn:,} lose their values" if owed.withdrawn else ""
    yield f"{space}{plural(owed.owed, 'record is', 'records are')} owed{gone}"


def _moment(at: datetime | None) -> str:
    return "never" if at is None else f"{at:%Y-%m-%d %H:%M}"


def render_connect(result: ConnectResult) -> Iterator[Part]:
    """A CRM that was connected."""
    c = result.connection
    yield f"{c.title} is connected as {c.name}. Nothing was read or written yet."
    yield f"Scopes of its token: {', '.join(result.scopes) or 'as the CRM says'}"
    yield f"Secrets are read from: {', '.join(result.variables)}, or the keyring"
    yield f"Read: {', '.join(result.readings)}"
    yield f"Written after a dry run: {', '.join(result.properties)}"
    yield Hint("Next:", NextStep("sync", {"connection": c.name}))


def render_disconnect(result: DisconnectResult) -> Iterator[Part]:
    """A connection that ended."""
    yield f"{result.connection.name} is disconnected. Its facts stay."
    if result.restored or result.left:
        records = plural(result.restored, "record has", "records have")
        yield f"{records} their earlier values back; {result.left} were left as they are."


def render_sync(result: SyncResult) -> Iterator[Part]:
    """What came of a sync."""
    yield (
        f"{result.connection}: {plural(result.people, 'person', 'people')} read,"
        f" {result.stated} with something new; {result.new} of them new leads"
    )
    for line in result.lines:
        left = f", {line.left_out} left out" if line.left_out else ""
        yield f"  {line.reading}: {line.read} read, {line.stated} new facts{left}"
    if result.merged:
        yield f"  {plural(result.merged, 'record was', 'records were')} merged there: linked here"
    if result.deleted:
        yield (
            f"  {plural(result.deleted, 'person was', 'people were')} deleted there: not scored,"
            " written to or called any more"
        )
    if result.erased:
        yield f"  {plural(result.erased, 'person was', 'people were')} erased there: forgotten here"
    if result.forgotten:
        yield f"  {plural(result.forgotten, 'person was', 'people were')} forgotten here: left out"
    if result.changed_by_hand:
        records = plural(result.changed_by_hand, "record", "records")
        yield Line(
            f"  In {records} somebody changed what Leadlight wrote: their values stay.", "doubt"
        )
    for name, count in result.unreadable.items():
        yield Line(f"  {plural(count, 'value', 'values')} of {name} cannot be read.", "doubt")
    yield _requests(result.requests, result.throttled, result.retried)


def render_push(result: PushResult) -> Iterator[Part]:
    """What came of a push, or would."""
    if result.is_dry_run:
        yield from _dry_run(result)
        return
    yield (
        f"{result.connection}: {result.written} of {plural(result.owed, 'record', 'records')}"
        f" written, {result.unchanged} as they should be"
    )
    if result.made:
        yield f"  Properties made: {', '.join(f'Leadlight {m}' for m in result.made)}"
    yield from _stays(result)
    for refusal in result.refusals:
        yield Line(
            f"  {plural(refusal.records, 'record was', 'records were')} refused"
            f" ({refusal.code}): still owed.",
            "doubt",
        )
    yield _requests(result.requests, result.throttled, result.retried)


def _dry_run(result: PushResult) -> Iterator[Part]:
    yield (
        f"{result.connection}: {plural(result.owed, 'record', 'records')} of {result.connected}"
        " would be written. Nothing was written."
    )
    if result.made:
        yield f"  Properties that would be made: {', '.join(f'Leadlight {m}' for m in result.made)}"
    yield from _stays(result)
    for example in result.examples:
        yield from _example(example)
    if result.owed:
        yield Hint("To write them:", NextStep("push", {"connection": result.connection}))


def _stays(result: PushResult) -> Iterator[Part]:
    if result.withdrawn:
        records = plural(result.withdrawn, "record loses its", "records lose their")
        yield f"  {records} values: the lead is not scored any more."
    if result.differs:
        records = plural(result.differs, "record", "records")
        yield f"  In {records} somebody changed what Leadlight wrote: their values stay."
    if result.gone:
        yield f"  {plural(result.gone, 'record is', 'records are')} not there any more."


def _example(example: PushExample) -> Iterator[Part]:
    yield Line(f"  {example.external_id} ({example.lead_id})", "bold")
    for name, value in example.after.items():
        yield f"    {name:12} {example.before.get(name, '') or '-'} -> {value or '-'}"


def render_undo_push(result: UndoPushResult) -> Iterator[Part]:
    """A push that was taken back."""
    yield (
        f"{result.connection}: push {result.push_no} is taken back."
        f" {plural(result.restored, 'record has its', 'records have their')} earlier values back;"
        f" {result.left} were left as somebody changed them, {result.still_owed} were refused."
    )


def render_differences(result: Differences) -> Iterator[Part]:
    """Where a CRM and a workspace differ, and why."""
    yield (
        f"{result.connection}: {plural(result.records, 'record', 'records')} compared,"
        f" {result.same} values the same"
    )
    for code, count in result.counts.items():
        yield f"  {count:6} {code}: {result.sentences.get(code, '')}"
    if result.unexplained:
        yield Line(f"  {result.unexplained} cannot be explained.", "fault")
    for d in result.differences:
        sides = f" {d.field}: there {_text(d.there)}, here {_text(d.here)}" if d.field else ""
        yield f"  {d.external_id}{sides}: {d.because}"


def _text(value: str | None) -> str:
    return "nothing" if value in (None, "") else f"{value!r}"


def _requests(requests: int, throttled: int, retried: int) -> str:
    more = [f"{throttled} had to wait"] * bool(throttled) + [f"{retried} tried again"] * bool(
        retried
    )
    return f"  {plural(requests, 'request', 'requests')}" + "".join(f", {m}" for m in more)
