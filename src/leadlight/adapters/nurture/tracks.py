"""Who enters a track, who leaves it, and what those in it are owed: of a whole base at once.

The state of a lead in a track is folded from its step facts; what it is owed is what is due minus
what is done. The same statements serve every playbook: its tracks and steps are rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate

from leadlight.adapters.db.duckdb import text_literal
from leadlight.adapters.nurture.evidence import CONTACTS, MEMBERS, uses_other_address
from leadlight.adapters.nurture.fact_store import FactStore
from leadlight.facts.relation import Relation, TableName
from leadlight.facts.steps import DONE, OwedStep
from leadlight.nurture.lots import LOTS
from leadlight.nurture.permission import Addressee, Consent
from leadlight.playbook.spec import PURPOSES, Playbook
from leadlight.playbook.track_conditions import (
    HOT_SEGMENT,
    entry_segment,
    exit_segment,
    step_segment,
)

LEADS, TRACKS, STEPS, FACTS, STATES, LEAVERS, OWED, MAILED, OLD = (
    TableName(f"_nurture_{name}")
    for name in ("leads", "tracks", "steps", "facts", "states", "leavers", "owed", "mailed", "old")
)
#: Of the facts `f`: mails that went out, and texts that were handed over.
SENT = "(f.kind IN ('sent', 'uncertain') OR (f.kind = 'text' AND f.mail_id IS NOT NULL))"
#: Of the contacts `c`: a number that is not known to be dead.
_PHONE = (
    "coalesce(CASE WHEN c.mobile_verdict IS DISTINCT FROM 'unreachable' THEN c.mobile END,"
    " CASE WHEN c.phone_verdict IS DISTINCT FROM 'unreachable' THEN c.phone END)"
)
_DONE = ", ".join(map(text_literal, DONE))


def make_tracks(facts: FactStore, book: Playbook) -> None:
    """Leave the tracks and steps of a playbook as rows, and the segments of each lead out of
    `qualifications`.
    """
    con = facts.con
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {TRACKS} (track VARCHAR, entry_segment VARCHAR,"
        " exit_segment VARCHAR, again BIGINT, hold_out INTEGER, purpose VARCHAR, mails BOOLEAN)"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {STEPS} (track VARCHAR, step INTEGER, since_entry BIGINT,"
        " not_after BIGINT, way VARCHAR, segment VARCHAR)"
    )
    for t, track in enumerate(book.tracks):
        con.execute(
            f"INSERT INTO {TRACKS} VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                track.name,
                entry_segment(t),
                exit_segment(t),
                track.again,
                track.hold_out,
                track.purpose,
                any(step.by == "mail" for step in track.steps),
            ],
        )
        sums = accumulate(step.after for step in track.steps)
        for n, (step, since_entry) in enumerate(zip(track.steps, sums, strict=True), 1):
            segment = step_segment(t, n) if step.when is not None else None
            con.execute(
                f"INSERT INTO {STEPS} VALUES (?, ?, ?, ?, ?, ?)",
                [track.name, n, since_entry, step.not_after, step.by, segment],
            )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {LEADS} AS SELECT CAST(lead_id AS VARCHAR) AS lead_id,"
        " department, string_split(segments, '; ') AS segments FROM qualifications"
    )


def make_states(facts: FactStore) -> None:
    """Leave `STATES`: how far each lead is in each track that it ever entered."""
    facts.bring_steps(FACTS)
    facts.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {STATES} AS WITH f AS (SELECT coalesce(m.group_id,"
        " s.lead_id) AS lead_id, s.* EXCLUDE (lead_id), max(fact_no) FILTER (kind IN ('entered',"
        " 'held_out')) OVER (PARTITION BY coalesce(m.group_id, s.lead_id), track) AS entered_no"
        f" FROM {FACTS} s LEFT JOIN {MEMBERS} m ON m.lead_id = s.lead_id) SELECT lead_id, track,"
        " max(entry) AS entries, max(entry) FILTER (fact_no = entered_no) AS entry,"
        " max(occurred_at) FILTER (fact_no = entered_no) AS entered_at, bool_or(kind = 'held_out')"
        " FILTER (fact_no = entered_no) AS is_held_out, max(occurred_at) FILTER (kind = 'left' AND"
        f" fact_no > entered_no) AS left_at, max(step) FILTER (kind IN ({_DONE}) AND fact_no >"
        f" entered_no) AS last_step, max(occurred_at) FILTER (kind IN ({_DONE}) AND fact_no >"
        " entered_no) AS last_at FROM f WHERE entered_no IS NOT NULL GROUP BY lead_id, track"
    )


def make_leavers(facts: FactStore, now: datetime) -> int:
    """Add that leads left their tracks, and why; how many."""
    moment = _literal(now)
    refusal = _refusal("c", "t")
    facts.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {LEAVERS} AS WITH ends AS (SELECT track,"
        " arg_max(since_entry, step) AS since_entry, max(step) AS step, arg_max(not_after, step) AS"
        f" not_after FROM {STEPS} GROUP BY track), reasons AS (SELECT s.lead_id, s.track, s.entry,"
        " CASE WHEN t.track IS NULL THEN 'track-gone' WHEN q.lead_id IS NULL THEN 'lead-gone' WHEN"
        " c.bought_at >= s.entered_at THEN 'bought' WHEN c.answered_at >= s.entered_at THEN"
        f" 'answered' WHEN t.mails AND {refusal} IS NOT NULL THEN {refusal} WHEN"
        f" list_contains(q.segments, '{HOT_SEGMENT}') AND NOT list_contains(q.segments,"
        " t.entry_segment) THEN 'hot' WHEN list_contains(q.segments, t.exit_segment) THEN 'exits'"
        " WHEN coalesce(s.last_step, 0) >= e.step OR"
        f" {_due('s', 'e.since_entry')} + e.not_after * INTERVAL '1 second' <= {moment} THEN"
        f" 'finished' END AS because FROM {STATES} s LEFT JOIN {TRACKS} t ON t.track = s.track"
        f" LEFT JOIN ends e ON e.track = s.track LEFT JOIN {STEPS} d ON d.track = s.track AND"
        f" d.step = s.last_step LEFT JOIN {LEADS} q ON q.lead_id = s.lead_id LEFT JOIN {CONTACTS} c"
        " ON c.lead_id = s.lead_id WHERE s.left_at IS NULL) SELECT * FROM reasons WHERE because IS"
        " NOT NULL"
    )
    return facts.add_steps(
        "SELECT lead_id, track, entry, CAST(0 AS INTEGER) AS step, 'left' AS kind, CAST(NULL AS"
        f" VARCHAR) AS variant, because, CAST(NULL AS VARCHAR) AS mail_id, {moment} AS occurred_at,"
        f" {moment} AS recorded_at FROM {LEAVERS}"
    )


def make_entries(facts: FactStore, now: datetime) -> int:
    """Add that leads entered tracks, or are held out of them; how many. Who may not be written to
    enters no track that writes.
    """
    moment = _literal(now)
    lot = (
        "CAST('0x' || substr(md5('hold|' || t.track || '|' || q.lead_id), 1, 8) AS BIGINT)"
        f" % {LOTS}"
    )
    return facts.add_steps(
        "SELECT q.lead_id, t.track, CAST(coalesce(s.entries, 0) + 1 AS INTEGER) AS entry, CAST(0 AS"
        f" INTEGER) AS step, CASE WHEN {lot} < t.hold_out * {LOTS // 100} THEN 'held_out' ELSE"
        " 'entered' END AS kind, CAST(NULL AS VARCHAR) AS variant, CAST(NULL AS VARCHAR) AS"
        " because, CAST(NULL AS VARCHAR) AS mail_id,"
        f" {moment} AS occurred_at, {moment} AS recorded_at FROM {LEADS} q JOIN {TRACKS} t ON"
        f" list_contains(q.segments, t.entry_segment) LEFT JOIN {CONTACTS} c ON c.lead_id ="
        f" q.lead_id LEFT JOIN {STATES} s ON s.lead_id = q.lead_id AND s.track = t.track WHERE NOT"
        f" list_contains(q.segments, t.exit_segment) AND (NOT t.mails OR ({_refusal('c', 't')} IS"
        " NULL AND c.lead_id IS NOT NULL)) AND (s.lead_id IS NULL OR s.left_at + t.again * INTERVAL"
        f" '1 second' <= {moment})"
    )


def make_owed(facts: FactStore, now: datetime) -> int:
    """Leave `OWED`: of each lead in each track the first step that is due and not too late; how
    many.
    """
    moment, due = _literal(now), _due("s", "p.since_entry")
    facts.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {OWED} AS WITH due AS (SELECT s.lead_id, s.track, s.entry,"
        f" p.step, p.way, t.purpose, q.department, {due} AS due_at, p.not_after FROM {STATES} s"
        f" JOIN {TRACKS} t ON t.track = s.track JOIN {LEADS} q ON q.lead_id = s.lead_id JOIN"
        f" {STEPS} p ON p.track = s.track AND p.step > coalesce(s.last_step, 0) LEFT JOIN {STEPS} d"
        " ON d.track = s.track AND d.step = s.last_step WHERE s.left_at IS NULL AND NOT"
        " s.is_held_out AND (p.segment IS NULL OR list_contains(q.segments, p.segment))) SELECT"
        " lead_id, track, entry, min(step) AS step, arg_min(way, step) AS way, any_value(purpose)"
        " AS purpose, any_value(department) AS department, arg_min(due_at, step) AS due_at FROM due"
        f" WHERE due_at <= {moment} AND due_at + not_after * INTERVAL '1 second' > {moment} GROUP"
        " BY lead_id, track, entry"
    )
    return int(str(facts.con.execute(f"SELECT count(*) FROM {OWED}").fetchall()[0][0]))


def find_old_contacts(facts: FactStore, before: datetime) -> int:
    """Leave `OLD`: whom a mail is owed whose contact was verified before a moment; how many."""
    facts.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {OLD} AS SELECT DISTINCT c.lead_id FROM {OWED} o JOIN"
        f" {TRACKS} t ON t.track = o.track JOIN {CONTACTS} c ON c.lead_id = o.lead_id WHERE o.way"
        f" = 'mail' AND c.checked_at < {_literal(before)} AND {_refusal('c', 't')} IS NULL"
    )
    return int(str(facts.con.execute(f"SELECT count(*) FROM {OLD}").fetchall()[0][0]))


def take_verdicts(facts: FactStore, checks: Relation) -> None:
    """Go on with what checks just made say of addresses. Where they use another address of a lead
    than was looked at so far, that lead waits for the next round: what was said of that address
    was not asked for.
    """
    was, now = uses_other_address("c."), uses_other_address("n.")
    same = f"CASE WHEN {now} THEN {was} AND n.email_repair = c.email ELSE NOT {was} END"
    facts.con.execute(
        f"UPDATE {CONTACTS} AS c SET email_verdict = CASE WHEN {same} THEN n.email_verdict ELSE"
        " 'unreachable' END FROM (SELECT CAST(lead_id AS VARCHAR) AS lead_id, email_verdict,"
        f" email_because, email_repair FROM {checks}) n WHERE n.lead_id = c.lead_id"
    )


def owed_messages(
    facts: FactStore, now: datetime, way: str
) -> Iterator[tuple[OwedStep, Addressee]]:
    """What is owed by mail or as a text, the oldest first, with all that the gate looks at. Nothing
    else may be asked of the connection meanwhile.
    """
    since = _literal(now - timedelta(days=400))
    facts.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {MAILED} AS SELECT coalesce(lower(c.email),"
        " c.lead_id) AS address,"
        f" list(f.occurred_at) AS mailed FROM {FACTS} f LEFT JOIN {MEMBERS} m ON m.lead_id ="
        f" f.lead_id JOIN {CONTACTS} c ON c.lead_id = coalesce(m.group_id, f.lead_id) WHERE"
        f" {SENT} AND f.occurred_at > {since} GROUP BY 1"
    )
    consents = ", ".join(f"c.given_{p}, c.refused_{p}" for p in PURPOSES)
    found = facts.con.execute(
        "SELECT o.lead_id, o.track, o.entry, o.step, o.due_at, o.department, c.email,"
        " c.email_verdict, c.bounced_at IS NOT NULL OR coalesce(c.email_bounced, FALSE),"
        " c.complained_at IS NOT NULL, coalesce(c.profiling_objected, FALSE), c.do_not_email,"
        f" c.consent, c.country, m.mailed, {consents}, c.do_not_call, {_PHONE} FROM {OWED} o LEFT"
        f" JOIN {CONTACTS} c ON c.lead_id = o.lead_id LEFT JOIN {MAILED} m ON m.address ="
        f" coalesce(lower(c.email), c.lead_id) WHERE o.way = {text_literal(way)} ORDER BY"
        " o.due_at, o.lead_id, o.track"
    )
    while rows := found.fetchmany(10_000):
        yield from map(_owed_message, rows)


def mails_by_domain(facts: FactStore, since: datetime) -> dict[str, int]:
    """How many mails went to each domain since a moment."""
    found = facts.con.execute(
        f"SELECT split_part(lower(c.email), '@', 2), count(*) FROM {FACTS} f LEFT JOIN {MEMBERS} m"
        f" ON m.lead_id = f.lead_id JOIN {CONTACTS} c ON c.lead_id = coalesce(m.group_id,"
        f" f.lead_id) WHERE f.kind IN ('sent', 'uncertain') AND f.occurred_at > {_literal(since)}"
        " GROUP BY 1"
    ).fetchall()
    return {str(domain): int(n) for domain, n in found}


def _owed_message(row: tuple[object, ...]) -> tuple[OwedStep, Addressee]:
    lead, track, entry, step, due_at, department, email, verdict = row[:8]
    bounced, complained, objected, do_not_email, consent, country, mailed = row[8:15]
    consents = []
    for n, purpose in enumerate(PURPOSES):
        for at, given in ((row[15 + 2 * n], True), (row[16 + 2 * n], False)):
            if isinstance(at, datetime):
                consents.append(Consent(at, given, purpose))
    assert isinstance(due_at, datetime)
    owed = OwedStep(
        str(lead), str(track), int(str(entry)), int(str(step)), due_at, _text(department)
    )
    who = Addressee(
        _text(email),
        _text(verdict),
        bool(bounced),
        bool(complained),
        bool(objected),
        None if do_not_email is None else bool(do_not_email),
        None if consent is None else bool(consent),
        tuple(consents),
        tuple(mailed) if isinstance(mailed, list) else (),
        _text(country),
        None if row[-2] is None else bool(row[-2]),
        _text(row[-1]),
    )
    return owed, who


def owed_others(facts: FactStore) -> list[tuple[OwedStep, str]]:
    """What is owed as a task or a text, the oldest first, with the way."""
    found = facts.con.execute(
        f"SELECT lead_id, track, entry, step, due_at, department, way FROM {OWED} WHERE way <>"
        " 'mail' ORDER BY due_at, lead_id, track"
    ).fetchall()
    return [(OwedStep(*row[:6]), str(row[6])) for row in found]


def _due(state: str, since_entry: str) -> str:
    """SQL: when a step is due: so long after the last one that was done, else after entering."""
    return (
        f"CASE WHEN {state}.last_step IS NULL THEN {state}.entered_at + {since_entry} * INTERVAL '1"
        f" second' ELSE {state}.last_at + ({since_entry} - coalesce(d.since_entry, 0)) * INTERVAL"
        " '1 second' END"
    )


def _refusal(contact: str, track: str) -> str:
    cases = " ".join(f"WHEN '{p}' THEN {contact}.refusal_{p}" for p in PURPOSES)
    return f"CASE {track}.purpose {cases} END"


def _literal(moment: datetime) -> str:
    return f"CAST({text_literal(moment.isoformat(sep=' '))} AS TIMESTAMP)"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
