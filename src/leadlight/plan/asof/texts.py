"""The relations of a ledger as of a moment as texts, each made once for a shape of ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp

from leadlight.facts.cohort import Cohort, Everyone
from leadlight.facts.ledger import Holdings, LinkKind
from leadlight.plan.any_moment import at_any_moment, at_moment_of
from leadlight.plan.asof.members import members_as_of
from leadlight.plan.asof.relations import activities_as_of, leads_as_of, spend_as_of, text
from leadlight.plan.once import make_once


def leads_text(
    cohort: Cohort,
    holdings: Holdings,
    names: Iterable[str] | None = None,
    engine: str = "duckdb",
) -> str:
    """`leads_as_of` as a text of an engine's."""
    asked = None if names is None else tuple(names)
    return _text(
        ("leads", asked), lambda c: leads_as_of(c, holdings, asked), cohort, holdings, engine
    )


def activities_text(
    cohort: Cohort,
    holdings: Holdings,
    names: Iterable[str] | None = None,
    engine: str = "duckdb",
    *,
    tellers: bool = False,
) -> str:
    """`activities_as_of` as a text of an engine's."""
    asked = None if names is None else tuple(names)
    return _text(
        ("activities", asked, tellers),
        lambda c: activities_as_of(c, holdings, asked, tellers=tellers),
        cohort,
        holdings,
        engine,
    )


def members_text(cohort: Cohort, holdings: Holdings, kind: LinkKind = "person") -> str:
    """`members_as_of` as a text of DuckDB's."""
    return _text(
        ("members", kind), lambda c: members_as_of(c, holdings, kind), cohort, holdings, "duckdb"
    )


def spend_text(cohort: Everyone, holdings: Holdings) -> str:
    """`spend_as_of` as a text of DuckDB's."""

    def spend(at: Cohort) -> exp.Query:
        assert isinstance(at, Everyone)
        return spend_as_of(at, holdings)

    return _text(("spend",), spend, cohort, holdings, "duckdb")


def shape_of(holdings: Holdings) -> tuple[object, ...]:
    """What the texts depend on of a ledger: its columns, and the ways that they must go."""
    columns = (
        (n, a.type)
        for own in (holdings.attributes, holdings.activity_columns)
        for n, a in own.items()
    )
    return (
        *columns,
        len(holdings.attributes),
        holdings.revised,
        holdings.undone,
        holdings.checked,
        holdings.rechecked,
        holdings.linked,
        holdings.accounts,
    )


def _text(
    what: tuple[object, ...],
    build: Callable[[Cohort], exp.Query],
    cohort: Cohort,
    holdings: Holdings,
    engine: str,
) -> str:
    whose = at_any_moment(cohort)
    depends_on = (*what, engine, whose, *shape_of(holdings))
    made = make_once(depends_on, lambda: text(build(whose), engine))
    return at_moment_of(made, cohort)
