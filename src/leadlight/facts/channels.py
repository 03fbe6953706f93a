"""The channel a lead came by, by the rules of Google Analytics 4, from its source, medium and
campaign.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

#: The channel of a lead of which neither source nor medium nor campaign is known.
UNKNOWN = "(unknown)"
UNASSIGNED = "Unassigned"
#: What nobody has named: it can be looked into, but neither raised nor cut.
NAMELESS = frozenset({UNKNOWN, UNASSIGNED})
#: Every channel, in the order of the rules.
CHANNELS: tuple[str, ...] = (
    "Direct",
    "Cross-network",
    "Paid Shopping",
    "Paid Search",
    "Paid Social",
    "Paid Video",
    "Display",
    "Paid Other",
    "Organic Shopping",
    "Organic Social",
    "Organic Video",
    "Organic Search",
    "Email",
    "Affiliates",
    "AI Assistants",
    "Referral",
    "Audio",
    "SMS",
    "Mobile Push Notifications",
    UNASSIGNED,
    UNKNOWN,
)
#: Channels for which somebody was paid.
PAID = frozenset(
    {
        "Cross-network",
        "Paid Shopping",
        "Paid Search",
        "Paid Social",
        "Paid Video",
        "Display",
        "Paid Other",
        "Affiliates",
    }
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PAID = re.compile(r".*cp.*|ppc|retargeting|paid.*")
_SHOP = re.compile(r".*(([^a-df-z]|^)shop|shopping).*")
_WORDS = re.compile(r"[^a-z0-9]+")
_SEARCH = _set(
    "google bing yahoo duckduckgo baidu yandex ecosia qwant startpage brave naver seznam aol "
    "ask sogou yahoo.co.jp daum dogpile lycos search adwords bingads"
)
_SOCIAL = _set(
    "facebook fb instagram ig linkedin lnkd twitter x t.co x.com meta.com tiktok pinterest "
    "reddit quora vk xing whatsapp telegram threads mastodon snapchat meta tumblr weibo "
    "wechat bluesky bsky discord odnoklassniki ok.ru messenger slideshare meetup flickr line "
    "social"
)
_VIDEO = _set(
    "youtube youtu.be vimeo dailymotion twitch netflix hulu wistia rutube disneyplus bilibili video"
)
_SHOPPING = _set(
    "amazon ebay etsy alibaba aliexpress walmart shopify mercadolibre otto zalando rakuten "
    "ozon wildberries idealo temu shein shopping"
)
_ASSISTANTS = _set(
    "chatgpt chatgpt.com openai perplexity perplexity.ai claude.ai gemini gemini.google.com "
    "copilot copilot.microsoft.com deepseek mistral.ai"
)
_MONEY = frozenset({"ad", "ads", "adwords", "bingads", "cpc", "cpm", "ppc", "paid", "retargeting"})
_SOCIAL_MEDIUMS = frozenset(
    {"social", "social-network", "social-media", "sm", "social network", "social media"}
)
_DISPLAY = frozenset({"display", "banner", "expandable", "interstitial", "cpm"})
_MAIL = frozenset({"email", "e-mail", "e_mail", "e mail"})
#: What CRMs write into a source instead of a source and a medium -> source and medium.
_CRM_WORDS: Mapping[str, tuple[str, str]] = {
    "direct": ("(direct)", "(none)"),
    "direct traffic": ("(direct)", "(none)"),
    "organic": ("organic", "organic"),
    "organic search": ("organic", "organic"),
    "organic social": ("social", "social"),
    "social": ("social", "social"),
    "social media": ("social", "social"),
    "organic video": ("video", "video"),
    "paid search": ("search", "paid"),
    "paid social": ("social", "paid"),
    "paid video": ("video", "paid"),
    "paid shopping": ("shopping", "paid"),
    "display": ("display", "display"),
    "email marketing": ("email", "email"),
    "newsletter": ("email", "email"),
    "referral": ("referral", "referral"),
    "referrals": ("referral", "referral"),
    "affiliate": ("affiliate", "affiliate"),
    "affiliates": ("affiliate", "affiliate"),
}


@dataclass(frozen=True)
class _Touch:
    """A source, a medium and a campaign in small letters, and the words of the source."""

    source: str
    medium: str
    campaign: str
    words: frozenset[str]

    @property
    def is_paid(self) -> bool:
        return _PAID.fullmatch(self.medium) is not None

    @property
    def is_shop(self) -> bool:
        return bool(self.words & _SHOPPING) or _SHOP.fullmatch(self.campaign) is not None


_Rule: TypeAlias = tuple[str, Callable[[_Touch], bool]]
#: From top to bottom; the first that holds names the channel.
_RULES: tuple[_Rule, ...] = (
    (
        "Direct",
        lambda t: t.source in ("(direct)", "direct") and t.medium in ("(none)", "(not set)", ""),
    ),
    ("Cross-network", lambda t: "cross-network" in t.campaign),
    ("Paid Shopping", lambda t: t.is_paid and t.is_shop),
    ("Paid Search", lambda t: t.is_paid and bool(t.words & _SEARCH)),
    ("Paid Social", lambda t: t.is_paid and bool(t.words & _SOCIAL)),
    ("Paid Video", lambda t: t.is_paid and bool(t.words & _VIDEO)),
    ("Display", lambda t: t.medium in _DISPLAY),
    ("Paid Other", lambda t: t.is_paid),
    ("Organic Shopping", lambda t: t.is_shop),
    ("Organic Social", lambda t: bool(t.words & _SOCIAL) or t.medium in _SOCIAL_MEDIUMS),
    ("Organic Video", lambda t: bool(t.words & _VIDEO) or "video" in t.medium),
    ("AI Assistants", lambda t: t.medium == "ai-assistant" or bool(t.words & _ASSISTANTS)),
    ("Organic Search", lambda t: bool(t.words & _SEARCH) or t.medium == "organic"),
    ("Email", lambda t: t.source in _MAIL or t.medium in _MAIL),
    ("Affiliates", lambda t: t.medium == "affiliate"),
    ("Referral", lambda t: t.medium in ("referral", "app", "link")),
    ("Audio", lambda t: t.medium == "audio"),
    ("SMS", lambda t: "sms" in (t.source, t.medium)),
    (
        "Mobile Push Notifications",
        lambda t: (
            t.medium.endswith("push")
            or "mobile" in t.medium
            or "notification" in t.medium
            or t.source == "firebase"
        ),
    ),
)


@lru_cache(maxsize=1 << 16)
def channel_of(source: str | None, medium: str | None, campaign: str | None) -> str:
    """The channel by the rules of Google Analytics 4, one of `CHANNELS`.

    Two things are added for what CRMs write: a source without a medium that names a channel
    ("Organic Search", "PAID_SOCIAL") is that channel, and one that names advertising ("Google Ads")
    was paid. Where nothing is known at all the channel is `(unknown)`, not Direct.
    """
    touch = _touch(_plain(source), _plain(medium), _plain(campaign))
    if not (touch.source or touch.medium or touch.campaign):
        return UNKNOWN
    return next((name for name, holds in _RULES if holds(touch)), UNASSIGNED)


def _plain(text: str | None) -> str:
    return (text or "").strip().casefold()


def _touch(source: str, medium: str, campaign: str) -> _Touch:
    parts = _parts(source)
    if not medium:
        said = _CRM_WORDS.get(" ".join(_WORDS.split(source)).strip())
        if said is not None:
            source, medium = said
            parts = _parts(source)
        elif parts & _MONEY:
            medium = "paid"
    return _Touch(source, medium, campaign, parts)


def _parts(source: str) -> frozenset[str]:
    """What a source may be known by: itself, its domain, and its words.

    The words of a domain are not looked at: `ask` is a search engine, `ask.example.com` is none,
    but `m.facebook.com` is Facebook's by the name before its ending.
    """
    host = source.split("://")[-1].split("/")[0].removeprefix("www.")
    if "." in host and " " not in host:
        labels = host.split(".")
        names = {source, host, ".".join(labels[-2:]), labels[-2]}
        if len(labels) > 2 and len(labels[-2]) <= 3:
            names.add(labels[-3])  # google.co.uk
        return frozenset(names - {"x", "line", "social", "video", "search", "shopping", "meta"})
    return frozenset({source, *filter(None, _WORDS.split(source))})
