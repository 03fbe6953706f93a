"""Whom to call first: nobody stands on that list whom the own next step does not say to call, or who cannot be called."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight import Qualifications, qualify
from leadlight.cli.screen import console
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import must_read, read_playbook
from leadlight.playbook.spec import BY
from leadlight.results.summary import uncallable_hot_leads
from leadlight.results.text.summary import print_summary

AS_OF = datetime(2026, 11, 1)
HEAD = [
    "lead_id",
    "email",
    "phone",
    "mobile",
    "do_not_call",
    "do_not_email",
    "consent",
    "industry",
    "employees",
    "job_title",
    "budget",
    "authority",
    "need",
    "timeline",
    "company",
    "converted",
    "created_at",
    "dropped_reason",
]
NUMBERS = (
    "",
    "",
    "+49 30 901820",
    "+49 30 901821",
    "+1 212 441 2371",
    "12",
    "+49 30 000000",
    "n/a",
    "call me",
)
KINDS = (
    "demo_requested",
    "pricing_viewed",
    "page_viewed",
    "trial_started",
    "meeting_booked",
    "content_downloaded",
    "webinar_attended",
    "unsubscribed",
    "cart_abandoned",
    "cart_added",
    "checkout_started",
    "product_viewed",
    "call_held",
    "won",
    "careers_viewed",
)


def lead(chance: random.Random, n: int) -> list[object]:
    pick = chance.choice
    return [
        n,
        pick([f"lead{n}@firm{n}.de", f"lead{n}@firm{n}.de", "nobody"]),
        pick(NUMBERS),
        pick(NUMBERS),
        pick(["", "", "", "yes"]),
        pick(["", "", "yes"]),
        pick(["", "yes", "no"]),
        pick(["Software", "Retail", "Education", ""]),
        pick(["", 3, 60, 900]),
        pick(["CEO", "Student", "Head of sales", ""]),
        pick(["", 40_000]),
        pick(["", "decision_maker"]),
        pick(["", "yes"]),
        pick(["", "now"]),
        pick(["", f"Firm {n}"]),
        pick(["", "", "", "yes"]),
        pick(["2026-10-30", "2026-03-01"]),
        pick(["", "", "no budget", "wrong number"]),
    ]


def log(chance: random.Random, leads: int) -> list[list[object]]:
    rows: list[list[object]] = []
    for n in range(leads):
        for _ in range(chance.choice([0, 1, 3, 6])):
            at = AS_OF - timedelta(
                days=chance.choice([1, 2, 9, 40, 150]), minutes=chance.randrange(900)
            )
            rows.append([f"{len(rows)}", n, chance.choice(KINDS), at.isoformat()])
    return rows


def write(target: Path, rows: list[list[object]]) -> Path:
    with target.open("w", encoding="utf-8", newline="") as f:
        csv.writer(f).writerows(rows)
    return target


def qualified(folder: Path, playbook: str, seed: int, leads: int = 120) -> Qualifications:
    chance = random.Random(seed)
    base = write(folder / "leads.csv", [HEAD, *(lead(chance, n) for n in range(leads))])
    acts = write(
        folder / "log.csv", [["activity_id", "lead_id", "kind", "occurred_at"], *log(chance, leads)]
    )
    return qualify(base, [acts], playbook=playbook, as_of=AS_OF.isoformat())


@pytest.mark.parametrize("preset", preset_names())
def test_who_is_listed_is_to_be_called_and_can_be(preset: str, tmp_path: Path) -> None:
    """Bases of leads at random: everybody listed goes to a call, has a number that works and allows it; and nobody of whom
    all that is true is missing."""
    routes = must_read(preset_text(preset)).routes
    calls = {(r.to, r.next_step) for r in routes if r.by == "call"}
    listed = 0
    for seed in (1, 2):
        found = qualified(tmp_path, preset, seed)
        rows = found.base.con.sql(
            f"FROM qualifications JOIN {found.base.sources.leads} USING (lead_id)"
        )
        right = set()
        for values in rows.fetchall():
            row = dict(zip(rows.columns, values, strict=True))
            works = any(
                row[n]
                and row[f"{n}_verdict"] != "unreachable"
                and sum(c.isdigit() for c in row[n]) > 2
                for n in ("phone", "mobile")
            )
            if (
                (row["department"], row["next_step"]) in calls
                and works
                and not row["do_not_call"]
                and row["consent"] is not False
                and row["contact"] != "empty"
                and row["stage"] != "customer"
                and row["temperature"] != "cold"
            ):
                right.add(row["lead_id"])
                assert row["audience"] != "non_target", row
        said = found.summary.to_call
        assert {t.lead_id for t in said} == right
        assert all(t.phone for t in said)
        listed += len(said)
    assert listed, "a law about nobody would always hold"


@pytest.mark.parametrize("preset", preset_names())
def test_every_route_of_a_preset_says_how(preset: str) -> None:
    """A preset is read by people who call: each of its routes says whether that is meant."""
    for route in must_read(preset_text(preset)).routes:
        assert route.by in BY, route
        if route.next_step and route.next_step.lower().startswith("call"):
            assert route.by == "call"
        if route.next_step and "spend no" in route.next_step:
            assert route.by == "nothing"


def small(folder: Path, *rows: list[object]) -> Path:
    return write(
        folder / "small.csv", [["lead_id", "email", "phone", "job_title", "do_not_call"], *rows]
    )


LOG = [
    ["lead_id", "kind", "occurred_at"],
    *(
        [n, k, "2026-10-31T10:00:00"]
        for n in range(1, 5)
        for k in ("demo_requested", "pricing_viewed")
    ),
]


def test_a_student_is_for_market_research(tmp_path: Path) -> None:
    """A student and a CEO asked for a demo yesterday.  The student is hot, and is to be counted for market research: the CEO
    is called.  Another has no number, another asked not to be called: they are written to.
    """
    base = small(
        tmp_path,
        [1, "a@firm.de", "+49 30 901820", "Student", ""],
        [2, "b@firm2.de", "+49 30 901821", "CEO", ""],
        [3, "c@firm3.de", "", "CEO", ""],
        [4, "d@firm4.de", "+49 30 901822", "CEO", "yes"],
    )
    found = qualify(
        base, [write(tmp_path / "log.csv", LOG)], playbook="b2b-saas", as_of=AS_OF.isoformat()
    )
    assert [t.lead_id for t in found.summary.to_call] == ["2"]
    steps = {row["lead_id"]: row["next_step"] for row in found.to_arrow().to_pylist()}
    assert steps["2"] == "Call now"
    assert steps["3"] == steps["4"] == "Write a personal mail now and offer a time to talk"
    assert uncallable_hot_leads(found.summary) == ""


def test_without_any_number_the_hottest_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A web form asks for the address only: nobody can be called, that is said, and the hottest are shown to be written to."""
    base = small(tmp_path, [2, "b@firm2.de", "", "CEO", ""])
    found = qualify(
        base, [write(tmp_path / "log.csv", LOG)], playbook="b2b-saas", as_of=AS_OF.isoformat()
    )
    assert found.summary.to_call == []
    print_summary(found.summary, console(soft_wrap=False))
    said = " ".join(capsys.readouterr().out.split())
    assert "Whom to call first Nobody who is warm or hot can be called. The hottest leads" in said
    assert "Write a personal mail now" in said


OWN = """
signals: {heat: {half_life: 14d, rules: {demo: {on: demo_requested, points: 40}}}}
scales:
  temperature: [{hot: heat > 10}, {cold: otherwise}]
  audience: [{non_target: "job_title = 'Student'"}, {target: otherwise}]
routes:
  - {when: "job_title = 'Student'", to: research, next: Count it ROUTE}
  - {when: otherwise, to: sales, next: Ring up}
"""


def test_a_playbook_that_does_not_say_how(tmp_path: Path) -> None:
    """No route says `by`: any step may be a call, but for leads outside the target. One says it: the others are none."""
    base = small(
        tmp_path,
        [1, "a@firm.de", "+49 30 901820", "Student", ""],
        [2, "b@firm2.de", "+49 30 901821", "CEO", ""],
    )
    acts = write(tmp_path / "log.csv", LOG)
    for said, listed in (("", ["2"]), (", by: call", ["1"]), (", by: nothing", [])):
        (tmp_path / "own.yml").write_text(OWN.replace(" ROUTE", said), encoding="utf-8")
        found = qualify(base, [acts], playbook=str(tmp_path / "own.yml"), as_of=AS_OF.isoformat())
        assert [t.lead_id for t in found.summary.to_call] == listed, said


def test_a_wrong_way_is_a_fault() -> None:
    """`by: phone`: the fault names the line and the three words."""
    _, problems = read_playbook(OWN.replace(" ROUTE", ", by: phone"), "own.yml")
    (fault,) = [p for p in problems if p.level == "fault"]
    assert fault.code == "not-a-way"
    assert "call, mail, nothing" in str(fault)
