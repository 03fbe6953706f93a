"""What a mail says: files of the folder `content`, in Markdown with Jinja2 in a sandbox.

`content/NAME.md` begins with its subject between lines of three dashes; `content/NAME.de.md` is the
same for leads who speak German. Whatever a lead's attribute holds is text in a mail, and never
markup, a link or a line of a header.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape, unescape
from pathlib import Path

from jinja2 import ChainableUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from leadlight.problems import CannotDo

FOLDER = "content"
#: A mail that is longer is cut by Gmail; a file that is longer is none for mails.
LARGEST_MAIL, LARGEST_FILE = 100_000, 200_000
_HEAD = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n(.*)\Z", re.DOTALL)
_PUNCTUATION = re.compile(r"([!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~])")
_BLANK = re.compile(r"\[\[(.{0,80})", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
_HREF = re.compile(r'href="(https?://[^"]+)"')
#: A web address whose host is written out.
_WEB = re.compile(r"https?://[^\s/?#)>\"'{}]+(?=[\s/?#)>\"'])", re.IGNORECASE)
_MARKS = re.compile(r"(\*\*|__|^#{1,6} )", re.MULTILINE)
#: A name with an address of the web in it is an advertisement that somebody wants us to send.
_ADDRESS = re.compile(r"://|www\.|\b[\w-]+\.(?:com|net|org|info|biz|ru|xyz|top|io|co)\b", re.I)
_NAMES = frozenset({"first_name", "last_name", "full_name", "company", "job_title"})


class Passage(str):
    """A text of ours (a link), which is put into a mail as it stands."""

    __slots__ = ()


@dataclass(frozen=True)
class Letter:
    """What a mail says to one lead."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Content:
    """A content in one language."""

    name: str
    subject: Template
    body: Template
    plain_body: Template
    blanks: tuple[str, ...] = ()
    hosts: frozenset[str] = frozenset()

    def render(self, values: Mapping[str, object]) -> Letter:
        """What it says with a lead's attributes. Raises `CannotDo` where the template breaks."""
        known = {name: _presentable(name, value) for name, value in values.items()}
        try:
            subject, text = self.subject.render(known), self.plain_body.render(known)
            html = _MARKDOWN.render(self.body.render(known))
        except (TemplateError, TypeError, ValueError, ArithmeticError) as fault:
            raise CannotDo(f"The content {self.name} cannot be rendered: {fault}.") from None
        return Letter(" ".join(subject.split())[:200], _readable(text), html)

    def with_links(self, letter: Letter, link: Callable[[str], str]) -> Letter:
        """The letter with other addresses behind the links of its page. Only of hosts that the
        content itself names: no lead's attribute makes us vouch for an address.
        """

        def change(found: re.Match[str]) -> str:
            address = unescape(found[1])
            if _host(address) not in self.hosts:
                return found[0]
            return f'href="{escape(link(address))}"'

        return replace(letter, html=_HREF.sub(change, letter.html))

    def doubts(self, values: Mapping[str, object]) -> list[str]:
        """What would keep it from being read or delivered, as sentences."""
        letter = self.render(values)
        shouts = letter.subject.isupper() or "!!" in letter.subject
        checks = (
            (bool(self.blanks), "has blanks to fill in, between [[ and ]]"),
            (len(letter.html) > LARGEST_MAIL, "is so long that Gmail cuts it off"),
            (len(letter.subject) > 70, "has a subject longer than phones show (70 characters)"),
            (shouts, "has a subject that shouts, as filters for spam expect of spam"),
            ('alt=""' in letter.html, "has a picture without a text for those who do not see it"),
            ('href="http://' in letter.html, "has a link that is not encrypted: write https"),
            ('href=""' in letter.html, "has a link that leads nowhere"),
        )
        return [f"The content {self.name} {said}." for holds, said in checks if holds]


_MARKDOWN = MarkdownIt("commonmark", {"html": False})


class Contents:
    """Contents of a workspace's folder. Raises `CannotDo` for one that is missing or cannot be
    read.
    """

    def __init__(self, folder: Path, names: set[str]) -> None:
        self._by_name: dict[tuple[str, str], Content] = {}
        for name in sorted(names):
            self._by_name[name, ""] = _read(folder / FOLDER / f"{name}.md", name)
            for file in sorted((folder / FOLDER).glob(f"{name}.??.md")):
                self._by_name[name, file.suffixes[-2][1:].lower()] = _read(file, name)

    def check_blanks(self) -> None:
        """Raises `CannotDo` where a content still has something to fill in."""
        for content in self._by_name.values():
            if content.blanks:
                blank = " ".join(content.blanks[0].split())
                raise CannotDo(
                    f"The content {content.name} has blanks to fill in, the first [[{blank}."
                )

    def find(self, name: str, language: object) -> Content:
        """A content in the language of a lead, or in the usual one."""
        code = str(language or "").strip().lower()[:2]
        return self._by_name.get((name, code)) or self._by_name[name, ""]


def _read(file: Path, name: str) -> Content:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise CannotDo(f"{file} is longer than {LARGEST_FILE:,} characters.")
        text = file.read_text("utf-8")
    except FileNotFoundError:
        raise CannotDo(
            f"There is no content {name}: write it in {FOLDER}/{file.name} of the workspace."
        ) from None
    except (OSError, UnicodeDecodeError):
        raise CannotDo(f"{file} cannot be read as a text in UTF-8.") from None
    match = _HEAD.match(text)
    head = _head(match[1], file) if match else {}
    subject = head.get("subject")
    if match is None or not isinstance(subject, str) or not subject.strip():
        raise CannotDo(
            f"{FOLDER}/{file.name} has no subject. Begin it with the lines ---, subject: ..., ---."
        )
    try:
        return Content(
            name,
            _environment(_one_line).from_string(subject),
            _environment(_as_markdown).from_string(match[2]),
            _environment(_one_line).from_string(match[2]),
            tuple(_BLANK.findall(text)),
            frozenset(map(_host, _WEB.findall(match[2]))),
        )
    except TemplateError as fault:
        line = getattr(fault, "lineno", None)
        raise CannotDo(
            f"{FOLDER}/{file.name} is no template: {fault} (line {line or '?'} below its head)."
        ) from None


def _host(address: str) -> str:
    """The host of a web address, with its port; in small letters."""
    return address.partition("://")[2].partition("/")[0].partition("?")[0].lower()


def _head(text: str, file: Path) -> dict[str, object]:
    try:
        found = YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        raise CannotDo(f"The head of {FOLDER}/{file.name} is not YAML.") from None
    return found if isinstance(found, dict) else {}


def _environment(finalize: Callable[[object], str]) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        autoescape=False,
        finalize=finalize,
        undefined=ChainableUndefined,
        keep_trailing_newline=True,
    )


def _one_line(value: object) -> str:
    """A value in a text that nobody renders: in one line."""
    if isinstance(value, Passage):
        return value
    return "" if value is None else " ".join(str(value).split())


def _as_markdown(value: object) -> str:
    """A value in Markdown: every sign that means something there is escaped."""
    if isinstance(value, Passage):
        return value
    return _PUNCTUATION.sub(r"\\\1", _one_line(value))


def _presentable(name: str, value: object) -> object:
    """A value as it may be put into a mail: none where a name is an advertisement."""
    if name in _NAMES and isinstance(value, str) and _ADDRESS.search(value):
        return None
    return value


def _readable(markdown: str) -> str:
    """Markdown as a text that is read as it stands."""
    linked = _LINK.sub(lambda m: f"{m[1]}: {m[2]}" if m[1] else m[2], markdown)
    return _MARKS.sub("", linked).strip() + "\n"
