"""A form as its file says it: what it asks, what it gives for it, and by which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: What somebody does by sending a form: kinds of activities of the catalog.
KINDS = (
    "form_submitted",
    "content_downloaded",
    "contact_requested",
    "demo_requested",
    "quote_requested",
    "newsletter_subscribed",
    "subscription_started",
    "webinar_registered",
    "trial_started",
)
#: The questions of BANT, in the order in which they are asked where a form says no other.
QUESTIONS = ("need", "timeline", "authority", "budget")
#: What may be chosen of a question, as the catalog writes it.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "authority": ("decision_maker", "influencer", "user", "none"),
    "timeline": ("now", "this_quarter", "this_year", "later"),
}


@dataclass(frozen=True)
class FormField:
    """A field: the attribute that it fills, its label, and whether it must be filled in.

    `choices` are what may be chosen: value -> word; empty for a field that is written into.
    """

    name: str
    label: str
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """What is given for the contact: a file of the workspace's folder `offers`, or a link."""

    name: str
    file: str | None = None
    link: str | None = None


@dataclass(frozen=True)
class Consent:
    """The words under which somebody agrees to be written to, and for which purpose."""

    words: str
    purpose: str = "marketing"
    required: bool = False


@dataclass(frozen=True)
class Form:
    """A form. `text`, `thanks` and `next` are plain paragraphs.

    With `double_opt_in` nobody becomes a lead before the link in a mail is confirmed. `ask` are the
    questions of which somebody who is known already gets the next that has no answer yet.
    """

    name: str
    title: str
    fields: tuple[FormField, ...]
    text: str = ""
    kind: str = "form_submitted"
    button: str = ""
    language: str = "en"
    offer: Offer | None = None
    consent: Consent | None = None
    double_opt_in: bool = True
    ask: tuple[str, ...] = QUESTIONS
    thanks: str = ""
    next: str = ""

    def next_question(self, known: Mapping[str, object]) -> str | None:
        """The first question that has no answer yet; None when all have one."""
        return next((q for q in self.ask if known.get(q) in (None, "")), None)
