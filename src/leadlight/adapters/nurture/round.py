"""A round over the tracks of a workspace: who enters, who leaves, and what is owed now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from leadlight.adapters.base.base import Base
from leadlight.adapters.nurture import tracks
from leadlight.adapters.nurture.evidence import CONTACTS, make_contacts
from leadlight.adapters.nurture.fact_store import FactStore
from leadlight.adapters.nurture.track_health import track_health
from leadlight.adapters.nurture.track_numbers import (
    StepNumbers,
    TrackNumbers,
    step_numbers,
    track_numbers,
)
from leadlight.facts.cohort import Everyone
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.facts.steps import OwedStep, StepFact, TrackHealth
from leadlight.nurture.permission import Addressee
from leadlight.playbook.spec import Playbook
from leadlight.playbook.track_conditions import with_track_segments

_CHOSEN = TableName("_nurture_chosen")


class TrackRound:
    """The tracks of a playbook over a base at a moment. Each part is asked for in turn."""

    def __init__(
        self,
        facts: FactStore,
        base: Base,
        members: Relation | None,
        book: Playbook,
        now: datetime,
        *,
        clicks: bool = False,
    ) -> None:
        self._facts, self._base, self._now, self._book = facts, base, now, book
        base.qualify(with_track_segments(book), Everyone(now), reasons=False)
        base.fetch()
        make_contacts(facts, base, members, now, clicks=clicks)
        tracks.make_tracks(facts, book)
        tracks.make_states(facts)

    def health(self) -> tuple[TrackHealth, ...]:
        """How each track does: what it sent, and what of that came back or was complained of."""
        return track_health(self._facts, [t.name for t in self._book.tracks], self._now)

    def numbers(self, ladder: Sequence[str]) -> TrackNumbers:
        """What tracks came to, with clicks; `ladder` has the labels of the temperature, the best
        first.
        """
        self.health()
        return track_numbers(self._facts, ladder)

    def step_numbers(self) -> tuple[StepNumbers, ...]:
        """What steps and their variants came to; ask for `health` before."""
        return step_numbers(self._facts)

    def leave(self) -> int:
        """Add that leads leave their tracks; how many."""
        count = tracks.make_leavers(self._facts, self._now)
        tracks.make_states(self._facts)
        return count

    def enter(self) -> int:
        """Add that leads enter tracks, or are held out; how many."""
        count = tracks.make_entries(self._facts, self._now)
        tracks.make_states(self._facts)
        return count

    def count_owed(self) -> int:
        """How many steps are owed now, whether or not they may be taken."""
        return tracks.make_owed(self._facts, self._now)

    def find_old_contacts(self, before: datetime) -> int:
        """How many of those owed a mail have a contact that was verified before a moment."""
        return tracks.find_old_contacts(self._facts, before)

    def old_among(self, rows: Relation) -> Query:
        """Those of some rows of leads whose contacts `find_old_contacts` found."""
        return Query(f"SELECT * FROM {rows} q WHERE lead_id IN (SELECT lead_id FROM {tracks.OLD})")

    def take_verdicts(self, checks: Relation) -> None:
        """Go on with what these checks say of addresses."""
        tracks.take_verdicts(self._facts, checks)

    def owed_mails(self) -> Iterator[tuple[OwedStep, Addressee]]:
        """What is owed by mail, the oldest first; ask for nothing else meanwhile."""
        return tracks.owed_messages(self._facts, self._now, "mail")

    def owed_texts(self) -> Iterator[tuple[OwedStep, Addressee]]:
        """What is owed as a text, the oldest first; ask for nothing else meanwhile."""
        return tracks.owed_messages(self._facts, self._now, "text")

    def mails_by_domain(self, since: datetime) -> dict[str, int]:
        """How many mails went to each domain since a moment."""
        return tracks.mails_by_domain(self._facts, since)

    def owed_others(self) -> list[tuple[OwedStep, str]]:
        """What is owed as a task or a text, with the way."""
        return tracks.owed_others(self._facts)

    def attributes(self, leads: Sequence[str]) -> dict[str, Mapping[str, object]]:
        """What is known of these leads, by lead and name; as `email` the address that is used."""
        con = self._facts.con
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_CHOSEN} AS SELECT DISTINCT unnest(?::VARCHAR[]) AS"
            " lead_id",
            [list(leads)],
        )
        names = tuple(self._base.sources.catalog.lead)
        found = con.execute(f"SELECT * FROM {self._base.leads_with(names, _CHOSEN.name)} q")
        columns = [str(c[0]) for c in found.description or ()]
        place = columns.index("lead_id")
        rows = {str(row[place]): dict(zip(columns, row, strict=True)) for row in found.fetchall()}
        if "email" not in columns:
            return {**rows}
        used = con.execute(
            f"SELECT lead_id, email FROM {CONTACTS} SEMI JOIN {_CHOSEN} USING (lead_id)"
        )
        addresses = dict(used.fetchall())
        return {i: {**row, "email": addresses.get(i)} for i, row in rows.items()}


def add_step_facts(facts: FactStore, found: Sequence[StepFact], now: datetime) -> int:
    """Add step facts that are not there yet; how many were new."""
    if not found:
        return 0
    con = facts.con
    con.execute(
        "CREATE OR REPLACE TEMP TABLE _nurture_made AS SELECT unnest(?::VARCHAR[]) AS lead_id,"
        " unnest(?::VARCHAR[]) AS track, unnest(?::INTEGER[]) AS entry, unnest(?::INTEGER[]) AS"
        " step, unnest(?::VARCHAR[]) AS kind, unnest(?::VARCHAR[]) AS variant,"
        " unnest(?::VARCHAR[]) AS because, unnest(?::VARCHAR[]) AS mail_id,"
        " unnest(?::TIMESTAMP[]) AS occurred_at, ?::TIMESTAMP AS recorded_at",
        [
            [f.lead_id for f in found],
            [f.track for f in found],
            [f.entry for f in found],
            [f.step for f in found],
            [f.kind for f in found],
            [f.variant for f in found],
            [f.because for f in found],
            [f.mail_id for f in found],
            [f.at for f in found],
            now,
        ],
    )
    return facts.add_steps("SELECT * FROM _nurture_made")
