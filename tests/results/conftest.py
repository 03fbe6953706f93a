"""What is printed is the summary that a report shows."""

from __future__ import annotations

from tests.adapters.destinations.conftest import base, playbook, summary

__all__ = ["base", "playbook", "summary"]
