"""A first answer on a company's own file, with nothing said."""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet
import pytest

import leadlight
from leadlight.desk.leads.first_answer import FirstAnswerOptions
from leadlight.desk.leads.qualifications import Qualifications, open_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from leadlight.facts.cohort import Everyone
from leadlight.playbook.read import read_playbook
from leadlight.results.summary import headline
from leadlight.results.text.first_answer import (
    BEST,
    LEAST,
    MIDDLE,
    basis_sentences,
    improvement_sentences,
)
from tests.command import ROOT
from tests.command import leadlight as leadlight_command

Row = dict[str, object]


def written(folder: Path, rows: Sequence[Row], name: str = "leads.csv") -> Path:
    file = folder / name
    with file.open("w", encoding="utf-8", newline="") as f:
        out = csv.DictWriter(f, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    return file


def leads(count: int, seed: int, of: Callable[[random.Random, int], Row]) -> list[Row]:
    dice = random.Random(seed)
    return [{"Lead ID": f"L{n:04}", **of(dice, n)} for n in range(count)]


def visitors(dice: random.Random, n: int) -> Row:
    return {
        "Company": f"Firm {n}",
        "Time on site (seconds)": dice.choice([0, 0, dice.randrange(1, 2000)]),
        "Lead source": dice.choice(["Google", "Referral", "Facebook", "Trade fair"]),
    }


def buyers(dice: random.Random, n: int) -> Row:
    row = visitors(dice, n)
    time = int(str(row["Time on site (seconds)"]))
    row["Plan"] = dice.choice(["basic", "pro", "team"])
    odds = 0.1 + time / 4000 + (0.25 if row["Plan"] == "team" else 0)
    row["Bought"] = "yes" if dice.random() < odds else "no"
    return row


def answered(file: Path, **options: object) -> Qualifications:
    return leadlight.qualify(file, as_of="2026-01-01", **options)  # type: ignore[arg-type]


def exported(q: Qualifications, folder: Path) -> list[dict[str, str]]:
    out = folder / "out.csv"
    q.export(out, "all")
    with out.open(encoding="utf-8-sig") as f:
        return list(csv.DictReader(f))


def test_leads_are_ranked_by_the_evidence_of_the_file(tmp_path: Path) -> None:
    """Time on the site and a recommendation: the best tenth is hot, and nobody by what it is."""
    q = answered(written(tmp_path, leads(200, 1, visitors)))
    assert q.rests_on is not None
    assert q.rests_on.basis == "evidence"
    assert [e.say for e in q.rests_on.evidence][:2] == ["Time on our site", "Was recommended to us"]
    rows = exported(q, tmp_path)
    hot = [r for r in rows if r["temperature"] == "hot"]
    assert 10 <= len(hot) <= 40
    ordered = sorted((r for r in rows if r["rank"]), key=lambda r: int(r["rank"]))
    points = [float(r["evidence"]) for r in ordered]
    assert points == sorted(points, reverse=True)
    assert {r["temperature"] for r in ordered[: len(hot)]} == {"hot"}
    # Nobody has asked for anything this minute: a day is soon enough.
    assert {r["respond_within"] for r in hot} == {"86400"}


def test_a_filled_profile_makes_nobody_hot(tmp_path: Path) -> None:
    """A tool may have filled it in: it orders the leads, and calls none of them hot."""
    rows = leads(
        100, 4, lambda dice, n: {"City": "Ulm" if n % 9 else "", "Hobby": "" if n % 7 else "chess"}
    )
    found = exported(answered(written(tmp_path, rows)), tmp_path)
    assert "hot" not in {r["temperature"] for r in found}
    assert len({r["rank"] for r in found}) > 1


@pytest.mark.parametrize("seed", range(4))
def test_more_evidence_lowers_nobody(tmp_path: Path, seed: int) -> None:
    """One lead stays longer, or was recommended too: neither its place nor its label falls."""
    rows = leads(120, 40 + seed, visitors)
    before = {r["Lead ID"]: r for r in exported(answered(written(tmp_path, rows)), tmp_path)}
    dice = random.Random(seed)
    chosen = dice.choice(rows)
    chosen["Time on site (seconds)"] = int(str(chosen["Time on site (seconds)"])) + 300
    if dice.random() < 0.5:
        chosen["Lead source"] = "Referral"
    after = {r["Lead ID"]: r for r in exported(answered(written(tmp_path, rows)), tmp_path)}
    lead = str(chosen["Lead ID"])
    ladder = ["hot", "warm", "not_told_apart", "cold"]
    was, now = before[lead], after[lead]
    assert int(now["rank"]) <= int(was["rank"])
    assert ladder.index(now["temperature"]) <= ladder.index(was["temperature"])


def test_where_nothing_tells_leads_apart_it_is_said(tmp_path: Path) -> None:
    rows = leads(80, 2, lambda dice, n: {"Company": f"Firm {n}", "Employees": dice.randrange(500)})
    q = answered(written(tmp_path, rows))
    assert q.rests_on is not None
    assert q.rests_on.basis == "nothing"
    found = exported(q, tmp_path)
    assert {r["temperature"] for r in found} == {"not_told_apart"}
    assert {r["rank"] for r in found} == {"1"}
    said = " ".join(basis_sentences(q.rests_on))
    assert "nobody is called hot" in said
    assert list(improvement_sentences(q.rests_on))


def test_outcomes_of_the_file_correct_the_order(tmp_path: Path) -> None:
    q = answered(written(tmp_path, leads(400, 3, buyers)))
    assert q.rests_on is not None
    assert q.rests_on.outcome is not None
    outcome = q.rests_on.outcome
    assert q.rests_on.basis == "outcomes"
    assert (outcome.header, outcome.word) == ("Bought", "yes")
    assert outcome.won + outcome.lost == 400
    assert outcome.auc is not None
    assert (outcome.auc.low or 0) > 0.5
    rows = exported(q, tmp_path)
    assert {r["stage"] for r in rows if r["Bought"] == "yes"} == {"customer"}
    assert not any(r["rank"] for r in rows if r["Bought"] == "yes")
    # What nobody gave points for counts, since the outcomes say so.
    chance = {p: [] for p in ("team", "pro")}  # type: dict[str, list[float]]
    for r in rows:
        if r["Plan"] in chance:
            chance[r["Plan"]].append(float(r["probability"]))
    assert sum(chance["team"]) / len(chance["team"]) > sum(chance["pro"]) / len(chance["pro"])


def test_fifty_leads_are_enough_to_begin(tmp_path: Path) -> None:
    rows = leads(50, 5, buyers)
    q = answered(written(tmp_path, rows))
    assert q.rests_on is not None
    assert q.rests_on.outcome is not None
    assert q.rests_on.outcome.auc is not None or q.rests_on.outcome.refused


def test_four_buyers_are_too_few(tmp_path: Path) -> None:
    rows = leads(60, 6, visitors)
    for n, row in enumerate(rows):
        row["Won"] = "yes" if n < 4 else "no"
    q = answered(written(tmp_path, rows))
    assert q.rests_on is not None
    assert q.rests_on.outcome is not None
    assert q.rests_on.basis == "evidence"
    assert "too few" in str(q.rests_on.outcome.refused)


@pytest.mark.parametrize("seed", range(6))
def test_an_outcome_by_lot_is_refused(tmp_path: Path, seed: int) -> None:
    """Tables of noise are refused in at least 95 of 100 (`make scorecard` draws as many)."""
    dice = random.Random(seed)
    rows = leads(300, 100 + seed, visitors)
    for row in rows:
        row["Won"] = dice.choice(["yes", "no", "no"])
    q = answered(written(tmp_path, rows))
    assert q.rests_on is not None
    assert q.rests_on.outcome is not None
    assert q.rests_on.basis in ("evidence", "nothing")
    assert "no better than chance" in str(q.rests_on.outcome.refused)


def test_open_leads_are_open_and_lost_ones_leave_the_list(tmp_path: Path) -> None:
    """Status: won, lost, or still open. Only the open ones are ranked."""
    rows = leads(300, 7, buyers)
    for n, row in enumerate(rows):
        bought = row.pop("Bought") == "yes"
        row["Status"] = "New" if n % 3 == 0 else ("Closed Won" if bought else "Closed Lost")
    q = answered(written(tmp_path, rows))
    assert q.rests_on is not None
    assert q.rests_on.outcome is not None
    assert q.rests_on.outcome.open == 100
    found = exported(q, tmp_path)
    assert {r["Status"] for r in found if r["rank"]} == {"New"}
    assert {r["stage"] for r in found if r["Status"] == "Closed Lost"} == {"dropped"}


def sellers(dice: random.Random, n: int) -> Row:
    """Leads of 180 days, of whom some are won, half of them within 20 days."""
    came = date(2026, 1, 1) + timedelta(days=dice.randrange(180))
    row: Row = {"Company": f"Firm {n}", "Created": came.isoformat()}
    row["Lead source"] = dice.choice(["Fair", "Partner"])
    won = dice.random() < (0.6 if row["Lead source"] == "Partner" else 0.2)
    at = came + timedelta(days=1 + round(dice.expovariate(1 / 28)))
    row["Won date"] = at.isoformat() if won and at < date(2026, 6, 30) else ""
    return row


def test_an_open_leads_age_counts(tmp_path: Path) -> None:
    """A day of the sale says who bought; who has been open for long is hardly won any more."""
    file = written(tmp_path, leads(900, 11, sellers))
    q = leadlight.qualify(file, as_of="2026-06-30")
    assert q.rests_on is not None
    outcome = q.rests_on.outcome
    assert outcome is not None
    assert (outcome.header, outcome.refused) == ("Won date", None)
    assert outcome.usual_days is not None
    assert 20 < outcome.usual_days < 60
    assert "has been open for longer stands further back" in " ".join(basis_sentences(q.rests_on))
    rows = exported(q, tmp_path)
    assert {r["stage"] for r in rows if r["Won date"]} == {"customer"}
    waiting = [r for r in rows if r["rank"]]
    for source in ("Fair", "Partner"):
        mine = [r for r in waiting if r["Lead source"] == source]
        old = [float(r["probability"]) for r in mine if r["Created"] < "2026-03-01"]
        new = [float(r["probability"]) for r in mine if r["Created"] > "2026-06-01"]
        assert max(old) < min(new)
    # Likely is likely beside the other open leads, not beside those that were won long ago.
    assert "hot" in {r["temperature"] for r in waiting if r["Created"] > "2026-06-01"}
    assert "hot" not in {r["temperature"] for r in waiting if r["Created"] < "2026-03-01"}


@pytest.mark.parametrize("of", [buyers, visitors])
def test_parquet_says_what_json_says(tmp_path: Path, of: Callable[..., Row]) -> None:
    """It is written while the plan runs, and has the call order all the same."""
    file = written(tmp_path, leads(300, 3, of))
    for name in ("out.parquet", "out.json"):
        request = QualifyRequest(datetime(2026, 1, 1), leads=file, out=tmp_path / name)
        done = qualify(Session(tmp_path), request)
        assert [f.rows for f in done.files] == [300]
    asked = json.loads((tmp_path / "out.json").read_text("utf-8"))
    table = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert table.column_names == list(asked[0])
    told = {r["lead_id"]: r for r in table.to_pylist()}
    for row in asked:
        for name in ("rank", "temperature", "evidence", "playbook"):
            assert told[row["lead_id"]][name] == row[name]
    assert {1, None} <= {r["rank"] for r in asked} if of is buyers else True
    assert [p for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_decided_leads_are_not_cold(tmp_path: Path) -> None:
    """Won, lost and open are counted apart, and the coldest are nobody to call."""

    def told(dice: random.Random, n: int) -> Row:
        row = visitors(dice, n)
        row["Status"] = dice.choice(["Won", "Lost", "Open", "Open"])
        return row

    q = answered(written(tmp_path, leads(240, 21, told)))
    rows = exported(q, tmp_path)
    states = {(r["Status"], r["temperature"]) for r in rows if r["Status"] != "Open"}
    assert states == {("Won", "won"), ("Lost", "lost")}
    assert not {"won", "lost"} & {r["temperature"] for r in rows if r["Status"] == "Open"}
    assert q.summary.warmer == ("hot", "warm", "not_told_apart")
    assert f"{sum(r['Status'] == 'Won' for r in rows)} won" in headline(q.summary)


def test_evidence_that_outcomes_refute_counts_for_nothing(tmp_path: Path) -> None:
    """Time on the site ranks 1,200 decided leads like lots: the open ones are not told apart."""

    def told(dice: random.Random, n: int) -> Row:
        row: Row = {"Time on site (seconds)": dice.choice([0, 0, dice.randrange(1, 2000)])}
        row["Status"] = "Open" if n % 3 == 0 else "Won" if n * 7919 % 1009 < 500 else "Lost"
        return row

    q = answered(written(tmp_path, leads(1800, 31, told)))
    assert q.rests_on is not None
    assert q.rests_on.basis == "nothing"
    assert "ranks these decided leads no better than chance" in " ".join(
        basis_sentences(q.rests_on)
    )
    rows = exported(q, tmp_path)
    waiting = {r["temperature"] for r in rows if r["Status"] == "Open"}
    assert waiting == {"not_told_apart"}


def test_a_handful_of_outcomes_refutes_nothing(tmp_path: Path) -> None:
    """Six buyers who never were on the site are no proof that time on the site means nothing."""
    rows = leads(150, 41, visitors)
    for n, row in enumerate(rows):
        row["Bought"] = "yes" if n % 25 == 0 else "no"
        if n % 25 == 0:
            row["Time on site (seconds)"] = 0
    q = answered(written(tmp_path, rows))
    assert q.rests_on is not None
    assert q.rests_on.basis != "nothing"
    assert "hot" in {r["temperature"] for r in exported(q, tmp_path)}


def test_without_learning_outcomes_do_not_count(tmp_path: Path) -> None:
    file = written(tmp_path, leads(400, 3, buyers))
    first = FirstAnswerOptions(learn=False)
    q = open_files(file, as_of=datetime(2026, 1, 1), first_answer=first)
    assert q.rests_on is not None
    assert (q.rests_on.basis, q.rests_on.outcome) == ("evidence", None)


def test_one_lead_is_explained_as_it_was_ranked(tmp_path: Path) -> None:
    """Every score of the whole run, again for one lead, from a cold start."""
    file = written(tmp_path, leads(300, 3, buyers))
    q = answered(file)
    rows = {r["lead_id"]: r for r in exported(q, tmp_path)}
    for lead in ("L0001", "L0100"):
        found = answered(file).explain(lead)
        assert {la.scale: la.label for la in found.labels}["temperature"] == (
            rows[lead]["temperature"]
        )
        evidence = next(s for s in found.scores if s.name == "evidence")
        assert float(evidence.score) == float(rows[lead]["evidence"])
        assert sum(line.counted for line in evidence.rules) == evidence.score


def test_an_old_file_is_read_as_of_its_newest_date(tmp_path: Path) -> None:
    rows = leads(60, 8, visitors)
    for n, row in enumerate(rows):
        row["Created"] = f"2019-{1 + n % 12:02}-15"
    q = leadlight.qualify(written(tmp_path, rows))
    assert f"{q.as_of:%Y-%m-%d}" == "2019-12-15"
    assert q.rests_on is not None
    assert "2019-12-15" in next(iter(basis_sentences(q.rests_on)))


def test_a_moment_that_was_named_is_kept(tmp_path: Path) -> None:
    rows = leads(60, 8, visitors)
    for row in rows:
        row["Created"] = "2019-01-15"
    assert f"{answered(written(tmp_path, rows)).as_of:%Y}" == "2026"


def test_the_playbook_is_saved_and_says_the_same(tmp_path: Path) -> None:
    written(tmp_path, leads(300, 3, buyers))

    def qualified(*options: str) -> int:
        words = ("qualify", "leads.csv", "--as-of", "2026-01-01", "--no-report", *options)
        return leadlight_command(*words, cwd=tmp_path, env=dict(os.environ)).returncode

    assert qualified("--save-playbook", "mine.yml", "--out", "a.csv") == 0
    assert qualified("--playbook", "mine.yml", "--out", "b.csv") == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert qualified("--save-playbook", "mine.yml") == 2


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    """Cells become part of a playbook's text: quotes, braces and line breaks break nothing."""
    hostile = [
        "friend",
        "x'); drop table leads; --",
        'a"b',
        "{rank: visits}",
        "# no",
        "a\nb",
        "%_\\",
    ]
    rows = leads(80, 9, visitors)
    for n, row in enumerate(rows):
        row["Lead source"] = hostile[n % len(hostile)]
        row["Competitors"] = ["yes", "no", "'; --", "[x]"][n % 4]
    q = answered(written(tmp_path, rows))
    book, problems = read_playbook(q.playbook_text, "first.yml", q.base.sources.catalog)
    assert book is not None, problems
    assert len(exported(q, tmp_path)) == 80


def test_own_columns_with_the_names_of_the_playbook(tmp_path: Path) -> None:
    """A company's own `place`, `evidence` and `probability` are columns of its own."""
    rows = leads(120, 10, buyers)
    for n, row in enumerate(rows):
        row |= {"place": n, "evidence": "yes", "probability": n % 7, "interest": "x", "rank": n}
    found = exported(answered(written(tmp_path, rows)), tmp_path)
    assert [r["rank"] for r in found] == [str(n) for n in range(120)]
    assert any(r["leadlight_rank"] for r in found)


def test_what_the_law_protects_teaches_nothing(tmp_path: Path) -> None:
    rows = leads(300, 11, visitors)
    for n, row in enumerate(rows):
        row["Gender"] = "female" if n % 2 else "male"
        row["Won"] = "yes" if n % 2 and n % 10 else "no"
    q = answered(written(tmp_path, rows))
    assert "gender" not in q.playbook_text.partition("models:")[2].lower()


def test_the_answer_goes_round(tmp_path: Path) -> None:
    """The product's own output, qualified again, gives the same answer."""
    file = written(tmp_path, leads(150, 1, visitors))
    first = exported(answered(file), tmp_path)
    (tmp_path / "out.csv").rename(tmp_path / "again.csv")
    second = exported(answered(tmp_path / "again.csv"), tmp_path)
    for one, other in zip(first, second, strict=True):
        assert (one["temperature"], one["rank"]) == (other["temperature"], other["rank"])


def test_one_base_qualified_twice_says_the_same(tmp_path: Path) -> None:
    file = written(tmp_path, leads(200, 3, buyers))
    one, other = answered(file), answered(file)
    assert one.playbook.fingerprint == other.playbook.fingerprint
    one.base.qualify(one.playbook, Everyone(one.as_of))
    assert exported(one, tmp_path) == exported(other, tmp_path)


def test_a_workspace_begins_with_the_first_answer(tmp_path: Path) -> None:
    """`init --from FILE`: the same rules in a workspace, for the same file, give the same labels."""
    file = written(tmp_path, leads(200, 3, buyers))
    env = dict(os.environ)

    def typed(*words: str) -> None:
        done = leadlight_command(*words, cwd=tmp_path, env=env)
        assert done.returncode == 0, done.stderr

    typed("init", "sales", "--from", "leads.csv")
    typed("-w", "sales", "import", "leads.csv")
    typed("-w", "sales", "check")
    typed("-w", "sales", "qualify", "--no-report", "--out", "w.csv")
    typed("qualify", "leads.csv", "--no-report", "--out", "f.csv")

    def labels(name: str, id_column: str) -> dict[str, tuple[str, str, str]]:
        with (tmp_path / name).open(encoding="utf-8-sig") as f:
            return {
                r[id_column]: (r["temperature"], r["stage"], r["rank"]) for r in csv.DictReader(f)
            }

    assert file.exists()
    assert labels("w.csv", "lead_id") == labels("f.csv", "Lead ID")
    typed("-w", "sales", "qualify", "--touched", "--no-report")
    typed("-w", "sales", "explain", "L0001")


def test_a_log_that_tells_leads_apart_counts_where_outcomes_teach_nothing(tmp_path: Path) -> None:
    """Three customers are too few to learn from; who asked for a demo yesterday is hot all the
    same.
    """
    rows = leads(60, 12, visitors)
    for n, row in enumerate(rows):
        row["Customer"] = "yes" if n < 3 else "no"
    log: list[Row] = [
        {"Lead ID": f"L{n:04}", "Date": "2025-12-31", "Event": "Demo requested"}
        for n in range(10, 16)
    ]
    q = leadlight.qualify(
        written(tmp_path, rows), written(tmp_path, log, "log.csv"), as_of="2026-01-01"
    )
    assert q.rests_on is not None
    assert q.rests_on.basis == "points"
    hot = {r["Lead ID"] for r in exported(q, tmp_path) if r["temperature"] == "hot"}
    assert hot == {f"L{n:04}" for n in range(10, 16)}


@pytest.mark.parametrize("words", [("leads.csv", "-p", "b2b-saas"), ()])
def test_only_a_playbook_that_was_made_is_saved(tmp_path: Path, words: Sequence[str]) -> None:
    written(tmp_path, leads(20, 1, visitors))
    if not words:
        made = leadlight_command("init", "--preset", "b2b-saas", cwd=tmp_path, env=dict(os.environ))
        assert made.returncode == 0, made.stderr
    done = leadlight_command(
        "qualify", *words, "--save-playbook", "mine.yml", cwd=tmp_path, env=dict(os.environ)
    )
    assert done.returncode == 2
    assert "--save-playbook" in done.stderr
    assert not (tmp_path / "mine.yml").exists()


def test_what_is_said_of_public_tables_is_what_the_scorecard_measured() -> None:
    """The least, the best and the middle figure without an outcome, of the newest line."""
    history = ROOT / "docs" / "explanation" / "scorecard.history.jsonl"
    newest = json.loads(history.read_text(encoding="utf-8").splitlines()[-1])["figures"]
    not_tables = ("worst", "mean", "labels")
    values = sorted(
        figure["value"]
        for name, figure in newest.items()
        if name.startswith("without.") and name.count(".") == 1
        if name.split(".")[1] not in not_tables
    )
    assert len(values) >= 10
    for said, measured in zip(
        (LEAST, MIDDLE, BEST), (values[0], values[len(values) // 2], values[-1]), strict=True
    ):
        assert said <= measured < said + 0.01
