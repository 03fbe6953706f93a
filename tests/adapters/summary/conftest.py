"""The base that reports are made of is the one that is summed up."""

from __future__ import annotations

from tests.adapters.destinations.conftest import base, playbook, summary

__all__ = ["base", "playbook", "summary"]
