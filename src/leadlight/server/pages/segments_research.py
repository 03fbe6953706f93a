"""Segments: who is outside the target audience, what they asked for, and which of them buy."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict

from leadlight.desk.leads.market_research import MarketResearchRequest, market_research
from leadlight.problems import CannotDo
from leadlight.results.segments import MarketResearch
from leadlight.server.pages.desk_page import now, session_of
from leadlight.server.pages.kept_answers import KeptAnswers, answer_key
from leadlight.server.pages.names import name_text
from leadlight.server.pages.segments_page import SegmentsPlace, share_parts

_KEPT: KeptAnswers[MarketResearch] = KeptAnswers()


class MarketResearchPage(SegmentsPlace):
    """The leads outside the audience in numbers, beside those inside."""

    part = "market-research"
    template = "pages/market_research.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        session = session_of(request)
        try:
            found = _KEPT.get(
                answer_key(session, now()),
                lambda: market_research(session, MarketResearchRequest(now())),
            )
        except CannotDo as fault:
            return {"nothing": str(fault)}
        return {
            "found": found,
            "outside": share_parts(found.conversion),
            "inside": share_parts(found.inside_conversion),
            "groups": [
                {
                    "word": name_text(group.attribute),
                    "known": group.known,
                    "lines": [
                        (line, f"{line.share:.0%}", f"{line.share_inside:.0%}")
                        for line in group.lines
                    ],
                }
                for group in found.groups
            ],
            "wishes": [(name_text(wish.what), wish) for wish in found.wishes],
        }
