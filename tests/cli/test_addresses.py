"""A log that knows its people by e-mail address finds the leads that have ids of their own."""

from pathlib import Path

import leadlight

LEADS = "Lead ID,Email,Company\nL-1,Ana@Acme.com,Acme\nL-2,bob@bolt.io,Bolt\n"


def test_a_log_of_addresses_reaches_its_leads(tmp_path: Path) -> None:
    """ana@acme.com asked for a demo yesterday: lead L-1 is the one that did."""
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    (tmp_path / "log.csv").write_text(
        "email,date,activity\nana@acme.com,2026-10-28 09:15,Requested"
        " demo\nnobody@x.com,2026-10-28,Requested demo\n",
        encoding="utf-8",
    )
    found = (
        leadlight.qualify(tmp_path / "leads.csv", tmp_path / "log.csv", as_of="2026-10-29")
        .to_arrow()
        .to_pylist()
    )
    assert {r["lead_id"]: r["engagement"] > 10 for r in found} == {"L-1": True, "L-2": False}


def test_a_log_of_ids_and_addresses(tmp_path: Path) -> None:
    """One row names the lead by id, the other only by address; both are Ana's."""
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    (tmp_path / "log.csv").write_text(
        "lead_id,email,date,activity\nL-1,,2026-10-28,Requested"
        " demo\n,ana@acme.com,2026-10-28,Viewed pricing\n",
        encoding="utf-8",
    )
    q = leadlight.qualify(tmp_path / "leads.csv", tmp_path / "log.csv", as_of="2026-10-29")
    lines = [r.id for s in q.explain("L-1").scores if s.name == "engagement" for r in s.rules]
    assert len(lines) == 2
