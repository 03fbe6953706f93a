"""A data team's own tables, by name, as a plan reads them."""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

from leadlight.facts.relation import Query
from leadlight.plan.dialects import dialect
from leadlight.problems import CannotDo

_NAME = re.compile(r"""(?:[^\W\d][\w$-]*|"[^"]+"|`[^`]+`)""")


def parts_of_name(name: str) -> tuple[str, ...]:
    """The one to three parts of a table's name, as they are written. Raises `CannotDo` for anything
    but a name.
    """
    parts = _NAME.findall(name)
    if ".".join(parts) != name or not 1 <= len(parts) <= 3:
        raise CannotDo(
            f"{name!r} is no name of a table; write leads=schema.table.", field="relations"
        )
    return tuple(parts)


def relation_by_name(name: str, engine: str) -> Query:
    """The relation of a name (`schema.table`) as an engine reads it. Raises `CannotDo` for anything
    but a name.
    """
    parts = parts_of_name(name)
    sql = dialect(engine).name
    ids = [exp.to_identifier(p.strip('"`'), quoted=p[0] in '"`') for p in parts]
    # Unquoted, a name is meant as the engine folds it: in small letters, in capitals, or as it
    # stands.
    folded = [
        exp.to_identifier(normalize_identifiers(i, dialect=sql).name, quoted=True) for i in ids
    ]
    return Query(exp.select("*").from_(_table(folded)).sql(dialect=sql))


def _table(parts: list[exp.Identifier]) -> exp.Table:
    table, db, catalog = [*reversed(parts), None, None][:3]
    return exp.Table(this=table, db=db, catalog=catalog)
