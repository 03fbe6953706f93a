"""What the columns of a base hold, in numbers: enough to tell what each is evidence of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.facts.catalog import Attribute, Type
from leadlight.facts.evidence import ColumnProfile
from leadlight.facts.relation import Relation

#: Words of a column that are counted; of more it is no list of answers. A longer one is none.
FEW, LONGEST = 60, 60


def column_profiles(
    con: duckdb.DuckDBPyConnection,
    leads: Relation,
    attributes: Iterable[Attribute],
    headers: Mapping[str, str],
) -> tuple[ColumnProfile, ...]:
    """The profiles of these attributes of a relation of leads, in two passes over it."""
    known = list(attributes)
    counted = _counts(con, leads, known)
    texts = [a for a in known if a.type is Type.TEXT and counted[a.name][3] <= FEW]
    words = _words(con, leads, texts)
    return tuple(
        ColumnProfile(
            a.name,
            headers.get(a.name, a.name),
            a.type,
            counted[a.name][0],
            counted[a.name][4],
            counted[a.name][1],
            counted[a.name][2],
            words.get(a.name, {}),
        )
        for a in known
    )


_Counts = tuple[int, float | None, float | None, int, int]


def _counts(
    con: duckdb.DuckDBPyConnection, leads: Relation, known: Sequence[Attribute]
) -> dict[str, _Counts]:
    """Of each attribute how many are filled, the least and greatest number, how many texts there
    are, about, and how many leads.
    """
    each = []
    for a in known:
        name = quoted(a.name)
        ends = _ends(a.type, name)
        distinct = f"approx_count_distinct({name})" if a.type is Type.TEXT else "0"
        each += [f"count({name})", ends, distinct]
    found = rows(con, f"SELECT count(*), {', '.join(each) or 'NULL'} FROM {leads}")[0]
    total, cells = int(str(found[0])), found[1:]
    out: dict[str, _Counts] = {}
    for n, a in enumerate(known):
        filled, low, high, apart = cells[4 * n : 4 * n + 4]
        out[a.name] = (int(str(filled)), _number(low), _number(high), int(str(apart)), total)
    return out


def _ends(kind: Type, name: str) -> str:
    """The least and the greatest number; of yes and no 1 and 0."""
    if kind is Type.YES_NO:
        return f"min({name}::INTEGER)::DOUBLE, max({name}::INTEGER)::DOUBLE"
    return f"min({name})::DOUBLE, max({name})::DOUBLE" if kind.is_number else "NULL, NULL"


def _words(
    con: duckdb.DuckDBPyConnection, leads: Relation, texts: Sequence[Attribute]
) -> dict[str, dict[str, int]]:
    """The words of each of these attributes, the most frequent first."""
    if not texts:
        return {}
    counted = ", ".join(f"histogram({quoted(a.name)})" for a in texts)
    found = rows(con, f"SELECT {counted} FROM {leads}")[0]
    out = {}
    for a, histogram in zip(texts, found, strict=True):
        each = histogram if isinstance(histogram, dict) else {}
        if len(each) <= FEW and all(len(str(w)) <= LONGEST for w in each):
            out[a.name] = {str(w): int(n) for w, n in sorted(each.items(), key=lambda p: -p[1])}
    return out


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
