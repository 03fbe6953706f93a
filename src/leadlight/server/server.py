"""A server on a workspace: its parts put together, started, and stopped in order."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, cast

import uvicorn
from a2wsgi import WSGIMiddleware

from leadlight.desk.persons.lookup import attributes_of_lead
from leadlight.desk.ports import Journal
from leadlight.desk.session import Session
from leadlight.desk.wiring import clock, db, ledgers, mail_delivery
from leadlight.desk.workspace.form_folder import FormFolder
from leadlight.desk.workspace.pause import pause_reason, resume_deliveries
from leadlight.desk.workspace.workspace import Place, find_workspace, here
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.facts.names import JOURNAL, LEDGER
from leadlight.problems import CannotDo
from leadlight.server.agents.tools import Tools
from leadlight.server.app import Agents, App, Asgi, Parts
from leadlight.server.capture.capture import Capture, CaptureParts
from leadlight.server.capture.links import click_links, unsubscribe_links
from leadlight.server.capture.mailer import FormMailer
from leadlight.server.capture.submission import FORM
from leadlight.server.capture.waiting_mail import WaitingMails
from leadlight.server.hub import Hub
from leadlight.server.intake.gate import Gate
from leadlight.server.intake.keeper import Keeper
from leadlight.server.intake.plain import PLAIN
from leadlight.server.intake.segment import SEGMENT
from leadlight.server.intake.source import Source
from leadlight.server.intake.sources import make_hooks
from leadlight.server.log import Log
from leadlight.server.mailbox import VARIABLE as MAILBOX
from leadlight.server.mailbox import Mailbox, mailbox_address
from leadlight.server.metrics import Metrics
from leadlight.server.outgoing.dispatcher import Dispatcher
from leadlight.server.outgoing.track_texts import TrackTexts
from leadlight.server.secret import load_secret
from leadlight.server.track_rounds import TrackRounds
from leadlight.server.web import Web, make_web
from leadlight.server.web_settings import WebAddress
from leadlight.server.worker import Worker

#: So many processes may serve one database from one folder.
PROCESSES = 64
#: Threads that answer pages and the API.
THREADS = 10
#: How long open requests are waited for when it stops, in seconds.
PATIENCE = 10


@dataclass(frozen=True)
class ServeOptions:
    """How a workspace is served: where it listens, and by which address people reach it.

    With `allow_private` webhooks may go to addresses of the own network. Deliveries of a
    workspace that was restored from a backup wait for `resume_deliveries`.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    url: str | None = None
    hosts: tuple[str, ...] = ()
    allow_private: bool = False
    resume_deliveries: bool = False

    @property
    def address(self) -> WebAddress:
        """Where it is reached."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        shown = f"[{host}]" if ":" in host else host
        return WebAddress(self.url or f"http://{shown}:{self.port}", self.hosts)


@dataclass(frozen=True)
class Welcome:
    """What is told when a server begins: its address, and of a new one how to come in."""

    url: str
    place: str
    login: str | None
    key: str | None
    damages: tuple[str, ...]
    paused: bool = False


def open_place(where: str | None, tell: Callable[[str], None]) -> Place:
    """The workspace to serve. A folder that is there and has none is made one; a name that leads
    nowhere is refused, for it may be a slip.
    """
    folder = Path(where or ".")
    is_named_elsewhere = where is None and here() is not None
    if is_named_elsewhere or (where is not None and db.is_url(where)):
        return find_workspace(where)
    if not folder.is_dir() or (folder / LEDGER).exists():
        return find_workspace(where)
    init(Session(), InitRequest(clock.now(), str(folder)))
    tell(f"A new workspace was made in {folder.absolute()}.")
    return find_workspace(str(folder))


def check_address(options: ServeOptions) -> None:
    """Raise `CannotDo` where nothing can listen at an address."""
    _listen(options).close()


class Server:
    """A workspace that is served. `run` returns when it was told to stop."""

    def __init__(self, place: Place, options: ServeOptions, log: Log | None = None) -> None:
        self._log, self._listening = log or Log(), _listen(options)
        self._options = replace(options, port=self.port)
        try:
            self._assemble(place, options)
        except BaseException:
            self._listening.close()
            raise

    def _assemble(self, place: Place, options: ServeOptions) -> None:
        """Put the parts together, each on those before it."""
        self.session = Session(place, shared=True, notify=self._note)
        self._place = place
        self._uvicorn: _Uvicorn | None = None
        self.journal: Journal = _open_journal(place)
        self._metrics, self._hub = Metrics(), Hub()
        self.web = make_web(self.session, self._options.address)
        sources: dict[str, Source] = {
            "segment": SEGMENT,
            "plain": PLAIN,
            "form": FORM,
            **make_hooks(os.environ),
        }
        if options.resume_deliveries:
            resume_deliveries(place.folder)
        self.dispatcher = Dispatcher(
            self.session,
            load_secret(place.folder),
            allow_private=options.allow_private,
            clock=clock.now,
            turn=ledgers.delivery_turn(place.address) if place.address is not None else None,
            log=self._log,
            metrics=self._metrics,
            paused=pause_reason(place.folder) is not None,
        )
        outlets = (self._hub.publish, lambda transitions: self.dispatcher.wake())
        self.worker = Worker(
            self.session, self.journal, sources, outlets, self._metrics, self._log, clock.now
        )
        self._keeper = Keeper(self.journal, self.worker.wake)
        self._mailbox = self._open_mailbox()
        capture = self._make_capture(place)
        self.rounds = self._make_rounds(place)
        gate = Gate(sources, self.web.keys, self._keeper, self._metrics, self._log, clock.now)
        parts = Parts(
            self.session,
            gate,
            capture,
            _agents(self.session, self.web),
            self.web.keys,
            self._hub,
            self._metrics,
            self._log,
            cast(Asgi, WSGIMiddleware(cast(Any, self.web), workers=THREADS)),
            self.why_not_ready,
            clock.now,
        )
        self.app = App(parts)
        self._loans = (
            ledgers.loan_desk(place.folder, lambda: self.session.suspend(clock.now()))
            if place.address is None
            else None
        )

    def _make_capture(self, place: Place) -> Capture:
        """The forms, and what hands over their mails."""
        waiting = WaitingMails(place.folder)
        self._form_mailer = FormMailer(
            waiting, mail_delivery.single_mails(os.environ), self._log, clock.now
        )
        return Capture(
            CaptureParts(
                FormFolder(place.folder),
                load_secret(place.folder),
                self._options.address.url.rstrip("/"),
                waiting,
                self._keeper.keep,
                lambda lead: attributes_of_lead(self.session, lead, clock.now()),
                self._form_mailer.wake,
                self._metrics,
                self._log,
                clock.now,
            )
        )

    def _make_rounds(self, place: Place) -> TrackRounds | None:
        """Rounds over the tracks, where the environment names a relay."""
        url = self._options.address.url.rstrip("/")
        secret = load_secret(place.folder)
        links = unsubscribe_links(secret, url, clock.now)
        post = mail_delivery.post_office(os.environ, links, click_links(secret, url, clock.now))
        if post is None:
            return None
        return TrackRounds(
            self.session,
            post,
            self._log,
            clock.now,
            lambda: self.dispatcher.is_our_turn,
            TrackTexts(secret, links, clock.now, allow_private=self._options.allow_private),
        )

    def _open_mailbox(self) -> Mailbox | None:
        """The mailbox that the environment names, if any."""
        url = os.environ.get(MAILBOX)
        if not url:
            return None

        def keep(records: Sequence[bytes]) -> None:
            self.journal.append(records)
            self.worker.wake()

        return Mailbox(mailbox_address(url), keep, self._log, clock.now)

    def _note(self, sentence: str) -> None:
        """What is no part of an answer: that the clock is behind, that a text is not published."""
        self._log.tell("note", text=sentence)

    def now(self) -> datetime:
        """The moment it is."""
        return clock.now()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._listening.getsockname()[1])

    def welcome(self) -> Welcome:
        """What to tell whoever started it."""
        damages = tuple(f"{d.path.name}: {d.what}." for d in self.journal.damages)
        self._metrics.damages.set(len(damages))
        for damage in self.journal.damages:
            self._log.tell("journal-damage", file=damage.path.name, what=damage.what)
        return Welcome(
            self._options.address.url,
            str(self._place),
            self.web.first_login_link(),
            self.web.first_key(),
            damages,
            self.dispatcher.is_paused,
        )

    def why_not_ready(self) -> str | None:
        """Why it should get no requests; None when it should."""
        if not self.worker.is_alive:
            return "The worker has ended."
        if self.journal.free() <= 0:
            return "The disk is full."
        return self._keeper.fault or self.worker.fault

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM. What is not taken by then lies safe in the journal."""
        self.worker.start()
        self.dispatcher.start()
        self._form_mailer.start()
        if self.rounds is not None:
            self.rounds.start()
        if self._mailbox is not None:
            self._mailbox.start()
        if threading.current_thread() is threading.main_thread():
            # uvicorn stops at these, and then sends them again to whoever had them before: what
            # was acknowledged is still to be taken.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, _ignore)
        config = uvicorn.Config(
            self.app,
            lifespan="off",
            access_log=False,
            log_level="critical",
            timeout_graceful_shutdown=PATIENCE,
            server_header=False,
            date_header=True,
        )
        self._uvicorn = _Uvicorn(config, self._hub)
        try:
            self._uvicorn.run([self._listening])
        finally:
            self.close()

    def stop(self) -> None:
        """Have `run` return, from another thread."""
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True

    def close(self) -> None:
        """Stop, in the order in which things stand on each other."""
        if self._mailbox is not None:
            self._mailbox.stop()
        self._form_mailer.stop()
        if self.rounds is not None:
            self.rounds.stop()
        self._keeper.close()
        self.worker.close()
        self.dispatcher.stop()
        if self._loans is not None:
            self._loans.close()
        self.web.close()
        self.session.close()
        self.journal.close()
        self._listening.close()
        self._log.tell("stopped")


class _Uvicorn(uvicorn.Server):
    """Ends the open streams before it waits for requests to end."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._hub.close()
        await super().shutdown(sockets)


def _listen(options: ServeOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((options.host, options.port))
    except (OSError, OverflowError) as fault:
        listening.close()
        why = getattr(fault, "strerror", None) or fault
        raise CannotDo(
            f"Cannot listen on {options.host}:{options.port}: {why}. Choose another port, or stop"
            " what listens there.",
            field="port",
        ) from fault
    listening.listen(2048)
    return listening


def _ignore(number: int, frame: FrameType | None) -> None:
    """The signal was heeded already."""


def _agents(session: Session, web: Web) -> Agents | None:
    """The tools for agents; None where their protocol is not installed."""
    try:
        from leadlight.server.agents.protocol import AgentEndpoint
    except ModuleNotFoundError:
        return None
    return AgentEndpoint(Tools(session, clock.now, web.record, web.propose))


def _open_journal(place: Place) -> Journal:
    """The journal of this process. Where several serve one database from one folder each has its
    own; whoever begins takes the first that nobody has, with what a process left that was killed.
    """
    folder = place.folder / JOURNAL
    if place.address is None:
        return ledgers.journal(folder)
    for number in range(2, PROCESSES + 1):
        try:
            return ledgers.journal(folder)
        except CannotDo:
            folder = place.folder / f"{JOURNAL}-{number}"
    return ledgers.journal(folder)
