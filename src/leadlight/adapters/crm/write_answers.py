"""What a CRM says of each record of a batch that was written."""

from __future__ import annotations

from collections.abc import Sequence

from leadlight.crm.declaration import Answers
from leadlight.crm.values import code_at, ids_at, text_of, value_at
from leadlight.facts.crm_line import WriteAnswer

_GONE = ("not_found", "object_not_found", "entity_is_deleted", "invalid_data_id", "doesnotexist")


def read_answers(form: Answers, answer: object, ids: Sequence[str]) -> list[WriteAnswer]:
    """An answer for each record, in the order of ids."""
    if form.each is not None:
        return _by_position(form, answer, ids)
    done = {text_of(i) for i in _list(answer, form.done)}
    failed: dict[str, str] = {}
    for fault in _list(answer, form.failed):
        code = code_at(fault, form.code) if form.code else ""
        for external_id in ids_at(fault, form.failed_ids):
            failed[external_id] = code or "refused"
    # Of whom nothing is said nothing is known: it is owed, and looked at before the next try.
    return [
        WriteAnswer(i, True)
        if i in done and i not in failed
        else WriteAnswer(i, False, failed.get(i, "no answer"), _is_gone(failed.get(i, "")))
        for i in ids
    ]


def _by_position(form: Answers, answer: object, ids: Sequence[str]) -> list[WriteAnswer]:
    found = _list(answer, form.each or "") if form.each else [answer]
    answers = []
    for n, external_id in enumerate(ids):
        one = found[n] if n < len(found) else None
        is_done = one is not None and all(
            text_of(value_at(one, path) or "").lower() == word.lower()
            for path, word in form.good.items()
        )
        code = code_at(one, form.code) if form.code and not is_done else ""
        code = "" if is_done else code or "refused"
        answers.append(WriteAnswer(external_id, is_done, code, _is_gone(code)))
    return answers


def _list(answer: object, path: str) -> list[object]:
    found = value_at(answer, path)
    return found if isinstance(found, list) else []


def _is_gone(code: str) -> bool:
    return code.lower() in _GONE
