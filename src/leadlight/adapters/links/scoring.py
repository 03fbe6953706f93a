"""Weighs the pairs with Splink and says in words what speaks for each that is worth a link."""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb

from leadlight.adapters.db.duckdb import text_literal
from leadlight.adapters.links.levels import levels
from leadlight.adapters.links.model import LinkModel, quiet, score
from leadlight.adapters.links.two_people import BORN_APART, FIRST_UNLIKE, LAST_UNLIKE
from leadlight.dedupe.comparisons import Comparison, How
from leadlight.dedupe.settings import Settings


def weigh(
    own: duckdb.DuckDBPyConnection,
    comparisons: Sequence[Comparison],
    model: LinkModel,
    settings: Settings,
) -> None:
    """Fills `weighed` with (l, r, weight, say) for the pairs of `pairs` that are to be asked about
    at least.
    """
    with quiet():
        scored = score(own, comparisons, model, ("leads", "pairs"), settings.ask)
    own.execute(f"""
            CREATE TABLE weighed AS
            SELECT l, r, CASE WHEN household THEN least(weight, {settings.make - 0.01})
              ELSE weight END AS weight, say
            FROM (
              SELECT s.n_l AS l, s.n_r AS r, round(s.match_probability, 6) AS weight,
                {evidence(comparisons)} AS say,
                ({two_names(comparisons)}) AND NOT ({personal(comparisons)}) AS household,
                ({FIRST_UNLIKE} AND {BORN_APART}) OR NOT ({somebody(comparisons)}) AS two_people
              FROM {scored} s JOIN leads a ON a.n = s.n_l JOIN leads b ON b.n = s.n_r)
            WHERE NOT two_people""")
    own.execute(f"DROP TABLE {scored}")


def evidence(comparisons: Sequence[Comparison]) -> str:
    """What speaks for a link and what against it, as SQL: never a value, only how alike two are."""
    speaks: list[str] = []
    against: list[str] = []
    for i, c in enumerate(comparisons):
        steps = levels(i, c)
        for k, step in enumerate(steps):
            says = step.say.replace("{about}", c.about)
            text = text_literal(says)
            if step.score:
                text = _with_score(says, _of_both(step.score))
            if step.written:
                alike = _of_both(f"{step.written}_l = {step.written}_r")
                text = f"CASE WHEN {alike} THEN {text} ELSE {text_literal(step.respelt)} END"
            (speaks if k < len(steps) - 1 else against).append(
                f"CASE WHEN s.gamma_c{i} = {len(steps) - 1 - k} THEN {text} END"
            )
    return f"concat_ws('; ', {', '.join([*speaks, *against])})"


def _of_both(sql: str) -> str:
    """The condition of a level over the two leads `a` and `b`."""
    return re.sub(r"\b([a-z]\d+)_([lr])\b", lambda m: f"{'a' if m[2] == 'l' else 'b'}.{m[1]}", sql)


def _with_score(says: str, score: str) -> str:
    before, after = says.split("{score}")
    return f"{text_literal(before)} || printf('%.2f', {score}) || {text_literal(after)}"


def somebody(comparisons: Sequence[Comparison]) -> str:
    """Whether anything about a person agrees at all. Company, site and city agree for all
    colleagues: a nameless lead of an office is not each of them.
    """
    signs = [
        f"coalesce(s.gamma_c{i} >= 1, false)"
        for i, c in enumerate(comparisons)
        if c.how in (How.NAME, How.EMAIL, How.PHONE, How.DATE)
        or (c.how is How.CODE and c.attributes != ("postal_code",))
        or (c.how is How.WORDS and c.attributes != ("company",))
    ]
    return " OR ".join(signs) or "true"


def two_names(comparisons: Sequence[Comparison]) -> str:
    """Whether the names are two people's. A family name alone tells that where companies are known:
    colleagues of one first name agree in company, site, city and half of their address.
    """
    at_work = any("company" in c.attributes for c in comparisons)
    return f"{FIRST_UNLIKE} OR {LAST_UNLIKE}" if at_work else FIRST_UNLIKE


def personal(comparisons: Sequence[Comparison]) -> str:
    """Whether something agrees that a household or colleagues do not share: an address of one's
    own, a birthday, a number.
    """
    signs = [
        f"coalesce(s.gamma_c{i} >= {len(levels(i, c)) - 2}, false)"
        for i, c in enumerate(comparisons)
        if c.how in (How.EMAIL, How.PHONE, How.DATE)
        or (c.how is How.CODE and c.attributes != ("postal_code",))
    ]
    return " OR ".join(signs) or "false"
