"""What the server counts, as Prometheus reads it. No label holds anything of a lead."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """The numbers of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "leadlight_intake_requests_total",
            "Requests of senders, by source and status",
            ["source", "status"],
            registry=self._registry,
        )
        self.forms = Counter(
            "leadlight_forms_total",
            "Forms that were sent, by what became of them: asked, kept, fault, machine",
            ["became"],
            registry=self._registry,
        )
        self.events = Counter(
            "leadlight_events_total",
            "Events, by what became of them: added, known, quarantine",
            ["became"],
            registry=self._registry,
        )
        self.transitions = Counter(
            "leadlight_transitions_total", "Leads with other labels", registry=self._registry
        )
        self.batch_seconds = Histogram(
            "leadlight_batch_seconds",
            "From the journal to labels that are committed",
            registry=self._registry,
        )
        self.backlog = Gauge(
            "leadlight_journal_backlog", "Requests that are not taken yet", registry=self._registry
        )
        self.damages = Gauge(
            "leadlight_journal_damages", "Damaged places of the journal", registry=self._registry
        )
        self.faults = Counter(
            "leadlight_faults_total", "Faults, by where", ["where"], registry=self._registry
        )
        self.deliveries = Counter(
            "leadlight_deliveries_total",
            "Attempts of deliveries, by endpoint and what became of them: delivered, failed, dead",
            ["endpoint", "became"],
            registry=self._registry,
        )
        self.waiting = Gauge(
            "leadlight_deliveries_waiting",
            "Deliveries that wait in memory, by endpoint",
            ["endpoint"],
            registry=self._registry,
        )
        self.subscribers = Gauge(
            "leadlight_stream_subscribers", "Open streams", registry=self._registry
        )

    def render(self) -> bytes:
        """The numbers as text."""
        return generate_latest(self._registry)
