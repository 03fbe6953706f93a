"""Who buys, found in the data; and nothing found where there is nothing."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from leadlight.cli import app
from leadlight.desk.playbooks import usable
from leadlight.desk.wiring import db
from leadlight.facts.catalog import Attribute, Catalog, Type
from leadlight.predict.columns import TableColumn
from leadlight.predict.judge.intervals import wilson
from leadlight.predict.judge.metrics import Estimate
from leadlight.predict.segments.clauses import clauses_of, number_text
from leadlight.predict.segments.clusters import cluster
from leadlight.predict.segments.lookalikes import find_lookalikes
from leadlight.predict.segments.persona import holm, names_of, personas
from leadlight.predict.segments.rules import rule_mask
from leadlight.predict.segments.segment import Clause, Persona
from leadlight.problems import CannotDo

LEADS = 3_000
RNG = np.random.default_rng(11)
INDUSTRY = RNG.choice(["software", "saas", "retail", "education", "O'Neil & co"], LEADS)
EMPLOYEES = np.round(np.exp(RNG.normal(4.3, 1.3, LEADS))).astype(int)
NOISE = RNG.normal(0, 1, LEADS)
IDEAL = np.isin(INDUSTRY, ["software", "saas"]) & (EMPLOYEES >= 50) & (EMPLOYEES < 500)
NEVER = INDUSTRY == "education"
WON = RNG.random(LEADS) < np.where(IDEAL, 0.5, np.where(NEVER, 0.02, 0.12))
COLUMNS = [
    TableColumn("industry", "Industry", INDUSTRY.tolist()),
    TableColumn("employees", "Employees", EMPLOYEES.tolist()),
    TableColumn("noise", "Noise", NOISE.round(3).tolist()),
]


def test_the_planted_persona_is_found() -> None:
    """Software companies of 50 to 500 people buy four times as often, and schools do not: both are named, with honest figures."""
    found = personas(COLUMNS, WON.tolist(), order=list(range(LEADS)))
    best = found.buys[0]
    mask = rule_mask(best.clauses, COLUMNS)
    assert (mask & IDEAL).sum() > 0.75 * max(mask.sum(), IDEAL.sum())
    assert {c.name for c in best.clauses} == {"industry", "employees"}
    assert best.rate.low is not None
    assert best.rate.low < 0.5 < (best.rate.high or 0)
    assert any("education" in c.words for p in found.buys_not for c in p.clauses), [
        p.condition for p in found.buys_not
    ]
    assert "newer half" in found.split


def test_figures_are_those_of_leads_that_did_not_find_it() -> None:
    """Where only the older half buys by the rule, the rule is not shown: it does not hold for the newer half."""
    won = np.where(np.arange(LEADS) < LEADS // 2, WON, RNG.random(LEADS) < 0.15)
    found = personas(COLUMNS, won.tolist(), order=list(range(LEADS)))
    assert found.buys == ()
    assert found.why_not is not None
    assert found.tried > 100


def test_no_condition_is_carried_along() -> None:
    """Only budgets above 1 matter, among forty columns of noise: the rule says that and nothing else."""
    rng = np.random.default_rng(13)
    noise = [
        TableColumn(f"n{k}", f"n{k}", rng.normal(0, 1, LEADS).round(2).tolist()) for k in range(20)
    ]
    words = [
        TableColumn(f"w{k}", f"w{k}", [f"v{v}" for v in rng.integers(0, 8, LEADS)])
        for k in range(20)
    ]
    budget = rng.normal(0, 1, LEADS)
    won = rng.random(LEADS) < np.where(budget > 1, 0.4, 0.08)
    found = personas(
        [*noise, *words, TableColumn("budget", "Budget", budget.tolist())], won.tolist()
    )
    assert [{c.name for c in p.clauses} for p in found.buys] == [{"budget"}]


@pytest.mark.parametrize("seed", range(6))
def test_shuffled_outcomes_name_nobody(seed: int) -> None:
    """Who won is dealt out anew: thousands of rules are tried and none may be shown."""
    won = np.random.default_rng(seed).permutation(WON)
    found = personas(COLUMNS, won.tolist(), seed=seed)
    assert (found.buys, found.buys_not) == ((), ())
    assert "none marks" in (found.why_not or "") or "None of" in (found.why_not or "")


def test_too_few_to_tell() -> None:
    """Nine customers are no base for a persona, and neither are leads who all bought."""
    for won in ([True] * 9 + [False] * (LEADS - 9), [True] * LEADS):
        with pytest.raises(CannotDo, match="persona"):
            personas(COLUMNS, won)


def test_a_column_that_knows_the_answer_is_no_persona() -> None:
    """The amount of the deal is set aside and named; a person may vouch for it."""
    deal = TableColumn(
        "amount", "Amount", [float(RNG.integers(100, 900)) if w else 0.0 for w in WON]
    )
    found = personas([*COLUMNS, deal], WON.tolist())
    assert [s.name for s in found.leaks] == ["amount"]
    assert not any(c.name == "amount" for p in found.buys for c in p.clauses)
    vouched = personas([*COLUMNS, deal], WON.tolist(), use=["Amount"])
    assert vouched.buys[0].clauses[0].name == "amount"


def test_value_of_a_persona() -> None:
    """What won leads brought is told per lead of the segment, beside all leads."""
    found = personas(COLUMNS, WON.tolist(), values=[1000.0 if w else None for w in WON])
    best = found.buys[0]
    assert best.value is not None
    assert best.value.value == pytest.approx(1000 * (best.rate.value or 0))
    assert best.value_won == 1000


def test_empty_and_constant_columns() -> None:
    """Columns that say nothing are left out, and with them all nothing is left to say."""
    nothing = [
        TableColumn("a", "A", [None] * LEADS),
        TableColumn("b", "B", ["x"] * LEADS),
        TableColumn("c", "C", [f"id{n}" for n in range(LEADS)]),
    ]
    found = personas(nothing, WON.tolist())
    assert found.buys == ()
    assert found.why_not == "No column is left that could tell leads apart."


def test_conditions_say_what_they_hold() -> None:
    """The text of each condition, run by DuckDB as a playbook would, holds for the very leads that were counted."""
    con = db.connect()
    con.execute("CREATE TABLE t (n INT, industry VARCHAR, employees BIGINT, noise DOUBLE)")
    con.executemany(
        "INSERT INTO t VALUES (?, ?, ?, ?)",
        [(n, INDUSTRY[n], int(EMPLOYEES[n]), COLUMNS[2].cells[n]) for n in range(400)],
    )
    few = [TableColumn(c.name, c.header, c.cells[:400]) for c in COLUMNS]
    tried = [clause for c in few for clause in clauses_of(c, WON[:400].astype(float))]
    assert len(tried) > 60
    for clause in tried:
        rows = {r[0] for r in con.execute(f"SELECT n FROM t WHERE {clause.text}").fetchall()}
        assert rows == set(np.flatnonzero(rule_mask([clause], few)).tolist()), clause.text


def test_numbers_without_exponents() -> None:
    """A playbook reads 1200000 and 0.00001, not 1.2e+06."""
    assert [number_text(v) for v in (1.2e6, 1e-05, 50.0, 2.5)] == [
        "1200000",
        "0.00001",
        "50",
        "2.5",
    ]


def test_a_segment_is_not_called_like_what_it_reads() -> None:
    """`up_sale: up_sale` would need itself: the segment of a yes/no column gets another name, and an unlike one keeps its own."""
    nobody = Estimate(None)

    def persona(clause: Clause) -> Persona:
        return Persona("", (clause,), 1, 1, 1.0, nobody, nobody, 0.0)

    found = [
        persona(Clause("up_sale", "up_sale = true", words=("true",))),
        persona(Clause("industry", "industry = 'IT'", words=("it",))),
    ]
    assert names_of(found) == ["is_up_sale", "it"]


def test_wilson_and_holm() -> None:
    """Published examples: 15 of 148 (Newcombe 1998), and three tests of which the middle one falls with its neighbour."""
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-4)
    assert wilson(0, 20)[0] == 0
    assert wilson(0, 0) == (0, 1)
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same leads as a file, with headers as people write them."""
    file = tmp_path_factory.mktemp("persona") / "leads.csv"
    with file.open("w", newline="") as f:
        out = csv.writer(f)
        out.writerow(("Lead ID", "Created", "Industry", "Employees", "Converted"))
        for n in range(LEADS):
            day = datetime(2026, 1, 1) + timedelta(hours=n)
            out.writerow(
                (
                    f"L{n}",
                    f"{day:%Y-%m-%d %H:%M}",
                    INDUSTRY[n],
                    EMPLOYEES[n],
                    "yes" if WON[n] else "no",
                )
            )
    return file


def test_what_is_written_is_a_playbook(table: Path, tmp_path: Path) -> None:
    """`persona --write` writes an audience scale that qualifies the table it came from, label by label as counted."""
    target = tmp_path / "icp.yml"
    done = CliRunner().invoke(
        app, ["persona", str(table), "--label", "Converted", "--write", str(target)]
    )
    assert done.exit_code == 0, done.output
    assert "times all" in done.output
    own = Catalog().with_own([Attribute("employees", Type.WHOLE, own=False)], [])
    book, _ = usable(target.read_text(), "icp.yml", own)
    assert [s.name for s in book.scales] == ["audience"]
    assert len(book.segments) >= 2
    checked = CliRunner().invoke(app, ["check", str(target)])
    assert checked.exit_code == 0, checked.output
    told = CliRunner().invoke(
        app,
        [
            "qualify",
            str(table),
            "--playbook",
            str(target),
            "--out",
            str(tmp_path / "q.csv"),
            "--as-of",
            "2026-11-01",
        ],
    )
    assert told.exit_code == 0, told.output
    with (tmp_path / "q.csv").open() as f:
        rows = list(csv.DictReader(f))
    label = {row[next(iter(row))]: row["audience"] for row in rows}
    targets = np.array([label[f"L{n}"] == "target" for n in range(LEADS)])
    assert WON[targets].mean() > 2 * WON.mean()


def test_a_label_that_is_not_there(table: Path) -> None:
    """A sentence with the nearest column, not a traceback."""
    done = CliRunner().invoke(app, ["persona", str(table), "--label", "Convertd"])
    assert isinstance(done.exception, CannotDo)
    assert "Converted" in str(done.exception)


def test_groups_are_found_where_there_are_some() -> None:
    """Two kinds of behaviour: the groups are those, and their names say what sets them apart."""
    busy = np.arange(600) % 3 == 0
    rng = np.random.default_rng(3)
    columns = [
        TableColumn("visits", "visits", (rng.poisson(np.where(busy, 30, 2))).tolist()),
        TableColumn("mails", "mails opened", (rng.poisson(np.where(busy, 1, 12))).tolist()),
    ]
    found = cluster(columns, busy.tolist())
    assert len(found.clusters) == 2
    assert found.clusters[1].leads == pytest.approx(200, abs=6)
    assert "many visits" in found.clusters[1].name
    assert (found.clusters[1].won or 0) > 0.95


def test_no_groups_in_a_cloud() -> None:
    """One cloud of leads has no groups in it, however many one asks for; and a handful of leads neither."""
    rng = np.random.default_rng(4)
    cloud = [TableColumn(f"n{k}", f"n{k}", rng.normal(0, 1, 600).tolist()) for k in range(4)]
    assert cluster(cloud).clusters == ()
    assert "no groups" in cluster(cloud).why
    assert cluster([TableColumn("a", "a", [1, 2, 3])]).clusters == ()


def test_look_alikes_share_what_the_set_shares() -> None:
    """Of a set of software companies of middling size the others of that kind are nearest; members are left out."""
    members = np.flatnonzero(IDEAL)[:60].tolist()
    found = find_lookalikes(COLUMNS, members, 100)
    assert len(found) == 100
    assert not {a.row for a in found} & set(members)
    assert np.mean([IDEAL[a.row] for a in found]) > 0.85
    assert found[0].shares
    assert [a.likeness for a in found] == sorted((a.likeness for a in found), reverse=True)


def test_look_alikes_of_a_random_set_are_not_invented() -> None:
    """A set that has nothing in common: at most a trace of likeness is claimed for columns, so nobody is told as sharing much."""
    members = np.random.default_rng(5).permutation(LEADS)[:300].tolist()
    assert len(find_lookalikes(COLUMNS, members, 10)) in (0, 10)
    assert find_lookalikes(COLUMNS, [], 10) == []
    assert find_lookalikes(COLUMNS, list(range(LEADS)), 10) == []


def test_leads_just_before_they_were_won(tmp_path: Path) -> None:
    """What was learned of a lead after its win does not make it a persona: in a ledger each is seen as it was before."""
    leads, later, log = tmp_path / "leads.csv", tmp_path / "later.csv", tmp_path / "log.csv"
    rng = np.random.default_rng(8)
    start, refused = datetime(2026, 1, 1), 0
    with leads.open("w") as a, later.open("w") as b, log.open("w") as c:
        a.write("Lead ID,Created,Changed,Industry,Need\n")
        b.write("Lead ID,Created,Changed,Need,Profiling objected\n")
        c.write("lead_id,occurred_at,kind,value\n")
        for n in range(500):
            came = start + timedelta(hours=6 * n)
            software = n % 4 == 0
            won = rng.random() < (0.6 if software else 0.1)
            a.write(f"L{n},{came},{came},{'software' if software else 'retail'},\n")
            c.write(f"L{n},{came + timedelta(days=1)},page_viewed,\n")
            decided = came + timedelta(days=20)
            c.write(f"L{n},{decided},{'won' if won else 'lost'},{900 if won else ''}\n")
            if won:
                b.write(
                    f"L{n},{came},{decided + timedelta(days=2)},onboarding,{'yes' if n < 40 else ''}\n"
                )
                refused += n < 40
    run = CliRunner().invoke
    where = str(tmp_path / "w")
    for args in (
        ["init", where],
        *(
            ["import", "-w", where, str(f), "--backfill", "--no-verify"]
            for f in (leads, log, later)
        ),
    ):
        done = run(app, args)
        assert done.exit_code == 0, done.output
    told = run(app, ["persona", "-w", where, "--as-of", "2026-11-01"])
    assert told.exit_code == 0, (told.output, told.exception)
    assert "industry = 'software'" in told.output
    assert "onboarding" not in told.output
    assert "a lead (" in told.output
    assert refused > 3
    assert f"{refused} leads objected to profiling" in told.output
    groups = run(app, ["persona", "-w", where, "--as-of", "2026-11-01", "--clusters"])
    assert groups.exit_code == 0, (groups.output, groups.exception)
    assert "objected to profiling" in groups.output


def test_who_objected_to_profiling_is_in_no_row() -> None:
    """Leads who do not want to be profiled teach nothing and are counted aloud."""
    from leadlight.desk.models.decided_leads import DecidedLeads, without_objectors

    objected = TableColumn("profiling_objected", "Objected", [n % 10 == 0 for n in range(LEADS)])
    found = without_objectors(
        DecidedLeads(
            list(range(LEADS)), [*COLUMNS, objected], WON.tolist(), "won", order=list(range(LEADS))
        )
    )
    assert len(found.won) == len(found.ids) == len(found.columns[0].cells) == LEADS * 9 // 10
    assert all(i % 10 for i in found.ids)
    assert [c.name for c in found.columns] == ["industry", "employees", "noise"]
    assert "300 leads objected to profiling" in found.notes[-1]


def test_that_something_is_blank_may_describe_a_segment() -> None:
    """Leads who leave the budget blank buy five times as often as the others: the segment says so,
    in the playbook's own words.
    """
    import numpy as np

    from leadlight.predict.columns import TableColumn
    from leadlight.predict.segments.clauses import clauses_of, masks
    from leadlight.predict.segments.rules import search

    rng = np.random.default_rng(0)
    blank = rng.random(2_000) < 0.3
    won = (rng.random(2_000) < np.where(blank, 0.5, 0.1)).astype(float)
    cells = [None if b else float(v) for b, v in zip(blank, rng.normal(50, 9, 2_000), strict=True)]
    column = TableColumn("budget", "Budget", [None if c is None else round(c) for c in cells])
    (clause,) = (c for c in clauses_of(column, won) if c.blank)
    assert clause.text == "budget is null"
    assert masks([clause], [column])[0].astype(bool).tolist() == blank.tolist()
    assert "budget is null" in {rule[0].text for rule in search([column], won)[0]}
