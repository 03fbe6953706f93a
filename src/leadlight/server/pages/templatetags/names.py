"""Names in the language of the page."""

from __future__ import annotations

from django import template

from leadlight.server.contact_rules import rule_text
from leadlight.server.pages.names import name_text

register = template.Library()
register.filter("name_text", name_text)
register.filter("rule_text", rule_text)
