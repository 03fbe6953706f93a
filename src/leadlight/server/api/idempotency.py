"""A request that is sent again because its answer was lost is answered as it was, and done once.

Whoever sends `Idempotency-Key` may send the same request again for a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from leadlight.server.access.models import StoredAnswer
from leadlight.server.api.faults import ApiFault
from leadlight.server.api.guard import caller_of

HEADER = "Idempotency-Key"
KEPT, ABANDONED = timedelta(days=1), timedelta(minutes=30)
_LARGEST = 1024 * 1024


def once(request: HttpRequest, do: Callable[[], HttpResponse]) -> HttpResponse:
    """Do what a request asks for, unless it was done for the same key; then the answer of that time
    is given again.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return do()
    if not 0 < len(key) <= 255:
        raise ApiFault(422, f"{HEADER} has from 1 to 255 characters.")
    mine, stored = _claim(caller_of(request).identity, key, _digest(request))
    if not mine:
        return _again(stored)
    try:
        answer = do()
    except BaseException:
        stored.delete()  # nothing was done, so that it may be tried again
        raise
    if answer.status_code >= 500 or len(answer.content) > _LARGEST:
        stored.delete()
        return answer
    stored.status, stored.body = answer.status_code, answer.content
    stored.content_type = answer.headers["Content-Type"]
    stored.save()
    return answer


def forget_answers(words: Iterable[str]) -> None:
    """Forget the answers that name a person."""
    named = [word.encode() for word in words if word]
    for stored in StoredAnswer.objects.exclude(status=None).iterator():
        if any(word in bytes(stored.body) for word in named):
            stored.delete()


def _claim(holder: str, key: str, digest: str) -> tuple[bool, StoredAnswer]:
    """The row of a key, and whether it was made just now."""
    now = timezone.now()
    StoredAnswer.objects.filter(at__lt=now - KEPT).delete()
    StoredAnswer.objects.filter(status=None, at__lt=now - ABANDONED).delete()
    try:
        made = StoredAnswer.objects.create(holder=holder, key=key, request=digest, at=now)
        return True, made
    except IntegrityError:
        stored = StoredAnswer.objects.filter(holder=holder, key=key).first()
    if stored is None:
        raise ApiFault(409, "The same request is under way.", wait=1)
    if stored.request != digest:
        raise ApiFault(422, f"This {HEADER} was sent with another request.")
    return False, stored


def _again(stored: StoredAnswer) -> HttpResponse:
    if stored.status is None:
        raise ApiFault(409, "The same request is under way. Ask again for its answer.", wait=1)
    answer = HttpResponse(
        bytes(stored.body), status=stored.status, content_type=stored.content_type
    )
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _digest(request: HttpRequest) -> str:
    """What makes a request the same: its path, and all that was sent."""
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        for name in sorted(request.POST):
            found.update(repr((name, request.POST.getlist(name))).encode("utf-8", "replace"))
        for name in sorted(request.FILES):
            for file in request.FILES.getlist(name):
                found.update(repr((name, file.name)).encode("utf-8", "replace"))
                for chunk in file.chunks():
                    found.update(chunk)
                file.seek(0)
    else:
        found.update(request.body)
    return found.hexdigest()
