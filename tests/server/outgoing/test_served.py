"""A served workspace tells another system of a lead that turns hot."""

from __future__ import annotations

import json
from pathlib import Path

from standardwebhooks.webhooks import Webhook

from leadlight.desk.live.endpoints import AddEndpointRequest, add_endpoint
from leadlight.desk.live.signatures import with_secret
from leadlight.desk.wiring import clock
from leadlight.server.secret import load_secret
from tests.server.conftest import Served, wait_for
from tests.server.outgoing.receivers import receiver

WHO = {"userId": "u1", "traits": {"email": "zed@zedco.com"}, "messageId": "m0"}
DEMO = {"userId": "u1", "event": "Demo Requested", "messageId": "m1"}


def test_a_lead_turns_hot_and_the_crm_hears_of_it(served: Served, folder: Path) -> None:
    """
    u1   asks for a demo
    crm  is sent u1, hot, signed with the secret that was shown when it was added
    """
    with receiver() as crm:
        labels = ("temperature=hot",)
        request = AddEndpointRequest(clock.now(), crm.url, "ana", "crm", labels)
        added = with_secret(add_endpoint(served.server.session, request), load_secret(folder))
        assert added.signing_secret is not None
        served.server.dispatcher.refresh()
        served.send("identify", WHO)
        served.send("track", DEMO)
        (one,) = crm.wait(1, 60)
        said = Webhook(added.signing_secret).verify(one.body, one.headers)
        assert said["data"]["lead_id"] == "u1"
        assert said["data"]["labels"]["temperature"] == "hot"
        metric = 'leadlight_deliveries_total{became="delivered",endpoint="e1"} 1.0'
        wait_for(lambda: metric in _metrics(served))
    for line in served.lines.getvalue().splitlines():
        assert "u1" not in json.loads(line).values()
    assert added.signing_secret not in served.lines.getvalue()


def _metrics(served: Served) -> str:
    headers = {"authorization": f"Bearer {served.read}"}
    return served.client.get("/metrics", headers=headers).text
