"""What a template reads of a field that is edited."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def value_of(values: Mapping[str, str] | str | None, name: str) -> str | None:
    """The value of that name; None where there is none."""
    return values.get(name) if isinstance(values, Mapping) else None
