"""The script for pages, in a real browser on a page of another host than the one that it tells."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from leadlight.facts.intake import Event
from leadlight.server.intake.segment import SEGMENT
from leadlight.server.intake.source import IntakeRequest
from leadlight.server.page_script import TYPE, page_script
from tests.server.intake.arrivals import NOW, PERSON

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PAGE = """<!doctype html><html lang=en><title>Zinc</title>
<script>window.leadlight = [["track", "Early", {product: "zinc"}]]</script>
<script src="http://127.0.0.1:PORT/js/leadlight.js" data-key="K1" MORE defer></script>
<form data-leadlight-formKIND id=ask action=/sent>
<input name=full_name value="Ana Abel"><input type=email name=e value=ana@abelzinc.com>
<input name=budget data-leadlight=budget value=40000>
<input type=password name=name value=secret><input type=hidden name=email value=trap@x.com>
<input name=comment value="call me"><button>Send</button></form>"""


class Hearer(ThreadingHTTPServer):
    """Serves a page and the script, and keeps what the script tells."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.more, self.kind = 200, "", ""
        self.bodies: list[bytes] = []
        self.methods: list[str] = []

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What was told and answered by 200, each message once."""
        found = {m["messageId"]: m for body in self.bodies for m in json.loads(body)["batch"]}
        return list(found.values())

    def events(self) -> list[Event]:
        """The same as the server understands it."""
        found: list[Event] = []
        for body in self.bodies:
            request = IntakeRequest("batch", body)
            assert SEGMENT.check(request) is None
            assert SEGMENT.key_of(request) == "K1"
            record = _record(request)
            found += [e for e in SEGMENT.parse(record) if isinstance(e, Event)]
        return list({e.event_id: e for e in found}.values())


def _record(request: IntakeRequest) -> Any:
    from datetime import timedelta

    from leadlight.server.intake.source import IntakeRecord

    return IntakeRecord(NOW + timedelta(days=9_999), "k1", "segment", request)


class _Handler(BaseHTTPRequestHandler):
    server: Hearer

    def do_GET(self) -> None:
        if self.path == "/js/leadlight.js":
            self._answer(200, page_script(), TYPE)
            return
        text = PAGE.replace("PORT", str(self.server.server_port)).replace("MORE", self.server.more)
        self._answer(200, text.replace("KIND", self.server.kind).encode(), "text/html")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.server.status == 200:
            self.server.bodies.append(body)
        if self.server.status:
            self._answer(self.server.status, b"{}", "application/json")

    def do_OPTIONS(self) -> None:
        self.server.methods.append("OPTIONS")
        self._answer(405, b"", "text/plain")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("access-control-allow-origin", "*")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hearer() -> Iterator[Hearer]:
    server = Hearer()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(user_agent=PERSON)
    yield found
    found.close()


@pytest.fixture
def visit(context: BrowserContext, hearer: Hearer) -> Callable[..., Page]:
    """Open a page of the site in a tab; it says nothing to the console but its own faults."""
    tab = context.new_page()

    def visit(path: str = "/", more: str = "", kind: str = "") -> Page:
        hearer.more, hearer.kind = more, kind
        tab.goto(f"http://localhost:{hearer.server_port}{path}")
        return tab

    return visit


def hear(tab: Page, hearer: Hearer, number: int, seconds: float = 5) -> list[dict[str, Any]]:
    """What the server heard, once there are so many messages."""
    for _ in range(int(seconds * 50)):
        if len(hearer.messages) >= number:
            break
        tab.wait_for_timeout(20)
    assert len(hearer.messages) == number, [m["type"] for m in hearer.messages]
    return hearer.messages


def silence(tab: Page, hearer: Hearer) -> None:
    """Nothing is told, and nothing is kept in the browser."""
    tab.wait_for_timeout(250)
    assert hearer.bodies == []
    assert tab.evaluate("[localStorage.length, document.cookie]") == [0, ""]


FIRST = "/prices?utm_source=google&utm_campaign=autumn&utm_medium=cpc&gclid=G1"


def test_it_is_small() -> None:
    assert len(gzip.compress(page_script(), 9)) < 2048
    assert b"//" not in page_script().replace(b"https://", b"")


def test_a_visit(visit: Callable[..., Page], hearer: Hearer) -> None:
    """A page with a campaign; a script of the page that spoke before ours was loaded."""
    tab = visit(FIRST)
    hear(tab, hearer, 2)
    viewed, early = hearer.events()
    assert (viewed.kind, early.kind) == ("pricing_viewed", "early")
    assert viewed.anonymous_id == early.anonymous_id
    url = f"http://localhost:{hearer.server_port}/prices"
    assert viewed.columns["url"] == url
    assert early.columns["product"] == "zinc"
    assert viewed.touch == viewed.first_touch
    assert viewed.touch == {
        "utm_source": "google",
        "utm_campaign": "autumn",
        "utm_medium": "cpc",
        "click_id": "gclid=G1",
        "landing_page": url,
    }
    assert hearer.methods == []  # the browser asks for no leave


def test_the_first_touch_stays_and_the_last_moves(
    visit: Callable[..., Page], hearer: Hearer
) -> None:
    """First by Google, then by a mail, then by itself: the same device."""
    tab = visit(FIRST)
    hear(tab, hearer, 2)
    visit("/a?utm_source=mail&utm_campaign=winter")
    hear(tab, hearer, 4)
    visit("/b")
    hear(tab, hearer, 6)
    events = hearer.events()
    assert len({e.anonymous_id for e in events}) == 1
    assert {e.first_touch["utm_source"] for e in events} == {"google"}
    assert [e.touch["utm_source"] for e in events] == ["google"] * 2 + ["mail"] * 4
    assert [e.columns["campaign"] for e in events] == ["autumn"] * 2 + ["winter"] * 4


def test_a_form_says_who_sends_it(visit: Callable[..., Page], hearer: Hearer) -> None:
    """Names and the address are told, and what the page marks; no password and no trap for bots."""
    tab = visit("/contact")
    hear(tab, hearer, 2)
    tab.get_by_role("button").click()
    tab.wait_for_url("**/sent**")
    hear(tab, hearer, 6)
    identified, submitted = hearer.events()[2:4]
    assert identified.email == "ana@abelzinc.com"
    assert identified.attributes == {
        "email": "ana@abelzinc.com",
        "full_name": "Ana Abel",
        "budget": 40000.0,
        "language": "en",
    }
    assert submitted.kind == "form_submitted"
    assert len({e.anonymous_id for e in hearer.events()}) == 1
    assert b"secret" not in b"".join(hearer.bodies)
    assert b"call me" not in b"".join(hearer.bodies)


def test_a_form_may_have_a_kind(visit: Callable[..., Page], hearer: Hearer) -> None:
    tab = visit("/contact", kind='="demo"')
    tab.get_by_role("button").click()
    hear(tab, hearer, 6)
    assert "demo_requested" in {e.kind for e in hearer.events()}


def test_a_page_that_changes_its_address(visit: Callable[..., Page], hearer: Hearer) -> None:
    tab = visit("/a")
    hear(tab, hearer, 2)
    tab.evaluate("history.pushState({}, '', '/pricing'); history.pushState({}, '', '/pricing')")
    hear(tab, hearer, 3)
    assert hearer.events()[2].kind == "pricing_viewed"
    tab.go_back()
    tab.go_back()
    hear(tab, hearer, 4)


def test_a_page_tells_more(visit: Callable[..., Page], hearer: Hearer) -> None:
    tab = visit("/a")
    tab.evaluate("leadlight.identify('u1', {email: 'bo@x.com'}); leadlight.page('Pricing')")
    hear(tab, hearer, 4)
    identified, viewed = hearer.events()[2:]
    assert (identified.user_id, identified.email) == ("u1", "bo@x.com")
    assert viewed.kind == "pricing_viewed"
    tab.evaluate("leadlight.reset(); leadlight.track('Own thing')")
    hear(tab, hearer, 5)
    assert hearer.events()[4].anonymous_id != viewed.anonymous_id


@pytest.mark.parametrize(
    "refusal",
    [
        "Object.defineProperty(navigator, 'doNotTrack', {value: '1'})",
        "window.doNotTrack = '1'",
        "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})",
    ],
)
def test_who_does_not_want_it_is_left_alone(
    visit: Callable[..., Page], context: BrowserContext, hearer: Hearer, refusal: str
) -> None:
    """Do Not Track and Global Privacy Control: consent on the page changes nothing."""
    context.add_init_script(refusal)
    tab = visit(FIRST)
    tab.evaluate(
        "leadlight.consent(true); leadlight.track('x'); leadlight.identify({email: 'a@x.com'})"
    )
    silence(tab, hearer)


def test_nothing_before_consent(visit: Callable[..., Page], hearer: Hearer) -> None:
    """What was done on the page is told once the visitor agrees; who withdraws is forgotten."""
    tab = visit(FIRST, "data-consent=required")
    tab.evaluate("leadlight.track('Demo')")
    silence(tab, hearer)
    tab.evaluate("leadlight.consent(true)")
    hear(tab, hearer, 3)
    assert [e.kind for e in hearer.events()] == ["pricing_viewed", "early", "demo_requested"]
    tab.evaluate("leadlight.consent(false); leadlight.track('Later')")
    hearer.bodies.clear()
    silence(tab, hearer)


@pytest.mark.parametrize("status", [503, 429, 0])
def test_what_could_not_be_told_is_told_later(
    visit: Callable[..., Page], hearer: Hearer, status: int
) -> None:
    """The server is out of order, has too much to do, or is gone; then it is there again."""
    hearer.status = status
    tab = visit("/a")
    tab.wait_for_timeout(300)
    assert hearer.bodies == []
    hearer.status = 200
    hear(tab, hearer, 2)
    tab.wait_for_function("!JSON.parse(localStorage.leadlight).queue.length")


def test_the_next_page_tells_what_the_last_could_not(
    visit: Callable[..., Page], hearer: Hearer
) -> None:
    hearer.status = 503
    tab = visit("/a")
    tab.wait_for_timeout(100)
    hearer.status = 200
    visit("/b")
    paths = [m["context"]["page"]["path"] for m in hear(tab, hearer, 4)]
    assert paths == ["/a", "/a", "/b", "/b"]


def test_what_is_refused_is_not_told_for_ever(visit: Callable[..., Page], hearer: Hearer) -> None:
    hearer.status = 400
    tab = visit("/a")
    tab.wait_for_function(
        "localStorage.leadlight && !JSON.parse(localStorage.leadlight).queue.length"
    )
    assert hearer.bodies == []


def test_without_storage_the_id_has_a_cookie(
    visit: Callable[..., Page], context: BrowserContext, hearer: Hearer
) -> None:
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})"
    )
    tab = visit("/a")
    hear(tab, hearer, 2)
    visit("/b")
    hear(tab, hearer, 4)
    assert len({e.anonymous_id for e in hearer.events()}) == 1


def test_a_page_is_not_disturbed(visit: Callable[..., Page], hearer: Hearer) -> None:
    """Odd values, an event that is far too large, storage with nonsense in it."""
    faults: list[str] = []
    tab = visit("/a")
    tab.on("pageerror", lambda e: faults.append(str(e)))
    tab.evaluate("localStorage.leadlight = '{nonsense'")
    visit("/b?utm_source=" + "x" * 5_000)
    with suppress(Exception):
        tab.evaluate("leadlight.track('x', {n: 1n})")
    tab.evaluate("leadlight.track('large', {n: 'x'.repeat(1e6)})")
    tab.evaluate("leadlight.track(); leadlight.identify(); leadlight.page(null, null)")
    tab.wait_for_timeout(200)
    assert faults == []
    kinds = [e.kind for e in hearer.events()]
    assert {"page_viewed", "event"} <= set(kinds)
    assert "large" not in kinds
