"""The command as a user types it: what it writes, what it says, and how it ends when something is wrong."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import leadlight

ACME = Path(__file__).parents[2] / "examples" / "acme"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """run("qualify", "leads.csv") -> the finished process, in an empty folder."""

    def go(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return leadlight(
            *map(str, words), cwd=cwd or tmp_path, env={**os.environ, "COLUMNS": "100"}
        )

    return go


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


LEADS = """Record ID,First Name,Email,Company Name,Job Title,Country/Region,Number of Employees,Industry
101,Ana,ana@acme.com,Acme,CEO,Germany,120,Software
102,Bob,n/a,Bolt,Student,France,3,Retail
103,=cmd|' /C calc'!A0,eva@nova.io,Nova,Head of Sales,US,900,Software
"""
LOG = """Record ID,Date,Event
101,2026-10-30 10:00,Demo requested
101,2026-10-31,Viewed pricing
103,2026-10-01,Page view
"""


def test_from_an_export_to_whom_to_call(run: Run, tmp_path: Path) -> None:
    """A HubSpot export and a log: the summary names Ana, the files are there, and --out keeps their own columns."""
    write(tmp_path / "leads.csv", LEADS)
    write(tmp_path / "log.csv", LOG)
    done = run(
        "qualify", "leads.csv", "--activities", "log.csv", "--as-of", "2026-11-01", "--out", "q.csv"
    )
    assert done.returncode == 0, done.stderr
    assert "3 leads" in done.stdout
    assert "Ana" in done.stdout
    with (tmp_path / "q.csv").open(encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f))
    assert [r["Record ID"] for r in rows] == ["101", "102", "103"]
    assert rows[0]["temperature"] == "hot"
    assert not rows[2]["First Name"].startswith("=")
    assert "Ana" in (tmp_path / "leads-report.html").read_text(encoding="utf-8")


def test_the_explanation_sums_to_the_score(run: Run, tmp_path: Path) -> None:
    """Every score of the JSON explanation is the sum of its rules."""
    write(tmp_path / "leads.csv", LEADS)
    write(tmp_path / "log.csv", LOG)
    done = run(
        "explain",
        "ana@acme.com",
        "--leads",
        "leads.csv",
        "-a",
        "log.csv",
        "--as-of",
        "2026-11-01",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    from decimal import Decimal

    engagement = next(s for s in found["scores"] if s["name"] == "engagement")
    assert sum(Decimal(r["counted"]) for r in engagement["rules"]) == Decimal(engagement["summed"])
    assert Decimal(engagement["summed"]) > 0
    kinds = {given["kind"] for rule in engagement["rules"] for given in rule["given"]}
    assert kinds >= {"demo_requested", "pricing_viewed"}
    assert found["changes"], "it must say when the lead cools"


def test_a_workspace_from_beginning_to_end(run: Run, tmp_path: Path) -> None:
    """init, import twice, qualify, change of moment, explain, segments, report, undo."""
    assert run("init", "w").returncode == 0
    w = tmp_path / "w"
    write(w / "leads.csv", LEADS)
    write(w / "log.csv", LOG)
    first = run("import", "leads.csv", "log.csv", "--backfill", cwd=w)
    assert first.returncode == 0, first.stderr
    again = run("import", "leads.csv", "log.csv", "--backfill", cwd=w)
    assert "0 imported" in " ".join(again.stdout.split())
    assert run("check", cwd=w).returncode == 0
    hot = run("qualify", "--as-of", "2026-11-01", cwd=w)
    assert hot.returncode == 0, hot.stderr
    later = run("qualify", "--as-of", "2027-03-01", cwd=w)
    assert "hot -> " in later.stdout
    assert run("explain", "101", "--as-of", "2026-11-01", cwd=w).returncode == 0
    assert run("segments", "--as-of", "2026-11-01", cwd=w).returncode == 0
    assert run("report", "--as-of", "2026-11-01", cwd=w).returncode == 0
    assert (w / "report.html").exists()
    assert run("undo", "i1", cwd=w).returncode == 0


def test_what_an_import_says_in_words(run: Run, tmp_path: Path) -> None:
    """A file of spend, twice: `1 row of spend read`, `0 imported` under no name; the list of imports fits 80 columns."""
    assert run("init", "w").returncode == 0
    w = tmp_path / "w"
    write(
        w / "what-the-advertisements-of-this-year-cost.csv",
        "Date,Source,Cost\n2026-10-01,Google,120\n",
    )
    words = ("import", "what-the-advertisements-of-this-year-cost.csv", "--backfill")
    assert "1 row of spend read = 1 imported as i1 + 0 unchanged" in " ".join(
        run(*words, cwd=w).stdout.split()
    )
    assert "1 row of spend read = 0 imported + 1 unchanged" in " ".join(
        run(*words, cwd=w).stdout.split()
    )
    listed = run("undo", cwd=w).stdout.splitlines()
    assert listed[-1] == "    1 row of spend = 1 imported + 0 unchanged + 0 rejected"
    assert listed[-2].startswith("i1  2")
    assert listed[-2].endswith("  what-the-advertisements-of-this-year-cost.csv, history")
    assert max(map(len, listed)) <= 80


def test_nothing_was_known_then(run: Run, tmp_path: Path) -> None:
    """An import of today says nothing about last year, unless what we know now is asked for."""
    run("init", "w")
    w = tmp_path / "w"
    write(w / "leads.csv", LEADS)
    run("import", "leads.csv", cwd=w)
    then = run("qualify", "--as-of", "2025-01-01", cwd=w)
    assert then.returncode == 2
    assert "what is known now about that time" in then.stderr
    assert "(--known)" in then.stderr


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
@pytest.mark.parametrize("preset", ["b2b-saas", "leads-classification"])
def test_the_plan_is_printed_for_each_engine(run: Run, dialect: str, preset: str) -> None:
    """Readable SQL that the dialect's own parser reads back."""
    import sqlglot

    done = run("plan", "--sql", "--dialect", dialect, "--playbook", preset, "--as-of", "2026-11-01")
    assert done.returncode == 0, done.stderr
    assert sqlglot.parse_one(done.stdout, dialect=dialect) is not None


WRONG: list[tuple[list[str], str]] = [
    (["qualify", "nowhere.csv"], "nowhere.csv"),
    (["qualify", "."], "folder"),
    (["qualify", "empty.csv"], "empty.csv"),
    (["qualify", "binary.csv"], "binary.csv"),
    (["qualify", "leads.csv", "--as-of", "soon"], "2026-11-01"),
    (["qualify", "leads.csv", "--playbook", "nowhere.yml"], "nowhere.yml"),
    (["qualify", "leads.csv", "--playbook", "b2b-sass"], "b2b-saas"),
    (["qualify", "leads.csv", "--out", "x.docx"], ".docx"),
    (["qualify", "leads.csv", "--out", "leads.csv"], "input"),
    (["qualify", "leads.csv", "--map", "Email"], "--map"),
    (["qualify", "leads.csv", "--map", "Emial=email"], "Email"),
    (["qualify", "leads.csv", "--activities", "leads.csv"], "leads.csv"),
    (["qualify", "leads.csv", "--columns", "some"], "--columns"),
    (["qualify", "leads.csv", "--playbook", "bad.yml"], "employees"),
    (["qualify"], "leadlight init"),
    (["qualify", "--known", "never"], "--known"),
    (["explain", "999", "--leads", "leads.csv"], "999"),
    (["explain", "101"], "leadlight init"),
    (["check", "nowhere.yml"], "nowhere.yml"),
    (["check", "bad.yml"], "Did you mean 'employees'?"),
    (["plan", "--dialect", "oracle", "--playbook", "b2b-saas"], "oracle"),
    (["plan"], "--playbook"),
    (["init", "leads.csv"], "leads.csv"),
    (["init", "x", "--preset", "b2c"], "b2c-shop"),
    (["import", "leads.csv"], "leadlight init"),
    (["undo", "i7"], "leadlight init"),
    (["segments"], "leadlight init"),
    (["qualfy"], "qualify"),
    (["qualify", "--nothing"], "--nothing"),
]


@pytest.mark.parametrize(("words", "says"), WRONG, ids=[" ".join(w) for w, _ in WRONG])
def test_what_is_wrong_ends_in_a_sentence(
    run: Run, tmp_path: Path, words: list[str], says: str
) -> None:
    """Whatever is wrong in a file, a playbook or an argument: a sentence, exit code 2, no traceback."""
    write(tmp_path / "leads.csv", LEADS)
    write(tmp_path / "empty.csv", "")
    write(
        tmp_path / "bad.yml", "scales:\n  size:\n    - big: employes > 5\n    - small: otherwise\n"
    )
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)) * 40)
    done = run(*words)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert says in done.stderr
    assert "mistake" not in done.stderr


def test_an_interpreter_of_its_own_says_the_same(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other tests' commands are forks of a process that has loaded the program: that changes nothing."""
    write(tmp_path / "leads.csv", LEADS)
    for words in (
        ("qualify", "leads.csv", "--as-of", "2026-11-01"),
        ("explain", "999", "--leads", "leads.csv"),
    ):
        monkeypatch.delenv("LEADLIGHT_TEST_FRESH", raising=False)
        forked = run(*words)
        monkeypatch.setenv("LEADLIGHT_TEST_FRESH", "1")
        fresh = run(*words)
        assert (fresh.returncode, fresh.stdout, fresh.stderr) == (
            forked.returncode,
            forked.stdout,
            forked.stderr,
        )


def test_our_own_fault_says_so(run: Run, tmp_path: Path) -> None:
    """An internal fault exits 1, names no personal data, and says how to see more."""
    script = (
        "import leadlight.desk.rules.check as c\nc.check = lambda *a: 1 / 0\nfrom leadlight.cli import"
        " main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "check"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert "LEADLIGHT_DEBUG" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_is_quick_because_it_loads_no_engine() -> None:
    """`leadlight --help` imports neither DuckDB nor the compiler."""
    script = (
        "import sys\nsys.argv = ['leadlight', '--help']\nfrom leadlight.cli import app\n"
        "try:\n    app()\nexcept SystemExit:\n    pass\n"
        "print('LOADED', sorted({'duckdb', 'sqlglot', 'pyarrow', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "LOADED []" in done.stdout


def test_python_runs_it_where_the_script_is_not_on_the_path() -> None:
    """`python -m leadlight --version`"""
    done = subprocess.run(
        [sys.executable, "-m", "leadlight", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("leadlight 0.")


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        (("list", "phone"), "dialler, text, mail, post."),
        (("geo", "match", "leads.csv", "--leads", "leads.csv"), "measure` writes one."),
        (("enrich", "--with", "title", "leads.csv"), "'titles'? (--with)"),
        (("list", "post", "--purpose", "x", "--leads", "leads.csv"), "(--purpose)"),
    ],
)
def test_a_sentence_names_no_option_that_the_verb_lacks(
    run: Run, tmp_path: Path, words: tuple[str, ...], ends: str
) -> None:
    """A wrong argument has no option in brackets; a wrong option has the one that can be typed."""
    write(tmp_path / "leads.csv", LEADS)
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr.strip().endswith(ends)


def test_the_example_company(run: Run) -> None:
    """Every file of the example is read without a reject."""
    logs = [
        w
        for name in ("activities", "conversations", "outcomes", "subscriptions")
        for w in ("-a", str(ACME / f"{name}.csv"))
    ]
    done = run(
        "qualify",
        str(ACME / "leads.csv"),
        *logs,
        "--spend",
        str(ACME / "spend.csv"),
        "--as-of",
        "2026-11-01",
        "--out",
        "q.xlsx",
    )
    assert done.returncode == 0, done.stderr
    assert "rejected" not in done.stdout


def test_one_is_not_said_as_many(run: Run, tmp_path: Path) -> None:
    """One row of two was refused and one lead is new: each noun and verb agrees with its number, one or many."""
    (tmp_path / "one.csv").write_text("lead_id,email\n1,a@firm.de\n,\n", encoding="utf-8")
    said = run("qualify", "one.csv", "--no-report")
    assert "1 of 2 rows was refused" in said.stderr
    assert "(2 rows)" in said.stdout
    run("init", "ws")
    said = run("-w", "ws", "import", "one.csv")
    assert "1 lead is new." in said.stdout
    assert "2 rows of leads read = 1 imported" in said.stdout
    (tmp_path / "two.csv").write_text(
        "lead_id,email\n2,a@firm2.de\n3,a@firm3.de\n", encoding="utf-8"
    )
    assert "2 leads are new." in run("-w", "ws", "import", "two.csv").stdout
    assert "1 lead is gone with it" in run("-w", "ws", "undo", "i1").stdout


def test_every_verb_stands_in_a_chapter_of_the_help(run: Run) -> None:
    """leadlight --help"""
    from typer.main import get_command

    from leadlight.cli import app
    from leadlight.cli.chapters import CHAPTERS, chapter_of

    verbs = get_command(app).commands  # type: ignore[attr-defined]
    assert {name: chapter_of(verb) for name, verb in verbs.items() if not chapter_of(verb)} == {}
    assert {chapter_of(verb) for verb in verbs.values()} == set(CHAPTERS)
    shown = run("--help").stdout
    assert [c for c in CHAPTERS if f"\n{c}:\n" not in shown] == []
    cut = [line for line in shown.splitlines()[1:] if line.endswith("...")]
    assert cut == [], "a first sentence of a verb is longer than a line of the help"
