"""What could be repaired: how many values by which rule, and the empty leads that are worth it
most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.adapters.summary.call_list import THEIRS, theirs
from leadlight.adapters.summary.contact_groups import JUDGED, proposal, value
from leadlight.adapters.summary.qualified_base import Leads
from leadlight.facts.contact import OTHER_EMAIL, OTHER_PHONE, RULES
from leadlight.facts.relation import Relation
from leadlight.playbook.spec import Playbook
from leadlight.results.quality import POINT_WORDS, POINTS, EmptyLead, RepairProposal, Repairs

LONGEST = 20
_MOST_SAID = 20_000
_BEST = "best_to_repair"
_OTHERS = (OTHER_EMAIL, OTHER_PHONE)
_SHOWN = ("name", "company", "job_title", "source", "do_not_call", "do_not_email")
_THEIRS = (
    *(f"their {n}" for n in _SHOWN),
    "because",
    *(f"{p} {what}" for p in POINTS for what in ("value", "proposed")),
)


def repairs(con: duckdb.DuckDBPyConnection, groups: Relation) -> tuple[Repairs, ...]:
    """Proposed repairs by rule; a number that no rule spoke of is only written for callers from
    everywhere.
    """
    found = rows(
        con,
        f"SELECT proposed, sum(n) AS n FROM {groups} WHERE proposed <> '' GROUP BY 1 ORDER BY n"
        f" DESC LIMIT {_MOST_SAID}",
    )
    counts: Counter[tuple[str, str]] = Counter()
    for text, n in found:
        for key in _kinds(str(text)):
            counts[key] += int(str(n))
    return tuple(
        Repairs(rule or point, RULES[rule].say if rule else _plain(point), n)
        for (point, rule), n in sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    )


def _kinds(proposed: str) -> Iterator[tuple[str, str]]:
    """Of each repair that is proposed for a lead the rule, or the contact point where no rule spoke
    of it.
    """
    for part in proposed.split("|"):
        point, _, because = part.partition("=")
        if point in POINTS:
            named = [r for r in because.split("; ") if r in RULES]
            rules = [r for r in named if r in _OTHERS or RULES[r].means != "fine"]
            yield ("", rules[0]) if rules else (point, "")  # the worst rule is said first


def _plain(point: str) -> str:
    words = POINT_WORDS[point][1]
    return f"{words[:1].upper()}{words[1:]} not in the international form"


def to_repair(
    con: duckdb.DuckDBPyConnection,
    qualifications: Relation,
    leads: Leads,
    playbook: Playbook,
    has: Sequence[str],
    known: Sequence[str],
    is_empty: str,
) -> tuple[EmptyLead, ...]:
    """The empty leads that score best, the most engaged first."""
    scores = [s.name for s in playbook.scores if s.name in has]
    ours = [*scores, "temperature"] if "temperature" in has else scores
    picked = "".join(f", q.{quoted(c)}" for c in ours)
    said = theirs(known)
    points = "".join(f", {value(p, known)}, {proposal(p, known)}" for p in POINTS)
    judged = f"{qualifications} q" + (
        f" JOIN {leads(JUDGED, None)} l ON l.lead_id = q.lead_id" if "l." in is_empty else ""
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_BEST} AS SELECT q.lead_id{picked} FROM {judged} WHERE"
        f" {is_empty} ORDER BY {_order('q', scores)} LIMIT {LONGEST}"
    )
    found = rows(
        con,
        f"SELECT best.*, {', '.join(said[n] for n in _SHOWN)}, l.contact_because{points} FROM"
        f" {_BEST} best JOIN {leads((*THEIRS, *JUDGED), _BEST)} l ON l.lead_id = best.lead_id ORDER"
        f" BY {_order('best', scores)}",
    )
    columns = ("lead_id", *ours, *_THEIRS)
    return tuple(_lead(dict(zip(columns, row, strict=True)), scores) for row in found)


def _order(of: str, scores: Sequence[str]) -> str:
    """The most engaged first."""
    first = sorted(scores, key=lambda s: s != "engagement")
    return "".join(f"{of}.{quoted(s)} DESC NULLS LAST, " for s in first) + f"{of}.lead_id"


def _lead(row: dict[str, object], scores: Sequence[str]) -> EmptyLead:
    def text(name: str) -> str:
        found = row.get(name)
        return "" if found is None else str(found)

    asked = {
        "email": row["their do_not_email"],
        "phone": row["their do_not_call"],
        "mobile": row["their do_not_call"],
    }
    return EmptyLead(
        lead_id=text("lead_id"),
        name=text("their name"),
        company=text("their company"),
        job_title=text("their job_title"),
        source=text("their source"),
        temperature=text("temperature"),
        scores=tuple((s, None if row[s] is None else float(str(row[s]))) for s in scores),
        because=text("because"),
        proposals=tuple(
            RepairProposal(p, text(f"{p} value"), text(f"{p} proposed"))
            for p in POINTS
            if text(f"{p} proposed")
            and not asked[p]  # who asked not to be mailed needs no address that works
        ),
    )
