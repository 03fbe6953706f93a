"""Random playbooks and random facts, of the awkward sort: ties, edges of windows, texts in all scripts, what is not known."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import duckdb
from hypothesis import strategies as st

from leadlight.adapters.db.duckdb import connect
from leadlight.facts.catalog import Catalog
from leadlight.plan.sources import Sources

AS_OF = datetime(2026, 6, 1)
THEN = datetime(2026, 4, 15, 12, 0, 0, 1)
DAYS = (1, 3, 7, 14, 30, 90)
KINDS = ("demo_requested", "pricing_viewed", "page_viewed", "unsubscribed", "won")
WORDS = (
    "software",
    "Software",
    "ŠKODA",
    "straße",
    "O'Neil & Söhne",
    'say "hi"',
    "back\\slash",
    "100%_pure",
    "50%",
    "a/b",
    "",
    " ",
    " padded ",
    "ceo",
    "CEO, Europe",
    "東京",
    "😀",
    "é",
    "e\u0301",
    "Ελλάς",
    "-- no comment",
    "*/",
    "{{ x }}",
    "; '",
)
MAILS = ("ana@acme.com", "Ana@Acme.COM", "no-address", "a@b@c.de", "ü@ö.de", "@", " ana@acme.com")
LEADS = {
    "employees": "BIGINT",
    "revenue": "DOUBLE",
    "industry": "VARCHAR",
    "job_title": "VARCHAR",
    "email": "VARCHAR",
    "phone": "VARCHAR",
    "created_at": "TIMESTAMP",
    "consent": "BOOLEAN",
}
LOG = {
    "occurred_at": "TIMESTAMP",
    "kind": "VARCHAR",
    "url": "VARCHAR",
    "campaign": "VARCHAR",
    "value": "DOUBLE",
}
SOURCES = Sources(
    Catalog(present=frozenset({"lead_id", *LEADS}), activity_present=frozenset({"lead_id", *LOG}))
)

# Facts.

near = st.sampled_from([-1, 0, 0, 0, 1]).map(lambda n: timedelta(microseconds=n))
edge = st.tuples(st.sampled_from([0, *DAYS, 365]), near, st.sampled_from([AS_OF, THEN])).map(
    lambda e: e[2] - timedelta(days=e[0]) + e[1]
)
anywhen = st.integers(0, 200 * 86_400_000_000).map(
    lambda us: AS_OF + timedelta(days=3, microseconds=-us)
)
moment = edge | anywhen
# Numbers so near nought that a division by them overflows are left out: PostgreSQL calls that a fault, the others infinity.
number = st.sampled_from(
    [0.0, -0.0, 0.1, 0.2, 0.3, 1 / 3, 1000.0, -3.5, 1e11, -1e11, 0.00005, 12.345675]
) | st.floats(-1e6, 1e6, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-200)
word = st.sampled_from(WORDS)
activity = st.fixed_dictionaries(
    {
        "occurred_at": moment,
        "kind": st.sampled_from(KINDS),
        "url": st.none() | word,
        "campaign": st.none() | word,
        "value": st.none() | number,
    }
)
lead = st.fixed_dictionaries(
    {
        "employees": st.none() | st.sampled_from([0, -1, 49, 50, 51, 500, 2**40]),
        "revenue": st.none() | number,
        "industry": st.none() | word,
        "job_title": st.none() | word,
        "email": st.none() | st.sampled_from(MAILS),
        "phone": st.none() | st.sampled_from(["+49 30 / 12-34", "", "none", "٣٤"]),
        "created_at": st.none() | moment,
        "consent": st.none() | st.booleans(),
    }
)

Facts = tuple[list[dict[str, Any]], list[tuple[int, dict[str, Any]]]]


@st.composite
def facts(draw: st.DrawFn, leads: int = 6, activities: int = 30) -> Facts:
    """Leads, and activities each with the number of its lead; numbers beyond the leads are of nobody known."""
    people = draw(st.lists(lead, min_size=leads, max_size=leads))
    log = draw(
        st.lists(
            st.tuples(st.integers(0, leads), activity),
            min_size=activities // 2,
            max_size=activities,
        )
    )
    return people, log


def tables(given_facts: Facts) -> duckdb.DuckDBPyConnection:
    """`leads`, `activities`, `touched` and `pairs` in DuckDB."""
    people, log = given_facts
    con = connect(threads=1)
    for name, columns, rows in (
        ("leads", LEADS, [(f"L{n}", *(p[c] for c in LEADS)) for n, p in enumerate(people)]),
        ("activities", LOG, [(f"L{n}", *(a[c] for c in LOG)) for n, a in log]),
    ):
        con.execute(
            f"CREATE TABLE {name} (lead_id VARCHAR,"
            f" {', '.join(f'{c} {t}' for c, t in columns.items())})"
        )
        if rows:
            marks = ", ".join([f"({', '.join('?' * (len(columns) + 1))})"] * len(rows))
            con.execute(f"INSERT INTO {name} VALUES {marks}", [v for row in rows for v in row])
    con.execute(
        "CREATE TABLE touched AS SELECT lead_id FROM leads WHERE lead_id IN ('L1', 'L3', 'L4')"
        " UNION SELECT 'L999'"
    )
    con.execute(
        f"CREATE TABLE pairs AS SELECT lead_id, unnest([TIMESTAMP '{AS_OF}', TIMESTAMP '{THEN}', "
        "TIMESTAMP '2026-05-02']) AS as_of FROM leads WHERE lead_id <> 'L2'"
    )
    return con


# Conditions.


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


quoted_word = word.map(literal)
plain = st.sampled_from(["0", "1", "-1", "50", "49.5", "0.1", "12.25", "1000"])
comparison = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def numbers(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    base = st.sampled_from(names) | plain
    return st.recursive(
        base,
        lambda n: st.one_of(
            st.tuples(n, st.sampled_from(["+", "-"]), n).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            st.tuples(n, n).map(lambda t: f"({t[0]} / {t[1]})"),
            n.map(lambda x: f"({x} * 2)"),
            st.tuples(st.sampled_from(["abs", "floor", "ceil", "round"]), n).map(
                lambda t: f"{t[0]}({t[1]})"
            ),
            st.tuples(st.sampled_from(["least", "greatest", "coalesce"]), n, n).map(
                lambda t: f"{t[0]}({t[1]}, {t[2]})"
            ),
        ),
        max_leaves=4,
    )


def texts(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    base = st.sampled_from(names)
    made = st.tuples(st.sampled_from(["lower", "upper", "trim", "digits"]), base).map(
        lambda t: f"{t[0]}({t[1]})"
    )
    else_ = st.tuples(base, quoted_word).map(lambda t: f"coalesce({t[0]}, {t[1]})")
    return base | made | else_


def conditions(
    number_names: tuple[str, ...],
    text_names: tuple[str, ...],
    moment_names: tuple[str, ...],
    flags: tuple[str, ...] = (),
) -> st.SearchStrategy[str]:
    """Conditions over names of each type."""
    n, t = numbers(number_names), texts(text_names)
    search = st.sampled_from(["contains", "starts_with", "ends_with"])
    simple = [
        st.tuples(n, comparison, n).map(" ".join),
        st.tuples(n, plain, plain).map(lambda x: f"{x[0]} between {x[1]} and {x[2]}"),
        st.tuples(t, st.sampled_from(["=", "<>", "<", ">="]), quoted_word).map(" ".join),
        st.tuples(t, quoted_word, quoted_word).map(lambda x: f"{x[0]} in ({x[1]}, {x[2]})"),
        st.tuples(search, t, word.filter(bool).map(literal)).map(
            lambda x: f"{x[0]}({x[1]}, {x[2]})"
        ),
        st.tuples(t, st.sampled_from(["ceo", "pure", "o'neil", "c++"]).map(literal)).map(
            lambda x: f"has_word({x[0]}, {x[1]})"
        ),
        st.tuples(
            t,
            st.sampled_from(["like", "ilike"]),
            st.sampled_from(["%o%", "s%", "%\\%", "_", "%É%"]).map(literal),
        ).map(" ".join),
        st.sampled_from([*number_names, *text_names]).map(lambda x: f"{x} is null"),
        t.map(lambda x: f"length({x}) > 3"),
        st.tuples(
            st.sampled_from(moment_names),
            comparison,
            st.sampled_from(["2026-05-02", "2026-04-15T12:00:00"]),
        ).map(lambda x: f"{x[0]} {x[1]} '{x[2]}'"),
        st.tuples(st.sampled_from(moment_names), comparison, st.sampled_from(DAYS)).map(
            lambda x: f"days_since({x[0]}) {x[1]} {x[2]}"
        ),
        *([st.sampled_from(flags)] if flags else []),
    ]
    return st.recursive(
        st.one_of(simple),
        lambda c: st.one_of(
            st.tuples(c, st.sampled_from(["and", "or"]), c).map(
                lambda x: f"({x[0]} {x[1]} {x[2]})"
            ),
            c.map(lambda x: f"not ({x})"),
            st.tuples(c, c).map(lambda x: f"case when {x[0]} then {x[1]} else false end"),
        ),
        max_leaves=3,
    )


of_activity = conditions(("value",), ("url", "campaign"), ("occurred_at",))
of_lead = conditions(
    ("employees", "revenue"), ("industry", "job_title", "email"), ("created_at",), ("consent",)
)
of_all = conditions(
    ("employees", "revenue", "demos", "heat", "spent", "most", "silence", "fit", "bant", "gain"),
    ("industry", "last", "domain", "bant_budget", "shout"),
    ("created_at",),
    ("consent", "asleep", "awake"),
)

# Playbooks.

points = st.integers(-5000, 5000).filter(bool).map(lambda n: n / 100)
window = st.sampled_from([f"{d}d" for d in DAYS] + ["1y", "36h"])
kinds = st.sampled_from([*KINDS, "any", ["demo_requested", "pricing_viewed"]])
rule = st.fixed_dictionaries(
    {"on": kinds, "points": points},
    optional={
        "within": window,
        "half_life": st.sampled_from(["3d", "14d", "30d", "7h"]),
        "when": of_activity,
        "at_most": st.sampled_from([5, 12.5, 100]),
        "once_per": st.sampled_from(["day", "campaign"]),
        "say": word.filter(str.strip),
    },
)
measure = st.fixed_dictionaries({"of": kinds}, optional={"within": window, "when": of_activity})
label = st.sampled_from(WORDS).filter(str.strip)


log_odds = st.integers(-3_000_000, 3_000_000).map(lambda n: n / 1_000_000)
cuts = st.lists(
    st.sampled_from([-3.5, 0, 0.1, 1, 2, 3, 7, 14, 14.5, 49.5, 50, 51, 90, 1000]),
    unique=True,
    max_size=12,
).map(sorted)
some_words = st.lists(
    st.sampled_from([w.strip(" ").lower() for w in WORDS]), unique=True, min_size=1, max_size=4
)


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    """A learned model over numbers, words, a yes/no and a pair, of attributes, of its own signals and of the playbook's."""
    terms: list[dict[str, Any]] = []
    for name in draw(
        st.lists(
            st.sampled_from(["employees", "revenue", "recency", "seen", "heat"]),
            unique=True,
            max_size=3,
        )
    ):
        at = draw(cuts)
        adds = draw(st.lists(log_odds, min_size=len(at) + 1, max_size=len(at) + 1))
        terms.append({"of": name, "cuts": at, "add": adds, "unknown": draw(log_odds)})
    words = draw(some_words)
    terms.append(
        {
            "of": "industry",
            "add": {w: draw(log_odds) for w in words},
            "rest": draw(log_odds),
            "say": draw(label),
        }
    )
    terms.append({"of": "consent", "add": {"true": draw(log_odds)}, "unknown": draw(log_odds)})
    rows, columns = draw(cuts), draw(some_words)
    width = len(columns) + 2
    matrix = [
        draw(st.lists(log_odds, min_size=width, max_size=width)) for _ in range(len(rows) + 2)
    ]
    terms.append(
        {
            "of": ["recency", "job_title"],
            "sides": [{"cuts": rows}, {"words": columns}],
            "add": matrix,
        }
    )
    signals = {
        "recency": {"days_since": draw(kinds)},
        "seen": {"count": "any", "within": draw(window)},
    }
    return {"signals": signals, "start": draw(log_odds), "terms": terms}


@st.composite
def playbooks(draw: st.DrawFn) -> str:
    """A playbook with every kind of signal, as JSON, which YAML can read."""
    limits = draw(st.sampled_from([{}, {"at_least": 0, "at_most": 100}, {"at_most": 7.25}]))
    rules = draw(st.lists(rule, min_size=1, max_size=6))
    fits = draw(st.lists(st.tuples(of_lead, points), min_size=1, max_size=4))
    steps = draw(st.lists(of_all, min_size=1, max_size=3))
    book = {
        "name": draw(label),
        "signals": {
            "heat": {**limits, "rules": {f"r{n}": r for n, r in enumerate(rules)}},
            "gain": {"gained": "heat"},
            "demos": {"count": draw(kinds), **draw(st.sampled_from([{}, {"within": "14d"}]))},
            "spent": {"sum": "value", **draw(measure)},
            "most": {
                draw(st.sampled_from(["largest", "smallest", "latest"])): "value",
                **draw(measure),
            },
            "last": {"latest": draw(st.sampled_from(["url", "campaign"])), **draw(measure)},
            "silence": {"days_since": draw(kinds)},
            "asleep": {"sleeping": draw(kinds), "after": draw(window)},
            "awake": {
                "woken": draw(kinds),
                "after": "90d",
                "within": draw(st.sampled_from(["1d", "14d", "90d"])),
                **draw(st.sampled_from([{}, {"when": "value > 0"}])),
            },
            "domain": {"value": "email_domain(email)"},
            "shout": {"value": draw(texts(("industry", "job_title")))},
            "size": {"value": draw(numbers(("employees", "revenue")))},
            "bant": {
                "questions": {
                    "budget": {"yes": draw(of_lead), "no": draw(of_lead)},
                    "need": {"yes": draw(of_lead)},
                }
            },
        },
        "scores": {
            "fit": {
                **draw(st.sampled_from([{}, {"at_least": -10, "at_most": 20.5}])),
                "rules": {f"f{n}": {"when": c, "add": p} for n, (c, p) in enumerate(fits)},
            },
            "engagement": "heat",
            "probability": {"model": "soon"},
        },
        "models": {"soon": draw(models())},
        "scales": {
            "temperature": [
                {"likely": "probability > 0.9"},
                *({f"l{n}": c} for n, c in enumerate(steps)),
                {"cold": "otherwise"},
            ],
            "stage": [
                {"hot_one": "temperature <> 'cold'"},
                {"raw": draw(of_all)},
                {"rest": "otherwise"},
            ],
        },
        "segments": {f"s{n}": draw(of_all) for n in range(2)},
        "routes": [
            {"when": draw(of_all), "to": "sales", "within": "15m", "next": draw(label)},
            {"when": "otherwise", "to": draw(label)},
        ],
    }
    return json.dumps(book, ensure_ascii=False, indent=1)
