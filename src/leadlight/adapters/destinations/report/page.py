"""The report as one HTML file: no request leaves it, and nothing in it runs but the few lines that
sort its table.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from leadlight.adapters.destinations.atomic_file import replace_file
from leadlight.adapters.destinations.report.chart import Chart
from leadlight.adapters.destinations.report.charts import charts
from leadlight.adapters.destinations.report.definitions import definitions
from leadlight.adapters.destinations.report.models import model_pages
from leadlight.adapters.destinations.report.palette import colour
from leadlight.adapters.destinations.report.quality import SECTION as QUALITY
from leadlight.adapters.destinations.report.quality import most_due
from leadlight.adapters.destinations.report.wording import number, share, title, word
from leadlight.playbook.spec import Playbook
from leadlight.presentable import presentable
from leadlight.results.quality import (
    POINT_WORDS,
    RECHECK_DAYS,
    REPAIRS_COMMAND,
    Quality,
    due_sentence,
    empty_sentence,
    waste_sentence,
)
from leadlight.results.summary import (
    Summary,
    TopLead,
    duration,
    headline,
    nobody_to_call,
    uncallable_hot_leads,
)
from leadlight.results.text.first_answer import basis_sentences, improvement_sentences
from leadlight.results.text.routing import length_text
from leadlight.results.whose_turn import WhoseTurn

_HERE = Path(__file__).parent
_LONGEST = 4_000
_TODAY = 10


def write_report(
    summary: Summary, playbook: Playbook, target: str | Path, turns: WhoseTurn | None = None
) -> Path:
    """Write the report; the file is there complete or not at all."""
    path = Path(target)
    page = render(summary, playbook, turns)
    with replace_file(path, "report") as part:
        part.write_text(page, encoding="utf-8", newline="\n")
    return path


def render(summary: Summary, playbook: Playbook, turns: WhoseTurn | None = None) -> str:
    """The report's HTML."""
    style, script = (
        (_HERE / name).read_text(encoding="utf-8") for name in ("report.css", "sort.js")
    )
    hot = [t for t in summary.to_call if t.temperature == "hot"]
    today = hot or _others(summary)
    drawn = charts(summary, playbook)
    of_quality = _of_section(drawn, QUALITY)
    return (
        page_environment()
        .get_template("report.html.j2")
        .render(
            summary=summary,
            playbook=playbook,
            headline=headline(summary),
            today=today[:_TODAY],
            uncalled=uncallable_hot_leads(summary) if today else "",
            nobody=nobody_to_call(summary),
            telling=_used_scores(summary),
            any_hot=bool(hot),
            basis=_basis(summary),
            routed=any(r.next_step or r.department or r.within for r in summary.routes),
            charts=_of_section(drawn, "pictures"),
            models=model_pages(playbook, drawn),
            quality_charts=of_quality,
            waste=_chart_by_name(of_quality, "waste"),
            said=_quality_sentences(summary.quality),
            most_due=most_due(summary.quality),
            turns=turns,
            definitions=definitions(playbook),
            style=Markup(style),  # these two are our own files
            script=Markup(script),
            policy=content_policy(style, script),
        )
    )


def _basis(summary: Summary) -> list[str]:
    """What a first answer rests on, and what would make it better."""
    if summary.rests_on is None:
        return []
    better = [f"Better with: {s}" for s in improvement_sentences(summary.rests_on)]
    return [*basis_sentences(summary.rests_on), *better]


def _others(summary: Summary) -> Sequence[TopLead]:
    """Whom to call where nobody is hot. The verdict of a model says in which order it would have
    called, whoever has a number.
    """
    return summary.to_call or (summary.top if summary.decided else ())


def _used_scores(summary: Summary) -> set[str]:
    """The scores that somebody has."""
    return {s.name for s in summary.scores if s.lowest or s.highest}


def _of_section(drawn: Sequence[Chart], section: str) -> list[Chart]:
    return [c for c in drawn if c.section == section]


def _chart_by_name(drawn: Sequence[Chart], name: str) -> Chart | None:
    return next((c for c in drawn if c.name == name), None)


def _quality_sentences(quality: Quality | None) -> dict[str, str]:
    """The sentences of the data quality."""
    return (
        {}
        if quality is None
        else {
            "emptied": empty_sentence(quality),
            "wasted": waste_sentence(quality),
            "due": due_sentence(quality),
        }
    )


def content_policy(style: str, script: str) -> str:
    """What the browser may do with this file: apply this style, run this script, and nothing
    else.
    """
    return (
        f"default-src 'none'; style-src '{source_hash(style)}'; script-src"
        f" '{source_hash(script)}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def source_hash(text: str) -> str:
    """How a policy names a style or a script that stands in the page."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def page_environment() -> Environment:
    """The templates of this folder, which a process reads once: every text that they put in is
    escaped and presentable.
    """
    env = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_presentable_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        word=word,
        heading=title,
        number=number,
        within=duration,
        business_time=length_text,
        cut=presentable,
        colour=colour,
        moment=_moment,
        tel=_tel,
        mailto=_mailto,
        place=_place,
    )
    env.globals.update(share=share, points=POINT_WORDS, days=RECHECK_DAYS, command=REPAIRS_COMMAND)
    return env


def _presentable_text(value: object) -> object:
    """Every text that the template puts in is made presentable, whether it thought of it or not."""
    return value if isinstance(value, Markup | int | float) else presentable(value, _LONGEST)


def _moment(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _tel(phone: str) -> str:
    """A link that dials, or nothing where the text is no number."""
    digits = "".join(c for c in phone if c.isascii() and c.isdigit())
    return (
        f"tel:{'+' if phone.strip().startswith('+') else ''}{digits}"
        if 4 <= len(digits) <= 20
        else ""
    )


def _mailto(email: str) -> str:
    fits = email.count("@") == 1 and len(email) <= 254 and not any(c.isspace() for c in email)
    return f"mailto:{quote(email, safe='@')}" if fits else ""


def _place(lead: TopLead, summary: Summary, scale: str) -> int:
    """Where on a scale's ladder a lead stands, so that sorting goes by the ladder and not by the
    alphabet.
    """
    found = summary.scale(scale)
    labels = [c.label for c in found.labels] if found else []
    label = lead.temperature if scale == "temperature" else lead.stage
    return labels.index(label) if label in labels else len(labels)
