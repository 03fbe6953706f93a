"""HubSpot's operations on a property (`operationType`, `operator`, values) as comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from leadlight.playbook.translation.comparisons import Comparison
from leadlight.playbook.translation.document import Item
from leadlight.playbook.translation.quotes import number, one_line
from leadlight.playbook.translation.remarks import Untranslatable

_NUMBERS = {
    "IS_EQUAL_TO": "is",
    "IS_NOT_EQUAL_TO": "is_not",
    "IS_GREATER_THAN": "above",
    "IS_GREATER_THAN_OR_EQUAL_TO": "at_least",
    "IS_LESS_THAN": "below",
    "IS_LESS_THAN_OR_EQUAL_TO": "at_most",
}
_TEXTS = {
    "IS_EQUAL_TO": "is",
    "IS_NOT_EQUAL_TO": "is_not",
    "CONTAINS": "contains",
    "DOES_NOT_CONTAIN": "contains_not",
    "STARTS_WITH": "starts",
    "ENDS_WITH": "ends",
}
_LISTS = {
    "IS_ANY_OF": "is",
    "IS_NONE_OF": "is_not",
    "IS_EQUAL_TO": "is",
    "IS_NOT_EQUAL_TO": "is_not",
}
_DATES = {
    "IS_BEFORE": "below",
    "IS_AFTER": "above",
    "IS_BEFORE_DATE": "below",
    "IS_AFTER_DATE": "above",
}
#: By `operationType`: what its operators ask.
_ASKS: Mapping[str, Mapping[str, str]] = {
    "NUMBER": _NUMBERS,
    "STRING": _TEXTS,
    "MULTISTRING": _TEXTS,
    "ENUMERATION": _LISTS,
    "BOOL": {"IS_EQUAL_TO": "is", "IS_NOT_EQUAL_TO": "is_not"},
    "NUMBER_RANGED": {"IS_BETWEEN": "between", "IS_NOT_BETWEEN": "not_between"},
    "ALL_PROPERTY": {"IS_KNOWN": "known", "IS_UNKNOWN": "unknown"},
    "ROLLING_DATE_RANGE": {
        "IS_LESS_THAN_X_DAYS_AGO": "younger",
        "IS_MORE_THAN_X_DAYS_AGO": "older",
    },
    "DATETIME": _DATES,
    "RANGED_DATE": {"IS_BETWEEN": "between"},
}
_BY_HAND = "Write the rule by hand"


def comparison(of: str, operation: Item) -> Comparison:
    """The comparison that an operation on a property is."""
    kind = operation.get("operationType", "type").text()
    operator = operation.get("operator").text()
    or_unknown = operation.get("includeObjectsWithNoValueSet").yes_no(False)
    if kind == "TIME_RANGED":
        return Comparison(of, "younger", (str(days_of_range(operation)),), or_unknown)
    ask = _ASKS.get(kind, {}).get(operator)
    if ask is None:
        raise Untranslatable(
            f"the operation {one_line(operator, 40)} of {one_line(kind, 40)} has no counterpart",
            _BY_HAND,
        )
    return Comparison(of, ask, _values(kind, operation), or_unknown)


def _values(kind: str, operation: Item) -> tuple[str, ...]:
    if kind in ("STRING", "BOOL"):
        value = operation.get("value")
        return ((str(value.yes_no(False)).lower() if kind == "BOOL" else value.text()),)
    if kind == "NUMBER":
        return (number(operation.get("value").number()),)
    if kind in ("MULTISTRING", "ENUMERATION"):
        return tuple(value.text() for value in operation.get("values").items())
    if kind == "ROLLING_DATE_RANGE":
        return (str(operation.get("numberOfDays").whole()),)
    bounds = (operation.get("lowerBound"), operation.get("upperBound"))
    if kind == "NUMBER_RANGED":
        return tuple(number(bound.number()) for bound in bounds)
    if kind == "RANGED_DATE":
        return tuple(_moment(bound.whole()) for bound in bounds)
    return (_moment(operation.get("timestamp").whole()),) if kind == "DATETIME" else ()


def _moment(milliseconds: int) -> str:
    try:
        at = datetime.fromtimestamp(milliseconds / 1_000, UTC)
    except (ValueError, OverflowError, OSError):
        raise Untranslatable(f"{milliseconds} is no date", _BY_HAND) from None
    return at.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")


def days_of_range(operation: Item) -> int:
    """How many days back from now a range of time goes. Raises `Untranslatable` for one that does
    not end now.
    """
    begin, end = operation.get("lowerBoundTimePoint"), operation.get("upperBoundTimePoint")
    offset = begin.get("offset") if begin else begin
    past = [k for k in ("days", "weeks", "hours") if offset and offset.get(k)]
    reaches_now = (
        not end
        or not end.get("offset")
        or not any(part.number() for part in end.get("offset").items() if part)
    )
    indexed = begin and begin.get("timeType").text("") == "INDEXED"
    operator = operation.get("operator").text()
    others = [k for k in ("months", "quarters", "years") if offset and offset.get(k)]
    if not (
        indexed and reaches_now and past == ["days"] and not others and operator == "IS_BETWEEN"
    ):
        raise Untranslatable("its range of time is not the last so many days", _BY_HAND)
    days = -offset.get("days").whole()
    if days < 1:
        raise Untranslatable("its range of time lies in the future", _BY_HAND)
    return days
