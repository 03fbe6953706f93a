"""Links between people who belong to one company: by its mail domain, its site, or its name in one
country.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from leadlight.adapters.db.arrow import Stream, arrow_table
from leadlight.adapters.db.duckdb import connect, quoted, rows
from leadlight.adapters.links.current_links import links_of
from leadlight.adapters.links.nobody import is_no_company, put_nobody
from leadlight.dedupe.companies import company_key, mail_domain, site_domain
from leadlight.dedupe.link import Link
from leadlight.dedupe.settings import Settings

_READ = ("email", "website", "company")


def find_company_links(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    settings: Settings | None = None,
    *,
    only_new: Collection[str] | None = None,
) -> list[Link]:
    """The links of kind `company`: each lead with the first one under the same sign, so that a
    company of a thousand people has a thousand links and not half a million.

    The same name in the same country under different domains waits for a person: there are two
    companies of that name, or one with two domains.
    """
    how = settings or Settings()
    own = connect()
    try:
        _load(con, own, relation, how)
        _link(own)
        if only_new is None:
            touched = ""
        else:
            own.register("wanted", arrow_table({}, {"lead_id": sorted(only_new)}))
            touched = (
                "WHERE lead_a IN (SELECT lead_id FROM wanted) OR lead_b IN (SELECT lead_id FROM"
                " wanted)"
            )
        return links_of(
            own,
            f"""
            SELECT least(a, b) AS lead_a, greatest(a, b) AS lead_b, 'company' AS kind,
              CASE WHEN max(weight) >= 0.95 THEN 'made' ELSE 'waiting' END AS state,
                max(weight) AS weight,
              string_agg(say, '; ' ORDER BY weight DESC, say) AS evidence
            FROM signs_shared {touched} GROUP BY ALL ORDER BY lead_a, lead_b""",
        )
    finally:
        own.close()


def _load(
    con: duckdb.DuckDBPyConnection,
    own: duckdb.DuckDBPyConnection,
    relation: str,
    settings: Settings,
) -> None:
    """One row a lead with its mail domain, site and name; each different value is read once."""
    there = {str(r[0]) for r in rows(con, f"DESCRIBE SELECT * FROM {relation}")}
    given = [c for c in ("email", "website", "company", "country") if c in there]
    query = con.sql(
        f"SELECT {', '.join(f'{quoted(c)}::VARCHAR AS {c}' for c in ('lead_id', *given))} FROM"
        f" {relation}"
    )
    own.register("brought", Stream(query))
    own.execute("CREATE TABLE base AS SELECT * FROM brought")
    own.unregister("brought")
    if "email" in given:
        _blank_nobodys(own)
    read, joins = ["lead_id"], ""
    for c in _READ:
        if c not in given:
            read.append(f"NULL::VARCHAR AS {c}")
            continue
        x = f"lower(split_part({c}, '@', -1))" if c == "email" else c
        _make_keys(own, c, x, settings)
        read.append(f"key_{c}.k AS {c}")
        joins += f" LEFT JOIN key_{c} ON key_{c}.v = {x}"
    country = "lower(country)" if "country" in given else "NULL::VARCHAR"
    own.execute(
        f"CREATE TABLE leads AS SELECT {', '.join(read)}, {country} AS country FROM base{joins}"
    )


def _blank_nobodys(own: duckdb.DuckDBPyConnection) -> None:
    """Blank the addresses that tell no company: placeholders, and a mailbox that leads of several
    companies gave (of a shared office).
    """
    shared = "SELECT lower(email) FROM base WHERE email IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    put_nobody(own, [str(x) for (x,) in rows(own, shared)])
    there = {str(r[0]) for r in rows(own, "DESCRIBE base")}
    if "company" in there:
        given = rows(
            own,
            f"SELECT DISTINCT lower(email), company FROM base WHERE lower(email) IN ({shared})"
            " AND company IS NOT NULL",
        )
        firms: dict[str, set[str]] = {}
        for address, company in given:
            # a name and its misspelling begin alike: so the beginnings are counted
            firms.setdefault(str(address), set()).add((company_key(str(company)) or "")[:3])
        several = sorted(address for address, names in firms.items() if len(names) > 1)
        own.register("several", arrow_table({}, {"x": several}))
        own.execute("INSERT INTO nobody SELECT x FROM several")
        own.unregister("several")
    own.execute("UPDATE base SET email = NULL WHERE lower(email) IN (SELECT x FROM nobody)")


def _make_keys(own: duckdb.DuckDBPyConnection, column: str, x: str, settings: Settings) -> None:
    """Make the table of what leads can have in common in a column: a row a value of `x`."""
    found = rows(own, f"SELECT DISTINCT {x} FROM base WHERE {column} IS NOT NULL")
    values = [str(v) for (v,) in found]
    keys = [_key(column, v, settings.free_mail) for v in values]
    own.register("seen", arrow_table({}, {"v": values, "k": keys}))
    own.execute(f"CREATE TABLE key_{column} AS SELECT * FROM seen")
    own.unregister("seen")


def _key(column: str, value: str, free: frozenset[str]) -> str | None:
    """What two leads of one company have in common in this column."""
    if column == "company":
        return company_key(value)
    domain = mail_domain(f"@{value}", free) if column == "email" else site_domain(value)
    return None if domain is None or domain in free or is_no_company(domain) else domain


def _link(own: duckdb.DuckDBPyConnection) -> None:
    own.execute("CREATE TABLE signs_shared (a VARCHAR, b VARCHAR, weight DOUBLE, say VARCHAR)")
    domain = "coalesce(email, website)"
    own.execute(f"""
        INSERT INTO signs_shared
        SELECT first, lead_id, 0.99, say FROM (
          SELECT lead_id, min(lead_id) OVER (PARTITION BY d) AS first, say FROM (
            SELECT lead_id, {domain} AS d,
              CASE WHEN email IS NOT NULL THEN 'same e-mail domain' ELSE 'same website' END AS say
                FROM leads)
          WHERE d IS NOT NULL)
        WHERE first < lead_id""")
    # a lead with an address at one domain and the site of another brings the two together
    own.execute("""
        INSERT INTO signs_shared
        SELECT l.lead_id, f.first, 0.97, 'website is the other''s e-mail domain'
        FROM leads l JOIN (SELECT email AS d, min(lead_id) AS first FROM leads GROUP BY email) f
          ON f.d = l.website
        WHERE l.website <> l.email AND f.first <> l.lead_id""")
    # leads of one name without a domain follow the name; one domain among them is theirs, two wait
    # for a person
    own.execute(f"""
        INSERT INTO signs_shared
        WITH named AS (
          SELECT lead_id, {domain} AS d, company, country, min(lead_id) OVER w AS first,
            min({domain}) OVER w AS one, max({domain}) OVER w AS other
          FROM leads WHERE company IS NOT NULL WINDOW w AS (PARTITION BY company, country)),
        heads AS (
          SELECT min(lead_id) AS lead_id, first, one IS DISTINCT FROM other AS doubt FROM named
          GROUP BY company, country, d, first, doubt, CASE WHEN d IS NULL THEN lead_id END)
        SELECT first, lead_id, CASE WHEN doubt THEN 0.8 ELSE 0.95 END,
          CASE WHEN doubt THEN 'same company name; different domains'
            ELSE 'same company name and country' END
        FROM heads WHERE first < lead_id""")
