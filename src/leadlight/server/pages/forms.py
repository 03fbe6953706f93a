"""Forms: the capture pages, what came of each, and how it gets into a page of one's own."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadlight.desk.live.forms import FormsRequest, forms
from leadlight.results.forms import FormLine
from leadlight.server.pages.desk_page import DeskPage, now, session_of


@dataclass(frozen=True)
class FormView:
    """A form on the page: what it is, what came of it, and the code that shows it elsewhere."""

    form: FormLine
    sentence: str
    address: str
    script: str
    frame: str


class FormsPage(DeskPage):
    """The forms of the workspace."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = forms(session_of(request), FormsRequest(now()))
        origin = settings.CSRF_TRUSTED_ORIGINS[0]
        views = [_view(form, origin) for form in found.forms]
        return self.show(request, "pages/forms.html", {"forms": views, "here": "forms"})


def _view(form: FormLine, origin: str) -> FormView:
    address = f"{origin}{form.path}"
    return FormView(
        form,
        form_text(form),
        address,
        f'<script src="{address}/embed.js" defer></script>',
        f'<iframe src="{address}" title="{form.name}" width="100%" height="600"></iframe>',
    )


def form_text(form: FormLine) -> str:
    """What came of a form, in the language of the page."""
    if any(p.level == "fault" for p in form.problems):
        return str(_("It has a fault, and is not shown to anybody."))
    if not form.count or form.last is None:
        return str(_("Nobody has sent it yet."))
    times = ngettext("Sent once", "Sent %(n)s times", form.count) % {"n": f"{form.count:,}"}
    leads = ngettext("%(n)s lead", "%(n)s leads", form.leads) % {"n": f"{form.leads:,}"}
    words = {"times": times, "leads": leads, "last": f"{form.last:%Y-%m-%d %H:%M}"}
    if form.double_opt_in:
        sentence = _("%(times)s by %(leads)s, each confirmed by mail; last on %(last)s UTC.")
    else:
        sentence = _("%(times)s by %(leads)s; last on %(last)s UTC.")
    return str(sentence % words)
