"""What a person's several leads did: one log, in which an activity that two of them tell stands
once.

Two rows of different leads are the same activity when kind and second are the same and nothing that
both state of url, product, value and campaign differs.  Two equal rows of one lead are two
activities, so an activity counts as often as the lead says that tells it most often.  Nothing is
lost: every row that is left out stands for one that stays, and of two rows of a lead never both for
the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from leadlight.facts.cohort import Cohort
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.query_text import equal, fields, quote, with_steps
from leadlight.plan.asof.visibility import ACTIVITY_FACTS, keys, visible_rows
from leadlight.plan.columns import TOLD_BY

TOLD_APART_BY = ("url", "product", "value", "campaign")


def shared_activities(
    cohort: Cohort, holdings: Holdings, names: Sequence[str], tellers: bool
) -> exp.Select:
    """The activities of persons who are several leads: `lead_id`, `occurred_at`, `kind`, these
    columns; reads `_members`.

    Rows that state exactly the same are counted off against each other first (`_once`); then each
    row that states less is laid against one that states more, the first against the first, the
    second against the second (`_same`).
    """
    key = keys(cohort)
    apart = [n for n in TOLD_APART_BY if n in holdings.activity_columns]
    before = _count_off(cohort, holdings, names, apart)
    if apart:
        before |= _pair_rows(key, apart)
    kept = [*key, "occurred_at", "kind"]
    filled = [
        f"COALESCE(q.{quote(n)}, p.{quote(n)}) AS {quote(n)}" if apart else f"q.{quote(n)}"
        for n in names
    ]
    if tellers:
        who = (
            "CASE WHEN p._place IS NULL THEN q._tellers ELSE ARRAY_CONCAT(q._tellers,"
            " p._tellers) END"
        )
        filled.append(
            f"ARRAY_TO_STRING(ARRAY_SORT({who if apart else 'q._tellers'}), '; ') AS {TOLD_BY}"
        )
    final = f"SELECT {', '.join([fields(kept, 'q'), *filled])} FROM _once q"
    if apart:
        final += (
            f" LEFT JOIN _same s ON {equal(key, 's', 'q')} AND s._more = q._place LEFT JOIN _once p"
            f" ON {equal(key, 'p', 's')} AND p._place = s._less WHERE NOT EXISTS (SELECT 1 FROM"
            f" _same x WHERE {equal(key, 'x', 'q')} AND x._less = q._place)"
        )
    return with_steps(final, before)


def _count_off(
    cohort: Cohort, holdings: Holdings, names: Sequence[str], apart: Sequence[str]
) -> dict[str, str | exp.Query]:
    key = keys(cohort)
    read = [*dict.fromkeys([*names, *apart])]
    columns = ["lead_id", "occurred_at", "kind", *read, "_import", "_row"]
    told = visible_rows(ACTIVITY_FACTS, "occurred_at", cohort, holdings, columns, "with")
    alike = fields([*key, "kind", "_second", *apart])
    placed = (
        "SELECT *, DATE_TRUNC('second', occurred_at) AS _second, ROW_NUMBER() OVER (PARTITION BY"
        f" {fields(key)} ORDER BY _import, _row) AS _place FROM _told"
    )
    numbered = (
        f"SELECT *, ROW_NUMBER() OVER (PARTITION BY {alike}, _member ORDER BY _place) AS _time FROM"
        " _placed"
    )
    rest = "".join(
        f", ARG_MIN({quote(n)}, _place) FILTER(WHERE NOT {quote(n)} IS NULL) AS {quote(n)}"
        for n in read
        if n not in apart
    )
    stated = " + ".join(f"CASE WHEN {quote(n)} IS NULL THEN 0 ELSE 1 END" for n in apart) or "0"
    once = (
        f"SELECT {alike}, MIN(occurred_at) AS occurred_at, MIN(_place) AS _place, {stated} AS"
        f" _stated, ARRAY_AGG(_member) AS _tellers{rest} FROM _numbered GROUP BY {alike}, _time"
    )
    return {"_told": told, "_placed": placed, "_numbered": numbered, "_once": once}


def _pair_rows(key: Sequence[str], apart: Sequence[str]) -> dict[str, str | exp.Query]:
    """`_same`: of two rows that are one activity, the place of the one that states less and of the
    one that stays.
    """
    free = " AND ".join(
        f"(p.{quote(n)} = q.{quote(n)} OR p.{quote(n)} IS NULL OR q.{quote(n)} IS NULL)"
        for n in apart
    )
    pairs = (
        f"SELECT {fields(key, 'p')}, p._place AS _less, q._place AS _more, ROW_NUMBER() OVER"
        f" (PARTITION BY {fields(key, 'p')}, p._place ORDER BY q._stated DESC, q._place) AS"
        f" _nth_more, ROW_NUMBER() OVER (PARTITION BY {fields(key, 'p')}, q._place ORDER BY"
        " p._stated DESC, p._place) AS _nth_less FROM _once p JOIN _once q ON"
        f" {equal([*key, 'kind', '_second'], 'p', 'q')} AND (q._stated > p._stated OR (q._stated ="
        f" p._stated AND q._place < p._place)) AND {free} AND NOT ARRAY_OVERLAPS(p._tellers,"
        " q._tellers)"
    )
    k = fields(key)
    met = (
        f"SELECT *, ROW_NUMBER() OVER (PARTITION BY {k}, _more ORDER BY _nth_less) AS _first_less"
        " FROM _pairs WHERE _nth_more = _nth_less"
    )
    one = (
        f"SELECT *, ROW_NUMBER() OVER (PARTITION BY {k}, _less ORDER BY _nth_more) AS _first_more"
        " FROM _met WHERE _first_less = 1"
    )
    # A row that is left out itself stands for no other.
    same = (
        f"SELECT {fields([*key, '_less', '_more'], 'o')} FROM _one o WHERE o._first_more = 1 AND"
        f" NOT EXISTS (SELECT 1 FROM _one x WHERE x._first_more = 1 AND {equal(key, 'x', 'o')} AND"
        " x._less = o._more)"
    )
    return {"_pairs": pairs, "_met": met, "_one": one, "_same": same}
