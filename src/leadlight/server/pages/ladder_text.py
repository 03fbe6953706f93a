"""Where leads are lost and why they fell, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadlight.presentable import presentable
from leadlight.results.ladder import FEW, FallBack, LadderScale
from leadlight.results.summary import label_text
from leadlight.results.text.ladder import FALLS, REASONS
from leadlight.server.pages.interval import share_with_interval


def ladder_sentences(scale: LadderScale) -> Iterator[str]:
    """The same that the command says of a scale: the largest leak first."""
    if scale.leak is not None:
        share, interval = share_with_interval(scale.leak.share)
        words = {
            "label": label_text(scale.leak.label),
            "losses": f"{scale.leak.losses:,}",
            "leads": f"{scale.leak.leads:,}",
            "share": share,
            "interval": interval,
        }
        yield _(
            "Most is lost at %(label)s: %(losses)s of %(leads)s leads left it otherwise than"
            " upwards, %(share)s (%(interval)s)."
        ) % words  # fmt: skip
    elif any(step.leads for step in scale.steps):
        yield _(
            "Where most is lost cannot be told: no step with losses had %(few)s leads or more."
        ) % {"few": FEW}  # fmt: skip
    steps = {step.label for step in scale.steps if step.is_step}
    for fall in scale.falls[:FALLS]:
        yield _fall(fall, is_aside=fall.after not in steps)


def _fall(fall: FallBack, *, is_aside: bool) -> str:
    words = {
        "n": f"{fall.leads:,}",
        "before": label_text(fall.before),
        "after": label_text(fall.after),
    }
    if is_aside:
        sentence = ngettext(
            "%(n)s lead left the ladder from %(before)s as %(after)s.",
            "%(n)s leads left the ladder from %(before)s as %(after)s.",
            fall.leads,
        )
    elif fall.fading:
        sentence = ngettext(
            "%(n)s lead fell from %(before)s to %(after)s; what faded: %(reasons)s.",
            "%(n)s leads fell from %(before)s to %(after)s; what faded: %(reasons)s.",
            fall.leads,
        )
        words["reasons"] = ", ".join(
            f"{presentable(r.reason, 60)} ({r.moves:,})" for r in fall.fading[:REASONS]
        )
    else:
        sentence = ngettext(
            "%(n)s lead fell from %(before)s to %(after)s; no reason of its own faded.",
            "%(n)s leads fell from %(before)s to %(after)s; no reason of theirs faded.",
            fall.leads,
        )
    return str(sentence % words)
