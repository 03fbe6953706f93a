"""A small ledger in a folder, to which a test adds runs; and a dispatcher on it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from leadlight.desk.live.endpoints import AddEndpointRequest, add_endpoint
from leadlight.desk.ports import DeliveryTurn
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.facts.deliveries import Endpoint, EndpointKind
from leadlight.server.log import Log
from leadlight.server.outgoing.courier import DispatchOptions
from leadlight.server.outgoing.dispatcher import Dispatcher
from tests.server.outgoing.examples import NOW, SECRET


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


class Company:
    """A workspace whose runs a test writes itself."""

    def __init__(self, folder: Path) -> None:
        init(Session(), InitRequest(NOW, str(folder)))
        self.folder = folder
        self.session = Session(str(folder), shared=True)
        self.runs = 0
        self.lines = io.StringIO()
        with self.session.write("test", NOW) as workspace:
            con = workspace.con
            con.execute("ALTER TABLE run_changes ADD COLUMN label_temperature VARCHAR")
            con.execute("INSERT INTO playbooks VALUES ('f', 'small', '', ?)", [NOW])

    def run(self, *leads: str, label: str = "hot") -> int:
        """A run that moved these leads to a label."""
        self.runs += 1
        with self.session.write("test", NOW) as workspace:
            con = workspace.con
            con.begin()
            con.execute(
                "INSERT INTO runs (run_no, run_id, as_of, recorded_at, known, fingerprint, leads,"
                " changed) VALUES (?, ?, ?, ?, 'now', 'f', 9, ?)",
                [self.runs, f"r{self.runs}", NOW, NOW, len(leads)],
            )
            if leads:
                con.execute(
                    "INSERT INTO run_changes (run_no, lead_id, gone, reasons, label_temperature)"
                    " SELECT ?, unnest(?), FALSE, 'Asked for a demo', ?",
                    [self.runs, list(leads), label],
                )
            con.commit()
        return self.runs

    def forget(self, lead: str) -> None:
        """Nothing is known of a lead any more."""
        with self.session.write("test", NOW) as workspace:
            workspace.con.execute("DELETE FROM run_changes WHERE lead_id = ?", [lead])

    def endpoint(self, target: str, *labels: str, kind: EndpointKind | None = None) -> Endpoint:
        request = AddEndpointRequest(now(), target, "ana", None, labels, kind)
        return add_endpoint(self.session, request).endpoint

    @contextmanager
    def dispatcher(
        self,
        *,
        paused: bool = False,
        allow_private: bool = True,
        turn: DeliveryTurn | None = None,
        **options: object,
    ) -> Iterator[Dispatcher]:
        """A dispatcher that looks often, and stops at the end."""
        chosen = {"time_out": 2.0, "poll": 0.1, "batch": 0.05, **options}
        made = Dispatcher(
            self.session,
            SECRET,
            allow_private=allow_private,
            clock=now,
            paused=paused,
            turn=turn,
            options=DispatchOptions(**chosen),  # type: ignore[arg-type]
            log=Log(self.lines),
        )
        made.start()
        try:
            yield made
        finally:
            made.stop(5)
