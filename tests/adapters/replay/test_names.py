"""Whatever a company calls its columns, and a playbook its scores, a replay says the same of them."""

from __future__ import annotations

from leadlight.adapters.replay.facts import facts_of_ledger
from leadlight.adapters.replay.rounds import replay
from leadlight.facts.catalog import Type
from leadlight.plan.timeline import ReplayPeriod
from leadlight.playbook.read import must_read
from tests.adapters.conftest import Desk, day

#: What our own tables of a replay have beside theirs, now or once.
OURS = ("lead", "since", "until", "seen", "gone", "undone", "linked", "cause", "same", "period",
        "what", "was", "one", "at", "scale", "label", "before", "after")  # fmt: skip


def book(attributes: tuple[str, ...], scores: tuple[str, ...]) -> str:
    """A score for each name: one for an attribute of leads, and a signal for a column of activities."""
    made = "signals:\n" + "".join(
        f"  heat_{n}: {{half_life: 9d, rules: {{a: {{on: k, points: 1, when: {name} > 50, say: A}}}}}}\n"
        for n, name in enumerate(attributes)
    )
    made += "scores:\n" + "".join(
        f"  {score}: [{{when: {name} > 50, add: 1}}, {{when: heat_{n} > 0.2, add: 5}}]\n"
        for n, (score, name) in enumerate(zip(scores, attributes, strict=True))
    )
    return made + f"scales: {{temperature: [{{warm: {scores[0]} > 2}}, {{cold: otherwise}}]}}\n"


def looks(attributes: tuple[str, ...], scores: tuple[str, ...]) -> list[tuple[object, ...]]:
    """Every look at a lead, and every transition with what brought it."""
    desk = Desk()
    own = dict.fromkeys(attributes, Type.WHOLE)
    for at in (0, 5):
        leads = [
            {"lead_id": f"L{i}", **{a: (i * 31 + n * 17 + at) % 100 for n, a in enumerate(own)}}
            for i in range(3)
        ]
        log = [
            {
                "lead_id": f"L{i}",
                "kind": "k",
                "occurred_at": day(at + i),
                **{a: (i * 41 + n * 13) % 100 for n, a in enumerate(own)},
            }
            for i in range(3)
        ]
        desk.brings("leads", leads, day(at), own=own)
        desk.brings("activities", log, day(at + 3), own=own)
    told = replay(
        facts_of_ledger(desk.con, desk.ledger, "then", None),
        [
            ReplayPeriod(
                day(-1), day(30), must_read(book(attributes, scores), catalog=desk.ledger.catalog())
            )
        ],
    )
    moves = desk.con.execute(f"SELECT * FROM {told.transitions} ORDER BY ALL").fetchall()
    spells = desk.con.execute(f"SELECT * FROM {told.spells} ORDER BY ALL").fetchall()
    return [
        *desk.con.execute(f"SELECT * FROM {told.states} ORDER BY ALL").fetchall(),
        *moves,
        *spells,
    ]


def test_columns_and_scores_may_be_called_as_ours_are() -> None:
    """An attribute `since` ended a replay in a fault; `lead` gave other scores and labels than the
    day's run."""
    plain = tuple(f"zeta_{n}" for n in range(len(OURS)))
    scores = tuple(f"score_{n}" for n in range(len(OURS)))
    expected = looks(plain, scores)
    # What changed is told by the attribute's name, which is the only difference.
    told = [
        tuple(_plain(cell) for cell in row) for row in looks(OURS, tuple(f"x_{n}" for n in OURS))
    ]
    assert told == [tuple(_plain(cell) for cell in row) for row in expected]
    assert looks(plain, OURS) == expected


def _plain(cell: object) -> object:
    return "attributes" if isinstance(cell, str) and "," in cell else cell
