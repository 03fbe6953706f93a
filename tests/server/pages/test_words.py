"""The words of the pages: all of them through gettext, and all of them in German."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import httpx
import pytest
from django.utils import translation
from tools.messages import LANGUAGES, SERVER, check, gather, merge

from leadlight.facts.catalog import KINDS, LEAD_ATTRIBUTES
from leadlight.facts.contact import RULES
from leadlight.facts.deliveries import DeliveryState, EndpointState
from leadlight.facts.sales_touches import AUTHORITIES, OUTCOMES, TIMELINES
from leadlight.results.summary import label_text
from leadlight.server.scopes import SCOPES
from tests.server.conftest import Served
from tests.server.pages.test_today import hot  # noqa: F401 - the fixture

#: What is the same in every language: names of products, of programs' things and of statistics.
EVERYWHERE = {
    *("Leadlight", "UTC", "AUC", "Brier", "CSV", "SQL", "FILE", "FOLDER"),
    *("Enter", "Ctrl", "Space", "webhook", "apprise"),
}
#: Parts of a page that nobody reads as text.
_UNREAD = re.compile(
    r"<!--.*?-->|<(script|style|kbd|pre|code|template)\b.*?</\1>|"
    r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
#: What only an example of something typed has, such as `temperature=hot`.
_EXAMPLE = re.compile(r"[=_]|://")
_WORD = re.compile(r"[A-Za-z]{2,}")
#: English that a page in German betrays an unwrapped text by. No verb says these.
BETRAYALS = """
Show|Save|Search|Back|Next page|First page|Previous|Settings|Undo|Edit|Learn|Publish|Rehearse
|Log out|Password|All leads|Whose turn|No lead is like that|Nobody waits now|Choose|Columns|Order
|Now|Before|Rose|Fell|Conversion|Spend|Per lead|From|To|What came of it|Next touch|Note
|tomorrow|in a week|Reached|Not now|Company|Industry|Employees|Points|Sum|Its story
"""


class Text(HTMLParser):
    """The texts of a page: those between tags, and those of attributes that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        read = ("aria-label", "placeholder", "alt")
        said = [value.strip() for name, value in attrs if name in read and value]
        self.texts += [value for value in said if not _EXAMPLE.search(value)]

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def texts_of(page: str) -> set[str]:
    """Every text of a page that stands alone between two tags, or in an attribute."""
    parser = Text()
    parser.feed(page)
    return {text for text in parser.texts if text}


def plain_words(template: Path) -> Iterator[str]:
    """The words of a template that stand there without gettext."""
    text = _UNREAD.sub(" ", template.read_text(encoding="utf-8"))
    for part in texts_of(text):
        yield from (word for word in _WORD.findall(part) if word not in EVERYWHERE)


def plain_sentences(module: Path) -> Iterator[str]:
    """The sentences of a module's refusals and messages that stand there without gettext."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name("CannotDo"):
                said = node.args[:1]
            case ast.Attribute(ast.Name("messages"), _):
                said = node.args[1:2]
            case _:
                continue
        for sentence in said:
            if isinstance(sentence, ast.Constant | ast.JoinedStr):
                yield f"line {node.lineno}: {ast.unparse(sentence)}"


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_has_its_translation(language: str) -> None:
    """A word that was added to a page is gathered, translated and compiled; its blanks stay."""
    file = SERVER / f"locale/{language}/LC_MESSAGES/django.po"
    words = gather()
    assert len(words) > 500
    assert check(merge(words, file, language), file) == []


def test_no_template_says_a_word_by_itself() -> None:
    """Every text of a page, and of what a screen reader says, goes through gettext."""
    templates = [t for place in ("pages", "access") for t in (SERVER / place).rglob("*.html")]
    assert len(templates) > 30
    found = {t.name: words for t in templates if (words := list(plain_words(t)))}
    assert not found, f"Wrap these in translate: {found}"


def test_no_page_refuses_in_english_alone() -> None:
    """What a page refuses or tells by itself goes through gettext; what a verb says stays English."""
    modules = sorted((SERVER / "pages").glob("*.py"))
    assert len(modules) > 40
    found = {m.name: said for m in modules if (said := list(plain_sentences(m)))}
    assert not found, f"Wrap these in gettext: {found}"


@pytest.mark.usefixtures("served")
def test_each_name_of_ours_has_a_word() -> None:
    """An attribute, a kind of activity, an outcome, a state or a scope that is new is named in
    `names.py`; parameters of addresses and SAL are called the same everywhere.
    """
    from leadlight.server.pages.names import NAMES

    ours = [*LEAD_ATTRIBUTES, *KINDS, *OUTCOMES.values(), *AUTHORITIES, *TIMELINES]
    ours += [*get_args(EndpointState), *get_args(DeliveryState), *SCOPES.values()]
    words = {label_text(name) for name in ours}
    assert len(words) > 150
    same = re.compile(r"(newest )?utm |url|honeypot|SAL")
    assert {word for word in words - NAMES if not same.match(word)} == set()


@pytest.mark.usefixtures("served")
def test_each_rule_of_a_contact_has_a_word() -> None:
    """What is wrong with an address is said to a visitor of a form in the form's language."""
    from leadlight.server.contact_rules import RULE_WORDS, rule_text

    assert {rule.say for rule in RULES.values()} <= RULE_WORDS
    with translation.override("de"):
        assert rule_text("The e-mail address is malformed").startswith("Die E-Mail-Adresse")


@pytest.mark.usefixtures("hot")
def test_no_page_of_the_bar_falls_back_to_english(served: Served, person: httpx.Client) -> None:
    """The pages of the bar and a lead's, in German: no text of ours is left in English."""
    english = {word.strip() for word in BETRAYALS.replace("\n", "").split("|")}
    assert len(english & texts_of(person.get("/leads").text)) > 8
    asked = {"Accept-Language": "de"}
    bar = re.findall(r'<a href="(/[^"]+)" data-go', person.get("/today", headers=asked).text)
    assert len(bar) > 10
    found = {}
    for path in [*bar, "/leads/zed"]:
        page = person.get(path, headers=asked)
        assert page.status_code == 200, path
        assert '<html lang="de">' in page.text
        if left := english & texts_of(page.text):
            found[path] = left
    assert not found
