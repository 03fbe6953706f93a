"""Texts that are evidently something else than a table: web pages, XML, playbooks."""

from __future__ import annotations

import re

from leadlight.problems import CannotDo

_PAGE = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|div)\b", re.I | re.S
)
_XML = re.compile(r"\s*<\?xml\b|\s*<(?:!DOCTYPE|svg|rss|feed|Workbook)\b", re.I)
_SECTION = re.compile(r"^(?:leadlight|signals|scores|scales|segments|routes):(?:\s|$)", re.M)
_YAML = re.compile(
    r"(?:%YAML\b|---\s*\n)|(?:\s*#[^\n]*\n|\s*\n)*[A-Za-z_][\w -]*:[ \t]*\n[ \t]+(?:-["
    r" \t]|[\w\"']+:)"
)


def demand_table(head: str, place: str) -> None:
    """Refuses the beginning of a text that no program wrote as a table."""
    head = head.removeprefix("\ufeff")
    if _PAGE.match(head):
        raise CannotDo(
            f"{place} is a web page (HTML), not a table. If a table is in it, open it in a"
            " spreadsheet and save that as CSV or XLSX."
        )
    if _XML.match(head):
        raise CannotDo(
            f"{place} is XML, not a table. Export it as CSV, XLSX, JSON lines or Parquet."
        )
    if len(set(_SECTION.findall(head))) > 1:
        raise CannotDo(
            f"{place} is a playbook, not a table of leads. Name the file with your leads."
        )
    if _YAML.match(head):
        raise CannotDo(
            f"{place} is YAML, not a table. Export it as CSV, XLSX, JSON lines or Parquet."
        )
