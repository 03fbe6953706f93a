"""What the engines that look at one lead at a time share: the rules, the facts as dictionaries, labels and reasons.

The engines judge the forty rules; this is the rest of the definition (`semantics` of the reference playbook), in plain Python.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

HALF_LIFE = 30.0  # days
WELL_FORMED = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
COLUMNS = (
    "lead_id",
    "fit",
    "engagement",
    "bant",
    "target",
    "empty",
    "temperature",
    "stage",
    "reasons",
)
OF_A_LEAD = """lead_id, email, phone, job_title, industry, employees, revenue, country, source, budget, authority, need,
    timeline, consent"""

Record = dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """One rule of the reference playbook; `cap` and `days` are those of behaviour rules."""

    id: str
    points: int
    when: Mapping[str, Any]
    cap: int = 0
    days: int = 0


def rules(playbook: str) -> tuple[list[Rule], list[Rule]]:
    """The rules about what a lead is, and those about what it did."""
    book = json.loads(Path(playbook).read_text("utf-8"))
    fit = [Rule(r["id"], r["points"], r["when"]) for r in book["fit"]]
    return fit, [
        Rule(r["id"], r["points"], r["when"], r["cap"], r["window_days"]) for r in book["behaviour"]
    ]


def leads(folder: str) -> list[Record]:
    """Every lead as a dictionary, with the domain of its e-mail beside what the file says."""
    found: list[Record] = (
        duckdb.sql(f"SELECT {OF_A_LEAD} FROM '{folder}/leads.parquet'").to_arrow_table().to_pylist()
    )
    for lead in found:
        email = lead["email"]
        well = email and email != "test@test.com" and WELL_FORMED.fullmatch(email)
        lead["email_domain"] = email.rpartition("@")[2].lower() if well else None
    return found


def activities(folder: str) -> dict[int, list[Record]]:
    """What each lead did in the year before the moment, with its age in days; nothing older counts for any rule."""
    read = duckdb.sql(f"""
        SELECT lead_id, kind, url, product, channel, value, (1767225600000000 - epoch_us("at")) / 86400e6 AS age
        FROM '{folder}/events.parquet' WHERE age >= 0 AND age < 365""")
    did: dict[int, list[Record]] = {}
    for some in read.to_arrow_reader(100_000):
        for activity in some.to_pylist():
            did.setdefault(activity["lead_id"], []).append(activity)
    return did


def weight(activity: Record) -> float:
    """How much of an activity's points is left at its age."""
    return float(2.0 ** (-activity["age"] / HALF_LIFE))


def capped(rule: Rule, total: float) -> float:
    """What a behaviour rule gives at most, in either direction."""
    return max(-rule.cap, min(rule.cap, total))


def empty(lead: Record) -> bool:
    """No usable e-mail and no phone number that could be dialled."""
    return lead["email_domain"] is None and sum(c in "0123456789" for c in lead["phone"] or "") < 7


def bant(lead: Record) -> int:
    """Budget, authority, need and timeline: a quarter each."""
    return 25 * (
        ((lead["budget"] or 0) > 0)
        + (lead["authority"] not in (None, "none"))
        + bool((lead["need"] or "").strip())
        + (lead["timeline"] is not None)
    )


def qualified(lead: Record, values: Mapping[str, float]) -> tuple[Any, ...]:
    """The row of a lead from what each rule gave it (rules that gave nothing are left out), rules in the playbook's order."""
    fit = max(0, min(100, sum(int(v) for rule, v in values.items() if rule[0] == "F")))
    engagement = max(0.0, sum(v for rule, v in values.items() if rule[0] == "B"))
    ready = bant(lead)
    aside = "F11" in values or "F18" in values
    target = (
        fit >= 30 and lead["industry"] is not None and (lead["employees"] or 0) >= 10 and not aside
    )
    hot = engagement >= 30 or (engagement >= 20 and ready >= 75)
    temperature = "hot" if hot else "warm" if engagement >= 8 else "cold"
    if empty(lead):
        stage = "empty"
    elif aside:
        stage = "disqualified"
    elif target and "B19" in values:
        stage = "opportunity"
    elif target and hot and ready >= 50:
        stage = "sql"
    elif target and temperature != "cold":
        stage = "mql"
    elif any(v > 0 for rule, v in values.items() if rule[0] == "B"):
        stage = "engaged"
    else:
        stage = "subscriber" if lead["consent"] else "raw"
    why = reasons(values.items())
    return (
        lead["lead_id"],
        fit,
        round(engagement, 6),
        ready,
        target,
        empty(lead),
        temperature,
        stage,
        why,
    )


def reasons(values: Iterable[tuple[str, float]]) -> str:
    """The three weightiest rules with their points; of equals, the one that is written first."""
    cents = [(math.floor(abs(v) * 100 + 0.5), rule, v) for rule, v in values]
    first = sorted(cents, key=lambda each: -each[0])[:3]
    return ", ".join(
        f"{rule} {'-' if v < 0 else '+'}{c // 100}.{c % 100:02d}" for c, rule, v in first if c
    )


def write(rows: Sequence[tuple[Any, ...]], out: str) -> None:
    """The rows as a Parquet file."""
    pq.write_table(pa.table(dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))), out)
