"""The language of whoever reads a page that belongs to no form."""

from __future__ import annotations

from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from leadlight.server.http import Scope


def language_of(scope: Scope) -> str:
    """The first language of the browser's that the pages speak; English where they speak none."""
    headers = dict(scope.get("headers", ()))
    wanted = headers.get(b"accept-language", b"").decode("latin-1")[:500]
    for name, _weight in parse_accept_lang_header(wanted):
        try:
            return str(get_supported_language_variant(name))
        except LookupError:
            continue
    return "en"
