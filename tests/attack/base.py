"""A random base of leads and what they did, with cells that no friendly export holds; and a small
playbook over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

Row = dict[str, str]
AS_OF = "2026-11-01"
#: One lead that nothing but its own answers may name.
PERSONAL = ("Zyxmarkova", "zyx.markova@quibbleworks.example", "7766554433")

PLAYBOOK = """leadlight: 1
name: small
about: A little of everything
signals:
  heat: {points: {demo_requested: 40, page_viewed: 2, email_clicked: 5}, half_life: 14d}
  demos: {count: demo_requested, within: 30d}
  silence: {days_since: [demo_requested, page_viewed]}
scores:
  fit:
    rules:
      trade: {when: "industry in ('software', 'Software')", add: 20, say: Works in software}
      large: {when: employees >= 50, add: 30, say: A large company}
      decides: {when: "has_word(job_title, 'ceo', 'head')", add: 15, say: May decide}
  engagement: {signal: heat}
scales:
  temperature:
    - hot: demos > 0 and fit >= 20
    - warm: engagement >= 5
    - cold: otherwise
  contact:
    - reachable: email is not null or phone is not null
    - empty: otherwise
segments:
  berlin: "lower(city) = 'berlin'"
  quiet: silence > 60
routes:
  - {when: "temperature = 'hot'", to: sales, within: 15m, next: Call now}
  - {when: otherwise, to: marketing, next: Newsletter}
"""

HOSTILE = (
    "",
    "",
    " ",
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    'He said "no"',
    '"',
    "''",
    "a,b",
    "a;b",
    "a\tb",
    "a|b",
    "two\nlines",
    "two\r\nlines",
    "null",
    "NULL",
    "N/A",
    "-",
    "nan",
    "inf",
    "1e400",
    "-0",
    "007",
    "1,200",
    "1.200,50",
    "51-200",
    "true",
    "2026-02-30",
    "'; DROP TABLE leads; --",
    "${HOME}",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "\\",
    "\\N",
    "\\n",
    "[bold]x[/bold]",
    "Zürich",
    "Ærøskøbing",
    "東京",
    "مرحبا",
    "👩‍💻",
    "e\u0301",
    "\u00a0",
    "\u200b",
    "\ufeffx",
    "\u202etxt",
    "\x1b]0;owned\x07",
    "\x1b[2J",
    "x" * 5_000,
    "#REF!",
    "{}",
    "[]",
    "//",
    "%s%n",
    "../../etc/passwd",
    "\u2028",
)
#: Headers of a company's own columns, names that a playbook uses among them.
OWN_HEADERS = (
    "Notes",
    "idle",
    "fit",
    "silence",
    "heat",
    "temperature",
    "as_of",
    "row_no",
    "select",
    'He said "x"',
    "a,b",
    "a;b",
    "Überschrift",
    "=1+1",
    "<b>",
    "x" * 70,
    "lead",
    "segments",
    "_r",
    "é",
    "  padded  ",
    "checked_at",
    "' OR 1=1",
    "department",
    "order",
    "hot",
)
KINDS = ("demo_requested", "page_viewed", "email_clicked", "meeting_booked", "something of ours")


@dataclass(frozen=True)
class Base:
    """Leads and activities as rows of texts, in the order of their files."""

    leads: list[Row]
    log: list[Row]
    id_header: str


def random_base(pick: Random, largest: int = 40) -> Base:
    """Leads with ids of their own, and what they did; some activities stand there twice, as
    overlapping exports have them."""
    id_header = pick.choice(("lead_id", "Lead ID", "Record ID", "ID"))
    own = pick.sample(OWN_HEADERS, pick.randint(0, 3))
    leads = [_lead(pick, n, id_header, own) for n in range(1, pick.randint(3, largest) + 1)]
    leads[-1] |= {"Last name": PERSONAL[0], "Email": PERSONAL[1], "Phone": f"+49 30 {PERSONAL[2]}"}
    log = [
        _activity(pick, n, leads, id_header) for n in range(1, pick.randint(1, 3 * len(leads)) + 1)
    ]
    log += pick.sample(log, pick.randint(0, min(3, len(log))))
    return Base(leads, log, id_header)


def _lead(pick: Random, n: int, id_header: str, own: list[str]) -> Row:
    cell = _cells(pick)
    row = {
        id_header: f"L-{n:04}",
        "First name": cell(lambda: pick.choice(("Ana", "Bob", "Eva"))),
        "Last name": cell(lambda: pick.choice(("Weiss", "Silva", "Kim"))),
        "Email": cell(lambda: f"{pick.choice(('ana', 'bob', 'eva'))}{n}@firm{n % 7}.de"),
        "Phone": cell(lambda: f"+49 30 {pick.randint(200_000, 9_999_999)}"),
        "Company": cell(lambda: f"Firm {n % 7}"),
        "Industry": cell(lambda: pick.choice(("software", "Retail", "Software"))),
        "Employees": cell(lambda: str(pick.randint(1, 900))),
        "Job title": cell(lambda: pick.choice(("CEO", "Head of Sales", "Student"))),
        "City": cell(lambda: pick.choice(("Berlin", "Paris"))),
        "Created": cell(
            lambda: (datetime(2026, 1, 1) + timedelta(hours=pick.randint(0, 7_000))).isoformat(" ")
        ),
    }
    return row | {header: cell(lambda: str(pick.randint(0, 99))) for header in own}


def _cells(pick: Random) -> Callable[[Callable[[], str]], str]:
    return lambda usual: pick.choice(HOSTILE) if pick.random() < 0.12 else usual()


def _activity(pick: Random, n: int, leads: list[Row], id_header: str) -> Row:
    at = datetime(2026, 10, 31, 12) - timedelta(minutes=pick.randint(0, 200_000))
    return {
        "activity_id": f"E{n:05}",
        "lead_id": pick.choice(leads)[id_header],
        "occurred_at": at.isoformat(" "),
        "kind": pick.choice(KINDS),
        "url": pick.choice(("/pricing", "/offer", "", "/a,b", '/"')),
    }
