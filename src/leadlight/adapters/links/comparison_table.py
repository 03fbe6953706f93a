"""The base as it is compared: one row a lead, each value in the plain form in which two of them are
set side by side.

Columns are called `v<i>` for comparison i (and `f<i>`, `l<i>` ... for its parts), so that no header
is ever SQL.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadlight.adapters.db.arrow import Stream
from leadlight.adapters.db.duckdb import quoted, rows, text_literal
from leadlight.adapters.links.nobody import mark_nobody
from leadlight.adapters.links.places import READ as PLACE
from leadlight.adapters.links.places import make_places
from leadlight.adapters.links.plain_values import address, code, date, digits, mail, norm
from leadlight.dedupe.companies import ROLES
from leadlight.dedupe.comparisons import Comparison, How
from leadlight.dedupe.settings import Settings


def bring(
    con: duckdb.DuckDBPyConnection,
    own: duckdb.DuckDBPyConnection,
    relation: str,
    comparisons: Sequence[Comparison],
    settings: Settings,
) -> None:
    """Carries the compared columns into the connection of linking, as table `base`, and prepares
    them as `leads`.
    """
    there = {str(r[0]) for r in rows(con, f"DESCRIBE SELECT * FROM {relation}")}
    attributes = dict.fromkeys([a for c in comparisons for a in c.attributes])
    for extra in (*settings.external_ids, *_CONTACT, *PLACE):
        if extra in there:
            attributes.setdefault(extra)
    picked = ", ".join(f"{quoted(a)} AS a{i}" for i, a in enumerate(attributes))
    query = con.sql(
        f"SELECT lead_id::VARCHAR AS lead_id{', ' + picked if picked else ''} FROM {relation} WHERE"
        " lead_id IS NOT NULL"
    )
    own.register("brought", Stream(query))
    # numbered by id, so that the order of the rows of a file changes nothing
    own.execute(
        "CREATE TABLE base AS SELECT row_number() OVER (ORDER BY lead_id) AS n, * FROM brought"
    )
    own.unregister("brought")
    _prepare(own, {a: f"a{i}" for i, a in enumerate(attributes)}, comparisons, settings)


_NAMES = ("first_name", "last_name", "full_name")
_CONTACT = (
    "email",
    "phone",
    "mobile",
    "email_verdict",
    "email_because",
    "phone_verdict",
    "phone_because",
    "mobile_verdict",
    "mobile_because",
    "first_name",
    "last_name",
    "full_name",
    "birthday",
)


def _prepare(
    own: duckdb.DuckDBPyConnection,
    column: dict[str, str],
    comparisons: Sequence[Comparison],
    settings: Settings,
) -> None:
    made = ["n", "lead_id", *contact_columns(column), *name_columns(column, settings)]
    for i, c in enumerate(comparisons):
        made += _columns(i, c, column)
    own.execute(f"CREATE TABLE leads AS SELECT {', '.join(made)} FROM base ORDER BY n")
    make_places(own, column)
    own.execute("DROP TABLE base")
    if "email" in column:
        mark_nobody(own)
    for name, x in (("email", "m_email"), ("phone", "x_phone"), ("mobile", "x_mobile")):
        if name in column:
            _mark_offices(own, f"s_{name}", x, settings.shared)
    for i, c in enumerate(comparisons):
        for a, v in (
            zip(c.attributes, ("v", "w"), strict=False) if c.how in (How.EMAIL, How.PHONE) else ()
        ):
            # what an office shares is no sign of a person in the model either
            own.execute(f"UPDATE leads SET {v}{i} = NULL WHERE s_{a} AND {v}{i} IS NOT NULL")
        if c.how is How.EMAIL:
            own.execute(f"UPDATE leads SET b{i} = NULL WHERE v{i} IS NULL")


#: Rules of verification by which an address is nobody's own: many people type the same to get past
#: a form.
_NO_PROOF = "role|no_reply|newsletter|test_address|reserved_domain|mash_address|malformed"


_IN_A_ROW = "('123456789', '234567890', '987654321', '876543210', '123123123', '012345678')"


def contact_columns(column: dict[str, str]) -> list[str]:
    """Contact points as exact rules read them (`x_email` ...), NULL where they were found to reach
    nobody or a role.
    """
    made = []
    if "email" in column:
        mailbox = mail(column["email"])
        role = (
            f"split_part({mailbox}, '@', 1) IN"
            f" ({', '.join(text_literal(r) for r in sorted(ROLES))})"
        )
        if "email_because" in column:
            role += (
                f" OR coalesce(regexp_matches({column['email_because']}, '(^|; )({_NO_PROOF})'),"
                " false)"
            )
        made.append(f"{mailbox} AS m_email")
        made.append(f"{address(column['email'])} AS y_email")
        made.append(
            f"CASE WHEN NOT ({_unreachable(column, 'email')}) THEN {mailbox} END AS x_email"
        )
        made.append(f"coalesce({role}, false) AS s_email")
    for name in ("phone", "mobile"):
        if name in column:
            made.append(
                f"CASE WHEN NOT ({_unreachable(column, name)}) THEN {digits(column[name])} END AS"
                f" x_{name}"
            )
            number = f"coalesce({digits(column[name])}, '0')"
            typed = (  # all one digit, or one after the other
                f"(replace({number}, left({number}, 1), '') = '' OR {number} IN {_IN_A_ROW})"
            )
            if f"{name}_because" in column:
                typed += (
                    f" OR coalesce(contains({column[f'{name}_because']}, 'placeholder_number'),"
                    " false)"
                )
            made.append(f"({typed}) AS s_{name}")
    return made


def _unreachable(column: dict[str, str], name: str) -> str:
    verdict = column.get(f"{name}_verdict")
    return f"coalesce({verdict} = 'unreachable', false)" if verdict else "false"


def name_columns(column: dict[str, str], settings: Settings) -> list[str]:
    """The name as exact rules read it, to see whether two leads contradict each other, and the
    external ids.
    """
    first = norm(column["first_name"]) if "first_name" in column else "NULL::VARCHAR"
    last = norm(column["last_name"]) if "last_name" in column else "NULL::VARCHAR"
    full = norm(column["full_name"]) if "full_name" in column else "NULL::VARCHAR"
    if "first_name" not in column and "full_name" in column:
        first = f"CASE WHEN contains({full}, ' ') THEN split_part({full}, ' ', 1) END"
        last = f"CASE WHEN contains({full}, ' ') THEN split_part({full}, ' ', -1) END"
    made = [
        f"{first} AS x_first",
        f"{last} AS x_last",
        f"coalesce({full}, concat_ws(' ', {first}, {last})) AS x_full",
    ]
    made.append(
        f"{date(column['birthday'])} AS x_birthday"
        if "birthday" in column
        else "NULL::VARCHAR AS x_birthday"
    )
    return made + [
        f"{code(column[e])} AS e{k}" for k, e in enumerate(settings.external_ids) if e in column
    ]


def _mark_offices(own: duckdb.DuckDBPyConnection, mark: str, x: str, most: int) -> None:
    """A contact point that stands with many names is an office's: it is marked as shared."""
    # a name and its misspelling begin alike: so the beginnings are counted
    sign = "coalesce(left(x_first, 1) || left(x_last, 2), left(x_full, 3), left(x_last, 3))"
    own.execute(f"""
        UPDATE leads SET {mark} = true WHERE {x} IN (
          SELECT {x} FROM leads WHERE {x} IS NOT NULL
          GROUP BY {x} HAVING count(DISTINCT {sign}) > {int(most)})""")


def _columns(i: int, c: Comparison, column: dict[str, str]) -> list[str]:
    at = [column[a] for a in c.attributes]
    match c.how:
        case How.NAME:
            return _names(i, c, column)
        case How.EMAIL:
            return _address(i, at[0], column)
        case How.PLACE:
            return [f"{code(at[0])} AS v{i}", f"{norm(at[1])} AS w{i}"]
        case How.PHONE:
            other = digits(at[1]) if len(at) > 1 else "NULL::VARCHAR"
            return [f"{digits(at[0])} AS v{i}", f"{other} AS w{i}"]
        case How.DATE:
            return [f"{date(at[0])} AS v{i}"]
        case How.CODE:
            return [f"{code(at[0])} AS v{i}"]
        case How.WORDS | How.STREET:
            words = f"list_sort(list_distinct(string_split({norm(at[0])}, ' ')))"
            number = f"nullif(regexp_extract({norm(at[0])}, '[0-9]+'), '')"
            return [f"{norm(at[0])} AS v{i}", f"{words} AS w{i}", f"{number} AS d{i}"]
        case _:
            return [f"{norm(at[0])} AS v{i}"]


def _address(i: int, x: str, column: dict[str, str]) -> list[str]:
    """An e-mail address, its mailbox, and the digits in it."""
    box = f"split_part(regexp_replace({address(x)}, '(.)\\+[^@]*@', '\\1@'), '@', 1)"
    # a mailbox called by the name says nothing that the name does not say
    named = " OR ".join(
        f"contains({box}, replace({norm(column[n])}, ' ', ''))" for n in _NAMES if n in column
    )
    named = f"coalesce({named}, false)" if named else "false"
    return [
        f"{mail(x)} AS v{i}",
        f"CASE WHEN length({box}) >= 4 AND NOT {named} THEN {box} END AS b{i}",
        f"regexp_replace({mail(x)}, '[^0-9]', '', 'g') AS d{i}",
        f"{address(x)} AS y{i}",
    ]


def _names(i: int, c: Comparison, column: dict[str, str]) -> list[str]:
    """First, last, both, and the whole name where it says more (more than one word)."""
    first, last = (
        norm(column[a]) if a in c.attributes else "NULL::VARCHAR"
        for a in ("first_name", "last_name")
    )
    both = f"{first} || ' ' || {last}"
    full = norm(column["full_name"]) if "full_name" in c.attributes else "NULL::VARCHAR"
    whole = f"CASE WHEN contains({full}, ' ') THEN {full} END"
    return [
        f"{first} AS f{i}",
        f"{last} AS l{i}",
        f"{both} AS v{i}",
        f"coalesce({whole}, {both}) AS w{i}",
    ]
