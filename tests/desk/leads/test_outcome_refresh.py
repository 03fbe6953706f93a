"""A workspace that learns anew from whom it has won and lost, by the rule in its playbook."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.progress import NullProgress
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import find_workspace
from leadlight.desk.workspaces import init as _init
from leadlight.playbook.read import read_playbook
from leadlight.results.outcome_refresh import OutcomeRefresh
from leadlight.results.qualification import QualifyResult
from leadlight.results.text.first_answer import basis_sentences
from leadlight.results.text.outcome_refresh import render_outcome_refresh
from leadlight.results.text.workspace import render_new_workspace
from tests.desk.leads.test_first_answer import Row, buyers, leads, written
from tests.servers.postgres import database, or_say, server
from tests.verbs import copy, history, import_files, lines, publish, session_on, sign, version_text

NOW = datetime.fromisoformat("2026-03-01 10:00")


def day(n: float) -> datetime:
    return NOW + timedelta(days=n)


def with_open(rows: Sequence[Row], decided: int) -> list[Row]:
    """The same leads, of whom the last ones are not decided yet."""
    return [r if n < decided else {**r, "Bought": ""} for n, r in enumerate(rows)]


ROWS = leads(400, 3, buyers)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of 400 leads, 250 of them decided, which began with what these taught."""
    folder = tmp_path_factory.mktemp("made")
    file = written(folder, with_open(ROWS, 250))
    session = session_on(None)
    new = _init.init(session, _init.InitRequest(NOW, str(folder / "sales"), leads=file))
    assert new.learned
    assert "such as 30d" in " ".join(lines(render_new_workspace(new)))
    import_files(folder / "sales", [file], NOW, verify=False)
    return folder / "sales"


@pytest.fixture
def here(made: Path, tmp_path: Path) -> Path:
    """The same, for one test."""
    return shutil.copytree(made, tmp_path / "sales")


def edited(here: Path, *changes: tuple[str, str]) -> None:
    file = here / "playbook.yml"
    text = file.read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    file.write_text(text, "utf-8")


def monthly(here: Path, *changes: tuple[str, str]) -> None:
    """The playbook is published with the rule to learn anew after thirty days."""
    edited(here, ("refresh: never", "refresh: 30d"), *changes)
    publish(here, None, day(0), by="Ada")


def decided(here: Path, n: float, count: int = 400) -> None:
    """On that day it is known of so many leads whether they bought."""
    import_files(here, [written(here, with_open(ROWS, count))], day(n), verify=False)


def qualified(here: Path, n: float, **options: object) -> QualifyResult:
    return qualify(session_on(here), QualifyRequest(day(n), **options))  # type: ignore[arg-type]


def told(found: OutcomeRefresh | None) -> str:
    assert found is not None
    return " ".join(lines(render_outcome_refresh(found)))


def test_outcomes_are_learned_anew_after_the_time_that_the_playbook_says(here: Path) -> None:
    """250 leads taught on the first of March; by April all 400 are decided."""
    monthly(here)
    decided(here, 10)
    early = qualified(here, 29)
    assert (early.outcomes, early.standing) == (None, "v1")
    done = qualified(here, 30)
    assert done.outcomes is not None
    assert (done.outcomes.state, done.standing) == ("published", "v2")
    assert (done.outcomes.decided, done.outcomes.open) == (400, 0)
    assert "This is v2, in force from now on." in told(done.outcomes)
    version = history(here, day(31)).versions[0].version
    assert version.author == "leadlight"
    assert "Learned on 2026-03-31 from 400 leads of this workspace" in version.note
    # The next time is a month later, and there is nothing new by then.
    assert qualified(here, 31).outcomes is None
    again = qualified(here, 61)
    assert again.outcomes is not None
    assert (again.outcomes.state, again.standing) == ("unchanged", "v2")


def test_the_summary_says_what_the_order_rests_on(here: Path) -> None:
    monthly(here)
    done = qualified(here, 1)
    assert done.summary is not None
    assert done.summary.rests_on is not None
    said = " ".join(basis_sentences(done.summary.rests_on))
    assert said.startswith("The order was learned on 2026-03-01 from 71 who bought and 179 who did")
    assert "65% of the time (0.52 to 0.75)" in said
    assert said.endswith("It is learned anew after 30 days.")


def test_only_the_model_and_its_cuts_are_others(here: Path) -> None:
    """What a person wrote stays to the letter, comments included."""
    monthly(here, ("signals:\n", "# ours\nsignals:\n"))
    decided(here, 10)
    qualified(here, 40)
    before, after = (version_text(here, v, day(41)) for v in ("v1", "v2"))
    rules = [text.split("\nmodels:\n")[0].splitlines() for text in (before, after)]
    assert "# ours" in rules[1]
    others = [a.split(":")[0].strip() for a, b in zip(*rules, strict=True) if a != b]
    assert others == ["- hot", "- warm"]


def test_a_cut_that_somebody_changed_stays(here: Path) -> None:
    text = (here / "playbook.yml").read_text("utf-8")
    hot = text.split("- hot: probability >= ")[1].split(" ")[0]
    monthly(here, (f"- hot: probability >= {hot}", "- hot: probability >= 0.6001"))
    decided(here, 10)
    qualified(here, 40)
    assert "- hot: probability >= 0.6001 and" in version_text(here, "v2", day(41))


def test_what_must_be_signed_is_proposed(here: Path) -> None:
    """marketing and sales sign: nothing changes before they do, and nothing is proposed twice"""
    monthly(here, ("# sign_off: [marketing, sales]", "sign_off: [marketing, sales]"))
    for role in ("marketing", "sales"):
        sign(here, role, day(0.1), by="Bo")
    decided(here, 10)
    done = qualified(here, 30)
    assert done.outcomes is not None
    assert (done.outcomes.state, done.standing) == ("proposed", "v1")
    assert done.outcomes.missing == ("marketing", "sales")
    assert "waits for marketing and sales to sign" in told(done.outcomes)
    assert "sign" in told(done.outcomes).split("as they were.")[1]
    waiting = qualified(here, 31)
    assert waiting.outcomes is not None
    assert (waiting.outcomes.state, waiting.standing) == ("waits", "v1")
    assert len(history(here, day(31)).versions) == 2
    for role in ("marketing", "sales"):
        sign(here, role, day(32), by="Bo")
    signed = qualified(here, 33)
    assert (signed.outcomes, signed.standing) == (None, "v2")


def test_a_version_that_somebody_proposed_is_not_outrun(here: Path) -> None:
    monthly(here)
    decided(here, 10)
    edited(here, ("First answer (", "Ours ("))
    publish(here, None, day(20), by="Bo", since=day(90))
    done = qualified(here, 40)
    assert done.outcomes is not None
    assert (done.outcomes.state, str(done.outcomes.version)) == ("waits", "v2")


def test_nothing_is_learned_where_nothing_is_published(here: Path) -> None:
    """No version could name what was learned: the person is asked to publish."""
    edited(here, ("refresh: never", "refresh: 30d"))
    decided(here, 10)
    done = qualified(here, 40)
    assert done.outcomes is not None
    assert (done.outcomes.state, done.standing) == ("unpublished", "unpublished")
    assert "Publish the playbook once" in told(done.outcomes)
    assert not history(here, day(41)).versions


@pytest.mark.parametrize("off", ["key", "flag", "moment", "playbook"])
def test_it_is_turned_off(here: Path, off: str) -> None:
    """refresh: never · --no-outcomes · a past moment · a playbook that is named"""
    if off == "key":
        publish(here, None, day(0), by="Ada")
    else:
        monthly(here)
    decided(here, 10)
    options: dict[str, object] = {
        "flag": {"learn": False},
        "moment": {"as_of": day(39)},
        "playbook": {"playbook": str(here / "playbook.yml")},
    }.get(off, {})
    assert qualified(here, 40, **options).outcomes is None
    assert len(history(here, day(41)).versions) == 1


def test_a_past_moment_goes_by_what_was_known_then(here: Path) -> None:
    """What is learned in April changes no answer about March."""
    monthly(here)
    before = qualified(here, 9)
    decided(here, 10)
    qualified(here, 40)
    after = qualified(here, 50, as_of=day(9))
    assert before.summary is not None
    assert after.summary is not None
    assert (after.standing, after.fingerprint) == (before.standing, before.fingerprint)
    assert after.summary.example == before.summary.example


def test_touched_leads_are_told_of_it_too(here: Path) -> None:
    monthly(here)
    decided(here, 10)
    qualified(here, 20)
    done = qualified(here, 40, touched=True)
    assert done.outcomes is not None
    assert (done.outcomes.state, done.standing) == ("published", "v2")


def test_a_server_learns_the_same(here: Path) -> None:
    """A copy on PostgreSQL makes the same version, to the letter."""
    or_say(server)
    monthly(here)
    decided(here, 10)
    with database() as url:
        copy(str(here), url, day(11), NullProgress())
        session = Session(find_workspace(url))
        done = [qualify(s, QualifyRequest(day(40))) for s in (session_on(here), session)]
        texts = [version_text(place, "v2", day(41)) for place in (here, find_workspace(url))]
        session.close()
    assert [d.standing for d in done] == ["v2", "v2"]
    assert done[0].outcomes == done[1].outcomes
    assert texts[0] == texts[1]


def test_what_ranks_like_lots_changes_nothing(here: Path) -> None:
    """The wins of the new month came by dice."""
    monthly(here)
    dice = [{**r, "Bought": "yes" if n * 7919 % 101 < 40 else "no"} for n, r in enumerate(ROWS)]
    import_files(here, [written(here, dice)], day(10), verify=False)
    done = qualified(here, 40)
    assert done.outcomes is not None
    assert (done.outcomes.state, done.standing) == ("refused", "v1")
    assert "stays" in told(done.outcomes)


BOOK = """leadlight: 1
signals: {seen: {value: "coalesce(pages, 0)"}}
scores: {interest: [{when: seen > 3, add: 10}]}
scales: {temperature: [{hot: interest > 5}, {cold: otherwise}]}
order: interest
outcomes: {won: converted, lost: not converted, points: seen%s}
"""


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (", refresh: 30d", "nothing-to-refresh"),
        (", refresh: 2h", "not-a-duration"),
        (", refresh: often", "not-a-duration"),
        (", never: 1", "unknown-key"),
    ],
)
def test_faults_of_the_section_are_told(said: str, code: str) -> None:
    book, problems = read_playbook(BOOK.replace("coalesce(pages, 0)", "3") % said)
    assert book is None
    assert [p.code for p in problems] == [code]


def test_points_and_outcomes_must_be_what_they_are_called() -> None:
    text = BOOK.replace("coalesce(pages, 0)", "3") % ", refresh: never"
    assert read_playbook(text)[0] is not None
    for before, after in (("points: seen", "points: sen"), ("won: converted", "won: conv")):
        problems = read_playbook(text.replace(before, after))[1]
        assert [p.code for p in problems] == ["unknown-name"]
