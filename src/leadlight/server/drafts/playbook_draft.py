"""Keeping drafts of playbooks. Who saves says which number of the draft they have seen, so that two
windows do not write over each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from leadlight.problems import CannotDo
from leadlight.server.access.audit import plain
from leadlight.server.drafts.models import PlaybookDraft

Person: TypeAlias = AbstractBaseUser | AnonymousUser

#: The longest playbook: to read one takes a second for 100,000 characters.
LONGEST_TEXT, LONGEST_NOTE, LONGEST_LEADS = 300_000, 2_000, 4_000


@dataclass(frozen=True)
class DraftFields:
    """What somebody types: the playbook's text, the note to publish it with, and the leads to try
    it on.
    """

    text: str
    note: str = ""
    leads: str = ""

    def check(self) -> DraftFields:
        """The same with plain line ends. Raises `CannotDo` for what is too long."""
        text = _plain(self.text)
        for field, value, most in (
            ("text", text, LONGEST_TEXT),
            ("note", self.note, LONGEST_NOTE),
            ("leads", self.leads, LONGEST_LEADS),
        ):
            if len(value) > most:
                raise CannotDo(
                    f"At most {most:,} characters are kept here, and these are {len(value):,}.",
                    field=field,
                )
        return DraftFields(text, _plain(self.note), _plain(self.leads))


class DraftConflict(CannotDo):
    """The draft was saved somewhere else meanwhile; `draft` is what was saved there."""

    def __init__(self, draft: PlaybookDraft) -> None:
        super().__init__(
            "This draft was saved in another window meanwhile. Nothing was written over: look at"
            " both, and keep one.",
            field="number",
        )
        self.draft = draft


def find_draft(person: Person) -> PlaybookDraft | None:
    """Somebody's draft."""
    found: PlaybookDraft | None = PlaybookDraft.objects.filter(owner_id=person.pk).first()
    return found


def other_drafts(person: Person) -> list[tuple[str, datetime]]:
    """Who else has a draft, and when it was saved, in UTC without zone."""
    others = PlaybookDraft.objects.exclude(owner_id=person.pk).exclude(text="")
    others = others.select_related("owner")
    return [(str(d.owner), plain(d.saved_at)) for d in others.order_by("-saved_at")[:20]]


def draft_of(name: str) -> str:
    """The text of somebody's draft, by the name they log in with; empty where there is none."""
    found = PlaybookDraft.objects.filter(owner__username=name).first()
    return str(found.text) if found is not None else ""


def begin_draft(person: Person, fields: DraftFields, seen: int) -> PlaybookDraft:
    """A new draft; the text of the one it takes the place of can be brought back."""
    new = fields.check()
    with transaction.atomic():
        before = find_draft(person)
        if before is not None and before.text == new.text and before.seen == seen:
            return before
        values = {
            "text": new.text,
            "note": new.note or (before.note if before else ""),
            "leads": new.leads or (before.leads if before else ""),
            "seen": seen,
            "number": before.number + 1 if before else 1,
            "saved_at": timezone.now(),
            "previous": before.text or before.previous if before else "",
        }
        draft: PlaybookDraft = PlaybookDraft.objects.update_or_create(
            owner_id=person.pk, defaults=values
        )[0]
    return draft


def save_draft(person: Person, fields: DraftFields, number: int, seen: int) -> PlaybookDraft:
    """Save a draft whose `number` somebody has seen (0: there was none). Raises `DraftConflict`
    where it was saved somewhere else meanwhile.
    """
    new = fields.check()
    values = {"text": new.text, "note": new.note, "leads": new.leads, "saved_at": timezone.now()}
    if number == 0:
        try:
            with transaction.atomic():
                made: PlaybookDraft = PlaybookDraft.objects.create(
                    owner_id=person.pk, seen=seen, **values
                )
                return made
        except IntegrityError:
            raise DraftConflict(PlaybookDraft.objects.get(owner_id=person.pk)) from None
    mine = PlaybookDraft.objects.filter(owner_id=person.pk, number=number)
    begun = mine.filter(text="").update(**values, seen=seen, number=F("number") + 1)
    changed = begun or mine.update(**values, number=F("number") + 1)
    draft = find_draft(person)
    if draft is None:
        return save_draft(person, fields, 0, seen)
    if not changed:
        if not draft.text:  # it was published or put away in another window: the text is kept
            return save_draft(person, fields, draft.number, seen)
        if (draft.text, draft.note, draft.leads) == (new.text, new.note, new.leads):
            return draft
        raise DraftConflict(draft)
    return draft


def see_version(person: Person, seen: int) -> None:
    """Note that the author of a draft has looked at a newer version."""
    PlaybookDraft.objects.filter(owner_id=person.pk).update(seen=seen, number=F("number") + 1)


def put_away(person: Person) -> None:
    """Put a draft away; its text can be brought back until another one is put away."""
    PlaybookDraft.objects.filter(owner_id=person.pk).exclude(text="").update(
        previous=F("text"), text="", note="", number=F("number") + 1, saved_at=timezone.now()
    )


def forget_in_drafts(words: Iterable[str]) -> None:
    """Take a person's ids and addresses out of the leads that drafts are tried on."""
    named = {word.lower() for word in words if word}
    for draft in PlaybookDraft.objects.exclude(leads=""):
        kept = [one for one in draft.leads.replace(",", " ").split() if one.lower() not in named]
        PlaybookDraft.objects.filter(pk=draft.pk).update(leads=" ".join(kept))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
