"""What the checks of contacts say, in the language of a page: on the desk, and on a form."""

from __future__ import annotations

from django.utils.translation import gettext


def _(word: str) -> str:
    """Mark a word for `tools/messages.py`; forms are read where Django is not set up yet."""
    return word


RULE_WORDS = frozenset(
    (
        _("The e-mail address is malformed"),
        _("The e-mail address ends in no known top-level domain"),
        _("The e-mail domain is reserved for examples and tests"),
        _("The e-mail domain does not exist"),
        _("The e-mail domain accepts no mail"),
        _("The e-mail address is a disposable one"),
        _("The e-mail address is a sender that nobody reads"),
        _("The e-mail address sends newsletters"),
        _("The e-mail address is test data"),
        _("Mail to the address bounced"),
        _("The address reported mail as spam"),
        _("The e-mail address looks mistyped"),
        _("The e-mail address looks like random typing"),
        _("The e-mail domain imitates another with look-alike letters"),
        _("The e-mail address belongs to a role, not a person"),
        _("The e-mail address belongs to a free provider"),
        _("Another e-mail address of the lead is used"),
        _("The phone field contains no number"),
        _("The phone number is too short or too long"),
        _("The phone number is in no numbering plan"),
        _("The phone number is a placeholder"),
        _("The phone number is one that people type for show"),
        _("The phone number does not say its country, and fits none that is known"),
        _("The phone number does not say its country"),
        _("The phone number costs its caller"),
        _("The phone number is a short one, good within its country only"),
        _("Another phone number of the lead is used"),
        _(
            "The phone number does not say its country; that of the lead's other "
            "numbers, its site or most leads is assumed"
        ),
        _("The name is a placeholder"),
        _("The name looks like random typing"),
        _("The company is a placeholder"),
        _("The company looks like random typing"),
        _("The name contradicts the e-mail address"),
        _("The company contradicts the e-mail domain"),
        _("The country contradicts the phone number"),
        _("A hidden form field (honeypot) was filled in"),
        _("The same phone number came with many names"),
        _("The same internet address sent many names"),
        _("Many leads came from one source within minutes"),
        _("The contact was last confirmed long ago"),
        # of all that break a rule
        _("Mobile numbers not in the international form"),
        _("Phone numbers not in the international form"),
        _("No contact point at all"),
        _("E-mail addresses"),
        _("Phone numbers"),
        _("Mobile numbers"),
    )
)


def rule_text(say: str) -> str:
    """What a rule says, in the language of the page where it is one of ours."""
    return gettext(say) if say in RULE_WORDS else say
