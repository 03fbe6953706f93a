"""Leads that may be reached by a channel, as a list for the program that does it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from leadlight.adapters.base.base import Base
from leadlight.adapters.base.plan_run import RESULT
from leadlight.adapters.db.duckdb import count, rows, text_literal
from leadlight.adapters.destinations.atomic_file import replace_file
from leadlight.adapters.destinations.csv import write_plain_csv
from leadlight.adapters.destinations.export import format_of
from leadlight.adapters.destinations.table import ExportColumn, Table
from leadlight.adapters.nurture.audiences import audience_columns, small
from leadlight.adapters.nurture.evidence import (
    CONTACTS,
    REACHES_BY_MAIL,
    make_contacts_of_base,
    refusal_sql,
)
from leadlight.adapters.nurture.numbers import NUMBERS, make_numbers
from leadlight.adapters.nurture.salutations import salutation
from leadlight.facts.contact_channels import Channel
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.nurture.contact_window import contact_window
from leadlight.playbook.spec import Limits
from leadlight.problems import CannotDo

#: Whom a list may leave out besides: who bought already, and who is held out of a track so that
#: one sees what it causes.
Without = Literal["customers", "held-out"]

_WANTED, _ROWS, _WINDOWS = (
    TableName("_list_wanted"),
    TableName("_list_rows"),
    TableName("_list_windows"),
)
_MORE = {
    **dict.fromkeys(
        (
            "phone_because",
            "phone_repair",
            "mobile_because",
            "mobile_repair",
            "phone_country",
            "first_name",
            "last_name",
            "full_name",
            "gender",
            "company",
            "job_title",
            "street",
            "postal_code",
            "city",
            "region",
            "language",
        ),
        "VARCHAR",
    ),
    "converted": "BOOLEAN",
    "converted_at": "TIMESTAMP",
}
_HAS_STREET = (
    "(nullif(trim(street), '') IS NOT NULL AND coalesce(nullif(trim(postal_code), ''),"
    " nullif(trim(city), '')) IS NOT NULL)"
)
#: By what two leads of a list are one person to whoever reads it.
_SAME = {
    "mail": f"{small('address')}",
    "call": "call_number",
    "text": "text_number",
    "post": (
        "lower(concat_ws('|', coalesce(full_name, concat_ws(' ', first_name, last_name)), street,"
        " postal_code, city))"
    ),
    "ads": f"concat_ws('|', {small('address')}, call_number)",
}
_PERSON = ("first_name", "last_name", "full_name", "company", "job_title", "language", "country")
_ADDRESS = ("street", "postal_code", "city", "region")


class ContactRows:
    """The leads of one list. Each part is asked for in turn."""

    def __init__(self, base: Base, channel: Channel, now: datetime) -> None:
        self._base, self._con, self._channel, self._now = base, base.con, channel, now

    def take_all(self) -> None:
        """Want every lead of the base."""
        found = self._base.leads_with(("lead_id",))
        self._want(f"SELECT CAST(lead_id AS VARCHAR) AS lead_id FROM {found} q")

    def take_from_plan(self, segment: str) -> None:
        """Want those whom the plan that was just run puts into a segment."""
        inside = f"strpos('; ' || q.segments || '; ', {text_literal(f'; {segment}; ')}) > 0"
        self._base.fetch()
        self._want(f"SELECT CAST(q.lead_id AS VARCHAR) AS lead_id FROM {RESULT} q WHERE {inside}")

    def judge(
        self,
        purpose: str,
        *,
        needs_consent: bool = False,
        without: Collection[Without] = (),
        held_out: Relation | None = None,
    ) -> None:
        """Ask the gate of each lead; `held_out` has the leads of control groups."""
        make_contacts_of_base(self._base, self._now, _MORE)
        # A "no" to calls is said of a number, whoever else has it.
        asked = f"lead_id IN (SELECT lead_id FROM {_WANTED}) OR do_not_call"
        only = Query(f"SELECT * FROM {CONTACTS} WHERE {asked}")
        make_numbers(self._con, only, national=self._channel.way == "call")
        refusal = refusal_sql(purpose, self._channel.way, needs_consent=needs_consent)
        cases = [f"WHEN refusal IS NOT NULL THEN refusal {self._by_address()}"]
        if "customers" in without:
            cases.append("WHEN is_customer THEN 'customer'")
        if "held-out" in without and held_out is not None:
            cases.append(f"WHEN lead_id IN (SELECT lead_id FROM {held_out}) THEN 'held-out'")
        same = _SAME[self._channel.way] if not self._channel.by_address else _SAME["mail"]
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS WITH barred AS (SELECT unnest([n.call_number,"
            f" n.text_number]) AS number FROM {CONTACTS} c JOIN {NUMBERS} n USING (lead_id) WHERE"
            " c.do_not_call), d AS (SELECT c.* REPLACE (coalesce(c.do_not_call, FALSE) OR"
            " coalesce(n.call_number IN (SELECT number FROM barred WHERE number IS NOT NULL),"
            " FALSE) OR coalesce(n.text_number IN (SELECT number FROM barred WHERE number IS NOT"
            f" NULL), FALSE) AS do_not_call), n.* EXCLUDE (lead_id), {_HAS_STREET} AS has_street,"
            f" CASE WHEN {REACHES_BY_MAIL} THEN email END AS address, coalesce(converted, FALSE) OR"
            " converted_at IS NOT NULL OR bought_at IS NOT NULL AS is_customer FROM"
            f" {CONTACTS} c JOIN {NUMBERS} n USING (lead_id) WHERE lead_id IN (SELECT lead_id FROM"
            f" {_WANTED})), j AS (SELECT *, {refusal} AS refusal FROM d), k AS (SELECT * EXCLUDE"
            f" (refusal), CASE {' '.join(cases)} END AS code FROM j) SELECT * REPLACE (CASE WHEN"
            f" code IS NULL AND row_number() OVER (PARTITION BY code, {same} ORDER BY lead_id) > 1"
            " THEN 'same-contact' ELSE code END AS code) FROM k"
        )

    def counts(self) -> tuple[int, int, list[tuple[str, int]]]:
        """How many leads were wanted, how many are listed, and how many each reason left out."""
        wanted = count(self._con, f"SELECT count(*) FROM {_WANTED}")
        listed = count(self._con, f"SELECT count(*) FROM {_ROWS} WHERE code IS NULL")
        found = rows(
            self._con,
            f"SELECT code, count(*) FROM {_ROWS} WHERE code IS NOT NULL GROUP BY 1 ORDER BY 2 DESC,"
            " 1",
        )
        return wanted, listed, [(str(code), int(str(n))) for code, n in found]

    def write(self, target: Path, limits: Limits) -> int:
        """Write those who may be reached, by the file's ending; how many they are."""
        if self._channel.is_audience and target.suffix.lower() != ".csv":
            raise CannotDo(
                f"{target}: an advertising platform reads a .csv file. Name the file so.",
                field="out",
            )
        form = write_plain_csv if self._channel.is_audience else format_of(target).write
        columns, order = self._columns(limits)
        source = f"(SELECT * FROM {_ROWS} WHERE code IS NULL) AS l{self._join()}"
        with replace_file(target, "list") as part:
            return form(self._con, Table(tuple(columns), source, order), part)

    def _want(self, query: str) -> None:
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {_WANTED} AS {query}")

    def _by_address(self) -> str:
        """Where only an address says who a lead is, one that works is wanted whatever else."""
        if not (self._channel.by_address and self._channel.is_audience):
            return ""
        return (
            "WHEN address IS NULL THEN CASE WHEN coalesce(contains(email, '@'), FALSE) THEN"
            " 'unreachable' ELSE 'no-address' END"
        )

    def _columns(self, limits: Limits) -> tuple[Sequence[ExportColumn], str]:
        """The columns of the channel's file, and the order of its rows."""
        way = self._channel.way
        if way == "ads":
            columns = audience_columns(self._channel.name)
            # In the order of the hashes, so that a row says nothing by its place.
            return columns, columns[0].sql
        plain = [_plain(n) for n in _PERSON]
        made = [ExportColumn("lead_id", "l.lead_id", "VARCHAR")]
        if way in ("mail", "post"):
            made.append(ExportColumn("salutation", salutation(), "VARCHAR"))
            made += [_plain("email", "address")] if way == "mail" else []
            made += plain + ([_plain(n) for n in _ADDRESS] if way == "post" else [])
        else:
            made += self._of_number(limits) + plain
        made.append(ExportColumn("listed_at", _moment(self._now), "TIMESTAMP"))
        return made, "l.lead_id"

    def _of_number(self, limits: Limits) -> list[ExportColumn]:
        """The number and the hours of a lead."""
        number, country = _NUMBER_OF[self._channel.way]
        self._make_windows(limits, f"coalesce({country}, country)")
        columns = [_plain("phone", number)]
        if self._channel.way == "call":
            columns += [_plain("phone_national", "call_national"), _plain("line", "call_line")]
        return [
            *columns,
            ExportColumn("time_zone", "w.zone", "VARCHAR"),
            ExportColumn("open_now", "w.is_open", "BOOLEAN"),
            ExportColumn("opens_at_utc", "w.opens", "TIMESTAMP"),
            ExportColumn("closes_at_utc", "w.closes", "TIMESTAMP"),
        ]

    def _make_windows(self, limits: Limits, country: str) -> None:
        """The hours of each country of the list."""
        found = rows(self._con, f"SELECT DISTINCT {country} FROM {_ROWS} WHERE code IS NULL")
        windows = [
            contact_window(None if c is None else str(c), limits, self._now) for (c,) in found
        ]
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_WINDOWS} AS SELECT unnest(?::VARCHAR[]) AS"
            " window_country, unnest(?::VARCHAR[]) AS zone, unnest(?::BOOLEAN[]) AS is_open,"
            " unnest(?::TIMESTAMP[]) AS opens, unnest(?::TIMESTAMP[]) AS closes",
            [
                [w.country for w in windows],
                [w.zone for w in windows],
                [w.is_open for w in windows],
                [w.opens for w in windows],
                [w.closes for w in windows],
            ],
        )

    def _join(self) -> str:
        if self._channel.way not in _NUMBER_OF:
            return ""
        country = f"coalesce({_NUMBER_OF[self._channel.way][1]}, country)"
        return f" LEFT JOIN {_WINDOWS} w ON w.window_country IS NOT DISTINCT FROM {country}"


#: By which columns a list with hours has its number and the country of it.
_NUMBER_OF = {"call": ("call_number", "call_country"), "text": ("text_number", "text_country")}


def _plain(header: str, column: str | None = None) -> ExportColumn:
    return ExportColumn(header, f"l.{column or header}", "VARCHAR")


def _moment(now: datetime) -> str:
    return f"CAST({text_literal(now.isoformat(sep=' '))} AS TIMESTAMP)"
