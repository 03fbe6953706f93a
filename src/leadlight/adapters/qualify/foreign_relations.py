"""Relations of somebody else's connection: a DuckDB relation, or a data frame of Spark. They are
read and qualified where they are; nothing is copied here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from leadlight.adapters.ledger.columns import SQL_TYPES
from leadlight.facts.catalog import Attribute, Type
from leadlight.facts.relation import TableName
from leadlight.problems import CannotDo

#: A type as the engines say it -> ours. Decimals are numbers.
_TYPES = {
    **{sql: type_ for type_, sql in SQL_TYPES.items()},
    "STRING": Type.TEXT,
    "INTEGER": Type.WHOLE,
    "INT": Type.WHOLE,
    "SMALLINT": Type.WHOLE,
    "FLOAT": Type.NUMBER,
    "DATE": Type.MOMENT,
    "TIMESTAMP_NTZ": Type.MOMENT,
    "TIMESTAMP WITH TIME ZONE": Type.MOMENT,
}


class ForeignRelation:
    """A relation of the notebook's own connection, under a name there. `engine` says of which."""

    def __init__(self, relation: Any, what: str) -> None:
        self._relation = relation
        self.engine = engine_of(relation) or ""
        if not self.engine:
            raise CannotDo(
                f"The {what} are no DuckDB relation and no data frame of Spark. Files and other"
                " frames go into qualify.",
                field=what,
            )
        self.name = TableName(f"leadlight_{what}_{secrets.token_hex(4)}")
        if self.engine == "duckdb":
            relation.create_view(self.name.name, replace=True)
        else:
            relation.createOrReplaceTempView(self.name.name)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Its columns, with the types that they have there."""
        if self.engine == "duckdb":
            pairs = zip(self._relation.columns, map(str, self._relation.types), strict=True)
        else:
            pairs = iter(self._relation.dtypes)
        return tuple(Attribute(name, _type_of(type_.upper()), own=True) for name, type_ in pairs)

    def query(self, sql: str) -> Any:
        """What a statement gives, as a relation (a data frame) there; nothing is read yet."""
        if self.engine == "duckdb":
            return self._relation.query(f"leadlight_{secrets.token_hex(4)}", sql)
        session: Callable[[str], Any] = self._relation.sparkSession.sql
        return session(sql)


def engine_of(relation: object) -> str | None:
    """Which engine a relation is of: `duckdb` or `spark`; None where it is no such relation."""
    kind = type(relation)
    if kind.__name__ == "DuckDBPyRelation":
        return "duckdb"
    return "spark" if kind.__module__.startswith("pyspark.sql") else None


def _type_of(type_: str) -> Type:
    return Type.NUMBER if type_.startswith("DECIMAL") else _TYPES.get(type_, Type.TEXT)
