"""What a terminal gets: whoever wrote a text, it commands nothing; and no password is repeated."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from leadlight.cli.characters import visible
from leadlight.cli.screen import json_text, shell_quote
from leadlight.cli.secrets import redact
from tests.command import leadlight, on_a_terminal
from tests.often import examples

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a terminal of Unix")

#: A colour that nobody but the hostile text has.
THEIRS = "\x1b[38;5;77;8m"
TEXT = f"q\x1b]0;PWNED\x07{THEIRS}\x9b2J\u202e\u2066\x7f\x08\x90\u200bz"
#: What the program itself may send: colours, and a bar that draws over itself.
OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\[\d*[AK]|\x1b\[\?25[lh]|\r")
LEADS, FIRST = f"{TEXT}.csv", f"0{TEXT}"
COMMANDS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)


def in_yaml(text: str) -> str:
    return json.dumps(text).replace("\x7f", "\\x7f")


def playbook() -> str:
    said = in_yaml(f"Call {TEXT}")
    return f"""
name: {in_yaml(TEXT)}
about: {said}
sign_off: [sales]
signals:
  heat: {{half_life: 14d, rules: {{demo: {{on: demo_requested, points: 40, say: {said}}}}}}}
scores:
  fit: {{about: {said}, rules: [{{when: "industry = 'software'", add: 20, say: {said}}}]}}
  engagement: heat
scales:
  temperature: [{{hot: heat > 10, say: {said}}}, {{cold: otherwise}}]
segments:
  big: {{when: employees >= 5, about: {said}}}
routes:
  - {{when: "temperature = 'hot'", to: {said}, within: 15m, next: {said}}}
  - {{when: otherwise, to: {said}, next: {said}}}
"""


def write_csv(target: Path, head: list[str], rows: Iterable[list[object]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as f:
        csv.writer(f).writerows([head, *rows])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose every file, text and rule was written by somebody who means the terminal."""
    folder = tmp_path_factory.mktemp("hostile")
    write_csv(
        folder / LEADS,
        [
            "lead_id",
            "email",
            "phone",
            "company",
            "industry",
            "employees",
            "first_name",
            TEXT,
            "Converted",
            "Arm",
            "x",
        ],
        (
            [
                f"{n}{TEXT}",
                f"{n}@firm{n}.de",
                f"+49302{n:06}",
                TEXT,
                "software" if n % 3 else TEXT,
                n % 40,
                TEXT,
                TEXT,
                "yes" if n % 3 and n % 7 else "no",
                "mailed" if n % 2 else "control",
                n % 5 + (n % 3 and n % 7),
            ]
            for n in range(1_200)
        ),
    )
    write_csv(
        folder / "log.csv",
        ["activity_id", "lead_id", "kind", "occurred_at", "url", "value", "product"],
        (
            [
                f"{n}-{day}",
                f"{n}{TEXT}",
                ("page_viewed", "demo_requested", "won")[(n + day) % 3],
                (datetime(2026, 9, 1) + timedelta(days=day, minutes=n)).isoformat(),
                TEXT,
                10 + n,
                TEXT,
            ]
            for n in range(400)
            for day in range(0, 40, 4)
        ),
    )
    write_csv(
        folder / "mail.csv",
        ["email", "phone"],
        [["q\x1b]0;PWNED\x07\x1b[38;5;77;8m@firm.de", "+4930234567"]],
    )
    (folder / "p.yml").write_text(playbook(), encoding="utf-8")
    (folder / "other.yml").write_text(playbook().replace("add: 20", "add: 21"), encoding="utf-8")
    (folder / f"{TEXT}.yml").write_text(f"scores: {{{in_yaml(TEXT)}: 5}}", encoding="utf-8")
    (folder / "ids.txt").write_text("\n".join(f"{n}{TEXT}" for n in range(40)), encoding="utf-8")
    (folder / "cases.yml").write_text(
        f"cases:\n  {in_yaml(TEXT)}: {{lead: {{industry: {in_yaml(TEXT)}}}, expect: {{temperature:"
        " hot}}\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def env(base: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(base), "COLUMNS": "100", "HOME": str(base)}


#: Every verb, in an order in which each has what it needs.
CALLS = (
    [
        "qualify",
        LEADS,
        "-a",
        "log.csv",
        "--as-of",
        "2026-10-12",
        "-p",
        "p.yml",
        "--out",
        f"out{TEXT}.csv",
        "--report",
        f"r{TEXT}.html",
    ],
    ["qualify", "mail.csv", "-p", "p.yml", "--no-report"],
    ["qualify", LEADS, "-p", f"{TEXT}.yml"],
    ["qualify", f"no{TEXT}.csv"],
    ["qualify", LEADS, f"--{TEXT}"],
    ["explain", FIRST, "--leads", LEADS, "-a", "log.csv", "-p", "p.yml"],
    ["explain", FIRST, "--leads", LEADS, "-p", "p.yml", "--json"],
    ["explain", TEXT, "--leads", LEADS, "-p", "p.yml"],
    ["verify", LEADS, "--out", f"v{TEXT}.csv"],
    ["init", f"ws{TEXT}"],
    ["init", "ws"],
    ["-w", "ws", "import", LEADS, "log.csv", "--backfill"],
    ["-w", "ws", "import", LEADS, "--preview"],
    ["-w", "ws", "check"],
    ["check", "p.yml"],
    ["check", f"{TEXT}.yml"],
    ["-w", "ws", "qualify", "-p", "p.yml", "--out", f"o{TEXT}.csv"],
    ["-w", "ws", "qualify", "--touched"],
    ["-w", "ws", "segments", "-p", "p.yml"],
    ["-w", "ws", "report", "--out", f"page{TEXT}.html"],
    ["-w", "ws", "explain", FIRST],
    [
        "-w",
        "ws",
        "replay",
        "--from",
        "2026-09-01",
        "--to",
        "2026-10-01",
        "-p",
        "p.yml",
        "--known",
        "now",
        "--moved",
        ":hot",
        "--out",
        f"moves{TEXT}.csv",
    ],
    ["-w", "ws", "verify"],
    ["-w", "ws", "verify", "--repairs"],
    ["-w", "ws", "dedupe"],
    ["-w", "ws", "dedupe", "--review"],
    ["-w", "ws", "publish", "p.yml", "--note", TEXT, "--by", TEXT],
    ["-w", "ws", "sign", "--as", "sales", "--by", TEXT],
    ["-w", "ws", "history"],
    ["-w", "ws", "history", "--show", "1"],
    ["diff", "p.yml", "other.yml"],
    ["diff", "p.yml", "other.yml", "--json"],
    ["plan", "-p", "p.yml"],
    ["plan", "-p", "p.yml", "--sql"],
    ["test", "p.yml", "--cases", "cases.yml"],
    ["-w", "ws", "rehearse", "other.yml", "--against", "p.yml", "--known", "now"],
    ["-w", "ws", "tune", "-p", "p.yml", "--known", "now", "--horizon", "11d"],
    ["learn", LEADS, "--label", "Converted", "--yes"],
    ["-w", "ws", "persona", "--known", "now"],
    ["-w", "ws", "persona", "--clusters", "--out", f"c{TEXT}.csv"],
    ["-w", "ws", "persona", "--like", "ids.txt", "--out", f"l{TEXT}.csv"],
    ["-w", "ws", "customers", "--out", f"k{TEXT}.csv"],
    ["uplift", LEADS, "--label", "Converted", "--treated", "Arm"],
    ["copy", "ws", f"copy{TEXT}"],
    ["-w", "ws", "undo"],
    ["-w", "ws", "undo", "i1"],
)


def test_no_verb_lets_a_text_command_the_terminal(base: Path, env: dict[str, str]) -> None:
    """A form was filled in with sequences that retitle the terminal, hide what follows and turn words; so were files named
    and rules written.  Every verb is run in a terminal: nothing comes out but letters, and the program's own colours.
    """
    done = 0
    for words in CALLS:
        ended, said = on_a_terminal(*words, cwd=base, env=env)
        assert ended in (0, 2), (words, ended, said[-2_000:])
        assert said.strip(), words
        assert THEIRS not in said, words
        found = COMMANDS.search(OURS.sub("", said))
        assert not found, (words, found and said[max(0, found.start() - 200) : found.end() + 50])
        done += ended == 0
    assert done >= len(CALLS) - 10, "most calls are to get so far as to show the texts"


def test_a_table_says_what_it_would_not_obey(base: Path, env: dict[str, str]) -> None:
    """The colours that the program itself gives are still there in a terminal, and none is in a pipe."""
    words = ["qualify", LEADS, "-a", "log.csv", "--as-of", "2026-10-12", "-p", "p.yml"]
    assert re.search(r"\x1b\[[0-9;]*m", on_a_terminal(*words, cwd=base, env=env)[1])
    piped = leadlight(*words, cwd=base, env=env)
    assert "\x1b" not in piped.stdout + piped.stderr


def test_the_command_that_says_why_can_be_pasted(base: Path, env: dict[str, str]) -> None:
    """The lead's id is an e-mail address that holds a bell: the line that explains it names this very lead."""
    said = on_a_terminal(
        "qualify",
        LEADS,
        "-a",
        "log.csv",
        "--as-of",
        "2026-10-12",
        "-p",
        "p.yml",
        "--no-report",
        cwd=base,
        env=env,
    )[1]
    (line,) = [one for one in said.splitlines() if one.startswith("Why?")]
    typed = line.partition("leadlight ")[2]
    words = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {typed}"], capture_output=True, check=True, text=True
    ).stdout.split("\0")[:-1]
    ended, why = on_a_terminal(*words, cwd=base, env=env)
    assert ended == 0, why
    assert LEADS in words


def test_sql_in_a_pipe_is_the_statement_itself(base: Path, env: dict[str, str]) -> None:
    """`plan --sql | psql`: the texts of routes stand in it letter by letter, and it runs; no colour is taken out of them."""
    said = leadlight("plan", "-p", "p.yml", "--sql", cwd=base, env=env)
    assert said.returncode == 0
    assert THEIRS in said.stdout
    assert duckdb.extract_statements(said.stdout)


def test_a_version_in_a_pipe_is_its_text(base: Path, env: dict[str, str]) -> None:
    """`history --show 1 > playbook.yml` restores every letter, and JSON says them as numbers."""
    folder = base / "kept"
    assert leadlight("init", str(folder), cwd=base, env=env).returncode == 0
    text = (folder / "playbook.yml").read_text("utf-8") + "# e\u202ee \u00e9\n"
    (folder / "playbook.yml").write_text(text, encoding="utf-8")
    assert leadlight("-w", str(folder), "publish", "--by", "ana", cwd=base, env=env).returncode == 0
    assert leadlight("-w", str(folder), "history", "--show", "1", cwd=base, env=env).stdout == text


def test_json_loses_nothing(base: Path, env: dict[str, str]) -> None:
    """`explain --json`: what a terminal would obey is a number in it, and a program reads the text as it was."""
    said = leadlight(
        "explain", FIRST, "--leads", LEADS, "-p", "p.yml", "--json", cwd=base, env=env
    ).stdout
    assert not COMMANDS.search(said)
    assert json.loads(said)["lead_id"] == FIRST
    for text in (TEXT, "a\ud800b", "\U000e0041", "Zoë 👩‍💻"):
        assert json.loads(json_text({"a": text})) == {"a": text}


@pytest.mark.parametrize("text", [TEXT, "a b", "it's", "a\nb\\n'", "$(x)", "é", "\u202e'"])
def test_a_quoted_word_is_the_word(text: str) -> None:
    """Whatever it holds, a shell reads it back; and nothing in it commands the terminal."""
    assert not COMMANDS.search(shell_quote(text))
    back = subprocess.run(
        ["bash", "-c", f"printf %s {shell_quote(text)}"], capture_output=True, check=True
    ).stdout
    assert back.decode() == text
    assert shell_quote("a b") == shlex.quote("a b")


def test_words_of_all_languages_are_left_alone() -> None:
    """Persian, Hebrew, emoji and a combined accent are shown as they are."""
    for text in ("می‌خواهم", "שלום", "👩‍💻", "Zoe\u0308", "a\tb\nc"):
        assert visible(text) == text


SECRET = "s3cr3t"


def misplaced() -> Iterator[list[str]]:
    """A password where none belongs: a scheme misspelt, a URL as a file, a connection string.  Each text as a workspace and
    in every fourth other place, so that each place gets two; in all of them where LEADLIGHT_LAWS is `long`.
    """
    apart = examples(4, 1)
    for n, url in enumerate(passwords()):
        yield ["-w", url, "qualify"]
        yield from list(places(url))[n % apart :: apart]


def passwords() -> Iterator[str]:
    yield from (
        f"postgre://ana:{SECRET}@db/crm",
        f"postgresq://ana:{SECRET}@db",
        f"pg://ana:p/{SECRET}@x@db/crm",
        f"ana:{SECRET}@db/crm",
        f"host=db password={SECRET} user=ana",
        f"host=db password='{SECRET} {SECRET}'",
        f"postgresql://ana:{SECRET}@127.0.0.1:1/crm",
        f"mysql://ana:{SECRET}@db/crm?sslpassword={SECRET}",
    )


def places(url: str) -> Iterator[list[str]]:
    yield ["qualify", "leads.csv", "-p", url]
    yield ["qualify", url]
    yield ["-w", url, "import", "leads.csv"]
    yield ["qualify", "leads.csv", "--map", url]
    yield ["qualify", "leads.csv", "--as-of", url]
    yield ["qualify", "leads.csv", "--out", url]
    yield ["qualify", "leads.csv", "--columns", url]
    yield ["check", url]
    yield ["diff", url, url]
    yield ["copy", url, url]
    yield ["explain", "1", "--leads", url]
    yield ["-w", url, "history"]
    yield [url]
    yield ["learn", url, "--label", url]


def test_no_password_is_repeated(tmp_path: Path) -> None:
    """`-w postgre://ana:s3cr3t@db/crm`, or the same as a file or behind -p: the refusal does not say the password."""
    (tmp_path / "leads.csv").write_text("lead_id,email\n1,a@firm.de\n", encoding="utf-8")
    for words in misplaced():
        ended = leadlight(*words, cwd=tmp_path, env={**os.environ, "COLUMNS": "500"})
        assert SECRET not in ended.stdout + ended.stderr, (words, ended.stdout, ended.stderr)
        assert ended.returncode in (0, 2), words
    for text in passwords():
        assert SECRET not in redact(text)


def test_what_is_no_password_is_repeated() -> None:
    """Addresses, moments and e-mail addresses stay what they are."""
    for text in (
        "a@b.de: 5 leads",
        "2026-01-01T10:00:00 a@b.de",
        "postgresql://ana@db/crm",
        "https://x.de/a?b=c@d",
        "Written: a.csv (3 rows)",
        "Contact: ana@b.de",
    ):
        assert redact(text) == text
