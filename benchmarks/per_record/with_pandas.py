"""The reference playbook in pandas, as an analyst writes it: whole columns, a mask a rule, a groupby a mask.

    python with_pandas.py DIR OUT [--no-reasons | --apply]

Reasons are ranked with numpy over all leads at once; `--apply` asks for them lead by lead, as most notebooks do.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

AS_OF = pd.Timestamp("2026-01-01", tz="UTC")
HALF_LIFE = 30
FREE = ["gmail.com", "yahoo.com", "outlook.com", "hotmail.com"]
RIVALS = ["rival.com", "rival.io", "rival.de", "rival.co.uk"]
OF_A_LEAD = [
    "lead_id",
    "email",
    "phone",
    "job_title",
    "industry",
    "employees",
    "revenue",
    "country",
    "source",
    "budget",
    "authority",
    "need",
    "timeline",
    "consent",
]
OF_AN_ACTIVITY = ["lead_id", "at", "kind", "url", "product", "channel", "value"]


def fit_of(leads: pd.DataFrame) -> pd.DataFrame:
    """What each fit rule gives each lead."""
    title = leads["job_title"].fillna("").str.lower()
    employees, domain = leads["employees"], leads["domain"]
    rules = {
        "F01": (15, leads["industry"].isin(["software", "saas", "fintech"])),
        "F02": (8, leads["industry"].isin(["manufacturing", "healthcare", "logistics"])),
        "F03": (12, (employees >= 50) & (employees < 1000)),
        "F04": (18, employees >= 1000),
        "F05": (10, leads["revenue"] >= 10_000_000),
        "F06": (10, leads["country"].isin(["US", "CA", "GB", "DE", "NL"])),
        "F07": (5, leads["country"].isin(["FR", "ES", "IT", "SE"])),
        "F08": (20, title.str.contains(r"\b(?:ceo|cto|cfo|cmo|chief|founder|owner)\b")),
        "F09": (15, title.str.contains(r"\b(?:vp|director|head)\b")),
        "F10": (8, title.str.contains("manager", regex=False)),
        "F11": (-25, title.str.contains(r"\b(?:student|intern)\b")),
        "F12": (-10, domain.isin(FREE)),
        "F13": (10, leads["source"].isin(["referral", "partner"])),
        "F14": (-15, leads["source"] == "purchased_list"),
        "F15": (12, leads["budget"] >= 50_000),
        "F16": (12, leads["authority"] == "decision_maker"),
        "F17": (10, leads["timeline"].isin(["now", "this_quarter"])),
        "F18": (-50, domain.isin(RIVALS)),
    }
    return pd.DataFrame(
        {rule: np.where(holds, float(points), 0.0) for rule, (points, holds) in rules.items()},
        leads.index,
    )


def behaviour_of(folder: str, leads: pd.Index) -> pd.DataFrame:
    """What each behaviour rule gives each lead: faded, summed, capped."""
    past = [("at", ">", AS_OF - pd.Timedelta(days=365)), ("at", "<=", AS_OF)]
    did = pd.read_parquet(f"{folder}/events.parquet", columns=OF_AN_ACTIVITY, filters=past)
    age = (AS_OF - did["at"]).dt.total_seconds() / 86_400
    did = did.assign(age=age, weight=np.exp2(-age / HALF_LIFE)).drop(columns="at")
    by_kind = dict(list(did.groupby("kind", sort=False)))
    nothing = did.iloc[:0]
    page, download, ad = (
        by_kind.get(kind, nothing) for kind in ("page_view", "download", "ad_click")
    )
    attended = by_kind.get("webinar_attended", nothing)
    url = page["url"]
    paper = download["url"].str.endswith(".pdf", na=False) & download["product"].isin(
        ["enterprise", "platform"]
    )
    rules = {
        "B01": (1, 10, 90, page),
        "B02": (6, 18, 60, page[url.str.startswith("/pricing", na=False)]),
        "B03": (3, 12, 60, page[url.str.startswith("/product/", na=False)]),
        "B04": (-8, 16, 90, page[url.str.startswith("/careers", na=False)]),
        "B05": (2, 8, 60, page[url.str.startswith("/docs/", na=False)]),
        "B06": (4, 12, 90, page[url.str.contains("case-stud", regex=False, na=False)]),
        "B07": (1, 5, 60, by_kind.get("email_open", nothing)),
        "B08": (4, 16, 60, by_kind.get("email_click", nothing)),
        "B09": (6, 18, 120, download),
        "B10": (5, 10, 120, download[paper]),
        "B11": (6, 12, 90, by_kind.get("webinar_registered", nothing)),
        "B12": (12, 24, 120, attended),
        "B13": (6, 12, 120, attended[attended["value"] >= 30]),
        "B14": (8, 16, 90, by_kind.get("form_submit", nothing)),
        "B15": (30, 45, 90, by_kind.get("demo_request", nothing)),
        "B16": (25, 25, 60, by_kind.get("trial_start", nothing)),
        "B17": (2, 20, 45, by_kind.get("login", nothing)),
        "B18": (5, 15, 60, by_kind.get("chat", nothing)),
        "B19": (25, 50, 120, by_kind.get("meeting_booked", nothing)),
        "B20": (2, 6, 30, ad[ad["channel"].isin(["search", "social"])]),
        "B21": (-25, 25, 365, by_kind.get("unsubscribed", nothing)),
        "B22": (-15, 30, 180, by_kind.get("bounced", nothing)),
    }
    given = {}
    for rule, (points, cap, days, some) in rules.items():
        total = some[some["age"] < days].groupby("lead_id")["weight"].sum() * points
        given[rule] = total.clip(-cap, cap).reindex(leads, fill_value=0.0)
    return pd.DataFrame(given)


def reasons_at_once(given: pd.DataFrame) -> np.ndarray:
    """The three weightiest rules of every lead, ranked by one whole number a rule and lead; texts made once for each distinct one."""
    names = np.array([f"{rule} " for rule in given])
    values = given.to_numpy()
    cents = np.floor(np.abs(values) * 100 + 0.5).astype(np.int64)
    keys = np.where(cents > 0, cents * 64 + np.arange(63, 63 - len(names), -1), 0)
    texts = []
    for _ in range(3):
        best = keys.argmax(axis=1)[:, None]
        key = np.take_along_axis(keys, best, 1)[:, 0]
        signed = np.where(np.take_along_axis(values, best, 1)[:, 0] < 0, -key, key)
        distinct, which = np.unique(signed, return_inverse=True)
        words = [
            (
                f"{names[63 - abs(k) % 64]}{'-' if k < 0 else '+'}{abs(k) // 6400}.{abs(k) // 64 % 100:02d}"
                if k
                else ""
            )
            for k in distinct.tolist()
        ]
        texts.append(np.array(words, dtype=object)[which])
        np.put_along_axis(keys, best, 0, 1)
    first, second, third = texts
    return (
        first + np.where(second != "", ", " + second, "") + np.where(third != "", ", " + third, "")
    )


def reasons_of(row: pd.Series) -> str:
    """The same for one lead."""
    cents = [(int(abs(value) * 100 + 0.5), rule, value) for rule, value in row.items() if value]
    top = sorted(cents, key=lambda each: -each[0])[:3]
    return ", ".join(
        f"{rule} {'-' if v < 0 else '+'}{c // 100}.{c % 100:02d}" for c, rule, v in top if c
    )


def main() -> None:
    folder, out, *how = sys.argv[1:]
    leads = pd.read_parquet(f"{folder}/leads.parquet", columns=OF_A_LEAD).set_index("lead_id")
    email = leads["email"]
    usable = email.str.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", na=False) & (email != "test@test.com")
    leads["domain"] = email.where(usable).str.rsplit("@", n=1).str[-1].str.lower()
    fit, behaviour = fit_of(leads), behaviour_of(folder, leads.index)
    found = pd.DataFrame({"fit": fit.sum(axis=1).clip(0, 100).astype(int)}, leads.index)
    found["engagement"] = behaviour.sum(axis=1).clip(lower=0).round(6)
    known = [
        leads["budget"] > 0,
        leads["authority"].fillna("none") != "none",
        leads["need"].fillna("").str.strip() != "",
        leads["timeline"].notna(),
    ]
    found["bant"] = 25 * sum(each.astype(int) for each in known)
    aside = (fit["F11"] < 0) | (fit["F18"] < 0)
    found["target"] = (
        (found["fit"] >= 30) & leads["industry"].notna() & (leads["employees"] >= 10) & ~aside
    )
    found["empty"] = leads["domain"].isna() & (leads["phone"].fillna("").str.count("[0-9]") < 7)
    engagement, bant, target = found["engagement"], found["bant"], found["target"]
    hot = (engagement >= 30) | ((engagement >= 20) & (bant >= 75))
    warm = engagement >= 8
    found["temperature"] = np.select([hot, warm], ["hot", "warm"], "cold")
    ladder = {
        "empty": found["empty"],
        "disqualified": aside,
        "opportunity": (behaviour["B19"] > 0) & target,
        "sql": hot & target & (bant >= 50),
        "mql": (hot | warm) & target,
        "engaged": (behaviour > 0).any(axis=1),
        "subscriber": leads["consent"].eq(True),
    }
    found["stage"] = np.select(list(ladder.values()), list(ladder), "raw")
    if "--no-reasons" not in how:
        given = pd.concat([fit, behaviour], axis=1)
        found["reasons"] = (
            given.apply(reasons_of, axis=1) if "--apply" in how else reasons_at_once(given)
        )
    found.reset_index().to_parquet(out, index=False)


if __name__ == "__main__":
    main()
