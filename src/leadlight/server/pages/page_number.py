"""The page of a list that an address names."""

from __future__ import annotations

from django.http import HttpRequest


def page_number(request: HttpRequest, rows: int, limit: int) -> int:
    """The page, from 1 to the last one of so many rows; what is no number is the first."""
    text = request.GET.get("page", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
    return max(1, min(wanted, (rows + limit - 1) // limit))
