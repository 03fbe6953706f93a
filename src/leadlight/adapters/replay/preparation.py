"""The facts of a replay's period, put aside once, so that no round of looks derives them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.db.work_tables import WorkTables
from leadlight.adapters.replay.facts import (
    CLOCK,
    END,
    FACTS,
    IDS,
    KIN,
    KIN_PAIRS,
    LEADS,
    LOG,
    NEVER,
    OCCASIONS,
    PAIRS,
    UNDO,
    ReplayFacts,
    moment,
)
from leadlight.adapters.replay.verdicts import MADE, mails, read_for_verdicts, with_verdicts
from leadlight.facts.cohort import Moments
from leadlight.facts.relation import Query, TableName
from leadlight.plan.asof.texts import activities_text, leads_text
from leadlight.plan.column_use import ColumnUse, column_use
from leadlight.plan.sources import Sources
from leadlight.plan.steps.lead import verifies
from leadlight.plan.steps.lowering import absent
from leadlight.plan.timeline import Reach, ReplayPeriod, reach
from leadlight.playbook.types import KIND_OF

_EPOCHS = "replay_epochs"


def prepare(
    facts: ReplayFacts,
    tables: WorkTables,
    period: ReplayPeriod,
    opening: str = CLOCK,
    last: bool = True,
) -> Sources:
    """Make the tables of one period; the sources of its plan, over the pairs in `replay_pairs`.

    `opening` is the cause of a change at its very beginning; the `last` period has its end in it.
    """
    how, names = reach(period.book, facts.base), column_use(period.book, facts.catalog)
    columns = [c for c in names.activity_columns if c in facts.catalog.activity_present]
    checks = verifies(period.book)
    has_log = facts.log is not None and "THEN" in how.spans
    number(facts, tables)
    tables.make(TableName(END), f"SELECT {moment(period.until)} AS until")
    if has_log:
        tables.make(TableName(LOG), _log(facts, period, how, columns))
    attributes = _attributes_read(facts, names, checks)
    stretches = _stretches(facts, tables, period, attributes, mails(facts) if checks else None)
    tables.make(TableName(LEADS), stretches)
    tables.make(TableName(OCCASIONS), _occasions(period, how, has_log, opening, last))
    sources = replace(
        facts.base, catalog=facts.catalog, at_moments=True, told_by=None, values={}, together=False
    )
    if checks:
        sources = with_verdicts(facts, period, sources, names.attributes)
    attributes = [n for n in names.attributes if n in sources.catalog.present]
    return replace(
        sources,
        leads=_leads_then(attributes, checks),
        values=dict.fromkeys(attributes, TableName(LEADS)),
        activities=_log_then(facts, columns) if has_log else None,
    )


def _attributes_read(facts: ReplayFacts, names: ColumnUse, checks: bool) -> list[str]:
    """The attributes that the playbook reads, and those that a check looks at."""
    present = facts.catalog.present
    attributes = [n for n in names.attributes if n in present]
    return list(dict.fromkeys([*attributes, *(read_for_verdicts(present) if checks else ())]))


def _leads_then(attributes: Sequence[str], checks: bool) -> Query:
    """Each pair's lead with its attributes as of the moment."""
    listed = "".join(f", {_attribute_then(n, checks)}" for n in attributes)
    return Query(
        f"SELECT l._lead AS lead_id, p.as_of{listed} FROM {PAIRS} p JOIN {LEADS} l ON l._lead ="
        " p.lead AND l._since <= p.as_of AND l._until > p.as_of"
    )


def _log_then(facts: ReplayFacts, columns: Sequence[str]) -> Query:
    """Each pair's activities as far as they were seen at the moment."""
    listed = "".join(f", a.{quoted(n)}" for n in columns)
    log = (
        f"SELECT a._lead AS lead_id, p.as_of, a.occurred_at, a.kind{listed} FROM {PAIRS} p JOIN"
        f" {LOG} a ON a._lead = p.lead AND a._seen <= p.as_of AND a._gone > p.as_of"
    )
    if not (facts.settled and facts.ledger):
        return Query(log)
    # What the leads of one person did is one log, in which an activity that two of them tell stands
    # once.
    cohort = Moments(TableName(KIN_PAIRS), facts.known, facts.settled)
    theirs = activities_text(cohort, facts.ledger.holdings(), columns)
    return Query(
        f"{log} WHERE NOT a._linked UNION ALL SELECT i.lead, a.as_of, a.occurred_at,"
        f" a.kind{listed} FROM ({theirs}) a JOIN {IDS} i ON i.lead_id = a.lead_id"
    )


def _attribute_then(name: str, checks: bool) -> str:
    """An attribute as of the moment; what is checked only now is checked at that moment."""
    if checks and name == "checked_at":
        return f"CASE WHEN l.{MADE} THEN p.as_of ELSE l.checked_at END AS checked_at"
    return f"l.{quoted(name)}"


def number(facts: ReplayFacts, tables: WorkTables) -> None:
    """A small number for each lead, in the order of ids."""
    among = f" WHERE lead_id IN (SELECT lead_id FROM {facts.only})" if facts.only else ""
    tables.make(
        TableName(IDS),
        "SELECT row_number() OVER (ORDER BY lead_id)::INTEGER AS lead, lead_id FROM (SELECT"
        f" DISTINCT lead_id FROM ({facts.stated}){among})",
    )


def _log(facts: ReplayFacts, period: ReplayPeriod, how: Reach, columns: Sequence[str]) -> str:
    """The activities that a rule means, from when they are known until they have left every
    window.
    """
    read = "".join(f", f.{quoted(c)}" for c in columns)
    among = (
        " WHERE f.kind IN (" + ", ".join(text_literal(k) for k in how.kinds) + ")"
        if how.kinds
        else ""
    )
    whose = f"SELECT lead_id, lead, false AS linked FROM {IDS}"
    if facts.settled:
        whose = (
            f"SELECT lead_id, lead, lead_id IN (SELECT lead_id FROM {KIN} UNION ALL SELECT member"
            f" FROM {KIN}) AS linked FROM {IDS} UNION ALL SELECT k.member, i.lead, true FROM {KIN}"
            f" k JOIN {IDS} i ON i.lead_id = k.lead_id"
        )
    log = f"SELECT *{_missing_columns(facts, period)} FROM ({facts.log})"
    spanned = (
        f"SELECT *, {how.spans} AS _spans, {how.comes} AS _comes, {how.ages} AS _ages FROM ({log})"
        f" f{among}"
    )
    return (
        f"SELECT i.lead AS _lead, f.occurred_at, f.kind{read}"
        ", f._seen, least(f._gone, f.occurred_at + to_seconds(list_max(f._spans))) AS _gone,"
        " f._gone AS _undone, f._spans, f._comes, f._ages, i.linked AS _linked FROM"
        f" ({spanned}) f JOIN ({whose}) i ON i.lead_id = f.lead_id WHERE list_max(f._spans) IS NOT"
        f" NULL AND f._seen <= {moment(period.until)} AND f._seen < f._gone AND f.occurred_at +"
        f" to_seconds(list_max(f._spans)) > greatest(f._seen, {moment(period.since)})"
        " ORDER BY i.lead"
    )


def _missing_columns(facts: ReplayFacts, period: ReplayPeriod) -> str:
    """The columns that rules ask of activities and that no log has: nothing is known in them."""
    lacking = [
        c
        for c in column_use(period.book, facts.catalog).activity_columns
        if c not in facts.catalog.activity_present
    ]
    types = {c: KIND_OF[facts.catalog.activity[c].type] for c in lacking}
    return "".join(f", {absent(kind).sql('duckdb')} AS {quoted(c)}" for c, kind in types.items())


def _stretches(
    facts: ReplayFacts,
    tables: WorkTables,
    period: ReplayPeriod,
    attributes: Sequence[str],
    also: str | None,
) -> str:
    """Each lead's attributes, a row for each stretch in which nothing new was said of it; `also`
    parts stretches too.
    """
    stated = (
        facts.stated
        if also is None
        else f"{facts.stated} UNION ALL SELECT lead_id, seen, gone FROM ({also})"
    )
    begin, end = moment(period.since), moment(period.until)
    tables.make(
        TableName(_EPOCHS),
        f"SELECT lead_id, greatest(t, {begin}) AS as_of,"
        f" max(undone AND t > {begin}) AS undone FROM (SELECT lead_id, seen AS t, false AS undone"
        f" FROM ({stated}) WHERE seen < gone UNION ALL SELECT lead_id, gone, true FROM ({stated})"
        f" WHERE gone < {NEVER} AND seen < gone) WHERE t <= {end} AND lead_id IN (SELECT lead_id"
        f" FROM {IDS}) GROUP BY ALL",
    )
    listed = "".join(f", s.{quoted(n)}" for n in attributes)
    if facts.ledger is None:
        leads = facts.base.leads
        told = f"SELECT e.as_of, l.* FROM {_EPOCHS} e JOIN {leads} l ON l.lead_id = e.lead_id"
    else:
        cohort = Moments(TableName(_EPOCHS), facts.known, facts.settled)
        told = leads_text(cohort, facts.ledger.holdings(), attributes)
    return (
        f"SELECT i.lead AS _lead, e.as_of AS _since, e.until AS _until{listed} FROM (SELECT"
        " lead_id, as_of, coalesce(lead(as_of) OVER (PARTITION BY lead_id ORDER BY as_of),"
        f" {NEVER}) AS until FROM {_EPOCHS}) e JOIN {IDS} i ON i.lead_id = e.lead_id JOIN"
        f" ({told}) s ON s.lead_id = e.lead_id AND s.as_of = e.as_of"
        " ORDER BY i.lead"
    )


def _occasions(period: ReplayPeriod, how: Reach, has_log: bool, opening: str, last: bool) -> str:
    """When something can change: the beginning, what comes into sight, what is taken back, what
    leaves a window.
    """
    begin, end = moment(period.since), moment(period.until)
    parts = [
        f"SELECT i.lead, e.as_of, CASE WHEN e.as_of = {begin} THEN '{opening}' WHEN e.undone THEN"
        f" '{UNDO}' ELSE '{FACTS}' END AS cause FROM {_EPOCHS} e JOIN {IDS} i ON i.lead_id ="
        " e.lead_id"
    ]
    if has_log:
        parts += [
            f"SELECT _lead, _seen, '{FACTS}' FROM {LOG} WHERE _seen > {begin}",
            (
                f"SELECT _lead, _undone, '{UNDO}' FROM {LOG} WHERE _undone <= {end} AND _undone >"
                f" {begin} AND _undone = _gone"
            ),
            (
                f"SELECT _lead, t, '{CLOCK}' FROM (SELECT _lead, _seen, _undone, {_minute('x')}"
                " AS t FROM (SELECT _lead, _seen, _undone, occurred_at +"
                f" to_seconds(unnest(list_distinct(_spans || _comes))) AS x FROM {LOG}) WHERE x <"
                " TIMESTAMP '2200-01-01') WHERE t > _seen AND t <= _undone"
            ),
            (
                f"SELECT _lead, t + to_minutes(unnest([0, 1])), '{CLOCK}' FROM (SELECT _lead,"
                f" {_minute('x')} AS t FROM (SELECT _lead, _seen, occurred_at +"
                f" to_seconds(unnest(list_distinct(_ages))) AS x FROM {LOG}) WHERE x > _seen)"
            ),
        ]
    # Of several causes of one moment the last in the alphabet is said: undo, rules, facts, clock.
    return (
        f"SELECT lead, as_of, max(cause) AS cause FROM"
        f" ({' UNION ALL '.join(parts)}) WHERE as_of >= {begin} AND as_of {'<=' if last else '<'}"
        f" {end} GROUP BY lead, as_of"
    )


def _minute(at: str) -> str:
    """The first whole minute that is not before a moment."""
    return f"date_trunc('minute', {at} + to_microseconds(59999999))"
