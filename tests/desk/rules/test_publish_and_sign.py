"""A workspace that publishes its rules, signs them, and runs what was signed."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from leadlight.adapters.ledger import migrate
from leadlight.desk.progress import NullProgress
from leadlight.desk.wiring import clock
from leadlight.desk.workspace.workspace import LEDGER
from leadlight.facts.agreements import SignOff
from leadlight.facts.ledger import Agreement, Proposal
from leadlight.problems import CannotDo
from leadlight.results.agreement import PlaybookHistory, Publication, SignedVersion
from leadlight.results.text.agreement import render_history, render_publication, render_signature
from tests.verbs import (
    copy,
    history,
    import_files,
    init,
    lines,
    live_base,
    notices,
    opened,
    publish,
    run,
    sign,
    version_text,
)

NOW = datetime.fromisoformat("2026-03-01 10:00")
BOOK = """leadlight: 1
name: Ours   # with a comment
sign_off: [marketing, sales]
signals: {heat: {half_life: 30d, points: {demo_requested: 40}}}
scores: {engagement: heat}
scales:
  temperature: [{hot: engagement >= 30}, {cold: otherwise}]
"""
EASIER = BOOK.replace(">= 30", ">= 10")
LEADS = "lead_id,email\nana,ana@example.com\nbo,bo@example.com\n"
LOG = "lead_id,occurred_at,kind\nana,2026-02-28,demo_requested\nbo,2026-01-15,demo_requested\n"


def hour(n: float) -> datetime:
    return NOW + timedelta(hours=n)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two leads: ana asked for a demo yesterday, bo in January."""
    folder = tmp_path_factory.mktemp("made")
    init(folder, NOW)
    (folder / "playbook.yml").write_text(BOOK, "utf-8")
    for name, text in (("leads.csv", LEADS), ("log.csv", LOG)):
        (folder / name).write_text(text, "utf-8")
    import_files(
        folder, [folder / "leads.csv", folder / "log.csv"], NOW, verify=False, backfill=True
    )
    return folder


@pytest.fixture
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, for one test."""
    monkeypatch.chdir(shutil.copytree(made, tmp_path / "here"))
    return tmp_path / "here"


@pytest.fixture
def told() -> Iterator[list[str]]:
    """What is said beside the answers."""
    lines: list[str] = []
    before = notices.get()
    notices.set(lines.append)
    yield lines
    notices.set(before)


def history_told(found: PlaybookHistory) -> list[str]:
    return lines(render_history(found))


def published_told(done: Publication) -> list[str]:
    return lines(render_publication(done))


def signed_told(done: SignedVersion) -> list[str]:
    return lines(render_signature(done))


def published(here: Path, text: str, n: float, **more: str) -> Publication:
    (here / "playbook.yml").write_text(text, "utf-8")
    return publish(here, None, hour(n), by="Ada", **more)


def agreed(here: Path, text: str, n: float) -> None:
    """Published and signed by both, an hour each."""
    published(here, text, n)
    sign(here, "marketing", hour(n + 1), by="Ada")
    sign(here, "sales", hour(n + 2), by="Bo")


def hot(here: Path, at: datetime) -> tuple[str, list[str]]:
    """How the playbook is named, and who is hot by it."""
    with live_base(here, "segments", as_of=at) as found:
        rows = found.to_arrow().to_pylist()
    return found.by, [r["lead_id"] for r in rows if r["temperature"] == "hot"]


def test_a_version_is_agreed_step_by_step(here: Path) -> None:
    """published, signed by marketing, signed by sales"""
    first = published_told(published(here, BOOK, 0))
    fingerprint = first[0].split("(")[1][:12]
    assert first == [
        f"Published v1 ({fingerprint}): Ours, by Ada.",
        "It waits for marketing and sales to sign.",
        f"  leadlight sign {fingerprint} --as marketing --by NAME",
        f"  leadlight sign {fingerprint} --as sales --by NAME",
    ]
    second = sign(here, "Marketing", hour(1), by="Ada", wanted=fingerprint)
    assert (second.role, second.state.word, second.state.missing) == (
        "marketing",
        "proposed",
        ("sales",),
    )
    third = signed_told(sign(here, "sales", hour(2), by="Bo"))
    assert third == [
        f"Signed v1 ({fingerprint}) as sales: Ours, by Bo.",
        "v1 is in force since 2026-03-01 12:00 UTC.",
    ]
    listed = history_told(history(here, hour(3)))
    assert listed == [
        f"In force: v1, Ours ({fingerprint})",
        "",
        f"v1  {fingerprint}  in force since 2026-03-01 12:00 UTC",
        "    published  2026-03-01 10:00 UTC by Ada",
        "    signed     2026-03-01 11:00 UTC as marketing by Ada",
        "    signed     2026-03-01 12:00 UTC as sales by Bo",
    ]


def test_what_is_in_force_cannot_be_edited(here: Path, told: list[str]) -> None:
    """v1 is agreed; then playbook.yml is edited, published, signed by one, signed by both"""
    assert hot(here, hour(1))[0].startswith("unpublished ")
    agreed(here, BOOK, 0)
    by, who = hot(here, hour(3))
    assert (by[:3], who, told) == ("v1 ", ["ana"], [])
    (here / "playbook.yml").write_text(EASIER, "utf-8")
    monday = datetime(2026, 11, 1)  # long after: what was agreed on the first day still counts
    assert [hot(here, at) for at in (hour(3), NOW - timedelta(days=9))] == [(by, ["ana"]), (by, [])]
    assert hot(here, monday)[0] == by
    with opened(here, "test", hour(4)) as workspace:
        workspace.tell_of_other_version(workspace.agreed_playbook())
    assert "playbook.yml has changes that are not published" in told[-1]
    publish(here, None, hour(10), by="Ada")
    sign(here, "sales", hour(11), by="Bo")
    assert hot(here, hour(11.5)) == (by, ["ana"])
    done = sign(here, "marketing", hour(12), by="Ada")
    assert hot(here, hour(11.9)) == (by, ["ana"])
    new, who = hot(here, hour(12))
    assert (new[:3], who) == ("v2 ", ["ana", "bo"])
    assert done.difference is not None
    assert "10" in " ".join(line.text for line in done.difference.lines)


def test_a_moment_knows_its_version(
    here: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """v1 from 12:00, v2 from 22:00; runs as of before, between and after; then it is told which one it was"""
    agreed(here, BOOK, 0)
    agreed(here, EASIER, 10)
    monkeypatch.setattr(clock, "now", lambda: hour(20))
    assert [hot(here, hour(n))[0][:2] for n in (-50, 5, 11.9, 12, 99)] == [
        "v1",
        "v1",
        "v1",
        "v2",
        "v2",
    ]
    assert told[0] == "By v1, the version of that moment; v2 is in force now."
    with opened(here, "test", hour(30)) as workspace:
        periods = workspace.agreed_playbooks(hour(-50), hour(30))
    assert [(p.since, p.until, p.agreed.version_name, p.agreed.text) for p in periods] == [
        (hour(-50), hour(12), "v1", BOOK),
        (hour(12), hour(30), "v2", EASIER),
    ]


def test_signatures_that_mean_nothing_are_refused(here: Path) -> None:
    """nothing published; a role that is not needed; twice; another text; a version that was overtaken"""
    for wanted in (None, "1"):
        with pytest.raises(CannotDo, match="ever published here"):
            sign(here, "sales", NOW, by="Bo", wanted=wanted)
    first = published(here, BOOK, 0).version
    for role, wanted, fingerprint, said in (
        (
            "finance",
            None,
            None,
            "needs no signature as 'finance'. It is signed as marketing and as sales",
        ),
        ("sale", None, None, "Did you mean 'sales'"),
        ("sales", "7", None, "There is no version 7"),
        ("sales", "deadbeef", None, "such a text was never published"),
        ("sales", first.fingerprint[:5], None, "No version has the fingerprint"),
        ("sales", "1", "deadbeefdead", "it is not the text that you mean. Nothing was signed"),
    ):
        with pytest.raises(CannotDo, match=said):
            sign(here, role, hour(1), by="Bo", wanted=wanted, fingerprint=fingerprint)
    sign(here, "sales", hour(1), by="Bo", wanted="v1", fingerprint=first.fingerprint)
    with pytest.raises(
        CannotDo, match="is signed as sales already: by Bo, on 2026-03-01 11:00 UTC"
    ):
        sign(here, "sales", hour(2), by="Bo")
    agreed(here, EASIER, 3)
    with pytest.raises(CannotDo, match="can no longer come into force: v2 was published after it"):
        sign(here, "marketing", hour(9), by="Ada", wanted="v1")
    with pytest.raises(CannotDo, match="Nobody is named"):
        sign(here, "marketing", hour(9), by=" ")
    assert "never in force" in "\n".join(history_told(history(here, hour(9))))


def test_the_same_text_is_not_published_twice(here: Path) -> None:
    """the text that waits, the text in force, with another comment; for another date; the text before the last"""
    published(here, BOOK, 0)
    again = publish(here, None, hour(1), by="Ada")
    assert (again.is_new, again.is_reworded, again.state.missing) == (
        False,
        False,
        ("marketing", "sales"),
    )
    other = publish(here, None, hour(1), by="Ada", since="2026-03-05")
    assert (other.is_new, other.version.number) == (True, 2)
    agreed(here, EASIER, 2)
    reworded = published(here, EASIER.replace("with a comment", "with another"), 6)
    assert (reworded.is_new, reworded.is_reworded) == (False, True)
    assert (
        "but for comments, blanks or quotes: nothing was published" in published_told(reworded)[0]
    )
    back = published(here, BOOK, 7)
    assert (back.is_new, back.version.number) == (True, 4)


def test_a_text_comes_back_exactly(here: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """with comments, accents and the line ends of Windows"""
    said = BOOK.replace("# with", "# é with").replace("\n", "\r\n").encode()
    (here / "playbook.yml").write_bytes(said)
    publish(here, None, NOW, by="Ada")
    (here / "playbook.yml").write_text("lost", "utf-8")
    assert version_text(here, "v1", hour(1)).encode() == said
    with pytest.raises(CannotDo, match="There is no version 2"):
        version_text(here, "2", hour(1))


def test_whoever_drops_a_role_asks_that_role(here: Path) -> None:
    """both agreed on v1; marketing publishes a text that needs nobody"""
    agreed(here, BOOK, 0)
    done = published(here, EASIER.replace("sign_off: [marketing, sales]\n", ""), 5)
    assert (done.version.needs, done.extra_roles) == (
        ("marketing", "sales"),
        ("marketing", "sales"),
    )
    assert "must sign it too: v1, which is in force, needs that" in "\n".join(published_told(done))


def test_nobody_must_publish_and_nobody_must_sign(here: Path) -> None:
    """never published; a text without sign_off, published"""
    assert history_told(history(here, NOW))[0].startswith(
        "Nothing was ever published: this workspace goes by playbook.yml"
    )
    done = published(here, BOOK.replace("sign_off: [marketing, sales]\n", ""), 1)
    assert (done.state.word, done.state.since) == ("in force", hour(1))
    assert "No role had to sign it" in published_told(done)[-1]
    assert "it needed no signature" in history_told(history(here, hour(2)))[-1]
    past = history_told(history(here, hour(2), "2026-02-01"))
    assert past[0].startswith(
        "Nothing was in force on 2026-02-01 00:00 UTC yet; a moment before the first version goes"
        " by that: v1"
    )


def test_a_faulty_text_is_not_published(here: Path) -> None:
    """an unknown name; no file; a date that is none"""
    with pytest.raises(CannotDo, match="1 fault"):
        published(here, BOOK.replace("engagement >= 30", "engagment >= 30"), 0)
    with pytest.raises(CannotDo, match="There is no playbook"):
        publish(here, here / "none.yml", NOW, by="Ada")
    with pytest.raises(CannotDo, match="is not a date"):
        published(here, BOOK, 0, since="soon")
    assert not history(here, hour(1)).versions


def test_a_text_that_somebody_changed_in_the_ledger_does_not_run(here: Path) -> None:
    """UPDATE versions SET text = ..., by somebody with the file"""
    agreed(here, BOOK, 0)
    with duckdb.connect(str(here / LEDGER)) as con:
        con.execute("UPDATE versions SET text = replace(text, '>= 30', '>= 1')").fetchall()
    with pytest.raises(
        CannotDo, match="The text of v1 in the ledger is not the one that was published and signed"
    ):
        hot(here, hour(5))


def test_runs_and_exports_name_the_version(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """a run before anything was published, one by v1, one of touched leads, one by v2: whole again"""
    monkeypatch.setattr(clock, "now", lambda: hour(1))
    with run(here) as ran:
        assert ran.local_qualifications.summary.standing == "unpublished"
    agreed(here, BOOK, 1.5)
    monkeypatch.setattr(clock, "now", lambda: hour(4))
    with run(here, touched=True) as ran:  # the same text: nothing to look at again
        assert ran.touched is not None
        assert ran.touched.leads == 0
    with run(here) as ran:
        assert (
            ran.local_qualifications.explain("ana").standing
            == ran.local_qualifications.summary.standing
            == "v1"
        )
        ran.local_qualifications.export(here / "out.csv")
        by = ran.local_qualifications.by
    with (here / "out.csv").open(encoding="utf-8-sig") as f:
        assert [r["playbook"] for r in csv.DictReader(f)] == [by, by]
    agreed(here, EASIER, 5)
    monkeypatch.setattr(clock, "now", lambda: hour(9))
    with run(here, touched=True) as ran:
        assert ran.complete_because == "The playbook is not that of the last run."
    found = history(here, hour(10))
    assert ({str(s.version): s.runs for s in found.versions}, found.unpublished_runs) == (
        {"v1": 2, "v2": 1},
        1,
    )


def test_a_workspace_of_the_third_format_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """made and filled by a leadlight that knew no versions"""
    monkeypatch.chdir(tmp_path)
    init(tmp_path, NOW)
    (tmp_path / "leads.csv").write_text(LEADS, "utf-8")
    import_files(tmp_path, [tmp_path / "leads.csv"], NOW, verify=False)
    made = [
        (n, set(re.findall(r"^CREATE TABLE (\w+)", sql, re.MULTILINE)))
        for n, sql in migrate._steps()
    ]
    first = set().union(*(tables for number, tables in made if number <= 3))
    later = set().union(*(tables for number, tables in made if number > 3)) - first
    with duckdb.connect(str(tmp_path / "leadlight.duckdb")) as old:
        for table in sorted(later):
            old.execute(f"DROP TABLE {table}")
        old.execute("DELETE FROM ledger WHERE version > 3")
    assert not history(tmp_path, hour(1)).versions
    (tmp_path / "playbook.yml").write_text(BOOK, "utf-8")
    agreed(tmp_path, BOOK, 2)
    assert hot(tmp_path, hour(5))[0].startswith("v1 ")


def test_a_copy_has_the_versions_and_is_never_mixed_with_others(here: Path, tmp_path: Path) -> None:
    """a workspace with an agreed version, to a new folder, and to one where only a version is"""
    agreed(here, BOOK, 0)
    copy(str(here), str(tmp_path / "there"), hour(3), NullProgress())
    there, origin = history(tmp_path / "there", hour(4)), history(here, hour(4))
    assert (there.versions, version_text(tmp_path / "there", "v1", hour(4))) == (
        origin.versions,
        BOOK,
    )
    init(tmp_path / "other", NOW)
    (tmp_path / "other" / "playbook.yml").write_text(BOOK, "utf-8")
    publish(tmp_path / "other", None, NOW, by="Ada")
    with pytest.raises(CannotDo, match="holds facts already"):
        copy(str(here), str(tmp_path / "other"), hour(3), NullProgress())


def test_clocks_that_differ_change_no_earlier_answer(here: Path) -> None:
    """a colleague whose clock is an hour behind signs what was published in their future"""
    published(here, BOOK, 1)
    sign(here, "marketing", hour(2), by="Ada")
    done = sign(here, "sales", hour(0.5), by="Bo")
    assert done.state.since == hour(2)


def test_a_signature_in_the_ledger_that_names_another_text_does_not_count(here: Path) -> None:
    """written past the verbs"""
    published(here, BOOK, 0)
    with opened(here, "test", NOW, write=True) as workspace:
        for role in ("marketing", "sales"):
            workspace.ledger.sign(SignOff(1, "feedfeedfeed", role, "Eve", NOW))
    assert hot(here, hour(1))[0].startswith("unpublished ")


def test_a_published_name_is_shown_as_text(here: Path) -> None:
    """a name and a note with the terminal's own commands in them"""
    with opened(here, "test", NOW, write=True) as workspace:
        red = Agreement("f" * 12, "\x1b[31mred\x1b[0m", BOOK)
        workspace.ledger.publish(Proposal(red, (), "\x1b]0;x\x07Ada", "\x1b[2J"), NOW)
    assert "\x1b" not in "\n".join(history_told(history(here, hour(1))))
