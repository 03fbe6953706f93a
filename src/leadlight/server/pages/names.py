"""What the pages call the names that are Leadlight's own: attributes of the catalog, splits, and
states. Names that a playbook or a file brings stay as their authors wrote them.
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from leadlight.results.summary import label_text

_NAMES = frozenset(
    (
        # who it is
        _("lead id"),
        _("email"),
        _("phone"),
        _("mobile"),
        _("other emails"),
        _("other phones"),
        _("first name"),
        _("last name"),
        _("full name"),
        _("gender"),
        _("age"),
        _("income"),
        _("birthday"),
        _("company"),
        _("website"),
        _("industry"),
        _("employees"),
        _("revenue"),
        _("job title"),
        _("department"),
        _("street"),
        _("city"),
        _("region"),
        _("postal code"),
        _("country"),
        _("language"),
        _("ip address"),
        _("tags"),
        _("notes"),
        # where it came from
        _("source"),
        _("campaign"),
        _("landing page"),
        _("referred by"),
        _("newest source"),
        _("newest campaign"),
        _("newest landing page"),
        _("newest created at"),
        # what it wants and may be sent
        _("budget"),
        _("authority"),
        _("need"),
        _("timeline"),
        _("interests"),
        _("product"),
        _("offer taken"),
        _("consent"),
        _("do not email"),
        _("do not call"),
        _("profiling objected"),
        # what other systems say of it
        _("owner"),
        _("CRM stage"),
        _("CRM status"),
        _("CRM rating"),
        _("dropped reason"),
        _("converted"),
        _("converted at"),
        _("created at"),
        _("changed at"),
        _("last activity at"),
        _("visits"),
        _("minutes on site"),
        _("pages per visit"),
        # its contact
        _("email bounced"),
        _("email verdict"),
        _("email because"),
        _("email repair"),
        _("email domain"),
        _("phone verdict"),
        _("phone because"),
        _("phone repair"),
        _("phone line"),
        _("phone country"),
        _("mobile verdict"),
        _("mobile because"),
        _("mobile repair"),
        _("declined repairs"),
        _("contact because"),
        _("checked at"),
        _("doubts"),
        # what it did
        _("activity id"),
        _("occurred at"),
        _("kind"),
        _("result"),
        _("agent"),
        _("subject"),
        _("value"),
        # what a table is of, or split by
        _("leads"),
        _("activities"),
        _("channel"),
        _("segment"),
        _("account"),
        # what somebody may decide, and when
        _("decision maker"),
        _("influencer"),
        _("user"),
        _("none"),
        _("this quarter"),
        _("this year"),
        _("now"),
        _("later"),
    )
)


def name_text(name: str) -> str:
    """A name as people read it, in the language of the page where it is one of ours."""
    text = label_text(name)
    return gettext(text) if text in _NAMES else text
