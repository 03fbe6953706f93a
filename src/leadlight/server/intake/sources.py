"""The sources by their names: what is mounted under `/hooks/NAME`."""

from __future__ import annotations

from collections.abc import Mapping

from leadlight.server.intake.google_lead_form import GOOGLE
from leadlight.server.intake.mail_events import MAIL
from leadlight.server.intake.meta_lead_form import SECRET, make_meta
from leadlight.server.intake.source import Source


def make_hooks(environment: Mapping[str, str]) -> Mapping[str, Source]:
    """The sources of vendors by name. The environment has the secret of Meta's app, if any."""
    meta = make_meta(environment.get(SECRET))
    return {source.name: source for source in (GOOGLE, meta, *MAIL.values())}
