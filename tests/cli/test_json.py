"""`--json`: what every verb prints is valid by the schema of its result's class."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from leadlight.crm.read import shipped_text
from leadlight.desk.session import Session
from leadlight.desk.verbs import VERBS
from leadlight.playbook.presets import preset_text
from leadlight.results.data import schema_of
from tests.attack.workshop import HOUSES, TOWN
from tests.command import leadlight
from tests.desk.geo.town import write_ground, write_town
from tests.servers.crm.company import fill_store
from tests.servers.crm.hubspot import hubspot
from tests.servers.crm.server import serve
from tests.servers.crm.store import Store

LEADS = """lead_id,first_name,email,company,job_title,country,employees,industry
101,Ana,ana@acme.com,Acme,CEO,DE,120,software
102,Bob,n/a,Bolt,Student,FR,3,retail
103,Eva,eva@gmial.com,Nova,Head of Sales,US,900,software
"""
LOG = """lead_id,occurred_at,kind
101,2026-10-30 10:00,demo_requested
101,2026-10-31 09:00,pricing_viewed
103,2026-10-01 08:00,page_viewed
"""

POINTS = '{"points": [{"name": "Form", "type": "form.submit", "delta": 10, "properties": []}]}'

#: The command and the verb of the desk whose result it prints; in a folder with `leads.csv`,
#: `log.csv` and the workspace `ws`, into which both are imported. Its playbook is published, and
#: waits for sales to sign. With two files of examples/acme, and a workspace `past` of a year, in
#: which leads who ask for a demo are won.
CASES: Sequence[tuple[str, str]] = [
    ("check", "check"),
    ("diff b2b-saas b2c-shop", "diff"),
    ("endpoint add https://all.example/hook", "add-endpoint"),
    ("endpoint rotate crm.example", "change-endpoint"),
    ("endpoint list", "endpoints"),
    ("endpoint deliveries", "deliveries"),
    ("endpoint replay", "replay-deliveries"),
    ("history", "history"),
    ("history --show 1", "version-text"),
    ("plan -p b2b-saas", "plan"),
    ("plan -p b2b-saas --dbt package", "plan"),
    ("translate points.json --out translated.yml", "translate"),
    ("playbook", "playbook"),
    ("preview b2c-shop --lead 101 --lead nobody", "preview"),
    ("publish --by Ada", "publish"),
    ("rehearse b2c-shop --leads leads.csv -a log.csv --against b2b-saas", "rehearse"),
    ("rehearse b2c-shop --known now", "rehearse"),
    ("test b2b-saas", "test"),
    ("test b2b-saas --coverage --leads leads.csv -a log.csv", "test"),
    ("test signed.yml --begin", "begin-cases"),
    ("sign --as sales --by Bo", "sign"),
    ("copy ws ws2", "copy"),
    ("init new", "init"),
    ("qualify leads.csv --activities log.csv --as-of 2026-11-01", "qualify"),
    ("qualify --no-report", "qualify"),
    ("qualify --touched --out touched.csv", "qualify"),
    ("explain 101 --leads leads.csv --activities log.csv --as-of 2026-11-01", "explain"),
    ("explain 101", "explain"),
    ("explain 101 --leads leads.csv --as-of 2026-11-01 --since 2026-10-30", "compare"),
    ("import leads.csv", "import"),
    ("import log.csv --preview", "import"),
    ("replay --leads leads.csv --activities log.csv --from 2026-10-01 --to 2026-11-01", "replay"),
    ("replay --leads leads.csv --to 2026-11-01 --moved cold: --out c.csv", "replay"),
    ("dedupe", "dedupe"),
    ("dedupe --review", "pairs"),
    ("dedupe --preview 101=103", "merge-preview"),
    ("undo --show i1", "import-content"),
    ("quality -w ran", "data-quality"),
    ("segment figures -w ran", "segment-figures"),
    ("segment try employees>=100 -w ran", "try-segment"),
    ("segment export seg.csv --when employees>=1 -w ran", "export-segment"),
    ("enrich leads.csv --dry-run", "enrich"),
    ("enrich --list", "enrichers"),
    ("list mail list.csv --when employees>=1 -w ran", "list"),
    ("segment send mid_market crm.example -w ran", "send-segment"),
    ("research -w ran", "market-research"),
    ("dedupe --same 101=102 --by me", "decide"),
    ("report --out page.html", "report"),
    ("segments", "segments"),
    ("ladder -w ran --by source", "ladder"),
    ("channels -w ran", "channels"),
    ("forms -w ran", "forms"),
    ("verify", "verify"),
    ("verify --all --country DE", "verify"),
    ("verify leads.csv --out verified.csv", "verify-file"),
    (
        "geo measure --footprints t.geojson --taken 2025-06-01 --purpose roofs -w ran",
        "measure-buildings",
    ),
    ("geo match houses.csv -w ran", "match-buildings"),
    ("geo learn town.csv --label town-truth.csv --name pool", "learn-buildings"),
    ("geo label town.csv -p pool-service --picture ground.tif -o sheet -n 4", "label-buildings"),
    ("geo list town.csv -p pool-service --labels town-truth.csv", "list-buildings"),
    ("verify --repairs", "repairs"),
    ("verify --decline 103", "decline"),
    ("verify --accept all", "accept"),
    ("backup ws.zip", "backup"),
    ("restore old.zip restored", "restore"),
    ("person 101", "person"),
    ("person 101 --out 101.json", "person"),
    ("object 102", "object"),
    ("forget 102 --preview", "forget"),
    ("forget 102 --yes", "forget"),
    ("scanners", "scanners"),
    ("scanners --apply --since 2020-01-01", "scanners"),
    ("audit", "audit"),
    ("today", "today"),
    ("roster --begin", "roster"),
    ("assign -w ran", "assign"),
    ("reassign 101 -w ran --to ana --because why", "reassign"),
    ("due -w ran", "due"),
    ("assign -w ran --dry-run --from 2026-10-01", "dry-run"),
    ("send -w ran --dry-run", "owed"),
    ("tracks -w ran", "tracks"),
    ("tracks --begin -w ws", "begin-tracks"),
    ("tracks cold -w ran --stop --because x", "change-track"),
    ("log 101 no_answer --by Ada", "log-outcome"),
    ("log --undo OUTCOME", "undo-outcome"),
    ("connect crm.yml --url CRM --name other", "connect"),
    ("connect -w connected", "connections"),
    ("sync -w connected", "sync"),
    ("sync --differences -w connected", "differences"),
    ("push -w connected --dry-run", "push"),
    ("push -w pushed --undo", "undo-push"),
    ("disconnect hubspot -w connected --by Ada", "disconnect"),
    ("undo", "imports"),
    ("undo i2", "undo"),
    ("learn -w past --horizon 30d --as-of 2026-01-01 --again", "learn"),
    ("learn deals.csv --label Outcome=Won", "learn-table"),
    ("learn --check soon.yml -w past --as-of 2025-12-01", "check-model"),
    ("learn deals.csv --label Outcome=Won --check soon.yml", "check-model-by-table"),
    ("models -w past", "models"),
    ("retire soon -w past --because stale --by Ada", "retire-model"),
    ("tune --table deals.csv --label Outcome=Won -p b2b-saas", "tune"),
    ("persona deals.csv --label Outcome=Won", "persona"),
    ("persona deals.csv --label Outcome=Won --clusters", "clusters"),
    ("persona deals.csv --label Outcome=Won --like ids.txt", "lookalikes"),
    ("customers buys.csv", "customers"),
    ("uplift mailing.csv --treated Mailing --label Ordered", "uplift"),
]
WORKSPACES = {"ws", "ran", "past", "connected", "pushed"}
TOKENS = {"HUBSPOT_TOKEN": "token-1", "OTHER_TOKEN": "token-1"}
ACME = Path(__file__).parents[2] / "examples" / "acme"
ROSTER = """departments: {sales: {}, marketing: {}, inside sales: {}}
people: {ana: {departments: [sales, marketing, inside sales]}}
"""
TRACKS = """
tracks:
  cold: {when: "email is not null", purpose: service, hold_out: 0, steps: [{content: hello}]}
"""
HELLO = "---\nsubject: Hello\n---\nHello {{ first_name }}\n"
MODEL = """leadlight-model: 1
name: soon
outcome: won
horizon: 30d
learned: 2025-06-01
start: -1
terms: [{of: industry, add: {software: 1, retail: -1}, rest: 0, unknown: 0, seen: 333 333 334 0}]
"""


def purchases(chance: random.Random) -> list[str]:
    """What 200 customers bought in two years: each at a rate of its own, until it leaves."""
    out = ["customer,date,value"]
    for n in range(200):
        day, often, gone = (
            chance.uniform(0, 300),
            chance.gammavariate(2, 0.01),
            chance.uniform(0, 700),
        )
        while day < gone + 1:
            at = datetime(2024, 1, 1) + timedelta(days=day)
            out.append(f"K{n},{at:%Y-%m-%d},{chance.randrange(10, 90)}")
            day += chance.expovariate(often)
    return out


def write_past(folder: Path) -> None:
    """A year of 300 leads: half of them ask for a demo, and two thirds of those are won after;
    purchases; a model; some ids.
    """
    chance = random.Random(4)
    begin = datetime(2025, 1, 1)
    leads, log = ["lead_id,created_at,industry"], []
    for n in range(300):
        came = begin + timedelta(days=n)
        leads.append(f"P{n},{came:%Y-%m-%d},{chance.choice(['software', 'retail', 'mining'])}")
        log.append((came, f"P{n}", "page_viewed"))
        for _ in range(chance.randrange(1, 4)):
            asked = came + timedelta(days=chance.randrange(60))
            log.append((asked, f"P{n}", "demo_requested" if n % 2 else "page_viewed"))
            if n % 2 and chance.random() < 0.7:
                won = asked + timedelta(days=chance.randrange(1, 25))
                log.append((won, f"P{n}", "won"))
    lines = [f"{lead},{at:%Y-%m-%d},{kind}" for at, lead, kind in sorted(log)]
    (folder / "past_leads.csv").write_text("\n".join(leads) + "\n", encoding="utf-8")
    (folder / "past_log.csv").write_text(
        "\n".join(["lead_id,occurred_at,kind", *lines]) + "\n", encoding="utf-8"
    )
    (folder / "buys.csv").write_text("\n".join(purchases(chance)) + "\n", encoding="utf-8")
    (folder / "ids.txt").write_text("\n".join(f"D-{n:04d}" for n in range(1, 40)), encoding="utf-8")
    (folder / "soon.yml").write_text(MODEL, encoding="utf-8")


@pytest.fixture(scope="module")
def crm() -> Iterator[str]:
    """The address of a CRM of our own."""
    at = datetime(2026, 11, 1)
    with serve(fill_store(Store(), 12, 12, at), hubspot) as mock:
        yield mock.url


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, crm: str) -> Path:
    """A folder with leads, their log, a workspace `ws` of both, and one of a year that is over."""
    folder = tmp_path_factory.mktemp("company")
    (folder / "leads.csv").write_text(LEADS, encoding="utf-8")
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
    (folder / "points.json").write_text(POINTS, encoding="utf-8")
    (folder / "t.geojson").write_text(TOWN, encoding="utf-8")
    (folder / "houses.csv").write_text(HOUSES, encoding="utf-8")
    write_town(folder)
    write_ground(folder)
    write_past(folder)
    for name in ("deals.csv", "mailing.csv"):
        shutil.copy(ACME / name, folder)
    commands = (
        "init ws",
        "import leads.csv log.csv -w ws",
        "publish signed.yml --by Ada -w ws",
        "backup old.zip -w ws",
        "endpoint add https://crm.example/hook -w ws",
        "init ran",
        "import leads.csv log.csv -w ran --no-verify",
        "qualify -w ran --no-report",
        "endpoint add https://crm.example/hook -w ran",
        "init past",
        "import past_leads.csv past_log.csv --backfill --no-verify -w past",
        "init connected",
        f"connect crm.yml --url {crm} --by Ada -w connected",
        "sync --no-verify -w connected",
        "qualify --no-report -w connected",
        "copy connected pushed",
        "push --dry-run -w pushed",
        "push -w pushed",
    )
    fast = shipped_text("hubspot").replace("rate: 10\n", "rate: 10000\n")
    (folder / "crm.yml").write_text(fast, encoding="utf-8")
    (folder / "signed.yml").write_text(f"sign_off: [sales]\n{preset_text('b2b-saas')}")
    for words in commands:
        done = leadlight(*words.split(), cwd=folder, env={**os.environ, **TOKENS})
        assert done.returncode == 0, done.stdout + done.stderr
    (folder / "past" / "models").mkdir()
    shutil.copy(folder / "soon.yml", folder / "past" / "models")
    (folder / "ran" / "roster.yml").write_text(ROSTER, encoding="utf-8")
    with (folder / "ran" / "playbook.yml").open("a", encoding="utf-8") as book:
        book.write(TRACKS)
    (folder / "ran" / "content").mkdir()
    (folder / "ran" / "content" / "hello.md").write_text(HELLO, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("command", "verb"), CASES, ids=[command for command, _ in CASES])
def test_json_is_valid_by_the_schema_of_the_result(
    company: Path, crm: str, tmp_path: Path, command: str, verb: str
) -> None:
    """A script reads `leadlight VERB --json` and finds every field the reference names."""
    folder = tmp_path / "company"
    words = command.split()
    used = {"ws", *words}  # the other workspaces are megabytes that this command does not read
    shutil.copytree(company, folder, ignore=lambda _, names: WORKSPACES.intersection(names) - used)
    env = {**os.environ, **TOKENS, "LEADLIGHT_WORKSPACE": str(folder / "ws")}
    command = command.replace("CRM", crm)
    if "OUTCOME" in command:
        receipt = leadlight("log", "101", "reached", "--json", cwd=folder, env=env).stdout
        command = command.replace("OUTCOME", json.loads(receipt)["outcome_id"])
    done = leadlight(*command.split(), "--json", cwd=folder, env=env)
    assert done.returncode < 2, done.stdout + done.stderr  # 1: something moved
    results = [schema_of(result) for result in VERBS[verb].results]
    found = json.loads(done.stdout)
    assert any(jsonschema.Draft202012Validator(schema).is_valid(found) for schema in results), found


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_takes_a_frozen_request_and_gives_results_that_json_can_hold(name: str) -> None:
    """Whoever offers a verb on a page or by the API needs no more than its entry in VERBS."""
    verb = VERBS[name]
    assert is_dataclass(verb.request)
    assert verb.request.__dataclass_params__.frozen
    assert verb.request.__name__.endswith("Request")
    assert fields(verb.request)
    for result in verb.results:
        schema = schema_of(result)
        jsonschema.Draft202012Validator.check_schema(schema)
    assert Session is verb.load().__globals__["Session"]


def test_every_verb_is_shown_with_its_json() -> None:
    """Each entry of VERBS is asked by at least one command above."""
    elsewhere = {"qualify-lake"}  # tests/adapters/spark
    elsewhere |= {"mail-check"}  # asks the world's name servers: tests/desk/nurture
    elsewhere |= {"answer-label", "label-sheets"}  # a page asks these: tests/server/pages
    # The API alone asks these: tests/server/api.
    elsewhere |= {"change-roster", "facts", "leads", "qualification", "runs", "transitions"}
    assert {verb for _, verb in CASES} | elsewhere == set(VERBS)
