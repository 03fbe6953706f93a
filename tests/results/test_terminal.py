"""The summary on a terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from leadlight.results.summary import Summary, TopLead
from leadlight.results.text.summary import print_summary
from tests.adapters.destinations import hostile


def printed(
    summary: Summary, *, width: int = 80, encoding: str = "utf-8", colour: bool = False
) -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(
        file=out, width=width, force_terminal=colour, highlight=False, legacy_windows=False
    )
    print_summary(summary, console)
    out.flush()
    return out.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]


def test_the_summary_says_what_matters(summary: Summary) -> None:
    """The sentence, the two ladders as bars, whom to call and why, the sources, and what to know."""
    said = printed(summary)
    words = (
        "600 leads:",
        "Temperature",
        "Stage",
        "█",
        "Whom to call first",
        "Asked for a demo",
        "Call now within 15m",
        "Sources",
        "Google Ads",
        "per hot lead",
        "empty leads",
        "does not have",
        "page_viewed",
    )
    for word in words:
        assert word in said
    assert said.index("Temperature") < said.index("Stage") < said.index("Whom to call first")


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_longer_than_the_terminal(summary: Summary, width: int) -> None:
    """At 80 columns no line has 81, nor does one at 40 or 200."""
    assert max(cell_len(line) for line in printed(summary, width=width).splitlines()) <= width


def test_a_pipe_gets_no_colour(summary: Summary) -> None:
    """`leadlight qualify | less`: no escape sequence in it."""
    assert "\x1b" not in printed(summary)
    assert "\x1b[" in printed(summary, colour=True)


def test_an_old_terminal_gets_plain_letters(summary: Summary) -> None:
    """A terminal that knows only ASCII gets bars of #, and Zoë as Zo?."""
    said = printed(called(summary, replace(summary.calls[0], name="Zoë")), encoding="ascii")
    assert "####" in said
    assert "Zo?" in said


def called(summary: Summary, *leads: TopLead) -> Summary:
    """The summary of a base whose best leads these are, all of them to be called."""
    return replace(summary, top=leads, calls=leads)


def cooled(summary: Summary) -> Summary:
    scales = tuple(
        (
            replace(
                s, labels=tuple(replace(c, leads=600 if c.label == "cold" else 0) for c in s.labels)
            )
            if s.name == "temperature"
            else s
        )
        for s in summary.scales
    )
    return called(
        replace(summary, scales=scales), *(replace(t, temperature="cold") for t in summary.calls)
    )


def test_a_cold_lead_is_nobody_to_call(summary: Summary) -> None:
    """600 leads and all of them cold: nobody is listed, and that is said; one warm lead among them is listed alone."""
    cold = cooled(summary)
    said = printed(cold)
    assert "Nobody is warm or hot as of this moment." in said
    assert cold.top[0].lead_id not in said
    one = printed(called(cold, replace(cold.top[0], temperature="warm"), *cold.top[1:]))
    assert cold.top[0].lead_id in one
    assert cold.top[1].lead_id not in one


def test_the_lead_to_explain_is_one_to_call(summary: Summary) -> None:
    """The first of the list asked not to be called: the next is the example; all cold: the first of them."""
    first, second, *_ = summary.calls
    asked = called(summary, replace(first, do_not_call=True), second)
    assert asked.example == second
    cold = cooled(summary)
    assert cold.example == cold.top[0]
    assert called(summary).example is None


def test_the_warm_who_may_not_be_called(summary: Summary) -> None:
    """All the hot and warm leads asked not to be called: it is not said that nobody is warm."""
    said = printed(called(summary, *(replace(t, do_not_call=True) for t in summary.top)))
    assert "Nobody who is warm or hot can be called." in said


def test_a_score_that_is_0_for_all_is_not_said_of_each(summary: Summary) -> None:
    """Fit is 0 for every lead: the lines of the leads speak of engagement only."""
    none = tuple(
        replace(s, lowest=0.0, highest=0.0) if s.name == "fit" else s for s in summary.scores
    )
    assert " fit " in printed(summary)
    said = printed(replace(summary, scores=none))
    assert " fit " not in said
    assert " engagement " in said


def test_an_empty_base_says_so(summary: Summary) -> None:
    """0 leads: one sentence and no bars."""
    said = printed(replace(summary, leads=0))
    assert "There is no lead in this base yet." in said


@pytest.mark.parametrize("text", hostile.ALL)
def test_hostile_text_stays_text(summary: Summary, text: str) -> None:
    """Colour codes, markup and line breaks in a name are shown as letters or not at all."""
    said = printed(hostile.everywhere(summary, text))
    assert not set(said) & {"\x1b", "\x07", "\x00", "\x08", "\x9b", "\u202e", "\r"}
    assert max(cell_len(line) for line in said.splitlines()) <= 80
    if text == hostile.MARKED_UP:
        assert "[bold red]" in said
