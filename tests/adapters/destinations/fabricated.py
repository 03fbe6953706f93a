"""A qualified base of the tests' own making: relations as a plan makes them, and the playbook they came from."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import duckdb

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.summary.summary import summarise
from leadlight.playbook.conditions import parse
from leadlight.playbook.spec import (
    DaysSince,
    FitRule,
    Label,
    Match,
    Playbook,
    PointRule,
    Points,
    Route,
    RuleScore,
    Scale,
    Segment,
    SignalScore,
)
from leadlight.results.summary import InputCount, Summary

AS_OF = datetime(2026, 11, 1, 8, 0)


def playbook() -> Playbook:
    """What a small software company agreed."""
    heat = (
        ("E01", "demo_requested", 40, "Asked for a demo"),
        ("E02", "pricing_viewed", 10, "Looked at prices"),
        ("E03", "webinar_attended", 12, "Attended a webinar"),
        ("E04", "content_downloaded", 8, "Downloaded a guide"),
        ("E05", "unsubscribed", -25, "Unsubscribed"),
    )
    return Playbook(
        name="B2B software, as agreed in October",
        about="Agreed by marketing and sales in the meeting of 12 October 2026.",
        fingerprint="b1f0c3d2a94e5b7766554433221100ffeeddccbbaa99887766554433221100aa",
        signals=(
            Points(
                "heat",
                tuple(
                    PointRule(i, Decimal(p), Match((k,)), half_life=30 * 86_400, say=say)
                    for i, k, p, say in heat
                ),
                Decimal(0),
                Decimal(100),
            ),
            DaysSince("silence", Match()),
        ),
        scores=(
            RuleScore(
                "fit",
                (
                    FitRule(
                        "F01",
                        parse("industry in ('software', 'saas')"),
                        Decimal(25),
                        "Right industry",
                    ),
                    FitRule("F02", parse("employees >= 50"), Decimal(30), "50 people or more"),
                    FitRule(
                        "F03",
                        parse("has_word(job_title, 'ceo', 'cto', 'head')"),
                        Decimal(25),
                        "May decide",
                    ),
                    FitRule("F04", parse("budget > 0"), Decimal(20), "Has a budget"),
                ),
                Decimal(0),
                Decimal(100),
            ),
            SignalScore("engagement", "heat"),
        ),
        scales=(
            Scale(
                "temperature",
                (
                    Label("hot", parse("engagement >= 40 and fit >= 40")),
                    Label("warm", parse("engagement >= 12")),
                    Label("cold", None),
                ),
                "How near to a purchase.",
            ),
            Scale(
                "stage",
                (
                    Label("customer", parse("converted")),
                    Label("sales_qualified", parse("bant >= 75")),
                    Label("sales_accepted", parse("engagement >= 60")),
                    Label("marketing_qualified", parse("engagement >= 25")),
                    Label("information_qualified", parse("offer_taken is not null")),
                    Label("raw", None),
                ),
            ),
            Scale("audience", (Label("target", parse("fit >= 25")), Label("non_target", None))),
            Scale(
                "contact",
                (
                    Label("empty", parse("email is null and phone is null")),
                    Label("reachable", None),
                ),
            ),
            Scale(
                "region_served",
                (
                    Label("home", parse("country in ('DE', 'AT', 'CH')")),
                    Label("europe", parse("country <> 'US'")),
                    Label("overseas", None),
                ),
            ),
        ),
        segments=(
            Segment("enterprise", parse("employees >= 500"), "500 people or more"),
            Segment("small_business", parse("employees < 50")),
            Segment(
                "dach", parse("country in ('DE', 'AT', 'CH')"), "Germany, Austria, Switzerland"
            ),
            Segment("decision_makers", parse("authority = 'decision_maker'")),
            Segment("sleeping", parse("silence > 90"), "Quiet for 90 days"),
            Segment("webinar_audience", parse("engagement > 20")),
            Segment("partners", parse("source = 'Partner'")),
        ),
        routes=(
            Route(parse("contact = 'empty'"), "marketing", None, "Find a contact that works"),
            Route(parse("temperature = 'hot'"), "sales", 900, "Call now"),
            Route(
                parse("temperature = 'warm'"),
                "sales development",
                14_400,
                "Send the case study, call tomorrow",
            ),
            Route(None, "marketing", None, "Newsletter"),
        ),
    )


def base(leads: int = 12_430) -> duckdb.DuckDBPyConnection:
    """A connection with `leads`, `original`, `qualifications`, `activities` and `spend`; the same every time."""
    con = connect(threads=2)
    con.execute(f"""
        CREATE MACRO dice(i, salt) AS (hash(i * 7919 + salt) % 10000) / 10000.0;
        CREATE MACRO pick(words, d) AS words[1 + CAST(floor(len(words) * d * d) AS INTEGER)];
        CREATE TABLE leads AS SELECT
          i + 2 AS row_no, 'L-' || lpad(CAST(i AS VARCHAR), 6, '0') AS lead_id,
          pick(['Ana','Jonas','Mei','Tarek','Sofia','Liam','Noor','Elif','Marek','Zoë'],
               sqrt(dice(i, 1))) AS first_name,
          pick(['Keller','Müller','Okafor','Silva','Nguyen','Rossi','Novák','Haddad','Lindqvist','O''Neill'],
               sqrt(dice(i, 2))) AS last_name,
          pick(['Alder','Birch','Cedar','Dunmore','Elm','Fjord','Granite','Harbour'], sqrt(dice(i, 3))) || ' '
            || pick(['Systems','Logistics','Labs','Health','Retail','Works'], sqrt(dice(i, 4))) AS company,
          pick(['CTO','Head of Sales','Marketing manager','CEO','Buyer','Intern'], sqrt(dice(i, 5))) AS job_title,
          CASE WHEN dice(i, 6) > 0.04 THEN 'lead' || i || '@example.com' END AS email,
          CASE WHEN dice(i, 7) > 0.45 THEN '+49301' || lpad(CAST(i AS VARCHAR), 6, '0') END AS phone,
          CASE WHEN dice(i, 8) > 0.02 THEN pick(['Google Ads','Website','Webinar','LinkedIn','Referral','Trade show',
               'Partner','Newsletter','Cold list','Podcast'], dice(i, 8)) END AS source,
          pick(['DE','US','FR','AT','GB','CH'], dice(i, 9)) AS country,
          dice(i, 10) < 0.03 AS do_not_call
        FROM range({leads}) r(i);
        CREATE TABLE qualifications AS
        WITH s AS (SELECT *, row_no - 2 AS i,
            5.0 * floor(20 * sqrt(dice(row_no, 11)) * CASE source WHEN 'Cold list' THEN 0.5 ELSE 1 END) AS fit,
            round(100 * pow(dice(row_no, 12), CASE source WHEN 'Referral' THEN 2 WHEN 'Cold list' THEN 9 ELSE 5 END), 2)
              AS engagement FROM leads),
        t AS (SELECT *, CASE WHEN engagement >= 60 AND fit >= 40 THEN 'hot' WHEN engagement >= 12 THEN 'warm'
            ELSE 'cold' END AS temperature FROM s)
        SELECT lead_id, TIMESTAMP '{AS_OF}' AS as_of, CAST(fit AS DOUBLE) AS fit,
          CAST(engagement AS DOUBLE) AS engagement,
          temperature,
          CASE WHEN dice(i, 13) < 0.01 THEN 'customer' WHEN engagement > 90 THEN 'sales_qualified'
               WHEN engagement > 60 THEN 'sales_accepted' WHEN engagement > 25 THEN 'marketing_qualified'
               WHEN dice(i, 14) < 0.3 THEN 'information_qualified' ELSE 'raw' END AS stage,
          CASE WHEN fit >= 25 THEN 'target' ELSE 'non_target' END AS audience,
          CASE WHEN email IS NULL AND phone IS NULL THEN 'empty' ELSE 'reachable' END AS contact,
          CASE WHEN country IN ('DE','AT','CH') THEN 'home' WHEN country <> 'US' THEN 'europe' ELSE 'overseas' END
            AS region_served,
          concat_ws('; ', CASE WHEN dice(i, 15) < 0.1 THEN 'enterprise' END,
            CASE WHEN dice(i, 15) > 0.6 THEN 'small_business' END,
            CASE WHEN country IN ('DE','AT','CH') THEN 'dach' END,
            CASE WHEN job_title IN ('CEO','CTO') THEN 'decision_makers' END,
            CASE WHEN engagement < 1 AND dice(i, 16) < 0.5 THEN 'sleeping' END,
            CASE WHEN engagement > 20 THEN 'webinar_audience' END,
            CASE WHEN source = 'Partner' THEN 'partners' END) AS segments,
          CASE WHEN email IS NULL AND phone IS NULL OR temperature = 'cold' THEN 'marketing'
               WHEN temperature = 'hot' THEN 'sales' ELSE 'sales development' END AS department,
          CASE WHEN email IS NULL AND phone IS NULL THEN NULL WHEN temperature = 'hot' THEN 900
               WHEN temperature = 'warm' THEN 14400 END AS respond_within,
          CASE WHEN email IS NULL AND phone IS NULL THEN 'Find a contact that works' WHEN temperature = 'hot'
               THEN 'Call now' WHEN temperature = 'warm' THEN 'Send the case study, call tomorrow' ELSE 'Newsletter' END
            AS next_step,
          CASE WHEN engagement > 60 THEN 'Asked for a demo +' || printf('%.2f', engagement * 0.6)
                 || ', Looked at prices +'
                 || printf('%.2f', engagement * 0.4) || ', Right industry +25.00, 50 people or more +30.00'
               WHEN engagement > 12 THEN 'Attended a webinar +12.00, Downloaded a guide +' || round(engagement - 12, 2)
               WHEN engagement > 1 THEN 'Downloaded a guide +' || engagement ELSE '' END AS reasons
        FROM t;
        CREATE VIEW original AS SELECT row_no, replace(lead_id, 'L-', '00') AS "Record ID",
          first_name || ' ' || last_name AS "Full name", company AS "Company name", email AS "Email", phone AS "Phone",
          source AS "Original source", 'open' AS "Stage" FROM leads;
        CREATE TABLE activities AS SELECT lead_id, TIMESTAMP '{AS_OF}' AS occurred_at,
          pick(['demo_requested','page_viewed','email_opened','pricing_viewed','chat_held'], dice(row_no, 20)) AS kind
        FROM leads;
        CREATE TABLE spend AS SELECT * FROM (VALUES ('Google Ads', 41000.0, 'EUR'), ('LinkedIn', 18500.0, 'EUR'),
          ('Webinar', 6200.0, 'EUR'), ('Trade show', 22000.0, 'EUR')) v(source, amount, currency);
        """)
    return con


def summary(leads: int = 12_430, con: duckdb.DuckDBPyConnection | None = None) -> Summary:
    """The summary of the fabricated base."""
    return summarise(
        con or base(leads),
        "qualifications",
        "leads",
        playbook(),
        AS_OF,
        activities="activities",
        spend="spend",
        read=(
            InputCount("leads", leads + 12, leads, 12, 3),
            InputCount("activities", leads, leads),
        ),
    )


def verify(con: duckdb.DuckDBPyConnection) -> None:
    """Make `verified`: the leads with what verification says of them, some of it long ago and of some nothing.

    Who has no e-mail address has no contact point; one in twelve has an address that is no good, and so has no phone.
    """
    con.execute(f"""
        CREATE OR REPLACE TABLE verified AS
        WITH l AS (SELECT *, row_no - 2 AS i FROM leads),
        v AS (SELECT *, CASE WHEN email IS NULL THEN NULL WHEN i % 12 = 0 THEN 'unreachable' WHEN i % 12 = 1 THEN 'risky'
                ELSE 'reachable' END AS verdict, dice(i, 30) AS d FROM l)
        SELECT * EXCLUDE (i, d, verdict, phone), CASE WHEN i % 12 <> 0 THEN phone END AS phone,
          verdict AS email_verdict,
          CASE verdict WHEN 'unreachable' THEN CASE WHEN d < 0.5 THEN 'disposable; free' ELSE 'no_mail' END
            WHEN 'risky' THEN 'typo; free' END AS email_because,
          CASE WHEN verdict = 'risky' OR verdict = 'unreachable' AND d < 0.1 THEN 'better' || i || '@example.com' END
            AS email_repair,
          'not asked' AS email_domain,
          CASE WHEN phone IS NOT NULL AND i % 12 <> 0 THEN 'reachable' END AS phone_verdict,
          NULL::VARCHAR AS phone_because,
          CASE WHEN i % 12 <> 0 AND i % 5 = 0 THEN phone || '0' END AS phone_repair,
          NULL::VARCHAR AS mobile_verdict, NULL::VARCHAR AS mobile_because, NULL::VARCHAR AS mobile_repair,
          NULL::VARCHAR AS phone_line, NULL::VARCHAR AS phone_country,
          CASE WHEN i % 24 = 0 THEN 'burst' END AS doubts,
          CASE WHEN verdict = 'unreachable' THEN 'The e-mail address is no good' WHEN verdict = 'risky'
            THEN 'The e-mail address looks mistyped' WHEN verdict IS NULL THEN 'No e-mail address or phone number' END
            AS contact_because,
          TIMESTAMP '{AS_OF}' - to_days(CAST(floor(d * 120) AS INTEGER)) AS checked_at,
          CASE WHEN d < 0.95 THEN TIMESTAMP '{AS_OF}' - to_days(CAST(floor(d * 1000) AS INTEGER)) END AS created_at
        FROM v;
        CREATE OR REPLACE TABLE judged AS SELECT q.* REPLACE (
          CASE WHEN (l.email_verdict IS NULL OR l.email_verdict = 'unreachable') AND l.phone_verdict IS NULL THEN 'empty'
          ELSE 'reachable' END AS contact) FROM qualifications q JOIN verified l ON l.lead_id = q.lead_id;
        """)


def verified(leads: int = 12_430, con: duckdb.DuckDBPyConnection | None = None) -> Summary:
    """The summary of the fabricated base after it was verified."""
    con = con or base(leads)
    verify(con)
    return summarise(
        con, "judged", "verified", playbook(), AS_OF, activities="activities", spend="spend"
    )
