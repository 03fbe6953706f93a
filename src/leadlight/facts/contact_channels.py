"""The channels for which a list of leads is made, and what each wants to know of a lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ChannelWay = Literal["mail", "call", "text", "post", "ads"]


@dataclass(frozen=True)
class Channel:
    """Where a list goes: by which way its leads are reached, and for which purpose unless somebody
    names another. `by_address` holds where only an e-mail address says who a lead is.
    """

    name: str
    about: str
    way: ChannelWay
    purpose: str = "marketing"
    by_address: bool = False

    @property
    def is_audience(self) -> bool:
        """Whether it is an audience of an advertising platform: hashed, and without ids."""
        return self.way == "ads"


CHANNELS: Mapping[str, Channel] = {
    channel.name: channel
    for channel in (
        Channel("google-ads", "Customer Match of Google Ads", "ads", "advertising"),
        Channel("meta-ads", "Custom Audience of Facebook and Instagram", "ads", "advertising"),
        Channel(
            "linkedin-ads", "Matched Audience of LinkedIn", "ads", "advertising", by_address=True
        ),
        Channel(
            "microsoft-ads",
            "Customer Match of Microsoft Advertising",
            "ads",
            "advertising",
            by_address=True,
        ),
        Channel("dialler", "calls, with the time zone and the hours of each lead", "call"),
        Channel("text", "text messages to mobile numbers", "text"),
        Channel("mail", "mail merge by e-mail, with a salutation", "mail", by_address=True),
        Channel("post", "mail merge by post, with a salutation", "post"),
    )
}
