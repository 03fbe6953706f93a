"""The forms of a workspace, answered without the desk: shown, checked, kept, and only then thanked.

A storm on a form is none on the desk: nothing here reads the ledger but the next question of
somebody who came by a link of their own.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, quote

from django.utils import translation
from django.utils.translation import gettext as _

from leadlight.capture.form import Form
from leadlight.desk.workspace.form_folder import FormFolder
from leadlight.facts.intake import TOUCH
from leadlight.server.capture.click_through import ClickThrough, Follower
from leadlight.server.capture.entry import Entry, read_entry
from leadlight.server.capture.language import language_of
from leadlight.server.capture.limits import Limiter
from leadlight.server.capture.links import (
    ExpiredLinkError,
    Link,
    LinkError,
    Purpose,
    make_link,
    read_link,
)
from leadlight.server.capture.pages import (
    BEGUN,
    TRAP,
    form_page,
    message_page,
    page,
    static_file,
)
from leadlight.server.capture.submission import (
    FORM,
    STOPS,
    Leave,
    Submission,
    encode,
    submission_id,
    touch_of,
)
from leadlight.server.capture.waiting_mail import FullError, WaitingMail, WaitingMails
from leadlight.server.http import (
    Answer,
    BrokenError,
    Receive,
    Scope,
    TooLongError,
    headers_of,
    problem,
    query_of,
    read_body,
)
from leadlight.server.intake.envelope import seal
from leadlight.server.intake.keeper import BusyError, NoRoomError
from leadlight.server.intake.source import IntakeRequest
from leadlight.server.intake.values import CLICK_IDS, LONGEST_ID, id_of
from leadlight.server.log import Log
from leadlight.server.metrics import Metrics
from leadlight.verify.email import check_email

#: A form of text; who sends more is no person.
LONGEST = 64 * 1024
#: Nobody reads and fills in a form in less.
SOONEST = timedelta(seconds=2)
_FILES = {
    "form.css": "text/css; charset=utf-8",
    "form.js": "text/javascript; charset=utf-8",
}


@dataclass(frozen=True)
class CaptureParts:
    """What the forms stand on. `keep` appends to the journal; `known` says what is known of a lead,
    by attribute; `mailed` is called when a mail waits.
    """

    forms: FormFolder
    secret: bytes
    address: str
    waiting: WaitingMails
    keep: Callable[[bytes], Awaitable[int]]
    known: Callable[[str], Mapping[str, object]]
    mailed: Callable[[], None]
    metrics: Metrics
    log: Log
    now: Callable[[], datetime]


class Capture:
    """Answers `/f/...`, `/u/...` and `/c/...`."""

    def __init__(self, parts: CaptureParts, posts: Limiter | None = None) -> None:
        self._parts = parts
        self._posts, self._hints = posts or Limiter(10, 30.0), Limiter(60, 1.0)
        self._clicks = ClickThrough(parts.secret, parts.keep, parts.log, parts.now)

    async def answer(self, scope: Scope, receive: Receive, path: str) -> Answer:
        """The answer to a request of a form or of a link."""
        with translation.override(language_of(scope)):
            answer = await self._answer_or_trouble(scope, receive, path)
        self._parts.metrics.requests.labels("form", str(answer.status)).inc()
        return answer

    async def _answer_or_trouble(self, scope: Scope, receive: Receive, path: str) -> Answer:
        try:
            return await self._answer(scope, receive, path)
        except NoRoomError:
            return _trouble(507, _("The disk is full."), 60)
        except (BusyError, FullError):
            return _trouble(503, _("Too many at once. Please try again in a minute."), 60)
        except OSError as fault:
            self._parts.log.fault("form", fault)
            return _trouble(503, _("It could not be kept. Please try again."), 5)

    async def _answer(self, scope: Scope, receive: Receive, path: str) -> Answer:
        method = scope["method"]
        if method not in ("GET", "HEAD", "POST"):
            return problem(405, "Ask by GET, send by POST.", allow="GET, HEAD, POST")
        posted: dict[str, str] = {}
        stops: list[str] = []
        if method == "POST":
            try:
                body = await read_body(scope, receive, LONGEST)
                pairs = parse_qsl(body.decode("utf-8", "replace"), True, max_num_fields=60)
            except (TooLongError, BrokenError, ValueError):
                return _trouble(400, _("This is no form that can be read."))
            posted, stops = dict(pairs), [v for k, v in pairs if k == "stop"]
        parts = path.strip("/").split("/")
        request = _Request(method == "POST", posted, stops, query_of(scope), _ip(scope))
        if parts[0] == "c":
            agent = headers_of(scope).get("user-agent", "")
            who = Follower(request.ip, agent, method)
            answer = await self._clicks.follow("/".join(parts[1:]), who)
            text = _("Copy the address out of the mail instead.")
            dead = _("This link does not work any more")
            return answer or message_page(_language(), dead, text, 410)
        if parts[0] == "u":
            return await self._leave(request, parts[1:])
        return await self._form(request, parts[1:])

    async def _form(self, request: _Request, parts: list[str]) -> Answer:
        if len(parts) == 1 and parts[0] in _FILES:
            headers = {"cache-control": "public, max-age=3600"}
            return Answer(200, static_file(parts[0]), _FILES[parts[0]], headers)
        if parts == ["check"]:
            return self._hint(request)
        form = self._parts.forms.form(parts[0]) if parts else None
        if form is None:
            return message_page(_language(), _("There is no such form."), "", 404)
        if len(parts) == 1:
            return await (
                self._send(form, request) if request.is_post else self._show(form, request)
            )
        if parts[1:] == ["embed.js"]:
            headers = {"cache-control": "public, max-age=3600"}
            return Answer(200, static_file("embed.js"), _FILES["form.js"], headers)
        with translation.override(form.language):
            return await self._step(form, request, parts[1], parts[2:])

    async def _step(self, form: Form, request: _Request, step: str, rest: list[str]) -> Answer:
        """What comes after a form was sent."""
        if step == "thanks" and not rest:
            return self._thanks(form, request.query.get("g", ""))
        if step == "mail" and not rest:
            text = _("We have sent you a mail. Open it and press the link in it.")
            return message_page(form.language, _("Look into your mailbox"), text)
        if step == "confirm" and len(rest) == 1:
            return await self._confirm(form, request, rest[0])
        if step == "offer" and len(rest) == 1:
            return self._offer(form, rest[0])
        return message_page(form.language, _("There is nothing here."), "", 404)

    async def _show(self, form: Form, request: _Request) -> Answer:
        question = None
        lead = self._lead_of(request.query.get("me", ""))
        if lead is not None:
            known = await asyncio.to_thread(self._parts.known, lead)
            question = form.next_question(known)
        return form_page(form, self._companion_fields(form, request.query, lead), question=question)

    async def _send(self, form: Form, request: _Request) -> Answer:
        """A form that was sent. A machine is thanked as a person is, and nothing is kept."""
        posted = dict(request.posted)
        if not self._posts.take(request.ip):
            return _trouble(429, _("Too many at once. Please try again in a minute."), 60)
        if posted.get(TRAP):
            self._count("machine")
            return _see(f"/f/{form.name}/{'mail' if form.double_opt_in else 'thanks'}")
        begun = self._link("begun", posted.get(BEGUN, ""))
        if posted.get("repair"):
            posted["email"] = posted["repair"]
        lead = self._lead_of(posted.get("me", ""))
        question = posted.get("question") if lead and posted.get("question") in form.ask else None
        with translation.override(form.language):
            entry = read_entry(form, posted, question)
            sentence = self._haste(begun, form)
        if entry.faults or sentence:
            self._count("fault")
            return form_page(
                form,
                self._companion_fields(form, posted, lead),
                entry=entry,
                posted=posted,
                question=question,
                sentence=sentence,
                status=422,
            )
        sent = self._submission(form, request, posted, entry, lead if question else None)
        return await self._keep_entry(form, sent)

    def _haste(self, begun: Link | None, form: Form) -> str:
        """Why a form is looked at again: nobody fills one in at once, or a day later."""
        if begun is None or begun.subject.get("form") != form.name:
            return str(_("This page was open for a long time. Please press the button again."))
        if self._parts.now() - begun.made_at < SOONEST:
            return str(_("That was quick. Please press the button again."))
        return ""

    async def _keep_entry(self, form: Form, sent: Submission) -> Answer:
        """Keep what was sent: as a fact, or as a mail that asks to confirm it."""
        if form.double_opt_in and sent.words and not sent.lead:
            token = make_link(self._parts.secret, "opt-in", _plain(sent), self._parts.now())
            url = f"{self._parts.address}/f/{form.name}/confirm/{token}"
            await self._mail(form, sent, _("Please confirm: %(title)s"), _opt_in_text(), url)
            self._count("asked")
            return _see(f"/f/{form.name}/mail")
        await self._keep(form.name, encode(sent))
        self._count("kept")
        if form.offer is not None and not sent.lead:
            url = f"{self._parts.address}/f/{form.name}/offer/{self._offer_token(form)}"
            await self._mail(form, sent, "%(title)s", _offer_text(), url)
        return _see(f"/f/{form.name}/thanks")

    async def _confirm(self, form: Form, request: _Request, token: str) -> Answer:
        """The link of the mail: it is shown, and acts only when the button is pressed, because
        machines open links as well.
        """
        found = self._link("opt-in", token)
        if found is None or found.subject.get("form") != form.name:
            text = _("The link is not ours, or is too old. Please fill in the form again.")
            return message_page(form.language, _("This link does not work any more"), text, 410)
        if not request.is_post:
            return page("confirm.html", form.language, {"form": form})
        sent = Submission(**{**found.subject, "ip": request.ip, "confirmed": True})
        await self._keep(form.name, encode(sent))
        self._count("kept")
        return _see(f"/f/{form.name}/thanks?g={self._offer_token(form)}")

    def _thanks(self, form: Form, token: str) -> Answer:
        good = form.offer is not None and self._link("offer", token) is not None
        words = {"form": form, "offer": f"/f/{form.name}/offer/{quote(token)}" if good else None}
        return page("thanks.html", form.language, words, frames="*")

    def _offer(self, form: Form, token: str) -> Answer:
        found = self._link("offer", token)
        if found is None or found.subject.get("form") != form.name or form.offer is None:
            text = _("The link is not ours, or is too old. Please fill in the form again.")
            return message_page(form.language, _("This link does not work any more"), text, 410)
        if form.offer.link is not None:
            return _see(form.offer.link)
        file = self._parts.forms.offer(form)
        if file is None:
            self._parts.log.tell("offer-missing", form=form.name)
            text = _("We will send it to you by hand.")
            return message_page(form.language, _("It is not here just now"), text, 404)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "cache-control": "private, no-store",
            "content-security-policy": "sandbox",
        }
        return Answer(200, file.read_bytes(), kind, headers)

    async def _leave(self, request: _Request, parts: list[str]) -> Answer:
        """Who wants no more: shown by GET, done by POST, also by a mail program's one click
        (RFC 8058).
        """
        found = self._link("leave", parts[0]) if len(parts) == 1 else None
        if found is None:
            text = _("Write to us, and we will stop.")
            return message_page(_language(), _("This link is not ours"), text, 410)
        language = str(found.subject.get("language", "en"))
        if not request.is_post:
            return page("leave.html", language, {})
        one_click = request.posted.get("List-Unsubscribe") == "One-Click"
        stop = ["do_not_email"] if one_click else [s for s in request.stops if s in STOPS]
        if stop:
            name = f"{parts[0]}/{','.join(stop)}"
            lead, track = str(found.subject["lead"]), str(found.subject.get("track", ""))
            said = Leave(submission_id(name, lead), lead, stop, track)
            await self._keep("leave", encode(said))
        with translation.override(language):
            text = _("From now on.") if stop else _("Nothing was changed.")
            return message_page(language, _("It is noted"), text)

    def _hint(self, request: _Request) -> Answer:
        """What the rules say of an address as it is typed: a hint, and no more."""
        email = request.query.get("email", "")[:LONGEST_ID]
        if not self._hints.take(request.ip) or "@" not in email:
            return Answer(200, json.dumps({"hint": ""}).encode())
        check = check_email(email)
        hint = f"{check.repair}?" if check.repair else ""
        return Answer(200, json.dumps({"hint": hint}).encode())

    def _submission(
        self,
        form: Form,
        request: _Request,
        posted: Mapping[str, str],
        entry: Entry,
        lead: str | None,
    ) -> Submission:
        agrees = entry.agrees and form.consent is not None
        return Submission(
            submission_id(posted.get(BEGUN, ""), str(entry.values.get("email", lead or ""))),
            form.name,
            form.kind,
            {
                n: v if isinstance(v, int | float | bool) else str(v)
                for n, v in entry.values.items()
            },
            form.language,
            form.consent.words if agrees and form.consent else "",
            form.consent.purpose if agrees and form.consent else "",
            form.offer.name if form.offer is not None else "",
            touch_of(posted),
            request.ip,
            lead or "",
            id_of(posted.get("device")) or "",
        )

    def _companion_fields(
        self, form: Form, said: Mapping[str, str], lead: str | None
    ) -> dict[str, str]:
        """What the form carries along: when it was opened, by what somebody came, who they are."""
        nonce = {"form": form.name, "nonce": secrets.token_hex(8)}
        hidden = {BEGUN: make_link(self._parts.secret, "begun", nonce, self._parts.now())}
        hidden |= {n: said[n][:LONGEST_ID] for n in (*TOUCH, *CLICK_IDS, "device") if said.get(n)}
        if lead is not None:
            hidden["me"] = said.get("me", "")
            hidden["question"] = said.get("question", "")
        return hidden

    def _lead_of(self, token: str) -> str | None:
        found = self._link("lead", token) if token else None
        return str(found.subject["lead"]) if found is not None else None

    def _link(self, purpose: Purpose, token: str) -> Link | None:
        try:
            return read_link(self._parts.secret, purpose, token, self._parts.now())
        except (LinkError, ExpiredLinkError):
            return None

    def _offer_token(self, form: Form) -> str:
        return make_link(self._parts.secret, "offer", {"form": form.name}, self._parts.now())

    async def _mail(self, form: Form, sent: Submission, subject: str, text: str, url: str) -> None:
        with translation.override(form.language):
            words = {"title": form.title, "url": url}
            mail = WaitingMail(
                str(sent.values["email"]),
                subject % words,
                text % words,
                form.language,
                self._parts.now(),
            )
        await asyncio.to_thread(self._parts.waiting.add, sent.id, mail)
        self._parts.mailed()

    async def _keep(self, call: str, body: bytes) -> None:
        request = IntakeRequest(call, body)
        await self._parts.keep(seal(self._parts.now(), "form", FORM.name, request, {}))

    def _count(self, became: str) -> None:
        self._parts.metrics.forms.labels(became).inc()


@dataclass(frozen=True)
class _Request:
    is_post: bool
    posted: Mapping[str, str]
    stops: list[str]
    query: Mapping[str, str]
    ip: str


def _opt_in_text() -> str:
    """The mail that asks to confirm."""
    return str(
        _(
            "Somebody, probably you, asked for: %(title)s\n\nPress here to get it, and to agree to"
            " what you were told there:\n%(url)s\n\nIt was not you? Do nothing: nothing is kept."
        )
    )


def _offer_text() -> str:
    """The mail that brings the offer."""
    return str(_("Here is what you asked for: %(title)s\n%(url)s\n\nThe link is good for 14 days."))


def _plain(sent: Submission) -> dict[str, object]:
    """What was sent, for a link: as short as it can be said."""
    plain: dict[str, object] = json.loads(encode(sent))
    return plain


def _see(path: str) -> Answer:
    return Answer(303, b"", "text/plain", {"location": path, "cache-control": "no-store"})


def _trouble(status: int, sentence: str, wait: int | None = None) -> Answer:
    answer = message_page(_language(), _("That did not work"), sentence, status)
    more = {"retry-after": str(wait)} if wait is not None else {}
    return Answer(answer.status, answer.body, answer.content_type, {**answer.headers, **more})


def _language() -> str:
    return translation.get_language() or "en"


def _ip(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""
