"""The HTML report: one file that works offline, on a phone and on paper."""

from leadlight.adapters.destinations.report.page import render, write_report

__all__ = ["render", "write_report"]
