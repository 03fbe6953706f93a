"""What the desk asks of linking, over one open ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import duckdb

from leadlight.adapters.links import current_links, find_company_links, find_links
from leadlight.adapters.links.merge_preview import merge_preview
from leadlight.dedupe.groups import Rank
from leadlight.dedupe.link import Link
from leadlight.dedupe.settings import Settings
from leadlight.facts.catalog import Attribute
from leadlight.facts.ledger import ImportReceipt, Ledger, LinkState
from leadlight.problems import Problem


class Duplicates:
    """The duplicates of a ledger: the links that are known, and a search for more.

    `prepare` is asked first where leads are compared, ranked or shown.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
        self.con, self.ledger = con, ledger

    def prepare(self, now: datetime) -> int:
        """Put every lead aside by itself, whatever was linked before; how many there are."""
        return current_links.put_leads_aside(self.con, self.ledger.holdings(), now)

    def prepare_few(self, leads: Iterable[str], now: datetime) -> None:
        """Put these leads aside by themselves, to be shown."""
        current_links.put_few_aside(self.con, self.ledger.holdings(), leads, now)

    def find(
        self,
        columns: Sequence[Attribute],
        settings: Settings,
        known: Sequence[Link],
        tell: Callable[[str], None],
    ) -> tuple[list[Link], tuple[Problem, ...]]:
        """The links between leads that are one person, and what a user should know of the
        search; and known links that wait since, because they contradict others.
        """
        found = find_links(self.con, current_links.LEADS, columns, settings, tell, known=known)
        return found.links, found.problems

    def find_companies(self, settings: Settings) -> list[Link]:
        """The links between leads of one company."""
        return find_company_links(self.con, current_links.LEADS, settings)

    def known_links(self) -> list[Link]:
        """Every link as it stands."""
        return current_links.known_links(self.con, self.ledger)

    def links_in_state(self, state: LinkState, limit: int | None = None) -> list[Link]:
        """The links in a state, those of persons and the surest first; at most so many."""
        return current_links.links_in_state(self.con, self.ledger, state, limit)

    def group_of(self, lead: str) -> tuple[str, ...]:
        """The leads that are one person with this one, itself among them."""
        members = self.ledger.members("person")
        return current_links.group_of(self.con, members, lead) or (lead,)

    def merge(self, leads: Sequence[str], now: datetime) -> dict[str, str]:
        """What would be known of these leads if they were one person; nothing is written."""
        return merge_preview(self.con, self.ledger, leads, now)

    def members(self) -> dict[str, dict[str, str]]:
        """kind -> lead -> group, as it stands."""
        return current_links.members(self.con, self.ledger)

    def ranks(self, leads: Iterable[str]) -> dict[str, Rank]:
        """How well each of these leads is known."""
        return current_links.ranks(self.con, leads)

    def side_by_side(self, ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """What is known of each of these leads, for a person who compares two."""
        return current_links.side_by_side(self.con, ids)

    def record(
        self, links: Sequence[Link], moved: Sequence[tuple[str, str, str]], now: datetime
    ) -> ImportReceipt:
        """Append links, and who belongs together since: (lead, kind, group)."""
        relation, members = current_links.to_append(self.con, links, moved)
        return self.ledger.record_links(relation, now=now, members=members)
