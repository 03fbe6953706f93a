"""The leads that meet a condition in the playbook's language: over what is known of them now, and
over the scores, labels and segments that the last run left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlglot
from sqlglot import exp

from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.ledger.runs import column
from leadlight.facts.catalog import Attribute, Type
from leadlight.facts.cohort import Everyone
from leadlight.facts.lead_list import COMPANY, LeadQuery
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.texts import leads_text
from leadlight.plan.dialects import dialect
from leadlight.plan.steps.lowering import Lowering
from leadlight.playbook.conditions import Condition, parse
from leadlight.playbook.types import KIND_OF, NUMBER, TEXT, YES_NO

#: A company's value is the greatest that any of its people has.
_OF_COMPANY = (Type.TEXT, Type.WHOLE, Type.NUMBER, Type.MOMENT)


@dataclass(frozen=True)
class ConditionSql:
    """A condition as SQL: `inline` over states `c`, or a query of the leads that meet it."""

    inline: str | None
    query: str | None


def names_of_condition(attributes: Mapping[str, Attribute], query: LeadQuery) -> dict[str, str]:
    """The names that a condition may use, each with its kind; what a playbook makes counts before
    an attribute of that name.
    """
    kinds = {n: KIND_OF[a.type] for n, a in attributes.items()} | {"lead_id": TEXT}
    kinds |= {COMPANY + n: KIND_OF[a.type] for n, a in attributes.items() if a.type in _OF_COMPANY}
    kinds |= dict.fromkeys(query.segments, YES_NO)
    kinds |= dict.fromkeys(query.columns.scores, NUMBER)
    kinds |= dict.fromkeys((*query.columns.scales, "department", "next_step"), TEXT)
    return kinds


def condition_sql(
    holdings: Holdings, states: str, query: LeadQuery, now: datetime, engine: str
) -> ConditionSql:
    """The query's condition for an engine; `states` is the relation of the leads' states."""
    condition = parse(query.condition)
    of_state = _state_columns(query)
    stated = [n for n in condition.names if n not in of_state and n != "lead_id"]
    where = _where(condition, holdings, query, of_state, now, engine)
    if not stated:
        return ConditionSql(where, None)
    known = _attribute_values(holdings, stated, now, engine)
    if condition.names & of_state.keys():
        source = f"({states}) AS c JOIN ({known}) AS k ON k.lead_id = c.lead_id"
    else:
        source = f"({known}) AS k"
    return ConditionSql(None, f"SELECT k.lead_id FROM {source} WHERE {where}")


def _state_columns(query: LeadQuery) -> dict[str, str]:
    """SQL of each name that a run made, over states `c`."""
    found = {
        name: f"(strpos('; ' || coalesce(c.segments, '') || '; ', {text_literal(f'; {name}; ')})"
        " > 0)"
        for name in query.segments
    }
    found |= {n: f"c.{quoted(column('score', n))}" for n in query.columns.scores}
    found |= {n: f"c.{quoted(column('label', n))}" for n in query.columns.scales}
    return found | {"department": "c.department", "next_step": "c.next_step"}


def _where(
    condition: Condition,
    holdings: Holdings,
    query: LeadQuery,
    of_state: Mapping[str, str],
    now: datetime,
    engine: str,
) -> str:
    speak = dialect(engine)
    kinds = names_of_condition(holdings.attributes, query)
    present = frozenset(holdings.attributes) | {COMPANY + n for n in holdings.attributes}
    lower = Lowering(
        speak, speak.moment(now), kinds, present=present, attributes=frozenset(present)
    )
    tree = speak.translate(exp.select("1").where(lower(condition)))
    # Names become columns in the tree: a text within the condition stays a text whatever it says.
    for node in list(tree.find_all(exp.Column)):
        if node.name in condition.names and not node.table:
            node.replace(
                _column(
                    node.name, of_state, reads_attributes=_reads_attributes(condition, of_state)
                )
            )
    text = tree.sql(dialect=speak.name, identify=True, comments=False)
    return text.partition(" WHERE ")[2]


def _column(name: str, of_state: Mapping[str, str], *, reads_attributes: bool) -> exp.Expr:
    if name in of_state:
        return sqlglot.parse_one(of_state[name], read="postgres")
    table = "c" if name == "lead_id" and not reads_attributes else "k"
    return exp.column(name, table=table, quoted=True)


def _reads_attributes(condition: Condition, of_state: Mapping[str, str]) -> bool:
    return any(n not in of_state and n != "lead_id" for n in condition.names)


def _attribute_values(holdings: Holdings, names: list[str], now: datetime, engine: str) -> str:
    """SQL: these attributes of everybody, those of the company beside one's own."""
    own = [n for n in names if not n.startswith(COMPANY)]
    of_company = [n.removeprefix(COMPANY) for n in names if n.startswith(COMPANY)]
    if not of_company:
        return leads_text(Everyone(now), holdings, own, engine)
    keys = [n for n in ("account", "company") if n in holdings.attributes]
    read = list(dict.fromkeys((*own, *of_company, *keys)))
    known = leads_text(Everyone(now), holdings, read, engine)
    each = [f"NULLIF(LOWER(TRIM(CAST({quoted(n)} AS VARCHAR))), '')" for n in keys]
    key = f"COALESCE({', '.join([*each, 'lead_id'])})"
    greatest = "".join(
        f", MAX({quoted(n)}) OVER (PARTITION BY {key}) AS {quoted(COMPANY + n)}" for n in of_company
    )
    listed = "".join(f", {quoted(n)}" for n in own)
    return f"SELECT lead_id{listed}{greatest} FROM ({known}) AS people"
