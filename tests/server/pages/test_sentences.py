"""What the pages of channels, of the ladder and of forms say is what the commands say, and in German too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from django.utils import translation

from leadlight.desk.leads.channel_lines import add_empty_costs, make_line
from leadlight.desk.leads.channel_spend import Sums
from leadlight.predict.judge.metrics import Estimate
from leadlight.problems import Problem
from leadlight.results.channels import ChannelAdvice, ChannelsResult
from leadlight.results.forms import FormLine
from leadlight.results.ladder import FallBack, LadderScale, LadderStep, Leak, ReasonCount
from leadlight.results.text.channels import sentences as spoken_of_channels
from leadlight.results.text.forms import form_sentence
from leadlight.results.text.ladder import sentences as spoken_of_ladder
from leadlight.server.desk_database import DeskDatabase
from leadlight.server.web_settings import set_up

LABELS = frozenset({"target", "non_target", "empty", "hot", "sales_qualified"})
COST = Estimate(40.0, 30.5, 55.25)


@pytest.fixture(scope="module", autouse=True)
def _pages(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Django, which has the words of the pages."""
    set_up(DeskDatabase(tmp_path_factory.mktemp("words") / "desk.sqlite3"), b"words of the pages")


def results() -> Iterator[ChannelsResult]:
    """Of each sentence one that is said and one that is not."""
    lines = tuple(
        make_line(name, sums, spend, LABELS)
        for name, sums, spend in (
            ("Paid Search", Sums(leads=400, empty=40, hot=200, qualified=200), 8_000.0),
            ("Unassigned", Sums(leads=1_200, empty=3), 900.0),
            ("(unknown)", Sums(leads=300), None),
            *((f"small {n}", Sums(leads=2), None) for n in range(7)),
        )
    )
    whole = make_line("", Sums(leads=1_914, empty=43, hot=200, qualified=200), 8_900.0, LABELS)
    whole = replace(whole, empty_cost=add_empty_costs(lines))
    now = datetime(2026, 11, 1)
    first = ChannelsResult(
        "r1", now, None, None, "first", "channel", lines, 3, whole, (), 1, ("EUR",)
    )  # fmt: skip
    yield first
    yield replace(first, currencies=("EUR", "USD"), undated=12, lines=lines[:1], lines_left=0)
    for act in ("raise", "cut"):
        for measure in ("cost_per_qualified", "cost_per_hot", "hot_share"):
            shown = Estimate(0.5, 0.4, 0.6) if measure == "hot_share" else COST
            others = 0.1 if measure == "hot_share" else 120.0
            said = ChannelAdvice(act, "Paid Search", measure, shown, others)
            yield replace(first, advice=(said,), undated=0, currencies=())
    for open_ended in (Estimate(None, 30.0, None), Estimate(40.0, 30.0, None)):
        said = ChannelAdvice("cut", "Radio", "cost_per_hot", open_ended, 12.0)
        yield replace(first, advice=(said,))


def step(label: str, leads: int, *, is_step: bool = True) -> LadderStep:
    return LadderStep(
        label, is_step, leads, leads, 0, 0, leads, 0, 0, 0, 0, Estimate(None), None, 0
    )  # fmt: skip


def scales() -> Iterator[LadderScale]:
    reasons = tuple(ReasonCount(f"reason {n}", 9 - n) for n in range(5))
    falls = (
        FallBack("sql", "mql", 3, 2, reasons, reasons),
        FallBack("mql", "iql", 1, 1, reasons, ()),
        FallBack("sql", "customer", 4, 1, (), ()),
    )
    steps = (step("sql", 50), step("mql", 40), step("iql", 9), step("customer", 5, is_step=False))
    leak = Leak("mql", 2_000, 1_000, Estimate(0.5, 0.45, 0.55))
    yield LadderScale("stage", steps, (), falls, leak)
    yield LadderScale("stage", steps, (), falls * 3, None)
    yield LadderScale("stage", (step("sql", 0),), (), (), None)


def form_lines() -> Iterator[FormLine]:
    for double, count, leads in ((False, 1, 1), (True, 1, 1), (False, 1_200, 1_100), (True, 2, 1)):
        yield FormLine(
            "guide", "Guide", "/f/guide", double, None, (), count, leads, datetime(2026, 11, 1, 9)
        )  # fmt: skip
    yield FormLine("guide", "Guide", "/f/guide", False, None, ())
    yield FormLine("guide", "Guide", "/f/guide", False, None, (Problem("form", "It is empty."),))


def plain(sentence: str) -> str:
    """An interval is written with a dash on a page, and with a word in a terminal."""
    return sentence.replace(" – ", " to ")


def test_the_pages_say_what_the_commands_say() -> None:
    """Sentence for sentence, in English."""
    from leadlight.server.pages.channels_text import channel_sentences
    from leadlight.server.pages.forms import form_text
    from leadlight.server.pages.ladder_text import ladder_sentences

    with translation.override("en"):
        for found in results():
            shown = [plain(sentence) for sentence in channel_sentences(found)]
            assert shown == list(map(str, spoken_of_channels(found)))
        for form in form_lines():
            assert form_text(form) == form_sentence(form)
        for scale in scales():
            assert list(map(plain, ladder_sentences(scale))) == list(spoken_of_ladder(scale))


def test_none_of_these_sentences_stays_english_on_a_german_page() -> None:
    from leadlight.server.pages.channels_text import channel_sentences
    from leadlight.server.pages.forms import form_text
    from leadlight.server.pages.ladder_text import ladder_sentences

    told: dict[str, set[str]] = {}
    for language in ("en", "de"):
        with translation.override(language):
            told[language] = {s for found in results() for s in channel_sentences(found)}
            told[language] |= {s for scale in scales() for s in ladder_sentences(scale)}
            told[language] |= set(map(form_text, form_lines()))
    assert len(told["de"]) == len(told["en"]) > 15
    assert told["de"].isdisjoint(told["en"])
