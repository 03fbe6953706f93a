"""The reference playbook with the library rule-engine: one compiled rule a rule, asked for every lead and activity.

    python with_rule_engine.py DIR PLAYBOOK.json OUT [--by-kind]

With `--by-kind` an activity is only asked the rules of its kind, looked up in a dictionary: what a user does who has measured once.
"""

from __future__ import annotations

import json
import sys

from definition import Record, Rule, activities, capped, leads, qualified, rules, weight, write
from rule_engine import Rule as Compiled


def condition(rule: Rule) -> Compiled:
    """A rule in the library's language, the cheapest test first; a comparison with nothing is an error there, so it is asked for."""
    parts = [f'kind == "{rule.when["kind"]}" and age < {rule.days}'] if rule.days else []
    for column, tests in rule.when.items():
        if column != "kind":
            parts += [
                f"{column} != null",
                *(test(column, how, what) for how, what in tests.items()),
            ]
    return Compiled(" and ".join(parts))


def test(column: str, how: str, what: object) -> str:
    said = json.dumps(what)
    return {
        "in": f"{column} in {said}",
        "gte": f"{column} >= {said}",
        "lt": f"{column} < {said}",
        "prefix": f"{column}.starts_with({said})",
        "suffix": f"{column}.ends_with({said})",
        "contains": f"{said} in {column}",
        "icontains": f"{said} in {column}.as_lower",
        "iregex": f"{column}.as_lower =~~ {said}",
    }[how]


def main() -> None:
    folder, playbook, out, *how = sys.argv[1:]
    about_lead, about_activity = rules(playbook)
    fit = [(r, condition(r)) for r in about_lead]
    behaviour = [(r, condition(r)) for r in about_activity]
    of_kind = {
        r.when["kind"]: [(s, c) for s, c in behaviour if s.when["kind"] == r.when["kind"]]
        for r in about_activity
    }
    did = activities(folder)
    rows = []
    for lead in leads(folder):
        values: dict[str, float] = {r.id: r.points for r, holds in fit if holds.matches(lead)}
        totals: dict[str, float] = {}
        for activity in did.get(lead["lead_id"], ()):
            asked = of_kind.get(activity["kind"], []) if "--by-kind" in how else behaviour
            add(totals, activity, [r for r, holds in asked if holds.matches(activity)])
        values |= {r.id: capped(r, totals[r.id]) for r in about_activity if r.id in totals}
        rows.append(qualified(lead, values))
    write(rows, out)


def add(totals: dict[str, float], activity: Record, held: list[Rule]) -> None:
    """The points of an activity, faded by its age, to each rule that holds."""
    if held:
        left = weight(activity)
        for rule in held:
            totals[rule.id] = totals.get(rule.id, 0.0) + rule.points * left


if __name__ == "__main__":
    main()
