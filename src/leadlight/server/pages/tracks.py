"""Tracks: what leads are sent, what came of it and what it caused; and what would go out now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from leadlight.desk.nurture.send import OwedRequest, owed
from leadlight.desk.nurture.tracks import ChangeTrackRequest, TracksRequest, change_track, tracks
from leadlight.playbook.spec import PURPOSES
from leadlight.results.nurture import Effect, TrackResults
from leadlight.server.access.audit import record
from leadlight.server.pages.desk_page import DeskPage, now, session_of
from leadlight.server.pages.part_page import unknown_button
from leadlight.server.scopes import Scope, may

#: Whoever stops or resumes a track changes what was agreed.
_CHANGES: Scope = "rules"


@dataclass(frozen=True)
class EffectView:
    """An outcome in words: the shares of those in the track and of those held out, and what the
    track caused.
    """

    outcome: str
    inside: str
    held_out: str
    caused: str


class TracksPage(DeskPage):
    """The tracks of the playbook."""

    scope: ClassVar[Scope] = "read"

    def get(self, request: HttpRequest) -> HttpResponse:
        session = session_of(request)
        found = tracks(session, TracksRequest(now()))
        shows_owed = bool(found.tracks) and "owed" in request.GET
        words: dict[str, Any] = {
            "here": "tracks",
            "tracks": [(track, _effects(track), _purpose(track.purpose)) for track in found.tracks],
            "as_of": found.as_of,
            "tasks": found.tasks,
            "owed": owed(session, OwedRequest(now())) if shows_owed else None,
            "may_change": may(self.scopes, _CHANGES),
        }
        return self.show(request, "pages/tracks.html", words)

    def post(self, request: HttpRequest) -> HttpResponse:
        if not may(self.scopes, _CHANGES):
            raise PermissionDenied
        track, action = request.POST.get("track", ""), request.POST.get("do", "")
        why = request.POST.get("why", "").strip()[:200]
        if action == "stop":
            change_track(session_of(request), ChangeTrackRequest(now(), track, "stopped", why))
            messages.info(request, _("%(track)s is stopped.") % {"track": track})
        elif action == "resume":
            change_track(session_of(request), ChangeTrackRequest(now(), track, "resumed", why))
            messages.info(request, _("%(track)s goes on.") % {"track": track})
        else:
            raise unknown_button()
        record(request, "change-track", track)
        return redirect("tracks")


def _effects(track: TrackResults) -> list[EffectView]:
    words = {
        "won": _("Bought"),
        "rose": _("Rose"),
        "fell": _("Fell"),
        "unsubscribed": _("Unsubscribed"),
    }
    return [
        EffectView(
            words[effect.outcome],
            _share(effect.came, effect.leads),
            _share(effect.came_held_out, effect.held_out),
            _difference(effect),
        )
        for effect in track.effects
    ]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def _difference(effect: Effect) -> str:
    """What a track caused, as far as can be said."""
    if effect.low is None or effect.high is None:
        return str(_("too few to say"))
    values = {
        "difference": f"{100 * effect.difference:+.1f}",
        "low": f"{100 * effect.low:+.1f}",
        "high": f"{100 * effect.high:+.1f}",
    }
    if effect.is_certain:
        return str(_("%(difference)s points (%(low)s to %(high)s)") % values)
    return str(_("%(difference)s points (%(low)s to %(high)s): may be chance") % values)


def _purpose(purpose: str) -> str:
    known = dict(zip(PURPOSES, (_("marketing"), _("newsletter"), _("service")), strict=True))
    return str(known[purpose])
