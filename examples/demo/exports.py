"""The same people as two well-known CRMs export them: small files to try an import with.

python examples/demo/exports.py     (writes hubspot_export.csv and salesforce_export.csv into examples/)
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(EXAMPLES))

from demo.behaviour import Act  # noqa: E402
from demo.people import Lead  # noqa: E402

HUBSPOT_STAGES = (
    "Subscriber",
    "Lead",
    "Marketing Qualified Lead",
    "Sales Qualified Lead",
    "Opportunity",
    "Customer",
)
SALESFORCE_STATUS = (
    "Open - Not Contacted",
    "Working - Contacted",
    "Closed - Converted",
    "Closed - Not Converted",
)


def _step(kinds: set[str]) -> int:
    """How far a lead has come, as a person who clicks stages in a CRM would say."""
    signs = ("content_downloaded", "email_clicked", "sales_accepted", "offer_sent", "won")
    return max((n for n, kind in enumerate(signs, 1) if kind in kinds), default=0)


def hubspot(one: Lead, acts: Sequence[Act]) -> dict[str, str]:
    """A row of a HubSpot contacts export."""
    row, last = one.row, max((a.at for a in acts if a.kind != "email_sent"), default=None)
    return {
        "Record ID": str(7_000_000_000 + int(one.id[2:])),
        "First Name": row["First name"],
        "Last Name": row["Last name"],
        "Email": row["E-mail"],
        "Phone Number": row["Phone"],
        "Mobile Phone Number": row["Mobile"],
        "Job Title": row["Job title"],
        "Company Name": row["Company"],
        "Website URL": row["Website"],
        "Industry": row["Industry"],
        "Number of Employees": row["Employees"],
        "City": row["City"],
        "State/Region": row["State/Region"],
        "Country/Region": row["Country"],
        "Lifecycle Stage": HUBSPOT_STAGES[_step({a.kind for a in acts})],
        "Lead Status": "OPEN" if acts else "NEW",
        "Contact owner": next((a.columns["agent"] for a in acts if "agent" in a.columns), ""),
        "Create Date": one.created.strftime("%Y-%m-%d %H:%M"),
        "Last Activity Date": last.strftime("%Y-%m-%d %H:%M") if last else "",
        "Original Source": one.channel.name,
    }


def salesforce(one: Lead, acts: Sequence[Act]) -> dict[str, str]:
    """A row of a Salesforce lead export."""
    row, kinds, last = (
        one.row,
        {a.kind for a in acts},
        max((a.at for a in acts), default=one.created),
    )
    won = next((a for a in acts if a.kind == "won"), None)
    step = (
        2 if won else 3 if kinds & {"lost", "sales_rejected"} else 1 if "call_held" in kinds else 0
    )
    return {
        "Lead ID": f"00Q5e{int(one.id[2:]):010d}AAC",
        "Salutation": "",
        "First Name": row["First name"],
        "Last Name": row["Last name"],
        "Title": row["Job title"],
        "Company": row["Company"],
        "Email": row["E-mail"],
        "Phone": row["Phone"],
        "Mobile Phone": row["Mobile"],
        "City": row["City"],
        "State": row["State/Region"],
        "Country": row["Country"],
        "Website": row["Website"],
        "Industry": row["Industry"],
        "Annual Revenue": row["Annual revenue"],
        "No. of Employees": row["Employees"],
        "Lead Source": one.channel.name,
        "Lead Status": SALESFORCE_STATUS[step],
        "Rating": ("Cold", "Warm", "Hot", "Cold")[step],
        "Email Opt Out": "1" if row["Do not email"] == "yes" else "0",
        "Is Converted": "true" if won else "false",
        "Converted Date": won.at.strftime("%Y-%m-%d") if won else "",
        "Created Date": one.created.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "Last Activity": (last + timedelta(hours=1)).strftime("%Y-%m-%d"),
    }


def write_exports(out: Path, count: int = 50, seed: int = 5) -> None:
    """Writes both exports into a folder; HubSpot's begins with a byte order mark, as the real one does."""
    from demo_company import leads, lived

    base = leads(seed, count)
    acts, _ = lived(seed, base)
    for name, row, encoding in (
        ("hubspot_export.csv", hubspot, "utf-8-sig"),
        ("salesforce_export.csv", salesforce, "utf-8"),
    ):
        rows = [row(one, [a for a in acts if a.lead == one.id]) for one in base]
        with (out / name).open("w", encoding=encoding, newline="") as file:
            written = csv.DictWriter(
                file, list(rows[0]), quoting=csv.QUOTE_ALL, lineterminator="\n"
            )
            written.writeheader()
            written.writerows(rows)


if __name__ == "__main__":
    write_exports(EXAMPLES)
