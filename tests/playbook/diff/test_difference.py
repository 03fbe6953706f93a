"""Two playbooks, and what a salesperson is told of the difference."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from leadlight.playbook.canonical import meaning
from leadlight.playbook.diff.difference import REST, difference
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import must_read, read_playbook

ROOT = Path(__file__).parents[3]
ACME = (ROOT / "examples" / "acme" / "playbook.yml").read_text(encoding="utf-8")
SMALL = """
name: Small
signals:
  demos: {count: demo_requested, within: 14d}
  open:  {value: demos > 0 or budget > 0}
  heat:
    half_life: 30d
    at_most: 100
    rules:
      demo:  {on: demo_requested, points: 40, say: A demo request}
      price: {on: pricing_viewed, points: 10, at_most: 30, within: 60d, say: A look at the prices}
      left:  {on: unsubscribed, points: -20, half_life: never, say: An unsubscription}
scores:
  fit: {rules: {size: {when: employees >= 50, add: 20, say: A company of size}}}
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30 and open}, {warm: engagement >= 8}, {cold: otherwise}]
  audience: [{target: "fit > 0 or industry in ('software', 'retail')"}, {non_target: otherwise}]
segments:
  big: employees >= 500
routes:
  - {when: "temperature = 'hot'", to: sales, within: 30m, next: Call}
  - {when: big, to: key accounts, within: 1d}
  - {when: otherwise, to: marketing}
sign_off: [marketing, sales]
"""


def told(*changes: tuple[str, str], text: str = SMALL) -> dict[str, list[str]]:
    """What is told when these texts are replaced."""
    new = text
    for old, by in changes:
        assert old in new, old
        new = new.replace(old, by)
    return difference(must_read(text), must_read(new)).groups()


CHANGES = [
    ("points: 40", "points: 45", "Points", '"A demo request" now gives 45 points instead of 40.'),
    (
        "points: -20",
        "points: -25",
        "Points",
        '"An unsubscription" now takes 25 points instead of 20.',
    ),
    (
        "points: -20",
        "points: 5",
        "Points",
        '"An unsubscription" now gives 5 points; before, it took 20 points.',
    ),
    (
        "half_life: 30d",
        "half_life: 14d",
        "How fast points fade",
        "Points of *engagement* now fade to half in 14 days instead of 30 days.",
    ),
    (
        "half_life: never",
        "half_life: 1y",
        "How fast points fade",
        '"An unsubscription" now fades to half in 365 days; before, it did not fade.',
    ),
    (
        "at_most: 100",
        "at_most: 120",
        "Points",
        "*engagement* now never goes above 120; before, it never went above 100.",
    ),
    (
        "at_most: 30,",
        "",
        "Points",
        '"A look at the prices" may come to any number of points, before to at most 30 points.',
    ),
    (
        "within: 60d",
        "within: 90d",
        "Points",
        (
            '"A look at the prices" now counts activities of the last 90 days instead of those of'
            " the last 60 days."
        ),
    ),
    (
        "      left:  {on: unsubscribed, points: -20, half_life: never, say: An unsubscription}\n",
        "",
        "Points",
        'No longer counted in *engagement*: "An unsubscription" takes 20 points (unsubscribed).',
    ),
    (
        "employees >= 50, add",
        "employees >= 100, add",
        "Points",
        '"A company of size" needs `employees >= 100` instead of `employees >= 50`.',
    ),
    (
        "engagement >= 30",
        "engagement >= 35",
        "What counts as hot",
        "*hot* needs 35 points of engagement instead of 30.",
    ),
    (
        "engagement >= 30 and open",
        "engagement >= 30",
        "What counts as hot",
        "*hot* no longer needs `open`.",
    ),
    (
        "engagement >= 30 and open",
        "open and fit > 10 and 30 <= engagement",
        "What counts as hot",
        "*hot* now also needs `fit > 10`.",
    ),
    (
        "fit > 0 or industry",
        "fit > 0 or revenue > 5 or industry",
        "Who is in the target",
        "*target* is now also where `revenue > 5`.",
    ),
    (
        "'software', 'retail'",
        "'software', 'saas'",
        "Who is in the target",
        (
            "One way to *target* needs `industry in ('software', 'saas')` instead of `industry in"
            " ('software', 'retail')`."
        ),
    ),
    (
        "{warm: engagement >= 8}, ",
        "",
        "What counts as hot",
        "No longer there: *warm* needs `engagement >= 8`.",
    ),
    (
        "{hot: engagement >= 30 and open}, {warm: engagement >= 8}",
        "{warm: engagement >= 8}, {hot: engagement >= 30 and open}",
        "What counts as hot",
        "The labels of *temperature* are tried in another order: warm, hot and cold.",
    ),
    (
        "big: employees >= 500",
        "big: employees >= 400",
        "Segments",
        "*big* needs `employees >= 400` instead of `employees >= 500`.",
    ),
    (
        "within: 30m",
        "within: 15m",
        "Routes and response times",
        (
            "Leads where `temperature = 'hot'` (sales) are now to be answered within 15 minutes"
            " instead of within 30 minutes."
        ),
    ),
    (
        "to: sales,",
        "to: sales/emea,",
        "Routes and response times",
        "Leads where `temperature = 'hot'` now go to sales/emea instead of sales.",
    ),
    ("[marketing, sales]", "[sales, management]", "Who signs", "management must sign too."),
    (
        "demo_requested, within",
        "[demo_requested, trial_started], within",
        "What is derived",
        "*demos* now counts trial_started too.",
    ),
    (
        "say: A demo request",
        "say: Asked for a demo",
        "What rules and labels are called",
        '"A demo request" is now called "Asked for a demo".',
    ),
]


@pytest.mark.parametrize(("old", "new", "about", "said"), CHANGES)
def test_a_change_in_words(old: str, new: str, about: str, said: str) -> None:
    """One thing is changed in a small playbook."""
    assert said in told((old, new))[about]


def test_what_is_only_written_otherwise_says_the_same() -> None:
    """Comments, ids of rules, names of signals, brackets, the order of `and` and of rules: nobody need read about it."""
    assert (
        told(
            ("demos", "asked_for_one"),
            ("  heat:\n", "  warmth: # of late\n"),
            ("engagement: heat", "engagement: warmth"),
            ("      demo: ", "      d1: "),
            ("engagement >= 30 and open", "(open) AND (30 <= engagement)"),
            ("('software', 'retail')", "('retail', 'software')"),
            ("[marketing, sales]", "[sales, marketing]"),
            ("name: Small", "name: Smaller"),
            ("within: 14d", "within: 2w"),
            ("points: 40", "points: 40.00"),
        )
        == {}
    )


def test_a_route_that_is_tried_first() -> None:
    """Big leads go to the key accounts even when they are hot."""
    hot, big = (
        "  - {when: \"temperature = 'hot'\", to: sales, within: 30m, next: Call}\n",
        "  - {when: big, to: key accounts, within: 1d}\n",
    )
    assert told((hot + big, big + hot)) == {
        "Routes and response times": [
            "Now leads where `big` come before leads where `temperature = 'hot'`, and who is both"
            " goes to key accounts."
        ]
    }


def test_new_names_are_told_once() -> None:
    """The segment and the score get other names; the conditions that name them are not told as changed."""
    assert told(("big", "enterprise"), ("engagement", "interest")) == {
        "New names": [
            "The score *engagement* is now called *interest*.",
            "The segment *big* is now called *enterprise*.",
        ]
    }


def test_rules_of_verification() -> None:
    """The company decides that a burst weighs less and that a disposable address will do."""
    assert told(("verify: default", "verify: {burst: 10, disposable: off}"), text=ACME) == {
        "What verification means": [
            (
                "The e-mail address is a disposable one (disposable) now is left out; before, it"
                " meant unreachable."
            ),
            (
                "Many leads came from one source within minutes (burst) now weighs 10; before, it"
                " weighed 40."
            ),
        ]
    }


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_says_what_it_says(name: str) -> None:
    """A preset beside itself, without comments and written in another style."""
    text = preset_text(name)
    yaml = YAML(typ="safe", pure=True)
    out = io.StringIO()
    yaml.dump(yaml.load(text), out)  # another style: no comments, keys in another order
    old, new = must_read(text), read_playbook(out.getvalue())[0]
    assert new is not None
    assert difference(old, new).same


def test_presets_differ_in_words() -> None:
    """From one article's definitions to another's: everything is told, and nothing by a shrug."""
    books = [must_read(preset_text(n), n) for n in preset_names()[::2]]
    for old, new in zip(books, books[1:] + books[:1], strict=True):
        found = difference(old, new)
        assert not found.same
        assert REST not in found.groups()


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every mapping, list and value."""
    yield path
    items = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, value in items:
        yield from places(value, (*path, key))


def mutated(data: Any, chance: random.Random) -> Any:
    """Something somewhere taken out, said twice over, exchanged, or with another number."""
    path = chance.choice([p for p in places(data) if len(p) > 1])
    parent = data
    for key in path[:-1]:
        parent = parent[key]
    key, value, what = path[-1], parent[path[-1]], chance.randrange(4)
    if what == 0:
        del parent[key]
    elif isinstance(value, str) and any(c.isdigit() for c in value) and what == 1:
        place = chance.choice([n for n, c in enumerate(value) if c.isdigit()])
        parent[key] = value[:place] + str(chance.randrange(1, 10)) + value[place + 1 :]
    elif isinstance(value, str) and what == 2:
        swaps = [
            (" and ", " or "),
            (">=", ">"),
            ("<=", "<"),
            ("=", "<>"),
            ("'", "'x"),
            ("a", "b"),
            (" or ", " and not "),
        ]
        parent[key] = value.replace(*chance.choice(swaps), 1)
    elif isinstance(value, int | float):
        parent[key] = value + chance.choice((-1, 1, 7))
    elif isinstance(parent, list) and len(parent) > 1:
        other = chance.randrange(len(parent))
        parent[key], parent[other] = parent[other], parent[key]
    elif isinstance(parent, dict):
        other_key = chance.choice(list(parent))
        parent[key], parent[other_key] = parent[other_key], parent[key]
    return data


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([""] * 39 + ["b2c-shop"]))
def test_every_difference_in_meaning_is_told(seed: int, name: str) -> None:
    """Somebody changes a playbook here and there: something is told exactly when it means something else, always in words."""
    chance = random.Random(seed)
    text = preset_text(name) if name else SMALL
    yaml = YAML(typ="safe", pure=True)
    data = yaml.load(text)
    for _ in range(chance.randrange(1, 4)):
        data = mutated(data, chance)
    out = io.StringIO()
    yaml.dump(data, out)
    new, _ = read_playbook(out.getvalue())
    if new is None:
        return
    old = must_read(text)
    found = difference(old, new)
    assert found.same == (meaning(old) == meaning(new))
    assert REST not in found.groups(), out.getvalue()
    assert difference(new, new).same
