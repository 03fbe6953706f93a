"""The figures of the scorecard, group by group: each a measurement of `leadlight qualify FILE` with
nothing said.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.scorecard_answers import Answer, answer_of_table
from benchmarks.scorecard_cases import CASES, judge
from benchmarks.scorecard_measures import Measures, measure
from benchmarks.scorecard_tables import (
    FLAT,
    Table,
    leadforge_leads,
    leadforge_logs,
    logs_with_kinds,
    newest_moment,
    olist_on,
    with_outcome,
)

from leadlight.problems import CannotDo

DAYS = ("2018-03-31", "2018-04-30", "2018-05-31")
SIZES = (5, 10, 20, 40)
#: The table in which nothing can be learned; it counts all the same.
HOPELESS = "crm_sales_opportunities"
#: Whose columns stand beside an outcome drawn by dice.
NOISY = ("x_education", "b2b_won_lost", "event_saas_offers", "online_shoppers", "leadforge")


@dataclass(frozen=True)
class Figure:
    """One figure: `value` is what is compared with what issue 16 asks (`asked`), `said` the rest
    in words. Without a value it could not be measured, and `said` says why.
    """

    key: str
    what: str
    value: float | None
    said: str = ""
    asked: str = ""

    @property
    def group(self) -> str:
        return self.key.partition(".")[0]


@dataclass(frozen=True)
class Effort:
    """How much is measured: rows of a table (0: all), draws, tables of noise."""

    draws: int = 3
    noise: int = 100
    sample: int = 4_000
    times: bool = True


@dataclass(frozen=True)
class Bench:
    """Where the tables are, where files may be written, and who is told how it goes."""

    data: Path
    folder: Path
    effort: Effort
    tell: Callable[[str], None]


def _labels(m: Measures) -> str:
    """Share and win rate of each label, against the base rate."""
    parts = [
        f"{name} {label.share:.0%} won {label.won / m.base:.2f} x"
        for name, label in sorted(m.labels.items(), key=lambda pair: _warmth(pair[0]))
    ]
    return ", ".join(parts)


def _warmth(label: str) -> int:
    order = ("hot", "warm", "cold")
    return order.index(label) if label in order else len(order)


def _said(m: Measures) -> str:
    rests_on = f"rests on {m.basis}; " if m.basis else ""
    return (
        f"{rests_on}lift {m.lift:.2f}; {_labels(m)}; {m.places:,} places, {m.tied:,} leads share the 50th;"
        f" base rate {m.base:.3f} of {m.leads:,}"
    )


def measured(answer: Answer, table: Table, rows: Sequence[int]) -> Measures:
    """The order and labels of some rows of an answer."""
    labels = answer.labels
    m = measure(
        [answer.places[n] for n in rows],
        [bool(table.won[n]) for n in rows],
        [labels[n] for n in rows],
    )
    return replace(m, basis=answer.basis, claim=answer.claim)


def _row(
    bench: Bench, key: str, what: str, asked: str, work: Callable[[], Measures]
) -> tuple[Figure, Measures | None]:
    """A figure of one answer; what goes wrong is its row, and the others go on."""
    start = time.monotonic()
    try:
        m = work()
        figure = Figure(key, what, m.auc, _said(m), asked)
    except Exception as fault:
        m, figure = None, Figure(key, what, None, said_of(fault), asked)
    value = "-" if figure.value is None else f"{figure.value:.3f}"
    bench.tell(f"{key:<44} {value}  ({time.monotonic() - start:.0f} s)  {figure.said[:120]}")
    return figure, m


def said_of(fault: Exception) -> str:
    """Why there is no figure: the product's own sentence, or what broke."""
    kind = "" if isinstance(fault, CannotDo) else f"{type(fault).__name__}: "
    return f"not measured: {kind}{fault}"


# --- The outcome out of the file -----------------------------------------------------------------

ASKED_WITHOUT = {
    "x_education": ">= .72",
    "b2b_won_lost": ">= .76",
    "online_shoppers": ">= .68",
    "event_saas_offers": ">= .67",
    "hillstrom": ">= .59",
    "caravan": ">= .49, nobody hot",
    "crm_sales_opportunities": ">= .49, nobody hot",
}


def without(bench: Bench) -> Iterator[Figure]:
    """Outcome and leaks out of the file: what the order is worth on evidence alone."""
    found: list[tuple[str, Measures]] = []
    for name, load in FLAT.items():
        key = f"without.{name}"

        def work(load: Callable[[Path], Table] = load) -> Measures:
            table = load(bench.data)
            table = table.only(table.decided).without({*table.outcome, *table.leaks})
            return measured(answer_of_table(table, bench.folder), table, table.decided)

        figure, m = _row(bench, key, name, ASKED_WITHOUT.get(name, ">= .49"), work)
        yield figure
        if m:
            found.append((name, m))
    figure, m = _row(
        bench,
        "without.leadforge_logs",
        "leadforge with three logs",
        ">= .58, hot <= 20 %",
        lambda: _with_logs(bench),
    )
    yield figure
    if m:
        found.append(("leadforge_logs", m))
    what = "the same, its kinds and its moment said by hand"
    yield _row(bench, "without.leadforge_logs.said", what, "", lambda: _with_said_logs(bench))[0]
    yield from _of_x_education([m for name, m in found if name == "x_education"])
    if not found:
        return
    worst, name = min((m.auc, name) for name, m in found)
    yield Figure("without.worst", "the worst table", worst, name, ">= .49")
    mean = statistics.mean(m.auc for _, m in found)
    yield Figure("without.mean", f"mean of {len(found)} tables", mean)
    yield _in_order("without", [m for _, m in found])


def _with_logs(bench: Bench) -> Measures:
    table = leadforge_leads(bench.data)
    found = answer_of_table(table, bench.folder, logs=leadforge_logs(bench.data))
    return measured(found, table, table.decided)


def _with_said_logs(bench: Bench) -> Measures:
    """What a person had to do before the kinds and the moment of an old log were found."""
    table = leadforge_leads(bench.data)
    found = answer_of_table(
        table,
        bench.folder,
        logs=logs_with_kinds(bench.data, bench.folder),
        as_of=newest_moment(leadforge_logs(bench.data)),
    )
    return measured(found, table, table.decided)


def _of_x_education(found: list[Measures]) -> Iterator[Figure]:
    if not found:
        return
    (m,) = found
    for name, asked in (("hot", ">= 1.8 x"), ("cold", "<= .7 x")):
        label = m.labels.get(name)
        yield Figure(
            f"without.x_education.{name}",
            f"x_education: {name} against the base rate",
            label.won / m.base if label else None,
            f"{label.share:.0%} of the leads" if label else f"nobody is {name}",
            asked,
        )
    yield Figure(
        "without.x_education.places",
        "x_education: different places",
        m.places,
        f"{m.tied:,} leads share the 50th",
        ">= 2,000",
    )


def _in_order(group: str, found: Sequence[Measures]) -> Figure:
    judged = [m.labels_in_order for m in found if m.labels_in_order is not None]
    return Figure(
        f"{group}.labels",
        "answers in which hot wins more than warm, and warm more than cold",
        sum(judged) / len(judged) if judged else None,
        f"{sum(judged)} of the {len(judged)} in which hot holds 1 % or more, of {len(found)}",
        "all",
    )


def reasons(bench: Bench) -> Iterator[Figure]:
    """The reasons why leads were dropped, in the file."""

    def work() -> Measures:
        table = FLAT["event_saas_leads"](bench.data)
        return measured(answer_of_table(table, bench.folder), table, table.decided)

    what = "event_saas leads with the reasons why they were dropped"
    yield _row(bench, "reasons.event_saas_leads", what, ">= .88", work)[0]


# --- The outcome in the file ---------------------------------------------------------------------


def with_outcomes(bench: Bench) -> Iterator[Figure]:
    """The outcome in the file, but for a fifth of the leads, which are open in it and measured."""
    found: list[Measures] = []
    for name, asked, leaks in (
        ("x_education", ">= .89", False),
        ("event_saas_offers", ">= .79", False),
        ("olist", ">= .68", False),
        ("x_education", "no better for the leaks", True),
        ("event_saas_offers", "no better for the leaks", True),
    ):
        key = f"with.{name}{'.leaks' if leaks else ''}"
        what = f"{name}, newest fifth{', what leaks in the file' if leaks else ''}"

        def newest(name: str = name, leaks: bool = leaks) -> Measures:
            table = with_outcome(FLAT[name](bench.data))
            return _held_out(bench, table, table.newest_part(0.2), leaks)

        figure, m = _row(bench, key, what, asked, newest)
        yield figure
        found += [m] if m else []
    for name, asked, folds in (
        ("caravan", ">= .72", 1),
        ("online_shoppers", ">= .75", 1),
        ("b2b_won_lost", ">= .78", 5),
        ("hillstrom", "", 1),
        ("leadforge", "", 1),
        ("event_saas_leads", "", 1),
    ):
        parts: list[Measures] = []
        for part in range(folds):

            def fold(name: str = name, part: int = part) -> Measures:
                table = with_outcome(FLAT[name](bench.data))
                return _held_out(bench, table, table.fold(5, part, 1), False)

            what = f"{name}, a held-out fifth"
            figure, m = _row(bench, f"with.{name}", what, asked, fold)
            parts += [m] if m else []
        found += parts
        if folds == 1 or not parts:
            yield figure
        else:
            mean = statistics.mean(m.auc for m in parts)
            each = ", ".join(f"{m.auc:.3f}" for m in parts)
            yield Figure(f"with.{name}", f"{name}, mean of five fifths", mean, each, asked)
    yield _in_order("with", found)
    yield _claims(found)
    yield from _refused_pipeline(bench)


def _claims(found: Sequence[Measures]) -> Figure:
    """Whether the order is as good as the answer says it is."""
    claims = [(m.auc, *m.claim) for m in found if m.claim]
    missed = [
        f"{auc:.3f} of {low:.3f} to {high:.3f}"
        for auc, low, high in claims
        if not low <= auc <= high
    ]
    return Figure(
        "with.claims",
        "answers whose interval for what they learned holds on the open leads",
        1 - len(missed) / len(claims) if claims else None,
        f"{len(claims) - len(missed)} of {len(claims)}"
        + (f"; not: {', '.join(missed)}" if missed else ""),
        "",
    )


def _held_out(bench: Bench, table: Table, rows: Sequence[int], leaks: bool) -> Measures:
    """The rows are open in the file: their outcome is blank, and what it would have filled in."""
    table = table if leaks else table.without(table.leaks)
    table = table.blank(rows, {*table.outcome, *table.leaks})
    return measured(answer_of_table(table, bench.folder), table, rows)


def _refused_pipeline(bench: Bench) -> Iterator[Figure]:
    table = FLAT[HOPELESS](bench.data)
    rows = table.fold(5, 0, 1)
    key, what = f"with.{HOPELESS}", f"{HOPELESS}: nothing learned (1: yes)"
    table = table.without(table.leaks)
    try:
        told = answer_of_table(table.blank(rows, table.outcome), bench.folder)
    except Exception as fault:
        yield Figure(key, what, None, said_of(fault), "refused")
        return
    refused = told.basis != "outcomes"
    m = measured(told, table, rows)
    yield Figure(key, what, float(refused), f"AUC {m.auc:.3f}; {_said(m)}", "refused")


# --- Few outcomes --------------------------------------------------------------------------------


def few(bench: Bench) -> Iterator[Figure]:
    """Only so many leads of the rarer outcome, and as many of the other as belong to them, are
    decided in the file; all others are open and measured.
    """
    asked = {5: ">= .63", 10: ">= .64", 20: ">= .66", 40: ">= .68"}
    for size in SIZES:
        means: dict[str, float] = {}
        faults: list[str] = []
        for name, load in FLAT.items():
            table = with_outcome(load(bench.data))
            drawn: list[float] = []
            for draw in range(bench.effort.draws):

                def work(table: Table = table, size: int = size, draw: int = draw) -> Measures:
                    return _few(bench, table, size, draw)

                figure, m = _row(bench, f"few.{size}.{name}.{draw}", name, "", work)
                if m:
                    drawn.append(m.auc)
                else:
                    faults.append(f"{name}: {figure.said}")
            if drawn:
                means[name] = statistics.mean(drawn)
        each = ", ".join(f"{name} {auc:.3f}" for name, auc in means.items())
        told = [auc for name, auc in means.items() if name != HOPELESS]
        if HOPELESS in means and told:
            each = f"{statistics.mean(told):.3f} without {HOPELESS}; {each}"
        yield Figure(
            f"few.{size}",
            f"{size} leads of the rarer outcome, mean of {len(means)} tables",
            statistics.mean(means.values()) if means else None,
            "; ".join([each, *faults]),
            asked[size],
        )


def _few(bench: Bench, table: Table, size: int, seed: int) -> Measures:
    table = table.sample(bench.effort.sample, seed).without(table.leaks)
    won = [n for n in table.decided if table.won[n]]
    lost = [n for n in table.decided if not table.won[n]]
    rare, common = sorted((won, lost), key=len)
    dice = random.Random(1_000 * size + seed)
    told = {
        *dice.sample(rare, size),
        *dice.sample(common, min(len(common) - 1, round(size * len(common) / len(rare)))),
    }
    rows = [n for n in table.decided if n not in told]
    table = table.blank(rows, table.outcome)
    return measured(answer_of_table(table, bench.folder), table, rows)


# --- Open leads as they stood on a day -----------------------------------------------------------


def open_leads(bench: Bench) -> Iterator[Figure]:
    """Olist as it stood on three days: won leads with their date, all others open. Measured on the
    open ones by who won later. The first day of each is the file's own newest date.
    """
    found: list[Measures] = []
    for day in DAYS:

        def work(day: str = day) -> Measures:
            table = olist_on(bench.data, day)
            return measured(answer_of_table(table, bench.folder), table, table.decided)

        figure, m = _row(bench, f"open.{day}", f"olist as it stood on {day}", "", work)
        yield figure
        found += [m] if m else []
    if found:
        auc, lift = (statistics.mean(getattr(m, n) for m in found) for n in ("auc", "lift"))
        yield Figure("open.auc", "open leads of olist, mean of three days", auc, "", ">= .64")
        yield Figure("open.lift", "the same: lift of the first tenth", lift, "", ">= 2.2")


# --- Noise ---------------------------------------------------------------------------------------


def noise(bench: Bench) -> Iterator[Figure]:
    """Real columns beside an outcome drawn by dice: the order must not rest on it."""
    refused, asked_of, faults = 0, 0, []
    start = time.monotonic()
    for number, name in enumerate(NOISY):
        draws = range(number, bench.effort.noise, len(NOISY))
        table = with_outcome(FLAT[name](bench.data)).sample(400, 7)
        table = table.without(table.leaks)
        label = table.outcome[0]
        rows = list(range(0, len(table.rows), 5))
        try:
            for draw in draws:
                told = answer_of_table(_dice(table, label, rows, draw), bench.folder)
                refused += told.basis != "outcomes"
                asked_of += 1
        except Exception as fault:
            faults.append(f"{name}: {said_of(fault)}")
        bench.tell(
            f"noise.{name:<38} {refused} of {asked_of} refused ({time.monotonic() - start:.0f} s)"
        )
    yield Figure(
        "noise.refused",
        f"tables of noise from which nothing was learned, of {asked_of}",
        refused / asked_of if asked_of else None,
        "; ".join(faults) or f"columns of {', '.join(NOISY)}, 400 rows, four fifths decided",
        ">= .95",
    )


def _dice(table: Table, label: str, rows: Sequence[int], draw: int) -> Table:
    """The same columns with an outcome that has nothing to do with them."""
    dice = random.Random(draw)
    share = (0.1, 0.2, 0.35, 0.5)[draw % 4]
    cells = ["Yes" if dice.random() < share else "No" for _ in table.rows]
    drawn = table.without({label}).with_column("Converted", cells, outcome=("Converted",))
    return drawn.blank(rows, {"Converted"})


# --- Small real situations ----------------------------------------------------------------------


def cases(bench: Bench) -> Iterator[Figure]:
    """Small files as people have them: how many are read and answered as a person expects."""
    right, checks, held, wrong = 0, 0, 0, []
    folder = bench.data.parent / "cases"
    for name in CASES:
        try:
            found = judge(folder / name, bench.folder / "cases" / name)
            failed = [check.what for check in found if not check.holds]
        except Exception as fault:
            found, failed = [], [said_of(fault)]
        checks, held = checks + len(found), held + sum(check.holds for check in found)
        right += not failed
        if failed:
            wrong.append(f"{name} ({len(failed)} of {len(found)})")
            bench.tell(f"cases.{name:<38} {'; '.join(failed)[:300]}")
    not_right = f"; not: {', '.join(wrong)}" if wrong else ""
    yield Figure("cases.right", f"cases wholly right, of {len(CASES)}", right, not_right[2:], "all")
    yield Figure("cases.checks", f"single expectations that hold, of {checks}", held, "", "all")


# --- Time ----------------------------------------------------------------------------------------


def times(bench: Bench) -> Iterator[Figure]:
    """What a user waits for: the command, its CSV and its report."""
    if not bench.effort.times:
        return
    whole = FLAT["x_education"](bench.data)
    bare = whole.without({*whole.outcome, *whole.leaks})
    again = bare.only([*range(len(bare.rows)), *range(10_000 - len(bare.rows))])
    ids = [f"{n}" for n in range(len(again.rows))]
    at = again.header.index("Prospect ID")
    rows = zip(again.rows, ids, strict=True)
    more = tuple((*row[:at], n, *row[at + 1 :]) for row, n in rows)
    ten = Table("ten_thousand", again.header, more, again.won)
    for key, what, table, asked in (
        ("time.with", "9,240 rows with their outcome, report and all: wall s", whole, "<= 15"),
        ("time.without", "10,000 rows without an outcome, report and all: wall s", ten, "<= 3"),
    ):
        taken = sorted(_seconds(table, bench.folder) for _ in range(3))
        wall, cpu = taken[1]
        bench.tell(f"{key:<44} {wall:.1f} s, CPU {cpu:.1f} s")
        load = _load()
        yield Figure(key, what, wall, f"median of three; CPU {cpu:.1f} s{load}", asked)


def _load() -> str:
    """A busy machine makes wall times say little: its load is told beside them."""
    import os

    return f"; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _seconds(table: Table, folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds of `leadlight qualify FILE`."""
    import resource

    with tempfile.TemporaryDirectory(dir=folder) as place:
        file = table.write(Path(place))
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", "from leadlight.cli import main; main()", "qualify", file.name],
            cwd=place,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


GROUPS: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    "without": without,
    "reasons": reasons,
    "with": with_outcomes,
    "few": few,
    "open": open_leads,
    "noise": noise,
    "cases": cases,
    "time": times,
}
