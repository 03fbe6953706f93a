"""How well and how quickly duplicates are found, on labelled bases and on a generated one; each through `find_links`,
with the columns as they come.

    python benchmarks/dedupe.py --shared ../shared [--only febrl3,people,restaurants,small,million]

Figures are of pairs, and pairs are those that the groups imply: precision is the share of pairs in one group that are
one person, recall the share of the persons' pairs that are in one group, F1 their harmonic mean.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.links import find_links
from leadlight.adapters.sources.stage import stage
from leadlight.dedupe.groups import group
from leadlight.facts.catalog import LEAD_ATTRIBUTES, Attribute

OUT = Path(__file__).parent.parent / "out" / "bench"


@dataclass(frozen=True)
class Labelled:
    """A file of leads, the column (or expression) that says which person each is, and what stands for its id."""

    file: str
    truth: str
    lead_id: str = "lead_id"
    hidden: str = "lead_id"  # the staged column that gives the truth away


BASES = {
    "febrl3": Labelled("er_febrl3/dataset3.csv.gz", "regexp_extract(lead_id, 'rec-([0-9]+)', 1)"),
    "restaurants": Labelled(
        "er_restaurants/restaurant-nophone-training.csv", "lead_id", "'row-' || row_no"
    ),
    "people": Labelled(
        "er_splink/historical_figures_with_errors_50k.parquet", "cluster", hidden="cluster"
    ),
    "small": Labelled("er_splink/fake_1000.csv", "cluster::VARCHAR", hidden="cluster"),
}


@dataclass(frozen=True)
class Reached:
    precision: float
    recall: float
    seconds: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return (
            f"{self.f1:.3f} (precision {self.precision:.3f}, recall {self.recall:.3f},"
            f" {self.seconds:.0f} s)"
        )


def base(con: duckdb.DuckDBPyConnection, shared: Path, which: Labelled) -> list[Attribute]:
    """Stages the file as an import does and makes `truth` (lead_id, person) and `leads` of it."""
    s = stage(con, shared / "data" / which.file, name="base", what="leads")
    own = {a.name: a for a in s.own}
    con.execute(
        f"CREATE TABLE truth AS SELECT {which.lead_id} AS lead_id, {which.truth} AS person FROM"
        f" {s.relation}"
    )
    con.execute(
        f"CREATE TABLE leads AS SELECT * EXCLUDE ({which.hidden}), {which.lead_id} AS lead_id FROM"
        f" {s.relation}"
        if which.hidden == "lead_id"
        else f"CREATE TABLE leads AS SELECT * EXCLUDE ({which.hidden}) FROM {s.relation}"
    )
    known = {**LEAD_ATTRIBUTES, **own}
    return [known[m.name] for m in s.mapping.columns if m.name in known and m.name != which.hidden]


def found(con: duckdb.DuckDBPyConnection, columns: list[Attribute]) -> Reached:
    """Links and groups of `leads`, set beside `truth`."""
    start = time.perf_counter()
    groups = group(find_links(con, "leads", columns).links)
    seconds = time.perf_counter() - start
    return Reached(*judged(con, groups.of), seconds)


def judged(con: duckdb.DuckDBPyConnection, groups: Mapping[str, str]) -> tuple[float, float]:
    """Precision and recall of the pairs that the groups imply."""
    con.register("ours", pa.table({"lead_id": list(groups), "g": list(groups.values())}))
    con.execute(
        "CREATE OR REPLACE TABLE both_of AS SELECT person, coalesce(g, lead_id) AS g FROM truth"
        " LEFT JOIN ours USING (lead_id)"
    )
    con.unregister("ours")
    right, said, true = (
        float(
            con.execute(
                "SELECT sum(c * (c - 1) / 2) FROM (SELECT count(*) AS c FROM both_of GROUP BY"
                f" {by})"
            ).fetchall()[0][0]
        )
        for by in ("person, g", "g", "person")
    )
    return right / max(said, 1.0), right / true


def published(con: duckdb.DuckDBPyConnection, shared: Path) -> Reached:
    """Splink's own settings for these people, as its documentation publishes them (deduplicate_50k_synthetic)."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    start = time.perf_counter()
    file = shared / "data" / BASES["people"].file
    own = duckdb.connect()
    table = own.sql(
        f"SELECT *, first_name || ' ' || surname AS first_name_surname_concat FROM '{file}'"
    ).to_arrow_table()
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"),
            block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison(
                "first_name",
                "surname",
                forename_surname_concat_col_name="first_name_surname_concat",
            ),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        retain_intermediate_calculation_columns=True,
    )
    linker = Linker(DuckDBAPI(own).register(table), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [
            block_on("first_name", "surname", "dob"),
            block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
            block_on("dob", "postcode_fake"),
        ],
        recall=0.6,
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for rule in (block_on("first_name", "surname"), block_on("dob")):
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True
        )
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        linker.inference.predict(), threshold_match_probability=0.95
    )
    groups = dict(
        own.execute(f"SELECT unique_id, cluster_id FROM {clusters.physical_name}").fetchall()
    )
    return Reached(*judged(con, groups), time.perf_counter() - start)


_FIRST = """anna ben clara david elena felix grace hugo iris jonas katharina liam maria noah olga paul quentin rosa stefan tina
ulrich vera william xenia yusuf zoe michael susan robert linda james patricia thomas barbara daniel jennifer mark lisa peter
sandra andreas sabine giulia marco luca sofia pierre camille jean marie pablo lucia javier carmen lars ingrid erik astrid
mehmet ayse ahmed fatima wei li chen yuki hiro kenji priya arjun ananya raj ivan natalia sergei oksana piotr agnieszka jan
eva tomas petra milan jana istvan katalin george alexandra nikos eleni"""
FIRST = _FIRST.split()
_SYLLABLES = """ba be bel ber bo bran ca chen co da del den do du er fa fi gar ger go hal han har hof hu in jan ka kel ker kin
kow la lan lar le len li lo lu ma man mar mei men mi mo mul na ner ni no o pe pel per po ra ran ren ri ro ros sa san schu sen
ser si son stein sto ta ten ter ti to tor va van ver vi vo wa wal wei wi win ya yo za zi"""
SYLLABLES = _SYLLABLES.split()
SLIPS = ("swap", "drop", "double", "other")


def generate(leads: int, twins: float = 0.05, seed: int = 7) -> pa.Table:
    """Leads with first and last name, e-mail, phone, company, city and postal code, of which a share are twins: typed
    anew with other addresses, slips of the finger, initials, swapped names, blanks. `person` is the truth.
    """
    import random

    rng = random.Random(seed)
    lasts = sorted(
        {
            "".join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 2, 3, 3, 4))))
            for _ in range(60_000)
        }
    )
    often = [
        1 / (k + 20) ** 0.8 for k in range(len(lasts))
    ]  # as surnames are: few are frequent (Zipf)
    rng.shuffle(lasts)
    firsts, weights = FIRST, [1 / (k + 5) for k in range(len(FIRST))]
    cities = ["".join(rng.choice(SYLLABLES) for _ in range(3)) for _ in range(2_000)]
    city_often = [1 / (k + 10) for k in range(len(cities))]
    companies = [
        f"{rng.choice(lasts)}"
        f" {rng.choice(('systems', 'group', 'trading', 'media', 'foods', 'gmbh', 'ltd', 'inc'))}"
        for _ in range(max(1, leads // 5))
    ]
    singles = round(leads * (1 - twins))
    some_first = rng.choices(firsts, weights, k=singles)
    some_last = rng.choices(lasts, often, k=singles)
    some_city = rng.choices(range(len(cities)), city_often, k=singles)
    rows: list[list[str | None]] = []
    addresses: set[str] = set()
    for i in range(singles):
        first, last, city = some_first[i], some_last[i], some_city[i]
        company = rng.choice(companies)
        free = rng.random() < 0.4
        box = rng.choice(
            (
                f"{first}.{last}",
                f"{first[0]}{last}",
                f"{first}{last}{rng.randrange(100)}",
                f"{last}.{first}",
            )
        )
        domain = (
            rng.choice(("gmail.com", "yahoo.com", "gmx.de", "outlook.com"))
            if free
            else company.replace(" ", "") + ".com"
        )
        while f"{box}@{domain}" in addresses:  # nobody gets an address that somebody has
            box += str(rng.randrange(10))
        addresses.add(f"{box}@{domain}")
        row = [
            f"{i}",
            first,
            last,
            f"{box}@{domain}",
            f"+49{rng.randrange(150, 180)}{rng.randrange(10**7, 10**8)}",
            company,
            cities[city],
            f"{10000 + city * 7 + rng.randrange(7)}",
        ]
        rows.append(
            [cell if k < 3 or rng.random() > BLANK[k] else None for k, cell in enumerate(row)]
        )
    for _ in range(leads - singles):
        rows.append(_twin(rng, rows[rng.randrange(singles)], companies))
    rng.shuffle(rows)
    names = (
        "person",
        "first_name",
        "last_name",
        "email",
        "phone",
        "company",
        "city",
        "postal_code",
    )
    made = {name: pa.array([row[k] for row in rows], pa.string()) for k, name in enumerate(names)}
    return pa.table({"lead_id": pa.array([f"L{k:07}" for k in range(len(rows))]), **made})


BLANK = (0, 0, 0, 0.1, 0.3, 0.15, 0.1, 0.2)


def _twin(rng: object, of: list[str | None], companies: list[str]) -> list[str | None]:
    """The same person typed again, elsewhere, in a hurry."""
    import random

    assert isinstance(rng, random.Random)
    person, first, last, email, phone, company, city, postal = of
    assert first
    assert last
    if rng.random() < 0.3:
        first = rng.choice((first[0], first[: max(3, len(first) - 2)], slip(rng, first)))
    if rng.random() < 0.3:
        last = slip(rng, last)
    if rng.random() < 0.03:
        first, last = last, first
    chance = rng.random()
    if chance < 0.35:
        email = f"{first}.{last}{rng.randrange(1000)}@{rng.choice(('gmail.com', 'hotmail.com', 'web.de'))}"
    elif chance < 0.5 and email:
        email = slip(rng, email)
    elif chance < 0.65:
        email = None
    chance = rng.random()
    if chance < 0.3:
        phone = f"+49{rng.randrange(150, 180)}{rng.randrange(10**7, 10**8)}"
    elif chance < 0.45:
        phone = None
    elif chance < 0.7 and phone:
        phone = "0" + phone[3:6] + " " + phone[6:]
    if rng.random() < 0.25:
        company = rng.choice(companies) if rng.random() < 0.4 else None
    if rng.random() < 0.2:
        city, postal = (
            (city, None) if rng.random() < 0.6 else (slip(rng, city) if city else None, postal)
        )
    return [person, first, last, email, phone, company, city, postal]


def slip(rng: object, text: str) -> str:
    """One slip of the finger."""
    import random

    assert isinstance(rng, random.Random)
    if len(text) < 3:
        return text
    k = rng.randrange(len(text) - 1)
    match rng.choice(SLIPS):
        case "swap":
            return text[:k] + text[k + 1] + text[k] + text[k + 2 :]
        case "drop":
            return text[:k] + text[k + 1 :]
        case "double":
            return text[:k] + text[k] + text[k:]
        case _:
            return text[:k] + rng.choice("abcdefghijklmnopqrstuvwxyz") + text[k + 1 :]


def million(leads: int) -> None:
    """Child process: links and groups of the generated base; prints what it found as JSON."""
    import resource

    con = connect()
    file = OUT / f"twins{leads}.parquet"
    con.execute(f"CREATE VIEW leads AS SELECT * EXCLUDE (person) FROM '{file}'")
    columns = [LEAD_ATTRIBUTES[str(r[0])] for r in con.execute("DESCRIBE leads").fetchall()]
    start = time.perf_counter()

    def tell(what: str) -> None:
        print(f"  {time.perf_counter() - start:6.1f} s  {what}", file=sys.stderr, flush=True)

    links = find_links(con, "leads", columns, progress=tell)
    found_in = time.perf_counter() - start
    groups = group(links.links)
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    megabytes = used.ru_maxrss / 1024
    con.execute(f"CREATE TABLE truth AS SELECT lead_id, person FROM '{file}'")
    precision, recall = judged(con, groups.of)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "linking": found_in,
                "cpu": used.ru_utime + used.ru_stime,
                "megabytes": megabytes,
                "pairs": links.pairs,
                "links": len(links.links),
                "precision": precision,
                "recall": recall,
            }
        )
    )


def row(what: str, asked: str, reached: object) -> None:
    print(f"{what:<58} asked {asked:<14} reached {reached}", flush=True)


def large(leads: int) -> None:
    import pyarrow.parquet as pq

    OUT.mkdir(parents=True, exist_ok=True)
    file = OUT / f"twins{leads}.parquet"
    if not file.exists():
        pq.write_table(generate(leads), file)
    out = subprocess.run(
        [sys.executable, __file__, "--child", str(leads)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    r = json.loads(out.stdout)
    row(
        f"{leads:,} leads, 5 % twins: seconds (CPU), peak memory",
        "< 180 s, 6 GB",
        f"{r['seconds']:.0f} s ({r['cpu']:.0f} s), {r['megabytes'] / 1024:.1f} GB; {r['pairs']:,}"
        " pairs weighed",
    )
    both = Reached(r["precision"], r["recall"], r["seconds"])
    row(f"{leads:,} leads, 5 % twins: F1 of pairs", "stated", both)


def main() -> None:
    said = argparse.ArgumentParser()
    said.add_argument("--shared", type=Path, default=Path("../shared"))
    said.add_argument("--only", default="febrl3,restaurants,people,small,million")
    said.add_argument("--leads", type=int, default=1_000_000)
    said.add_argument("--child", type=int)
    given = said.parse_args()
    if given.child:
        million(given.child)
        return
    asked = {"febrl3": ">= 0.97", "restaurants": ">= 0.90", "small": "stated"}
    for name in given.only.split(","):
        if name == "million":
            large(given.leads)
            continue
        con = connect()
        columns = base(con, given.shared, BASES[name])
        reached = found(con, columns)
        if name == "people":
            theirs = published(con, given.shared)
            row("er_splink 50k: F1 of pairs, Splink's published settings", "-", theirs)
            row("er_splink 50k: F1 of pairs", f">= {theirs.f1:.3f}", reached)
        else:
            row(f"{name}: F1 of pairs", asked[name], reached)


if __name__ == "__main__":
    main()
