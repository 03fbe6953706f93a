"""Senders that exist already, on a workspace that is served: public SDKs, vendors, a page."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import Served, wait_for
from tests.server.intake.arrivals import PERSON
from tests.server.intake.test_google_lead_form import LEAD as GOOGLE_LEAD
from tests.server.test_server import Stream

EMAIL = "zed@zedco.com"


def _segment(served: Served, on_error: Callable[..., None], **more: Any) -> Any:
    from segment.analytics.client import Client

    return Client(served.write, host=served.url, on_error=on_error, **more)


def _rudder(served: Served, on_error: Callable[..., None], **more: Any) -> Any:
    from rudderstack.analytics.client import Client

    return Client(served.write, host=served.url, on_error=on_error, **more)


SDKS = pytest.mark.parametrize("make", [_segment, _rudder], ids=["segment", "rudderstack"])


@SDKS
@pytest.mark.parametrize("gzip", [False, True], ids=["plain", "gzip"])
def test_a_public_sdk_works_by_changing_the_host(served: Served, make: Any, gzip: bool) -> None:
    """A visitor looks at pages, says who it is, and asks for a demo: hot, by one client each."""
    faults: list[Exception] = []
    client = make(served, lambda error, items: faults.append(error), gzip=gzip)
    client.page(anonymous_id="d1", name="Pricing", properties={"url": "https://x.com/pricing"})
    client.identify("u1", {"email": EMAIL, "employees": 90}, anonymous_id="d1")
    client.group("u1", "g1", {"name": "Zed Co", "industry": "software"})
    client.track("u1", "Demo Requested", {"product": "zinc"})
    client.screen("u1", "Home")
    client.alias("d1", "u1")
    client.flush()
    client.join()
    assert faults == []
    stream = Stream(served, after="r0:")
    wait_for(lambda: stream.labels().get("u1") == "hot")


@SDKS
def test_a_sdk_that_is_refused_hears_it(served: Served, make: Any) -> None:
    """The key is no key of ours: the client's own handler of errors is told."""
    served.write = "nobody"
    faults: list[Exception] = []
    client = make(served, lambda error, items: faults.append(error), max_retries=0)
    client.track("u1", "Demo Requested")
    client.flush()
    client.join()
    assert len(faults) == 1


def test_a_vendor_of_mail_and_a_form(served: Served) -> None:
    """A scanner clicks what was mailed to somebody unknown, who is no lead by that; a form is
    filled in.
    """
    key = {"key": served.write}
    now = int(time.time()) - 60
    mail = [
        {"event": "click", "email": EMAIL, "timestamp": now + n, "url": u, "useragent": PERSON}
        for n, u in enumerate("abc")
    ]
    answer = served.client.post("/hooks/sendgrid", params=key, json=mail)
    assert answer.status_code == 200
    assert served.client.head("/hooks/sendgrid", params=key).status_code == 200
    form = {**GOOGLE_LEAD, "google_key": served.write}
    assert served.client.post("/hooks/google", json=form).status_code == 200
    plain = {"kind": "demo_requested", "email": GOOGLE_LEAD["user_column_data"][1]["string_value"]}
    assert served.client.post("/v1/events", params=key, json=plain).status_code == 200
    stream = Stream(served, after="r0:")
    wait_for(lambda: stream.labels().get("L1") == "hot")
    assert EMAIL not in stream.labels()


def test_meta_asks_who_is_there(served: Served) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": served.write}
    answer = served.client.get("/hooks/meta", params=query)
    assert (answer.status_code, answer.text) == (200, "42")
    query["hub.verify_token"] = "nobody"
    assert served.client.get("/hooks/meta", params=query).status_code == 405


class _Site(BaseHTTPRequestHandler):
    """A company's site: every page has a script, and a form."""

    text, script = "", b""

    def do_GET(self) -> None:
        is_script = self.path == "/analytics.js"
        self.send_response(200)
        self.send_header("content-type", "text/javascript" if is_script else "text/html")
        self.end_headers()
        self.wfile.write(type(self).script if is_script else type(self).text.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _site(text: str) -> Iterator[str]:
    _Site.text = text
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    """A tab of a browser that does not call itself headless."""
    context = browser.new_context(user_agent=PERSON)
    yield context.new_page()
    context.close()


def test_a_page_moves_a_lead_in_the_sight_of_a_stream(served: Served, tab: Any) -> None:
    """Cold by a first mail; the visitor comes by Google, sees prices, asks for a demo: hot."""
    stream = Stream(served)
    served.send("identify", {"userId": "u9", "traits": {"email": EMAIL}})
    wait_for(lambda: stream.labels().get("u9") == "cold")
    text = (
        f'<!doctype html><script src="{served.url}/js/leadlight.js" data-key="{served.write}" defer>'
        f"</script><form data-leadlight-form=demo action=/thanks><input type=email name=email value={EMAIL}>"
        "<button>Ask</button></form>"
    )
    with _site(text) as site:
        tab.goto(f"{site}/pricing?utm_source=google&gclid=G1")
        tab.get_by_role("button").click()
        wait_for(lambda: stream.labels().get("u9") == "hot")
    reasons = str([e["reasons"] for e in stream.events if e["lead_id"] == "u9"])
    assert "demo requested +40" in reasons
    assert "pricing viewed +10" in reasons


#: The bundle dist/umd/index.js of @segment/analytics-next, which is no part of this repository.
ANALYTICS_JS = os.environ.get("LEADLIGHT_ANALYTICS_JS")


@pytest.mark.skipif(not ANALYTICS_JS, reason="LEADLIGHT_ANALYTICS_JS names no analytics.js")
@pytest.mark.parametrize(
    "delivery", ["{}", "{strategy: 'batching', config: {size: 3, timeout: 200}}"]
)
def test_analytics_js_works_by_changing_the_host(served: Served, delivery: str, tab: Any) -> None:
    _Site.script = Path(str(ANALYTICS_JS)).read_bytes()
    host = served.url.removeprefix("http://")
    text = f"""<!doctype html><script src="/analytics.js"></script><script>
    const segment = {{apiKey: "{served.write}", apiHost: "{host}/v1", protocol: "http", deliveryStrategy: {delivery}}};
    const cdnSettings = {{integrations: {{"Segment.io": segment}}}};
    window.AnalyticsNext.AnalyticsBrowser.load({{writeKey: "{served.write}", cdnSettings}}).then(async ([analytics]) => {{
      await analytics.page("Pricing");
      await analytics.identify("u1", {{email: "{EMAIL}"}});
      await analytics.track("Demo Requested");
    }});</script>"""
    stream = Stream(served)
    with _site(text) as site:
        tab.goto(f"{site}/pricing")
        wait_for(lambda: stream.labels().get("u1") == "hot")
    reasons = str([e["reasons"] for e in stream.events if e["lead_id"] == "u1"])
    assert "pricing viewed +10" in reasons
