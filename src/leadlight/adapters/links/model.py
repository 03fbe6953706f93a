"""Learns from a base how much each agreement says, with Splink: u by counting, m by expectation
maximisation.

(Dempster, Laird and Rubin 1977; Winkler 1988 for linkage.) The same base always gives the same
model: nothing is drawn by chance that does not depend on the leads' own ids.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import duckdb

from leadlight.adapters.db.duckdb import count, rows
from leadlight.adapters.links.blocking import meet, pairs_that_agree
from leadlight.adapters.links.levels import Level, levels, unknown
from leadlight.dedupe.beliefs import (
    PSEUDO_PAIRS,
    PSEUDO_TWINS,
    blend,
    in_level_order,
    match_prior,
    without_matches,
)
from leadlight.dedupe.comparisons import Comparison, How

SAMPLE = 1500  # leads each of which is set beside each to see how often strangers agree
TRAINING_PAIRS = 400_000
SOME = 10_000  # leads among whose pairs twins are counted
ROUNDS = 2
SURE = 0.9
ENOUGH = 30  # twins below which nothing is estimated

Shares = Mapping[str, tuple[Sequence[float], Sequence[float]]]
"""For each comparison (`c0` ...) its m and its u, best level first."""


@dataclass(frozen=True)
class LinkModel:
    """How probable a twin is, and what each level of each comparison says."""

    prior: float
    shares: Shares


@contextmanager
def quiet() -> Iterator[None]:
    """Splink reports by logging and by warnings; what it says may hold values, so none of it gets
    out.
    """
    log = logging.getLogger("splink")
    before = log.disabled, log.level, list(log.handlers)
    children = [
        c
        for n, c in logging.Logger.manager.loggerDict.items()
        if n.startswith("splink") and n != "splink"
    ]
    log.setLevel(logging.CRITICAL + 1)
    levels_before = [(c, c.level) for c in children if isinstance(c, logging.Logger)]
    for child, _ in levels_before:
        child.setLevel(logging.NOTSET)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.disabled, log.handlers = before[0], before[2]
        log.setLevel(before[1])
        for child, level in levels_before:
            child.setLevel(level)


def splink_settings(
    comparisons: Sequence[Comparison], model: LinkModel, common: bool = True
) -> dict[str, Any]:
    """A model in Splink's words."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "n",
        "probability_two_random_records_match": model.prior,
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
        "max_iterations": 20,
        "em_convergence": 0.001,
        "comparisons": [
            {
                "output_column_name": f"c{i}",
                "comparison_levels": [
                    {
                        "sql_condition": unknown(i, c),
                        "label_for_charts": "unknown",
                        "is_null_level": True,
                    },
                    *(
                        _level(level, k, m, u, common)
                        for k, (level, m, u) in enumerate(
                            zip(levels(i, c), *model.shares[f"c{i}"], strict=True)
                        )
                    ),
                ],
            }
            for i, c in enumerate(comparisons)
        ],
    }


def _level(level: Level, k: int, m: float, u: float, common: bool) -> dict[str, Any]:
    made: dict[str, Any] = {
        "sql_condition": level.when,
        "label_for_charts": str(k),
        "m_probability": m,
        "u_probability": u,
    }
    if level.common and common:
        made |= {"tf_adjustment_column": level.common, "tf_adjustment_weight": 1.0}
    return made


def initial_model(comparisons: Sequence[Comparison], prior: float) -> LinkModel:
    """The model before anything was counted."""
    found = {}
    for i, c in enumerate(comparisons):
        ms, us = ([getattr(x, s) for x in levels(i, c)] for s in ("m", "u"))
        found[f"c{i}"] = ([m / sum(ms) for m in ms], [u / sum(us) for u in us])
    return LinkModel(prior, found)


def learn(
    own: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison], keys: Sequence[str]
) -> LinkModel:
    """The model of the base in `leads`; `keys` are the blocking rules by which pairs of it meet."""
    leads = count(own, "SELECT count(*) FROM leads")
    agree = agreeing_pairs(own, comparisons, leads)
    start = initial_model(comparisons, match_prior(agree, leads))
    with quiet():
        u, seen = _strangers(own, comparisons, start, leads)
        counted = {
            c: (start.shares[c][0], blend(u[c], start.shares[c][1], seen, PSEUDO_PAIRS))
            for c in start.shares
        }
        m = (
            _twins(own, comparisons, LinkModel(start.prior, counted), agree)
            if agree >= ENOUGH
            else {}
        )
        model = _model(start.prior, leads, counted, m)
        if agree < ENOUGH:
            return model  # too few to learn from: what is expected stands
        every = max(1, leads // SOME)
        meet(own, keys, "met_some", f"AND hash(a.lead_id) % {every} = 0")
        own.execute("""CREATE TABLE leads_some AS SELECT * FROM leads WHERE n IN (
            SELECT join_key_l FROM met_some UNION ALL SELECT join_key_r FROM met_some)""")
        for _ in range(ROUNDS):
            twins = every * _expected_twins(own, comparisons, model)
            model = _model(match_prior(0.6 * twins, leads), leads, counted, m)
        own.execute("DROP TABLE met_some")
        own.execute("DROP TABLE leads_some")
    return model


def _model(
    prior: float, leads: int, counted: Shares, m: Mapping[str, Sequence[float | None]]
) -> LinkModel:
    """Believed shares from counted ones, given how probable a twin is."""
    twins = prior * leads * (leads - 1) / 2
    shares = {}
    for c, (prior_m, some_u) in counted.items():
        ms = blend(m[c], prior_m, twins, PSEUDO_TWINS) if c in m else list(prior_m)
        us = without_matches(some_u, ms, prior)
        # rounded, since sums of several threads differ in their last digits
        shares[c] = (
            [float(f"{x:.6g}") for x in in_level_order(ms, us)],
            [float(f"{x:.6g}") for x in us],
        )
    return LinkModel(float(f"{prior:.6g}"), shares)


def _expected_twins(
    own: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison], model: LinkModel
) -> float:
    """How many twins a model sees among the pairs of some leads: the sum of the probabilities of
    those that are more probable than not by far, since a surplus would feed on itself."""
    scored = score(own, comparisons, model, ("leads_some", "met_some"), SURE)
    twins = rows(own, f"SELECT coalesce(sum(match_probability), 0) FROM {scored}")[0][0]
    own.execute(f"DROP TABLE {scored}")
    return float(str(twins))


def score(
    own: duckdb.DuckDBPyConnection,
    comparisons: Sequence[Comparison],
    model: LinkModel,
    of: tuple[str, str],
    least: float,
) -> str:
    """The table of Splink's scores of these leads and pairs, from a probability on."""
    from splink import DuckDBAPI

    api = DuckDBAPI(own)
    linker = _linker(api.register(of[0]), splink_settings(comparisons, model))
    for i, c in enumerate(comparisons):
        for k, level in enumerate(levels(i, c)):
            if level.common:
                _frequencies(own, api, linker, level.common, model, model.shares[f"c{i}"][0][k])
    linker.table_management.register_blocked_pairs_for_predict(api.register(of[1]))
    scored = linker.inference.predict(
        threshold_match_probability=least, warning_mode="never"
    ).physical_name
    own.execute(f"CREATE OR REPLACE TABLE scored AS FROM {scored}")
    forget(linker)
    return "scored"


def _linker(leads: Any, settings: dict[str, Any]) -> Any:
    """Splink on leads. It does not check the settings, which are made here: it would parse every
    condition for what it logs, and nobody hears that.
    """
    from splink import Linker

    return Linker(leads, settings, log_level=None, validate_settings=False)


def forget(linker: Any) -> None:
    """Drops the tables that Splink made."""
    linker.table_management.delete_tables_created_by_splink_from_db()


def _frequencies(
    own: duckdb.DuckDBPyConnection, api: Any, linker: Any, x: str, model: LinkModel, m: float
) -> None:
    """How frequent a value is among strangers: a name that one person brought in four times is not
    a frequent name.
    """
    leads = count(own, "SELECT count(*) FROM leads")
    own_twins = m * model.prior * (leads - 1)
    own.execute(f"""
        CREATE OR REPLACE TABLE frequent_{x} AS
        SELECT {x}, greatest(count(*) - 1 - {own_twins!r}, 0.5) / sum(count(*)) OVER () AS tf_{x}
        FROM leads WHERE {x} IS NOT NULL GROUP BY {x}""")
    linker.table_management.register_term_frequency_lookup(api.register(f"frequent_{x}"), x)


_IDENTITY = (How.NAME, How.EMAIL, How.PHONE)


def agreeing_pairs(
    own: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison], leads: int
) -> float:
    """How many pairs agree in two strong signs, more than chance would have it."""
    pairs = max(1.0, leads * (leads - 1) / 2)
    alone = {i: pairs_that_agree(own, f"v{i}") for i in range(len(comparisons))}
    best = 0.0
    for i, j in combinations(range(len(comparisons)), 2):
        one = comparisons[i]
        named = one.how in _IDENTITY or one.attributes == ("full_name",)
        if not named or alone[j] > 0.02 * pairs:
            continue
        by_chance = alone[i] * alone[j] / pairs
        both = pairs_that_agree(own, f"v{i}", f"v{j}")
        if by_chance < 0.2 * both:
            best = max(best, both - by_chance)
    return best


def _strangers(
    own: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison], start: LinkModel, leads: int
) -> tuple[dict[str, list[float | None]], float]:
    """How often any two leads agree: counted on all pairs of some leads, chosen by their ids."""
    from splink import DuckDBAPI

    some = min(leads, SAMPLE)
    own.execute(
        "CREATE OR REPLACE TABLE sampled AS SELECT * FROM leads ORDER BY hash(lead_id), n LIMIT"
        f" {some}"
    )
    api = DuckDBAPI(own)
    linker = _linker(api.register("sampled"), splink_settings(comparisons, start, common=False))
    linker.training.estimate_u_using_random_sampling(
        max_pairs=1e12, min_count_per_level=None, num_chunks=1
    )
    found = _shares(linker, "u_probability")
    own.execute("DROP TABLE IF EXISTS sampled")
    for i, c in enumerate(comparisons):
        found[f"c{i}"] = _with_exact(own, levels(i, c), found[f"c{i}"], f"v{i}")
    return found, some * (some - 1) / 2


def _with_exact(
    own: duckdb.DuckDBPyConnection, steps: Sequence[Level], shares: Sequence[float | None], v: str
) -> list[float | None]:
    """How often a value is exactly the same need not be sampled: it is counted in the whole
    base.
    """
    filled = count(own, f"SELECT count({v}) FROM leads")
    conditions = [step.when for step in steps]
    same_value = f"{v}_l = {v}_r"
    if filled < 2 or same_value not in conditions or steps[0].common != v:
        return list(shares)
    exact = conditions.index(same_value)
    same = pairs_that_agree(own, v) / (filled * (filled - 1) / 2)
    known = [s or 0.0 for s in shares]
    others = sum(known[:exact] + known[exact + 1 :]) or 1.0
    return [same if k == exact else s * (1 - same) / others for k, s in enumerate(known)]


def _twins(
    own: duckdb.DuckDBPyConnection,
    comparisons: Sequence[Comparison],
    start: LinkModel,
    twins: float,
) -> dict[str, list[float | None]]:
    """How often the two leads of one person agree, by expectation maximisation among pairs that
    agree in something.
    """
    from splink import DuckDBAPI
    from splink.internals.exceptions import EMTrainingException

    linker = _linker(DuckDBAPI(own).register("leads"), splink_settings(comparisons, start))
    trained: set[str] = set()
    for i in training(own, comparisons, twins):
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                f"l.v{i} = r.v{i}", estimate_without_term_frequencies=True, max_pairs=TRAINING_PAIRS
            )
        except EMTrainingException:
            continue
        trained |= {f"c{k}" for k in range(len(comparisons)) if k != i}
    found = _shares(linker, "m_probability")
    forget(linker)
    return {c: shares for c, shares in found.items() if c in trained}


def training(
    own: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison], twins: float
) -> list[int]:
    """The comparisons in which pairs agree that are learned from: three at most, those with the
    most twins among them.
    """
    many = {i: pairs_that_agree(own, f"v{i}") for i in range(len(comparisons))}
    fit = [i for i in many if ENOUGH <= many[i] <= 300 * twins]
    return sorted(fit, key=lambda i: (many[i] > 20 * twins, -min(many[i], twins), many[i], i))[:3]


def _shares(linker: Any, which: str) -> dict[str, list[float | None]]:
    """The shares a linker has estimated, best level first; None where a level was never seen."""
    saved: dict[str, Any] = linker.misc.save_model_to_json()
    found: dict[str, list[float | None]] = {}
    for c in saved["comparisons"]:
        steps = [x for x in c["comparison_levels"] if not x.get("is_null_level")]
        values = [x.get(which) for x in steps]
        found[c["output_column_name"]] = [v if isinstance(v, float) else None for v in values]
    return found
