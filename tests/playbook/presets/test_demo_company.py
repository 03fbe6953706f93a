"""The demo company: the same bytes every time, a believable shape, every fault that was promised."""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from leadlight.facts.catalog import KINDS, Catalog
from leadlight.playbook.read import read_playbook

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
FAULTS = {
    "missing_contact",
    "malformed_email",
    "typo_domain",
    "disposable_domain",
    "role_address",
    "no_reply",
    "keyboard_mash",
    "test_data",
    "placeholder_phone",
    "short_phone",
    "only_bad_phone",
    "country_contradicts_phone",
    "name_contradicts_email",
    "placeholder_company",
    "outdated",
    "scam_burst",
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def generate(out: Path, leads: int, seed: int) -> Path:
    """The generator as a user runs it, without anything installed."""
    command = [
        sys.executable,
        "-BES",
        str(EXAMPLES / "demo_company.py"),
        str(out),
        "--leads",
        str(leads),
        "--seed",
        str(seed),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("demo"), 2_500, 2026)


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    one, two, other = (
        generate(tmp_path / name, 200, seed) for name, seed in (("a", 7), ("b", 7), ("c", 8))
    )
    for file in sorted(one.iterdir()):
        assert file.read_bytes() == (two / file.name).read_bytes()
    assert (one / "leads.csv").read_bytes() != (other / "leads.csv").read_bytes()


def test_the_small_base_that_is_shipped_is_what_the_generator_writes(tmp_path):
    fresh = generate(tmp_path / "acme", 380, 23)
    for file in sorted(fresh.iterdir()):
        assert file.read_bytes() == (EXAMPLES / "acme" / file.name).read_bytes(), file.name
    assert sum(f.stat().st_size for f in (EXAMPLES / "acme").iterdir()) < 600_000


def test_the_tables_to_learn_from_are_what_their_generator_writes():
    """Deals and mailing, every cell; who was written to was drawn by lot"""
    sys.path.insert(0, str(EXAMPLES))
    try:
        from demo import deals
    finally:
        sys.path.remove(str(EXAMPLES))
    for made, file in ((deals.deals(), "deals.csv"), (deals.mailing(), "mailing.csv")):
        assert [{k: str(v) for k, v in row.items()} for row in made] == rows(
            EXAMPLES / "acme" / file
        )


def test_every_kind_of_fault_is_planted_and_named(base):
    planted = Counter(r["fault"] for r in rows(base / "planted.csv"))
    assert set(planted) >= FAULTS
    assert 0.05 < sum(n for fault, n in planted.items() if fault) / 2_500 < 0.2


def test_even_the_small_base_holds_every_fault():
    assert {r["fault"] for r in rows(EXAMPLES / "acme" / "planted.csv")} >= FAULTS


def test_twins_name_a_lead_that_is_there(base):
    ids = {r["Lead ID"] for r in rows(base / "leads.csv")}
    twins = [r for r in rows(base / "planted.csv") if r["twin_of"]]
    assert len(twins) > 40
    assert all(r["twin_of"] in ids and r["lead_id"] in ids for r in twins)


def test_a_burst_comes_within_minutes_from_one_number(base):
    burst = {r["lead_id"] for r in rows(base / "planted.csv") if r["fault"] == "scam_burst"}
    numbers = Counter(r["Mobile"] for r in rows(base / "leads.csv") if r["Lead ID"] in burst)
    assert max(numbers.values()) >= 12


def test_every_activity_is_of_a_standard_kind_in_the_year_and_of_a_lead(base):
    ids = {r["Lead ID"] for r in rows(base / "leads.csv")}
    for name in ("activities", "conversations", "outcomes", "subscriptions"):
        found = rows(base / f"{name}.csv")
        assert found
        assert {r["kind"] for r in found} <= set(KINDS)
        assert {r["lead_id"] for r in found} <= ids
        assert min(r["occurred_at"] for r in found) >= "2025-11-01"
        assert max(r["occurred_at"] for r in found) < "2026-11-01"


def test_few_leads_do_most(base):
    own = Counter(r["lead_id"] for r in rows(base / "activities.csv") if r["kind"] != "email_sent")
    busiest = [n for _, n in own.most_common(len(own) // 10)]
    assert sum(busiest) > 0.35 * sum(own.values())


def test_the_week_has_a_rhythm(base):
    days = Counter(
        dt.date.fromisoformat(r["occurred_at"][:10]).weekday()
        for r in rows(base / "activities.csv")
        if r["kind"] == "product_viewed"
    )
    assert days[5] + days[6] < 0.5 * (days[1] + days[2])


def test_gateways_open_links_within_seconds(base):
    clicks = Counter(
        (r["lead_id"], r["campaign"])
        for r in rows(base / "activities.csv")
        if r["kind"] == "email_clicked"
    )
    assert max(clicks.values()) >= 3


def test_outcomes_follow_fit_and_behaviour(base):
    """An industry that fits wins more often, and so does who looks at prices: there is something to learn."""
    leads = rows(base / "leads.csv")
    won = {r["lead_id"] for r in rows(base / "outcomes.csv") if r["kind"] == "won"}
    priced = {r["lead_id"] for r in rows(base / "activities.csv") if r["kind"] == "pricing_viewed"}

    def rate(ids: list[str]) -> float:
        return sum(i in won for i in ids) / len(ids)

    fits = [
        r["Lead ID"]
        for r in leads
        if r["Industry"].lower() in ("software", "saas", "computer software")
    ]
    misfits = [r["Lead ID"] for r in leads if r["Industry"].lower() in ("education", "agriculture")]
    assert rate(fits) > 2 * rate(misfits)
    assert rate([r["Lead ID"] for r in leads if r["Lead ID"] in priced]) > 3 * rate(
        [r["Lead ID"] for r in leads]
    )
    assert 0.01 < rate([r["Lead ID"] for r in leads]) < 0.1


def test_nobody_behind_a_fake_buys(base):
    fakes = {
        r["lead_id"]
        for r in rows(base / "planted.csv")
        if r["fault"] in ("test_data", "keyboard_mash", "scam_burst")
    }
    assert not fakes & {r["lead_id"] for r in rows(base / "outcomes.csv")}


def test_dates_are_written_as_four_systems_write_them(base):
    shapes = {r["System"]: r["Created"] for r in rows(base / "leads.csv")}
    assert set(shapes) == {"crm", "ads", "fair", "webinar"}
    assert shapes["ads"].endswith("Z")
    assert shapes["fair"][2] == "."
    assert shapes["webinar"][-2:] in ("AM", "PM")


def test_every_month_has_its_spend(base):
    spent = rows(base / "spend.csv")
    assert len({r["month"] for r in spent}) == 12
    assert all(float(r["amount"]) > 0 for r in spent)


def test_the_demo_companys_playbook_holds():
    text = (EXAMPLES / "acme" / "playbook.yml").read_text(encoding="utf-8")
    book, problems = read_playbook(text, "playbook.yml", Catalog())
    assert problems == []
    assert {la.name for s in book.scales if s.name == "stage" for la in s.labels} >= {
        "pql_planning",
        "pql_payroll",
        "pql_invoicing",
    }


@pytest.mark.parametrize(
    ("file", "first"), [("hubspot_export.csv", "Record ID"), ("salesforce_export.csv", "Lead ID")]
)
def test_the_exports_are_as_the_crms_write_them(file, first):
    found = rows(EXAMPLES / file)
    assert len(found) == 50
    assert next(iter(found[0])) == first
    assert len({r[first] for r in found}) == 50
