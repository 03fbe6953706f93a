"""The catalog: every attribute and activity column that has a standard name, with its type, and a
company's own ones.

A name in the catalog is what a playbook may say in a condition and what an import maps a header to.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Type(StrEnum):
    """The type of an attribute's value, in the words of a playbook's author."""

    TEXT = "text"
    WHOLE = "whole"  # a whole number
    NUMBER = "number"
    YES_NO = "yes_no"
    MOMENT = "moment"  # a date or a date with a time; UTC without zone

    @property
    def is_number(self) -> bool:
        return self in (Type.WHOLE, Type.NUMBER)


class Form(StrEnum):
    """What a text or number means, which tells an import how to clean it and a reader how to show
    it.
    """

    PLAIN = "plain"
    EMAIL = "email"
    PHONE = "phone"
    COUNTRY = "country"  # ISO 3166-1 alpha-2 where the value is recognised, else as it came
    URL = "url"
    MONEY = "money"
    PERSONAL = "personal"  # a name, a street: never in a log


@dataclass(frozen=True)
class Attribute:
    """A named, typed property of a lead (or of an activity): `own` ones were brought by the
    company's files.

    `column` is where the facts have it, when that is not its name. `gone` says that only imports
    brought it that were
    taken back since: earlier moments still see it.
    """

    name: str
    type: Type
    about: str = ""
    form: Form = Form.PLAIN
    own: bool = False
    column: str = ""
    gone: bool = False


def _attrs(*rows: tuple[str, Type, str] | tuple[str, Type, str, Form]) -> dict[str, Attribute]:
    return {row[0]: Attribute(*row) for row in rows}


T, W, N, Y, M = Type.TEXT, Type.WHOLE, Type.NUMBER, Type.YES_NO, Type.MOMENT

LEAD_ATTRIBUTES: Mapping[str, Attribute] = _attrs(
    ("lead_id", T, "the lead's own id in the company's system"),
    ("email", T, "e-mail address", Form.EMAIL),
    ("phone", T, "phone number", Form.PHONE),
    ("mobile", T, "mobile phone number", Form.PHONE),
    ("other_emails", T, "further e-mail addresses of the lead, apart by semicolons", Form.EMAIL),
    ("other_phones", T, "further phone numbers of the lead, apart by semicolons", Form.PHONE),
    ("first_name", T, "given name", Form.PERSONAL),
    ("last_name", T, "family name", Form.PERSONAL),
    ("full_name", T, "name as one text", Form.PERSONAL),
    ("gender", T, "gender as the company recorded it"),
    ("age", W, "age in years"),
    ("income", N, "income a year", Form.MONEY),
    ("birthday", M, "date of birth", Form.PERSONAL),
    ("company", T, "name of the lead's company (its account)"),
    ("website", T, "the company's site", Form.URL),
    ("industry", T, "the company's industry"),
    ("employees", W, "number of people who work at the company"),
    ("revenue", N, "the company's annual revenue", Form.MONEY),
    ("job_title", T, "the lead's position"),
    ("department", T, "the lead's department at its company"),
    ("street", T, "street and number", Form.PERSONAL),
    ("city", T, "city"),
    ("region", T, "state, province or region"),
    ("postal_code", T, "postal code"),
    ("country", T, "country, as a two-letter ISO code where recognised", Form.COUNTRY),
    ("language", T, "preferred language"),
    ("source", T, "source of the lead, in marketing's words"),
    ("campaign", T, "the campaign that brought the lead"),
    ("utm_source", T, "utm_source of the first visit"),
    ("utm_medium", T, "utm_medium of the first visit"),
    ("utm_campaign", T, "utm_campaign of the first visit"),
    ("utm_term", T, "utm_term of the first visit"),
    ("utm_content", T, "utm_content of the first visit"),
    ("landing_page", T, "the first page seen", Form.URL),
    ("created_at", M, "when the lead was first known"),
    ("changed_at", M, "when its attributes last changed in the company's system"),
    ("last_activity_at", M, "date of its last activity, according to the company's system"),
    ("owner", T, "its owner (salesperson) in the company's system"),
    (
        "crm_stage",
        T,
        "life-cycle stage in the company's system; never used in a shipped score",
    ),
    ("crm_status", T, "lead status in the company's system"),
    ("crm_rating", T, "rating in the company's system (hot, warm, cold)"),
    ("dropped_reason", T, "why the company discarded or parked the lead, in its own words"),
    ("consent", Y, "may be contacted for marketing"),
    ("ads_consent", Y, "may be shared with advertising platforms, for ads to itself"),
    ("do_not_email", Y, "asked not to be mailed"),
    ("do_not_call", Y, "asked not to be called"),
    (
        "profiling_objected",
        Y,
        "objected to profiling: has no score, label or segment, and is never used for training",
    ),
    ("declined_repairs", T, "proposed repairs of its contacts that somebody declined"),
    ("email_bounced", Y, "the last mail to it bounced"),
    ("budget", N, "money set aside (BANT)", Form.MONEY),
    ("authority", T, "may decide: decision_maker, influencer, user, none (BANT)"),
    ("need", T, "the problem to be solved, in the lead's words (BANT)"),
    ("timeline", T, "when it wants to buy: now, this_quarter, this_year, later (BANT)"),
    ("interests", T, "topics or products of interest"),
    ("product", T, "the product it asked about"),
    ("offer_taken", T, "the free material it received for its contact details"),
    ("referred_by", T, "who referred it"),
    (
        "converted",
        Y,
        (
            "has become a customer, as the company's system says: an outcome, never used in a score"
            " of ours"
        ),
    ),
    ("converted_at", M, "when it became a customer"),
    ("visits", W, "visits to the site, as another tool counted them"),
    ("minutes_on_site", N, "minutes spent on the site, as another tool counted them"),
    ("pages_per_visit", N, "pages seen in a visit, as another tool counted them"),
    ("notes", T, "free text"),
    ("ip_address", T, "the internet address a form was sent from", Form.PERSONAL),
    ("honeypot", T, "content of a hidden form field (honeypot)"),
    (
        "email_verdict",
        T,
        "the e-mail address: reachable, risky, unreachable or unknown, by `verify`",
    ),
    ("email_because", T, "rules that apply to the e-mail address"),
    ("email_repair", T, "the e-mail address proposed instead", Form.EMAIL),
    (
        "email_domain",
        T,
        (
            "what the e-mail domain answered: not asked, accepts mail, no mail, no such domain, no"
            " answer"
        ),
    ),
    ("phone_verdict", T, "the phone number: reachable, risky, unreachable or unknown, by `verify`"),
    ("phone_because", T, "rules that apply to the phone number"),
    ("phone_repair", T, "the phone number proposed instead, as E.164", Form.PHONE),
    (
        "mobile_verdict",
        T,
        "the mobile number: reachable, risky, unreachable or unknown, by `verify`",
    ),
    ("mobile_because", T, "rules that apply to the mobile number"),
    ("mobile_repair", T, "the mobile number proposed instead, as E.164", Form.PHONE),
    ("phone_line", T, "type of line: mobile, fixed, toll_free, voip ..."),
    ("phone_country", T, "the country of the number", Form.COUNTRY),
    ("doubts", T, "contradictions found within the lead's data"),
    ("contact_because", T, "why its contact is empty or doubtful, as a sentence"),
    ("checked_at", M, "when its contact was last verified"),
    ("tags", T, "tags in the company's system"),
    ("account", T, "the company it belongs to, by its links"),
    ("newest_source", T, "source by the newest import that states one; `source` is the first"),
    ("newest_campaign", T, "campaign by the newest import that states one"),
    ("newest_utm_source", T, "utm_source by the newest import that states one"),
    ("newest_utm_medium", T, "utm_medium by the newest import that states one"),
    ("newest_utm_campaign", T, "utm_campaign by the newest import that states one"),
    ("newest_utm_term", T, "utm_term by the newest import that states one"),
    ("newest_utm_content", T, "utm_content by the newest import that states one"),
    ("newest_landing_page", T, "landing page by the newest import that states one", Form.URL),
    ("newest_created_at", M, "date of creation by the newest import that states one"),
    # What maps and pictures from above say of its building (`leadlight geo`). Shares are 0 to 1.
    ("building_id", T, "its building: the name of the footprint"),
    ("latitude", N, "latitude of its building, in degrees"),
    ("longitude", N, "longitude of its building, in degrees"),
    ("roof_area", N, "area of the footprint, in m2"),
    ("neighbours_100m", N, "other footprints whose middle is within 100 m"),
    ("yard_area", N, "ground nearest to the building, in m2"),
    ("ground_resolution", N, "length of a pixel of the picture, in m"),
    ("picture_coverage", N, "share of roof and yard that the picture shows"),
    ("shadow_share", N, "share of roof and yard in shadow"),
    ("cloud_share", N, "share of roof and yard under cloud"),
    ("roof_brightness", N, "mean brightness of the roof: 0 is black, 1 white"),
    ("roof_contrast", N, "standard deviation of the roof's brightness"),
    ("roof_texture", N, "mean step of brightness between neighbour pixels of the roof"),
    ("roof_red", N, "mean red of the roof"),
    ("roof_green", N, "mean green of the roof"),
    ("roof_blue", N, "mean blue of the roof"),
    ("roof_greenness", N, "vegetation index of the roof: NDVI, or excess green"),
    ("roof_green_share", N, "share of the roof that is plants"),
    ("roof_tile_share", N, "share of the roof that is red or brown tile"),
    ("roof_dark_share", N, "share of the roof that is dark and grey"),
    ("roof_bright_share", N, "share of the roof that is bright and grey"),
    ("panel_share", N, "share of the roof that is dark blue, as solar panels are"),
    ("panel_area", N, "dark blue on the roof, in m2"),
    ("yard_brightness", N, "mean brightness of the yard"),
    ("yard_texture", N, "mean step of brightness between neighbour pixels of the yard"),
    ("yard_greenness", N, "vegetation index of the yard: NDVI, or excess green"),
    ("yard_green_share", N, "share of the yard that is plants"),
    ("paved_share", N, "share of the yard that is grey ground"),
    ("pool_share", N, "share of the yard that is the blue of a pool"),
    ("pool_area", N, "pool blue in the yard, in m2"),
    ("building_match", T, "how its building was found: coordinates, address, prospect"),
    ("building_distance", N, "how far its place is from the building's wall, in m; 0 within"),
    ("building_confidence", N, "how sure it is that this is its building: 0 to 1"),
    ("picture_taken", M, "the day of the picture that its building was measured on"),
    ("picture_source", T, "where that picture is from"),
    ("picture_purpose", T, "what the picture was measured for"),
    ("building_trade", T, "what is at the building, as a map says: shop bakery, office lawyer"),
    ("contact_licence", T, "whose the contact is and on which terms, where it is from a map"),
    ("detector_score", N, "what a detector of one's own says of the building: 0 to 1"),
)

ACTIVITY_COLUMNS: Mapping[str, Attribute] = _attrs(
    ("activity_id", T, "the activity's own id in the company's system"),
    ("lead_id", T, "the lead that did it"),
    ("email", T, "the lead's e-mail address, when the log has no lead id", Form.EMAIL),
    ("occurred_at", M, "when it happened"),
    ("kind", T, "kind of activity: demo_requested, pricing_viewed, won ..."),
    ("url", T, "the page or file", Form.URL),
    ("product", T, "the product concerned"),
    ("channel", T, "channel: web, email, phone, search, social ..."),
    ("campaign", T, "the campaign concerned"),
    ("value", N, "a number that belongs to it: minutes, money, pages"),
    ("result", T, "how a conversation ended, or why a deal was lost or a lead given back"),
    ("agent", T, "the salesperson concerned"),
    ("subject", T, "subject or title", Form.PERSONAL),
)

#: What a lead came by last -> what it came by first. In a workspace the attribute itself keeps its
#: first statement, and a later list of another source changes the newest one only.
NEWEST_TOUCH: Mapping[str, str] = {
    name: name.removeprefix("newest_") for name in LEAD_ATTRIBUTES if name.startswith("newest_")
}
FIRST_TOUCH = frozenset(NEWEST_TOUCH.values())

CHECK_ATTRIBUTES: tuple[str, ...] = (
    "email_verdict",
    "email_because",
    "email_repair",
    "email_domain",
    "phone_verdict",
    "phone_because",
    "phone_repair",
    "mobile_verdict",
    "mobile_because",
    "mobile_repair",
    "phone_line",
    "phone_country",
    "doubts",
    "contact_because",
    "checked_at",
)
"""The attributes that `verify` states of a lead; a company's own file does not."""

#: Columns that the tables of facts have for themselves: the place of a row, and the moment it is
#: told of. No attribute is called so.
STRUCTURE = frozenset({"row_no", "as_of"})

SPEND_COLUMNS: Mapping[str, Attribute] = _attrs(
    ("occurred_at", M, "the day or month of the spend"),
    ("source", T, "the source it was spent on"),
    ("campaign", T, "the campaign it was spent on"),
    ("amount", N, "how much", Form.MONEY),
    ("currency", T, "ISO 4217 code"),
)


class Family(StrEnum):
    """Which sort of fact a kind of activity is."""

    ACTIVITY = "activity"
    CONVERSATION = "conversation"
    OUTCOME = "outcome"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True)
class Kind:
    """A standard kind of activity, with the words by which other systems log it (compared as
    slugs).
    """

    name: str
    family: Family = Family.ACTIVITY
    also: tuple[str, ...] = ()


_A, _C, _O, _S = Family.ACTIVITY, Family.CONVERSATION, Family.OUTCOME, Family.SUBSCRIPTION

KINDS: Mapping[str, Kind] = {
    k.name: k
    for k in (
        Kind(
            "page_viewed",
            _A,
            (
                "page_view",
                "pageview",
                "page",
                "visited_page",
                "site_visit",
                "visit",
                "page_visited_on_website",
                "viewed_page",
            ),
        ),
        Kind(
            "pricing_viewed",
            _A,
            ("pricing_view", "viewed_pricing", "visited_pricing", "pricing_page_view"),
        ),
        Kind("product_viewed", _A, ("product_view", "viewed_product")),
        Kind("product_favourited", _A, ("favourite", "favorite", "wishlist", "added_to_wishlist")),
        Kind("searched", _A, ("search", "site_search")),
        Kind("email_sent", _A, ("sent_email", "email_delivered")),
        Kind("email_opened", _A, ("email_open", "opened_email", "open")),
        Kind("email_clicked", _A, ("email_click", "clicked_email", "email_link_clicked", "click")),
        Kind("email_replied", _A, ("email_reply", "replied", "reply", "email_received")),
        Kind("email_bounced", _A, ("bounced", "bounce", "hard_bounce")),
        Kind(
            "email_complained",
            _A,
            ("spam_complaint", "complained", "email_marked_spam", "complaint"),
        ),
        Kind("consent_given", _A, ("opt_in", "opted_in", "double_opt_in", "consented")),
        Kind("unsubscribed", _A, ("unsubscribe", "opt_out", "optout")),
        Kind(
            "newsletter_subscribed",
            _A,
            ("newsletter_signup", "newsletter_subscription", "subscribed_newsletter"),
        ),
        Kind(
            "content_downloaded",
            _A,
            (
                "download",
                "downloaded",
                "ebook_downloaded",
                "whitepaper_downloaded",
                "file_downloaded",
                "lead_magnet",
            ),
        ),
        Kind("form_submitted", _A, ("form_submit", "form_submission", "submitted_form", "form")),
        Kind("form_failed", _A, ("form_error",)),
        Kind(
            "webinar_registered",
            _A,
            ("webinar_registration", "webinar_signup", "registered_for_webinar"),
        ),
        Kind("webinar_attended", _A, ("webinar_attendance", "attended_webinar", "webinar")),
        Kind("event_attended", _A, ("attended_event", "trade_show")),
        Kind("demo_requested", _A, ("demo_request", "requested_demo", "request_a_demo", "demo")),
        Kind(
            "quote_requested",
            _A,
            ("quote_request", "price_requested", "requested_quote", "request_for_quote"),
        ),
        Kind(
            "contact_requested",
            _A,
            ("contact_request", "contact_us", "callback_requested", "contact_form"),
        ),
        Kind("trial_started", _A, ("trial_start", "trial", "free_trial", "sample_requested")),
        Kind("logged_in", _A, ("login", "log_in", "signed_in")),
        Kind("feature_used", _A, ("product_used",)),
        Kind("cart_added", _A, ("add_to_cart", "added_to_cart", "cart")),
        Kind("cart_abandoned", _A, ("abandoned_cart", "checkout_abandoned")),
        Kind("checkout_started", _A, ("checkout",)),
        Kind("ad_clicked", _A, ("ad_click",)),
        Kind("social_engaged", _A, ("social_like", "social_share", "social_comment")),
        Kind("survey_answered", _A, ("survey", "questionnaire_answered")),
        Kind("application_filled", _A, ("application", "applied")),
        Kind("referred_someone", _A, ("referral_made",)),
        Kind("careers_viewed", _A, ("careers_view", "jobs_viewed")),
        Kind("call_attempted", _C, ("call_no_answer", "missed_call", "no_answer", "unreachable")),
        Kind(
            "call_held",
            _C,
            ("call", "phone_call", "call_completed", "had_a_phone_conversation", "spoke"),
        ),
        Kind(
            "chat_held", _C, ("chat", "live_chat", "olark_chat_conversation", "chat_conversation")
        ),
        Kind("meeting_booked", _C, ("meeting_scheduled", "booked_meeting")),
        Kind("meeting_held", _C, ("meeting", "meeting_attended", "demo_held")),
        Kind("meeting_missed", _C, ("no_show", "meeting_no_show")),
        Kind("sales_accepted", _C, ("accepted_by_sales", "lead_accepted")),
        Kind("sales_rejected", _C, ("rejected_by_sales", "lead_rejected", "disqualified")),
        Kind(
            "recycled",
            _C,
            (
                "returned_to_nurture",
                "sent_back",
                "recycle",
                "back_to_nurture",
                "returned_to_marketing",
            ),
        ),
        Kind("offer_sent", _C, ("proposal_sent", "quote_sent")),
        Kind("offer_viewed", _C, ("proposal_viewed", "quote_viewed")),
        Kind(
            "won",
            _O,
            (
                "deal_won",
                "closed_won",
                "purchase",
                "purchased",
                "order_placed",
                "order",
                "converted",
                "bought",
                "converted_to_lead_won",
            ),
        ),
        Kind("lost", _O, ("deal_lost", "closed_lost")),
        Kind("returned", _O, ("refund", "refunded", "order_returned")),
        Kind("subscription_started", _S, ("subscribed", "subscription", "member_joined")),
        Kind("subscription_renewed", _S, ("renewed", "renewal")),
        Kind(
            "subscription_cancelled",
            _S,
            ("churned", "cancelled_subscription", "subscription_canceled"),
        ),
        Kind("service_requested", _S, ("member_service_request", "support_requested")),
    )
}

_KIND_BY_SLUG: Mapping[str, str] = {s: k.name for k in KINDS.values() for s in (k.name, *k.also)}


def slug(text: str) -> str:
    """A name as the product writes it: lower-case ASCII words joined by underscores; empty when
    nothing is left.
    """
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", flat.lower()).strip("_")


def standard_kind(text: str) -> str:
    """The standard kind that a log's word stands for, or the word itself as a slug when it is the
    company's own.
    """
    s = slug(text)
    return _KIND_BY_SLUG.get(s, s)


@dataclass(frozen=True)
class Catalog:
    """Every name that facts may have: the standard ones and the company's own, for leads and for
    activities.

    `present` names the attributes that the facts at hand really hold (a standard one may be absent
    and is then unknown for every lead); `kinds` are the kinds that occur in them, as logged.
    """

    lead: Mapping[str, Attribute] = field(default_factory=lambda: dict(LEAD_ATTRIBUTES))
    activity: Mapping[str, Attribute] = field(default_factory=lambda: dict(ACTIVITY_COLUMNS))
    kinds: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    activity_present: frozenset[str] = frozenset()

    def __hash__(self) -> int:
        return hash((tuple(self.lead), tuple(self.activity), self.kinds, self.present))

    def with_own(
        self, lead: Iterable[Attribute] = (), activity: Iterable[Attribute] = ()
    ) -> Catalog:
        """This catalog and a company's own attributes; a standard name keeps its standard
        meaning.
        """
        return Catalog(
            {**{a.name: a for a in lead}, **self.lead},
            {**{a.name: a for a in activity}, **self.activity},
            self.kinds,
            self.present,
            self.activity_present,
        )
