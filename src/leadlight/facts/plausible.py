"""Whether the cells of a column can be what its header says: where names and values disagree, the
values win.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from leadlight.facts.answers import OPPOSITES, answer_of, states_share
from leadlight.facts.catalog import Attribute, Form, Type
from leadlight.facts.content import (
    EMAIL,
    ColumnSample,
    ContentType,
    content_type,
    fit,
)
from leadlight.facts.missing_values import is_missing
from leadlight.facts.vocabulary import key, meanings

#: Cells that are enough to contradict a header.
ENOUGH = 5
#: Attributes whose value is nearly a lead's own: a column of few words is none of them.
_NAMES = frozenset({"first_name", "last_name", "full_name", "company", "street", "website"})
_NO_ANSWERS = _NAMES | {"referred_by", "owner", "industry", "source", "region", "country", "notes"}
_STATES = frozenset({"crm_status", "crm_stage"})
_PERMISSIONS = OPPOSITES | {"consent", "ads_consent", "email_bounced"}


class Profile:
    """What some cells of a column hold: what most of them look like, and how they answer."""

    def __init__(self, column: ColumnSample) -> None:
        self.column = column
        self.cells = [c.strip() for c in column.cells if not is_missing(c, own=True)]

    @cached_property
    def content(self) -> ContentType:
        """What the cells look like; a column with a stated type speaks by that type."""
        return content_type(self.column.cells) if self.column.stated is None else ContentType.TEXT

    @cached_property
    def states(self) -> float:
        """The share of the cells that are states of a lead or a subscription."""
        return states_share(self.cells)

    @cached_property
    def repeats(self) -> bool:
        """Whether a few words stand in many cells, as answers and kinds do and names do not."""
        return len(self.cells) >= 3 * ENOUGH and len(set(self.cells)) <= max(
            3, len(self.cells) // 20
        )

    def share(self, attribute: str) -> float:
        """The share of the cells that answer a yes/no attribute."""
        if not self.cells:
            return 1.0
        return sum(1 for c in self.cells if answer_of(c, attribute) is not None) / len(self.cells)


def contradiction(profile: Profile, wanted: Attribute, what: str) -> str | None:
    """What the cells hold instead, in a few words for a sentence; None where nothing speaks against
    it.
    """
    if profile.column.stated is not None or not profile.cells:
        return None
    if what == "leads":
        found = _of_a_lead(profile, wanted)
        if found is not None:
            return found or None
    if len(profile.cells) >= ENOUGH and fit(profile.column.cells, wanted.type, wanted.name) < 0.5:
        return f"does not hold {TYPE_WORDS[wanted.type]}"
    return None


def no_value_at_all(profile: Profile, wanted: Attribute) -> str | None:
    """What speaks against an attribute of which not one of several cells could be a value."""
    if profile.column.stated is not None or len(profile.cells) < ENOUGH:
        return None
    if wanted.type not in (Type.MOMENT, Type.WHOLE, Type.NUMBER):
        return None
    if fit(profile.column.cells, wanted.type, wanted.name) > 0:
        return None
    return f"does not hold {TYPE_WORDS[wanted.type]}"


def _of_a_lead(profile: Profile, wanted: Attribute) -> str | None:
    """The same for an attribute of a lead; an empty text where the cells fit it for sure."""
    if wanted.name in _PERMISSIONS and profile.share(wanted.name) >= 0.5:
        return ""
    if affirms(profile, wanted.name):
        return ""
    if wanted.name in _STATES:
        return None
    against = _wrong_answers(profile, wanted) or _no_name(profile, wanted)
    if against is None and len(profile.cells) >= ENOUGH:
        against = _no_contact(profile, wanted) or _no_code(profile, wanted)
    return against


def _wrong_answers(profile: Profile, wanted: Attribute) -> str | None:
    """Answers or states where there should be none, or no answers where there should be some."""
    if wanted.name == "consent" and "status" in key(profile.column.header):
        return "holds no answers"  # such as whether an address was verified
    are_answers = profile.content is ContentType.YES_NO and len(profile.cells) > 1
    if wanted.name in _NO_ANSWERS and are_answers:
        return "holds yes and no"
    if wanted.name == "job_title" and _are_salutations(profile.cells):
        return "holds salutations"
    if wanted.name == "region" and profile.states >= 0.5:
        return "holds states of a lead or a subscription"
    return None


def _are_salutations(cells: Sequence[str]) -> bool:
    """Whether most cells say how to address somebody: `Mr.`, `Sra.`, `Dr.`"""
    known = meanings("salutations")
    return sum(1 for c in cells if key(c) in known) > len(cells) / 2


def _no_name(profile: Profile, wanted: Attribute) -> str | None:
    """Other things than names, or the same few words for many leads."""
    if wanted.name in _NAMES and _is_other_thing(profile, wanted):
        return f"holds {_LOOK_WORDS.get(profile.content, 'other things')}"
    if wanted.name not in ("first_name", "last_name", "full_name"):
        return None
    is_word = len(profile.cells) >= ENOUGH and profile.repeats
    return "holds a few words again and again" if is_word else None


def _no_contact(profile: Profile, wanted: Attribute) -> str | None:
    """No address or no number, where there are enough cells to tell."""
    if wanted.form is Form.EMAIL and not any(map(EMAIL.search, profile.cells)):
        return "holds no address"
    if wanted.form is Form.PHONE and profile.content in _NO_PHONES:
        return f"holds {_LOOK_WORDS[profile.content]}"
    return None


def _no_code(profile: Profile, wanted: Attribute) -> str | None:
    """Words where there should be postal codes: `Rural`, `Urban`."""
    codes = wanted.name != "postal_code" or any(c.isdigit() for c in "".join(profile.cells))
    return None if codes else "holds no codes"


_NO_PHONES = frozenset({ContentType.EMAIL, ContentType.MOMENT, ContentType.YES_NO, ContentType.URL})


_REASONS = ("reason", "grund", "raison", "motif", "motivo", "razon", "razao", "reden", "powod")
#: Attributes that a moment or a reason in their column affirms.
AFFIRMED = _PERMISSIONS | {"converted"}
#: Attributes of which several columns may speak, and a yes in any of them counts.
ANY_OF = OPPOSITES | {"email_bounced"}
#: The same of which a no in any of them counts: who refused once is not asked by another list.
ALL_OF = frozenset({"consent", "ads_consent"})


def affirms(profile: Profile, attribute: str) -> bool:
    """Whether any cell of the column means yes: the day on which somebody opted out, or the reason
    for which mail came back.
    """
    if attribute not in AFFIRMED or not profile.cells or profile.column.stated is not None:
        return False
    header = key(profile.column.header)
    refusals = ("email_bounced", "do_not_email")
    named = attribute in refusals and any(word in header for word in _REASONS)
    return profile.content is ContentType.MOMENT or (named and profile.share(attribute) < 1)


def _is_other_thing(profile: Profile, wanted: Attribute) -> bool:
    """A column of addresses, numbers or dates is no name and no company."""
    if wanted.form is Form.URL:
        return profile.content in (ContentType.MOMENT, ContentType.EMAIL, ContentType.NUMBER)
    other = (ContentType.EMAIL, ContentType.MOMENT, ContentType.WHOLE, ContentType.NUMBER)
    return profile.content in other and len(profile.cells) > 1


TYPE_WORDS = {
    Type.MOMENT: "dates",
    Type.YES_NO: "yes or no",
    Type.WHOLE: "numbers",
    Type.NUMBER: "numbers",
    Type.TEXT: "text",
}
_LOOK_WORDS = {
    ContentType.EMAIL: "e-mail addresses",
    ContentType.PHONE: "phone numbers",
    ContentType.URL: "links",
    ContentType.MOMENT: "dates",
    ContentType.YES_NO: "yes and no",
    ContentType.WHOLE: "numbers",
    ContentType.NUMBER: "numbers",
    ContentType.TEXT: "other words",
}
