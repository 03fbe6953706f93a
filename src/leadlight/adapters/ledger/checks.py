"""Checks of contacts: recording what was found, and telling whose contact is to be verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import count, quoted, rows, text_literal
from leadlight.adapters.ledger import imports
from leadlight.adapters.ledger.columns import row_order
from leadlight.adapters.ledger.holdings import holdings
from leadlight.adapters.ledger.transaction import transaction
from leadlight.facts.catalog import CHECK_ATTRIBUTES, LEAD_ATTRIBUTES, Type, standard_kind
from leadlight.facts.cohort import Everyone, Some
from leadlight.facts.ledger import DUE_ATTRIBUTES, Arrival, Holdings, ImportReceipt
from leadlight.facts.relation import Query, Relation
from leadlight.plan.asof.checks import OTHERS, checks_as_of
from leadlight.plan.asof.texts import leads_text, members_text

VALUES = ("email", "phone", "mobile")


def record(con: duckdb.DuckDBPyConnection, relation: Relation, now: datetime) -> ImportReceipt:
    """Append one check a lead; of a lead that stands twice one row counts."""
    have = {str(r[0]) for r in rows(con, f"DESCRIBE SELECT * FROM {relation}")}
    moment = _moment(now)
    stated = [
        n
        for n in (*CHECK_ATTRIBUTES, *(f"_{v}" for v in VALUES))
        if n in have and n != "checked_at"
    ]
    checked = f"coalesce(checked_at, {moment})" if "checked_at" in have else moment
    with transaction(con):
        entry = imports.next_entry(con, now, False)
        read = count(con, f"SELECT count(*) FROM {relation}")
        con.execute(
            "INSERT INTO contact_facts BY NAME SELECT CAST(r.lead_id AS VARCHAR) AS lead_id,"
            f" {''.join(f'r.{quoted(n)}, ' for n in stated)}{checked} AS checked_at, {moment} AS"
            f" _occurred_at, {moment} AS _recorded_at, {entry.no} AS _import, row_number() OVER ()"
            " AS _row, k.lead_id IS NOT NULL AS _revises FROM (SELECT DISTINCT ON (lead_id) * FROM"
            f" {relation} WHERE lead_id IS NOT NULL) r LEFT JOIN (SELECT lead_id FROM contact_facts"
            " WHERE NOT _revises) k ON k.lead_id = CAST(r.lead_id AS VARCHAR)"
            + row_order(read, "r")
        )
        imported = count(con, f"SELECT count(*) FROM contact_facts WHERE _import = {entry.no}")
        receipt = ImportReceipt(
            entry.import_id, "contact checks", "checks", now, read, imported, read - imported, 0
        )
        arrival = Arrival("checks", relation, receipt.file, f"checks-{entry.no}", read=read)
        imports.write(con, entry, arrival, receipt)
    return receipt


def due(con: duckdb.DuckDBPyConnection, now: datetime, every_days: int, everything: bool) -> Query:
    """Whose contact is to be verified, with what a check looks at.

    The leads are picked by three narrow columns, and only those that are due are read whole: when
    nothing changed, a million leads cost a scan.
    """
    held = _without_checks(holdings(con))
    _list_returned_mails(con, now, held)
    con.execute(_due(con, now, held, every_days, everything))
    names = [n for n in DUE_ATTRIBUTES if n in held.attributes]
    flag = [_FLAG] if _FLAG in held.attributes else []
    leads = leads_text(Some(now, "_due", "now"), held, names + flag)
    said = ", ".join(
        (
            f"l.{quoted(n)}"
            if n in names
            else f"CAST(NULL AS {_SQL_TYPE[LEAD_ATTRIBUTES[n].type]}) AS {quoted(n)}"
        )
        for n in DUE_ATTRIBUTES
    )
    bounced = f"d.bounced OR coalesce(l.{_FLAG}, FALSE)" if flag else "d.bounced"
    return Query(
        f"SELECT l.lead_id, {said}, {bounced} AS bounced, d.complained FROM ({leads}) l JOIN _due d"
        " ON d.lead_id = l.lead_id"
    )


#: What the company's own system says of mail that came back.
_FLAG = "email_bounced"


_SQL_TYPE = {
    Type.TEXT: "VARCHAR",
    Type.WHOLE: "BIGINT",
    Type.NUMBER: "DOUBLE",
    Type.YES_NO: "BOOLEAN",
    Type.MOMENT: "TIMESTAMP",
}


def _due(
    con: duckdb.DuckDBPyConnection, now: datetime, held: Holdings, every_days: int, everything: bool
) -> str:
    cohort = Everyone(now, "now")
    values = [v for v in (*VALUES, *OTHERS.values(), _FLAG) if v in held.attributes]
    leads = leads_text(cohort, held, values)
    stated = "".join(
        f", {quoted(v) if v in values else 'CAST(NULL AS VARCHAR)'} AS {v}"
        for v in (*VALUES, *OTHERS.values())
    )
    stated += f", coalesce({_FLAG}, FALSE) AS flagged" if _FLAG in values else ", FALSE AS flagged"
    last = [*(f"_{v}" for v in VALUES), "email_because", "checked_at", "_occurred_at", "_import"]
    checks = checks_as_of(cohort, holdings(con), last).sql("duckdb", identify=True)
    return _DUE.format(
        leads=f"SELECT lead_id{stated} FROM ({leads})",
        checks=checks,
        all_emails=_all_values("email", values),
        all_phones=_all_values("phone", values),
        long_ago=f"{_moment(now)} - to_days({int(every_days)})",
        everything="TRUE" if everything else "FALSE",
    )


def _all_values(point: str, stated: Sequence[str]) -> str:
    """The values of a contact point of a lead `l` as one text, as a check states them."""
    others = OTHERS[point]
    if others not in stated:
        return f"l.{point}"
    return (
        f"CASE WHEN l.{others} IS NULL THEN l.{point} ELSE coalesce(l.{point}, '') || '; ' ||"
        f" l.{others} END"
    )


def _list_returned_mails(con: duckdb.DuckDBPyConnection, now: datetime, held: Holdings) -> None:
    """Leave `_returned`: whose mail came back, and to which address.

    A lead may have got a new address since: only what came back while the lead had the present one
    counts. An address that nothing contradicts counts as the lead's from the beginning, for a file
    says today what was true long before.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE _returned (lead_id VARCHAR, email VARCHAR, bounced BOOLEAN, "
        "complained BOOLEAN, last_import INTEGER, last_at TIMESTAMP)"
    )
    kinds = [str(k) for (k,) in rows(con, "SELECT DISTINCT kind FROM activity_facts")]
    bounced, complained = (
        [text_literal(k) for k in kinds if standard_kind(k) == wanted]
        for wanted in ("email_bounced", "email_complained")
    )
    if "email" not in held.attributes or not bounced + complained:
        return
    members = "SELECT NULL AS lead_id, NULL AS group_id WHERE FALSE"
    if held.linked:
        members = members_text(Everyone(now, "now"), held)
    con.execute(
        _RETURNED.format(
            now=_moment(now),
            members=members,
            either=", ".join(bounced + complained),
            bounced=", ".join(bounced) or "NULL",
            complained=", ".join(complained) or "NULL",
        )
    )


def _without_checks(held: Holdings) -> Holdings:
    return replace(
        held,
        checked=False,
        attributes={n: a for n, a in held.attributes.items() if n not in CHECK_ATTRIBUTES},
    )


def _moment(now: datetime) -> str:
    return f"CAST({text_literal(now.isoformat(sep=' '))} AS TIMESTAMP)"


_DUE = """
CREATE OR REPLACE TEMP TABLE _due AS
SELECT l.lead_id, coalesce(b.bounced, FALSE) AS bounced, coalesce(b.complained, FALSE) AS complained
FROM ({leads}) l
LEFT JOIN ({checks}) c ON c.lead_id = l.lead_id
LEFT JOIN _returned b ON b.lead_id = l.lead_id AND b.email = lower(l.email)
WHERE {everything} OR c.lead_id IS NULL OR c.checked_at < {long_ago}
   OR {all_emails} IS DISTINCT FROM c._email OR {all_phones} IS DISTINCT FROM c._phone
     OR l.mobile IS DISTINCT FROM c._mobile
   OR b.last_import > c._import OR b.last_at > c._occurred_at
   OR (l.flagged AND NOT contains(coalesce(c.email_because, ''), 'bounced'))
"""

_RETURNED = """
INSERT INTO _returned
WITH told AS (
    SELECT lead_id, kind, occurred_at, _import FROM activity_facts
    WHERE kind IN ({either}) AND occurred_at <= {now}
      AND _import NOT IN (SELECT import_no FROM undos)
), stated AS (
    SELECT lead_id, lower(email) AS email, _occurred_at,
           row_number() OVER (PARTITION BY lead_id ORDER BY _occurred_at, _import, _row) AS place
    FROM attribute_facts
    WHERE email IS NOT NULL AND _occurred_at <= {now} AND lead_id IN (SELECT lead_id FROM told)
      AND _import NOT IN (SELECT import_no FROM undos)
), own AS (
    SELECT lead_id, arg_max(email, place) AS email FROM stated GROUP BY lead_id
), other AS (
    SELECT lead_id, max(s.place) AS place FROM stated s JOIN own o USING (lead_id)
      WHERE s.email <> o.email
    GROUP BY lead_id
), since AS (
    SELECT s.lead_id, min(s._occurred_at) AS moment FROM stated s JOIN other o USING (lead_id)
    WHERE s.place > o.place GROUP BY s.lead_id
)
SELECT coalesce(m.group_id, t.lead_id), o.email, coalesce(bool_or(t.kind IN ({bounced})), FALSE),
       coalesce(bool_or(t.kind IN ({complained})), FALSE), max(t._import), max(t.occurred_at)
FROM told t
JOIN own o ON o.lead_id = t.lead_id
LEFT JOIN since s ON s.lead_id = t.lead_id
LEFT JOIN ({members}) m ON m.lead_id = t.lead_id
WHERE s.moment IS NULL OR t.occurred_at >= s.moment
GROUP BY ALL
"""


def verdicts_by_value(point: str, among: str | None = None) -> str:
    """What the newest check of each e-mail address or number said, whichever lead had it: value,
    verdict, because. With `among`, a query of values, only of these.
    """
    # One value of both: a maximum of each alone would pass over what the newest check leaves
    # unsaid.
    value, verdict, because = f"_{point}", f"{point}_verdict", f"{point}_because"
    if point in OTHERS:
        # Further values stand behind the first. Where one of them is used, the first works less.
        value = f"nullif(split_part(_{point}, '; ', 1), '')"
        other = f"contains(coalesce({because}, ''), 'other_{point}')"
        verdict = f"CASE WHEN {other} THEN 'unreachable' ELSE {verdict} END"
        because = f"CASE WHEN NOT {other} THEN {because} END"
    only = f" AND {value} IN ({among})" if among else ""
    said = f"arg_max({{'verdict': {verdict}, 'because': {because}}}, _import)"
    return (
        f"SELECT value, said.verdict AS verdict, said.because AS because FROM (SELECT {value} AS"
        f" value, {said} AS said FROM contact_facts WHERE _{point} IS NOT NULL AND _import NOT IN"
        f" (SELECT import_no FROM undos){only} GROUP BY 1)"
    )
