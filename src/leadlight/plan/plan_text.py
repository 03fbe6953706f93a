"""A plan as a text for people: the very statement that runs, with comments in the playbook's words.

Comments are laid beside the nodes of the statement's tree and rendered with it, so that nothing but
comments can differ from what runs.  What a playbook says is made harmless first: it cannot end a
comment, nor speak to a template engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlglot import exp

from leadlight.facts.catalog import Attribute, Catalog, Type
from leadlight.plan.column_docs import Meanings, step_words
from leadlight.plan.column_use import column_use
from leadlight.plan.columns import ROUTE
from leadlight.plan.compile import Plan
from leadlight.playbook.spec import Playbook
from leadlight.presentable import presentable

#: What ends or opens a comment somewhere, or is read by dbt or Spark before the statement is.
_SPOKEN = re.compile(r"(?<=\*)(?=/)|(?<=/)(?=\*)|(?<=\{)(?=[{%#])|(?<=[}%#])(?=\})|(?<=\$)(?=\{)")
_LONGEST = 200
_TYPES = {
    Type.TEXT: "text",
    Type.WHOLE: "bigint",
    Type.NUMBER: "double",
    Type.YES_NO: "boolean",
    Type.MOMENT: "timestamp",
}


def render_text(
    plan: Plan, book: Playbook, catalog: Catalog, title: str, notes: tuple[str, ...] = ()
) -> str:
    """The plan's statement, commented. `title` is its first line; `notes` follow it."""
    tree = plan.tree()
    _comment_steps(tree, book)
    _comment_columns(tree, Meanings(book).columns())
    _comment_numbers(
        tree,
        {number: names for number, names, _ in Meanings(book).rules()},
        dict(Meanings(book).routes()),
    )
    head = [title, *notes, *relations_read(plan, book, catalog)]
    body = tree.sql(dialect=plan.dialect.name, identify=True, pretty=True, comments=True)
    return "".join(f"-- {harmless(line, 10_000)}\n" for line in head) + body


def harmless(text: str, longest: int = _LONGEST) -> str:
    """A text that can stand in a comment: on one line, without what would end the comment or be
    read by a template.
    """
    return _SPOKEN.sub(" ", presentable(text, longest))


def relations_read(plan: Plan, book: Playbook, catalog: Catalog) -> list[str]:
    """Which columns the statement reads of each relation, with their types in the dialect."""
    read = column_use(book, catalog)
    leads = _present(catalog.lead, read.attributes, catalog.present)
    lines = ["It reads:", f"  leads (one row a lead): lead_id, {_column_list(leads, plan)}"]
    if any(step.name == "activity" for step in plan.steps):
        columns = _present(catalog.activity, read.activity_columns, catalog.activity_present)
        parts = [f"occurred_at {_type(Type.MOMENT, plan)} (UTC)", f"kind {_type(Type.TEXT, plan)}"]
        parts += [_column_list(columns, plan)] if columns else []
        lines.append(f"  activities: lead_id, {', '.join(parts)}")
    return lines


def _present(
    catalog: Mapping[str, Attribute], names: Sequence[str], present: frozenset[str]
) -> list[Attribute]:
    """Those of some names that the base has; all, where that is not known."""
    return [catalog[n] for n in names if not present or n in present]


def _column_list(attributes: list[Attribute], plan: Plan) -> str:
    return ", ".join(f"{a.name} {_type(a.type, plan)}" for a in attributes)


def _type(type_: Type, plan: Plan) -> str:
    return exp.DataType.build(_TYPES[type_]).sql(dialect=plan.dialect.name).lower()


def _comment_steps(tree: exp.Query, book: Playbook) -> None:
    for step in tree.args["with_"].expressions:
        query = step.this
        while isinstance(query, exp.SetOperation):
            query = query.left
        said = [step_words(step.alias)]
        if step.alias == "activity":
            said += [
                f"{number} = {names}: {match}" for number, names, match in Meanings(book).rules()
            ]
        query.add_comments([f" {harmless(line, 400)} " for line in said])
    tree.add_comments([" The qualification: one row a lead. "])


def _comment_columns(tree: exp.Query, columns: dict[str, str]) -> None:
    for column in tree.find_all(exp.Alias):
        # A column that a step only hands on is told where it is made.
        if column.alias in columns and not isinstance(column.this, exp.Column):
            column.add_comments([f" {harmless(columns[column.alias])} "])


def _comment_numbers(tree: exp.Query, rules: dict[int, str], routes: dict[int, str]) -> None:
    """The numbers that a CASE answers with, where they are those of rules or of routes."""
    for column in tree.find_all(exp.Alias):
        words = _words_of_numbers(column.alias, rules, routes)
        for number in column.this.find_all(exp.Literal) if words else ():
            is_answer = number.arg_key in ("true", "default") or number.parent is column.this
            if is_answer and number.is_int and int(number.name) in words:
                number.add_comments([f" {harmless(words[int(number.name)])} "])


def _words_of_numbers(column: str, rules: dict[int, str], routes: dict[int, str]) -> dict[int, str]:
    """What the numbers in a column stand for; nothing in most columns."""
    if column == ROUTE:
        return routes
    return rules if re.fullmatch(r"_s\d+", column) else {}
