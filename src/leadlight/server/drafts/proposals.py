"""Playbooks that a program proposes: drafts in its own name, which people read and publish."""

from __future__ import annotations

import re

from django.contrib.auth.models import User

from leadlight.server.drafts.playbook_draft import DraftFields, begin_draft


def propose(who: str, text: str, note: str) -> str:
    """Keep a text as the draft of `who`, who cannot log in; says where people find it."""
    name = f"agent.{re.sub(r'[^A-Za-z0-9_.-]+', '-', who)}"[:150]
    person, is_new = User.objects.get_or_create(username=name, defaults={"is_active": False})
    if is_new:
        person.set_unusable_password()
        person.save()
    begin_draft(person, DraftFields(text, note), 0)
    return f"The draft of {name} lies on the page Playbook, under Edit. Nothing is in force of it."
