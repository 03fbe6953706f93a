"""Links between shops, offices and firms without a person: by name and address.

A chain has one name, one site on the web and often one number for many places, so that none of them
proves that two rows are one place. What proves it is the name at one address; where an address is
missing, the name with a number or a postal code that belongs to one place only.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from leadlight.adapters.db.duckdb import count, text_literal
from leadlight.adapters.links.two_people import FIRST_UNLIKE

MADE, ASK = 0.98, 0.8
COMMON = 4  # words beside which a word stands in other names: then it tells nobody apart
BLOCK = 60  # sites under one value that are compared each with each


@dataclass(frozen=True)
class SiteRule:
    """What two sites have in common (over the levels of `_LEVELS`), how sure it is, and in words.
    The first rule that holds counts.
    """

    when: str
    weight: float
    say: str


RULES = (
    SiteRule(
        "apart AND mailed AND named >= 3 AND maybe_people", 0.96, "same e-mail; different street"
    ),
    SiteRule("apart AND named >= 2 AND (moved OR mailed)", 0.6, "different street"),
    SiteRule("apart", 0, ""),
    SiteRule("street = 1 AND unclear AND named >= 2", ASK, "street without its number"),
    SiteRule("two_people AND street >= 1 AND named = 1", ASK, "different first name"),
    SiteRule("street IS NULL AND mailed AND named >= 2 AND maybe_people", 0.96, ""),
    SiteRule("street = 2 AND named >= 2 AND NOT elsewhere", MADE, "same street and number"),
    SiteRule(
        "street = 2 AND named >= 2 AND (called = 2 OR mailed OR unique_house)",
        0.96,
        "same street and number",
    ),
    SiteRule(
        "street = 2 AND named = 1 AND NOT elsewhere AND (called >= 1 OR webbed OR mailed)",
        0.96,
        "same street and number",
    ),
    SiteRule("street = 2 AND named = 1 AND NOT elsewhere", ASK, "same street and number"),
    SiteRule(
        "street = 2 AND NOT elsewhere AND (called = 2 OR mailed)",
        0.7,
        "same street and number; different name",
    ),
    SiteRule(
        "street = 1 AND named >= 2 AND NOT elsewhere AND (called >= 1 OR mailed OR near)",
        0.96,
        "similar street",
    ),
    SiteRule("street = 1 AND named >= 2 AND NOT elsewhere", ASK, "similar street"),
    SiteRule("street = 1 AND named = 1 AND NOT elsewhere AND called = 2", ASK, "similar street"),
    SiteRule("street IS NULL AND named >= 2 AND NOT elsewhere AND called = 2", 0.96, ""),
    SiteRule(
        "street IS NULL AND named >= 2 AND NOT elsewhere AND NOT unclear AND near"
        " AND called IS DISTINCT FROM 0",
        0.95,
        "no other street of that name there",
    ),
    SiteRule(
        "street IS NULL AND named = 3 AND NOT elsewhere AND webbed AND NOT many_at_domain"
        " AND called IS DISTINCT FROM 0",
        0.95,
        "no other street at that website",
    ),
    SiteRule("street IS NULL AND named >= 2 AND near AND NOT unclear", 0.7, ""),
    SiteRule("street IS NULL AND named = 1 AND called = 2 AND NOT elsewhere", 0.7, ""),
)


def link_sites(own: duckdb.DuckDBPyConnection) -> int:
    """Make `site_pairs` (l, r, weight, say): every pair of sites that was compared, with the weight
    0 where nothing speaks for it; how many those are.
    """
    if not count(own, "SELECT count(*) FROM places WHERE site"):
        columns = "l BIGINT, r BIGINT, apart BOOLEAN, weight DOUBLE, say VARCHAR"
        own.execute(f"CREATE TABLE site_pairs ({columns})")
        return 0
    _make_sites(own)
    _mark_common_words(own)
    _meet(own)
    own.execute(f"CREATE TABLE site_levels AS {_levels()}")
    # a row without a house may be any of several of that name thereabouts
    own.execute("""
        CREATE TABLE unclear AS SELECT n FROM (
          SELECT l AS n, door_r AS door FROM site_levels WHERE open_l AND named >= 2 AND NOT apart
          UNION ALL
          SELECT r, door_l FROM site_levels WHERE open_r AND named >= 2 AND NOT apart)
        GROUP BY n HAVING count(DISTINCT door) > 1""")
    weight = " ".join(f"WHEN {r.when} THEN {r.weight}" for r in RULES)
    say = " ".join(f"WHEN {r.when} THEN {text_literal(r.say)}" for r in RULES)
    own.execute(f"""
        CREATE TABLE site_pairs AS
        SELECT l, r, apart, CASE {weight} ELSE 0 END AS weight,
          concat_ws('; ', CASE WHEN named = 3 THEN 'same name' WHEN named > 0 THEN 'similar name'
            END, nullif(CASE {say} ELSE '' END, ''),
            CASE WHEN called >= 1 THEN 'same phone' END, CASE WHEN webbed THEN 'same website' END,
            CASE WHEN mailed THEN 'same e-mail' END,
            CASE WHEN near THEN CASE WHEN in_post THEN 'same postal code' ELSE 'same city' END END)
            AS say
        FROM (SELECT *, l IN (FROM unclear) OR r IN (FROM unclear) AS unclear FROM site_levels)""")
    return count(own, "SELECT count(*) FROM site_pairs")


def _make_sites(own: duckdb.DuckDBPyConnection) -> None:
    """One row a site, with how many streets its number, its name at its place and its domain stand
    for.
    """
    there = {c for (c,) in own.execute("SELECT column_name FROM (DESCRIBE leads)").fetchall()}
    mail = "CASE WHEN NOT s.s_email THEN s.m_email END" if "m_email" in there else "NULL::VARCHAR"
    phone, mobile = (
        f"CASE WHEN NOT s.s_{p} OR s.x_full IS NULL THEN s.x_{p} END"
        if f"x_{p}" in there
        else "NULL::VARCHAR"
        for p in ("phone", "mobile")
    )
    own.execute(f"""
        CREATE TABLE sites AS
        SELECT p.*, s.x_first, s.x_last, {phone} AS phone, {mobile} AS mobile, {mail} AS mail,
          p.street || ' ' || coalesce(p.house, '') AS line,
          coalesce(regexp_replace(p.house, '[a-z]', ''), p.street) AS door
        FROM places p JOIN leads s USING (n) WHERE p.site""")
    for name, key in (("of_phone", "phone"), ("of_domain", "domain")):
        own.execute(f"""
            CREATE TABLE {name} AS SELECT {key} AS x, count(DISTINCT door) AS many
            FROM sites WHERE ({key}) IS NOT NULL GROUP BY 1 HAVING count(*) > 1""")


def _mark_common_words(own: duckdb.DuckDBPyConnection) -> None:
    """Take the words of trades and places (`bakery`) out of `telling`: those that stand beside many
    different others.
    """
    own.execute(f"""
        CREATE TABLE common_words AS
        WITH pairs AS (SELECT DISTINCT unnest(words) AS word, words FROM sites)
        SELECT word, true AS common FROM (
          SELECT word, unnest(words) AS other FROM pairs)
        WHERE word <> other GROUP BY word HAVING count(DISTINCT left(other, 3)) >= {COMMON}""")
    own.execute("""
        CREATE TABLE telling AS
        SELECT n, list(word) AS words FROM (SELECT n, unnest(words) AS word FROM sites)
        WHERE length(word) >= 4 AND word NOT IN (SELECT word FROM common_words) GROUP BY n""")


def _meet(own: duckdb.DuckDBPyConnection) -> None:
    """Make `site_meetings`: the pairs that agree in something few others share."""
    keys = (
        "phone",
        "mobile",
        "mail",
        "domain",
        "firm",
        "left(firm, 5) || ' ' || city",
        "left(firm, 5) || ' ' || left(postal, 4)",
        "left(firm, 4) || ' ' || house",
        "firm || ' ' || postal",
        "firm || ' ' || city",
        "house || ' ' || postal",
        "house || ' ' || left(street, 4)",
        "left(street, 6) || ' ' || city",
        "left(street, 6) || ' ' || postal",
        "line",
        "right(firm, 6) || ' ' || city",
    )
    given = " UNION ALL ".join(
        f"SELECT n, {k} AS key, {x} AS x FROM sites WHERE ({x}) IS NOT NULL"
        for k, x in enumerate(keys)
    )
    own.execute(f"""
        CREATE TABLE site_meetings AS
        WITH given AS (SELECT * FROM ({given}) QUALIFY count(*) OVER (PARTITION BY key, x)
          BETWEEN 2 AND {BLOCK})
        SELECT DISTINCT a.n AS l, b.n AS r FROM given a JOIN given b
          ON a.key = b.key AND a.x = b.x AND a.n < b.n""")


def _levels() -> str:
    """How alike the two sites of each meeting are in each respect."""
    city = (
        "(jaro_winkler_similarity(a.city, b.city) >= 0.88 OR contains(a.city, b.city)"
        " OR contains(b.city, a.city))"
    )
    slipped = "left(a.postal, 2) <> left(b.postal, 2) OR a.city <> b.city"
    return f"""
      SELECT l, r, named, street, called, webbed, mailed, near, in_post, elsewhere, open_l,
        open_r, door_l, door_r, many_at_domain, unique_house, maybe_people, two_people, moved,
        coalesce(street = 0, false) OR far OR (coalesce(street, 0) < 2 AND elsewhere) AS apart
      FROM (
        SELECT m.l, m.r, {_name_level()} AS named, {street_level()} AS street,
          {_phone_level()} AS called,
          coalesce(a.domain = b.domain, false) AS webbed,
          coalesce(a.mail = b.mail, false) AS mailed,
          coalesce(a.postal = b.postal, false) AS in_post,
          coalesce(a.postal = b.postal, a.city = b.city, false) AS near,
          NOT coalesce({city}, false) AND coalesce(a.postal <> b.postal, false)
            AND coalesce({slipped}, true) AS far,
          coalesce(NOT {city}, false) AND coalesce(a.postal <> b.postal, true)
            OR coalesce(a.country <> b.country, false) AND coalesce(a.postal <> b.postal, true)
            AS elsewhere,
          a.house IS NULL AS open_l, b.house IS NULL AS open_r,
          CASE WHEN b.house IS NOT NULL THEN b.door END AS door_r,
          CASE WHEN a.house IS NOT NULL THEN a.door END AS door_l,
          coalesce(d.many, 0) > 1 AS many_at_domain,
          coalesce(length(regexp_replace(a.house, '[a-z]', '')) >= 3, false)
            AND a.postal IS NULL AND b.postal IS NULL AS unique_house,
          a.perhaps_a_person AND b.perhaps_a_person AS maybe_people,
          a.perhaps_a_person AND b.perhaps_a_person AND {FIRST_UNLIKE} AS two_people,
          -- one number at two doors may be a shop that moved; at more it is a head office
          coalesce(a.phone = b.phone AND ph.many = 2, false) AS moved
        FROM site_meetings m JOIN sites a ON a.n = m.l JOIN sites b ON b.n = m.r
          LEFT JOIN telling ta ON ta.n = m.l LEFT JOIN telling tb ON tb.n = m.r
          LEFT JOIN of_phone ph ON ph.x = a.phone
          LEFT JOIN of_domain d ON d.x = a.domain)"""


def _name_level() -> str:
    """3 the same name, 2 a slip or more words, 1 some likeness, 0 another name."""
    likeness = "jaro_winkler_similarity(a.firm, b.firm)"
    both = "len(list_intersect(a.words, b.words))"
    fewer = "least(len(a.words), len(b.words))"
    return f"""CASE
        WHEN a.firm = b.firm THEN 3
        WHEN {likeness} >= 0.93 OR ({both} = {fewer} AND {both} >= 1
          AND list_max(list_transform(list_intersect(a.words, b.words), lambda w: length(w))) >= 4)
          OR ({likeness} >= 0.8 AND damerau_levenshtein(a.firm, b.firm)
            <= least(length(a.firm), length(b.firm)) // 5) THEN 2
        WHEN {likeness} >= 0.85 OR coalesce(list_has_any(ta.words, tb.words), false)
          OR (least(length(a.firm), length(b.firm)) >= 4
            AND (starts_with(a.firm, b.firm) OR starts_with(b.firm, a.firm))) THEN 1
        ELSE 0 END"""


def street_level() -> str:
    """2 the same street and number, 1 nearly, 0 another, NULL where one is not known."""
    likeness = "jaro_winkler_similarity(a.street, b.street)"
    number = r"regexp_replace({}.house, '[a-z]', '')"
    same_house = f"{number.format('a')} = {number.format('b')}"
    alike = (
        f"({likeness} >= 0.92 OR ({likeness} >= 0.8 AND damerau_levenshtein(a.street, b.street) <="
        " greatest(1, least(length(a.street), length(b.street)) // 5))"
        " OR (least(length(a.street), length(b.street)) >= 4"
        " AND (contains(a.street, b.street) OR contains(b.street, a.street))))"
    )
    crossed = "(coalesce(a.side <> b.side, false) OR coalesce(a.sort <> b.sort, false))"
    return f"""CASE
        WHEN a.street IS NULL OR b.street IS NULL THEN NULL
        WHEN {alike} AND {same_house} AND a.house = b.house AND NOT {crossed} THEN 2
        WHEN {alike} AND (a.house IS NULL OR b.house IS NULL) THEN 1
        WHEN {alike} AND {same_house} THEN 1
        WHEN {same_house} AND ({likeness} >= 0.75
          OR coalesce(length(a.initials) >= 2 AND a.initials = b.initials, false)
          OR (length(a.street) >= 7 AND right(a.street, 6) = right(b.street, 6))) THEN 1
        ELSE 0 END"""


def _phone_level() -> str:
    """2 the same number of one place, 1 a number that stands for several, 0 another, NULL where one
    is not known.
    """
    crossed = "a.phone = b.mobile OR a.mobile = b.phone OR a.mobile = b.mobile"
    return f"""CASE
        WHEN a.phone = b.phone THEN CASE WHEN coalesce(ph.many, 0) > 1 THEN 1 ELSE 2 END
        WHEN coalesce({crossed}, false) THEN 2
        WHEN coalesce(a.phone, a.mobile) IS NULL OR coalesce(b.phone, b.mobile) IS NULL THEN NULL
        ELSE 0 END"""
