"""Searching texts once for each distinct value: a base has a million job titles, and a few hundred
different ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from leadlight.facts.catalog import Attribute, Form
from leadlight.plan.columns import search_answer
from leadlight.plan.terms import Tree, alias, bracket, col, is_known, select, subquery
from leadlight.playbook.conditions import Condition, arguments, function_name

#: From this many searches of one attribute on, looking up its distinct values costs less than
#: searching every lead.
WORTH = 2
#: Attributes of which every lead has its own value: there are no fewer distinct ones.
FREE_TEXT = frozenset({"lead_id", "need", "notes", "tags", "interests"})


@dataclass
class Words:
    """The searches that are made on distinct values, by the attribute they search."""

    columns: frozenset[str] = frozenset()
    made: dict[str, dict[str, tuple[str, Tree]]] = field(default_factory=dict)

    def search(self, node: exp.Expr, lower: Callable[[exp.Expr], Tree]) -> Tree | None:
        """The column that will hold this search's answer, or None when the search is made where it
        stands.
        """
        if function_name(node) not in ("has_word", "contains", "starts_with", "ends_with"):
            return None
        names = {n.name for n in node.find_all(exp.Column)}
        if len(names) != 1 or not names <= self.columns:
            return None
        (column,) = names
        of_column = self.made.setdefault(column, {})
        text = node.sql()
        if text not in of_column:
            of_column[text] = (search_answer(sum(len(m) for m in self.made.values())), lower(node))
        return col(of_column[text][0])

    def joins(
        self,
        query: exp.Select,
        source: Callable[[str], Tree],
        once: Callable[[exp.Query], exp.Query],
    ) -> exp.Select:
        """The query with each attribute's answers beside it; `source` says where an attribute's
        values stand.
        """
        for n, (column, searches) in enumerate(self.made.items(), 1):
            distinct = (
                select([col(column)], source(column))
                .where(is_known(col(column)), copy=False)
                .distinct(copy=False)
            )
            answers = select(
                [col(column), *[alias(bracket(t), name) for name, t in searches.values()]],
                subquery(distinct, "d"),
            )
            on = exp.EQ(this=col(column, "l"), expression=col(column, f"p{n}"))
            query = query.join(
                subquery(once(answers), f"p{n}"), on=on, join_type="left", copy=False
            )
            query.set(
                "expressions",
                [
                    *query.expressions,
                    *[alias(col(name, f"p{n}"), name) for name, _ in searches.values()],
                ],
            )
        return query


def worth_it(
    conditions: Iterable[Condition], attributes: Mapping[str, Attribute], present: frozenset[str]
) -> frozenset[str]:
    """The attributes that are searched for words often enough, and whose values repeat."""
    searches: Counter[str] = Counter()
    for condition in set(conditions):
        searches.update(_searched_attributes(condition))
    often = {name for name, times in searches.items() if times >= WORTH}
    return frozenset(
        name
        for name in often & attributes.keys() - FREE_TEXT
        if attributes[name].form is Form.PLAIN and (not present or name in present)
    )


def _searched_attributes(condition: Condition) -> Iterator[str]:
    """The attribute of each search for words in a condition."""
    for node in condition.tree.find_all(exp.Anonymous):
        first = arguments(node)[0]
        if function_name(node) == "has_word" and type(first) is exp.Column:
            yield first.name
