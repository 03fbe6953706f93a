"""The schema that editors use agrees with the reader: what the one takes, the other takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import read_playbook
from leadlight.playbook.schema import schema
from tests.docs.transcript import ROOT

EXAMPLES = [
    p
    for p in (
        *sorted((ROOT / "examples").rglob("*.yml")),
        *sorted((ROOT / "benchmarks").glob("*.yml")),
    )
    # Cases have a schema of their own, and a roster is no playbook.
    if not p.name.endswith((".tests.yml", "roster.yml"))
]


def faults(text: str) -> list[str]:
    found = Draft202012Validator(schema()).iter_errors(YAML(typ="safe", pure=True).load(text))
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in found]


def test_the_schema_is_one() -> None:
    """My editor refuses a schema that is none."""
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_has_no_red_line(name: str) -> None:
    """I run `leadlight init --preset NAME` and open the playbook in an editor that knows the schema."""
    assert faults(preset_text(name)) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_an_example_has_no_red_line(path: Path) -> None:
    """I open the playbook of an example."""
    assert faults(path.read_text(encoding="utf-8")) == []


WRONG = {
    "a sixth noun": "stages: {}",
    "another version": "leadlight: 2",
    "a list of signals": "signals: [demos]",
    "a signal that is a text": "signals: {demos: demo_requested}",
    "a signal that derives nothing": "signals: {demos: {within: 14d}}",
    "a misspelt window": "signals: {demos: {count: demo_requested, withn: 14d}}",
    "a window without a unit": "signals: {demos: {count: demo_requested, within: 14}}",
    "a window of no time": "signals: {demos: {count: demo_requested, within: 0d}}",
    "points in words": "signals: {heat: {points: {demo_requested: many}}}",
    "a rule without points": "signals: {heat: {rules: {demo: {on: demo_requested}}}}",
    "a rule on nothing": "signals: {heat: {rules: {demo: {points: 40}}}}",
    "a negative cap": (
        "signals: {heat: {rules: {demo: {on: demo_requested, points: 4, at_most: -1}}}}"
    ),
    "a question without yes": "signals: {bant: {questions: {budget: {no: budget = 0}}}}",
    "a name with a blank": "signals: {my demos: {count: demo_requested}}",
    "a score without rules": "scores: {fit: {at_most: 100}}",
    "a fit rule that adds nothing": "scores: {fit: {rules: {F01: {when: employees >= 50}}}}",
    "a scale that leaves leads out": (
        "scales: {temperature: [{hot: employees >= 50}, {cold: employees < 50}]}"
    ),
    "two labels in one": (
        "scales: {temperature: [{hot: employees > 50, warm: employees > 5}, {cold: otherwise}]}"
    ),
    "a segment without a condition": "segments: {enterprise: {about: large ones}}",
    "a route to nobody": "routes: [{when: otherwise}]",
    "routes by name": "routes: {sales: {when: otherwise, to: sales}}",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_what_check_refuses_is_red_in_the_editor(text: str) -> None:
    """Each of these is a fault of `leadlight check`, too."""
    book, problems = read_playbook(text)
    assert book is None, problems
    assert faults(text)


RIGHT = (
    "signals:\nscores:\n",
    (
        "signals: {heat: {points: {demo_requested: 40, won: -3.5}, half_life: 14d}}\nscores:"
        " {engagement: heat}"
    ),
    (
        "signals: {last: {latest: result, of: call_held}, spent: {sum: value, of: [won], when:"
        " value > 3, within: 1y}}"
    ),
    "scores: {fit: [{when: employees >= 50, add: 20}]}",
    (
        "scales: {contact: {about: x, labels: [{empty: email is null, aside: yes, say: None},"
        " {reachable: Otherwise}]}}"
    ),
    "segments: {big: {when: employees >= 500, about: large}, all: true}",
)


@pytest.mark.parametrize("text", RIGHT)
def test_what_check_takes_is_not_red(text: str) -> None:
    """Each of these holds."""
    book, problems = read_playbook(text)
    assert book is not None, problems
    assert faults(text) == []
