"""Tracks: what a playbook says of them, its faults, and how two playbooks differ in them."""

from __future__ import annotations

import jsonschema
import pytest
from ruamel.yaml import YAML

from leadlight.playbook.canonical import meaning
from leadlight.playbook.diff.difference import difference
from leadlight.playbook.read import must_read, read_playbook
from leadlight.playbook.schema import schema
from leadlight.playbook.sentences import chapters
from leadlight.playbook.spec import Limits
from leadlight.playbook.track_conditions import with_track_segments

DAY = 86_400
RULES = """
signals:
  demos: {count: demo_requested}
scales:
  temperature: [{hot: demos > 0}, {cold: otherwise}]
routes:
  - {when: otherwise, to: sales/berlin}
"""
TRACKS = """
tracks:
  cold:
    about: Something to read
    when: temperature = 'cold'
    exits: employees > 500
    again: 180d
    hold_out: 20%
    steps:
      - {content: welcome}
      - {after: 3d, not_after: 2d, variants: {long: case-study, short: case-study-short}, when: employees > 5}
      - {after: 7d, by: task, to: sales, say: Call}
limits:
  hours: 9-17:30
  days: [mon, wednesday]
  at_most: {7d: 2, 1d: 1}
"""


def test_a_track_is_read_as_it_is_written() -> None:
    """Steps, variants, limits: every key comes to what it says, and the schema of editors agrees"""
    book = must_read(RULES + TRACKS)
    (track,) = book.tracks
    assert (track.name, track.purpose, track.hold_out, track.again) == (
        "cold",
        "marketing",
        20,
        180 * DAY,
    )
    first, second, third = track.steps
    assert (first.by, first.after, first.not_after) == ("mail", 0, 14 * DAY)
    assert [(v.key, v.content) for v in second.variants] == [
        ("long", "case-study"),
        ("short", "case-study-short"),
    ]
    assert (second.after, second.not_after) == (3 * DAY, 2 * DAY)
    assert (third.by, third.to, third.say) == ("task", "sales", "Call")
    assert book.limits == Limits(540, 1050, ("mon", "wed"), ((DAY, 1), (7 * DAY, 2)))
    jsonschema.validate(YAML(typ="safe").load(RULES + TRACKS), schema())


@pytest.mark.parametrize(
    ("track", "code"),
    [
        ("{when: demos > 0}", "missing-key"),
        ("{when: demos > 0, steps: []}", "missing-key"),
        ("{when: demoes > 0, steps: [{content: a}]}", "unknown-name"),
        ("{when: demos, steps: [{content: a}]}", "not-a-condition"),
        ("{when: demos > 0, exits: nothing > 1, steps: [{content: a}]}", "unknown-name"),
        ("{when: demos > 0, steps: [{content: a, when: demos + 1}]}", "not-a-condition"),
        ("{when: demos > 0, steps: [{content: ../../etc/passwd}]}", "not-a-content"),
        ("{when: demos > 0, steps: [{by: mail}]}", "missing-key"),
        ("{when: demos > 0, steps: [{by: task}]}", "missing-key"),
        ("{when: demos > 0, steps: [{by: pigeon, content: a}]}", "not-a-way"),
        ("{when: demos > 0, purpose: spam, steps: [{content: a}]}", "not-a-way"),
        ("{when: demos > 0, hold_out: 90, steps: [{content: a}]}", "not-a-number"),
        ("{when: demos > 0, steps: [{variants: {a: x}}]}", "too-many-variants"),
        ("{when: demos > 0, steps: [{by: task, say: Call, to: finance}]}", "unknown-department"),
        ("{when: demos > 0, clicks: some, steps: [{content: a}]}", "not-a-way"),
        (
            "{when: demos > 0, steps: [{by: text, content: a, to: 'https://x.example/t0ken'}]}",
            "not-an-endpoint",
        ),
        ("{when: demos > 0, stepps: [], steps: [{content: a}]}", "unknown-key"),
    ],
)
def test_a_fault_in_a_track_is_told_with_its_line(track: str, code: str) -> None:
    """A slip of the pen in a track is told with its place, as everywhere in a playbook"""
    _, problems = read_playbook(f"{RULES}tracks:\n  one: {track}\n")
    assert code in [p.code for p in problems]
    assert all(p.place and p.place.line and p.place.line >= 9 for p in problems)


@pytest.mark.parametrize(
    "limits", ["{hours: 18-8}", "{hours: noon}", "{days: [someday]}", "{at_most: {often: 1}}", "[]"]
)
def test_limits_that_mean_nothing_are_faults(limits: str) -> None:
    """Hours that end before they begin, a day that is none"""
    book, problems = read_playbook(f"{RULES}limits: {limits}\n")
    assert book is None
    assert problems


def test_two_playbooks_differ_in_words_by_their_tracks() -> None:
    """A rehearsal says which step is new, and a track under another order means the same"""
    old = must_read(RULES + TRACKS)
    new = must_read(RULES + TRACKS.replace("after: 7d", "after: 9d").replace("9-17:30", "8-18"))
    lines = difference(old, new).groups()["What leads are sent"]
    assert any("Step 3 of *cold* is now a task for sales" in line for line in lines)
    assert any("8:00 to 18:00" in line and "instead of" in line for line in lines)
    gone = difference(old, must_read(RULES)).groups()["What leads are sent"]
    assert "No longer a track: *cold*." in gone
    assert meaning(old) != meaning(new)
    assert not difference(old, must_read(TRACKS + RULES)).lines


def test_the_conditions_of_tracks_become_segments_of_the_plan() -> None:
    """What a track asks is derived by the plan that derives everything else"""
    book = with_track_segments(must_read(RULES + TRACKS))
    assert [s.name for s in book.segments] == ["_t0", "_x0", "_t0_2", "_hot"]
    assert book.fingerprint != must_read(RULES + TRACKS).fingerprint


def test_a_track_is_told_in_sentences() -> None:
    """`leadlight playbook` reads tracks to you"""
    about = {chapter.about: chapter.sentences for chapter in chapters(must_read(RULES + TRACKS))}
    said = " ".join(about["The track cold"])
    assert "Something to read." in said
    assert "20 leads in a hundred are held out" in said
    assert "at most 1 in 1 day and 2 in 7 days" in " ".join(about["How often leads are written to"])


def test_clicks_are_switched_off_and_said() -> None:
    """clicks: off is one sentence of the playbook, and of its difference from the one before"""
    off = TRACKS.replace("again: 180d", "again: 180d\n    clicks: off")
    old, new = must_read(RULES + TRACKS), must_read(RULES + off)
    assert (old.tracks[0].clicks, new.tracks[0].clicks) == (True, False)
    assert meaning(old) != meaning(new)
    said = "Who follows a link in a mail of *cold* is not known"
    assert said in str(difference(old, new).groups()["What leads are sent"])
    jsonschema.validate(YAML(typ="safe").load(RULES + off), schema())
    assert said in str(list(chapters(new)))
    assert said not in str(list(chapters(old)))


@pytest.mark.parametrize("to", ["sms", "env:SMS_URL"])
def test_a_text_is_for_an_endpoint_and_not_for_a_department(to: str) -> None:
    """No route goes to an endpoint, and nobody doubts it for that"""
    text = f"{{after: 7d, by: text, to: '{to}', content: welcome}}"
    book, problems = read_playbook(
        RULES + TRACKS.replace("{after: 7d, by: task, to: sales, say: Call}", text)
    )
    assert book is not None
    assert book.tracks[0].steps[2].to == to
    assert not [p for p in problems if p.code == "unknown-department"]
