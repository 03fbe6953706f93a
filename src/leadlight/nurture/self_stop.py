"""When a track stops itself: before the providers of mailboxes stop it, and the company with it."""

from __future__ import annotations

#: In thousands: complaints from which on Gmail and Yahoo refuse a sender, and mails that come back
#: for good from which on a list is a bad one.
COMPLAINTS, BOUNCES = 3, 50
#: So many there must be: one person's click is no verdict.
FEWEST_COMPLAINTS, FEWEST_BOUNCES = 3, 5


def stop_reason(sent: int, complaints: int, bounces: int) -> str | None:
    """Why a track that sent so many mails stops, as a sentence; None where it goes on."""
    if complaints >= FEWEST_COMPLAINTS and complaints * 1000 >= COMPLAINTS * sent:
        return (
            f"{complaints} of {sent:,} mails were reported as spam ({_percent(complaints, sent)});"
            " from 0.3 % on mailbox providers refuse a sender. Change the content or whom it is"
            " for, then resume the track."
        )
    if bounces >= FEWEST_BOUNCES and bounces * 1000 >= BOUNCES * sent:
        return (
            f"{bounces} of {sent:,} mails came back for good ({_percent(bounces, sent)}); from 5 %"
            " on a sender is taken for one who buys addresses. Verify the contacts, then resume"
            " the track."
        )
    return None


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.1f} %"
