"""Tracks: their rounds, their facts and the leads that may be written to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from leadlight.desk.wiring import ledgers

if TYPE_CHECKING:
    from leadlight.adapters.base.base import Base
    from leadlight.adapters.nurture.contact_list import ContactRows
    from leadlight.adapters.nurture.fact_store import FactStore as FactStore
    from leadlight.adapters.nurture.round import TrackRound as TrackRound
    from leadlight.adapters.nurture.track_numbers import EntryNumbers as EntryNumbers
    from leadlight.adapters.nurture.track_numbers import StepNumbers as StepNumbers
    from leadlight.adapters.nurture.track_numbers import TrackNumbers as TrackNumbers
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.contact_channels import Channel
    from leadlight.facts.ledger import Ledger
    from leadlight.facts.relation import Relation
    from leadlight.facts.steps import StepFact
    from leadlight.playbook.spec import Playbook


def contact_rows(base: Base, channel: Channel, now: datetime) -> ContactRows:
    """The leads of a list for a channel, to be judged, counted and written."""
    from leadlight.adapters.nurture.contact_list import ContactRows as Leads

    return Leads(base, channel, now)


def control_group(store: FactStore) -> Relation:
    """The leads that are held out of a track, as one of its control group."""
    from leadlight.adapters.nurture.fact_store import control_group as group

    return group(store)


def track_facts(con: Connection, facts: Ledger, *, is_preview: bool = False) -> FactStore:
    """Where the facts of tracks are read and added; in a preview nothing is added."""
    from leadlight.adapters.nurture.fact_store import LocalFacts, PreviewFacts, ServerFacts

    if is_preview:
        return PreviewFacts(track_facts(con, facts))

    if ledgers.is_on_server(facts):
        from leadlight.adapters.ledger.postgres.tables import PostgresTables

        return ServerFacts(con, PostgresTables(facts.server))
    return LocalFacts(con)


def track_round(
    store: FactStore,
    facts: Ledger,
    base: Base,
    book: Playbook,
    now: datetime,
    *,
    clicks: bool = False,
) -> TrackRound:
    """The tracks of a playbook over a base at a moment; with `clicks` for their numbers."""
    from leadlight.adapters.nurture.round import TrackRound

    members = facts.members() if facts.holdings().linked else None
    return TrackRound(store, base, members, book, now, clicks=clicks)


def add_step_facts(store: FactStore, found: Sequence[StepFact], now: datetime) -> int:
    """Add step facts that are not there yet."""
    from leadlight.adapters.nurture.round import add_step_facts

    return add_step_facts(store, found, now)


def leads_with_changes(store: FactStore, since: datetime) -> set[str]:
    """The leads of whom anything was recorded since that may forbid to write to them."""
    from leadlight.adapters.nurture.evidence import changes_since

    return changes_since(store, since)


def track_turns(store: FactStore, track: str) -> tuple[bool, int]:
    """Whether a track is stopped, and how often it was stopped or resumed."""
    from leadlight.adapters.nurture.track_health import turns_of

    why, _, count = turns_of(store).get(track, (None, None, 0))
    return why is not None, count


def variant_choices(store: FactStore) -> list[StepFact]:
    """Which variants of steps were found better, the oldest first."""
    from leadlight.adapters.nurture.track_health import choices_of

    return choices_of(store)


def open_track_tasks(store: FactStore, limit: int) -> list[StepFact]:
    """What tracks have asked people and programs to do, and nobody has done since."""
    from leadlight.adapters.nurture.track_tasks import open_tasks

    return open_tasks(store, limit)
