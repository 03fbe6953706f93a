"""Playbook: the rules in force as sentences, who signed them, what waits for a signature, and every
version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from leadlight.desk.rules.agreement import (
    HistoryRequest,
    SignRequest,
    VersionTextRequest,
    history,
    sign,
    version_text,
)
from leadlight.desk.rules.diff import DiffRequest, diff
from leadlight.desk.rules.sentences import PlaybookRequest, playbook
from leadlight.desk.session import Session
from leadlight.facts.agreements import State, Version
from leadlight.playbook.diff.difference import DifferenceLine
from leadlight.problems import CannotDo
from leadlight.results.agreement import PlaybookHistory, VersionStatus
from leadlight.results.playbooks import PlaybookSentences
from leadlight.server.access.audit import record
from leadlight.server.pages.desk_page import DeskPage, moment_of, now, session_of
from leadlight.server.pages.playbook_text import fault_lines, marked_sentence
from leadlight.server.pages.templatetags.moments import ZONE, moment_text
from leadlight.server.scopes import Scope, may

#: So many chapters stand open, and of a difference so many sentences about one thing.
OPEN, LONG = 3, 6


@dataclass(frozen=True)
class ChapterView:
    """Sentences about one thing."""

    about: str
    sentences: tuple[SafeString, ...]
    is_open: bool = True

    @property
    def is_long(self) -> bool:
        """Whether it is folded among others."""
        return len(self.sentences) > LONG


@dataclass(frozen=True)
class VersionView:
    """A version, where it stands in words, and what it says otherwise where it waits."""

    status: VersionStatus
    state: str
    is_proposed: bool
    is_in_force: bool
    differences: tuple[ChapterView, ...] = ()

    @property
    def version(self) -> Version:
        return self.status.version


class PlaybookPage(DeskPage):
    """The rules to be read. A form that is sent signs a version as a role."""

    def get(self, request: HttpRequest) -> HttpResponse:
        session, moment = session_of(request), moment_of(request)
        found = playbook(session, PlaybookRequest(now(), at=moment))
        past = history(session, HistoryRequest(now(), moment))
        views = [version_view(request, status) for status in past.versions]
        words = {
            "here": "playbook",
            "found": found,
            "moment": moment,
            "chapters": chapter_views(found),
            "faults": fault_lines(found.text, found.problems) if not found.chapters else [],
            "versions": views,
            "proposed": [v for v in views if v.is_proposed],
            "in_force": next((v for v in views if v.is_in_force), None),
            "unpublished_runs": past.unpublished_runs,
            "may_rules": may(self.scopes, "rules"),
        }
        return self.show(request, "pages/playbook.html", words)


class SignPage(DeskPage):
    """Signs a version."""

    scope: ClassVar[Scope] = "rules"

    def post(self, request: HttpRequest) -> HttpResponse:
        form = request.POST
        asked = SignRequest(
            form.get("role", ""),
            request.user.get_username(),
            now(),
            form.get("version", ""),
            form.get("fingerprint", "") or "-",
        )
        done = sign(session_of(request), asked)
        record(request, "sign", f"{done.version} as {done.role}")
        told = {
            "version": str(done.version),
            "role": done.role,
            "state": state_words(done.state, request),
        }
        messages.info(request, _("%(version)s is signed as %(role)s: %(state)s.") % told)
        return HttpResponseRedirect(reverse("playbook"))


class VersionPage(DeskPage):
    """A version: its text as it was published, who signed it, what it says otherwise than the one
    before.
    """

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        session = session_of(request)
        found = version_text(session, VersionTextRequest(str(number), now()))
        past = history(session, HistoryRequest(now()))
        status = next(s for s in past.versions if s.version.number == found.version.number)
        before = _before(past, found.version)
        words = {
            "here": "playbook",
            "view": version_view(request, status),
            "body": found.text,
            "before": before,
            "differences": differences(session, before, found.version) if before else (),
            "may_rules": may(self.scopes, "rules"),
        }
        return self.show(request, "pages/playbook_version.html", words)


def version_view(request: HttpRequest, status: VersionStatus) -> VersionView:
    """A version as a page shows it."""
    word = status.state.word
    return VersionView(
        status,
        state_words(status.state, request),
        word == "proposed",
        word == "in force",
        differences(session_of(request), None, status.version) if word == "proposed" else (),
    )


def chapter_views(found: PlaybookSentences) -> list[ChapterView]:
    """The chapters of a playbook, the first of them open."""
    return [
        ChapterView(c.about, tuple(map(marked_sentence, c.sentences)), is_open=n < OPEN)
        for n, c in enumerate(found.chapters)
    ]


def difference_views(lines: Sequence[DifferenceLine]) -> tuple[ChapterView, ...]:
    """Differences by what they are about."""
    return tuple(
        ChapterView(about, tuple(marked_sentence(line.text) for line in group))
        for about, group in groupby(lines, key=lambda line: line.about)
    )


def differences(session: Session, old: Version | None, new: Version) -> tuple[ChapterView, ...]:
    """What a version says otherwise than another (None: the one in force); nothing where one cannot
    be read today.
    """
    asked = DiffRequest(str(new.number), now(), None if old is None else str(old.number))
    try:
        return difference_views(diff(session, asked).differences)
    except CannotDo:
        return ()


def state_words(state: State, request: HttpRequest) -> str:
    """Where a version stands, in words and in the reader's time."""
    zone = request.COOKIES.get(ZONE, "")
    since, until = (moment_text(at, zone) if at else "" for at in (state.since, state.until))
    words = {
        "proposed": _("waits for %(roles)s to sign"),
        "coming": _("in force from %(since)s on"),
        "in force": _("in force since %(since)s"),
        "superseded": _("in force from %(since)s to %(until)s"),
        "never in force": _("never in force"),
    }
    said = {
        "since": since,
        "until": until,
        "roles": ", ".join(state.missing),
    }
    return str(words[state.word] % said)


def _before(past: PlaybookHistory, version: Version) -> Version | None:
    """The version that was published before another one."""
    earlier = [s.version for s in past.versions if s.version.number < version.number]
    return earlier[0] if earlier else None
