"""`leadlight learn --check` as a user meets it: a table or a workspace whose leads are as they were, or are not."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from leadlight import qualify
from leadlight.cli import app
from leadlight.playbook.model import LOGIT, Model, NumberSide, Term, WordSide
from leadlight.playbook.model_yaml import model_text, read_model
from leadlight.predict.judge.drift import place_counts
from leadlight.predict.judge.training_stats import LEARNED_FROM, training_stats
from leadlight.problems import CannotDo
from tests.verbs import import_files, init, refusal

Rows = list[dict[str, object]]


def check(*words: str) -> Result:
    return CliRunner().invoke(app, ["learn", "--check", "soon", *words])


def refused(*words: str) -> str:
    found = check(*words)
    assert isinstance(found.exception, CannotDo), found.output
    return refusal(found.exception)


def noted(model: Model, rows: Rows, won: str) -> Model:
    """The model with what it was learned from, as `learn` writes it."""
    terms = []
    for term in model.terms:
        places = place_counts(term.sides[0], [(row[term.of[0]], 1) for row in rows])
        terms.append(replace(term, seen=tuple(round(n / len(rows), 3) for n in places)))
    said = [model.probability(row) for row in rows]
    told = training_stats(said, [float(bool(row[won])) for row in rows], len(rows))
    return replace(model, terms=tuple(terms), verdict={LEARNED_FROM: told})


# A table: enquiries about courses.

COURSES = Model(
    "soon",
    -15_000_000,
    (
        Term(
            ("source",), (WordSide(("google", "referral")),), (0, 15_000_000, 0, 0), "Lead Source"
        ),
        Term(
            ("total_visits",),
            (NumberSide((Decimal(3), Decimal(6))),),
            (-5_000_000, 0, 5_000_000, 0),
            "TotalVisits",
        ),
    ),
    outcome="converted",
    learned=date(2026, 1, 1),
)


def enquiries(
    seed: int, leads: int = 1200, *, shift: float = 0.0, referred: float = 0.3, blank: bool = False
) -> Rows:
    """Leads who convert as the model says, their log-odds moved by `shift`."""
    rng, out = random.Random(seed), []
    for n in range(leads):
        row: dict[str, object] = {
            "source": "referral" if rng.random() < referred else "google",
            "total_visits": None if blank else rng.randint(0, 9),
        }
        odds = COURSES.log_odds(row) + shift * LOGIT
        out.append({"n": n, **row, "won": rng.random() < 1 / (1 + 2.718281828 ** (-odds / LOGIT))})
    return out


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """A file of these leads, in the folder where the command runs and `models/soon.yml` stands."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "soon.yml").write_text(model_text(noted(COURSES, enquiries(1), "won")))

    def write(rows: Rows, **more: Callable[[dict[str, object]], object]) -> Path:
        with (tmp_path / "new.csv").open("w", newline="") as f:
            made = csv.writer(f)
            made.writerow(["Prospect ID", "Lead Source", "TotalVisits", "Converted", *more])
            for r in rows:
                cells = [f"P{r['n']}", r["source"], r["total_visits"], int(bool(r["won"]))]
                made.writerow([*cells, *(f(r) for f in more.values())])
        return tmp_path / "new.csv"

    return write  # type: ignore[return-value]


MAPS = ("--map", "Lead Source=source", "--map", "TotalVisits=total_visits")
LABEL = ("new.csv", "--label", "Converted", *MAPS)


def test_leads_as_they_were_are_no_alarm(table: Callable[..., Path]) -> None:
    """A year later the same kind of leads: exit code 0, every line steady, the age is told."""
    table(enquiries(2))
    found = check(*LABEL, "--as-of", "2027-02-01")
    assert found.exit_code == 0, found.output
    assert "learned 396 days ago. That is long" in found.output
    assert "moved  " not in found.output
    assert "2 steady, 0 moved" in found.output
    assert "Nothing needs to be done." in found.output


def test_another_base_rate_alarms_and_a_moved_start_mends_it(table: Callable[..., Path]) -> None:
    """The same leads convert more rarely: exit code 1; the start is moved and says so; then all is steady again."""
    table(enquiries(3, shift=-1.2))
    found = check(*LABEL)
    assert found.exit_code == 1, found.output
    assert "learn --check soon --move-start" in found.output
    moved = check(*LABEL, "--move-start")
    assert moved.exit_code == 0, moved.output
    assert "moved by -1." in moved.output
    model, problems = read_model(Path("models/soon.yml").read_text(), "soon.yml")
    assert model is not None, problems
    assert (model.start - COURSES.start) / LOGIT == pytest.approx(-1.2, abs=0.25)
    assert model.moved[0]["leads"] == "1200"
    again = check(*LABEL, "--json")
    assert again.exit_code == 0, again.output
    said = json.loads(again.output)
    assert not said["alarm"]
    calibration = next(line for line in said["lines"] if line["what"] == "calibration")
    assert calibration["figures"]["said"] == pytest.approx(calibration["figures"]["came"], abs=1e-4)
    assert "Its start was moved on" in said["age"]
    assert "left as it is" in refused(*LABEL, "--move-start")


def test_other_leads_alarm_without_a_label(table: Callable[..., Path]) -> None:
    """Most come by referral now, and nobody knows yet who converts."""
    table(enquiries(4, referred=0.8))
    found = check("new.csv", *MAPS)
    assert found.exit_code == 1, found.output
    assert "'referral'" in found.output
    assert "Name the column with the outcome" in found.output
    assert "calibration" not in found.output
    assert "No outcome is known" in refused("new.csv", *MAPS, "--move-start")


def test_a_column_that_is_gone_alarms(table: Callable[..., Path]) -> None:
    """TotalVisits is empty for everybody; or the table has no such column at all."""
    table(enquiries(5, blank=True))
    found = check(*LABEL)
    assert found.exit_code == 1
    assert "unknown 0.0% then, 100.0% now" in found.output
    found = check("new.csv", "--map", "Lead Source=source", "--map", "TotalVisits=-")
    assert found.exit_code == 1
    assert "The table has no total_visits" in found.output


def test_too_few_outcomes_move_nothing(table: Callable[..., Path]) -> None:
    """Forty leads: the text stays as it was."""
    table(enquiries(6, 60, shift=-1.0))
    before = Path("models/soon.yml").read_text()
    assert "30 with it and 30 without are needed" in refused(*LABEL, "--move-start")
    assert Path("models/soon.yml").read_text() == before


def test_who_objected_is_not_looked_at(table: Callable[..., Path]) -> None:
    """Every lead by referral objects: only the others are counted, with a label and without."""
    rows = enquiries(7)
    table(rows, **{"Objected to profiling": lambda r: "yes" if r["source"] == "referral" else "no"})
    others = sum(r["source"] != "referral" for r in rows)
    for words in (LABEL, ("new.csv", *MAPS)):
        assert f"{others:,} leads of new.csv" in check(*words).output


def test_a_model_without_shares_is_told_apart(table: Callable[..., Path]) -> None:
    """Written by hand: its inputs cannot be checked, its calibration can."""
    Path("models/soon.yml").write_text(model_text(COURSES))
    table(enquiries(8))
    found = check(*LABEL)
    assert found.exit_code == 0, found.output
    assert "does not say what it was learned from" in found.output
    assert "it predicted" in found.output


def test_why_not(table: Callable[..., Path]) -> None:
    """No lead, no such model, a model that asks what leads did, a start to be moved of nothing: a sentence each."""
    table([])
    assert "no lead to look at" in refused("new.csv")
    found = CliRunner().invoke(app, ["learn", "new.csv", "--check", "later"])
    assert "There is no model models/later.yml. There are soon." in str(found.exception)
    found = CliRunner().invoke(app, ["learn", "--move-start"])
    assert "Name the model" in str(found.exception)
    Path("models/soon.yml").write_text("name: soon\nterms: [{of: a, cuts: [1], add: [0]}]\n")
    assert "cannot be used: 1 fault" in refused("new.csv")
    asks = replace(COURSES, asked={"total_visits": {"count": "any"}})
    Path("models/soon.yml").write_text(model_text(asks))
    assert "asks what leads did (total_visits)" in refused("new.csv")


def test_a_run_tells_when_what_a_model_says_has_moved(table: Callable[..., Path]) -> None:
    """Good to know: nothing of leads as they were; of those who come by referral now, how many get more than before."""
    book = "leadlight: 1\nname: Ours\nscores: {probability: {model: soon}}\n"
    Path("playbook.yml").write_text(book)
    for referred, moved in ((0.3, False), (0.9, True)):
        file = table(enquiries(9, referred=referred))
        maps = {"Lead Source": "source", "TotalVisits": "total_visits"}
        said = qualify(file, playbook="playbook.yml", maps=maps, as_of="2026-02-01").summary.models
        assert said[0] == "The model soon was learned 31 days ago."
        assert len(said) == 1 + moved, said
    assert "What soon says has moved" in said[1]
    assert "learn LEADS --check soon" in said[1]


# A workspace: leads come, half of them ask for a demo, and some of those are won.

BOOK = """
leadlight: 1
name: Ours
signals:
  demos: {count: demo_requested, within: 30d}
scores:
  points: {rules: {a: {when: demos > 0, add: 1}}}
"""
START, LEARNED, DAYS = datetime(2025, 1, 1), date(2026, 1, 1), 545
ASKED = Model(
    "soon",
    -30_000_000,
    (
        Term(("demos",), (NumberSide((Decimal(1),)),), (0, 27_000_000, 0), "demos"),
        Term(("source",), (WordSide(("web", "fair")),), (-5_000_000, 5_000_000, 0, 0), "source"),
        Term(("looked",), (NumberSide((Decimal(1),)),), (-5_000_000, 0, 0), "looks"),
    ),
    horizon=30 * 86_400,
    learned=LEARNED,
    asked={"looked": {"count": "page_viewed", "within": "30d"}},
)
AWAKE = {"count": "any", "within": "90d", "when": "kind not in ('won')"}


def company(changed: bool) -> tuple[list[list[object]], list[tuple[str, datetime, str]]]:
    """Leads and what they did, for a year and a half; in the second one `changed`: fairs are over, and demos win rarely."""
    rng = random.Random(11)
    leads: list[list[object]] = []
    log: list[tuple[str, datetime, str]] = []
    for n in range(900):
        came = START + timedelta(days=n * DAYS / 900)
        late = changed and came.date() >= LEARNED
        leads.append([f"L{n}", came.isoformat(), "web" if late or rng.random() < 0.5 else "fair"])
        log.append((f"L{n}", came + timedelta(hours=1), "page_viewed"))
        if rng.random() < 0.5:
            log.append((f"L{n}", came + timedelta(days=5), "demo_requested"))
            if rng.random() < (0.1 if late else 0.6):
                log.append((f"L{n}", came + timedelta(days=rng.randint(10, 40)), "won"))
    return leads, [e for e in log if e[1] < START + timedelta(days=DAYS)]


def taught() -> Rows:
    """The leads that were awake at six moments of the first year, as the plan would see them."""
    leads, log = company(False)
    sources = {str(lead): source for lead, _, source in leads}
    out: Rows = []
    for moment in (START + timedelta(days=d) for d in range(100, 330, 40)):
        state: dict[str, dict[str, object]] = {}
        gone = set()
        for lead, at, kind in log:
            ago = (moment - at).total_seconds() / 86_400
            if kind == "won" and ago >= 0:
                gone.add(lead)
            elif 0 <= ago < 90:
                row = state.setdefault(
                    lead, {"source": sources[lead], "demos": 0, "looked": 0, "won": False}
                )
                row["demos" if kind == "demo_requested" else "looked"] = int(ago < 30)
        for lead, at, kind in log:
            if kind == "won" and lead in state and timedelta(0) < at - moment <= timedelta(days=30):
                state[lead]["won"] = True
        out += [row for lead, row in state.items() if lead not in gone]
    return out


@pytest.fixture(scope="module", params=[False, True], ids=["as it was", "changed"])
def workspace(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, bool]:
    """A workspace of that company with the model that was learned after a year."""
    folder = tmp_path_factory.mktemp("company")
    leads, log = company(request.param)
    for name, header, rows in (
        ("leads.csv", ["Lead ID", "Created", "Source"], leads),
        ("log.csv", ["lead_id", "occurred_at", "kind"], [[a, t.isoformat(), k] for a, t, k in log]),
    ):
        with (folder / name).open("w", newline="") as f:
            csv.writer(f).writerows([header, *rows])
    now = START + timedelta(days=DAYS)
    init(folder / "w", now)
    (folder / "w" / "playbook.yml").write_text(BOOK)
    import_files(
        folder / "w",
        [folder / "leads.csv", folder / "log.csv"],
        now,
        backfill=True,
        verify=False,
    )
    model = noted(ASKED, taught(), "won")
    told = {**model.verdict[LEARNED_FROM], "awake": AWAKE}
    (folder / "w" / "models").mkdir()
    (folder / "w" / "models" / "soon.yml").write_text(
        model_text(replace(model, verdict={LEARNED_FROM: told}))
    )
    return folder / "w", request.param


def test_a_workspace_tells_what_moved(workspace: tuple[Path, bool]) -> None:
    """Half a year after learning: as it was, nothing alarms though the base has grown; changed, all three do."""
    folder, changed = workspace
    found = check("-w", str(folder), "--as-of", "2026-06-29", "--json")
    assert found.exit_code == int(changed), found.output
    said = json.loads(found.output)
    states = {line["what"]: line["state"] for line in (*said["lines"], *said["inputs"])}
    moved = {what for what, state in states.items() if state == "moved"}
    assert moved == ({"base rate", "calibration", "source"} if changed else set()), found.output
    assert "those who did anything within 90d" in said["base"]
    assert ("--move-start" in said["advice"]) == changed


def test_before_a_horizon_is_over_only_inputs_are_told(workspace: tuple[Path, bool]) -> None:
    """Twenty days after learning no outcome has matured, and it is said when one will have."""
    folder, _ = workspace
    found = check("-w", str(folder), "--as-of", "2026-01-20")
    assert found.exit_code == 0, found.output
    assert "No outcome has matured yet" in found.output
    assert "from 2026-02-01 on" in found.output
    assert "calibration" not in found.output
