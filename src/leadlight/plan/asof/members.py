"""Who belongs together as of a moment: which leads are one person, or of one company.

The newest visible row of a lead names its group.  A group is called by the id of one of its leads,
which need not have a row of its own.  When an import of links was taken back, rows of different
times stand side by side, and a lead may name a lead that names another: the second name counts, and
two that name each other are the group of the lesser id.
"""

from __future__ import annotations

from sqlglot import exp

from leadlight.facts.cohort import Cohort, Everyone, Moments, Some
from leadlight.facts.ledger import Holdings, LinkKind
from leadlight.facts.relation import Relation
from leadlight.plan.asof.query_text import equal, fields, quote, with_steps
from leadlight.plan.asof.visibility import MEMBER_FACTS, keys, visible_rows
from leadlight.plan.terms import col


def members_as_of(cohort: Cohort, holdings: Holdings, kind: LinkKind = "person") -> exp.Select:
    """`lead_id`, `group_id` (and `as_of`, for `Moments`) of all leads in groups of which the cohort
    asks for one.
    """
    if isinstance(cohort, Moments) and cohort.settled:
        return _groups_of_table(cohort.pairs, cohort.settled, kind)
    key = keys(cohort)
    when = key[1:]
    k, same = fields(when, "m"), equal(when, "g", "m")
    also = f", {k}" if k else ""
    moved = (
        f"SELECT lead_id, ARG_MAX(group_id, _import) AS group_id{', as_of' if when else ''} FROM"
        f" _rows GROUP BY {fields(key)} HAVING ARG_MAX(group_id, _import) <> lead_id"
    )
    settled = (
        "SELECT m.lead_id, CASE WHEN g.group_id IS NULL THEN m.group_id WHEN g.group_id ="
        " m.lead_id AND m.lead_id < m.group_id THEN m.lead_id WHEN g.group_id = m.lead_id THEN"
        f" m.group_id ELSE g.group_id END AS group_id{also} FROM _moved m LEFT JOIN _moved g ON"
        f" g.lead_id = m.group_id{' AND ' + same if same else ''}"
    )
    whole = (
        f"SELECT m.lead_id, m.group_id{also} FROM _settled m UNION SELECT m.group_id AS lead_id,"
        f" m.group_id{also} FROM _settled m WHERE NOT EXISTS (SELECT 1 FROM _moved g WHERE"
        f" g.lead_id = m.group_id{' AND ' + same if same else ''})"
    )
    final = f"SELECT m.lead_id, m.group_id{also} FROM _whole m" + _of_cohort(cohort)
    rows = _rows(cohort, holdings, kind)
    return with_steps(final, {"_rows": rows, "_moved": moved, "_settled": settled, "_whole": whole})


def _groups_of_table(pairs: Relation, settled: str, kind: LinkKind) -> exp.Select:
    """The same from a table that says who belonged together when."""
    then = "{0}.since <= p.as_of AND {0}.until > p.as_of"
    return with_steps(
        f"SELECT DISTINCT m.lead_id, m.group_id, p.as_of FROM {quote(settled)} g JOIN"
        f" {pairs} p ON p.lead_id = g.lead_id AND {then.format('g')} JOIN {quote(settled)}"
        f" m ON m.group_id = g.group_id AND m.kind = g.kind AND {then.format('m')} WHERE g.kind ="
        f" '{kind}'",
        {},
    )


def _of_cohort(cohort: Cohort) -> str:
    if isinstance(cohort, Everyone):
        return ""
    if isinstance(cohort, Some):
        return (
            " WHERE m.group_id IN (SELECT g.group_id FROM _whole g WHERE g.lead_id IN "
            f"(SELECT t.lead_id FROM {quote(cohort.leads)} t))"
        )
    return (
        f" WHERE EXISTS (SELECT 1 FROM _whole g JOIN {cohort.pairs} p ON p.lead_id ="
        " g.lead_id AND p.as_of = g.as_of WHERE g.group_id = m.group_id AND g.as_of = m.as_of)"
    )


def _rows(cohort: Cohort, holdings: Holdings, kind: LinkKind) -> exp.Select:
    """The rows of everybody: whom a lead belongs to may only be told by somebody else's row."""
    names = ["lead_id", "group_id", "_import"]
    if isinstance(cohort, Moments):
        rows = visible_rows(MEMBER_FACTS, "_occurred_at", cohort, holdings, names)
        moments = with_steps(f"SELECT DISTINCT as_of FROM {cohort.pairs}", {}).subquery("p")
        rows.set("joins", [exp.Join(this=moments, kind="CROSS")])
    else:
        as_of = Everyone(cohort.as_of, cohort.known)
        rows = visible_rows(MEMBER_FACTS, "_occurred_at", as_of, holdings, names)
    return rows.where(exp.EQ(this=col("kind", "f"), expression=exp.Literal.string(kind)))
