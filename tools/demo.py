"""`make demo`: an invented company's year of leads, imported, verified, linked, qualified and shown, in about two
minutes with the installation.

The company is written by `examples/demo_company.py` into out/demo/company (once), a workspace is made in
out/demo/workspace (afresh each time), and every command is the installed `leadlight`, shown as you would type it.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from shown import ROOT, leadlight, say

AS_OF = "2026-11-01"
EXAMPLES = ROOT / "examples"
OUT = ROOT / "out" / "demo"
FILES = ("leads", "activities", "conversations", "outcomes", "subscriptions", "spend")


def main() -> None:
    said = argparse.ArgumentParser(description="Qualify the demo company.")
    said.add_argument("--leads", type=int, default=20_000)
    said.add_argument("--seed", type=int, default=2026)
    said.add_argument("--out", type=Path, default=OUT)
    args = said.parse_args()
    out = args.out.resolve()
    company, workspace = out / "company", out / "workspace"
    write_company(company, args.leads, args.seed)
    make_workspace(workspace)
    say(
        "Its leads, a year of what they did, the talks with sales, wins and losses, subscriptions"
        " and ad spend:"
    )
    leadlight(
        "import",
        "-w",
        workspace,
        *(company / f"{name}.csv" for name in FILES),
        "--backfill",
        only=r" read = |rejected\.$",
    )
    say("Leads that are one person, and people of one company, linked:")
    leadlight("dedupe", "-w", workspace)
    say(f"Every lead, qualified as of {AS_OF}, written for a spreadsheet and as a report:")
    told = leadlight(
        "qualify",
        "-w",
        workspace,
        "--as-of",
        AS_OF,
        "--out",
        out / "qualified.xlsx",
        "--report",
        out / "report.html",
    )
    what_next(out, workspace, first_to_call(told))


def write_company(company: Path, leads: int, seed: int) -> None:
    """Write the company's files, unless the same ones are there already."""
    stamp = company / "written-by.txt"
    version = f"{leads} leads, seed {seed}, generator {_generator()}\n"
    if stamp.exists() and stamp.read_text() == version:
        say(f"The demo company is in {_at_root(company)} already.\n")
        return
    say(f"Inventing a company with {leads:,} leads (a few seconds) ...")
    shutil.rmtree(company, ignore_errors=True)
    subprocess.run(
        [
            sys.executable,
            EXAMPLES / "demo_company.py",
            company,
            "--leads",
            str(leads),
            "--seed",
            str(seed),
        ],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    stamp.write_text(version)
    say(f"Its files, as its systems export them, are in {_at_root(company)}.\n")


def make_workspace(workspace: Path) -> None:
    """Make a fresh workspace with the playbook that the company agreed on."""
    shutil.rmtree(workspace, ignore_errors=True)
    agreed = EXAMPLES / "acme" / "playbook.yml"
    if agreed.exists():
        workspace.mkdir(parents=True)
        shutil.copy(agreed, workspace)
        shutil.copy(agreed.with_name("roster.yml"), workspace)
    leadlight("init", workspace)


def first_to_call(told: str) -> str | None:
    """The lead that the summary proposes to explain."""
    found = re.search(r"leadlight explain (\S+)", told)
    return found[1] if found else None


def what_next(out: Path, workspace: Path, lead: str | None) -> None:
    short = _at_root(workspace)
    say("Look at:")
    say(f"  {_at_root(out / 'report.html')}     the report, in any browser")
    say(f"  {_at_root(out / 'qualified.xlsx')}  every lead with its labels, scores and reasons")
    say("\nType next (the first line once, so that `leadlight` is found):")
    steps = [("source .venv/bin/activate", "")]
    if lead:
        steps.append(
            (f"leadlight explain {lead} -w {short} --as-of {AS_OF}", "why that lead comes first")
        )
    steps += [
        (f"leadlight verify -w {short} --repairs", "contacts that could be repaired"),
        (f"leadlight dedupe -w {short} --review", "pairs of leads that may be one person"),
        (
            f"leadlight qualify -w {short} --as-of 2026-08-01",
            "the same base as it was then, and what changed",
        ),
        (
            f"leadlight learn -w {short} --outcome won --horizon 60d",
            "how probable a purchase is, judged on leads it never saw",
        ),
        (
            f"leadlight segments -w {short} --as-of {AS_OF}",
            "the sizes of the segments, and which overlap",
        ),
        (f"leadlight check {short}/playbook.yml", "after you changed a rule in it: does it hold?"),
        (f"leadlight qualify -w {short} --as-of {AS_OF}", "then: who moves by the changed rule?"),
    ]
    wide = max(len(command) for command, _ in steps)
    for command, about in steps:
        say(f"  {command:<{wide}}  {'# ' + about if about else ''}".rstrip())
    say(
        "\nYour own export: leadlight qualify YOUR-LEADS.csv. It needs no workspace, and nothing"
        " leaves this computer."
    )


def _generator() -> str:
    """Stands for the generator's text: another one writes other files."""
    texts = [EXAMPLES / "demo_company.py", *sorted((EXAMPLES / "demo").glob("*.py"))]
    return hashlib.sha256(b"".join(t.read_bytes() for t in texts)).hexdigest()[:12]


def _at_root(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    main()
