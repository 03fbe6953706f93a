"""`leadlight test` as people use it: cases to start from, what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from typer.testing import CliRunner

from leadlight.cli import app
from leadlight.playbook.cases.schema import cases_schema
from leadlight.playbook.presets import preset_cases, preset_names, preset_text
from leadlight.problems import CannotDo
from tests.cli.test_command import LEADS, LOG, write
from tests.docs.transcript import ROOT
from tests.verbs import begin_cases, refusal, run_cases

SMALL = """
signals:
  heat: {{points: {{demo_requested: {a}, page_viewed: {b}}}, half_life: {life}d, at_most: 100}}
scores:
  fit: [{{when: employees >= 50, add: {c}, say: "A size we like: 50 #1"}}, {{when: "industry = 'it''s {word}'", add: 5}}]
  engagement: heat
scales:
  temperature: [{{hot: engagement + fit >= {hot}}}, {{warm: engagement >= {warm}}}, {{cold: otherwise}}]
routes: [{{when: "temperature = 'hot'", to: "{word}"}}]
"""


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    a=st.integers(0, 50),
    b=st.integers(0, 50),
    c=st.integers(0, 50),
    life=st.integers(1, 90),
    hot=st.integers(-5, 200),
    warm=st.integers(-5, 100),
    word=st.sampled_from(["no", "sales: eu", "# one", "a, b", "1e3"]),
)
def test_cases_to_start_from_hold(
    tmp_path: Path, a: int, b: int, c: int, life: int, hot: int, warm: int, word: str
) -> None:
    """Whatever the playbook: each case that is proposed reads back as it was meant, and holds."""
    book = tmp_path / "playbook.yml"
    book.write_text(SMALL.format(a=a, b=b, c=c, life=life, hot=hot, warm=warm, word=word), "utf-8")
    cases = tmp_path / "playbook.tests.yml"
    cases.unlink(missing_ok=True)
    begun = begin_cases(str(book))
    found = run_cases(str(book))
    assert found.failed == ()
    assert found.cases == begun.cases
    assert begun.cases + len(begun.missing) == 3


def test_a_preset_begins_with_all_its_labels(tmp_path: Path) -> None:
    """leadlight init; leadlight test --begin: hot, warm and cold, each with what reaches it."""
    book = tmp_path / "playbook.yml"
    book.write_text(preset_text("b2b-saas"), "utf-8")
    begun = begin_cases(str(book))
    assert (begun.cases, begun.missing) == (3, ())
    with pytest.raises(CannotDo, match="left as it is"):
        begin_cases(str(book))


def run(*words: object) -> Result:
    """The command in this process: what it printed, and how it ended."""
    done = CliRunner().invoke(app, [str(w) for w in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_the_command_says_which_case_and_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In CI: exit code 2, the line of the file of cases, and JUnit and JSON for whoever reads them."""
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path / "playbook.yml", SMALL.format(a=40, b=1, c=20, life=14, hot=50, warm=20, word="x")
    )
    with pytest.raises(CannotDo, match="There are no cases") as refused:
        run("test")
    assert "leadlight test --begin" in refusal(refused.value)
    name = "A \x1b[31mred\x1b[0m <director> is hot"
    case = (
        f"  {json.dumps(name)}:\n    lead: {{employees: 5}}\n    did: demo_requested yesterday\n   "
        " expect: {temperature: hot}\n"
    )
    write(tmp_path / "playbook.tests.yml", "cases:\n  fine: {expect: {temperature: cold}}\n" + case)
    done = run("test", "--junit", "out.xml", "--json")
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    assert (told["cases"], len(told["failed"]), told["failed"][0]["line"]) == (2, 1, 3)
    assert told["failed"][0]["misses"][0]["came"] == "warm"
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()[0]
    assert [c.find("failure") is not None for c in suite] == [False, True]
    shown = run("test")
    assert shown.exit_code == 2
    assert "\x1b" not in shown.stdout
    assert "playbook.tests.yml:6: temperature should be hot, and is warm" in shown.stdout
    assert "hot needs engagement + fit >= 50" in shown.stdout
    assert "38.07  demo requested" in shown.stdout


def test_a_workspace_tells_its_coverage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a workspace the cases of its playbook run, and its own leads say what of it is idle."""
    monkeypatch.chdir(tmp_path)
    assert run("init", "w").exit_code == 0
    book = SMALL.format(a=40, b=1, c=20, life=14, hot=50, warm=20, word="x")
    write(tmp_path / "w/playbook.yml", book)
    write(tmp_path / "leads.csv", LEADS)
    write(tmp_path / "log.csv", LOG)
    assert "There is no lead to look at." in run("test", "-w", "w", "--coverage").stdout
    assert run("import", "-w", "w", "leads.csv", "log.csv", "--backfill").exit_code == 0
    write(tmp_path / "w/playbook.tests.yml", "cases: {cold: {expect: {temperature: cold}}}")
    done = run("test", "-w", "w", "--coverage", "--as-of", "2026-11-01")
    assert done.exit_code == 0
    assert "1 case holds" in done.stdout
    assert "3 leads as of 2026-11-01 00:00 UTC." in done.stdout
    assert "Rules that held for no lead" in done.stdout


FILES = {n: preset_cases(n) or "" for n in preset_names() if preset_cases(n)}
FILES["acme"] = (ROOT / "examples/acme/playbook.tests.yml").read_text("utf-8")


def red_lines(text: str) -> list[str]:
    found = Draft202012Validator(cases_schema()).iter_errors(YAML(typ="safe", pure=True).load(text))
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in found]


@pytest.mark.parametrize("name", FILES)
def test_my_editor_shows_no_red_line(name: str) -> None:
    """I open a file of cases in an editor that knows its schema."""
    Draft202012Validator.check_schema(cases_schema())
    assert red_lines(FILES[name]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "case: {}",
        "cases: {a: {expects: {x: 1}}}",
        "cases: {a: {then: [{expect: {x: 1}}]}}",
        "cases: {}",
        "leadlight-tests: 2",
    ],
)
def test_my_editor_shows_a_red_line(wrong: str) -> None:
    """And a slip of the pen is seen while I type."""
    assert red_lines(wrong)
