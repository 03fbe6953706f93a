"""Who is told of transitions, and what is owed to them: in a folder and in a database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.live.deliveries import (
    DeliveriesRequest,
    OpenDeliveriesRequest,
    OutboxesRequest,
    RecordDeliveriesRequest,
    ReplayDeliveriesRequest,
    deliveries,
    open_deliveries,
    outboxes,
    record_deliveries,
    replay_deliveries,
)
from leadlight.desk.live.endpoints import (
    MANY,
    Action,
    AddEndpointRequest,
    ChangeEndpointRequest,
    EndpointsRequest,
    add_endpoint,
    change_endpoint,
    endpoints,
)
from leadlight.desk.live.targets import check_target, url_fault
from leadlight.desk.session import Session
from leadlight.facts.deliveries import Delivery, DeliveryState
from leadlight.problems import CannotDo
from leadlight.results.endpoints import EndpointChange, EndpointStatus
from tests.desk.live.conftest import NOW

LATER = NOW + timedelta(hours=1)
HOOK = "https://crm.example/hook"


def add(place: str, target: str = HOOK, **options: object) -> EndpointChange:
    return add_endpoint(Session(place), AddEndpointRequest(NOW, target, "ana", **options))  # type: ignore[arg-type]


def change(place: str, endpoint: str, action: Action) -> EndpointChange:
    return change_endpoint(Session(place), ChangeEndpointRequest(LATER, endpoint, action, "bo"))


def standing(place: str) -> list[EndpointStatus]:
    return list(endpoints(Session(place), EndpointsRequest(NOW)).endpoints)


def moved(place: str) -> None:
    """L1 becomes hot, L2 warm."""
    rows = "L1,2026-11-01 09:10,demo_requested\n" + "L2,2026-11-01 09:20,pricing_viewed\n" * 1
    rows += "L2,2026-11-01 09:21,pricing_viewed\n"
    Path("log.csv").write_text("lead_id,occurred_at,kind\n" + rows, encoding="utf-8")
    import_files(Session(place), ImportRequest((Path("log.csv"),), LATER, verify=False))
    qualify(Session(place), QualifyRequest(LATER, touched=True))


def outcome(run: int, lead: str, state: DeliveryState, attempts: int = 1) -> Delivery:
    retry = LATER + timedelta(minutes=5) if state == "failed" else None
    return Delivery("e1", run, lead, state, attempts, "500", retry, LATER)


def record(place: str, *rows: Delivery, through: int = 0) -> None:
    said = {"e1": through} if through else {}
    record_deliveries(Session(place), RecordDeliveriesRequest(LATER, rows, said))


def test_an_endpoint_is_owed_what_changes_after_it_was_added(qualified: str) -> None:
    """
    run 1  everybody is cold
           crm is added; it wants to hear of hot leads
    run 2  L1 is hot, L2 is warm
    """
    assert add(qualified, labels=("temperature=hot",)).endpoint.since_run == 1
    add(qualified, "https://all.example/hook", labels=("temperature",))
    assert [s.waiting for s in standing(qualified)] == [0, 0]
    moved(qualified)
    assert [s.waiting for s in standing(qualified)] == [1, 2]
    record(qualified, outcome(2, "L1", "delivered"))
    assert [s.waiting for s in standing(qualified)] == [0, 2]
    assert not standing(qualified)[0].many
    assert MANY > 100


def test_an_endpoint_is_paused_resumed_and_removed(place: str) -> None:
    """Each change is a fact: who, when; the newest counts, and its name is free when it is gone"""
    add(place, name="crm")
    assert change(place, "crm", "pause").endpoint.state == "paused"
    assert change(place, "e1", "resume").endpoint.state == "active"
    turned = change(place, "e1", "rotate").endpoint
    assert (turned.rotation, turned.rotated_at, turned.by, turned.state) == (
        1,
        LATER,
        "bo",
        "active",
    )
    assert change(place, "e1", "disable").endpoint.state == "disabled"
    assert change(place, "e1", "rotate").endpoint.state == "disabled"
    with pytest.raises(CannotDo, match="already"):
        add(place, name="crm")
    change(place, "e1", "remove")
    assert standing(place) == []
    with pytest.raises(CannotDo, match="no endpoint 'crm'"):
        change(place, "crm", "resume")
    assert add(place, name="crm").endpoint.endpoint_id == "e2"


def test_what_failed_is_owed_and_what_is_dead_can_be_replayed(qualified: str) -> None:
    """
    run 2  L1 failed once, L2 failed ten times
           somebody asks for what is dead again
    """
    add(qualified)
    moved(qualified)
    record(qualified, outcome(2, "L1", "failed"), outcome(2, "L2", "failed", 9))
    record(qualified, outcome(2, "L2", "dead", 10), through=2)
    (status,) = standing(qualified)
    assert (status.waiting, status.failing, status.dead) == (0, 1, 1)
    listed = deliveries(Session(qualified), DeliveriesRequest(LATER, "e1", limit=1))
    assert ([d.lead_id for d in listed.deliveries], listed.more) == (["L2"], True)
    known = open_deliveries(Session(qualified), OpenDeliveriesRequest(LATER, "e1"))
    assert known.through == 2
    assert [(o.transition.lead_id, o.delivery.attempts) for o in known.owed] == [("L1", 1)]
    assert known.owed[0].transition.labels["temperature"] == "hot"

    done = replay_deliveries(Session(qualified), ReplayDeliveriesRequest(LATER, "e1"))
    assert (done.replayed, done.endpoints) == (1, (("e1", 1),))
    assert replay_deliveries(Session(qualified), ReplayDeliveriesRequest(LATER)).replayed == 0
    again = open_deliveries(
        Session(qualified), OpenDeliveriesRequest(LATER, "e1", only_replays=True)
    )
    assert [(o.transition.lead_id, o.delivery.attempts) for o in again.owed] == [("L2", 0)]
    assert again.replays > known.replays
    (status,) = standing(qualified)
    assert (status.waiting, status.failing, status.dead) == (1, 1, 0)


def test_only_one_leads_deliveries_are_replayed(qualified: str) -> None:
    """`endpoint replay --lead L2`"""
    add(qualified)
    moved(qualified)
    record(qualified, outcome(2, "L1", "dead"), outcome(2, "L2", "dead"))
    done = replay_deliveries(Session(qualified), ReplayDeliveriesRequest(LATER, lead="L2"))
    assert done.replayed == 1
    states = {
        d.lead_id: d.state
        for d in deliveries(Session(qualified), DeliveriesRequest(LATER)).deliveries
    }
    assert states == {"L1": "dead", "L2": "owed"}


def test_whoever_goes_on_knows_what_has_its_row_already(qualified: str) -> None:
    """A crash after L1 was written and before the run was done"""
    add(qualified)
    moved(qualified)
    record(qualified, outcome(2, "L1", "delivered"), through=1)
    known = open_deliveries(Session(qualified), OpenDeliveriesRequest(LATER, "e1"))
    assert (known.through, known.recorded, known.owed) == (1, ((2, "L1"),), ())
    (outbox,) = outboxes(Session(qualified), OutboxesRequest(LATER)).outboxes
    assert (outbox.through, outbox.replays) == (1, 0)


def test_a_thousand_rows_are_written_in_their_order(place: str) -> None:
    """A batch is longer than a statement takes; the last row of a delivery counts"""
    add(place)
    rows = [outcome(1, f"L{n % 300}", "failed", 1 + n // 300) for n in range(900)]
    record(place, *rows, through=1)
    found = deliveries(Session(place), DeliveriesRequest(LATER, limit=1000)).deliveries
    assert {d.attempts for d in found} == {3}
    assert [d.lead_id for d in found] == [f"L{n}" for n in reversed(range(300))]


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("temprature=hot", "Did you mean 'temperature'"),
        ("temperature=hott", "Did you mean 'hot'"),
        ("=hot", "named by a scale"),
        ("temperature=", "named by a scale"),
        ("", "named by a scale"),
    ],
)
def test_an_endpoint_that_would_never_hear_anything_is_refused(
    label: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scale or a label that is misspelt"""
    from tests.desk.live.conftest import make_workspace

    monkeypatch.chdir(tmp_path)
    place = make_workspace(tmp_path)
    with pytest.raises(CannotDo, match=said) as fault:
        add(place, labels=(label,))
    assert fault.value.field == "labels"


@pytest.mark.parametrize(
    "target",
    [
        "https://hooks.slack.com/services/T0/B0/x",
        "https://DISCORD.com/api/webhooks/1/x",
        "https://acme.webhook.office.com/webhookb2/x",
        "tgram://123:abc/456",
        "mailto://ana:secret@example.com",
        "slack://a/b/c",
        "https://ana:secret@crm.example/",
        "https://ana@crm.example/",
        "https://crm.example/#x",
        "ftp://crm.example/",
        "file:///etc/passwd",
        "https:///hook",
        "//crm.example",
        "crm.example",
        "",
        "http://crm.example:22/",
        "http://crm.example:6379/",
        "http://crm.example:0/",
        "http://crm.example:99999/",
        "https://crm.example/a b",
        "https://crm.example/\r\nx: y",
        "https://crm.example/" + "x" * 2000,
        "env:lower",
        "env:",
        "env:A B",
        "env:$(x)",
    ],
)
def test_a_target_that_holds_a_secret_or_cannot_be_reached_is_refused(target: str) -> None:
    """Tokens of Slack and passwords stay out of the ledger; ports are those of the web"""
    with pytest.raises(CannotDo) as fault:
        check_target(target, None)
    assert fault.value.field == "target"
    assert "secret@" not in str(fault.value)


def test_targets_that_are_kept() -> None:
    """A webhook, one on a port of its own, and the name of a variable"""
    assert check_target(HOOK, None) == (HOOK, "webhook")
    assert check_target(" http://crm.example:8080/x?y=1 ", None)[1] == "webhook"
    assert check_target("env:SLACK_URL", None) == ("env:SLACK_URL", "apprise")
    assert check_target("env:CRM_URL", "webhook") == ("env:CRM_URL", "webhook")
    assert url_fault("https://[2606:4700:4700::1111]/hook") is None
