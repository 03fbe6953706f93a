"""The phone numbers of leads, read by the numbering plans: in E.164 and national form, and what
they ring.
"""

from __future__ import annotations

import duckdb

from leadlight.adapters.db.duckdb import rows, text_literal
from leadlight.facts.contact import OTHER_PHONE
from leadlight.facts.relation import Relation, TableName
from leadlight.verify.numbering import plan

NUMBERS, _READ = TableName("_list_numbers"), TableName("_list_numbers_read")
#: What nobody is called at.
_NOBODY = ("premium", "pager")
_MOBILES = "('mobile', 'fixed_or_mobile')"


def make_numbers(con: duckdb.DuckDBPyConnection, contacts: Relation, *, national: bool) -> None:
    """Leave `NUMBERS`: of each of these contacts the number to call (`call_number`, and its
    `call_national` form where that is asked for, `call_line`, `call_country`), the one to text
    (`text_number`, `text_country`), and whether it has any (`has_number`).

    A number that verification found dead, and one that no plan holds, is not called. Where only
    the column of mobile numbers says that a number is one (in North America the plan does not),
    that column is believed.
    """
    texts = ", ".join(f"{_text(p)} AS {p}_text" for p in ("phone", "mobile"))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE _list_texts AS SELECT lead_id, coalesce(country,"
        f" phone_country) AS country, {texts}, phone IS NOT NULL OR mobile IS NOT NULL AS"
        f" has_number FROM {contacts} c"
    )
    _read(con, national=national)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {NUMBERS} AS SELECT t.lead_id, t.has_number,"
        " coalesce(p.e164, m.e164) AS call_number,"
        " CASE WHEN p.e164 IS NOT NULL THEN p.national ELSE m.national END AS call_national,"
        " CASE WHEN p.e164 IS NOT NULL THEN p.line ELSE m.line END AS call_line,"
        " CASE WHEN p.e164 IS NOT NULL THEN p.region ELSE m.region END AS call_country,"
        f" CASE WHEN m.line IN {_MOBILES} THEN m.e164 WHEN p.line = 'mobile' THEN p.e164 END AS"
        f" text_number, CASE WHEN m.line IN {_MOBILES} THEN m.region WHEN p.line = 'mobile' THEN"
        f" p.region END AS text_country FROM _list_texts t LEFT JOIN {_READ} p ON p.text ="
        f" t.phone_text AND p.country IS NOT DISTINCT FROM t.country LEFT JOIN {_READ} m ON m.text"
        " = t.mobile_text AND m.country IS NOT DISTINCT FROM t.country"
    )


def _text(point: str) -> str:
    """The number of a contact point as it may be read: the repair where that is dialled instead."""
    other = f"contains(coalesce({point}_because, ''), {text_literal(OTHER_PHONE)})"
    return (
        f"CASE WHEN {point}_verdict = 'unreachable' THEN NULL WHEN {other} THEN {point}_repair ELSE"
        f" coalesce({point}_repair, {point}) END"
    )


def _read(con: duckdb.DuckDBPyConnection, *, national: bool) -> None:
    """Read each distinct number once."""
    found = rows(
        con,
        "SELECT DISTINCT text, country FROM (SELECT phone_text AS text, country FROM _list_texts"
        " UNION ALL SELECT mobile_text, country FROM _list_texts) WHERE text IS NOT NULL",
    )
    plans = plan()
    columns: tuple[list[object], ...] = ([], [], [], [], [], [])
    for text, country in found:
        read = plans.read(str(text)[:250], plans.country(None if country is None else str(country)))
        if not isinstance(read, tuple) or read[2] in _NOBODY:
            continue
        e164, region, line = read[:3]
        written = plans.national_form(e164) if national else None
        for column, value in zip(
            columns, (text, country, e164, region, line, written), strict=True
        ):
            column.append(value)
    names = ("text", "country", "e164", "region", "line", "national")
    unrolled = ", ".join(f"unnest(?::VARCHAR[]) AS {n}" for n in names)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {_READ} AS SELECT {unrolled}", list(columns))
