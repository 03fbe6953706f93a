"""Lists of leads by name: saved, shared, removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from leadlight.presentable import presentable
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.server.drafts.models import SavedView

#: So many a person keeps, with addresses of so many characters.
MOST, LONGEST = 50, 4_000


def list_views(user: Any) -> Sequence[SavedView]:
    """A person's own views, and those that others share."""
    from leadlight.server.drafts.models import SavedView

    found = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True))
    return list(found.select_related("owner")[: 4 * MOST])


def save_view(user: Any, name: str, query: str, *, is_shared: bool) -> SavedView:
    """Save a view; one of that name is replaced. Raises `CannotDo` without a name, and for too
    many.
    """
    from leadlight.server.drafts.models import SavedView

    name = presentable(name, 80).strip()
    if not name:
        raise CannotDo("Give the view a name.", field="name")
    if len(query) > LONGEST:
        raise CannotDo(f"A view has at most {LONGEST:,} characters.", field="name")
    mine = SavedView.objects.filter(owner=user)
    if mine.exclude(name=name).count() >= MOST:
        raise CannotDo(f"At most {MOST} views are kept. Remove one first.", field="name")
    values = {"query": query, "is_shared": is_shared, "made_at": timezone.now()}
    view: SavedView
    view, _ = SavedView.objects.update_or_create(owner=user, name=name, defaults=values)
    return view


def remove_view(user: Any, number: str) -> None:
    """Remove a person's own view; nothing where there is none of that number."""
    from leadlight.server.drafts.models import SavedView

    if number.isdecimal() and len(number) < 19:
        SavedView.objects.filter(owner=user, pk=int(number)).delete()
