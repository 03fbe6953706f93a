"""The HTML report: one file that works offline, on a phone and on paper."""
