"""What was learned anew from outcomes, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.problems import NextStep
from leadlight.results.outcome_refresh import OutcomeRefresh
from leadlight.results.text.lines import Hint, Part


def render_outcome_refresh(found: OutcomeRefresh) -> Iterator[Part]:
    """A sentence or two on what was learned, and what a person is to do."""
    since = f" of {found.learned:%Y-%m-%d}" if found.learned else ""
    version = found.version
    if found.state == "unpublished":
        yield (
            f"It is time to learn anew from your outcomes: the correction{since} is old. Nothing"
            " was published here, so no version could name it. Publish the playbook once:"
        )
        yield Hint(" ", NextStep("publish"))
    elif found.state == "waits":
        yield (
            f"It is time to learn anew from your outcomes, and {version} waits"
            f"{_for(found)}. Once it is in force, or another version is, outcomes are learned from"
            " again."
        )
    elif found.state == "refused":
        yield (
            f"It was time to learn anew from your outcomes, but {found.because}. The correction"
            f"{since} stays."
        )
    elif found.state == "unchanged":
        yield f"Your outcomes teach what they taught before: the correction{since} stays."
    else:
        yield from _version_lines(found)


def _version_lines(found: OutcomeRefresh) -> Iterator[Part]:
    lost = found.decided - found.won
    taught = f"{found.won:,} who bought and {lost:,} who did not"
    yield f"Learned anew from your outcomes: {taught}; {found.open:,} are open.{_ranks(found)}"
    if found.state == "published":
        yield f"This is {found.version}, in force from now on."
        return
    yield f"This is {found.version}. It waits{_for(found)}; until then the rules are as they were."
    for role in found.missing:
        assert found.version is not None
        step = {"version": found.version.fingerprint, "role": role, "by": "NAME"}
        yield Hint(" ", NextStep("sign", step))


def _for(found: OutcomeRefresh) -> str:
    return f" for {' and '.join(found.missing)} to sign" if found.missing else " for its day"


def _ranks(found: OutcomeRefresh) -> str:
    auc = found.auc
    if auc is None or auc.value is None:
        return ""
    between = "" if auc.low is None else f" ({auc.low:.2f} to {auc.high:.2f})"
    return (
        f" On leads it had not seen, a buyer stands before another lead {auc.value:.0%} of the"
        f" time{between}; by chance it would be half."
    )
