"""A way to be in touch, as a link of a page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _

from leadlight.results.today import Way


@dataclass(frozen=True)
class ContactLink:
    """A way to be in touch, as a link that a phone or a mail program opens."""

    word: str
    value: str
    url: str
    doubt: str


def contact_link(way: Way) -> ContactLink:
    """The link of a way to be in touch."""
    if way.channel == "mail":
        url = "mailto:" + quote(way.value, safe="@+")
        return ContactLink(_("Mail"), way.value, url, way.doubt or "")
    dialled = "".join(c for c in way.value if c in "0123456789+")
    return ContactLink(_("Call"), way.value, f"tel:{dialled}", way.doubt or "")
