"""What each option of the command is given in an attack. A new option without a line here fails a
test."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.attack.names import Names

Draw = Callable[[Names], str]


def _of(*values: str) -> Draw:
    return lambda names: names.pick.choice(values)


def _file(usual: str) -> Draw:
    return lambda names: names.input(usual)


MOMENTS = _of(
    "2026-11-01",
    "2026-05-01",
    "2026-11-01T14:30",
    "2027-06-01",
    "0001-01-01",
    "9999-12-31",
    "soon",
    "",
)
PLAYBOOKS = _of(
    "small.yml",
    "old.yml",
    "ws/playbook.yml",
    "b2b-saas",
    "education",
    "gone.yml",
    "leads.csv",
    "b2b-sass",
)
WORDS = _of("won", "lost", "demo_requested", "x", "", "won,lost", "' or 1=1", "\x1b[2J")
SPANS = _of("90d", "30d", "12w", "1y", "0d", "1h", "-3d", "99999y", "soon")
COLUMNS = _of("Industry", "Employees", "Source", "Visits", "Amount", "gone", "\x1b]0;x\x07")

#: Options whose value names a file to write: by verb and parameter, with the endings that it knows.
OUTPUTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("qualify", "out"): (".csv", ".xlsx", ".parquet", ".json", ".jsonl", ".tsv"),
    ("qualify", "report"): (".html",),
    ("qualify", "save_playbook"): (".yml",),
    ("replay", "out"): (".csv", ".xlsx", ".parquet", ".json"),
    ("replay", "states"): (".csv", ".parquet"),
    ("verify", "out"): (".csv", ".xlsx", ".json"),
    ("report", "out"): (".html",),
    ("test", "junit"): (".xml",),
    ("translate", "out"): (".yml",),
    ("tune", "out"): (".yml",),
    ("rehearse", "out"): (".txt", ".md"),
    ("learn", "out"): (".yml",),
    ("persona", "write"): (".yml",),
    ("persona", "out"): (".csv",),
    ("customers", "out"): (".csv",),
    ("uplift", "out"): (".csv",),
    ("init", "where"): ("",),
    ("copy", "target"): ("",),
    ("person", "out"): (".json",),
    ("backup", "file"): (".zip",),
    ("restore", "where"): ("",),
    ("geo learn", "out"): (".yml",),
    ("geo label", "out"): ("",),
    ("geo list", "out"): (".csv", ".xlsx", ".parquet", ".json"),
    ("geo list", "report"): (".html",),
    ("geo measure", "out"): (".parquet", ".csv"),
    ("geo match", "out"): (".csv", ".parquet"),
    ("segment export", "out"): (".csv", ".xlsx", ".parquet", ".json"),
    ("enrich", "out"): (".csv", ".xlsx"),
    ("list", "out"): (".csv", ".xlsx", ".parquet", ".json"),
}

#: Options whose value names a file to read.
INPUTS: Mapping[str, Draw] = {
    "activities": _file("log.csv"),
    "spend": _file("spend.csv"),
    "leads": _file("leads.csv"),
    "cases": _file("small.tests.yml"),
    "like": _file("ids.csv"),
    "check": _file("won.yml"),
    "table": _file("deals.csv"),
    "facts": _file("ws"),
    "footprints": _file("town.geojson"),
    "labels": _file("labels.csv"),
    "detector": _file("town.tif"),
    "buildings": _file("houses.csv"),
    "addresses": _file("town.osm"),
    "picture": _file("town.tif"),
    "playbook": lambda names: names.input(PLAYBOOKS(names)),
    "playbook_since": PLAYBOOKS,
    "against": PLAYBOOKS,
}

#: All others that take a value.
VALUES: Mapping[str, Draw] = {
    "as_of": MOMENTS,
    "since": MOMENTS,
    "until": MOMENTS,
    "at": MOMENTS,
    "sheet": _of("1", "2", "Leads", "no such sheet", "=1+1"),
    "header_row": _of("1", "2", "9", "60", "100000", "0", "-1"),
    "zone": _of("UTC", "Europe/Berlin", "Asia/Tokyo", "Berlin", "'; DROP TABLE leads; --"),
    "kind": _of("webinar_attended", "call_held", "", "x y z", "'"),
    "maps": _of(
        "Industry=industry",
        "Industry=-",
        "Company=fit",
        "Company=idle",
        "gone=email",
        "=",
        "City=city=x",
    ),
    "column": _of("label", "gone", "", "\x1b[31m"),
    "question": _of("Is there a pool?", "", "\x1b[2J", "<b>"),
    "count": _of("3", "0", "-1", "1000000"),
    "town": _of("city", "gone", "\x1b[31m"),
    "title": _of("Pools", "", "<script>", "\x1b[2J"),
    "buffer": _of("15m", "0", "-1m", "1000m", "far", "nan"),
    "taken": _of("2025-06-01", "2999-01-01", "soon", ""),
    "source": _of("the town", "", "\x1b[31mred", "<b>"),
    "crs": _of("EPSG:25832", "EPSG:1", "x", ""),
    "footprints_crs": _of("EPSG:25832", "EPSG:4326", "x", ""),
    "layer": _of("houses", "gone", "'; DROP TABLE x; --"),
    "bands": _of("red,green,blue", "grey", "x,y", ""),
    "columns": _of("all", "qualification", "some"),
    "purpose": _of("marketing", "advertising", "x", "", "\x1b]0;x\x07", "=1+1", "x" * 999),
    "enrichers": _of("titles", "places", "gone", "\x1b[31m"),
    "within": _of("10m", "0s", "x", "-3", "1e9", "nan"),
    "known": _of("then", "now", "later"),
    "engine": _of("duckdb", "flink"),
    "dbt": _of("dbt", "x/y", "leads.csv", ""),
    "master": _of("local[1]"),
    "remote": _of("sc://localhost:1"),
    "every": _of("1d", "1w", "1h", "0d", "x"),
    "to": _of("ana", "bob", "gone", "\x1b[31m"),
    "person": _of("ana", "", "\x1b[31mred"),
    "roster": _file("roster.yml"),
    "track": _of("cold", "gone", "", "\x1b[31m"),
    "content": _of("welcome", "../x", "/etc/passwd", ""),
    "url": _of("https://desk.example", "ftp://x", "", "\x1b[31m"),
    "domain": _of("no domain", "", "a..b", "\x1b[31m", "x" * 300),
    "selector": _of("s1", "", "../x", "\x1b[31m"),
    "relay": _of("no host", "", "\x1b[31m"),
    "touch": _of("first", "last", "x"),
    "scale": _of("temperature", "contact", "gone"),
    "moved": _of("warm:cold", "warm:", ":cold", "x", ":"),
    "to_label": _of("cold", "hot", "x"),
    "country": _of("DE", "US", "XX", "Germany"),
    "accept": _of("all", "nosuch", "A-000001"),
    "decline": _of("all", "nosuch", "A-000001:email"),
    "segment": _of("large", "gone", "", "\x1b[2J"),
    "when": _of("employees > 1", "gone = 1", "", "1; drop table x", "'"),
    "preview": _of("A-000001=A-000002", "A-000001=A-000001", "x", "="),
    "same": _of("A-000001=A-000002", "A-000001=gone", "x", "="),
    "different": _of("A-000003=A-000004", "A-000001=A-000001", ""),
    "make": _of("0.95", "0", "1", "2", "nan"),
    "ask": _of("0.5", "0.99", "-1", "inf"),
    "external_id": COLUMNS,
    "by": _of("ana", "source", "segment", "owner", "channel", "", "\x1b[31mred", "x" * 500, "名"),
    "why": _of("asked by letter", "", "\x1b]0;x\x07"),
    "note": _of("why", "a\nb", "\x1b]0;x\x07"),
    "preset": _of("b2b-saas", "education", "gone"),
    "what": _of("leads", "activities", "spend", "x"),
    "dialect": _of("duckdb", "postgres", "spark", "bigquery", "x"),
    "relations": _of("leads=a.b", "leads=a.b,activities=c.d", "x", "="),
    "outcome": WORDS,
    "horizon": SPANS,
    "entry": _of("0d", "7d", "x"),
    "score": _of("fit", "engagement", "gone"),
    "moments": _of("2", "3", "1", "x"),
    "label": _of("Outcome", "Outcome=Won", "Ordered", "Ordered=yes", "gone", "Industry"),
    "order": COLUMNS,
    "role": _of("sales", "marketing", "law", ""),
    "fingerprint": _of("000000000000", "x"),
    "show": _of("1", "2", "0", "x"),
    "labels": _of("temperature=hot", "temperature", "gone=x", "=", "", "\x1b[31m=x"),
    "form": _of("webhook", "apprise", "x"),
    "states": _of("dead", "failed", "delivered", "owed", "x"),
    "limit": _of("1", "100", "0", "-1", "99999999999999999999"),
    "lead": _of("A-000001", "gone", "", "\x1b]0;x\x07"),
    "positive": _of("Won", "x"),
    "negative": _of("Lost", "", "x"),
    "name": _of("won_soon", "x", "../x", "won soon", "models/x", "con", "/etc/x"),
    "time": _of("Created", "gone"),
    "group": COLUMNS,
    "points": COLUMNS,
    "recency": COLUMNS,
    "use": COLUMNS,
    "leave_out": COLUMNS,
    "without": COLUMNS,
    "rising": COLUMNS,
    "falling": COLUMNS,
    "scope": _of("write", "read", "admin", "x", ""),
    "rate": _of("1", "1000", "0", "99999999999999999999"),
    "seed": _of("0", "7", "-1", "99999999999999999999"),
    "value": _of("Amount", "value", "gone"),
    "top": _of("1", "10", "0"),
    "customer": _of("customer", "gone"),
    "date": _of("date", "gone"),
    "product": _of("product", "gone"),
    "treated": _of("Mailing", "Mailing=no mail", "gone"),
    "control": _of("no mail", "x"),
    "workspace": _of(
        "ws",
        "ws",
        "linked",
        "gone",
        "leads.csv",
        "postgresql://ana:Hol2apfel@127.0.0.1:1/x",
        "postgre://ana:Hol2apfel@127.0.0.1/x",
        "host=127.0.0.1 port=1 password=Hol2apfel",
    ),
    "because": _of("no budget", "", "\x1b]0;x\x07"),
    "next_touch": _of("7d", "2026-12-24", "2020-01-01", "x", ""),
    "overwrite": _of("all", "gone", "\x1b[31m"),
    "owner": _of("ana", "", "\x1b[31mred", "x" * 500),
    "budget": _of("9000", "0", "-1", "nan"),
    "authority": _of("decision_maker", "none", "x"),
    "need": _of("Payroll", "", "a\nb"),
    "timeline": _of("now", "later", "x"),
    "amount": _of("100", "-1", "inf"),
    "undo": _of("00000000000000000000", "i1", ""),
    "import_id": _of("i1", "i2", "i3", "i99", "x", "1"),
    "version": _of("1", "2", "x", ""),
}
#: What stands in the addresses above, and must never be printed.
SECRETS = ("Hol2apfel",)

#: Options that no attack gives, and why.
NEVER: Mapping[tuple[str, str], str] = {
    ("verify", "probe"): "it asks the world's name servers",
}
