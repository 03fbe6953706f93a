"""The reference playbook with the library zen-engine: a table of the fit rules, expressions for caps and scores, a table a scale.

    python with_zen.py DIR PLAYBOOK.json OUT [--words]

Such an engine decides over one record, so the faded sums of a lead's activities are made for it before, in plain Python.
Its regular expressions are compiled at each call; with `--words` job titles are split and looked up instead, which gives the
same here (no title of this base has punctuation).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import zen
from definition import Record, Rule, activities, bant, empty, leads, reasons, rules, weight, write

AT_ONCE = 1_000
TEMPERATURE = [
    ("engagement >= 30 or (engagement >= 20 and bant >= 75)", "hot"),
    ("engagement >= 8", "warm"),
    ("", "cold"),
]
STAGE = [
    ("empty", "empty"),
    ("aside", "disqualified"),
    ("given.B19 > 0 and target", "opportunity"),
    ("temperature == 'hot' and target and bant >= 50", "sql"),
    ("temperature != 'cold' and target", "mql"),
    ("some(values(given), # > 0)", "engaged"),
    ("consent == true", "subscriber"),
    ("", "raw"),
]
Tests = list[tuple[str, Callable[[Any], bool]]]
ANSWERS = ("lead_id", "fit", "engagement", "bant", "target", "empty", "temperature", "stage")


def decision(fit: list[Rule], behaviour: list[Rule], words: bool) -> str:
    """The whole playbook as one decision."""
    table = [
        {"_id": r.id, "when": condition(r, words), "rule": f"'{r.id}'", "points": str(r.points)}
        for r in fit
    ]
    caps = {
        r.id: f"max([{-r.cap}, sums.{r.id}])" if r.points < 0 else f"min([{r.cap}, sums.{r.id}])"
        for r in behaviour
    }
    scores = {
        **{f"given.{rule}": text for rule, text in caps.items()},
        "fit": "max([0, min([100, sum(map(matched, #.points))])])",
        "aside": "some(matched, #.rule in ['F11', 'F18'])",
        "engagement": "max([0, sum(values($.given))])",
        "target": (
            "$.fit >= 30 and industry != null and employees != null and employees >= 10 and not"
            " $.aside"
        ),
    }
    steps = [
        {"id": "facts", "name": "facts", "type": "inputNode"},
        rows("matched", table, ["rule", "points"], "collect"),
        step("scores", "expressionNode", expressions=expressions(scores), passThrough=True),
        rows("temperature", [named(*row) for row in TEMPERATURE], ["temperature"], "first"),
        rows("stage", [named(*row, field="stage") for row in STAGE], ["stage"], "first"),
        step(
            "answer",
            "expressionNode",
            expressions=expressions({a: a for a in (*ANSWERS, "matched", "given")}),
        ),
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    ids = [each["id"] for each in steps]
    edges = [
        {"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in pairwise(ids)
    ]
    return json.dumps({"nodes": steps, "edges": edges})


def step(name: str, kind: str, **content: Any) -> Record:
    return {"id": name, "name": name, "type": kind, "content": content}


def rows(name: str, table: list[Record], fields: list[str], policy: str) -> Record:
    """A decision table with one column of conditions."""
    outputs = [{"id": field, "name": field, "field": field} for field in fields]
    place = {"outputPath": name} if policy == "collect" else {}
    return step(
        name,
        "decisionTableNode",
        hitPolicy=policy,
        inputs=[{"id": "when", "name": "when"}],
        outputs=outputs,
        rules=table,
        passThrough=True,
        executionMode="single",
        **place,
    )


def named(when: str, label: str, field: str = "temperature") -> Record:
    return {"_id": label, "when": when, field: f"'{label}'"}


def expressions(texts: dict[str, str]) -> list[Record]:
    return [{"id": key, "key": key, "value": text} for key, text in texts.items()]


def condition(rule: Rule, words: bool) -> str:
    """A fit rule in the library's language; what is unknown is asked for first, as comparing it is an error there."""
    column, tests = next(iter(rule.when.items()))
    return " and ".join(
        [f"{column} != null", *(test(column, how, what, words) for how, what in tests.items())]
    )


def test(column: str, how: str, what: Any, words: bool) -> str:
    if how == "iregex" and words:
        return (
            f"some(split(lower({column}), ' '), # in {json.dumps(re.findall('[a-z]{2,}', what))})"
        )
    return {
        "in": f"{column} in {json.dumps(what)}",
        "gte": f"{column} >= {what}",
        "lt": f"{column} < {what}",
        "icontains": f"contains(lower({column}), '{what}')",
        "iregex": f"matches(lower({column}), '{what}')",
    }[how]


def holds(how: str, what: Any) -> Callable[[Any], bool]:
    """One test of an activity, in plain Python."""
    return {
        "in": lambda x: x in what,
        "gte": lambda x: x >= what,
        "prefix": lambda x: x.startswith(what),
        "suffix": lambda x: x.endswith(what),
        "contains": lambda x: what in x,
    }[how]


def sums(did: list[Record], of_kind: dict[str, list[tuple[Rule, Tests]]]) -> Record:
    """The faded points of each behaviour rule, before its cap."""
    found = {rule.id: 0.0 for some in of_kind.values() for rule, _ in some}
    for activity in did:
        asked = of_kind.get(activity["kind"])
        if not asked:
            continue
        age, left = activity["age"], weight(activity)
        for rule, tests in asked:
            if age < rule.days and all(
                activity[c] is not None and t(activity[c]) for c, t in tests
            ):
                found[rule.id] += rule.points * left
    return found


def main() -> None:
    folder, playbook, out, *how = sys.argv[1:]
    fit, behaviour = rules(playbook)
    of_kind: dict[str, list[tuple[Rule, Tests]]] = {}
    for rule in behaviour:
        tests = [
            (c, holds(h, w)) for c, of in rule.when.items() if c != "kind" for h, w in of.items()
        ]
        of_kind.setdefault(rule.when["kind"], []).append((rule, tests))
    content = {"reference": json.loads(decision(fit, behaviour, "--words" in how))}
    engine = zen.ZenEngine({"loader": {"type": "static", "content": content}})
    did, found = activities(folder), []
    everyone = leads(folder)
    for first in range(0, len(everyone), AT_ONCE):
        asked = [
            {
                "key": "reference",
                "context": {
                    **lead,
                    "empty": empty(lead),
                    "bant": bant(lead),
                    "sums": sums(did.get(lead["lead_id"], []), of_kind),
                },
            }
            for lead in everyone[first : first + AT_ONCE]
        ]
        for answer in engine.evaluate_batch(asked):
            if not answer["success"]:
                raise SystemExit(f"zen-engine: {answer['error']}")
            found.append(row(answer["data"]["result"], behaviour))
    write(found, out)


def row(said: Record, behaviour: list[Rule]) -> tuple[Any, ...]:
    """A row from what the engine says of a lead; it has no sorting, so the reasons are ranked here."""
    given = {r["rule"]: r["points"] for r in said["matched"]}
    given |= {r.id: said["given"][r.id] for r in behaviour if said["given"][r.id]}
    values = [int(said[a]) if a in ("fit", "bant") else said[a] for a in ANSWERS]
    values[2] = round(float(values[2]), 6)
    return (*values, reasons(given.items()))


if __name__ == "__main__":
    main()
