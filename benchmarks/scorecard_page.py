"""The page of the scorecard and its history: a line of JSON for each time that it was measured."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.scorecard_figures import Effort, Figure

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs" / "explanation"
PAGE = DOCS / "scorecard.md"
STORY = DOCS / "how-good-is-a-first-answer.md"
HISTORY = DOCS / "scorecard.history.jsonl"
FIGURE = re.compile(r"<!-- figure (\S+) (pairs|percent) -->.*?<!-- / -->")
BEGIN, END = "<!-- scorecard: written by make scorecard -->", "<!-- scorecard: end -->"

TITLES = {
    "without": "No outcome in the file",
    "reasons": "No outcome, but the reasons why leads were dropped",
    "with": "The outcome in the file, blank for the leads that are measured",
    "few": "Few outcomes in the file",
    "open": "Open leads as they stood on a day",
    "noise": "An outcome drawn by dice",
    "cases": "Small real situations",
    "time": "Time",
}
#: The figures whose course the history shows.
COURSE = (
    "without.mean",
    "without.worst",
    "without.x_education",
    "reasons.event_saas_leads",
    "with.x_education",
    "with.caravan",
    "few.5",
    "few.40",
    "open.auc",
    "noise.refused",
    "cases.right",
    "time.with",
    "time.without",
)


@dataclass(frozen=True)
class Record:
    """One measurement of everything: of which version and commit, when, and what came out."""

    version: str
    commit: str
    date: str
    effort: str
    figures: Mapping[str, Figure]


def record(figures: Sequence[Figure], effort: Effort) -> Record:
    """What was just measured, of the product as it stands here: the newest commit of `src`, with a
    plus where it was changed since.
    """
    changed = "+" if _git("status", "--porcelain", "src") else ""
    return Record(
        version("leadlight"),
        f"{_git('log', '-1', '--format=%h', '--', 'src')}{changed}",
        datetime.now(UTC).date().isoformat(),
        f"{effort.draws} draws, {effort.noise} tables of noise",
        {f.key: f for f in figures},
    )


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def to_line(r: Record) -> str:
    """A record as a line of JSON."""
    figures = {
        key: {"what": f.what, "value": f.value, "said": f.said, "asked": f.asked}
        for key, f in r.figures.items()
    }
    told = {"version": r.version, "commit": r.commit, "date": r.date, "effort": r.effort}
    return json.dumps({**told, "figures": figures}, ensure_ascii=False)


def of_line(line: str) -> Record:
    """The record of a line."""
    told: dict[str, Any] = json.loads(line)
    figures = {key: Figure(key, **f) for key, f in told.pop("figures").items()}
    return Record(**told, figures=figures)


def history() -> list[Record]:
    """What was measured so far, the oldest first."""
    if not HISTORY.exists():
        return []
    return [of_line(line) for line in HISTORY.read_text("utf-8").splitlines() if line.strip()]


def write(r: Record) -> None:
    """Add a record to the history, in the place of one of the same commit, and renew the pages."""
    records = [old for old in history() if old.commit != r.commit] + [r]
    HISTORY.write_text("".join(to_line(old) + "\n" for old in records), encoding="utf-8")
    PAGE.write_text(renew(PAGE.read_text("utf-8"), records), encoding="utf-8")
    STORY.write_text(fill(STORY.read_text("utf-8"), r), encoding="utf-8")


def renew(text: str, records: Sequence[Record]) -> str:
    """The page with its own part renewed, between the marks; what people wrote around it stays."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables(records)}\n{END}{after}"


def fill(text: str, r: Record) -> str:
    """A page with figures in its sentences: each stands between marks that name it."""

    def put(match: re.Match[str]) -> str:
        key, form = match.groups()
        return f"<!-- figure {key} {form} -->{_in_words(r.figures.get(key), form)}<!-- / -->"

    return FIGURE.sub(put, text)


def _in_words(f: Figure | None, form: str) -> str:
    if f is None or f.value is None:
        return "-"
    return f"{100 * f.value:.0f}{' %' if form == 'percent' else ''}"


def tables(records: Sequence[Record]) -> str:
    """The newest figures beside the first, group by group, and the course of some of them."""
    now, first = records[-1], records[0]
    lines = [
        f"Leadlight {now.version} at `{now.commit}`, {now.date} ({now.effort}), beside the first"
        f" measurement: `{first.commit}`, {first.date}.",
        "",
    ]
    groups = dict.fromkeys(f.group for f in now.figures.values())
    for group in groups:
        lines += [
            f"## {TITLES[group]}",
            "",
            f"`python -m benchmarks.scorecard --shared ../shared --only {group}`",
            "",
            "| | first | now | asked | |",
            "|---|---|---|---|---|",
        ]
        for f in (f for f in now.figures.values() if f.group == group):
            old = first.figures.get(f.key)
            lines.append(
                f"| {f.what} | {number(old)} | **{number(f)}** | {f.asked} | {cell(f.said)} |"
            )
        lines.append("")
    return "\n".join([*lines, *course(records)])


def course(records: Sequence[Record]) -> list[str]:
    """How some figures went from version to version."""
    names = [key for key in COURSE if any(key in r.figures for r in records)]
    return [
        "## History",
        "",
        f"| | {' | '.join(f'{r.version} `{r.commit}`, {r.date}' for r in records)} |",
        f"|---|{'---|' * len(records)}",
        *(
            f"| {records[-1].figures[key].what if key in records[-1].figures else key} |"
            f" {' | '.join(number(r.figures.get(key)) for r in records)} |"
            for key in names
        ),
        "",
    ]


def number(f: Figure | None) -> str:
    """A value as people write it; a dash where nothing was measured."""
    if f is None or f.value is None:
        return "-"
    if f.group == "time":
        return f"{f.value:.1f}"
    if f.value == int(f.value) and f.value != 1:
        return f"{f.value:,.0f}"
    return f"{f.value:.2f}" if f.value >= 1 else f"{f.value:.3f}".lstrip("0")


def cell(text: str) -> str:
    """A text that fits a cell of a table."""
    flat = " ".join(text.split()).replace("|", "/")
    return flat if len(flat) <= 420 else f"{flat[:417]}..."
