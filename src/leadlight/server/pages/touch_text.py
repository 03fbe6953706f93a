"""What was done last with a lead, in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from leadlight.facts.sales_touches import SalesTouch
from leadlight.presentable import presentable
from leadlight.results.text.today import kind_words
from leadlight.server.pages.names import name_text


def touch_text(last: SalesTouch) -> str:
    """What was done last with a lead, when and by whom; empty where nothing was."""
    if last.at is None or last.kind is None:
        return ""
    sentence = _("Logged %(at)s by %(by)s: %(what)s.") if last.by else _("Logged %(at)s: %(what)s.")
    words = {
        "at": f"{last.at:%Y-%m-%d %H:%M}",
        "by": presentable(last.by, 80),
        "what": name_text(kind_words(last.kind)),
    }
    return str(sentence % words)
