"""The HTML report as a text: what it says, and what it must not let through."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from leadlight.adapters.destinations.report import render
from leadlight.playbook.spec import Playbook, Segment
from leadlight.results.summary import Summary
from tests.adapters.destinations import hostile
from tests.results.test_terminal import called, cooled

_VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """The elements of a page, its text, and whether what is opened is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def html(report: Path) -> str:
    return report.read_text(encoding="utf-8")


def test_the_report_has_its_parts(html: str, summary: Summary) -> None:
    """A sentence, whom to call today, what to do first, pictures, the leads, the definitions, what was not known."""
    heads = re.findall(r"<h2>(.*?)</h2>", html)
    assert heads == [
        "Whom to call today",
        "What to do first",
        "The base in pictures",
        "The hottest leads",
        "The definitions used",
        "What was not known",
    ]
    assert "600 leads: " in html
    assert summary.top[0].lead_id in html
    assert "engagement &gt;= 40 and fit &gt;= 40" in html
    assert Page(html).open == []


def test_every_picture_has_words_and_figures(html: str) -> None:
    """role=img with a description, and a table of the figures beside it."""
    pictures = [a for t, a in Page(html).tags if t == "svg" and a.get("role") == "img"]
    figures = html.count("<figure")
    assert len(pictures) == figures >= 6
    assert all((a.get("aria-label") or "").strip() for a in pictures)
    assert html.count("<summary>The figures</summary>") == figures


def test_nothing_is_fetched_and_little_may_run(html: str) -> None:
    """The policy forbids everything but one style and one script; no element names an address to load."""
    page = Page(html)
    policy = next(a["content"] for t, a in page.tags if t == "meta" and a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not [
        t
        for t, a in page.tags
        if a.get("src") or "style" in a or any(k.startswith("on") for k in a)
    ]
    links = [a["href"] for _, a in page.tags if a.get("href")]
    assert all(str(x).startswith(("#", "mailto:", "tel:", "data:,")) for x in links)


@pytest.mark.parametrize("text", hostile.ALL)
def test_hostile_text_stays_text(summary: Summary, playbook: Playbook, text: str) -> None:
    """Script tags, quotes that close attributes and templates in any field are shown as letters."""
    segments = (*playbook.segments, Segment(text, playbook.segments[0].when, text))
    page = Page(
        render(
            hostile.everywhere(summary, text),
            replace(playbook, name=text, about=text, segments=segments),
        )
    )
    assert sum(t == "script" for t, _ in page.tags) == 1
    assert not any(t == "img" or any(k.startswith("on") for k in a) for t, a in page.tags)
    assert sum(t == "h1" for t, _ in page.tags) == 1
    assert not set(page.text) & {"\x1b", "\x00", "\x08", "\u202e"}
    assert page.open == []


def test_an_empty_base_has_a_report(summary: Summary, playbook: Playbook) -> None:
    """No lead: a page that says so, without pictures of nothing."""
    nothing = Summary(summary.as_of, playbook.name, playbook.fingerprint, 0)
    page = Page(render(nothing, playbook))
    assert "0 leads." in page.text
    assert page.open == []


def test_a_base_where_nobody_is_hot(summary: Summary, playbook: Playbook) -> None:
    """The nearest are shown, and the page does not call them hot."""
    cool = called(summary, *(replace(t, temperature="warm") for t in summary.calls))
    assert "No lead is hot today. These are the nearest to it." in Page(render(cool, playbook)).text


def test_the_same_summary_gives_the_same_report(
    summary: Summary, playbook: Playbook, html: str
) -> None:
    """No clock and no chance in it."""
    assert render(summary, playbook) == html


def test_the_report_names_no_cold_lead_to_call(summary: Summary, playbook: Playbook) -> None:
    """Every lead is cold: nobody is to be called today, and that is said."""
    page = Page(render(cooled(summary), playbook)).text
    assert "Nobody is warm or hot as of this moment." in page
    assert "These are the nearest to it" not in page


@pytest.mark.parametrize(
    "text", [hostile.COLOURED, hostile.CONTROL, "\ufffe \ud800 ok", "\U0001f600"]
)
def test_no_text_ends_the_drawing(text: str) -> None:
    """A source named with a terminal's colours, a lone half of a character: a chart, not the end of the process."""
    from leadlight.adapters.destinations.chart_process import ChartDrawer

    spec = {
        "data": {"values": [{"source": text, "leads": 3}]},
        "mark": "bar",
        "title": text,
        "encoding": {
            "y": {"field": "source", "type": "nominal"},
            "x": {"field": "leads", "type": "quantitative"},
        },
    }
    (svg,) = ChartDrawer().draw([spec])
    assert "</svg>" in svg
    assert "\x1b" not in svg


def test_charts_drawn_beside_are_the_charts_drawn_here() -> None:
    """The process that draws in the background gives the same pictures, and its failing costs nothing."""
    from leadlight.adapters.destinations.chart_process import ChartDrawer

    spec = {
        "data": {"values": [{"a": 1}]},
        "mark": "bar",
        "encoding": {"x": {"field": "a", "type": "quantitative"}},
    }
    drawer = ChartDrawer()
    here = drawer.draw([spec])
    drawer.start()
    assert drawer.draw([spec]) == here
    drawer.start()
    assert drawer._waiting is not None
    drawer._waiting.kill()
    drawer._waiting.wait()
    assert drawer.draw([spec]) == here
