"""JUnit XML, which every CI shows: one test case for each case of a playbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from leadlight.adapters.destinations.atomic_file import replace_file
from leadlight.playbook.cases.cases import Case
from leadlight.presentable import presentable
from leadlight.results.case_failures import CaseFailure


def write_junit(
    cases: Sequence[Case], failed: Sequence[CaseFailure], suite: str, target: Path
) -> None:
    """Write the outcome of all cases to a file."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>']
    broken = {(f.file, f.name) for f in failed}
    total = f'tests="{len(cases)}" failures="{len(broken)}" errors="0"'
    lines += [f"<testsuites {total}>", f"  <testsuite name={_attribute(suite)} {total}>"]
    for case in cases:
        mine = [f for f in failed if f.is_of(case)]
        head = (
            f"    <testcase name={_attribute(case.name)} classname={_attribute(suite)}"
            f' file={_attribute(case.file)} line="{case.line}"'
        )
        if not mine:
            lines.append(f"{head}/>")
            continue
        first = mine[0].misses[0]
        message = f"{first.about} should be {first.expected}, and is {first.came}"
        lines += [
            f"{head}>",
            f"      <failure message={_attribute(message)}>{_text(mine)}</failure>",
            "    </testcase>",
        ]
    lines += ["  </testsuite>", "</testsuites>", ""]
    with replace_file(target, "junit") as written:
        written.write_text("\n".join(lines), encoding="utf-8")


def _text(failed: Sequence[CaseFailure]) -> str:
    out = []
    for f in failed:
        out.append(f"step {f.step}, as of {f.at:%Y-%m-%d %H:%M}")
        for miss in f.misses:
            out.append(
                f"line {miss.line}: {miss.about} should be {miss.expected}, and is {miss.came}"
            )
            out += [f"  {line}" for line in miss.why]
    return escape(
        "\n".join(" " * (len(line) - len(line.lstrip())) + presentable(line, 500) for line in out)
    )


def _attribute(text: str) -> str:
    return quoteattr(presentable(text, 300))
