"""`leadlight tune` on small bases: what comes out is a playbook, judged on what came later; or a sentence."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.cli.tune import tune as command
from leadlight.desk.models.labelled_table import LeadTable, OutcomeColumn
from leadlight.desk.models.lead_history import HistoryOptions, LeadFiles
from leadlight.desk.models.tune import HEADED
from leadlight.playbook.read import must_read
from leadlight.problems import CannotDo
from leadlight.results.text.tuning import render_text
from leadlight.results.tuning import PRESENT, TUNED, TuneResult
from tests.verbs import tune

BOOK = """\
# Agreed in a hurry.
leadlight: 1
name: Hasty
signals:
  heat:
    half_life: 365d   # nobody knows
    at_least: 0
    points: {demo_requested: 5, page_viewed: 20}
scores:
  fit:
    rules:
      large: {when: employees >= 50, add: 5}
      small: {when: employees < 5, add: -5}
  engagement: heat
scales:
  temperature: [{hot: engagement >= 40}, {warm: fit + engagement >= 10}, {cold: otherwise}]
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Who asked for a demo lately buys; who looked at pages does not, however often."""
    rng, folder = random.Random(4), tmp_path_factory.mktemp("company")
    leads, log = ["lead_id,created_at,employees"], ["lead_id,occurred_at,kind"]
    for n in range(1_500):
        came = datetime(2025, 1, 1) + timedelta(days=rng.uniform(0, 300))
        size = rng.choice((2, 20, 200))
        leads.append(f"L{n},{came:%Y-%m-%d %H:%M:%S},{size}")
        for _ in range(rng.randrange(6)):
            log.append(
                f"L{n},{came + timedelta(days=rng.uniform(0, 60)):%Y-%m-%d %H:%M:%S},page_viewed"
            )
        if rng.random() < 0.4:
            asked = came + timedelta(days=rng.uniform(0, 60))
            log.append(f"L{n},{asked:%Y-%m-%d %H:%M:%S},demo_requested")
            if rng.random() < (0.7 if size == 200 else 0.3):
                log.append(
                    f"L{n},{asked + timedelta(days=rng.uniform(2, 25)):%Y-%m-%d %H:%M:%S},won"
                )
    (folder / "leads.csv").write_text("\n".join(leads) + "\n")
    (folder / "log.csv").write_text("\n".join(log) + "\n")
    (folder / "hasty.yml").write_text(BOOK)
    return folder


def tuned(company: Path, **more: object) -> TuneResult:
    """What tuning the hasty playbook by the company's files says."""
    given = {
        "playbook": str(company / "hasty.yml"),
        "horizon": timedelta(days=30),
        "until": datetime(2025, 11, 10),
    }
    options = HistoryOptions(**{**given, **more})  # type: ignore[arg-type]
    return tune(options, LeadFiles(company / "leads.csv", (company / "log.csv",)))


def said(found: TuneResult) -> str:
    """The same as the terminal shows it."""
    return "\n".join(str(line) for line in render_text(found))


def test_better_points_come_out_as_a_playbook_that_reads_back(company: Path) -> None:
    """Demos are worth more than pages and are soon forgotten; the rest of the text is as its author wrote it."""
    found = tuned(company)
    assert found.tells, found.why_not
    assert found.areas[TUNED].value > found.areas[PRESENT].value + 0.1  # type: ignore[operator]
    assert found.better is not None
    assert found.better.low > 0  # type: ignore[operator]
    assert found.text is not None
    heat = must_read(found.text).signal("heat")
    demo, page = heat.rules  # type: ignore[union-attr]
    assert demo.points > page.points >= 0
    assert demo.half_life < 90 * 86_400
    assert "# Agreed in a hurry.\n" in found.text
    assert "# nobody knows" in found.text
    assert found.text.startswith(HEADED)
    split = datetime.fromisoformat(found.sample.split)
    assert all(m + timedelta(days=30) <= split for m in found.sample.moments if m < split)
    assert "the tuned points" in said(found)


def test_names_of_our_own_tables_may_be_scores(company: Path) -> None:
    """A score called `lead` ended it in a fault: Ambiguous reference to column name."""
    text = BOOK.replace("fit", "lead").replace("engagement", "later").replace("heat", "rule")
    (company / "ours.yml").write_text(text)
    found = tuned(company, playbook=str(company / "ours.yml"))
    assert found.tells, found.why_not
    assert found.areas == tuned(company).areas


def test_each_lead_may_be_looked_at_once_as_it_came_in(company: Path) -> None:
    """At entry nothing was done yet: only the size of the company can tell, and does."""
    found = tuned(company, entry=timedelta(0), horizon=timedelta(days=60))
    assert {"heat.demo_requested", "heat.page_viewed"} <= set(found.untouched)
    assert found.sample.past + found.sample.later <= 1_500


def test_ranks_cannot_be_looked_at_lead_by_lead(company: Path) -> None:
    """Whose company is large beside the others' is not told at a moment of one lead's own."""
    ranks = BOOK.replace("signals:\n", "signals:\n  size: {rank: employees}\n").replace(
        "      small:", "      larger: {by: size, add: 5}\n      small:"
    )
    (company / "ranks.yml").write_text(ranks)
    with pytest.raises(CannotDo, match="compares leads with each other") as refused:
        tuned(company, playbook=str(company / "ranks.yml"), entry=timedelta(0))
    assert refused.value.field == "entry"


def test_few_outcomes_or_none_end_in_a_sentence(company: Path) -> None:
    few = tuned(company, since=datetime(2025, 10, 20), horizon=timedelta(days=5), moments=2)
    assert few.text is None
    assert "from 30 on something can be told" in (few.why_not or "")
    assert "keep your points" in said(few)
    with pytest.raises(CannotDo, match="No outcome 'bought' is known"):
        tuned(company, outcome=("bought",))
    with pytest.raises(CannotDo, match="must fit in twice"):
        tuned(company, horizon=timedelta(days=900))


def test_an_outcome_without_a_name_is_asked_for(company: Path) -> None:
    """`tune --outcome ''` was a mistake of ours."""
    with pytest.raises(CannotDo, match="No outcome is named"):
        tuned(company, outcome=())


def test_a_flat_table_with_its_outcome_as_a_column(company: Path, tmp_path: Path) -> None:
    """The newest quarter of the rows judges, and no rule sees the outcome's column."""
    rng = random.Random(1)
    rows = ["id;employees;Outcome;Number"]
    for n in range(1_200):
        size = rng.choice((2, 20, 200))
        rows.append(
            f"a{n};{size};{'Won' if rng.random() < {2: 0.4, 20: 0.1, 200: 0.2}[size] else 'Lost'};{n}"
        )
    (tmp_path / "table.csv").write_text("\n".join(rows) + "\n")
    options, file = HistoryOptions(playbook=str(company / "hasty.yml")), tmp_path / "table.csv"
    found = tune(options, LeadTable(file, OutcomeColumn("Outcome", "Won"), time="Number"))
    assert (found.sample.past, found.sample.later) == (900, 300)
    assert found.changed or found.why_not
    with pytest.raises(CannotDo, match="no column 'Outcom'"):
        tune(options, LeadTable(file, OutcomeColumn("Outcom")))


def test_a_file_that_is_no_proposal_is_not_overwritten(company: Path) -> None:
    with pytest.raises(CannotDo, match="it is no playbook that tune proposed"):
        command(leads=company / "leads.csv", out=company / "hasty.yml")
    assert (company / "hasty.yml").read_text() == BOOK


def test_without_numeric_libraries_a_sentence_says_what_to_install(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadlight.predict.libraries.find_spec", lambda name: None)
    with pytest.raises(CannotDo, match=r"pip install 'leadlight\[learn\]'"):
        tuned(company)


def test_whoever_does_not_tune_waits_for_no_numeric_library() -> None:
    asks = (
        "import sys, leadlight.cli, leadlight.desk.models.tune, leadlight.adapters.training.rule_points;"
        " print('numpy' in sys.modules)"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", asks], capture_output=True, text=True, check=True
        ).stdout
        == "False\n"
    )
