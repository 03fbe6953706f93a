"""A few attacks with fixed seeds; `make attack` goes on for an hour."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from tests.attack.attempt import attempt
from tests.attack.folder import Rule, snapshot, wrongs
from tests.attack.names import Names
from tests.attack.options import INPUTS, NEVER, OUTPUTS, VALUES
from tests.attack.oracle import Ran, complaints, sums
from tests.attack.room import Room, visible
from tests.attack.subjects import SUBJECTS
from tests.attack.verbs import SHAPES, commands, over, parameters, value_of
from tests.servers.postgres import or_say, server

SEED = 43
#: Outputs that have no option, most of them workspaces: they are refused where something is.
PLACES = (("init", "where"), ("copy", "target"), ("backup", "file"), ("restore", "where"))
SHORT = {"formats": 3, "verbs": 4, "settings": 2, "kills": 1, "disks": 2}


@pytest.mark.parametrize(
    ("subject", "number"), [(s, n) for s, many in SHORT.items() for n in range(1, many + 1)]
)
def test_nothing_falls(subject: str, number: int) -> None:
    """Random input, names, settings and ends: only named files change, rows add up, and no fault is
    ours."""
    _holds(subject, number)


@pytest.mark.parametrize(("verb", "name"), [k for k in OUTPUTS if k not in PLACES])
def test_no_output_goes_over_what_the_command_reads(verb: str, name: str, tmp_path: Path) -> None:
    """`uplift exp.csv --out exp.csv`, `learn T --out T`, `report --out ws/playbook.yml`: the file
    is gone, and nothing is said."""
    room = Room(tmp_path, Random(SEED))
    over(room, verb, name)
    assert not room.findings, visible("\n\n".join(["", *room.findings]))


def test_a_server_with_settings_of_its_own_answers_alike() -> None:
    """The role's datestyle, escapes and time zone are the company's business; the answers are
    ours."""
    or_say(server)
    _holds("server", 1)


def _holds(subject: str, number: int) -> None:
    room = attempt(subject, SEED, number, thorough=False)
    assert not room.findings, visible("\n\n".join(["", *room.findings]))


def test_every_verb_is_attacked() -> None:
    """A new verb was added, and nobody thought of attacking it."""
    assert set(SHAPES) == set(commands()), "tests/attack/verbs.py says how each verb is called"


@pytest.mark.parametrize("verb", list(SHAPES))
def test_every_option_is_attacked(verb: str, tmp_path: Path) -> None:
    """A new option was added, and no attack gives it; or one that writes a file is taken for a
    word."""
    names = Names(Random(SEED), tmp_path)
    known = {p.name: p for p in parameters(verb)}
    for name, parameter in known.items():
        takes_none = getattr(parameter, "is_flag", False) or not parameter.opts[0].startswith("-")
        if not takes_none and (verb, name) not in NEVER:
            assert isinstance(value_of(verb, name, names), str)
        writes = (
            (parameter.help or "")
            .lower()
            .startswith(
                ("where to write", "where the proposed", "write the segments", "also write")
            )
        )
        assert not writes or (verb, name) in OUTPUTS, (
            f"--{name} names a file to write: tests/attack/options.py"
        )
    stale = [name for v, name in (*OUTPUTS, *NEVER) if v == verb and name not in known]
    assert not stale, f"{verb} has no parameter {stale}"


def test_no_option_is_remembered_that_is_gone() -> None:
    """An option was taken away, and the attacks still speak of it."""
    known = {p.name for verb in commands() for p in parameters(verb)}
    assert {*INPUTS, *VALUES} <= known


def test_every_subject_has_a_short_form() -> None:
    """A new subject runs in the hour only, and nobody sees it fall before."""
    assert {*SHORT, "server"} == set(SUBJECTS)


WRONG_ENDS = [
    (Ran(("qualify",), 1, "", "leadlight made a mistake (X at y.py:1)."), "made a mistake"),
    (Ran(("qualify",), 0, "", "Traceback (most recent call last):"), "Traceback"),
    (Ran(("qualify",), -6, "", ""), "ended with -6"),
    (Ran(("-w", "x", "qualify"), 0, "Why? \x1b]0;x\x07", ""), "stdout holds"),
    (Ran(("import",), 0, "Written: a\u202eb.csv", ""), "stdout holds"),
    (Ran(("import",), 0, "", "zyx@x.example is no address"), "belongs to a lead"),
    (Ran(("import",), 2, "", "postgre://ana:Hol2apfel@x"), "secret"),
    (
        Ran(
            ("import",),
            0,
            "5 rows of leads read = 3 imported as i1 + 0\nunchanged + 1 rejected.",
            "",
        ),
        "does not add up",
    ),
]


@pytest.mark.parametrize(("ran", "said"), WRONG_ENDS, ids=[said for _, said in WRONG_ENDS])
def test_a_wrong_end_is_seen(ran: Ran, said: str) -> None:
    """What the attacks look for is found where it is."""
    found = complaints(ran, ("zyx@x.example",), ("Hol2apfel",))
    assert any(said in one for one in found), found


def test_a_right_end_is_no_complaint() -> None:
    """A lead that the user typed may be named, an import that adds up is one, and `learn --check`
    may end with 1."""
    assert not complaints(
        Ran(("explain", "zyx@x.example"), 2, "", "There is no lead zyx@x.example."),
        ("zyx@x.example",),
    )
    assert not complaints(
        Ran(
            ("import", "x"),
            0,
            "1,200 rows of leads read = 1,199 imported as i1 + 0 unchanged + 1 rejected.",
            "",
        )
    )
    assert not complaints(Ran(("learn", "--check", "m.yml"), 1, "moved", ""))
    assert [
        s.read
        for s in sums("1,200 rows of leads read = 1,199 imported + 0 unchanged + 1 rejected.")
    ] == [1200]


def test_a_change_that_nobody_named_is_seen(tmp_path: Path) -> None:
    """An input written over, a part left behind, a file gone, another mode; and the output that was
    named is none of these."""
    for name in ("in.csv", "gone.csv", "mode.csv", "out.csv"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("in.csv")
    before = snapshot(tmp_path)
    (tmp_path / "in.csv").write_text("over", encoding="utf-8")
    (tmp_path / "out.csv").write_text("new", encoding="utf-8")
    (tmp_path / "gone.csv").unlink()
    (tmp_path / "mode.csv").chmod(
        0o640 if os.stat(tmp_path / "mode.csv").st_mode & 0o777 != 0o640 else 0o600
    )
    (tmp_path / ".x.csv.1.part").touch()
    rule = Rule(
        frozenset({tmp_path / "out.csv", tmp_path / "in.csv"}),
        protected=frozenset({tmp_path / "in.csv"}),
    )
    found = "\n".join(wrongs(before, snapshot(tmp_path), rule))
    for name, what in (
        ("in.csv", "changed"),
        ("gone.csv", "is gone"),
        (".x.csv.1.part", "appeared"),
        ("mode.csv", "was"),
    ):
        assert f"{tmp_path / name}' {what}" in found
    assert "out.csv" not in found
